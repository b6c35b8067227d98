"""How a whole mail reads: many small signs of its wording, learned from labelled mails, summed.

Phrases tell a no from what else is said; whether it is said to the reader, as an applicant, shows in the wording around
it: "my paths", "the time you took" against "poor thing", "your claim". The table of a language has weights for words,
pairs, and pairs with one word between; `bench/learn_wording.py` makes it from the labelled mails in tests/corpus.
Where a rule says no it shifts the sum; where none does it must be surer (see `gmail_followup.reading.manner`). Of a
rejection it also tells whether writer and reader met, and whether it was the last round.
"""

import math
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gmail_followup.rules.signs import learned_rows, pairs_of, signs_of, words_of

SCALE = 2.0
SHIFT = 0.0
MOST = 2.5
LEAST = -4.0
"""What a mail reads like shifts the sum by SCALE * (its signs) + SHIFT, within these bounds; chosen on authors' mails
that the table had not learned (docs/decisions/0007)."""
_READ = 20_000
_TOLD = 3
Weights = tuple[float, float, float]
"""For a rejection, for having met, for a last round: the odds of each, as logarithms."""
_ZERO: Weights = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """rejection, met, final: the odds of each, as logarithms; the last two hold of rejections.

    words: the signs that did most for a rejection, or against it.
    """

    rejection: float
    met: float
    final: float
    words: tuple[str, ...]

    @property
    def shift(self) -> float:
        """What the wording adds to the sum of a mail in which a rule says no."""
        return round(max(LEAST, min(MOST, SCALE * self.rejection + SHIFT)), 2)


class Wording:
    """The table of one language: sign -> (rareness, weights)."""

    def __init__(self, table: dict[str, tuple[float, Weights]], base: Weights) -> None:
        self._table = table
        self._base = base

    def read(self, subject: str, body: str) -> Reading:
        """How a mail's own words read; linear in their length, of which the first 20,000 characters count."""
        # In one order, so that sums and ties come out the same in every process.
        known = {sign: self._table[sign] for sign in sorted(self._table.keys() & signs(subject, body))}
        length = math.sqrt(sum(rareness * rareness for rareness, _ in known.values())) or 1.0
        sums = list(self._base)
        for rareness, weights in known.values():
            for index, weight in enumerate(weights):
                sums[index] += rareness * weight / length
        sign_of_most = -1 if sums[0] > 0 else 1
        ranked = sorted(known, key=lambda sign: sign_of_most * known[sign][0] * known[sign][1][0])
        told = (sign.removeprefix("s:").replace(" _ ", " … ") for sign in ranked[:_TOLD])
        rejection, met, final = (round(total, 2) for total in sums)
        return Reading(rejection, met, final, tuple(told))


def signs(subject: str, body: str) -> set[str]:
    """Words, pairs, and pairs with a word between; those of the subject begin with "s:"; any number is "0"."""
    titles = words_of(subject[:_READ])
    return signs_of(body[:_READ]) | {f"s:{sign}" for sign in (*titles, *pairs_of(titles))}


def turns(body: str, language: str) -> bool:
    """Whether a mail holds a word by which it turns (turns.toml); always where no such words are known."""
    listed = _turns().get(language)
    if listed is None:
        return True
    whole, begun = listed
    return any(word in whole or word.startswith(begun) for word in words_of(body[:_READ]))


@lru_cache(maxsize=1)
def _turns() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """By language: whole words, and beginnings."""
    data = tomllib.loads(Path(__file__).with_name("turns.toml").read_text(encoding="utf-8"))
    return {
        language: (
            frozenset(word for word in text.split() if not word.endswith("*")),
            tuple(word[:-1] for word in text.split() if word.endswith("*")),
        )
        for language, text in data.items()
    }


@lru_cache(maxsize=8)
def wording_of(language: str) -> Wording | None:
    """The table of a language; None if there is none. Read when first asked for."""
    rows = learned_rows(Path(__file__).with_name("wording"), language)
    if rows is None:
        return None
    table = {sign: (float(rareness), _weights(cells)) for sign, rareness, *cells in rows}
    _, base = table.pop("", (0.0, _ZERO))
    return Wording(table, base)


def _weights(cells: list[str]) -> Weights:
    """Of a row: those at its end that are nothing are left out."""
    rejection, met, final = (*map(float, cells), *_ZERO)[:3]
    return rejection, met, final
