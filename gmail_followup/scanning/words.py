"""Whether one of many rules may hold in a text: one pass, whatever their number, and never a wrong no."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gmail_followup.rules.rule import Rule

_MEMORY = 48 << 20
_GROUP = re.compile(r"\(\?P<\w+>")
_PREFIX = r"[\pL\pN'-]*"
"""The one class of letters in the pattern of a phrase."""
_END = "\x01\x02\x03"
"""Put behind every text and looked for as well: a set that runs out of memory finds nothing, not even this."""


class Words:
    """Rules of one field. Texts are folded; `may_hold` is linear and pure."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        phrases = [rule for rule in self.rules if not rule.regex]
        own = [rule for rule in self.rules if rule.regex]
        self._by_letter = not all(rule.pattern.replace(_PREFIX, "").isascii() for rule in phrases)
        self._has_slots = any("(?P<" in rule.pattern for rule in phrases)
        self._patterns = [_GROUP.sub("(?:", rule.pattern) for rule in phrases]
        self._sets: dict[bool, tuple[Any, int] | None] = {}
        self._filter = _filter_of(own)
        self._always = any("\n" in rule.regex or r"\n" in rule.regex for rule in own)

    def may_hold(self, text: str) -> bool:
        """False only if no rule's expression matches `text` or a sentence of it."""
        if not self.rules or not text:
            return False
        if self._always:
            return True
        if self._filter is not None or self._has_slots:
            plain = " ".join(text.split())
            if self._filter is not None and any(self._filter.Match(form, potential=True) for form in (text, plain)):
                return True
            text = plain
        if not self._patterns:
            return False
        by_letter = not text.isascii() and self._by_letter
        data = (text + _END).encode("utf-8", "replace") if by_letter else (_in_latin(text) + _END).encode("latin-1")
        made = self._set(by_letter)
        return made is None or bool(made[0].Match(data) != [made[1]])

    def _set(self, by_letter: bool) -> tuple[Any, int] | None:
        """The set and the index of the end mark; None where the rules are too many for the memory."""
        if by_letter not in self._sets:
            import re2

            options = re2.Options()
            options.log_errors = False
            options.max_mem = _MEMORY
            if not by_letter:
                options.encoding = re2.Options.Encoding.LATIN1
            found = re2.Set.SearchSet(options)
            for pattern in self._patterns:
                found.Add(pattern.encode("utf-8") if by_letter else _in_latin(pattern).encode("latin-1"))
            end = found.Add(_END.encode())
            try:
                found.Compile()
                self._sets[by_letter] = found, end
            except re2.error:
                self._sets[by_letter] = None
        return self._sets[by_letter]


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
