"""From a `Message` to a `Verdict`: per sentence, then per mail, with all evidence kept.

What speaks for a rejection is added up, heaviest first: the first counts in full, the next by half, the next by a
quarter, so that no crowd of polite phrases outweighs a plain word. A hit within another's words adds nothing.
The best word of jobs is added (an applicant spoken to, talk of hiring, or a word that other mails use too: less than
nothing); without any there is no rejection. What speaks against it is added up likewise and taken away: below
`CONTRADICTS` it is a doubt, and doubts are not heard where a rule of 3 or more says no (a rejection may thank for
patience and praise an interview); from there on it contradicts in any case (a withdrawal, a paper, a loan).
At the threshold and above the mail is a rejection.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.facts import Facts, facts_of
from gmail_followup.reading.language import language_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Answerable, Evidence, Kind, Reason, Stage, Verdict
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards, quotations
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import RuleSet

THRESHOLD = 3.0
CONTRADICTS = 4.0
_HEARD_IN = {
    Part.OWN: "",
    Part.SIGNATURE: ("answerable", "newsletter", "fact", "job"),
    Part.FOOTER: ("answerable", "newsletter", "fact"),
    Part.QUOTED: ("job",),
}
"""What is listened for in which part of a body: beginnings of `says`. A reply quotes what it is about."""
_READ_HEADERS = ("auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress", "feedback-id")
_LEAST_KIND = 1.0
_SAYS_NO = 2.0
_PLAIN_NO = 3.0
_JOB_AGREES = 1.5
_JOB_MOST = 1.0
_JOB = "job"


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A hit together with the field it was found in and the words it saw; own: the sender's own words, or a header."""

    hit: Hit
    field: str
    text: str
    own: bool = True

    @property
    def about_job(self) -> bool:
        return self.hit.rule.says.startswith(_JOB)


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
        self._rules = [r for r in rules.rules if not r.says.startswith(("tone", "move"))]
        self._by_language: dict[str, dict[str, Matcher]] = {}

    def _matchers(self, language: str) -> dict[str, Matcher]:
        """The rules of a language (of all, where it is unknown), by field; made when first asked for."""
        made = self._by_language.get(language)
        if made is None:
            spoken = [r for r in self._rules if not language or r.language in ("", language)]
            guarded = {
                "body": [r for r in spoken if "body" in r.fields],
                "subject": [r for r in spoken if "subject" in r.fields or r.says.startswith("guard.")],
                "from": [r for r in spoken if "from" in r.fields],
                "header": [r for r in spoken if "header" in r.fields],
            }
            made = self._by_language[language] = {field: Matcher(found) for field, found in guarded.items()}
        return made

    def has_pack(self, language: str) -> bool:
        """Whether rejections can be told in this language at all."""
        return not language or language in self._languages

    def read(self, message: Message) -> Verdict:
        """The verdict on one message."""
        language = language_of(message.own_text) or language_of(message.subject)
        spoken = self._listen(message, self._matchers(language))
        verdict = self._decide(message, spoken, language)
        said = self._correction(message.id) if self._correction else None
        return _corrected(verdict, said) if said is not None else verdict

    def _listen(self, message: Message, matchers: Mapping[str, Matcher]) -> list[_Spoken]:
        """Every rule that found its words, with guards applied."""
        spoken = self._in_body(message, matchers["body"])
        lines = [("subject", message.subject), ("from", str(message.from_))]
        lines += [("header", f"{name}: {value}") for name, value in message.headers if name.lower() in _READ_HEADERS]
        for field, text in lines:
            folded = fold(text)
            found = matchers[field].find(folded, Span(0, len(folded.text)))
            found = apply_guards(found, text, Span(0, len(text)), quotations(text))
            spoken += [_Spoken(hit, field, text[hit.start : hit.end]) for hit in found]
        return spoken

    def _in_body(self, message: Message, matcher: Matcher) -> list[_Spoken]:
        text = message.text
        quoted = quotations(text)
        spoken: list[_Spoken] = []
        for part, beginnings in _HEARD_IN.items():
            if part is Part.QUOTED and message.forwarded:
                continue
            for sentence in sentences(text, message.spans(part)):
                folded = fold(text[sentence.start : sentence.end])
                hits = [
                    _shifted(hit, sentence.start)
                    for hit in matcher.find(folded, Span(0, len(folded.text)))
                    if hit.rule.says.startswith(beginnings)
                ]
                if hits:
                    spoken += [
                        _Spoken(hit, "body", text[hit.start : hit.end], part is Part.OWN)
                        for hit in apply_guards(hits, text, sentence, quoted)
                    ]
        return spoken

    def _decide(self, message: Message, spoken: Sequence[_Spoken], language: str) -> Verdict:
        hits = [(s.hit, s.field) for s in spoken if s.hit.rule.says.startswith("fact")]
        facts = facts_of(message, hits, self.senders)
        evidence = _count_once([s for s in spoken if s.hit.rule.says == "rejection"])
        job = _job_context([s for s in spoken if s.about_job], self.senders.is_ats(message.from_.domain), message)
        nos = [s for s in spoken if _says_no(s, _SAYS_NO)]
        opposed = [s for s in spoken if s.hit.rule.against and s.own and not _within(s, nos)]
        if _different_words(spoken, _JOB) > _different_words(spoken, Kind.OTHER_REJECTION):
            opposed = [s for s in opposed if s.hit.rule.says != Kind.OTHER_REJECTION]
            spoken = [s for s in spoken if s.hit.rule.says != Kind.OTHER_REJECTION]
        if any(_says_no(s, _PLAIN_NO) for s in nos):
            opposed = [s for s in opposed if s.hit.rule.against >= CONTRADICTS]
        against = _count_once(opposed, against=True)
        total = sum(e.weight for e in (*evidence, *job, *against))
        if not job or not nos:
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
            evidence=_in_order((*job, *evidence)),
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
    """Evidence in reading order, weighed as it counts: once a rule, nothing within the words of a heavier one, the
    heaviest in full and each further one by half of what the last one counted."""
    ranked = sorted(spoken, key=lambda s: (bool(s.hit.guard), -abs(_weight(s, against)), s.hit.start))
    rules_seen: set[str] = set()
    taken: list[tuple[str, int, int]] = []
    share = 1.0
    out: list[Evidence] = []
    for item in ranked:
        hit = item.hit
        if hit.guard:
            out.append(_evidence(item, 0.0))
            continue
        if hit.rule.id in rules_seen or any(f == item.field and s < hit.end and hit.start < e for f, s, e in taken):
            continue
        rules_seen.add(hit.rule.id)
        taken.append((item.field, hit.start, hit.end))
        out.append(_evidence(item, _weight(item, against) * share))
        share /= 2
    return _in_order(out)


def _job_context(spoken: Sequence[_Spoken], ats: bool, message: Message) -> tuple[Evidence, ...]:
    """The best word of jobs with its weight; each further rule that spoke agrees and adds its part, up to a limit.

    ats: the mail comes from an applicant-tracking system, which settles it.
    """
    if ats:
        sender = str(message.from_)
        return (Evidence("sender-is-ats", sender, "from", 0, len(sender), _JOB_MOST, _JOB, source="senders.toml"),)
    best: dict[str, _Spoken] = {}
    for item in sorted((s for s in spoken if not s.hit.guard), key=lambda s: -s.hit.rule.weight):
        best.setdefault(item.hit.rule.id, item)
    out: list[Evidence] = []
    total = 0.0
    for item in best.values():
        weight = min(_JOB_AGREES, _JOB_MOST - total) if out else item.hit.rule.weight
        total += weight
        if weight or not out:
            out.append(_evidence(item, weight))
    return tuple(out)


def _evidence(item: _Spoken, weight: float) -> Evidence:
    hit, rule = item.hit, item.hit.rule
    return Evidence(rule.id, item.text, item.field, hit.start, hit.end, weight, rule.says, hit.guard, rule.source)


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    order = {"subject": 0, "from": 1, "header": 2, "body": 3}
    return tuple(sorted(evidence, key=lambda e: (order[e.field], e.start)))


def _says_no(item: _Spoken, least: float) -> bool:
    return item.hit.rule.says == "rejection" and item.hit.rule.weight >= least and not item.hit.guard


def _within(item: _Spoken, nos: Iterable[_Spoken]) -> bool:
    """Whether a hit begins in words that already say no: "not selected for" holds no "selected for"."""
    return any(
        no.field == item.field and no.hit.start <= item.hit.start < no.hit.end and item.hit.rule.says != Kind.OTHER_REJECTION
        for no in nos
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


