"""How a sentence of a letter may be heard: many small signs of its wording, learned from letters, summed to one chance.

The rules of the tone packs know what they were told; a hurt person says the same in other words. The table of a language
has, for words, pairs and pairs with one word between, a weight for "somebody may be hurt by this" and the kinds of fault
that it goes with; `bench/learn_tone.py` makes it from the labelled letters in tests/proofing (decision 10).
A hint only advises. It holds nothing back, and the user's own rules are believed whatever the table says.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gmail_followup.rules.signs import learned_rows, signs_of

HEARD = 0.85
"""From this chance on a sentence is told although no rule speaks; chosen on letters of authors that were held back."""
CALM = 0.05
"""Below it a shipped rule is not believed: its words stand in a sentence that hurts nobody."""
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """chance: in [0, 1], that the sentence hurts. class_: the fault that it is likeliest to be."""

    chance: float
    class_: str


class Wording:
    """The table of one language. weights: sign -> (rareness, weight); kinds: class -> sign -> weight."""

    def __init__(
        self, weights: dict[str, tuple[float, float]], base: float, kinds: dict[str, dict[str, float]]
    ) -> None:
        self._weights = weights
        self._base = base
        self._kinds = kinds

    def hear(self, sentence: str) -> Heard:
        """How a sentence may be heard; linear in its length. A greeting of two words hurts nobody."""
        found = signs_of(sentence)
        # In one order, so that sums come out the same in every process.
        known = sorted(sign for sign in found if sign in self._weights)
        if sum(" " not in sign for sign in found) < _FEWEST_WORDS or not known:
            return Heard(0.0, "")
        length = math.sqrt(sum(self._weights[sign][0] ** 2 for sign in known))
        values = {sign: self._weights[sign][0] / length for sign in known}
        total = self._base + sum(value * self._weights[sign][1] for sign, value in values.items())
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        votes = {
            class_: sum(value * weights.get(sign, 0.0) for sign, value in values.items()) + weights.get("", 0.0)
            for class_, weights in self._kinds.items()
        }
        return Heard(chance, max(sorted(votes), key=votes.__getitem__))


@lru_cache(maxsize=8)
def wording_of(language: str) -> Wording | None:
    """The table of a language; None if there is none. Read when first asked for."""
    rows = learned_rows(Path(__file__).with_name("wording"), language)
    if rows is None:
        return None
    weights: dict[str, tuple[float, float]] = {}
    kinds: dict[str, dict[str, float]] = {}
    base = 0.0
    for sign, rareness, weight, votes in rows:
        if sign:
            weights[sign] = float(rareness), float(weight)
        else:
            base = float(weight)
        for vote in votes.split():
            class_, _, value = vote.partition("=")
            kinds.setdefault(class_, {})[sign] = float(value)
    return Wording(weights, base, kinds)
