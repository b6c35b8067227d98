"""The rows of the ledger as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gmail_followup.answers.values import AnswerKind
from gmail_followup.mail.message import Address
from gmail_followup.reading.values import Application, Reason, Stage


class State(StrEnum):
    """Where a rejection stands."""

    NEW = "new"
    WAITING = "waiting"
    INTENDED = "intended"
    """A draft was about to be saved when we last heard: look for it before anything else."""
    DRAFTED = "drafted"
    HELD = "held"
    NEEDS_CONTACT = "needs_contact"
    SKIPPED = "skipped"

    @property
    def is_open(self) -> bool:
        """Whether a later run looks at it again."""
        return self in (State.NEW, State.WAITING, State.INTENDED, State.HELD, State.NEEDS_CONTACT)


class Standing(StrEnum):
    """How far an application came after its rejection; the words of `application.state` in the JSON contract."""

    REJECTED = "rejected"
    COOLING_OFF = "cooling_off"
    DRAFTED = "drafted"
    ASKED = "asked"
    """The user sent the letter, or wrote to them in his own words."""
    ANSWERED = "answered"
    SILENT = "silent"
    CLOSED = "closed"


class Purpose(StrEnum):
    """What a letter is for: at most one of each for an application."""

    ASK = "ask"
    THANKS = "thanks"
    ACCEPT_CALL = "accept_call"
    SECOND_CHANCE = "second_chance"
    LEADS = "leads"
    KEEP_IN_TOUCH = "keep_in_touch"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejection and where it stands. state: of our work on it; standing: of the application."""

    id: str
    key: str
    thread_key: str
    date: datetime
    company: str
    role: str
    stage: Stage
    state: State
    why: str = ""
    not_before: datetime | None = None
    changed: datetime | None = None
    reason: Reason = Reason.UNKNOWN
    standing: Standing = Standing.REJECTED

    @property
    def application(self) -> Application:
        """As much of the application as is known without its mail."""
        return Application(self.company, (self.role,) if self.role else (), self.stage)


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft of ours.

    state: `intended` before the mailbox was asked, `saved` after it was read back, `changed` when the user has edited
    it, `sent` or `deleted` when it has left the drafts. about: Message-ID of the mail that it answers, where that is not
    the rejection. contact_role: what the recipient is (see `Contact.role`). version: see `mailbox.protocol.Draft`.
    """

    rejection_id: str
    message_id: str
    recipients: tuple[str, ...]
    subject: str
    template: str
    fingerprint: str
    created: datetime
    draft_id: str = ""
    thread_key: str = ""
    state: str = "intended"
    purpose: Purpose = Purpose.ASK
    about: str = ""
    contact_role: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """A mail that came back after a letter was sent: facts, no words. filled: it says that the position is taken."""

    rejection_id: str
    message_id: str
    key: str
    thread_key: str
    date: datetime
    kind: AnswerKind
    sender: Address
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A line of an application's timeline. action: the word that `run` told; about: the mail that was the reason."""

    rejection_id: str
    at: datetime
    standing: Standing
    action: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The user's word on one mail."""

    message_id: str
    is_rejection: bool
    company: str = ""
    role: str = ""
