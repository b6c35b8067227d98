"""Runs many rules over a text at once: a set tells which rules hit, and only those look for their spans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gmail_followup.mail.message import Span
from gmail_followup.rules.fold import Folded
from gmail_followup.rules.rule import Rule

_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that found its words. start, end: code points in the original text; guard: why it does not count."""

    rule: Rule
    start: int
    end: int
    slots: tuple[tuple[str, int, int], ...] = ()
    guard: str = ""


class Matcher:
    """Rules compiled for one field. Build it once; it is safe to share, and linear in the text for every rule."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: tuple[Rule, ...] = tuple(rules)
        self._compiled: dict[int, Any] = {}

    @cached_property
    def _set(self) -> Any:
        import re2

        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        made = re2.Set.SearchSet(options)
        for rule in self.rules:
            made.Add(rule.pattern)
        made.Compile()
        return made

    def candidates(self, text: str) -> Sequence[int]:
        """Indexes of the rules that occur anywhere in a folded text."""
        return (self._set.Match(text) or ()) if self.rules else ()

    def _expression(self, index: int) -> Any:
        expression = self._compiled.get(index)
        if expression is None:
            import re2

            expression = self._compiled[index] = re2.compile(self.rules[index].pattern)
        return expression

    def find(self, folded: Folded, span: Span) -> list[Hit]:
        """All hits within a span of the folded text; spans of the hits are those of the original text."""
        text = folded.text[span.start : span.end]
        hits: list[Hit] = []
        for index in self.candidates(text):
            for match in self._expression(index).finditer(text):
                start, end = match.span()
                if start == end:
                    continue
                slots = tuple(
                    (name.partition("_")[0], *folded.original(span.start + s, span.start + e))
                    for name, group in match.re.groupindex.items()
                    for s, e in (match.span(group),)
                    if s >= 0
                )
                hits.append(Hit(self.rules[index], *folded.original(span.start + start, span.start + end), slots))
        return hits
