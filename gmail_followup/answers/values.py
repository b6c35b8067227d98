"""The values of this room."""

from dataclasses import dataclass
from enum import StrEnum

from gmail_followup.reading.values import Evidence


class AnswerKind(StrEnum):
    """What a mail is that comes back from somebody whom we asked (advice A13)."""

    FEEDBACK = "feedback"
    """It says where the user fell short, or gives a tip."""
    PROMISE = "promise"
    """Feedback or a call will come later; nothing is asked of the user now."""
    CALL = "call"
    """A talk is offered, and the user is to say when, or to confirm."""
    REFUSAL = "refusal"
    """No feedback will be given."""
    AWAY = "away"
    """An auto-reply: on holiday, out of the office."""
    LEFT = "left"
    """An auto-reply or a report: this person has left, or the address is gone."""
    INVITATION = "invitation"
    """The process is open again, or another job is offered."""
    OTHER = "other"


class Sort(StrEnum):
    """What a feedback note is about (A15)."""

    GAP = "gap"
    """Something that is missing: experience, a skill, a certificate."""
    NOT_SHOWN = "not_shown"
    """Something that may well be there but was not seen."""
    UNCLEAR = "unclear"


class Area(StrEnum):
    """Where a feedback note belongs."""

    EXPERIENCE = "experience"
    SKILL = "skill"
    CERTIFICATE = "certificate"
    COMMUNICATION = "communication"
    PREPARATION = "preparation"
    ENTHUSIASM = "enthusiasm"
    FIT = "fit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tip:
    """A sentence of an answer from which something can be learned, and how we would sort it; the user's word wins."""

    text: str
    sort: Sort
    area: Area


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was read.

    tips: in the order of the mail, without greetings, thanks and good wishes; in feedback, and in an invitation that gives some.
    filled: it says that the position is taken, or gone. language: ISO 639-1, "" if too short to tell.
    """

    kind: AnswerKind
    tips: tuple[Tip, ...] = ()
    filled: bool = False
    language: str = ""
    evidence: tuple[Evidence, ...] = ()
