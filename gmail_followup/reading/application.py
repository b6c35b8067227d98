"""The application behind a rejection, put together from the facts of earlier mail: pure, no mailbox, no clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from gmail_followup.mail.message import StoredMessage
from gmail_followup.reading.company_names import company_key
from gmail_followup.reading.known import Known
from gmail_followup.reading.people import contacts_of, latest_meetings
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.values import Application, Kind, Stage, Verdict
from gmail_followup.rules.fold import fold

_LONGEST = timedelta(days=365)
"""How far back mail of the same company is taken for the same application."""
_ABOUT_A_JOB = frozenset((Kind.CONFIRMATION, Kind.INTERVIEW, Kind.OFFER, Kind.ASSESSMENT, Kind.STATUS, Kind.REJECTION))
_SAME_HOUSE = frozenset(
    "group gruppe holding holdings international global worldwide hq careers jobs corp corporation europe uk us usa de "
    "deutschland germany france espana online app".split()
)
"""Words that may follow a company's name without making it another company."""


def understand(
    stored: StoredMessage, verdict: Verdict, known: Sequence[Known], me: frozenset[str], senders: Senders
) -> Application:
    """What the mailbox knows of the application that this rejection ends.

    known: facts of other mail; those of other employers, other roles and later than the rejection are left aside.
    me: the user's addresses, lower-case.
    """
    message = stored.message
    domains = employer_domains(stored, verdict, known, senders)
    mails = [k for k in known if k.message_id != message.id and belongs(k, stored, verdict, domains)]
    before = [k for k in mails if k.date and message.date and k.date <= message.date]
    met = _meetings(before, message.date)
    notes: list[str] = []
    stage = _stage(verdict, met, before, notes)
    earlier = (k.role for k in reversed(before) if k.kind is Kind.CONFIRMATION)
    roles = verdict.roles or tuple(r for r in (verdict.role, *earlier) if r)[:1]
    return Application(
        company=verdict.company or next((k.company for k in reversed(before) if k.company), ""),
        roles=roles,
        stage=stage,
        rounds=len(met),
        last_interview=max(met, default=None),
        contacts=contacts_of(message, [*mails, *_reports(known)], domains, me, senders),
        message_ids=(*(k.message_id for k in before), message.id),
        notes=tuple(notes),
    )


def belongs(k: Known, stored: StoredMessage, verdict: Verdict, domains: frozenset[str]) -> bool:
    """Whether a mail is about the same application: same thread, or same employer and no other role.

    domains: what `employer_domains` says of the rejection.
    """
    date = stored.message.date
    if k.date and date and abs(k.date - date) > _LONGEST:
        return False
    if k.thread_key and k.thread_key == stored.thread_key:
        return True
    if k.kind in (Kind.NEWSLETTER, Kind.OTHER_REJECTION):
        return False
    people = {organisation(a.domain) for a in (k.sender, *k.recipients) if a.domain}
    same = bool(people & domains) or _same_company(k.company, verdict.company)
    return same and not other_role(k.role, verdict.role)


def employer_domains(
    stored: StoredMessage, verdict: Verdict, known: Sequence[Known], senders: Senders
) -> frozenset[str]:
    """The employer's own domains: of the rejection's sender; of senders, and people on copy, of mail about a job at the
    same company; and those that are spelled like it. A stranger who merely names the company adds nothing."""
    found = {organisation(stored.message.from_.domain)}
    mine = {organisation(a.domain) for a in stored.message.to}
    for k in known:
        domain = organisation(k.sender.domain)
        if verdict.company and _same_company(verdict.company, domain.partition(".")[0].replace("-", "")):
            found.add(domain)
        about_a_job = k.kind in _ABOUT_A_JOB or senders.is_ats(k.sender.domain)
        if not k.sent and about_a_job and _same_company(k.company, verdict.company):
            found.add(domain)
            found |= {organisation(a.domain) for a in k.recipients} - mine
    return frozenset(d for d in found if d and not senders.is_ats(d) and not senders.is_free(d))


def _same_company(a: str, b: str) -> bool:
    first, second = sorted((company_key(a), company_key(b)), key=len)
    return bool(first) and second.startswith(first) and (second == first or second[len(first) :] in _SAME_HOUSE)


def other_role(a: str, b: str) -> bool:
    if not a or not b:
        return False
    first, second = set(fold(a).text.split()), set(fold(b).text.split())
    return not (first <= second or second <= first)


def _reports(known: Sequence[Known]) -> list[Known]:
    """Delivery reports come from the user's own mail server: they belong to no application, and to all."""
    return [k for k in known if k.gone]


def _meetings(before: Iterable[Known], until: datetime | None) -> list[datetime]:
    """The start of every meeting that took place: a moved one counts once, a cancelled one not at all."""
    starts = [m.start for m, _ in latest_meetings(before) if not m.cancelled and m.start]
    return sorted(s for s in starts if until is None or s <= until)


def _stage(verdict: Verdict, met: Sequence[datetime], before: Sequence[Known], notes: list[str]) -> Stage:
    """The mail's word, and the timeline's where the mail says less; a disagreement is noted and the safer word taken."""
    said = verdict.stage
    if said is Stage.FINAL:
        return said
    if met and said is not Stage.INTERVIEWED:
        notes.append(
            f"The mail does not speak of an interview, but your calendar mail shows {len(met)}: taken as interviewed."
        )
        return Stage.INTERVIEWED
    if not met and said is Stage.INTERVIEWED and any(k.meeting and k.meeting.cancelled for k in before):
        notes.append("The mail speaks of an interview, but the only one in your mail was cancelled: taken as applied.")
        return Stage.APPLIED
    if said is Stage.UNKNOWN and any(k.kind is Kind.CONFIRMATION for k in before):
        return Stage.APPLIED
    return said
