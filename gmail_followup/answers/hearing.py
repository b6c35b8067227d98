"""How the rules of this room are heard: sentence by sentence, in the sender's own words, with guards applied."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gmail_followup.mail.message import Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.weigh import Spoken
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards, quotations
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import Rule, RuleSet

_GUARD = "guard"
_LOOKED_AT = 20_000
"""An answer is shorter; what stands below is a thread or a text that was pasted."""


class Ear:
    """Some rules of the set, ready to be heard. Build it once; everything else is pure."""

    def __init__(self, rules: RuleSet, about: Iterable[str]) -> None:
        """about: beginnings of `says`."""
        self._rules = [rule for prefix in about for rule in rules.about(prefix)]
        self._guards = rules.about(_GUARD)
        self._languages = frozenset(rule.language for rule in self._rules)
        self._made: dict[tuple[str, str], tuple[Matcher, ...]] = {}

    def in_text(self, text: str, language: str, field: str = "body") -> list[Spoken]:
        """What one sentence (or a line of the head) says; offsets are those of `text`.

        language: ISO 639-1; rules of all languages are heard where it is "". A guard counts for rules of its own
        language only: the German "falls" is no condition in "falls short".
        """
        folded = fold(text)
        whole = Span(0, len(text))
        quoted = quotations(text)
        found: list[Hit] = []
        for matcher in self._matchers(language, field):
            hits = matcher.find(folded, Span(0, len(folded.text)))
            if hits:
                found += apply_guards(hits, text, whole, quoted)
        return [Spoken(hit, field, text[hit.start : hit.end]) for hit in found if not hit.guard]

    def _matchers(self, language: str, field: str) -> tuple[Matcher, ...]:
        """One matcher a language, each with the guards of that language."""
        made = self._made.get((language, field))
        if made is None:
            spoken = [code for code in sorted(self._languages) if code in ("", language) or not language]
            made = tuple(Matcher(self._of(code, field)) for code in spoken)
            self._made[language, field] = made
        return made

    def _of(self, language: str, field: str) -> list[Rule]:
        rules = [r for r in self._rules if r.language == language and field in r.fields]
        return [*rules, *(g for g in self._guards if g.language in ("", language))] if rules else []


def own_sentences(message: Message) -> tuple[Span, ...]:
    """The sentences of the sender's own words, in order; nothing that is quoted, a signature or small print."""
    return sentences(message.text[:_LOOKED_AT], _within(message.spans(Part.OWN)))


def moved(spoken: Iterable[Spoken], by: int) -> list[Spoken]:
    """The same words with offsets that count from `by` characters before."""
    return [replace(s, hit=replace(s.hit, start=s.hit.start + by, end=s.hit.end + by, slots=())) for s in spoken]


def _within(spans: Sequence[Span]) -> list[Span]:
    return [Span(s.start, min(s.end, _LOOKED_AT)) for s in spans if s.start < _LOOKED_AT]
