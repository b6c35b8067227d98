"""Whether one of many rules may hold in a text: never a wrong no.

The words of a text tell which phrases it allows, and only those are asked; where there are many phrases and long texts,
their outline is asked first (see there).
"""

import re
from collections.abc import Iterable
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from gmail_followup.rules.needs import NeedIndex, needs_of
from gmail_followup.rules.phrase import pattern_of
from gmail_followup.rules.rule import Rule
from gmail_followup.scanning.outline import PLAIN, PLAIN_SEAM, SEAM, Outline

_PHRASE_MEMORY = 2 << 20
_GROUP = re.compile(r"\(\?P<\w+>")
_PREFIX = r"[\pL\pN'-]*"
"""The one class of letters in the pattern of a phrase."""
_NO_STOP = re.compile(rb"\.(?=\f++[^\n ])")
"""A full stop in PLAIN behind which nobody knows whether there is a blank, so that it ends nothing."""
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*|\t")
_APART = " ;" * 12 + " "
"""More words than a gap of a phrase, and a sign that no slot takes."""
_NO_WORD = bytes(code if (chr(code).isalnum() and code < 128) or code == 95 else 32 for code in range(256))


class Ends(Enum):
    """What is known of a folded text about where sentences end.

    OF_WORDS: the text was ASCII before it was folded, and the text that is read has a
    blank wherever it has one (but for form feeds: there, perhaps).
    OF_LINES: its lines are those that are read, too.
    """

    UNKNOWN = 0
    OF_WORDS = 1
    OF_LINES = 2


class Words:
    """Rules of one field. Texts are folded; `may_hold` is linear, and its answer depends on the text alone."""

    def __init__(self, rules: Iterable[Rule], *, many: bool = False, as_read: bool = False) -> None:
        """many: so many phrases, and texts so long, that their outline is worth asking; a match counts within a sentence
        only. as_read: texts are given letter by letter as the reader reads them, so that people's own expressions can
        be asked.
        """
        self.rules = tuple(rules)
        phrases = [rule for rule in self.rules if not rule.regex]
        own = [rule for rule in self.rules if rule.regex]
        self._parts = [phrase for rule in phrases for phrase in rule.phrases]
        self._by_letter = not all(rule.pattern.replace(_PREFIX, "").isascii() for rule in phrases)
        self._has_slots = any("(?P<" in rule.pattern for rule in phrases)
        self._own = own if as_read else None
        self._filter = None if as_read else _filter_of(own)
        self._always = not as_read and any("\n" in rule.regex or r"\n" in rule.regex for rule in own)
        self._one_by_one: dict[bool, _OneByOne] = {}
        self._many = many and bool(phrases)

    @cached_property
    def _outline(self) -> Outline:
        return Outline(enumerate(self._parts))

    @cached_property
    def _own_expressions(self) -> list[Any]:
        import re2

        _, options = _arguments("", True, _PHRASE_MEMORY)
        return [re2.compile(rule.pattern, options) for rule in self._own or ()]

    def may_hold(self, text: str, ends: Ends = Ends.UNKNOWN) -> bool:
        """False only if no rule's expression matches `text` or a sentence of it. ends: see there."""
        if not self.rules or not text:
            return False
        if self._always or (self._own and any(own.search(text) for own in self._own_expressions)):
            return True
        if self._holds(text, ends) if self._many else self._asks(text):
            return True
        if self._filter is None and (self._many or not self._has_slots):
            return False
        # Slots are of limited length, and blanks in the text at hand may be more than in the text that is read.
        plain = " ".join(text.split())
        if self._filter is not None and any(self._filter.Match(form, potential=True) for form in (text, plain)):
            return True
        return not self._many and plain != text and self._asks(plain)

    def _asks(self, text: str) -> bool:
        if not self._parts:
            return False
        by_letter, data = self._data_of(text)
        return self._each(by_letter).may_hold(data)

    def _holds(self, text: str, ends: Ends) -> bool:
        """Whether a phrase holds in a folded text, within a sentence as far as it is sure where sentences end."""
        found = self._owners(text, ends)
        if not found:
            return False
        text = text.replace(SEAM, _APART)
        if ends is Ends.OF_LINES:
            text = _EMPTY_LINE.sub(_APART, text)
        if any("{" in self._parts[index] for index in found):
            text = " ".join(text.split())
        by_letter, data = self._data_of(text)
        return any(self._each(by_letter).expression(index).search(data) for index in found)

    def _owners(self, text: str, ends: Ends) -> frozenset[int]:
        """The phrases that may hold, by their index."""
        return self._outline.owners_in(_plain(text, ends), stops=ends is not Ends.UNKNOWN)

    def _data_of(self, text: str) -> tuple[bool, bytes]:
        """What the expressions see of a folded text, and whether they tell letters beyond ASCII apart."""
        by_letter = not text.isascii() and self._by_letter
        return by_letter, text.encode("utf-8", "replace") if by_letter else _in_latin(text).encode("latin-1")

    def _each(self, by_letter: bool) -> "_OneByOne":
        if by_letter not in self._one_by_one:
            self._one_by_one[by_letter] = _OneByOne(self._parts, by_letter)
        return self._one_by_one[by_letter]


def _plain(text: str, ends: Ends) -> bytes:
    """What the outline sees of a folded text."""
    plain = text.encode("utf-8", "replace").translate(PLAIN)
    if ends is Ends.OF_LINES:
        plain = plain.replace(b"\n\n", b"\n" + PLAIN_SEAM + b"\n")
    return _NO_STOP.sub(b":", plain) if b"\f" in plain else plain


class _OneByOne:
    """Asks the phrases whose words the text has."""

    def __init__(self, phrases: list[str], by_letter: bool) -> None:
        self._phrases = phrases
        self._by_letter = by_letter
        self._compiled: dict[int, Any] = {}

    @cached_property
    def _index(self) -> NeedIndex:
        return NeedIndex((index, needs_of(phrase)) for index, phrase in enumerate(self._phrases))

    def may_hold(self, data: bytes) -> bool:
        words = data.translate(_NO_WORD).decode("ascii").split()
        return any(self.expression(index).search(data) for index in self._index.owners_of(set(words)))

    def expression(self, index: int) -> Any:
        """The phrase of that index, compiled."""
        made = self._compiled.get(index)
        if made is None:
            import re2

            pattern = _GROUP.sub("(?:", pattern_of(self._phrases[index]))
            made = self._compiled[index] = re2.compile(*_arguments(pattern, self._by_letter, _PHRASE_MEMORY))
        return made


def _arguments(pattern: str, by_letter: bool, memory: int) -> tuple[bytes, Any]:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    if by_letter:
        return pattern.encode("utf-8"), options
    options.encoding = re2.Options.Encoding.LATIN1
    return _in_latin(pattern).encode("latin-1"), options


def _filter_of(rules: list[Rule]) -> Any:
    """For expressions of people's own, which may speak of line ends and blanks: letters they cannot do without."""
    if not rules:
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    made = re2.Filter()
    for rule in rules:
        made.Add(rule.pattern, options)
    made.Compile()
    return made


@lru_cache(maxsize=4096)
def _latin(char: str) -> str:
    """A letter that stands for all letters beyond ASCII, or a mark that stands for all else."""
    return "\xaa" if char.isalpha() or char.isnumeric() else "\xac"


def _in_latin(text: str) -> str:
    """The text with one of two characters in place of all that folding left outside ASCII."""
    if text.isascii():
        return text
    for char in set(text):
        if not char.isascii():
            text = text.replace(char, _latin(char))
    return text
