"""The whole way on one page.

mailbox ──► mail ──► reading ──► (decide) ──► writing ──► proofing ──► mailbox
                                    └────────── ledger ◄──────────────────┘
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gmail_followup.decision import Action, Case, Decision, decide, from_address
from gmail_followup.errors import FileError
from gmail_followup.ledger.records import Purpose, Rejection, Standing, State
from gmail_followup.letters import Brief, wants_your_eye, write_letter
from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.reading.application import understand
from gmail_followup.reading.facts import company_key
from gmail_followup.reading.known import Known, known_from
from gmail_followup.reading.people import is_me
from gmail_followup.reading.values import Application, Kind, Verdict
from gmail_followup.rooms import Options, Outcome, Progress, Rooms
from gmail_followup.saving import adopt, save, settle
from gmail_followup.writing.envelope import draft_message_id

_BATCH = 100


def run(rooms: Rooms, options: Options, progress: Progress = lambda *_: None) -> Iterator[Outcome]:
    """One pass: reads what is new, then takes every open rejection one step further. Yields only what changed."""
    fresh = read_new(rooms, options, progress)
    name = rooms.mailbox.name
    known = rooms.ledger.known(name)
    waiting = [r for r in rooms.ledger.rejections(name) if r.state.is_open]
    for number, rejection in enumerate(waiting, 1):
        progress("looking at rejections", number, len(waiting))
        stored = fresh.get(rejection.key) or rooms.mailbox.fetch(rejection.key)
        outcome = follow_up(rooms, options, rejection, stored, known)
        if outcome is not None:
            yield outcome


def read_new(rooms: Rooms, options: Options, progress: Progress) -> dict[str, StoredMessage]:
    """mailbox ──► mail ──► reading ──► ledger: reads every new mail once. The cursor moves when all of it is kept.

    Gives back the rejections among them by key, so that they need not be fetched a second time.
    """
    mailbox, ledger = rooms.mailbox, rooms.ledger
    changes = mailbox.changes(ledger.cursor(mailbox.name), options.since)
    seen = ledger.seen(mailbox.name)
    keys = [key for key in changes.keys if key not in seen]
    later = False
    fresh: dict[str, StoredMessage] = {}
    for start in range(0, len(keys), _BATCH):
        mails: list[Known] = []
        rejections: list[Rejection] = []
        for number, key in enumerate(keys[start : start + _BATCH], start + 1):
            progress("reading mail", number, len(keys))
            stored = mailbox.fetch(key)
            if stored is None:
                continue
            if options.as_of and stored.message.date and stored.message.date > options.now:
                later = True
                continue
            verdict = rooms.reader.read(stored.message)
            own = _is_mine(stored, rooms)
            scheduled = verdict.kind is Kind.INTERVIEW or rooms.reader.senders.is_ats(stored.message.from_.domain)
            notices = rooms.notices.read(stored.message, own=own, about_meeting=scheduled)
            mails.append(known_from(stored, verdict, notices, sent=own))
            if verdict.is_rejection and not stored.is_sent and not stored.is_draft:
                rejections.append(_new_rejection(stored, verdict, options.now))
                fresh[key] = stored
        ledger.remember(mailbox.name, mails, rejections)
    if not later:
        ledger.move_cursor(mailbox.name, changes.cursor, options.now)
    if changes.note:
        progress(changes.note, 0, 0)
    return fresh


def follow_up(
    rooms: Rooms, options: Options, rejection: Rejection, stored: StoredMessage | None, known: Sequence[Known]
) -> Outcome | None:
    """(decide) ──► writing ──► proofing ──► mailbox, for one rejection; None if nothing changed. stored: None if it is gone."""
    if stored is None:
        gone = Application(rejection.company, (rejection.role,) if rejection.role else (), rejection.stage)
        return settle(
            rooms,
            options,
            rejection,
            Outcome(rejection.id, Action.SKIPPED, "the mail is no longer in the mailbox", gone),
        )
    left_behind = adopt(rooms, options, rejection)
    if left_behind is not None:
        return left_behind
    case = _case(rooms, stored, rejection, known)
    decision = _decide(rooms, options, case)
    rejection = replace(
        rejection,
        company=case.application.company,
        role=case.application.role,
        stage=case.application.stage,
        reason=case.verdict.reason,
    )
    if decision.action is not Action.DRAFTED:
        outcome = Outcome(rejection.id, decision.action, decision.why, case.application, decision.not_before)
        return settle(rooms, options, rejection, replace(outcome, subject=stored.message.subject))
    try:
        letter, envelope, report = write_letter(rooms, options, brief_of(rooms, case, decision))
    except FileError as mistake:
        why = f"the letter could not be written: {mistake.what}"
        return settle(rooms, options, rejection, Outcome(rejection.id, Action.HELD, why, case.application))
    outcome = Outcome(
        rejection.id, Action.DRAFTED, decision.why, case.application, standing=Standing.DRAFTED,
        letter=letter, envelope=envelope, report=report, subject=stored.message.subject,
    )  # fmt: skip
    if report.blocked:
        return settle(rooms, options, rejection, replace(outcome, action=Action.HELD, why=wants_your_eye(report)))
    source = stored if decision.how == "thread" else None
    role = decision.contact.role if decision.contact else ""
    return save(rooms, options, rejection, outcome, source=source, contact_role=role)


def brief_of(rooms: Rooms, case: Case, decision: Decision) -> Brief:
    """(decide) ──► writing: what the letter is to do."""
    message, application, verdict = case.stored.message, case.application, case.verdict
    sender = from_address(message, rooms.me) or Address("", message.to[0].email if message.to else "")
    before = [r for r in case.others if company_key(r.company) == company_key(application.company)]
    return Brief(
        purpose=Purpose.ASK,
        application=application,
        language=verdict.language or "en",
        reason=verdict.reason,
        answerable=verdict.answerable,
        to=decision.to,
        contact=decision.contact,
        sender=Address(sender.name or own_name(rooms, message, case.known), sender.email),
        message_id=case.our_message_id,
        answering=message if decision.how == "thread" else None,
        turn=sum(r.state is State.DRAFTED for r in before),
    )


def _case(rooms: Rooms, stored: StoredMessage, rejection: Rejection, known: Sequence[Known]) -> Case:
    me = frozenset(a.email for a in rooms.me)
    verdict = rooms.reader.read(stored.message)
    own = from_address(stored.message, rooms.me)
    account = own.email if own else stored.message.to[0].email if stored.message.to else ""
    return Case(
        stored=stored,
        verdict=verdict,
        application=understand(stored, verdict, known, me, rooms.reader.senders),
        drafts_in_thread=_drafts_of_the_user(rooms, stored.thread_key),
        known=tuple(known),
        others=tuple(r for r in rooms.ledger.rejections(rooms.mailbox.name) if r.id != rejection.id),
        me=me,
        wish=rooms.ledger.wish(rooms.mailbox.name, rejection.id),
        our_message_id=draft_message_id(account, stored.message.id),
    )


def application_of(rooms: Rooms, rejection: Rejection) -> Application:
    """The application behind a rejection that is known; without contacts if its mail is gone."""
    stored = rooms.mailbox.fetch(rejection.key)
    if stored is None:
        return Application(rejection.company, (rejection.role,) if rejection.role else (), rejection.stage)
    return _case(rooms, stored, rejection, rooms.ledger.known(rooms.mailbox.name)).application


def _drafts_of_the_user(rooms: Rooms, thread_key: str) -> int:
    ours = {draft.draft_id for draft in rooms.ledger.drafts(rooms.mailbox.name)}
    return sum(d.thread_key == thread_key and d.id not in ours for d in rooms.mailbox.list_drafts() if thread_key)


def _decide(rooms: Rooms, options: Options, case: Case) -> Decision:
    timing = rooms.config.timing
    return decide(
        case,
        rooms.reader.senders,
        policy="draft" if options.asked else getattr(rooms.config.policy, case.application.stage.value),
        cool_off=timedelta(0) if options.no_wait else timedelta(days=timing.cool_off_days),
        oldest=timedelta(days=timing.oldest_days),
        now=options.now,
        has_pack=rooms.reader.has_pack(case.verdict.language),
    )


def _new_rejection(stored: StoredMessage, verdict: Verdict, now: datetime) -> Rejection:
    date = stored.message.date or now
    return Rejection(
        stored.message.id,
        stored.key,
        stored.thread_key,
        date,
        verdict.company,
        verdict.role,
        verdict.stage,
        State.NEW,
        "",
        None,
        now,
    )


def _is_mine(stored: StoredMessage, rooms: Rooms) -> bool:
    return stored.is_sent or is_me(stored.message.from_.email, frozenset(a.email for a in rooms.me))


def own_name(rooms: Rooms, message: Message, known: Sequence[Known]) -> str:
    """The user's name where the configuration has none: as his own mail or the rejection's To line spells it."""
    from gmail_followup.reading.names import bare_name, is_person

    me = frozenset(a.email for a in rooms.me)
    own = from_address(message, rooms.me)
    named = [a for k in known if k.sent for a in (k.sender,)]
    spelled = [own] if own else []
    for address in (*spelled, *message.to, *named):
        if (not rooms.me or is_me(address.email, me)) and is_person(address.name):
            return bare_name(address.name)
    mine = own or next(iter(message.to), None)
    parts = (mine.local if mine else "").replace("_", ".").split(".")
    return " ".join(p.capitalize() for p in parts) if len(parts) > 1 and all(p.isalpha() for p in parts) else ""
