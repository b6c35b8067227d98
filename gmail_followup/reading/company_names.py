"""Names of companies: where one begins and ends in a text, in a display name, and which domain stands for it."""

import functools
import re

from gmail_followup.reading.names import is_person
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

LONGEST = 60
SQUEEZE = re.compile(r"[^\w]|_")
ABBREVIATION = re.compile(r"(?:^|[^\w])(?:St|Dr|Bros|Dept|Mt|Ft|Co|Inc|Ltd|No|[A-Z])\.$")
VIA = re.compile(r"\s+(?:via|through|powered by|par|über|por medio de)\s+\S.*$", re.I)
AT = re.compile(r"\s+(?:at|@|from|bei|von|chez|de chez)\s+(.+)$", re.I)
_BRACKET = re.compile(r"[(\[]([^)\]]+)[)\]]")
PARTS = re.compile(r"\s+[-–—|·•@]\s+|\s*\|\s*|,\s+|\s*:\s+")
_OF = frozenset(("de", "del", "des", "du", "der", "of", "von", "vom", "bei", "beim", "chez", "la", "le"))
_AND = frozenset(("&", "+", "und", "and", "et", "y"))
_BEFORE_OFFICES = frozenset(
    "the team das at & and su tu votre ton notre ihr dein unser your nuestro el l'equipe friends".split()
) | {""}
_AFTER_OFFICES = frozenset(("", "the", "and", "&", "und", "et", "y", "de", "of", "for", "management"))
_OFFICES = re.compile(
    r"\b(?:capital humano|gesti[oó]n humana|gesti[oó]n (?:de|del) (?:talento|personas)|atracci[oó]n de talento|"
    r"people (?:&|and|und) culture|talent acquisition|human capital|comit[eé] de recrutement)\b",
    re.I,
)
"""Offices of more than one word, where one of them alone is none."""
_SMALL = frozenset(
    "of the and for in at de del der des du d la le les el los las l y et und fur von vom am im e a".split()
)
_WHOLE_WORD = 4
_BETWEEN = re.compile(r"[\s/-]+|(?<=\w)\.(?=\w)")
_THE = re.compile(r"^the\s+(?=\w)")
_PLACE_HOLDER = re.compile(r"[\[{}\]$%<>]")


@functools.lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """What two spellings of one employer share: folded, no "The", legal form, blanks or marks; "ue" is "ü"."""
    key = SQUEEZE.sub("", _THE.sub("", fold(strip_legal(name)).text).replace("&", "and"))
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u") or key


def strip_legal(name: str) -> str:
    """The name without its legal form: "Acme GmbH & Co. KG" is Acme."""
    parts = name.split()
    legal = words().company.legal
    while len(parts) > 1 and (SQUEEZE.sub("", fold(parts[-1]).text) in legal or parts[-1] in ("&", "+")):
        parts.pop()
    return " ".join(parts).rstrip(" ,")


def clean_company(text: str) -> str:
    """The company name at the beginning of a stretch of text; "" if it starts with none."""
    lists = words().company
    tokens = text.replace("\u00a0", " ").replace("*", "").split()
    taken: list[str] = []
    while tokens and tokens[0].strip('*"“„') in (
        "the",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "la",
        "le",
        "el",
        "los",
        "las",
        "les",
        "l'",
        "l’",
    ):
        tokens.pop(0)
    if tokens and (bare(tokens[0]) in lists.ours or (any(c.isdigit() for c in tokens[0][-3:]) and len(tokens[0]) > 4)):
        return ""
    for index, token in enumerate(tokens[:9]):
        word = bare(token)
        if _PLACE_HOLDER.search(token):
            return ""
        if token in ("&", "+", "|", "-", "–", "—") or word in lists.joiners or word in lists.institution_joiners:
            if (
                token in ("|", "-", "–", "—")
                or (token == "The" and taken)
                or not (taken or (word in ("the", "la", "le", "les", "los", "las", "el") and token[0].isupper()))
            ):
                break
            if not _joins(tokens, index, taken):
                break
            taken.append(token)
            continue
        if not word or not starts_name(token) or (token[0] in '("“„«' and taken):
            break
        if word in words().title.stops and not token.isupper() and taken:
            break
        taken.append(token.strip('"“”„«»()'))
        if token[-1] in '.!?,;:)"”' and not (
            ABBREVIATION.search(token) or (token[-1] == "," and _is_legal(tokens, index + 1))
        ):
            break
    if len(taken) < len(tokens) and bare(tokens[len(taken)]) in lists.one_job and taken and taken[-1][-1] not in ",.":
        return ""
    while taken and (
        bare(taken[-1]) in lists.joiners or bare(taken[-1]) in lists.institution_joiners or not bare(taken[-1])
    ):
        taken.pop()
    name = re.sub(r"['’]s$", "", " ".join(taken).strip(" ,;:!?'’\"–-&")) if taken and taken[-1][0] != "'" else ""
    return _trimmed(name)


def company_before(text: str, end: int) -> str:
    """The company name whose last word stands before `end`: "Unfortunately, [Acme] has decided"."""
    line = text[max(0, end - 80) : end]
    tokens = line.split()
    first = len(tokens)
    while first > 0:
        token = tokens[first - 1]
        joins = first < len(tokens) and (bare(token) in words().company.joiners or token in ("&", "+"))
        before_legal = token[-1] == "," and _is_legal(tokens, first)
        ends = token[-1] in ",.:;!?" and not before_legal and not ABBREVIATION.search(token)
        if ends or not (joins or starts_name(token)):
            break
        first -= 1
    return clean_company(" ".join(tokens[first:]))


def company_in_display_name(name: str, senders: Senders, *, person: bool | None = None) -> str:
    """The employer in a display name: "Acme Careers", "Mai Nguyen at Acme", "Acme via Greenhouse"; "" if none.

    person: whether the name before "at" is known to be a person's (None: it is judged by its looks).
    """
    text = VIA.sub("", " ".join(name.strip("\"' ").split()))
    looks = is_person if person is None else (lambda part: person and is_person(part))
    if at := AT.search(text):
        return without_offices(at[1], senders)
    if bracket := _BRACKET.search(text):
        before = text[: bracket.start()].strip()
        inside = without_offices(bracket[1], senders)
        if is_person(before) and inside:
            return inside
        text = before or bracket[1]
    parts = [part for part in PARTS.split(text) if part.strip()]
    if len(parts) > 1:
        if "," in text and len(parts) == 2 and len(parts[0].split()) == 1 and is_person(parts[1]) and is_person(text):
            return "" if looks(text) else without_offices(text, senders)
        named = [
            found for part in parts[(1 if is_person(parts[0]) else 0) :] if (found := without_offices(part, senders))
        ]
        return named[0] if named else ""
    return "" if looks(text) else without_offices(text, senders)


def is_office(token: str) -> bool:
    """A word of offices, or such words hyphenated: "HR-Services"."""
    word = bare(token)
    offices = words().company.offices
    return word in offices or ("-" in word and all(part in offices for part in word.split("-")))


def _goes_before(token: str) -> bool:
    """ "tu" is the reader's, "TU" a university."""
    return bare(token) in _BEFORE_OFFICES and not (token.isupper() and len(token) > 1)


def without_offices(text: str, senders: Senders) -> str:
    """The name in a line that may name an office of it as well: "Acme Talent Team" is Acme; "" if only an office."""
    tokens = _OFFICES.sub(" ", text).split()
    first, last = 0, len(tokens)
    while first < last and (
        (first and bare(tokens[first]) in _OF) or is_office(tokens[first]) or _goes_before(tokens[first])
    ):
        if (
            tokens[first] == "The"
            and last - first > 2
            and not is_office(tokens[first + 1])
            and not is_office(tokens[last - 1])
        ):
            break
        first += 1
    while last > first and (
        (is_office(tokens[last - 1]) and not (last - first > 2 and tokens[last - 2] in _AND))
        or bare(tokens[last - 1]) in _AFTER_OFFICES
        or (last - first > 2 and bare(tokens[last - 1]) == "onboarding")
    ):
        last -= 1
    name = " ".join(tokens[first:last]).strip(" -–—|:,@")
    if not name or "@" in name or senders.is_ats_name(name) or _PLACE_HOLDER.search(name):
        return ""
    return _trimmed(name)


def is_name_of(name: str, label: str) -> bool:
    """Whether a domain label stands for the name, or begins with it: "Kearns Electrical" and kearnselectricaldublin."""
    return covers(name, label) or is_beginning_of(name, label)


def holds_name_of(name: str, label: str, *, whole: bool = False) -> bool:
    """Whether the name or its last words are what the label stands for: "Colegio San Telmo" and santelmo."""
    if not whole and is_name_of(name, label):
        return True
    tokens = name.split()
    rests = [" ".join(tokens[i:]) for i in range(min(len(tokens), 4))]
    return any(covers(rest, label) or (not whole and is_beginning_of(rest, label)) for rest in rests)


def is_platform(label: str) -> bool:
    return any(part in label for part in words().company.platforms)


def is_beginning_of(name: str, label: str) -> bool:
    key = SQUEEZE.sub("", fold(name).text)
    return len(key) >= 5 and SQUEEZE.sub("", label).startswith(key)


@functools.lru_cache(maxsize=4096)
def covers(name: str, label: str) -> bool:
    """Whether a domain label is made of words of the name, in order (hollowayhospital), or of its initials."""
    plain = SQUEEZE.sub("", "-".join(_saint(part) for part in label.split("-")))
    spelled = name.replace("&", " and ").replace("+", " plus ").replace("'", "").replace("’", "")
    parts = [_saint(SQUEEZE.sub("", fold(part).text)) for part in _BETWEEN.split(spelled)]
    parts = [part for part in parts if part]
    if not plain or not parts:
        return False
    whole = "".join(parts)
    if whole == plain or (len(plain) >= 4 and whole.startswith(plain)):
        return True
    content = [part for part in parts if part not in _SMALL]
    if len(content) > 1 and _abbreviated(plain, tuple(content)):
        return True
    initials = "".join(part[0] for part in content)
    if len(initials) >= 3 and plain in (initials, "".join(part[0] for part in parts)):
        return True
    if len(plain) >= 4 and _made_of(plain, tuple(parts)):
        return True
    key = german(name)
    return key == plain or (len(plain) >= 5 and key.startswith(plain))


def _abbreviated(label: str, parts: tuple[str, ...]) -> bool:
    """Beginnings of all words, in order, one of them whole or each a letter: hsanroque, labferran, rvvetlabs.

    What stands behind the words that the label needs is free ("Grupo Sanitario Levante y Sur", gslevante).
    """
    if not parts[0].startswith(label[0]):
        return False
    reached = {(0, False)}
    """How far the label is read, and whether a word was read whole."""
    for count, part in enumerate(parts):
        reached = {
            (at + size, whole or (size == len(part) and size >= _WHOLE_WORD))
            for at, whole in reached
            for size in range(1, len(part) + 1)
            if label.startswith(part[:size], at)
        }
        if count and (len(label), True) in reached:
            return True
        if not reached:
            return False
    return len(parts) == len(label) > 2


def shares_word(name: str, label: str) -> bool:
    """Whether a word of the name stands in the label: "Supermercados Olmo" and superolmo."""
    plain = SQUEEZE.sub("", label)
    return any(
        len(part) >= 4 and part in plain for token in name.split() for part in (german(token), company_key(token))
    )


def _saint(word: str) -> str:
    return "st" if word in ("saint", "sankt") else word


def german(name: str) -> str:
    """The name squeezed as German addresses spell it: "Brückenwerk" is brueckenwerk."""
    for letter, spelled in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ø", "oe"), ("ß", "ss")):
        name = name.lower().replace(letter, spelled)
    return SQUEEZE.sub("", fold(name).text)


def _made_of(label: str, parts: tuple[str, ...]) -> bool:
    """Some of the words, in order and each whole, make the label, beginning with the first ("The" aside)."""
    start = 1 if parts[0] == "the" and len(parts) > 1 else 0
    if not label.startswith(parts[start]):
        return False
    ends = {len(parts[start])}
    for part in parts[start + 1 :]:
        ends |= {end + len(part) for end in ends if label.startswith(part, end)}
    return len(label) in ends


def starts_name(token: str) -> bool:
    plain = token.strip("\"'“”‘’„(),")
    return bool(plain) and (
        plain[0].isupper()
        or plain[0].isdigit()
        or not plain[0].isascii()
        or any(c.isupper() for c in plain)
        or "." in plain[1:-1]
    )


def _joins(tokens: list[str], index: int, taken: list[str]) -> bool:
    lists = words().company
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    word = bare(tokens[index])
    if word in lists.institution_joiners and (
        not any(bare(token) in lists.institutions for token in taken)
        or any(bare(token) in lists.institution_joiners for token in taken)
    ):
        return False
    if bare(following) in lists.joiners and index + 2 < len(tokens):
        following = tokens[index + 2]
    return not (
        not following
        or not starts_name(following)
        or bare(following) in ("i", "we", "you", "your", "our", "thank", "the", "wir", "sie", "ihr", "nous", "vous")
    )


def _is_legal(tokens: list[str], index: int) -> bool:
    return index < len(tokens) and SQUEEZE.sub("", fold(tokens[index]).text) in words().company.legal


def _trimmed(name: str) -> str:
    """The name if it may be one: not too long, not a word that means us."""
    text = (
        name.strip(" .,;:'’\"“”–-&")
        if not re.search(r"\b[A-Z]\.$|(?:Inc|Ltd|Co|Corp)\.$", name)
        else name.strip(" ,;:'’\"“”–-&")
    )
    folded = [bare(token) for token in text.split()]
    if len(text) > LONGEST or not folded or all(word in words().company.not_names for word in folded):
        return ""
    return text
