"""From a `Message` to a `Verdict`: per sentence, then per mail, with all evidence kept.

What speaks for a rejection is added up, heaviest first: the first counts in full, the next by half, the next by a
quarter, so that no crowd of polite phrases outweighs a plain word. A hit within another's words adds nothing.
The best word of jobs is added (an applicant spoken to, talk of hiring, or a word that other mails use too: less than
nothing); without any there is no rejection. What speaks against it is added up likewise and taken away: below
`CONTRADICTS` it is a doubt, and doubts are not heard where a rule of 3 or more says no (a rejection may thank for
patience and praise an interview); from there on it contradicts in any case (a withdrawal, a paper, a loan).
Last the wording of the whole mail is weighed (see `wording`). At the threshold and above the mail is a rejection.
A short mail of a job in which no rule says no is one if it reads so much like one that nothing else is likely (see
`manner`): the less, the more it has of another kind, and never where something contradicts.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading import manner
from gmail_followup.reading.facts import facts_of
from gmail_followup.reading.kinds import kind_of
from gmail_followup.reading.language import language_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Answerable, Evidence, Kind, Reason, Stage, Verdict
from gmail_followup.reading.weigh import (
    CONTRADICTS,
    JOB,
    SAYS_NO,
    Spoken,
    contradicting,
    count_once,
    different_words,
    heaviest,
    in_order,
    job_context,
    says_no,
    within,
)
from gmail_followup.reading.wording import MOST
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards, quotations
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import RuleSet

THRESHOLD = 3.0
_HEARD_IN: dict[Part, str | tuple[str, ...]] = {
    Part.OWN: "",
    Part.SIGNATURE: ("answerable", "newsletter", "fact", "job"),
    Part.FOOTER: ("answerable", "newsletter", "fact"),
    Part.QUOTED: ("job",),
}
"""What is listened for in which part of a body: beginnings of `says`. A reply quotes what it is about."""
_READ_HEADERS = frozenset(
    {"auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress", "feedback-id"}
)
_PLAIN_NO = 3.0
_LOOKED_AT = 50_000
_MOST_SENTENCES = 2_000
"""Characters of a body, and sentences of each of its parts, that are heard: more is no letter, and must not take minutes."""
_ENDS_A_NAME = frozenset(
    "by with from has have had was were is are and or at to in on of for as our the a an your you we i it will would can could "
    "cannot not been be this that".split()
)
_OFFICE = re.compile(r"([^\W\d_][\w'/-]*) (?:of|for)(?: [A-Z][\w'/-]*)? \Z")
_WORDS_AFTER = re.compile(r"(?:[ \n]+(?:&[ \n]+)?[^\W\d_][\w'/-]*){1,2}")
_MOST_OF_MANNER = MOST + 0.1
"""More than how a mail reads can add, whatever the order in which the weights are summed."""
_NEAR = 100
"""Characters within which a word is taken to speak of what is refused."""


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
        self._rules = [r for r in rules.rules if not r.says.startswith(("tone.", "move.", "answer.", "note.", "area."))]
        self._made: dict[tuple[str, bool], dict[str, Matcher]] = {}

    def _matchers(self, language: str, *, facts: bool) -> dict[str, Matcher]:
        """The rules of a language (of all, where it is unknown), by field; made when first asked for.

        facts: those for company and role, which only mails about a job are asked for; else all others.
        """
        made = self._made.get((language, facts))
        if made is None:
            spoken = [r for r in self._rules if not language or r.language in ("", language)]
            spoken = [r for r in spoken if r.says.startswith("fact") is facts or r.says.startswith("guard.")]
            chosen = {
                field: [r for r in spoken if field in r.fields] for field in ("body", "subject", "from", "header")
            }
            chosen["subject"] += [r for r in spoken if r.says.startswith("guard.") and "subject" not in r.fields]
            # Most sentences hold a word such as "if" or "will", and few hold one that it could guard.
            chosen["guards"] = [r for r in chosen["body"] if r.says.startswith("guard.")]
            chosen["body"] = [r for r in chosen["body"] if not r.says.startswith("guard.")]
            made = self._made[language, facts] = {field: Matcher(rules) for field, rules in chosen.items()}
        return made

    def has_pack(self, language: str) -> bool:
        """Whether rejections can be told in this language at all."""
        return not language or language in self._languages

    def read(self, message: Message, *, brief: bool = False) -> Verdict:
        """The verdict on one message. brief: where it is no rejection it may say no more than that."""
        language = _language_of(message)
        spoken = self._listen(message, self._matchers(language, facts=False))
        said = self._correction(message.id) if self._correction else None
        brief = brief and said is None
        verdict = self._decide(message, spoken, language, brief=brief)
        wanted = not brief or verdict.is_rejection
        if wanted and (any(s.about_job for s in spoken) or self.senders.is_ats(message.from_.domain)):
            told = self._listen(message, self._matchers(language, facts=True))
            facts = facts_of(message, [(s.hit, s.field) for s in told], self.senders)
            verdict = replace(verdict, company=facts.company, role=facts.role, roles=facts.roles)
        return _corrected(verdict, said) if said is not None else verdict

    def may_stand_alone(self, message: Message) -> bool:
        """Whether a mail in which no rule says no may still be a rejection; much cheaper than to read it."""
        return manner.may_be_sure(message, _language_of(message))

    def _listen(self, message: Message, matchers: Mapping[str, Matcher]) -> list[Spoken]:
        """Every rule that found its words, with guards applied."""
        spoken = self._in_body(message, matchers["body"], matchers["guards"])
        lines = [("subject", message.subject), ("from", str(message.from_))]
        lines += [("header", f"{name}: {value}") for name, value in message.headers if name.lower() in _READ_HEADERS]
        for field, text in lines:
            folded = fold(text)
            found = matchers[field].find(folded, Span(0, len(folded.text)))
            for stretch in _stretches(text) if field == "subject" else (Span(0, len(text)),):
                within_it = [hit for hit in found if stretch.start <= hit.start < stretch.end]
                heard = apply_guards(within_it, text, stretch, quotations(text))
                spoken += [Spoken(hit, field, text[hit.start : hit.end]) for hit in heard]
        return spoken

    def _in_body(self, message: Message, matcher: Matcher, guards: Matcher) -> list[Spoken]:
        text = message.text[:_LOOKED_AT]
        quoted = quotations(text)
        spoken: list[Spoken] = []
        for part, beginnings in _HEARD_IN.items():
            if part is Part.QUOTED and (message.forwarded or not any(says_no(s, SAYS_NO) for s in spoken)):
                continue
            for sentence in sentences(text, _within(message.spans(part)))[:_MOST_SENTENCES]:
                folded = fold(text[sentence.start : sentence.end])
                whole = Span(0, len(folded.text))
                hits = [hit for hit in matcher.find(folded, whole) if hit.rule.says.startswith(beginnings)]
                if hits:
                    if part is Part.OWN and any(hit.rule.guards for hit in hits):
                        hits += guards.find(folded, whole)
                    hits = [_shifted(hit, sentence.start) for hit in hits]
                    spoken += [
                        Spoken(hit, "body", text[hit.start : hit.end], part is Part.OWN)
                        for hit in apply_guards(hits, text, sentence, quoted)
                    ]
        return spoken

    def _decide(self, message: Message, spoken: Sequence[Spoken], language: str, *, brief: bool) -> Verdict:
        evidence = count_once([s for s in spoken if s.hit.rule.says == "rejection"])
        ats = str(message.from_) if self.senders.is_ats(message.from_.domain) else ""
        job = job_context([s for s in spoken if s.about_job], ats)
        nos = [s for s in spoken if says_no(s, SAYS_NO)]
        spoken = [s for s in spoken if s.hit.rule.says != Kind.OTHER_REJECTION or not _is_of_a_title(message, s)]
        if _is_of_a_job(spoken, job, nos):
            spoken = _without_other_worlds(spoken)
        opposed = _opposed(spoken, nos)
        against = count_once(opposed, against=True)
        by_the_way = _is_one_word_by_the_way(opposed, job, nos)
        # Most mails that speak of a no speak more of other things, and then it does not matter how they are worded.
        surely_against = () if by_the_way else against
        most = sum(e.weight for e in (*evidence, *job, *surely_against)) + _MOST_OF_MANNER if job and nos else 0.0
        may_stand_alone = (
            not nos
            and message.from_.email not in self.me
            and manner.may_stand_alone(message, spoken, opposed, language, from_ats=bool(ats))
        )
        if brief and most < self.threshold and not may_stand_alone:
            return _no_rejection(language)
        reading = manner.read(message, language) if may_stand_alone or (job and nos) else None
        if reading is not None:
            if by_the_way and reading.rejection >= manner.SURELY_OF_A_JOB:
                spoken = _without_other_worlds(spoken)
                opposed = _opposed(spoken, nos)
                against = count_once(opposed, against=True)
            if nos:
                wording = manner.shift(reading, spoken, nos, job, opposed)
            else:
                rest = sum(e.weight for e in (*evidence, *job, *against))
                wording = round(manner.alone(reading, kind_of(message, spoken, job), self.threshold) - rest, 2)
            told = (manner.told(reading, wording, language),) if wording else ()
            evidence, against = ((*evidence, *told), against) if wording > 0 else (evidence, (*against, *told))
        total = sum(e.weight for e in (*evidence, *job, *against))
        if not job or not (nos or reading):
            total = min(total, 0.0)
        kind = self._kind(message, spoken, total, language, job)
        return Verdict(
            kind=kind,
            score=round(1 / (1 + math.exp(max(-30.0, min(30.0, self.threshold - total)))), 4),
            stage=manner.stage_of(spoken, kind, reading),
            reason=_reason(spoken, kind),
            answerable=self._answerable(message, spoken),
            company="",
            role="",
            language=language,
            evidence=in_order((*job, *evidence)),
            against=against,
        )

    def _kind(
        self, message: Message, spoken: Sequence[Spoken], total: float, language: str, job: Sequence[Evidence]
    ) -> Kind:
        if message.from_.email in self.me:
            return Kind.OWN
        if total >= self.threshold and self.has_pack(language):
            return Kind.REJECTION
        return kind_of(message, spoken, job)

    def _answerable(self, message: Message, spoken: Sequence[Spoken]) -> Answerable:
        said = {s.hit.rule.says for s in spoken if not s.hit.guard}
        if "answerable.refused" in said:
            return Answerable.REFUSED
        if "answerable.no_reply" in said or self.senders.is_robot(reply_address(message)):
            return Answerable.NO_REPLY
        return Answerable.YES


def _language_of(message: Message) -> str:
    return language_of(message.own_text) or language_of(message.subject)


def _no_rejection(language: str) -> Verdict:
    """For readers who want to know no more."""
    return Verdict(Kind.OTHER, 0.0, Stage.UNKNOWN, Reason.UNKNOWN, Answerable.YES, "", "", language)


def _within(spans: Iterable[Span]) -> list[Span]:
    """The stretches as far as they are looked at."""
    return [Span(s.start, min(s.end, _LOOKED_AT)) for s in spans if s.start < _LOOKED_AT]


def _is_of_a_title(message: Message, item: Spoken) -> bool:
    """Whether the words are part of the name of a job: an application for "Account Manager" is for no account, one for
    "Director of Admissions" for no place to study."""
    text = message.subject if item.field == "subject" else message.text if item.field == "body" else ""
    before = _OFFICE.search(text, max(0, item.hit.start - 60), item.hit.start)
    if before and words().title.is_head(bare(before[1])):
        return True
    following = _WORDS_AFTER.match(text, item.hit.end)
    for word in following.group().split() if following else ():
        if bare(word) in _ENDS_A_NAME:
            return False
        if words().title.is_head(bare(word)):
            return True
    return False


def _is_of_a_job(spoken: Sequence[Spoken], job: Sequence[Evidence], nos: Sequence[Spoken]) -> bool:
    """Whether words of other refusals only stand by the way: an admissions office hires as well, and so does a raffle.

    So where the mail speaks in more words of a job; or, to an applicant, in one word of another world that stands
    neither in the subject or the sender nor near the no.
    """
    others = [s for s in spoken if s.hit.rule.says == Kind.OTHER_REJECTION and not s.hit.guard]
    count = different_words(others, Kind.OTHER_REJECTION)
    if not others or not job:
        return False
    if different_words(spoken, JOB) > count:
        return True
    if any(s.field != "body" or any(n.field == "body" and _apart(s, n) < _NEAR for n in nos) for s in others):
        return False
    return count == 1 and sum(e.weight for e in job) > 0


def _without_other_worlds(spoken: Iterable[Spoken]) -> list[Spoken]:
    return [s for s in spoken if s.hit.rule.says != Kind.OTHER_REJECTION]


def _opposed(spoken: Sequence[Spoken], nos: Sequence[Spoken]) -> list[Spoken]:
    """What speaks against a rejection; doubts are not heard beside a plain no."""
    plain = any(says_no(s, _PLAIN_NO) for s in nos)
    least = CONTRADICTS if plain else 0.0
    return [s for s in spoken if s.hit.rule.against and s.hit.rule.against >= least and s.own and not within(s, nos)]


def _is_one_word_by_the_way(opposed: Sequence[Spoken], job: Sequence[Evidence], nos: Sequence[Spoken]) -> bool:
    """Whether an applicant is told a plain no, and all that contradicts is one word of another world: a museum lives of
    lottery money, a foundation has a programme of grants. Then the wording of the whole mail decides."""
    against = contradicting(opposed)
    return (
        different_words(against, Kind.OTHER_REJECTION) == 1
        and all(s.hit.rule.says == Kind.OTHER_REJECTION for s in against)
        and any(says_no(s, _PLAIN_NO) for s in nos)
        and sum(e.weight for e in job) >= 1
    )


def _apart(one: Spoken, other: Spoken) -> int:
    return max(one.hit.start, other.hit.start) - min(one.hit.end, other.hit.end)


def reply_address(message: Message) -> Address:
    """Where an answer would go: Reply-To, else From (RFC 5322 section 3.6.2)."""
    return message.reply_to[0] if message.reply_to else message.from_


_SUBJECT_PARTS = re.compile(r"[?!:|]\s+|\s[-–—]\s|\.\s+")


def _stretches(subject: str) -> list[Span]:
    """The parts of a subject that a guard reaches: "Any news? Your application was unsuccessful" are two."""
    ends = [match.end() for match in _SUBJECT_PARTS.finditer(subject)]
    return [Span(start, end) for start, end in zip([0, *ends], [*ends, len(subject)], strict=True)]


def _shifted(hit: Hit, by: int) -> Hit:
    return Hit(hit.rule, hit.start + by, hit.end + by, tuple((n, s + by, e + by) for n, s, e in hit.slots), hit.guard)


def _reason(spoken: Sequence[Spoken], kind: Kind) -> Reason:
    if kind is not Kind.REJECTION:
        return Reason.UNKNOWN
    sums = heaviest(spoken, "reason")
    best = max(sums, key=lambda name: sums[name], default="")
    if best:
        return Reason(best)
    return Reason.NOT_SELECTED


def _corrected(verdict: Verdict, said: Verdict) -> Verdict:
    """The user's word wins; what he left open stays as it was read."""
    return replace(
        verdict,
        kind=said.kind,
        score=1.0 if said.is_rejection else 0.0,
        company=said.company or verdict.company,
        role=said.role or verdict.role,
        corrected=True,
    )
