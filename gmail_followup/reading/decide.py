"""From a `Message` to a `Verdict`: per sentence, then per mail, with all evidence kept.

The sum: every rejection rule that spoke adds its weight once; a hit within another's words adds nothing; evidence of
something else (an invitation, an offer) takes its `against` away, unless it stands in the very words of a rejection.
A refusal of a loan or a paper uses the same words as one of a job: it counts as that only where the mail speaks of such
a thing in at least as many different words as of a job. At the threshold and above the mail is a rejection.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.facts import Facts, facts_of
from gmail_followup.reading.language import language_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Answerable, Evidence, Kind, Reason, Stage, Verdict
from gmail_followup.rules.fold import Folded, fold
from gmail_followup.rules.guards import apply_guards, quotations
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import RuleSet

THRESHOLD = 3.0
_OUTSIDE_OWN_WORDS = ("answerable", "newsletter", "fact")
_READ_HEADERS = ("auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress", "feedback-id")
_LEAST_KIND = 1.0
_SAYS_NO = 2.0
_JOB = "job"


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A hit together with the field it was found in and the words it saw."""

    hit: Hit
    field: str
    text: str


class Reader:
    """Reads mails. Build it once from rules and senders; `read` is pure."""

    def __init__(
        self,
        rules: RuleSet,
        senders: Senders,
        *,
        me: Iterable[str] = (),
        threshold: float = THRESHOLD,
        correction: Callable[[str], Verdict | None] | None = None,
    ) -> None:
        """me: the user's own addresses. correction: what the user said of a Message-ID, None if nothing."""
        self.senders = senders
        self.me = frozenset(address.lower() for address in me)
        self.threshold = threshold
        self._correction = correction
        self._languages = rules.languages()
        reading = [r for r in rules.rules if not r.says.startswith(("tone", "move"))]
        self._matchers = {
            field: Matcher(r for r in reading if field in r.fields or (r.says.startswith("guard.") and field == "subject"))
            for field in ("body", "subject", "from", "header")
        }

    def has_pack(self, language: str) -> bool:
        """Whether rejections can be told in this language at all."""
        return not language or language in self._languages

    def read(self, message: Message) -> Verdict:
        """The verdict on one message."""
        own = message.own_text
        language = language_of(own) or language_of(message.subject)
        spoken = [s for s in self._listen(message) if s.hit.rule.language in ("", language) or not language]
        verdict = self._decide(message, spoken, language)
        said = self._correction(message.id) if self._correction else None
        return _corrected(verdict, said) if said is not None else verdict

    def _listen(self, message: Message) -> list[_Spoken]:
        """Every rule that found its words, with guards applied."""
        spoken = self._in_body(message)
        for field, text in (("subject", message.subject), ("from", str(message.from_))):
            folded = fold(text)
            whole = Span(0, len(folded.text))
            found = apply_guards(self._matchers[field].find(folded, whole), text, Span(0, len(text)), ())
            spoken += [_Spoken(hit, field, text[hit.start : hit.end]) for hit in found]
        for name, value in message.headers:
            if name.lower() in _READ_HEADERS:
                line = f"{name}: {value}"
                folded = fold(line)
                found = self._matchers["header"].find(folded, Span(0, len(folded.text)))
                spoken += [_Spoken(hit, "header", line[hit.start : hit.end]) for hit in found]
        return spoken

    def _in_body(self, message: Message) -> list[_Spoken]:
        matcher, text = self._matchers["body"], message.text
        quoted = quotations(text)
        spoken: list[_Spoken] = []
        for part in (Part.OWN, Part.SIGNATURE, Part.FOOTER):
            for sentence in sentences(text, message.spans(part)):
                folded = fold(text[sentence.start : sentence.end])
                hits = [
                    _shifted(hit, sentence.start)
                    for hit in matcher.find(folded, Span(0, len(folded.text)))
                    if part is Part.OWN or hit.rule.says.startswith(_OUTSIDE_OWN_WORDS)
                ]
                if hits:
                    spoken += [
                        _Spoken(hit, "body", text[hit.start : hit.end]) for hit in apply_guards(hits, text, sentence, quoted)
                    ]
        return spoken

    def _decide(self, message: Message, spoken: Sequence[_Spoken], language: str) -> Verdict:
        hits = [(s.hit, s.field) for s in spoken if s.hit.rule.says.startswith("fact")]
        facts = facts_of(message, hits, self.senders)
        evidence = _count_once([s for s in spoken if s.hit.rule.says in ("rejection", _JOB)])
        opposed = [s for s in spoken if s.hit.rule.against and not _within(s, evidence)]
        if _different_words(spoken, _JOB) > _different_words(spoken, Kind.OTHER_REJECTION):
            opposed = [s for s in opposed if s.hit.rule.says != Kind.OTHER_REJECTION]
            spoken = [s for s in spoken if s.hit.rule.says != Kind.OTHER_REJECTION]
        against = _count_once(opposed, against=True)
        total = sum(e.weight for e in evidence) + sum(e.weight for e in against)
        if not any(e.says == "rejection" and e.weight > 0 for e in evidence):
            total = min(total, 0.0)
        kind = self._kind(message, spoken, total, language)
        return Verdict(
            kind=kind,
            score=round(1 / (1 + math.exp(max(-30.0, min(30.0, self.threshold - total)))), 4),
            stage=_stage(spoken),
            reason=_reason(spoken, kind),
            answerable=self._answerable(message, spoken),
            company=facts.company,
            role=facts.role,
            language=language,
            evidence=evidence,
            against=against,
        )

    def _kind(self, message: Message, spoken: Sequence[_Spoken], total: float, language: str) -> Kind:
        if message.from_.email in self.me:
            return Kind.OWN
        if total >= self.threshold and self.has_pack(language):
            return Kind.REJECTION
        sums: dict[str, float] = {}
        for item in _count_once([s for s in spoken if s.hit.rule.says in _NAMED_KINDS]):
            sums[item.says] = sums.get(item.says, 0.0) + item.weight
        best = max(sums, key=lambda name: sums[name], default="")
        return Kind(best) if best and sums[best] >= _LEAST_KIND else Kind.OTHER

    def _answerable(self, message: Message, spoken: Sequence[_Spoken]) -> Answerable:
        said = {s.hit.rule.says for s in spoken if not s.hit.guard}
        if "answerable.refused" in said:
            return Answerable.REFUSED
        if "answerable.no_reply" in said or self.senders.is_robot(reply_address(message)):
            return Answerable.NO_REPLY
        return Answerable.YES


_NAMED_KINDS = frozenset(k.value for k in Kind) - {"rejection", "other", "own"}


def reply_address(message: Message) -> Address:
    """Where an answer would go: Reply-To, else From (RFC 5322 section 3.6.2)."""
    return message.reply_to[0] if message.reply_to else message.from_


def _shifted(hit: Hit, by: int) -> Hit:
    return Hit(hit.rule, hit.start + by, hit.end + by, tuple((n, s + by, e + by) for n, s, e in hit.slots), hit.guard)


def _count_once(spoken: Sequence[_Spoken], *, against: bool = False) -> tuple[Evidence, ...]:
    """Evidence in reading order; a rule counts once, and a hit that overlaps a heavier one of its kind counts nothing."""
    ranked = sorted(spoken, key=lambda s: (bool(s.hit.guard), -abs(_weight(s, against)), s.hit.start))
    rules_seen: set[str] = set()
    job_seen = False
    taken: list[tuple[str, int, int]] = []
    out: list[Evidence] = []
    for item in ranked:
        hit, rule = item.hit, item.hit.rule
        counts = not hit.guard and rule.id not in rules_seen and not (rule.says == _JOB and job_seen)
        if counts and rule.says != _JOB:
            counts = not any(f == item.field and s < hit.end and hit.start < e for f, s, e in taken)
        if counts:
            rules_seen.add(rule.id)
            job_seen = job_seen or rule.says == _JOB
            if rule.says != _JOB:
                taken.append((item.field, hit.start, hit.end))
        weight = _weight(item, against) if counts else 0.0
        if counts or hit.guard:
            out.append(Evidence(rule.id, item.text, item.field, hit.start, hit.end, weight, rule.says, hit.guard, rule.source))
    order = {"subject": 0, "from": 1, "header": 2, "body": 3}
    return tuple(sorted(out, key=lambda e: (order[e.field], e.start)))


def _within(item: _Spoken, evidence: Iterable[Evidence]) -> bool:
    """Whether a hit stands in words that already say no: "not selected for" holds no "selected for"."""
    return any(
        e.says == "rejection" and e.weight >= _SAYS_NO and e.field == item.field and e.start < item.hit.end and item.hit.start < e.end
        for e in evidence
    )


def _different_words(spoken: Iterable[_Spoken], says: str) -> int:
    return len({fold(s.text).text for s in spoken if s.hit.rule.says == says and not s.hit.guard})


def _weight(item: _Spoken, against: bool) -> float:
    return -item.hit.rule.against if against else item.hit.rule.weight


def _heaviest(spoken: Sequence[_Spoken], prefix: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for evidence in _count_once([s for s in spoken if s.hit.rule.says.startswith(prefix + ".")]):
        name = evidence.says.partition(".")[2]
        sums[name] = sums.get(name, 0.0) + evidence.weight
    return {name: total for name, total in sums.items() if total > 0}


def _stage(spoken: Sequence[_Spoken]) -> Stage:
    sums = _heaviest(spoken, "stage")
    for stage in (Stage.FINAL, Stage.INTERVIEWED, Stage.APPLIED):
        if sums.get(stage.value, 0.0) >= _LEAST_KIND:
            return stage
    return Stage.UNKNOWN


def _reason(spoken: Sequence[_Spoken], kind: Kind) -> Reason:
    if kind is not Kind.REJECTION:
        return Reason.UNKNOWN
    sums = _heaviest(spoken, "reason")
    best = max(sums, key=lambda name: sums[name], default="")
    if best:
        return Reason(best)
    return Reason.NOT_SELECTED


def _corrected(verdict: Verdict, said: Verdict) -> Verdict:
    """The user's word wins; what he left open stays as it was read."""
    from dataclasses import replace

    return replace(
        verdict,
        kind=said.kind,
        score=1.0 if said.is_rejection else 0.0,
        company=said.company or verdict.company,
        role=said.role or verdict.role,
        corrected=True,
    )


