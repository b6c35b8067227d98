"""The rows of the ledger as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gmail_followup.reading.values import Stage


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


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejection and where it stands."""

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


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft of ours. state: `intended` before the mailbox was asked, `saved` after it was read back."""

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


@dataclass(frozen=True, slots=True)
class Correction:
    """The user's word on one mail."""

    message_id: str
    is_rejection: bool
    company: str = ""
    role: str = ""
