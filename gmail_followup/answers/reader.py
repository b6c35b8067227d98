"""What kind of answer a mail is: the machines first, then what a person says (advice A13)."""

import re
from collections.abc import Sequence

from gmail_followup.answers.hearing import Ear, moved, own_sentences
from gmail_followup.answers.notes import NoteReader
from gmail_followup.answers.values import Answer, AnswerKind
from gmail_followup.mail.message import Message
from gmail_followup.reading.language import language_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Evidence
from gmail_followup.reading.weigh import Spoken, count_once
from gmail_followup.rules.rule import RuleSet

ENOUGH = 2.0
"""The sum of weights from which on a mail says something."""
PLAINLY = 3.0
_ASKED_AS_WELL = 1.0
"""A promise that also asks when it suits wants an answer; one that is much plainer than the question does not."""
_SAYS_GONE = 1.5
"""A machine says that somebody has left in fewer words."""
_GONE = ("reason.filled", "reason.cancelled")
_READ_HEADERS = re.compile(
    r"auto|precedence|preference|list-|x-.*auto|x-failed|content-type|x-ms-exchange-(?:inbox|gen)|return-path", re.I
)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|antw|sv|vs|rif|odp)\s?(?:\[\d+\])?\s?:", re.I)
_ANSWERED_CALENDAR = frozenset({"REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER"})
_LONGEST_VALUE = 500


class AnswerReader:
    """Reads answers. Build it once from rules and senders; `read` is pure and never raises."""

    def __init__(self, rules: RuleSet, senders: Senders) -> None:
        self._senders = senders
        self._notes = NoteReader(rules)
        self._ear = Ear(rules, ("answer", *_GONE))

    def read(self, message: Message) -> Answer:
        """What kind of answer it is. message: by somebody whom the user asked, or in a thread that he asked in.

        Only the sender's own words count. What a machine wrote is never feedback, a promise, a call, a refusal or an
        invitation to whomever it is addressed, whatever it mentions (RFC 3834).
        """
        language = language_of(message.own_text) or language_of(message.subject)
        head = self._in_head(message)
        body = self._in_body(message, language)
        machine = self._by_machine(message, head, body)
        if machine is not None:
            heard = _evidence([*head, *body], ("answer.away", "answer.left", "answer.automatic", "answer.report"))
            return Answer(machine, language=language, evidence=heard)
        return self._by_person(message, body, language)

    def _by_machine(self, message: Message, head: Sequence[Spoken], body: Sequence[Spoken]) -> AnswerKind | None:
        """The kind of what no person wrote for this reader; None where a person did."""
        told = {s.hit.rule.says for s in head}
        gone = AnswerKind.LEFT if _sum([*head, *body], "left") >= _SAYS_GONE else AnswerKind.AWAY
        if "answer.report" in told:
            return AnswerKind.AWAY if _says([*head, *body], "answer.delayed") else AnswerKind.LEFT
        if "answer.automatic" in told:
            return gone
        if "answer.receipt" in told or any(i.method in _ANSWERED_CALENDAR for i in message.invitations):
            return AnswerKind.OTHER
        robot = self._senders.is_robot(message.from_) or self._senders.is_ats(message.from_.domain)
        if "answer.generated" in told:
            if _sum([*head, *body], "away") or gone is AnswerKind.LEFT:
                return gone
            # What a hiring system makes by itself may invite; a person's mailbox that writes by itself does not.
            invites = robot and _sum(body, AnswerKind.INVITATION) >= PLAINLY
            return AnswerKind.INVITATION if invites else AnswerKind.OTHER
        if _sum([*head, *body], "away") >= ENOUGH:
            return gone
        return AnswerKind.OTHER if "answer.list" in told and not message.in_reply_to else None

    def _by_person(self, message: Message, body: Sequence[Spoken], language: str) -> Answer:
        notes = self._notes.read(message, language)
        body = _without_denied(body)
        sums = {kind: _sum(body, kind) for kind in AnswerKind}
        settled = _sum(body, "settled")
        for kind in (AnswerKind.CALL, AnswerKind.PROMISE):
            if settled >= max(ENOUGH, sums[kind]):
                sums[kind] = 0.0
        kind = _kind(sums, notes.weight if notes.weight >= PLAINLY or _replies(message) else 0.0)
        tips = notes.tips if kind in (AnswerKind.FEEDBACK, AnswerKind.INVITATION) else ()
        said = _evidence(body, (f"answer.{kind}",))
        if tips:
            said = (*said, *notes.evidence)
        filled = _sum(body, "filled") >= ENOUGH or any(
            s.hit.rule.says.startswith(_GONE) and s.hit.rule.weight >= PLAINLY for s in body
        )
        return Answer(kind, tips, filled, language, said)

    def _in_head(self, message: Message) -> list[Spoken]:
        """What subject, sender and headers say, in any language: programs answer in their owner's."""
        lines = [("subject", message.subject), ("from", str(message.from_))]
        lines += [("header", f"{n}: {v[:_LONGEST_VALUE]}") for n, v in message.headers if _READ_HEADERS.match(n)]
        return [s for field, text in lines for s in self._ear.in_text(text, "", field)]

    def _in_body(self, message: Message, language: str) -> list[Spoken]:
        spoken: list[Spoken] = []
        for sentence in own_sentences(message):
            text = message.text[sentence.start : sentence.end]
            spoken += moved(self._ear.in_text(text, language), sentence.start)
        return spoken


def _kind(sums: dict[AnswerKind, float], tips: float) -> AnswerKind:
    """What a person's answer is, by what its rules add up to. tips: what speaks for tips in it."""
    best = max(tips, *(weight for kind, weight in sums.items() if kind is not AnswerKind.OTHER))
    if best < ENOUGH or sums[AnswerKind.OTHER] >= max(best, ENOUGH):
        return AnswerKind.OTHER
    if sums[AnswerKind.INVITATION] >= PLAINLY:
        return AnswerKind.INVITATION
    if max(tips, sums[AnswerKind.FEEDBACK]) >= ENOUGH:
        return AnswerKind.FEEDBACK
    if sums[AnswerKind.INVITATION] >= ENOUGH:
        return AnswerKind.INVITATION
    if sums[AnswerKind.CALL] >= max(ENOUGH, sums[AnswerKind.PROMISE] - _ASKED_AS_WELL):
        return AnswerKind.CALL
    later = (AnswerKind.PROMISE, AnswerKind.REFUSAL, AnswerKind.LEFT)
    return max(later, key=lambda kind: sums[kind]) if max(sums[k] for k in later) >= ENOUGH else AnswerKind.OTHER


def _without_denied(body: Sequence[Spoken]) -> list[Spoken]:
    """No promise is heard within the words that refuse it: "we are sorry that we cannot give you feedback"."""
    refused = [s.hit for s in body if s.hit.rule.says == f"answer.{AnswerKind.REFUSAL}"]
    promise = f"answer.{AnswerKind.PROMISE}"
    return [
        s
        for s in body
        if s.hit.rule.says != promise or not any(r.start < s.hit.end and s.hit.start < r.end for r in refused)
    ]


def _replies(message: Message) -> bool:
    """Whether it answers some mail; what does not is about tips only if it says so plainly."""
    return bool(message.in_reply_to or message.references) or _REPLY_SUBJECT.match(message.subject) is not None


def _sum(spoken: Sequence[Spoken], kind: str) -> float:
    return sum(e.weight for e in _evidence(spoken, (f"answer.{kind}",)))


def _says(spoken: Sequence[Spoken], what: str) -> bool:
    return any(s.hit.rule.says == what for s in spoken)


def _evidence(spoken: Sequence[Spoken], says: tuple[str, ...]) -> tuple[Evidence, ...]:
    return count_once([s for s in spoken if s.hit.rule.says in says])
