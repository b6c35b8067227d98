"""What phrases cannot do without, as two small automata over words: a gate that few texts pass, and none wrongly not.

One automaton of all phrases, letter by letter, has states without number: each word that may begin a phrase keeps it
alive for some words more, and such words follow each other in every text. So here a text is first written in signs, one
for all words that mean the same to the phrases (most mean nothing); and of each phrase only a stretch is asked for: from
a rare word of it forwards, or from a rare word backwards, as far as is needed for few texts to have it. Rare words seldom
meet, so both automata stay small (measured on English prose: a fortieth of the time).

A stretch holds wherever its phrase holds, and signs lose distinctions and add none. As a match counts within a sentence
only, a stretch does not go on where a sentence surely ends.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from gmail_followup.mail.sentences import ABBREVIATIONS
from gmail_followup.rules import kept
from gmail_followup.rules.fold import fold
from gmail_followup.rules.frequent import frequency
from gmail_followup.rules.phrase import GAP_DEFAULT

_MEMORY = 24 << 20
_TOKEN = re.compile(r"\.\.+\d*|\{[^{}]*\}|[()\[\]|]|[^\s()\[\]|{}]+")
_ATOM = re.compile(r"[a-z0-9]+")
_RARE_ENOUGH = 1e-9
_SELECTIVE = 12_000.0
"""How much a text that passes for nothing costs, against a word in it that wakes the automaton."""
_SEPARATORS = b',*"_'
_JOINT = "-"
"""Between two words that no blank separates, as in "not-for-profit"."""
_OTHER = "."
_SEAM, _STOP = "|/"
"""Where a text says that no sentence goes on; and where a word with its full stop says it."""
_ANY = f"[^{_JOINT}{_SEAM}{_STOP}]"
_ANYTHING = f"(?:{_ANY}(?:{_JOINT}{_ANY})*)"
_END = "!"
"""Put behind every text and looked for as well: a set that runs out of memory finds nothing, not even this."""
_FIRST_SIGN = 0x80
_MOST_TOKENS = 60_000


SEAM = "\2"
"""Stands between blanks in a folded text where no sentence goes on; texts that have it of their own are not for here."""
PLAIN_SEAM = _SEAM.encode()
_ENDS_SENTENCE = re.compile(rb"(?:[a-z]{7}|^([a-z]{4,6}))\.$")
"""What stands between blanks and ends a sentence of ASCII, unless it is one of `ABBREVIATIONS`."""


def _plain(code: int) -> int:
    char = chr(code).lower()
    if code < 128 and (char.isalnum() or char in "\n\f."):
        return ord(char)
    if char in "\t\r ":
        return 32
    if char == SEAM:
        return ord(_SEAM)
    return ord(",") if code in _SEPARATORS else ord(":")


PLAIN = bytes(map(_plain, range(256)))
"""For `bytes.translate`: lower case, blanks, full stops, "," for what may stand between the words of a phrase, ":" for
all else."""


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    """Part of a phrase. kind: word, choice, option (a choice that may be missing), gap or slot.

    often: how many words of a text begin this, of one, roughly. most: the longest that a gap can be, in words.
    """

    kind: str
    often: float = 1.0
    word: str = ""
    choices: "tuple[tuple[_Item, ...], ...]" = ()
    most: int = 0

    @property
    def is_needed(self) -> bool:
        return self.kind in ("word", "choice")


def _items_of(phrase: str) -> tuple[_Item, ...]:
    return _items(fold(" ".join(phrase.split())).text)


def _items(text: str) -> tuple[_Item, ...]:
    """The items of a phrase or of one of its alternatives."""
    items: list[_Item] = []
    position = 0
    while match := _TOKEN.search(text, position):
        token, position = match[0], match.end()
        if token in ("(", "["):
            end = _closing(text, match.start())
            items.append(_group(text[match.start() : end]))
            position = end
        elif token.startswith(".."):
            items.append(_Item("gap", most=int(token.strip(".") or GAP_DEFAULT)))
        elif token.startswith("{"):
            items.append(_Item("slot"))
        else:
            items.append(_word(token))
    return tuple(items)


def _closing(text: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"[()\[\]]").finditer(text, at):
        depth += 1 if match[0] in "([" else -1
        if depth == 0:
            return match.end()
    return len(text)


@lru_cache(maxsize=4096)
def _group(text: str) -> _Item:
    """The same lists of words come again in hundreds of phrases."""
    choices: list[str] = [""]
    depth = 0
    for piece in re.split(r"([()\[\]|])", text[1:-1]):
        depth += (piece in ("(", "[")) - (piece in (")", "]"))
        if piece == "|" and depth == 0:
            choices.append("")
        else:
            choices[-1] += piece
    made = tuple(_items(choice) for choice in choices)
    often = min(1.0, sum(prod(item.often for item in choice if item.is_needed) for choice in made))
    return _Item("choice" if text[0] == "(" else "option", often, choices=made)


@lru_cache(maxsize=16_384)
def _word(token: str) -> _Item:
    often = min(map(frequency, _ATOM.findall(token)), default=1.0)
    return _Item("word", often * (1.5 if token.endswith("*") else 1.0), word=token)


def _stretches(items: Sequence[_Item]) -> Iterator[tuple[float, int, bool, Sequence[_Item]]]:
    """Every stretch that could stand for a phrase, in the order in which it is read: its cost, size, backwards?, itself.

    The cost is of what wakes the automaton in vain, and for how many words, and of texts that pass for nothing.
    """
    for ordered, backwards in ((items, False), (items[::-1], True)):
        for begin, first in enumerate(ordered):
            if not first.is_needed:
                continue
            chance, gap, awake = first.often, 0, 0.0
            yield _SELECTIVE * max(chance, _RARE_ENOUGH), 1, backwards, ordered[begin : begin + 1]
            for end in range(begin + 1, len(ordered)):
                item = ordered[end]
                if item.kind == "slot":
                    break
                if item.kind == "gap":
                    gap += item.most
                elif item.is_needed:
                    awake += chance * (1 + gap)
                    chance *= min(1.0, item.often * (1 + gap))
                    gap = 0
                    cost = awake + _SELECTIVE * max(chance, _RARE_ENOUGH)
                    yield cost, end - begin, backwards, ordered[begin : end + 1]


class Outline:
    """The gate of many phrases. `owners_in` is linear, and safe to call in several processes."""

    def __init__(self, phrases: Iterable[tuple[int, str]]) -> None:
        """phrases: the owner (any number) of each, and the phrase as `pattern_of` accepts it."""
        listed = [*phrases]
        digest = kept.digest_of(f"{owner} {phrase}".encode() for owner, phrase in listed)
        made = kept.get("outline", digest)
        if made is None:
            made = _made(listed)
            kept.put("outline", digest, made)
        known, beginnings, sides, always = made
        self._always = frozenset(always)
        self._signs = _Signs(known, beginnings)
        self._everyone = frozenset(owner for owner, _ in listed)
        # The first pattern of a set is its end, which nobody owns.
        self._sides = tuple(
            (step, _set_of(pattern for pattern, _ in side), (frozenset(), *(frozenset(owners) for _, owners in side)))
            for step, side in zip((1, -1), sides, strict=True)
        )

    def owners_in(self, plain: bytes, *, stops: bool = False) -> frozenset[int]:
        """The owners of all phrases that hold in a sentence of a text, and of few others.

        plain: the text, folded, put in PLAIN. stops: that it was ASCII before it was folded, and has a blank behind a
        word with a full stop only where the text that is read has one: so such words may end sentences.
        """
        signs = "".join(map(self._signs.__getitem__, plain.split()))
        if not stops:
            signs = signs.replace(_STOP, "")
        found = self._always
        for step, patterns, owners in self._sides:
            matched = patterns and patterns.Match((signs[::step] + _END).encode())
            if not matched:
                return self._everyone
            if len(matched) > 1:
                found = found.union(*(owners[index] for index in matched))
        return found


_Side = list[tuple[str, tuple[int, ...]]]


def _made(
    phrases: Iterable[tuple[int, str]],
) -> tuple[dict[str, str], dict[str, str], tuple[_Side, _Side], tuple[int, ...]]:
    """The signs of words and of beginnings, the patterns to read forwards and backwards with their owners, and the
    owners of phrases without words.
    """
    owners: dict[str, set[int]] = {}
    for owner, phrase in phrases:
        owners.setdefault(phrase, set()).add(owner)
    best: dict[str, tuple[float, int, bool, Sequence[_Item]]] = {}
    always: set[int] = set()
    for phrase, names in owners.items():
        stretches = [*_stretches(_items_of(phrase))]
        if stretches:
            best[phrase] = min(stretches, key=lambda found: found[:3])
        else:
            # Of nothing but slots.
            always |= names
    alphabet = _Alphabet(items for _, _, _, items in best.values())
    sides: tuple[dict[str, set[int]], dict[str, set[int]]] = ({}, {})
    for phrase, (_, _, backwards, items) in best.items():
        sides[backwards].setdefault(alphabet.pattern(items, backwards), set()).update(owners[phrase])
    forwards, backward = ([(pattern, tuple(found)) for pattern, found in side.items()] for side in sides)
    return alphabet.known, alphabet.beginnings, (forwards, backward), tuple(always)


class _Alphabet:
    """Which words mean the same, and so have one sign. Places: of each word or list in a stretch, one."""

    def __init__(self, stretches: Iterable[Sequence[_Item]]) -> None:
        self._places: dict[str, set[int]] = {}
        self._place_of: dict[object, int] = {}
        for items in stretches:
            self._walk(items)
        begun = {atom[:-1] for atom in self._places if atom.endswith("*")}
        meanings: dict[frozenset[int], str] = {}
        self._by_place: dict[int, list[int]] = {}

        def sign(atom: str) -> str:
            places = set(self._places.get(atom, ()))
            for length in range(1, len(atom) + 1):
                if atom[:length] in begun:
                    places |= self._places[atom[:length] + "*"]
            if not places:
                return _OTHER
            meaning = frozenset(places)
            if meaning not in meanings:
                code = _FIRST_SIGN + len(meanings)
                meanings[meaning] = chr(code)
                for place in meaning:
                    self._by_place.setdefault(place, []).append(code)
            return meanings[meaning]

        self.known = {atom: sign(atom) for atom in self._places if not atom.endswith("*")}
        # Whatever else begins like this has the sign of the longest such beginning.
        self.beginnings = {atom: sign(atom + "\0") for atom in begun}

    def _walk(self, items: Sequence[_Item]) -> None:
        for item in items:
            if item.kind == "word":
                for index, atom in enumerate(_atoms(item.word)):
                    self._put(atom, (item.word, index))
            elif item.choices and item not in self._place_of:
                for choice in item.choices:
                    if _is_single(choice):
                        self._put(_atoms(choice[0].word)[0], item)
                    else:
                        self._walk(choice)

    def _put(self, atom: str, key: object) -> None:
        place = self._place_of.setdefault(key, len(self._place_of))
        self._places.setdefault(atom, set()).add(place)

    def pattern(self, items: Sequence[_Item], backwards: bool) -> str:
        """The RE2 pattern of items in the order in which they are met."""
        out: list[str] = []
        pending = False
        for item in items:
            before, after = (f"{_JOINT}?", "") if pending else ("", f"{_JOINT}?")
            if item.kind == "gap":
                out.append(f"(?:{before}{_ANYTHING}{after}){{0,{item.most}}}")
            elif item.kind == "option":
                out.append(f"(?:{before}{self._choice(item, backwards)}{after})?")
            elif item.kind == "slot":
                out.append(f"[^{_SEAM}{_STOP}]*")
                pending = False
            else:
                made = self._word(item.word, backwards) if item.kind == "word" else self._choice(item, backwards)
                out.append((f"{_JOINT}?" if pending else "") + made)
                pending = True
        return "".join(out)

    def _choice(self, item: _Item, backwards: bool) -> str:
        single = [choice[0].word for choice in item.choices if _is_single(choice)]
        found = {self.pattern(c[::-1] if backwards else c, backwards) for c in item.choices if not _is_single(c)}
        if single:
            goes_on = any(word.endswith("*") for word in single)
            found.add(_going_on(_class(self._by_place[self._place_of[item]]), goes_on, backwards))
        return f"(?:{'|'.join(sorted(found))})"

    def _word(self, word: str, backwards: bool) -> str:
        places = [self._place_of[word, index] for index, _ in enumerate(_atoms(word))]
        if not places:
            return f"{_ANYTHING}?"
        classes = [_class(self._by_place[place]) for place in places]
        return _going_on(_JOINT.join(classes[::-1] if backwards else classes), word.endswith("*"), backwards)


def _is_single(choice: Sequence[_Item]) -> bool:
    return len(choice) == 1 and choice[0].kind == "word" and len(_atoms(choice[0].word)) == 1


@lru_cache(maxsize=16_384)
def _atoms(word: str) -> tuple[str, ...]:
    """The runs of letters and digits of a word; "mov*" is one that goes on."""
    found = _ATOM.findall(word)
    if word.endswith("*") and found and _ATOM.match(word.rstrip("*")[-1]):
        found[-1] += "*"
    return tuple(found)


def _going_on(pattern: str, goes_on: bool, backwards: bool) -> str:
    if not goes_on:
        return pattern
    return f"(?:{_ANY}{_JOINT})*{pattern}" if backwards else f"{pattern}(?:{_JOINT}{_ANY})*"


def _class(codes: Sequence[int]) -> str:
    """A class of signs, as ranges."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in ranges) + "]"


class _Signs(dict[bytes, str]):
    """Of what stands between blanks: its signs, with joints; worked out on first sight."""

    def __init__(self, known: dict[str, str], beginnings: dict[str, str]) -> None:
        super().__init__()
        self._known, self._beginnings = known, beginnings
        self._lengths = sorted({len(atom) for atom in beginnings}, reverse=True)

    def __missing__(self, token: bytes) -> str:
        atoms = _ATOM.findall(token.decode("ascii"))
        if atoms:
            found = _JOINT.join(self._known.get(atom) or self._begun(atom) for atom in atoms)
            end = _ENDS_SENTENCE.search(token)
            if end and (end[1] is None or end[1].decode("ascii") not in ABBREVIATIONS):
                found += _STOP
        elif token == PLAIN_SEAM:
            found = _SEAM
        else:
            found = _OTHER if token.strip(b",") else ""
        if len(self) >= _MOST_TOKENS:
            self.clear()
        self[token] = found
        return found

    def _begun(self, atom: str) -> str:
        for length in self._lengths:
            if length <= len(atom) and atom[:length] in self._beginnings:
                return self._beginnings[atom[:length]]
        return _OTHER


def _set_of(patterns: Iterable[str]) -> Any:
    """None if there is not enough memory for them."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.dot_nl = True
    made = re2.Set.SearchSet(options)
    made.Add(_END)
    for pattern in patterns:
        made.Add(pattern)
    try:
        made.Compile()
    except re2.error:
        return None
    return made
