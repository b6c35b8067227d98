"""Whether rules live up to their own examples: a `yes` sentence is found and counts, a `no` sentence does not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards, quotations
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import Rule

_GUARD = "guard."


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that a rule does not live up to. wanted: whether it should have counted there; why: in words."""

    rule: Rule
    example: str
    wanted: bool
    why: str


def check_examples(rules: Sequence[Rule]) -> list[Failure]:
    """Runs every rule over its own `yes` and `no` examples, with the guards of its language among `rules` in force."""
    guards: dict[str, list[Rule]] = {}
    failures: list[Failure] = []
    for rule in rules:
        if rule.language not in guards:
            guards[rule.language] = guards_for(rule.language, rules)
        failures += check_rule(rule, guards[rule.language])
    return failures


def guards_for(language: str, rules: Sequence[Rule]) -> list[Rule]:
    """The guard rules that mails in this language are read with; "" takes those of every language."""
    return [r for r in rules if r.says.startswith(_GUARD) and (not language or r.language in ("", language))]


def check_rule(rule: Rule, guards: Sequence[Rule]) -> Iterator[Failure]:
    """What is wrong with the examples of one rule."""
    matcher = Matcher([rule] if rule.says.startswith(_GUARD) else [rule, *guards])
    for wanted, examples in ((True, rule.yes), (False, rule.no)):
        for example in examples:
            hits = hits_in(example, rule, matcher)
            counting = [hit for hit in hits if not hit.guard]
            if wanted and not counting:
                why = f"found, but held back by the guard “{hits[0].guard}”" if hits else "not found"
                yield Failure(rule, example, True, why)
            elif not wanted and counting:
                found = example[counting[0].start : counting[0].end]
                yield Failure(rule, example, False, f"found in “{found}”")


def hits_in(example: str, rule: Rule, matcher: Matcher) -> list[Hit]:
    """The hits of `rule` in a text, guards applied: sentence by sentence for the body, else as one line."""
    spans = sentences(example, (Span(0, len(example)),)) if "body" in rule.fields else (Span(0, len(example)),)
    quoted = quotations(example)
    found: list[Hit] = []
    for span in spans:
        folded = fold(example[span.start : span.end])
        hits = [_shifted(hit, span.start) for hit in matcher.find(folded, Span(0, len(folded.text)))]
        kept = hits if rule.says.startswith(_GUARD) else apply_guards(hits, example, span, quoted)
        found += [hit for hit in kept if hit.rule is rule]
    return found


def _shifted(hit: Hit, by: int) -> Hit:
    slots = tuple((name, start + by, end + by) for name, start, end in hit.slots)
    return Hit(hit.rule, hit.start + by, hit.end + by, slots, hit.guard)
