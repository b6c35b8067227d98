"""Wait, skip, hold or draft, and to whom: pure, from facts to one answer with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gmail_followup.ledger.records import Rejection, State
from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.reading.application import belongs, reachable
from gmail_followup.reading.decide import reply_address
from gmail_followup.reading.facts import company_key
from gmail_followup.reading.known import Known
from gmail_followup.reading.names import is_person
from gmail_followup.reading.safety import doubt
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Answerable, Application, Contact, Kind, Verdict


class Action(StrEnum):
    """What happens to a rejection now; the words of the JSON contract."""

    DRAFTED = "drafted"
    WAITING = "waiting"
    HELD = "held"
    NEEDS_CONTACT = "needs_contact"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do and why. `to` and `contact` are filled in when a letter is to be written.

    how: "thread" answers the mail itself, "contact" begins a new mail to a person.
    """

    action: Action
    why: str
    not_before: datetime | None = None
    to: tuple[Address, ...] = ()
    contact: Contact | None = None
    how: str = "thread"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known of one rejection at the moment of deciding."""

    stored: StoredMessage
    verdict: Verdict
    application: Application
    drafts_in_thread: int
    """Drafts of the user's own in the thread of the rejection."""
    known: tuple[Known, ...]
    others: tuple[Rejection, ...]
    """Rejections of the same mailbox, this one left out."""
    me: frozenset[str]
    wish: str
    """The address that the user chose by hand; "" if he left the choice to us."""
    our_message_id: str
    """The Message-ID that our draft has or would have: not a draft of the user's."""


def decide(
    case: Case, senders: Senders, *, policy: str, cool_off: timedelta, oldest: timedelta, now: datetime, has_pack: bool = True
) -> Decision:
    """The decision on one rejection. policy: draft | ask | skip, for the stage that the application reached."""
    why_not = _why_not(case, senders, oldest, now, has_pack)
    if why_not:
        return Decision(Action.SKIPPED, why_not)
    if policy == "skip":
        return Decision(Action.SKIPPED, f'your policy for the stage "{case.application.stage}" is to write nothing')
    suspicion = doubt(case.stored.message, senders)
    if suspicion:
        return Decision(Action.HELD, f"the address looks wrong: {suspicion}")
    recipient = _recipient(case, senders)
    if recipient is None:
        why = "the mail comes from an address that nobody reads, and no person at the employer is known from your mail"
        return Decision(Action.NEEDS_CONTACT, why)
    date = case.stored.message.date or now
    if date + cool_off > now:
        return Decision(Action.WAITING, "cooling off: a letter written a little later reads better", date + cool_off)
    if policy == "ask":
        return Decision(Action.HELD, f'your policy for the stage "{case.application.stage}" is to ask first')
    contact, address, how, why = recipient
    return Decision(Action.DRAFTED, why, None, (address,), contact, how)


def _why_not(case: Case, senders: Senders, oldest: timedelta, now: datetime, has_pack: bool) -> str:
    """Why nothing should be written at all (advice A23: never more than once; on doubt do nothing); "" if nothing speaks against."""
    message = case.stored.message
    if not has_pack:
        return f"the mail is in a language without rules ({case.verdict.language})"
    if not case.verdict.is_rejection:
        return "on a second look, it is not a rejection"
    if message.date and now - message.date > oldest:
        return f"it is older than {oldest.days} days"
    return (
        _answered(case)
        or _own_draft(case)
        or _reopened(case, senders)
        or _followed_up_before(case)
    )


def _answered(case: Case) -> str:
    message = case.stored.message
    addresses = {message.from_.email, *(a.email for a in message.reply_to), *(c.email for c in case.application.contacts)}
    written = [
        k
        for k in case.known
        if k.sent and k.date and message.date and k.date > message.date
        and ((k.thread_key and k.thread_key == case.stored.thread_key) or {a.email for a in k.recipients} & addresses)
    ]  # fmt: skip
    return "you have already answered it" if written else ""


def _own_draft(case: Case) -> str:
    return "there is a draft of your own in this thread" if case.drafts_in_thread else ""


def _reopened(case: Case, senders: Senders) -> str:
    message = case.stored.message
    for k in case.known:
        later = k.date and message.date and k.date > message.date
        if later and not k.sent and k.kind in (Kind.INTERVIEW, Kind.OFFER):
            if belongs(k, case.stored, case.verdict, case.known, senders):
                return "they wrote again since: the process seems to be open again"
    return ""


def _followed_up_before(case: Case) -> str:
    key = company_key(case.application.company)
    for other in case.others:
        same_thread = other.thread_key and other.thread_key == case.stored.thread_key
        same_job = key and company_key(other.company) == key and _same_role(other.role, case.application.role)
        if (same_thread or same_job) and other.state in (State.DRAFTED, State.INTENDED):
            return "this application was followed up before"
    return ""


def _same_role(a: str, b: str) -> bool:
    return not a or not b or a.casefold() == b.casefold()


def _recipient(case: Case, senders: Senders) -> tuple[Contact | None, Address, str, str] | None:
    """Whom to write to: the sender if somebody reads it there, else the best person of the employer."""
    message = case.stored.message
    address = reply_address(message)
    if case.wish:
        contact = next((c for c in case.application.contacts if c.email == case.wish), None)
        how = "thread" if case.wish == address.email else "contact"
        return contact, Address(contact.name if contact else "", case.wish), how, "you chose whom to write to"
    robot = senders.is_robot(address) or case.verdict.answerable is Answerable.NO_REPLY
    if not robot and address.local and address.email not in case.me and not message.header("List-Post"):
        person = address if is_person(address.name) else message.from_
        contact = _contact_of(case.application.contacts, address, person)
        return contact, Address(contact.name if contact else "", address.email), "thread", "cooled off; the sender reads answers"
    for contact in case.application.contacts:
        candidate = Address(contact.name, contact.email)
        if reachable(candidate, case.me, senders):
            why = f"the sender does not read answers; {contact.name or contact.email} {contact.why[-1] if contact.why else 'is known'}"
            return contact, candidate, "contact", why
    return None


def _contact_of(contacts: Iterable[Contact], address: Address, person: Address) -> Contact | None:
    known = next((c for c in contacts if c.email in (address.email, person.email)), None)
    if known is None and is_person(person.name):
        return Contact(person.name, address.email, "recruiter", why=("wrote the rejection",))
    return known


def from_address(message: Message, mine: Sequence[Address]) -> Address | None:
    """The user's address that the mail was sent to; else the first of his; None if none is known."""
    for address in (*message.to, *message.cc, *_delivered(message)):
        for own in mine:
            if own.email == address.email:
                return Address(own.name or address.name, own.email)
    return mine[0] if mine else None


def _delivered(message: Message) -> tuple[Address, ...]:
    return tuple(Address("", value.strip("<> ").lower()) for name in ("Delivered-To", "X-Original-To") for value in message.header_all(name))


