"""Runs many rules over a text at once: the words of the text tell which rules are worth running, and only those look.

What is found is exactly what every expression finds alone (tests/rules/test_matcher.py holds that to account).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from gmail_followup.mail.message import Span
from gmail_followup.rules.fold import Folded
from gmail_followup.rules.needs import NeedIndex, needs_of
from gmail_followup.rules.phrase import pattern_of
from gmail_followup.rules.rule import Rule

# Where a slot of many lengths meets many sentences, RE2's default of 8 MiB makes it forget its states and start again.
_MEMORY = 64 << 20
_NAMED_GROUP = re.compile(r"\(\?P?<\w+>")
_FIRST = itemgetter(0)
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


_Slots = tuple[tuple[str, int], ...]
"""Of an expression: the name of each slot, and the number of its group."""
_Compiled = tuple[Any, _Slots]


class _Expressions:
    """Compiled expressions, shared by all matchers. RE2 keeps states for what it has read, and forgets them only with the
    expression: in a process that reads mail for weeks they would grow to hundreds of megabytes. So after much reading
    all are let go, and those that are still wanted are made again.
    """

    _MOST_READ = 60_000_000

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, bool], _Compiled] = {}
        self._read = 0

    def get(self, phrase: str, regex: str, as_bytes: bool, size: int) -> _Compiled:
        """The phrase, or the expression if it is "", compiled to read that many code points with."""
        self._read += size
        if self._read > self._MOST_READ:
            self._forget()
        made = self._made.get((phrase, regex, as_bytes))
        if made is None:
            expression = _compile(pattern_of(phrase) if phrase else regex, as_bytes)
            names = {n.decode() if isinstance(n, bytes) else n: group for n, group in expression.groupindex.items()}
            slots = tuple((name.partition("_")[0], group) for name, group in names.items())
            made = self._made[phrase, regex, as_bytes] = expression, slots
        return made

    def _forget(self) -> None:
        import re2

        self._read = 0
        self._made.clear()
        # It holds on to the last ones that it made.
        re2.purge()


_expressions = _Expressions()


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


class _Regexes:
    """The regular expressions among the parts of a matcher. No words are known that they need, so each would be run on
    every sentence; but one of all of them tells quickly that none finds anything.
    """

    def __init__(self, regexes: dict[int, str]) -> None:
        """regexes: by the number of the part."""
        unnamed = {number: _unnamed(regex) for number, regex in regexes.items()}
        self._always = [number for number, regex in unnamed.items() if regex is None]
        self._others = [number for number, regex in unnamed.items() if regex is not None]
        self._any = "|".join(f"(?:{regex})" for regex in unnamed.values() if regex is not None)

    def numbers_for(self, text: str) -> list[int]:
        """The parts that may find something in a folded text."""
        others = self._others if self._others and self._finds_any(text) else []
        return self._always + others

    def _finds_any(self, text: str) -> bool:
        import re2

        as_bytes = text.isascii()
        try:
            expression, _ = _expressions.get("", self._any, as_bytes, len(text))
        except re2.error:  # each by itself is small enough, all together are not
            return True
        return expression.search(text.encode() if as_bytes else text) is not None


def _unnamed(regex: str) -> str | None:
    """The same without names of groups, of which two must not be alike; None if it cannot be told which are names."""
    changed, count = _NAMED_GROUP.subn("(", regex)
    if not count:
        return regex
    return changed if count == len(_compile(regex, as_bytes=False).groupindex) else None


class Matcher:
    """Rules compiled for one field. Build it once; it is safe to share, and linear in the text for every rule.

    Of a rule only those phrases are compiled and run whose words a text has: what is found is what the expression of
    the whole rule, their alternation, would find.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: tuple[Rule, ...] = tuple(rules)
        self._found: dict[str, tuple[Hit, ...]] = {}

    @cached_property
    def _parts(self) -> list[tuple[int, str]]:
        """The alternatives of all rules in order: which rule, and its phrase ("" for the regular expression)."""
        return [
            (index, part)
            for index, rule in enumerate(self.rules)
            for part in ((*rule.phrases, "") if rule.regex or not rule.phrases else rule.phrases)
        ]

    @cached_property
    def _index(self) -> NeedIndex:
        return NeedIndex((number, needs_of(part)) for number, (_, part) in enumerate(self._parts) if part)

    @cached_property
    def _regexes(self) -> "_Regexes":
        return _Regexes(
            {number: self.rules[index].regex for number, (index, part) in enumerate(self._parts) if not part}
        )

    def candidates(self, text: str) -> Sequence[int]:
        """Indexes of the rules that may occur in a folded text; a rule that is not named does not."""
        return sorted({self._parts[number][0] for number in self._numbers(text)})

    def _numbers(self, text: str) -> list[int]:
        """The parts that may occur in a folded text, in order."""
        return sorted(self._index.owners(text) + self._regexes.numbers_for(text)) if self.rules else []

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
        for index, parts in groupby(map(self._parts.__getitem__, self._numbers(text)), _FIRST):
            rule = self.rules[index]
            made = [_expressions.get(part, rule.regex if not part else "", as_bytes, len(text)) for _, part in parts]
            for match, groups in _alternately(made, subject):
                start, end = match.span()
                if start == end:
                    continue
                slots = tuple(
                    (name, *folded.original(span.start + s, span.start + e))
                    for name, group in groups
                    for s, e in (match.span(group),)
                    if s >= 0
                )
                yield Hit(rule, *folded.original(span.start + start, span.start + end), slots)


def _alternately(made: Sequence[_Compiled], subject: str | bytes) -> Iterator[tuple[Any, _Slots]]:
    """What the alternation of these expressions finds: the leftmost match, of two that begin there the first one's."""
    if len(made) == 1:
        ((expression, slots),) = made
        for match in expression.finditer(subject):
            yield match, slots
        return
    ahead = [(match, slots, expression) for expression, slots in made if (match := expression.search(subject))]
    while ahead:
        match, slots, _ = min(ahead, key=lambda found: found[0].start())
        yield match, slots
        start, end = match.span()
        position = end if end > start else end + 1
        if position > len(subject):
            return
        ahead = [
            (later, s, e)
            for m, s, e in ahead
            if (later := m if m.start() >= position else e.search(subject, position)) is not None
        ]
