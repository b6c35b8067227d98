"""The application behind a rejection, put together from the facts of earlier mail: pure, no mailbox, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gmail_followup.mail.message import Address, StoredMessage
from gmail_followup.reading.facts import company_key
from gmail_followup.reading.known import Known
from gmail_followup.reading.names import is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.values import Application, Contact, Kind, Stage, Verdict
from gmail_followup.rules.fold import fold

_LONGEST = timedelta(days=365)
"""How far back mail of the same company is taken for the same application."""
_WROTE, _WAS_WRITTEN_TO, _MET, _INVITED, _SIGNED = 2.0, 3.0, 3.0, 2.0, 2.5


def understand(
    stored: StoredMessage, verdict: Verdict, known: Sequence[Known], me: frozenset[str], senders: Senders
) -> Application:
    """What the mailbox knows of the application that this rejection ends.

    known: facts of other mail; those of other employers, other roles and later than the rejection are left aside.
    me: the user's addresses, lower-case.
    """
    message = stored.message
    mails = [k for k in known if k.message_id != message.id and belongs(k, stored, verdict, known, senders)]
    before = [k for k in mails if k.date and message.date and k.date <= message.date]
    met = _meetings(before, message.date)
    notes: list[str] = []
    stage = _stage(verdict, met, before, notes)
    roles = tuple(dict.fromkeys(r for r in (verdict.role, *(k.role for k in reversed(before) if k.kind is Kind.CONFIRMATION)) if r))
    return Application(
        company=verdict.company or next((k.company for k in reversed(before) if k.company), ""),
        roles=roles[:1],
        stage=stage,
        rounds=len(met),
        last_interview=max(met, default=None),
        contacts=_contacts(stored, before, me, senders),
        message_ids=(*(k.message_id for k in before), message.id),
        notes=tuple(notes),
    )


def belongs(k: Known, stored: StoredMessage, verdict: Verdict, known: Sequence[Known], senders: Senders) -> bool:
    """Whether a mail is about the same application: same thread, or same employer and no other role."""
    date = stored.message.date
    if k.date and date and abs(k.date - date) > _LONGEST:
        return False
    if k.thread_key and k.thread_key == stored.thread_key:
        return True
    if k.kind in (Kind.NEWSLETTER, Kind.OTHER_REJECTION):
        return False
    domains = employer_domains(stored, verdict, known, senders)
    people = {organisation(a.domain) for a in (k.sender, *k.recipients) if a.domain}
    same = bool(people & domains) or _same_company(k.company, verdict.company)
    return same and not _other_role(k.role, verdict.role)


def employer_domains(stored: StoredMessage, verdict: Verdict, known: Sequence[Known], senders: Senders) -> frozenset[str]:
    """The employer's own domains: of the rejection's sender, and of people who wrote on behalf of the same company."""
    found = {organisation(stored.message.from_.domain)}
    found |= {organisation(k.sender.domain) for k in known if not k.sent and _same_company(k.company, verdict.company)}
    found |= {
        domain
        for k in known
        for domain in (organisation(k.sender.domain),)
        if verdict.company and company_key(verdict.company) == domain.partition(".")[0].replace("-", "")
    }
    return frozenset(d for d in found if d and not senders.is_ats(d) and not senders.is_free(d))


def _same_company(a: str, b: str) -> bool:
    first, second = company_key(a), company_key(b)
    if not first or not second:
        return False
    return first == second or (min(len(first), len(second)) >= 5 and (first.startswith(second) or second.startswith(first)))


def _other_role(a: str, b: str) -> bool:
    if not a or not b:
        return False
    first, second = set(fold(a).text.split()), set(fold(b).text.split())
    return not (first <= second or second <= first)


def _meetings(before: Iterable[Known], until: datetime | None) -> list[datetime]:
    """The start of every meeting that took place: a moved one counts once, a cancelled one not at all."""
    latest: dict[str, Known] = {}
    for k in before:
        if k.meeting and k.meeting.start:
            latest[k.meeting.uid or k.message_id] = k
    starts = [k.meeting.start for k in latest.values() if k.meeting and not k.meeting.cancelled and k.meeting.start]
    return sorted(s for s in starts if until is None or s <= until)


def _stage(verdict: Verdict, met: Sequence[datetime], before: Sequence[Known], notes: list[str]) -> Stage:
    """The mail's word, and the timeline's where the mail says less; a disagreement is noted and the safer word taken."""
    said = verdict.stage
    if said is Stage.FINAL:
        return said
    if met and said is not Stage.INTERVIEWED:
        notes.append(f"The mail does not speak of an interview, but your calendar mail shows {len(met)}: taken as interviewed.")
        return Stage.INTERVIEWED
    if not met and said is Stage.INTERVIEWED and any(k.meeting and k.meeting.cancelled for k in before):
        notes.append("The mail speaks of an interview, but the only one in your mail was cancelled: taken as applied.")
        return Stage.APPLIED
    if said is Stage.UNKNOWN and any(k.kind is Kind.CONFIRMATION for k in before):
        return Stage.APPLIED
    return said


@dataclass(slots=True)
class _Tally:
    contact: Contact

    def add(self, score: float, why: str, role: str, k: Known | None) -> None:
        c = self.contact
        ranks = ("hiring_manager", "interviewer", "recruiter", "coordinator", "unknown")
        better = min((c.role, role), key=ranks.index)
        seen = max((d for d in (c.last_seen, k.date if k else None) if d), default=None)
        self.contact = replace(c, score=c.score + score, why=(*c.why, why) if why not in c.why else c.why, role=better, last_seen=seen)


def _contacts(stored: StoredMessage, before: Sequence[Known], me: frozenset[str], senders: Senders) -> tuple[Contact, ...]:
    """The people of the employer, best first."""
    tallies: dict[str, _Tally] = {}

    def note(address: Address | None, score: float, why: str, role: str, k: Known | None) -> None:
        if address is None or not reachable(address, me, senders):
            return
        tally = tallies.setdefault(address.email, _Tally(Contact(address.name, address.email)))
        if is_person(address.name) and not is_person(tally.contact.name):
            tally.contact = replace(tally.contact, name=address.name)
        tally.add(score, why, role, k)

    note(stored.message.from_, _SIGNED, "wrote the rejection", "recruiter", None)
    for k in before:
        if k.sent:
            for address in k.recipients:
                note(address, _WAS_WRITTEN_TO, "you wrote to each other", "unknown", k)
        elif k.kind not in (Kind.NEWSLETTER, Kind.OUTREACH):
            note(k.sender, _WROTE, "wrote to you", "recruiter", k)
        if k.meeting and not k.meeting.cancelled:
            note(k.meeting.organizer, _INVITED, "invited you to the interview", "coordinator", k)
            for address in k.meeting.attendees:
                note(address, _MET, "sat in the interview", "interviewer", k)
    people = [t.contact for t in tallies.values() if is_person(t.contact.name)]
    return tuple(sorted(people, key=lambda c: (-c.score, -(c.last_seen.timestamp() if c.last_seen else 0), c.email)))


def reachable(address: Address, me: frozenset[str], senders: Senders) -> bool:
    """Whether a letter may go to this address: not the user, not a robot, not a vendor of tracking systems."""
    return bool(
        address.local
        and "." in address.domain
        and address.email not in me
        and not senders.is_robot(address)
        and not senders.is_ats(address.domain)
        and not address.domain.startswith(("resource.calendar.", "group.calendar."))
    )
