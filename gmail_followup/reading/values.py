"""The values of the reading room. Every field is a fact from the mailbox or a word of DESIGN.md's vocabulary."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mail is to a job seeker."""

    REJECTION = "rejection"
    CONFIRMATION = "confirmation"
    INTERVIEW = "interview"
    OFFER = "offer"
    ASSESSMENT = "assessment"
    STATUS = "status"
    OUTREACH = "outreach"
    NEWSLETTER = "newsletter"
    OTHER_REJECTION = "other_rejection"
    OWN = "own"
    OTHER = "other"


class Stage(StrEnum):
    """How far the application came."""

    APPLIED = "applied"
    INTERVIEWED = "interviewed"
    FINAL = "final"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why it ended, as far as the mail says."""

    NOT_SELECTED = "not_selected"
    FILLED = "filled"
    CANCELLED = "cancelled"
    ON_HOLD = "on_hold"
    UNKNOWN = "unknown"


class Answerable(StrEnum):
    """Whether a letter makes sense: `no_reply` a robot or "do not reply"; `refused` they give no feedback."""

    YES = "yes"
    NO_REPLY = "no_reply"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rule that spoke, and the words it saw.

    field: subject | body | from | header. start, end: code points in the subject, or in `Message.text`.
    weight: what it counts now (positive: for a rejection; negative: against). guard: why it counts nothing ("" if it does).
    """

    rule: str
    text: str
    field: str
    start: int
    end: int
    weight: float
    says: str = "rejection"
    guard: str = ""
    source: str = ""
    """File and line of the rule: `en/rejection.toml:12`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is it a rejection, of what kind is it otherwise, and why."""

    kind: Kind
    score: float
    """In [0, 1]: 1 / (1 + exp(threshold - sum of weights)); above one half is a rejection."""
    stage: Stage
    reason: Reason
    answerable: Answerable
    company: str
    role: str
    language: str
    """ISO 639-1, "" if too short to tell."""
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    roles: tuple[str, ...] = ()
    """All jobs that the mail is about, where it names several."""
    corrected: bool = False
    """The user said so himself (`correct`)."""

    @property
    def is_rejection(self) -> bool:
        return self.kind is Kind.REJECTION


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the employer, and why he ranks where he does.

    role: recruiter | hiring_manager | interviewer | coordinator | referrer | unknown.
    """

    name: str
    email: str
    role: str = "unknown"
    score: float = 0.0
    why: tuple[str, ...] = ()
    last_seen: datetime | None = None
    last_message_id: str = ""
    """The latest mail exchanged with this person, so that a letter can join that thread."""
    thread_key: str = ""

    @property
    def first_name(self) -> str:
        """The given name to greet with, "" if none is known for certain."""
        from gmail_followup.reading.names import given_name

        return given_name(self.name)


@dataclass(frozen=True, slots=True)
class Application:
    """One job you went for, as the mailbox knows it."""

    company: str
    roles: tuple[str, ...]
    stage: Stage
    rounds: int = 0
    """Interviews known to have taken place."""
    last_interview: datetime | None = None
    contacts: tuple[Contact, ...] = ()
    message_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Plain sentences for `explain`: disagreements between mail and timeline, what was not found."""

    @property
    def role(self) -> str:
        return self.roles[0] if self.roles else ""
