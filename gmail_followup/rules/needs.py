"""Which words a phrase cannot do without: a cheap look at a text tells which expressions are worth running.

A phrase such as `we (will|shall) not [be] ..3 mov*` needs "we", one of "will" and "shall", "not", and a word that
begins with "mov". The words of a text are its longest runs of ASCII letters and digits, as a word boundary in a
pattern sees them; so a text that lacks one of these cannot hold the phrase. (The other way round does not hold: the
expression decides.)
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from gmail_followup.rules.fold import fold

Need = frozenset[str]
"""One of these must stand in the text; `mov*` is a word that begins so."""

_TOKEN = re.compile(r"\.\.\d*|\{[^{}]*\}|[()\[\]|]|[^\s()\[\]|{}]+")
_ATOM = re.compile(r"[a-z0-9_]+")
_SLOTS = 4
_FREQUENT = frozenset(
    {"the", "a", "an", "to", "of", "you", "your", "we", "our", "us", "in", "is", "it", "i", "for", "on", "this", "that"}
    | {
        "at",
        "be",
        "been",
        "with",
        "not",
        "have",
        "has",
        "are",
        "was",
        "will",
        "as",
        "and",
        "or",
        "from",
        "by",
        "so",
        "no",
    }
)


@lru_cache(maxsize=16_384)
def needs_of(phrase: str) -> tuple[Need, ...]:
    """The needs of a phrase that `pattern_of` accepts; () where nothing can be said."""
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


def _commonness(need: Need) -> tuple[bool, int]:
    """Small for a need that few texts meet."""
    return (not need.isdisjoint(_FREQUENT), len(need))


class NeedIndex:
    """Many phrases at once: which could occur, given the words of a text. Immutable but for a cache of words."""

    _CACHED_WORDS = 50_000

    def __init__(self, phrases: Iterable[tuple[int, tuple[Need, ...]]]) -> None:
        """phrases: the owner (any small number) and the needs of each phrase."""
        owners: list[int] = []
        always = [0] * _SLOTS
        whole: dict[str, list[int]] = {}
        begun: dict[str, list[int]] = {}
        for bit, (owner, needs) in enumerate(phrases):
            owners.append(owner)
            chosen = sorted(needs, key=_commonness)[:_SLOTS]
            for slot in range(_SLOTS):
                if slot >= len(chosen):
                    always[slot] |= 1 << bit
                    continue
                for word in chosen[slot]:
                    place = begun if word.endswith("*") else whole
                    place.setdefault(word.rstrip("*"), [0] * _SLOTS)[slot] |= 1 << bit
        self._owners = owners
        self._of_owner: dict[int, int] = {}
        for bit, owner in enumerate(owners):
            self._of_owner[owner] = self._of_owner.get(owner, 0) | 1 << bit
        self._always = tuple(always)
        self._whole, self._begun = whole, begun
        self._lengths = sorted({len(word) for word in begun})
        self._cache: dict[str, tuple[int, ...]] = {}
        self._dull: set[str] = set()

    def owners(self, text: str) -> list[int]:
        """The owners of every phrase that could occur in a folded text, each once."""
        return self.owners_of(_ATOM.findall(text))

    def owners_of(self, words: Iterable[str]) -> list[int]:
        """The same for the words of a text."""
        a, b, c, d = self._always
        cache = self._cache
        for word in set(words) - self._dull:
            bits = cache.get(word) or self._bits(word)
            if bits is not None:
                a |= bits[0]
                b |= bits[1]
                c |= bits[2]
                d |= bits[3]
        left = a & b & c & d
        found: list[int] = []
        while left:
            owner = self._owners[(left & -left).bit_length() - 1]
            found.append(owner)
            left &= ~self._of_owner[owner]
        return found

    def _bits(self, word: str) -> tuple[int, ...] | None:
        beginnings = (self._begun.get(word[:length]) for length in self._lengths if length <= len(word))
        slots = [bits for bits in (self._whole.get(word), *beginnings) if bits]
        if not slots:
            if len(self._dull) >= self._CACHED_WORDS:
                self._dull.clear()
            self._dull.add(word)
            return None
        joined = [0] * _SLOTS
        for bits in slots:
            joined = [x | y for x, y in zip(joined, bits, strict=True)]
        if len(self._cache) >= self._CACHED_WORDS:
            self._cache.clear()
        self._cache[word] = merged = (joined[0], joined[1], joined[2], joined[3])
        return merged
