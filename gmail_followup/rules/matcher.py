"""Runs many rules over a text at once: the words of the text tell which rules are worth running, and only those look.

What is found is exactly what every expression finds alone (tests/rules/test_matcher.py holds that to account).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gmail_followup.mail.message import Span
from gmail_followup.rules.fold import Folded
from gmail_followup.rules.needs import NeedIndex, needs_of
from gmail_followup.rules.rule import Rule

# Where a slot of many lengths meets many sentences, RE2's default of 8 MiB makes it forget its states and start again.
_MEMORY = 64 << 20
_LONGEST_KEPT = 400
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that found its words. start, end: code points in the original text; guard: why it does not count."""

    rule: Rule
    start: int
    end: int
    slots: tuple[tuple[str, int, int], ...] = ()
    guard: str = ""


def _compile(pattern: str, as_bytes: bool) -> Any:
    """RE2 for text, or for ASCII bytes: as Latin-1 an expression is a tenth as large and says the same of ASCII."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    if not as_bytes:
        return re2.compile(pattern, options)
    options.encoding = re2.Options.Encoding.LATIN1
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error:  # a range of non-ASCII letters may come out reversed in Latin-1
        options.encoding = re2.Options.Encoding.UTF8
        return re2.compile(pattern.encode(), options)


class Matcher:
    """Rules compiled for one field. Build it once; it is safe to share, and linear in the text for every rule."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: tuple[Rule, ...] = tuple(rules)
        self._compiled: dict[tuple[int, bool], Any] = {}
        self._found: dict[str, tuple[Hit, ...]] = {}

    @cached_property
    def _index(self) -> NeedIndex:
        return NeedIndex(entry for index, rule in enumerate(self.rules) for entry in _needs(index, rule))

    def candidates(self, text: str) -> Sequence[int]:
        """Indexes of the rules that may occur in a folded text; a rule that is not named does not."""
        return sorted(self._index.owners(text)) if self.rules else ()

    def _expression(self, index: int, as_bytes: bool) -> tuple[Any, tuple[tuple[str, int], ...]]:
        """The compiled rule and its slots: name and number of the group."""
        made = self._compiled.get((index, as_bytes))
        if made is None:
            expression = _compile(self.rules[index].pattern, as_bytes)
            names = {n.decode() if isinstance(n, bytes) else n: group for n, group in expression.groupindex.items()}
            slots = tuple((name.partition("_")[0], group) for name, group in names.items())
            made = self._compiled[index, as_bytes] = expression, slots
        return made

    def find(self, folded: Folded, span: Span) -> list[Hit]:
        """All hits within a span of the folded text; spans of the hits are those of the original text."""
        if not self.rules:
            return []
        text = folded.text[span.start : span.end]
        if folded.offsets is not None or span.start or len(text) > _LONGEST_KEPT:
            return list(self._hits(text, folded, span))
        # Mails say the same sentences again and again: greetings, footers, quoted mails, forms.
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            found = self._found[text] = tuple(self._hits(text, folded, span))
        return list(found)

    def _hits(self, text: str, folded: Folded, span: Span) -> Iterator[Hit]:
        # In ASCII a byte is a code point, and RE2 then needs no table of offsets.
        as_bytes = text.isascii()
        subject = text.encode() if as_bytes else text
        for index in self.candidates(text):
            expression, groups = self._expression(index, as_bytes)
            for match in expression.finditer(subject):
                start, end = match.span()
                if start == end:
                    continue
                slots = tuple(
                    (name, *folded.original(span.start + s, span.start + e))
                    for name, group in groups
                    for s, e in (match.span(group),)
                    if s >= 0
                )
                yield Hit(self.rules[index], *folded.original(span.start + start, span.start + end), slots)


def _needs(index: int, rule: Rule) -> Iterator[tuple[int, tuple[frozenset[str], ...]]]:
    if rule.regex or not rule.phrases:
        yield index, ()
    for phrase in rule.phrases:
        yield index, needs_of(phrase)
