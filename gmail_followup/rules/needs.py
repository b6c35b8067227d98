"""Which words a phrase cannot do without: a cheap look at a text tells which expressions are worth running.

A phrase such as `we (will|shall) not [be] ..3 mov*` needs "we", one of "will" and "shall", "not", and a word that
begins with "mov". The words of a text are its longest runs of ASCII letters and digits, as a word boundary in a
pattern sees them; so a text that lacks one of these cannot hold the phrase. (The other way round does not hold: the
expression decides.)
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from gmail_followup.rules import kept
from gmail_followup.rules.fold import fold
from gmail_followup.rules.frequent import frequency

Need = frozenset[str]
"""One of these must stand in the text; `mov*` is a word that begins so."""

_TOKEN = re.compile(r"\.\.\d*|\{[^{}]*\}|[()\[\]|]|[^\s()\[\]|{}]+")
_ATOM = re.compile(r"[a-z0-9_]+")
_SLOTS = 4


@lru_cache(maxsize=16_384)
def needs_of(phrase: str) -> tuple[Need, ...]:
    """The needs of a phrase that `pattern_of` accepts; () where nothing can be said."""
    known = _known()
    needs = known.get(phrase)
    if needs is None:
        needs = known[phrase] = _needs_of(phrase)
    return needs


@cache
def _known() -> dict[str, tuple[Need, ...]]:
    """By phrase; those of earlier starts are among them."""
    found: dict[str, tuple[Need, ...]] = kept.get("needs", kept.digest_of(())) or {}
    _count_kept[0] = len(found)
    return found


_count_kept = [0]


def keep() -> None:
    """Keeps the needs of all phrases that were asked for, if there are more of them than were kept."""
    known = _known()
    if len(known) > _count_kept[0]:
        _count_kept[0] = len(known)
        kept.put("needs", kept.digest_of(()), known)


def _needs_of(phrase: str) -> tuple[Need, ...]:
    tokens = _TOKEN.findall(fold(" ".join(phrase.split())).text)
    needs, _ = _sequence(tokens, 0)
    return tuple(needs)


def _sequence(tokens: Sequence[str], at: int) -> tuple[list[Need], int]:
    needs: list[Need] = []
    while at < len(tokens) and tokens[at] not in (")", "]", "|"):
        token = tokens[at]
        if token in ("(", "["):
            choices: list[list[Need]] = []
            at += 1
            while True:
                choice, at = _sequence(tokens, at)
                choices.append(choice)
                if at >= len(tokens) or tokens[at] != "|":
                    break
                at += 1
            if token == "(" and all(choices):
                needs.append(frozenset().union(*(min(choice, key=_commonness) for choice in choices)))
        elif not token.startswith(("..", "{")):
            needs += _word(token)
        at += 1
    return needs, at


def _word(word: str) -> list[Need]:
    body = word.rstrip("*")
    found: list[Need] = []
    for match in _ATOM.finditer(body):
        atom = match.group()
        if "_" in atom:
            continue
        goes_on = word != body and match.end() == len(body)
        found.append(frozenset([atom + "*" if goes_on else atom]))
    return found


@lru_cache(maxsize=16_384)
def _commonness(need: Need) -> float:
    """Small for a need that few texts meet."""
    return sum(frequency(word.rstrip("*")) for word in need)


class NeedIndex:
    """Many phrases at once: which could occur, given the words of a text. Immutable but for a cache of words."""

    def __init__(self, phrases: Iterable[tuple[int, tuple[Need, ...]]]) -> None:
        """phrases: the owner (any small number) and the needs of each phrase."""
        owners: list[int] = []
        chosen: list[list[Need]] = []
        for owner, needs in phrases:
            owners.append(owner)
            chosen.append(sorted(needs, key=_commonness)[:_SLOTS])
        # The bits of a word: for each of four slots, which phrases need it there. Multiples of 30 are quick to shift.
        self._width = width = -(-len(owners) // 30) * 30
        self._all = (1 << width) - 1
        self._always = 0
        whole: dict[str, int] = {}
        begun: dict[str, int] = {}
        for bit, needed in enumerate(chosen):
            for slot in range(_SLOTS):
                here = 1 << (slot * width + bit)
                if slot >= len(needed):
                    self._always |= here
                    continue
                for word in needed[slot]:
                    place = begun if word.endswith("*") else whole
                    place[word.rstrip("*")] = place.get(word.rstrip("*"), 0) | here
        self._owners = owners
        self._of_owner: dict[int, int] = {}
        for bit, owner in enumerate(owners):
            self._of_owner[owner] = self._of_owner.get(owner, 0) | 1 << bit
        self._bits = _Bits(whole, begun)

    def owners(self, text: str) -> list[int]:
        """The owners of every phrase that could occur in a folded text, each once."""
        return self.owners_of(text.split())

    def owners_of(self, words: Iterable[str]) -> list[int]:
        """The same for the words of a text; what stands around them up to the next blank does no harm."""
        bits = self._always
        of = self._bits
        for word in words:
            # Most words mean nothing here, and adding nothing to a long number takes its time.
            if here := of[word]:
                bits |= here
        width = self._width
        two = bits & bits >> 2 * width
        left = two & two >> width & self._all
        found: list[int] = []
        while left:
            owner = self._owners[(left & -left).bit_length() - 1]
            found.append(owner)
            left &= ~self._of_owner[owner]
        return found


class _Bits(dict[str, int]):
    """Of what stands between blanks: which needs its words meet; worked out on first sight."""

    _MOST = 20_000

    def __init__(self, whole: dict[str, int], begun: dict[str, int]) -> None:
        super().__init__()
        self._whole, self._begun = whole, begun
        self._lengths = sorted({len(word) for word in begun})

    def __missing__(self, token: str) -> int:
        bits = 0
        for word in _ATOM.findall(token):
            bits |= self._whole.get(word, 0)
            for length in self._lengths:
                if length > len(word):
                    break
                bits |= self._begun.get(word[:length], 0)
        if len(self) >= self._MOST:
            self.clear()
        self[token] = bits
        return bits
