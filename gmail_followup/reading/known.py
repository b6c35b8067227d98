"""What is remembered of a mail once it was read: facts that later mails of the same application are understood by."""

from dataclasses import dataclass
from datetime import datetime

from gmail_followup.mail.message import Address, Invitation, StoredMessage
from gmail_followup.reading.notices import Notices
from gmail_followup.reading.values import Kind, Stage, Verdict


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an invitation told: who met whom, and when."""

    start: datetime | None
    cancelled: bool
    organizer: Address | None
    attendees: tuple[Address, ...]
    uid: str = ""
    """The event's own name (RFC 5545 UID): a moved or cancelled meeting keeps it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one mail: facts, no words."""

    key: str
    message_id: str
    thread_key: str
    date: datetime | None
    kind: Kind
    stage: Stage
    score: float
    company: str
    role: str
    language: str
    sender: Address
    recipients: tuple[Address, ...]
    sent: bool
    meeting: Meeting | None = None
    reply_to: tuple[Address, ...] = ()
    gone: tuple[str, ...] = ()
    """Addresses that nobody reads any more, as this mail says (a delivery report, "no longer with the company")."""
    named: tuple[Address, ...] = ()
    """People whose address a scheduling service names."""
    withdrew: bool = False
    """The user takes his application back."""
    sender_role: str = "unknown"
    """What the sender signs as: recruiter, hiring_manager, coordinator, referrer."""
    automatic: bool = False
    """An auto-reply or a report: no person wrote it (RFC 3834)."""


def known_from(stored: StoredMessage, verdict: Verdict, notices: Notices, *, sent: bool) -> Known:
    """The facts of one mail that was read; its words are left behind."""
    message = stored.message
    automatic = message.header("Auto-Submitted").lower().startswith("auto-replied") or bool(notices.gone)
    return Known(
        key=stored.key,
        message_id=message.id,
        thread_key=stored.thread_key,
        date=message.date,
        kind=verdict.kind,
        stage=verdict.stage,
        score=verdict.score,
        company=verdict.company,
        role=verdict.role,
        language=verdict.language,
        sender=message.from_,
        recipients=(*message.to, *message.cc),
        sent=sent,
        meeting=_meeting(message.invitations),
        reply_to=message.reply_to[:1],
        gone=notices.gone,
        named=notices.named,
        withdrew=notices.withdrew,
        sender_role=notices.role,
        automatic=automatic,
    )


def _meeting(invitations: tuple[Invitation, ...]) -> Meeting | None:
    if not invitations:
        return None
    latest = max(invitations, key=lambda i: i.sequence)
    return Meeting(latest.start, latest.cancelled, latest.organizer, latest.attendees, latest.uid)
