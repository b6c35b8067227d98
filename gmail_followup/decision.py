"""Wait, skip, hold or draft, and to whom: pure, from facts to one answer with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gmail_followup.ledger.records import Rejection, State
from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.reading.application import belongs, employer_domains
from gmail_followup.reading.company_names import company_key
from gmail_followup.reading.decide import reply_address
from gmail_followup.reading.known import Known
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.people import is_me, reachable
from gmail_followup.reading.safety import doubt
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.values import Answerable, Application, Contact, Kind, Verdict
from gmail_followup.writing.envelope import is_ours

_SAME_NEWS = timedelta(days=31)


class Action(StrEnum):
    """What happens to a rejection now; the words of the JSON contract."""

    DRAFTED = "drafted"
    WAITING = "waiting"
    HELD = "held"
    NEEDS_CONTACT = "needs_contact"
    SKIPPED = "skipped"
    THANKED = "thanked"
    """An answer came, and a draft that thanks for it (or accepts a call) was saved."""
    OFFERED = "offered"
    """A next step is possible; the user decides."""
    REMINDED = "reminded"
    CLOSED = "closed"


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
    case: Case,
    senders: Senders,
    *,
    policy: str,
    cool_off: timedelta,
    oldest: timedelta,
    now: datetime,
    has_pack: bool = True,
) -> Decision:
    """The decision on one rejection. policy: draft | ask | skip, for the stage that the application reached."""
    why_not = _why_not(case, senders, oldest, now, has_pack)
    if why_not:
        return Decision(Action.SKIPPED, why_not)
    if policy == "skip":
        return Decision(Action.SKIPPED, f'your policy for the stage "{case.application.stage}" is to write nothing')
    suspicion = doubt(case.stored, case.known, senders)
    if suspicion:
        return Decision(Action.HELD, f"the address looks wrong: {suspicion}")
    recipient = _recipient(case, senders)
    if _told_by_a_person_too(case, senders):
        return Decision(Action.SKIPPED, "a person wrote about the same rejection: that mail is the one to answer")
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
    domains = employer_domains(case.stored, case.verdict, case.known, senders)
    mails = [k for k in case.known if k.date and message.date and belongs(k, case.stored, case.verdict, domains)]
    later = [k for k in mails if k.date and message.date and k.date > message.date]
    return (
        _answered(case, later)
        or ("there is a draft of your own in this thread" if case.drafts_in_thread else "")
        or _reopened(later, domains, senders)
        or _withdrawn(mails, case)
        or _followed_up_before(case, mails)
    )


def _answered(case: Case, later: Iterable[Known]) -> str:
    """The user wrote to them since, and it arrived."""
    message = case.stored.message
    gone = {email for k in case.known for email in k.gone}
    people = {message.from_.email, *(a.email for a in message.reply_to), *(c.email for c in case.application.contacts)}
    for k in later:
        arrived = {a.email for a in k.recipients} - gone
        if k.sent and arrived and (k.thread_key == case.stored.thread_key or arrived & people):
            return "you have already answered it"
    return ""


def _reopened(later: Iterable[Known], domains: frozenset[str], senders: Senders) -> str:
    for k in later:
        theirs = organisation(k.sender.domain) in domains or senders.is_ats(k.sender.domain)
        if theirs and not k.sent and k.kind in (Kind.INTERVIEW, Kind.OFFER):
            return "they wrote again since: the process seems to be open again"
    return ""


def _withdrawn(mails: Iterable[Known], case: Case) -> str:
    before = [k for k in mails if k.sent and k.date and case.stored.message.date and k.date <= case.stored.message.date]
    return "you had withdrawn your application yourself" if any(k.withdrew for k in before) else ""


def _followed_up_before(case: Case, mails: Iterable[Known]) -> str:
    """Once and no more (A23): by the ledger, and by letters of ours that the user sent."""
    why = "this application was followed up before"
    if any(k.sent and is_ours(k.message_id) for k in mails):
        return why
    for other in case.others:
        if other.state in (State.DRAFTED, State.INTENDED) and _same_application(case, other):
            return why
    return ""


def _same_application(case: Case, other: Rejection) -> bool:
    key = company_key(case.application.company)
    same_thread = bool(other.thread_key) and other.thread_key == case.stored.thread_key
    return same_thread or bool(
        key and company_key(other.company) == key and _same_role(other.role, case.application.role)
    )


def _told_by_a_person_too(case: Case, senders: Senders) -> bool:
    """A robot's no, and a person's about the same job within a month: the person's is answered."""
    if not senders.is_robot(reply_address(case.stored.message)):
        return False
    senders_of = {k.message_id: k.sender for k in case.known}
    date = case.stored.message.date
    for other in case.others:
        sender = senders_of.get(other.id)
        near = date is not None and abs(other.date - date) < _SAME_NEWS
        if (
            sender
            and near
            and not senders.is_robot(sender)
            and is_person(sender.name)
            and _same_application(case, other)
        ):
            return True
    return False


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
    if not robot and address.local and not is_me(address.email, case.me) and not _is_list(message):
        person = address if is_person(address.name) else message.from_
        contact = _contact_of(case.application.contacts, address, person)
        return (
            contact,
            Address(contact.name if contact else "", address.email),
            "thread",
            "cooled off; the sender reads answers",
        )
    for contact in case.application.contacts:
        candidate = Address(contact.name, contact.email)
        if reachable(candidate, case.me, senders):
            why = f"the sender does not read answers; {bare_name(contact.name)} is known to you ({', '.join(contact.why)})"
            return contact, candidate, "contact", why
    return None


def _contact_of(contacts: Iterable[Contact], address: Address, person: Address) -> Contact | None:
    known = next((c for c in contacts if c.email in (address.email, person.email)), None)
    if known is None and is_person(person.name):
        return Contact(person.name, address.email, "recruiter", why=("wrote the rejection",))
    return known


def _is_list(message: Message) -> bool:
    """Sent through a mailing list (RFC 2369, RFC 2919): an answer would reach the list."""
    return bool(message.header("List-Post")) or (
        bool(message.header("List-Id")) and not message.reply_to and message.header("Precedence").lower() == "list"
    )


def from_address(message: Message, mine: Sequence[Address]) -> Address | None:
    """The user's address that the mail was sent to; else the first of his; None if none is known."""
    for address in (*message.to, *message.cc, *_delivered(message)):
        for own in mine:
            if own.email == address.email:
                return Address(own.name or address.name, own.email)
    if not mine:
        return None
    tagged = next((a for a in (*message.to, *message.cc) if is_me(a.email, frozenset(m.email for m in mine))), None)
    return Address(mine[0].name or (tagged.name if tagged else ""), mine[0].email)


def _delivered(message: Message) -> tuple[Address, ...]:
    return tuple(
        Address("", value.strip("<> ").lower())
        for name in ("Delivered-To", "X-Original-To")
        for value in message.header_all(name)
    )
