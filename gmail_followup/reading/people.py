"""The people at an employer, best to write to first, each with why: from facts, never a robot, a list or the user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gmail_followup.mail.message import Address, Message, Part
from gmail_followup.reading.known import Known, Meeting
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.values import Contact, Kind
from gmail_followup.rules.fold import fold

_SCORES = {
    "met": 6.0,
    "wrote the rejection": 3.0,
    "signed the rejection": 2.5,
    "wrote to you": 2.0,
    "got mail from you": 2.0,
    "sent the invitation": 2.0,
    "was on copy": 1.0,
}
_AGAIN = 0.25
_MOST_AGAIN = 1.0
_ROLES = ("hiring_manager", "interviewer", "recruiter", "referrer", "coordinator", "unknown")


def is_me(email: str, me: frozenset[str]) -> bool:
    """Whether an address is the user's: one of his, or one of his with a +tag (RFC 5233 subaddressing)."""
    local, _, domain = email.partition("@")
    return email in me or f"{local.partition('+')[0]}@{domain}" in me


def reachable(address: Address, me: frozenset[str], senders: Senders) -> bool:
    """Whether a letter may go to this address: not the user, not a robot, not a vendor of tracking systems."""
    return bool(
        address.local
        and "." in address.domain
        and not is_me(address.email, me)
        and not senders.is_robot(address)
        and not senders.is_ats(address.domain)
        and not address.domain.startswith(("resource.calendar.", "group.calendar."))
    )


@dataclass(slots=True)
class _Tally:
    """What is known of one person, while it is being added up."""

    address: Address
    name: str = ""
    role: str = "unknown"
    met: bool = False
    times: dict[str, int] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    seen: datetime | None = None

    def score(self) -> float:
        return sum(_SCORES[what] + min((n - 1) * _AGAIN, _MOST_AGAIN) for what, n in self.times.items())


class _Roll:
    """Everybody who may be written to."""

    def __init__(self, me: frozenset[str], senders: Senders, gone: frozenset[str]) -> None:
        self._me, self._senders, self._gone = me, senders, gone
        self.tallies: dict[str, _Tally] = {}

    def note(self, address: Address | None, what: str, why: str, role: str, date: datetime | None) -> None:
        if address is None or address.email in self._gone or not reachable(address, self._me, self._senders):
            return
        tally = self.tallies.setdefault(address.email, _Tally(address))
        if is_person(address.name) and not is_person(tally.name):
            tally.name = address.name
        tally.times[what] = tally.times.get(what, 0) + 1
        tally.met = tally.met or what == "met"
        if why not in tally.why:
            tally.why.append(why)
        tally.role = min((tally.role, role), key=_ROLES.index)
        tally.seen = max((d for d in (tally.seen, date) if d), default=None)


def contacts_of(
    message: Message, mails: Sequence[Known], domains: frozenset[str], me: frozenset[str], senders: Senders
) -> tuple[Contact, ...]:
    """message: the rejection. mails: facts of the other mail of this application. domains: the employer's own.

    Who met the user stands first; then what speaks for each is added up. Whoever has left or cannot be reached is left out.
    """
    gone = frozenset(email for k in mails for email in k.gone)
    roll = _Roll(me, senders, gone)
    roll.note(message.from_, "wrote the rejection", "wrote the rejection", "recruiter", message.date)
    for k in mails:
        if k.sent:
            for address in k.recipients:
                if _of(address, domains):
                    roll.note(address, "got mail from you", "you wrote to each other", "unknown", k.date)
        elif k.kind not in (Kind.NEWSLETTER, Kind.OUTREACH) and not k.automatic:
            _inbound(roll, k, domains)
    for meeting, date in latest_meetings(mails):
        if not meeting.cancelled and (meeting.start is None or message.date is None or meeting.start <= message.date):
            _meeting(roll, meeting, date, domains, me)
    people = [t for t in roll.tallies.values() if is_person(t.name)]
    signed = _signature(message)
    for tally in people:
        if signed and fold(bare_name(tally.name)).text in signed and tally.address.email != message.from_.email:
            roll.note(
                Address(tally.name, tally.address.email),
                "signed the rejection",
                "signed the rejection",
                "recruiter",
                message.date,
            )
    ranked = sorted(
        people, key=lambda t: (not t.met, -t.score(), -(t.seen.timestamp() if t.seen else 0), t.address.email)
    )
    return tuple(
        Contact(t.name, t.address.email, t.role, t.score() + (_SCORES["met"] if t.met else 0), tuple(t.why), t.seen)
        for t in ranked
    )


def latest_meetings(mails: Iterable[Known]) -> list[tuple[Meeting, datetime | None]]:
    """Every meeting as it last stood: moved and cancelled ones by their UID (RFC 5546)."""
    latest: dict[str, tuple[Meeting, datetime | None]] = {}
    for k in mails:
        if k.meeting is None:
            continue
        before = latest.get(k.meeting.uid or k.message_id)
        people = k.meeting
        if before is not None and k.meeting.cancelled and not k.meeting.attendees:
            people = replace(before[0], cancelled=True)
        latest[k.meeting.uid or k.message_id] = (people, k.date)
    return list(latest.values())


def _inbound(roll: _Roll, k: Known, domains: frozenset[str]) -> None:
    for address in (k.sender, *k.reply_to[:1]):
        named = Address(address.name or k.sender.name, address.email)
        if _of(address, domains):
            roll.note(named, "wrote to you", "wrote to you", k.sender_role, k.date)
    for address in k.named:
        roll.note(address, "met", "is named as your interviewer", "interviewer", k.date)
    for address in k.recipients:
        if _of(address, domains):
            roll.note(address, "was on copy", "was on copy of their mail", "unknown", k.date)


def _meeting(roll: _Roll, meeting: Meeting, date: datetime | None, domains: frozenset[str], me: frozenset[str]) -> None:
    """Attendees sat in it; its organizer did if nobody else is named, else he arranged it."""
    organizer = meeting.organizer
    home = organisation(organizer.domain) if organizer else ""
    others = [
        a for a in meeting.attendees if not is_me(a.email, me) and (organizer is None or a.email != organizer.email)
    ]
    sat = [a for a in others if _of(a, domains) or (home and organisation(a.domain) == home)]
    for address in sat:
        roll.note(address, "met", "sat in your interview", "interviewer", date)
    if organizer is not None and not sat:
        roll.note(organizer, "met", "sat in your interview", "interviewer", date)
    else:
        roll.note(organizer, "sent the invitation", "sent the invitation", "coordinator", date)


def _of(address: Address, domains: frozenset[str]) -> bool:
    return organisation(address.domain) in domains


def _signature(message: Message) -> str:
    """The last lines of the sender's own words and his signature, folded: who signs may not be who sends."""
    own = [line for line in message.own_text.splitlines() if line.strip()][-3:]
    signed = [message.text[s.start : s.end] for s in message.spans(Part.SIGNATURE)]
    return fold("\n".join([*own, *signed])).text
