"""Where a job title begins and ends in running text and in subjects. `reading.titles` judges whether it is one."""

import re
from collections.abc import Iterator, Sequence

from gmail_followup.reading.titles import DIGITS, GENDER, MOST_WORDS, NO_TITLE, Title, is_capital, title_of
from gmail_followup.reading.words import bare, words

_LONGEST = 120
_WRAPPED_LINE = 45
_TOKEN = re.compile(r"\S+")
_REFERENCE = re.compile(
    r"[A-Za-z]{0,6}(?:[-_/][A-Za-z]{1,6}){0,3}[-_/]?#?\d{3,}[\w/.-]*|#\w*\d\w*|[A-Z]{1,5}-\d+|\d{2,4}[-/]\d{2,4}"
)
_REFERENCE_WORD = re.compile(
    r"(?:req(?:uisition)?|ref(?:erence|erenz)?|job|id|nr|no|n°|number|posting|kennziffer|vacancy|announcement|code|va|jr|réf|réference|stellen-?nr|num|júmero|número)[.:#]*",
    re.I,
)
_ELISION = re.compile(r"(?<!\S)(?:[dlDL]['’](?=\w))")
"""The article of "d'actuaire", "l'alternance" is none of the title."""
_END = re.compile(r"[.!?;…]$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Sr|Jr|St|Dr|Asst|Assoc|Mgr|Eng|Prof|[Dd]ipl|Ing|Adm|Int|Mr|Ms|[Ww]iss|[Tt]echn|[Kk]aufm|[Mm]ed|[Ss]taatl|[Gg]epr|[Ss]tv|[Ee]xam|[Tt][ée]c|[Rr]esp)\.|\b[A-Z]\.)$"
)
_INTRODUCED = frozenset(
    "the a an our your this for as of die der das den dem eine einer als le la un une du el una".split()
)
_AFTER = frozenset(["at", "bei", "chez", "en", "has", "have", "is", "was", "will", "wurde", "ist"])


def title_after(text: str, start: int, limit: int | None = None) -> tuple[Title, int]:
    """The title that begins at `start` (articles and requisition numbers before it are passed over), and where it ends.

    limit: where it must end at the latest.
    """
    end = min(len(text), start + _LONGEST, limit if limit is not None else len(text))
    stretch = text[start:end]
    if limit is None:
        stretch = _to_line_end(text, start, stretch)
    tokens = list(tokens_of(_blanked(_ELISION.sub(_as_blanks, stretch))))
    first = 0
    while first < len(tokens) and _stands_before(tokens, first):
        if (
            tokens[first][0][-1] in ".!?;"
            and not is_reference(tokens, first)
            and not _ABBREVIATION.search(tokens[first][0])
        ):
            return NO_TITLE, start
        first += 1
    taken, closed = forwards(tokens, first)
    if not taken:
        return NO_TITLE, start
    last = tokens[taken[-1]]
    found = title_of(stretch[tokens[taken[0]][1] : last[1] + len(last[0])], closed or limit is not None)
    return found, start + last[1] + len(last[0])


def _stands_before(tokens: Sequence[tuple[str, int]], index: int) -> bool:
    """Whether a token may stand before a title without being part of it: an article, a number, a dash."""
    word = bare(tokens[index][0])
    return word.partition("(")[0] in words().title.leads or word in ("", "-") or is_reference(tokens, index)


def title_before(text: str, end: int, limit: int = 0) -> Title:
    """The title whose last word stands before `end`: "for the [Data Engineer] position"."""
    start = max(limit, end - _LONGEST)
    stretch = text[start:end]
    stretch = _blanked(stretch[_line_start(stretch) :])
    tokens = list(tokens_of(stretch))
    lists = words().title
    first = len(tokens)
    while first > 0:
        token = tokens[first - 1][0]
        word = bare(token)
        is_last = first == len(tokens)
        if token.startswith(("(", "[")) and not is_last:
            first -= 1
            continue
        if (
            word in lists.stops
            or word in lists.jobs
            or (not is_last and (_END.search(token) and not _ABBREVIATION.search(token)))
        ):
            break
        if not is_last and token[-1] in ",:" and not _continues(tokens, first):
            break
        if not word and token not in ("-", "–", "&", "/", "+", "|"):
            break
        if token == "|":
            break
        first -= 1
    while first < len(tokens) and (
        bare(tokens[first][0]) in lists.leads or bare(tokens[first][0]) in lists.joiners or is_reference(tokens, first)
    ):
        first += 1
    chosen = tokens[first:]
    if not chosen or len(chosen) > MOST_WORDS:
        return NO_TITLE
    if bare(chosen[-1][0])[:1].islower() and not is_capital(chosen[-1][0]):
        chosen = _lower_run(chosen)
    else:
        chosen = _capital_run(chosen)
    if not chosen:
        return NO_TITLE
    title = title_of(stretch[chosen[0][1] :], True)
    before = bare(stretch[: chosen[0][1]].rpartition(" ")[0].rpartition(" ")[2] or stretch[: chosen[0][1]])
    return title if title.headed or before in _INTRODUCED else NO_TITLE


def clean_role(text: str) -> str:
    """A job title without article, requisition number, genders, places and what follows it; "" if none is left."""
    return title_after(text, 0, len(text))[0].text


def tokens_of(text: str) -> Iterator[tuple[str, int]]:
    for match in _TOKEN.finditer(text):
        yield match.group(), match.start()


def _as_blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blanked(text: str) -> str:
    """The text with "(m/w/d)" blanked out; offsets stay."""
    if "/" in text or "|" in text or "*" in text or "gn" in text or "all" in text.lower():
        text = GENDER.sub(_as_blanks, text)
    return text.replace("\u00a0", " ")


def _to_line_end(text: str, start: int, stretch: str) -> str:
    """Up to the first line break that no wrapping explains: a short line or an empty one ends a title."""
    line_start = text.rfind("\n", 0, start) + 1
    at = 0
    while (found := stretch.find("\n", at)) >= 0:
        if start + found - line_start < _WRAPPED_LINE or stretch[found + 1 : found + 2] in ("\n", "", "-", "*", "•"):
            return stretch[:found]
        line_start, at = start + found + 1, found + 1
    return stretch


def _line_start(stretch: str) -> int:
    """Where the last line begins, and the wrapped lines before it: after the last short or empty line."""
    at = len(stretch)
    while (found := stretch.rfind("\n", 0, at)) >= 0:
        before = stretch.rfind("\n", 0, found) + 1
        if (found - before < _WRAPPED_LINE and before > 0) or found == before:
            return found + 1
        at = found
    return 0


def is_reference(tokens: Sequence[tuple[str, int]], index: int) -> bool:
    token = tokens[index][0].strip("()[],.;:")
    if DIGITS.search(token) and _REFERENCE.fullmatch(token):
        return True
    if not _REFERENCE_WORD.fullmatch(token):
        return False
    following = tokens[index + 1][0].strip("()[],.;:") if index + 1 < len(tokens) else ""
    if any(c.isdigit() for c in following):
        return True
    return bool(_REFERENCE_WORD.fullmatch(following)) and token.lower() != following.lower()


def forwards(tokens: Sequence[tuple[str, int]], first: int) -> tuple[list[int], bool]:
    """Indexes of the tokens that make a title from `first` on, and whether a job word closed it."""
    lists = words().title
    taken: list[int] = []
    index = first
    capital = first < len(tokens) and is_capital(tokens[first][0])
    has_head = False
    goes_on = first < len(tokens) and lists.begins(bare(tokens[first][0]))
    while index < len(tokens) and len(taken) < MOST_WORDS:
        token = tokens[index][0]
        word = bare(token)
        if token.startswith(("(", "[")) and taken:
            close = next(
                (i for i in range(index, min(index + 6, len(tokens))) if re.search(r"[)\]]", tokens[i][0])), -1
            )
            if close < 0 or any(is_reference(tokens, i) for i in range(index, close + 1)):
                break
            taken += range(index, close + 1)
            if not re.search(r"[)\]]$", tokens[close][0]):
                break
            index = close + 1
            continue
        if word in lists.jobs and (taken or index + 1 == len(tokens)):
            return taken, bool(taken)
        is_joiner = word in lists.joiners or token in ("-", "–", "&", "/", "+")
        if taken and is_joiner:
            if not _joins(tokens, index, capital):
                break
        elif (
            word in lists.stops
            or not word
            or (capital and not is_capital(token) and not _head_near(tokens, index) and not goes_on)
            or (
                not capital
                and (
                    len(taken) >= 6
                    or (has_head and not goes_on and not lists.is_head(word) and not _head_near(tokens, index))
                )
            )
        ):
            break
        if is_reference(tokens, index) and taken:
            break
        taken.append(index)
        has_head = has_head or lists.is_head(word)
        if _END.search(token) and not _ABBREVIATION.search(token):
            break
        if token[-1] in ",:" and not _continues(tokens, index + 1):
            break
        index += 1
    while taken and (bare(tokens[taken[-1]][0]) in lists.joiners or not bare(tokens[taken[-1]][0])):
        taken.pop()
    return taken, False


def _joins(tokens: Sequence[tuple[str, int]], index: int, capital: bool) -> bool:
    """Whether the joiner at `index` goes on with the title: a capital (or a head) follows."""
    lists = words().title
    if index + 1 >= len(tokens):
        return False
    following = tokens[index + 1][0]
    word = bare(following)
    joiner = bare(tokens[index][0])
    if joiner in lists.joiners and word in lists.joiners and index + 2 < len(tokens):
        following, word = tokens[index + 2][0], bare(tokens[index + 2][0])
    if word in lists.stops or word in lists.jobs or (_REFERENCE.fullmatch(following.strip("()"))):
        return False
    if word in lists.places and joiner not in ("de", "du", "d", "of"):
        return False
    if tokens[index][0] in ("-", "–"):
        return _closes(tokens, index + 1)
    if joiner in ("in", "for", "to", "im", "an", "al", "en"):
        return (capital and is_capital(following) and joiner in ("in", "to", "an") and _closes(tokens, index + 1)) or (
            joiner in ("en", "al") and not is_capital(following)
        )
    if joiner == "and" or joiner == "&" or joiner == "und":
        return is_capital(following) if capital else lists.is_head(word)
    return True


def _closes(tokens: Sequence[tuple[str, int]], index: int) -> bool:
    """Whether a run of capitalised words from `index` on ends before a job word ("Key Holder - PT position")."""
    lists = words().title
    for token, _ in tokens[index : index + 4]:
        if bare(token) in lists.jobs:
            return True
        if not is_capital(token) or _END.search(token) or token[-1] in ",:":
            return False
    return False


def _continues(tokens: Sequence[tuple[str, int]], index: int) -> bool:
    """Whether a title goes on after a comma or colon: a capitalised run, then its end ("Nurse, Telemetry at")."""
    lists = words().title
    for count, (token, _) in enumerate(tokens[index : index + 4]):
        word = bare(token)
        if count and (word in _AFTER or word in lists.jobs):
            return True
        if word in lists.places or word in lists.stops or word in lists.noise or is_reference(tokens, index + count):
            return False
        if not is_capital(token) and word not in lists.joiners:
            return False
        if token[-1] == ")":
            return count > 0
        if _END.search(token) and tokens[index - 1][0].endswith(":"):
            return True
    return False


def _head_near(tokens: Sequence[tuple[str, int]], index: int) -> bool:
    """Whether one of the next two words, reached without a stop, names what a person does."""
    lists = words().title
    for token, _ in tokens[index : index + 2]:
        word = bare(token)
        if word in lists.stops:
            return False
        if lists.is_head(word):
            return True
    return False


def _lower_run(chosen: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """A lower-case title: its last words, not more than four, and one of them a head."""
    lists = words().title
    chosen = chosen[-4:]
    for index, (token, _) in enumerate(chosen):
        if bare(token) == "of" and not (index and lists.is_head(bare(chosen[index - 1][0]))):
            return _lower_run(chosen[index + 1 :])
    return chosen if any(lists.is_head(bare(token)) for token, _ in chosen) else []


def _capital_run(chosen: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The capitalised words (and joiners, heads and brackets among them) at the end."""
    lists = words().title
    first = len(chosen)
    for index in range(len(chosen) - 1, -1, -1):
        token = chosen[index][0]
        word = bare(token)
        inside = any(t.startswith("(") for t, _ in chosen[: index + 1]) and any(
            t.endswith(")") for t, _ in chosen[index:]
        )
        if not (is_capital(token) or word in lists.joiners or lists.is_head(word) or inside or not word):
            break
        first = index
    while first < len(chosen) and (
        bare(chosen[first][0]) in lists.joiners or bare(chosen[first][0]) in lists.leads or not bare(chosen[first][0])
    ):
        first += 1
    return chosen[first:]
