"""How a whole mail reads: many small signs of its wording, learned from labelled mails, summed to one weight.

Phrases tell a no from what else is said; whether it is said to the reader, as an applicant, shows in the wording around
it: "my paths", "the time you took" against "poor thing", "your claim". The table of a language has a weight for words,
pairs, and pairs with one word between; `bench/learn_wording.py` makes it from the labelled mails in tests/corpus.
It only shifts the sum: without a rule that says no and a word of jobs there is no rejection, however it reads.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gmail_followup.rules.signs import learned_rows, pairs_of, signs_of, words_of

SCALE = 2.0
SHIFT = 1.0
MOST = 2.5
LEAST = -4.0
"""The weight is SCALE * sum + SHIFT, within these bounds; chosen on the half of the b3 mails that may be looked at."""
_READ = 20_000
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """weight: what the wording adds to the sum. words: the signs that did most for it."""

    weight: float
    words: tuple[str, ...]


class Wording:
    """The table of one language: sign -> (rareness, weight)."""

    def __init__(self, table: dict[str, tuple[float, float]], base: float) -> None:
        self._table = table
        self._base = base

    def read(self, subject: str, body: str) -> Reading:
        """The weight of a mail's own words; linear in their length, of which the first 20,000 characters count."""
        # In one order, so that sums and ties come out the same in every process.
        known = {sign: self._table[sign] for sign in sorted(self._table.keys() & signs(subject, body))}
        length = math.sqrt(sum(rareness * rareness for rareness, _ in known.values())) or 1.0
        parts = {sign: rareness * weight / length for sign, (rareness, weight) in known.items()}
        weight = max(LEAST, min(MOST, SCALE * (self._base + sum(parts.values())) + SHIFT))
        ranked = sorted(parts, key=lambda sign: parts[sign] if weight < 0 else -parts[sign])
        return Reading(
            round(weight, 2), tuple(sign.removeprefix("s:").replace(" _ ", " … ") for sign in ranked[:_TOLD])
        )


def signs(subject: str, body: str) -> set[str]:
    """Words, pairs, and pairs with a word between; those of the subject begin with "s:"; any number is "0"."""
    titles = words_of(subject[:_READ])
    return signs_of(body[:_READ]) | {f"s:{sign}" for sign in (*titles, *pairs_of(titles))}


@lru_cache(maxsize=8)
def wording_of(language: str) -> Wording | None:
    """The table of a language; None if there is none. Read when first asked for."""
    rows = learned_rows(Path(__file__).with_name("wording"), language)
    if rows is None:
        return None
    table: dict[str, tuple[float, float]] = {}
    base = 0.0
    for sign, rareness, weight in rows:
        if sign:
            table[sign] = float(rareness), float(weight)
        else:
            base = float(weight)
    return Wording(table, base)
