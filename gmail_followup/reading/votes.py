"""Names that may be the employer's, with what speaks for each."""

import re
from dataclasses import dataclass, field

from gmail_followup.reading.company_names import LONGEST, company_key, strip_legal
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er)? (?:of |de |d')?[A-Za-z]+$|\d{1,2}[:h]\d\d\b")
_CODE = 3
"""Letters of a code before a number: "SG 12"."""
LEAST = 1.0
"""A name with less weight than this is not claimed."""
_REGARDS = frozenset(("regards", "grußen", "grusen", "gruse", "cordialement", "saludos", "sincerely"))
BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Votes:
    """Names with what speaks for each. Keys are `company_key`s."""

    senders: Senders
    readers: frozenset[str]
    """Folded words of the reader's own name: "Hi Hannah"."""
    persons: frozenset[str] = frozenset()
    """Squeezed names of the people who write."""
    found: dict[str, tuple[str, float]] = field(default_factory=dict)

    def add(self, name: str, weight: float, *, is_sender: bool = False) -> None:
        """is_sender: the name is the sender's own, so that it may begin as a heading does ("No Fuss Freight")."""
        key = company_key(name)
        if not key or self.senders.is_ats_name(name) or not _names_something(name, self.readers, is_sender):
            return
        if key in self.persons:
            return
        known, total = self.found.get(key, (name, 0.0))
        if beauty(name) > beauty(known):
            known = name
        self.found[key] = (known, total + weight)

    def best(self) -> str:
        """The name with most weight; a name lends its weight to a longer or shorter form of itself."""
        sums: dict[str, float] = {}
        for key, (_, weight) in self.found.items():
            kin = [w for other, (_, w) in self.found.items() if other != key and _akin(key, other)]
            sums[key] = weight + 0.6 * sum(kin)
        chosen = max(sums, key=lambda k: (round(sums[k], 3), len(k)), default="")
        return strip_legal(self.found[chosen][0]) if chosen and sums[chosen] >= LEAST else ""


def _names_something(name: str, readers: frozenset[str], is_sender: bool) -> bool:
    """Not only words of offices, greetings and subjects, nor the reader himself."""
    lists = words()
    folded = [bare(token) for token in name.split()]
    folded = [word for word in folded if word]
    if "://" in name or "www." in name or any(word in _REGARDS for word in BETWEEN_WORDS.split(fold(name).text)):
        return False
    if _DAY.match(name):
        return False
    if not folded or len(name) > LONGEST or not any(c.isalnum() for c in name):
        return False
    if all(word in lists.empty or word.isdigit() or (len(word) == 1 and word.isascii()) for word in folded):
        return False
    if all(word in readers for word in folded) or all(word in lists.company.legal for word in folded):
        return False
    if len(folded) == 2 and folded[1].isdigit() and (len(folded[0]) <= _CODE or lists.title.is_head(folded[0])):
        return False
    return (
        is_sender or folded[0] not in lists.title.noise or folded[0] in ("the", "el", "la", "le", "das", "die", "der")
    )


def _akin(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a))


def beauty(name: str) -> tuple[bool, int]:
    """A spelling with a capital and more blanks is the better one."""
    return any(c.isupper() for c in name), name.count(" ")
