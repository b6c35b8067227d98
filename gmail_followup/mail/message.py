"""What a mail is: the values that every other room speaks of. Nothing here does any work."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox in the sense of RFC 5322 section 3.4: a display name ("" if none) and an addr-spec, lower-cased."""

    name: str
    email: str

    @property
    def local(self) -> str:
        return self.email.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Invitation:
    """One VEVENT of a text/calendar part (RFC 5545): who meets whom, when, and whether it still stands."""

    uid: str
    method: str
    """REQUEST, CANCEL, REPLY ... upper case; "" if the part names none."""
    summary: str
    start: datetime | None
    end: datetime | None
    organizer: Address | None
    attendees: tuple[Address, ...]
    sequence: int = 0
    cancelled: bool = False
    location: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in a text."""

    start: int
    end: int


class Part(StrEnum):
    """What a stretch of a body is to its reader."""

    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, decoded. Always complete: what was missing or broken is "" or () and named in `defects`."""

    id: str
    """Message-ID without blanks, with angle brackets; made up from a hash of the bytes where the mail has none."""
    date: datetime | None
    """Aware, UTC; from Date, else from the newest Received field; None if neither can be read."""
    from_: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    """The body as a person reads it: the text/plain part, or the HTML part as text. Line ends are \\n."""
    parts: tuple[tuple[Span, Part], ...]
    """Covers `text` without gaps: which stretches are the sender's own words, quoted, signature or footer."""
    in_reply_to: str
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """All header fields in order, names as written, values unfolded and decoded."""
    invitations: tuple[Invitation, ...] = ()
    attachments: tuple[str, ...] = ()
    """File names of attachments, cleaned of path separators and control characters."""
    defects: tuple[str, ...] = ()
    html_only: bool = False
    forwarded: bool = False
    """The body is, or contains, a forwarded mail (its words are in parts marked QUOTED)."""

    def header(self, name: str) -> str:
        """The first header field of that name (any case), or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every header field of that name (any case), in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def spans(self, part: Part) -> tuple[Span, ...]:
        """The stretches of `text` that are of that kind."""
        return tuple(span for span, kind in self.parts if kind is part)

    @property
    def own_text(self) -> str:
        """Only the sender's own words."""
        return "".join(self.text[s.start : s.end] for s in self.spans(Part.OWN))


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message at its place in a mailbox."""

    key: str
    """The mailbox's own name for it: Gmail's message id, a Maildir file's unique name, a position in an mbox."""
    thread_key: str
    """The mailbox's own name for its thread ("" where the mailbox knows none)."""
    message: Message
    labels: frozenset[str] = frozenset()
    """Gmail system labels: INBOX, SENT, DRAFT, SPAM, TRASH ...; other mailboxes use the same words."""
    draft_id: str = ""
    """The draft's id when labels has DRAFT."""

    @property
    def is_draft(self) -> bool:
        return "DRAFT" in self.labels

    @property
    def is_sent(self) -> bool:
        return "SENT" in self.labels


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages of one conversation, oldest first, drafts included."""

    key: str
    messages: tuple[StoredMessage, ...] = field(default=())
