"""The one thing that the pipeline knows of a mailbox. Maildir, mbox and Gmail all look like this."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gmail_followup.errors import Exit, UserError
from gmail_followup.mail.message import Address, StoredMessage, Thread


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since a cursor.

    keys: messages that may be new, oldest first (a mailbox may name some again; the ledger knows which it has seen).
    cursor: where to go on next time; to be stored only after the work on `keys` is committed.
    note: one line for the user if something was unusual ("history too old, looked through the last 30 days").
    """

    keys: tuple[str, ...]
    cursor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it now stands in the mailbox."""

    id: str
    """Stable over edits (Gmail's draft id; a Maildir file's unique name)."""
    thread_key: str
    message: StoredMessage
    version: str = ""
    """Changes whenever the draft is edited; "" if the mailbox cannot say."""


@dataclass(frozen=True, slots=True)
class DraftAt:
    """A draft that was listed, not read."""

    id: str
    thread_key: str
    version: str


@dataclass(frozen=True, slots=True)
class SendAs:
    """An address that the user may write from (Gmail users.settings.sendAs)."""

    address: Address
    is_default: bool = False
    verified: bool = True
    signature_html: str = ""


class Mailbox(Protocol):
    """A place with mail. Every method may raise UserError (code ACCOUNT for account and network)."""

    @property
    def name(self) -> str:
        """Identity of this mailbox, stable between runs: `maildir:/home/a/mail`, `gmail:a@example.org`."""

    @property
    def can_draft(self) -> bool:
        """False for a read-only mailbox: the pipeline then says what it would draft."""

    def send_as(self) -> tuple[SendAs, ...]:
        """The user's addresses, default first; () where the mailbox does not know them."""

    def changes(self, cursor: str, since: datetime | None) -> Changes:
        """Messages that may be new after `cursor` ("" at first); the first time not older than `since`."""

    def fetch(self, key: str) -> StoredMessage | None:
        """The message of that key; None if it is no longer there."""

    def thread(self, stored: StoredMessage) -> Thread:
        """The conversation of that message, drafts included, oldest first; at least the message itself."""

    def related(self, words: Iterable[str], domains: Iterable[str], before: datetime, limit: int) -> Iterator[str]:
        """Keys of messages that may belong to the same employer: from or to one of `domains`, or with all of `words`.

        Newest first, at most `limit`; it only narrows, the reader decides.
        """

    def find_draft(self, message_id: str, thread_key: str) -> Draft | None:
        """The draft that has this Message-ID, if there is one (looked for in the thread first)."""

    def create_draft(self, mime: bytes, thread_key: str) -> Draft:
        """Saves a draft, reads it back and returns it as it is stored. Never re-sends by itself.

        mime: a complete RFC 5322 message with its own Message-ID. thread_key: "" starts a new thread.
        Raises AmbiguousWrite if it is not known whether the draft was created (a lost answer).
        """

    def get_draft(self, draft_id: str) -> Draft | None:
        """The draft as it now stands; None if it was sent or deleted."""

    def drafts(self) -> tuple[Draft, ...]:
        """All drafts of the mailbox."""

    def list_drafts(self) -> tuple[DraftAt, ...]:
        """Every draft, without reading it."""

    def labelled(self, name: str) -> tuple[str, ...]:
        """Keys of the messages that carry this label of the user's; () if there is none, or no labels at all."""

    def label(self, key: str, add: Iterable[str], remove: Iterable[str]) -> None:
        """Puts the user-visible labels `add` on a message and takes `remove` off; creates labels that are missing."""

    def close(self) -> None:
        """Lets go of files and connections."""


class AmbiguousWrite(Exception):
    """A draft may or may not have been created: look for it before trying again."""


class Misplaced(UserError):
    """A draft was saved, but not where or as what it was meant to be. It must not be saved once more."""

    def __init__(self, draft: Draft, what: str) -> None:
        super().__init__(
            what,
            why=f"Its id is {draft.id}.",
            fix="Look at it among your drafts: send it, change it or delete it there.",
            code=Exit.HELD,
        )
        self.draft = draft
