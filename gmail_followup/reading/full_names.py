"""The fullest form of a name that a mail spells out: "Solventa" is "Grupo Solventa", "RHN" "Red Hospitalaria del Norte"."""

import re
from collections.abc import Iterable, Sequence

from gmail_followup.reading.company_names import ABBREVIATION, LONGEST, is_office, starts_name, strip_legal
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

_MOST_TOKENS = 9
_ENDS = ',.;:!?)"”»'
_APOSTROPHE = re.compile(r"(?<=\b[dlDL])['’](?=\w)")
_LINES = re.compile(r"\n|(?<=[.!?:;])\s+|\s+[-–—|·•/]\s+|[(\[]|,\s+")


def full_form(name: str, sources: Iterable[str]) -> str:
    """The longest spelling of the name in the sources whose end it is, or that its letters are short for; else the name.

    Only a word that tells what kind of house it is may stand before it ("Grupo", "Landesmuseum für"), so that no office,
    greeting or job gets into the name.
    """
    wanted = _content(name)
    if not wanted:
        return name
    best = name
    initials = name if name.isupper() and name.isalpha() and len(name) > 1 else ""
    last = wanted[-1]
    for source in sources:
        folded = fold(source).text
        if not initials and last not in folded:
            continue
        for line in _LINES.split(source):
            found = _spelled_out(line, initials) if initials else _ending_in(line, wanted)
            if len(found) > len(best) and len(found) <= LONGEST:
                best = found
    return best


def is_kind(word: str) -> bool:
    """A folded word that tells what kind of house a name is of, alone or at the end of a German compound."""
    kinds = words().company.kinds
    return word in kinds or (len(word) > 8 and word.endswith(words().company.kind_endings))


def _content(name: str) -> list[str]:
    """The folded words of a name that are more than joiners."""
    joiners = words().company.joiners
    parts = (bare(part) for part in _APOSTROPHE.sub("' ", name).split())
    return [part for part in parts if part.strip("'’") and part not in joiners and len(part.strip("'’")) > 1]


def _ending_in(line: str, wanted: Sequence[str]) -> str:
    """A kind of house, and after it all words that are wanted, up to the last of them."""
    tokens = line.split()
    plain = [bare(_APOSTROPHE.sub("' ", token).rpartition(" ")[2]) for token in tokens]
    for end in (index for index, word in enumerate(plain) if word == wanted[-1]):
        first = _start(tokens, end)
        for start in range(first, end):
            again = plain[start] == wanted[0]
            if not ((again or is_kind(plain[start])) and tokens[start][0].isupper()):
                continue
            if is_office(plain[start]) and plain[start + 1] not in words().company.joiners:
                continue
            if _holds(plain[start : end + 1], wanted) and (again or not _only_places(plain[start:end], wanted)):
                return strip_legal(" ".join(tokens[start : end + 1]).strip(_ENDS + " "))
    return ""


def _start(tokens: Sequence[str], end: int) -> int:
    """How far back from its last word a name may reach: over capitals, joiners and the lower case within kinds."""
    lists = words().company
    first = end
    while first > 0 and end - first < _MOST_TOKENS:
        token = tokens[first - 1]
        if token[-1] in _ENDS and not ABBREVIATION.search(token):
            break
        word = bare(token)
        joins = word in lists.joiners or word in lists.institution_joiners or word in lists.adjectives or token == "&"
        if not (starts_name(token) or joins or word.partition("'")[0] in ("d", "l")):
            break
        first -= 1
    return first


def _holds(plain: Sequence[str], wanted: Sequence[str]) -> bool:
    """All words that are wanted, in order."""
    rest = iter(plain)
    return all(any(_is_or_ends(given, word) for given in rest) for word in wanted)


def _is_or_ends(given: str, word: str) -> bool:
    """The word, or a German compound of it: "Privatklinik" is a "Klinik"."""
    return given == word or (len(word) >= 5 and is_kind(word) and given.endswith(word))


def _only_places(before: Sequence[str], wanted: Sequence[str]) -> bool:
    """Nothing is gained: all that stands before is in the name already."""
    return all(word in wanted for word in before)


def _spelled_out(line: str, initials: str) -> str:
    """A run of words with these initials, the first of them in a capital: "Red Hospitalaria del Norte" for RHN."""
    letters = fold(initials).text
    tokens = line.split()
    joiners = words().company.joiners | words().company.institution_joiners
    for start, token in enumerate(tokens):
        if not token[0].isupper() or fold(token[0]).text != letters[0] or token == initials:
            continue
        at, end = 0, start
        while end < len(tokens) and at < len(letters) and end - start < _MOST_TOKENS:
            parts = [part for part in re.split(r"[-'’]", bare(tokens[end])) if part]
            small = bare(tokens[end]) in joiners or bare(tokens[end]) in ("en", "im", "am")
            took = 0
            for part in parts:
                if at + took < len(letters) and part[0] == letters[at + took]:
                    took += 1
            if not took and not small and not (len(parts) == 1 and len(parts[0]) < 3):
                break
            if not small or (took and not tokens[end][0].islower()):
                at += took
            end += 1
        capital = all(word[0].isupper() or bare(word) in joiners for word in tokens[start:end])
        enough = end - start > 1 and end - start >= len(letters) - 1 and (capital or is_kind(bare(token)))
        if at == len(letters) and enough:
            return strip_legal(" ".join(tokens[start:end]).strip(_ENDS + " "))
    return ""
