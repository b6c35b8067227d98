"""What a speller needs to know about letters: common slips, both sorts of English, and which suggestion to put
first."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.layout import Layout, in_foreign_closing
from gmail_followup.proofing.lexicon import is_common, is_compound, lexicon
from gmail_followup.proofing.names import is_name


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILE = Path(__file__).with_name("misspellings.txt")
_WORD = re.compile(r"[^\W\d_]+")

# British ending -> American ending, on both words before they are compared.
_VARIANTS = (
    (r"is(e|ed|es|ing|er|ers|ation|ations|ational|able)$", r"iz\1"),
    (r"ys(e|ed|es|ing|er)$", r"yz\1"),
    (r"our", "or"),
    (r"mould", "mold"),
    (r"ll(ed|ing|er|ers|or|ors)$", r"l\1"),
    (r"(?<=[bt])re(s|d)?$", r"er\1"),
    (r"ogue(s)?$", r"og\1"),
    (r"amme(s)?$", r"am\1"),
    (r"(?<=[ndi])ce(s|d)?$", r"se\1"),
    (r"(?<=[l])ment", "lment"),
    (r"lfil(s|ment)?$", r"lfill\1"),
    (r"lfillment$", "lfilment"),
    (r"(nt|lt|pt|mt)$", lambda match: {"nt": "ned", "lt": "led", "pt": "ped", "mt": "med"}[match[1]]),
    (r"(?<=\w)(?:ae|oe)(?=\w{3})", "e"),
    (r"que(s)?$", r"ck\1"),
    (r"yre(s)?$", r"ire\1"),
    (r"geing$", "ging"),
    (r"dgement", "dgment"),
    (r"grey", "gray"),
    (r"wards$", "ward"),
)
_BRITISH_WORDS = _words(
    "programme programmes whilst amongst learnt practise practises practised practising mortem mortems licence enrol "
    "enrolment fulfil skilful wilful cv cvs maths "
    "towards afterwards grey tyre kerb storey sceptical ageing ok okay apologise travelling "
    "modelling focussed onboarding "
    "upskill upskilling reskilling takeaway takeaways roadmap roadmaps startup startups webinar "
    "codebase backend frontend "
    "fintech healthtech edtech devops microservices dataset datasets workflow workflows blog "
    "blogs podcast podcasts resume "
    "résumé résumés naïve café fiancé cliché whiteboarding refactoring shortlist shortlisted longlist mentee mentees "
    "stakeholder stakeholders freelancing crowdfunding onsite offsite teammates teammate"
)


@cache
def misspellings() -> dict[str, str]:
    """Common slips and their spelling (misspellings.txt, `wrong right` a line)."""
    pairs = (line.split(None, 1) for line in _FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {wrong: right.strip() for wrong, right in pairs}


def misspelling_findings(text: str, names: frozenset[str]) -> Iterator[Finding]:
    """The common slips in an English text, also where a capital starts the word."""
    known = misspellings()
    for match in _WORD.finditer(text):
        right = known.get(match[0].lower())
        if right and match[0] not in names:
            better = right[0].upper() + right[1:] if match[0][0].isupper() else right
            yield Finding(
                "spelling", Severity.ADVISE, *match.span(), match[0], f"Did you mean “{better}”?", (better,), "house"
            )


def is_variant(word: str, suggestions: Sequence[str]) -> bool:
    """Whether a flagged word is only the British (or the American) way to write a suggestion."""
    lower = re.sub(r"['’]s?$", "", word.lower())
    if lower in _BRITISH_WORDS:
        return True
    plain = _american(lower)
    return any(_american(re.sub(r"['’]s?$", "", suggestion.lower())) == plain for suggestion in suggestions[:5])


def _american(word: str) -> str:
    for pattern, replacement in _VARIANTS:
        word = re.sub(pattern, replacement, word)
    return word


def ranked(word: str, suggestions: Sequence[str]) -> tuple[str, ...]:
    """Suggestions with the likeliest slip first: a doubled or lost twin letter, two letters swapped, then the rest."""
    lower = word.lower()
    known = misspellings().get(lower)
    order = sorted(range(len(suggestions)), key=lambda i: (round(distance(lower, suggestions[i].lower()), 2), i))
    best = tuple(suggestions[i] for i in order)
    return tuple(dict.fromkeys((known, *best))) if known else best


def distance(wrong: str, right: str) -> float:
    """How far two words are apart by the slips of a typist; 0 is equal, a swap or a twin letter costs half of
    another edit."""
    before: list[float] = []
    row = [0.0]
    for j in range(1, len(right) + 1):
        row.append(row[-1] + _extra(right, j - 1))
    for i in range(1, len(wrong) + 1):
        following = [row[0] + _extra(wrong, i - 1)]
        for j in range(1, len(right) + 1):
            cost = 0.0 if wrong[i - 1] == right[j - 1] else _swap_cost(wrong[i - 1], right[j - 1])
            best = min(row[j - 1] + cost, row[j] + _extra(wrong, i - 1), following[-1] + _extra(right, j - 1))
            if (
                before
                and wrong[i - 1] == right[j - 2 : j - 1]
                and wrong[i - 2] == right[j - 1]
                and wrong[i - 1] != wrong[i - 2]
            ):
                best = min(best, before[j - 2] + 0.5)
            following.append(best)
        before, row = row, following
    return row[-1] + (0.3 if wrong[:1] != right[:1] else 0.0)


def _extra(word: str, at: int) -> float:
    twin = (at > 0 and word[at - 1] == word[at]) or word[at + 1 : at + 2] == word[at]
    return 0.5 if twin else 0.9 if word[at] in "eh" else 1.0


def _swap_cost(a: str, b: str) -> float:
    return 0.7 if a in "aeiouy" and b in "aeiouy" else 0.8 if {a, b} in ({"c", "s"}, {"s", "z"}, {"c", "k"}) else 1.1


def is_left_alone(
    text: str, start: int, end: int, suggestions: Sequence[str], parts: Layout, names: frozenset[str], *, english: bool
) -> bool:
    """Whether no speller has a say about a word: in the greeting, the signature, a name, the other English, a unit."""
    word = text[start:end]
    in_frame = start >= parts.foot or parts.in_greeting(end)
    if in_frame or in_foreign_closing(parts, start) or is_name(word, names) or is_variant(word, suggestions):
        return True
    before = text[max(0, start - 8) : start]
    if re.search(r"\d\s?$", before):
        return True  # "4,000 m."
    return english and (word in lexicon().common or _FOREIGN_PHRASE.search(before) is not None)


_FOREIGN_PHRASE = re.compile(r"\b(?:de|du|des|à|al|alla|della|di|del|von|zum|el|le|les)\s$")
"""“chef de partie”."""
_SLIPS, _ONE_SLIP = 2.6, 1.0


def is_near(word: str, suggestions: tuple[str, ...]) -> bool:
    """Whether a strange word is likelier a slip than a term of some trade, which a dictionary lacks."""
    if word.lower() in misspellings() or word[0].isupper():
        return True
    if is_a_trade(word, suggestions):
        return False
    most = _ONE_SLIP if is_compound(word) else _SLIPS
    return any(
        is_common(near) and distance(word.lower(), near.lower()) <= most and _same_start(word.lower(), near.lower())
        for near in ranked(word, suggestions)[:6]
    )


def is_a_trade(word: str, suggestions: tuple[str, ...]) -> bool:
    """“scaffolder”, “preparator”: who does what the dictionary knows as a verb, or as another form of it."""
    return word.endswith(("er", "or")) and not {f"{word[:-2]}ed", f"{word[:-1]}", f"{word}y"}.isdisjoint(suggestions)


def _same_start(word: str, near: str) -> bool:
    """Few slip on a word's first letter, but by leaving it out, or swapping it with the second."""
    return word[0] == near[0] or word == near[1:] or near == word[1:] or word[:2] == near[1::-1]
