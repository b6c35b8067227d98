"""The whole way on one page.

mailbox ──► mail ──► reading ──► (decide) ──► writing ──► proofing ──► mailbox
                                    └────────── ledger ◄──────────────────┘
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gmail_followup.afterwards import after
from gmail_followup.decision import Action, Case, Decision, decide, from_address
from gmail_followup.errors import FileError, UserError
from gmail_followup.ledger.records import Purpose, Rejection, Standing, State
from gmail_followup.letters import Brief, wants_your_eye, wish_of, write_letter
from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.reading.application import employer_domains, understand
from gmail_followup.reading.company_names import company_key
from gmail_followup.reading.known import Known, known_from
from gmail_followup.reading.names import bare_name
from gmail_followup.reading.people import is_me
from gmail_followup.reading.values import Application, Contact, Kind, Verdict
from gmail_followup.rooms import Look, Options, Outcome, Progress, Rooms
from gmail_followup.saving import adopt, put_labels, save, settle, take_over
from gmail_followup.writing.envelope import draft_message_id

_BATCH = 100
_FURTHER = 5
_GOES_BEFORE = frozenset((Action.THANKED, Action.HELD, Action.NEEDS_CONTACT, Action.OFFERED))
"""What came back says more than what was decided on the rejection in the same run."""


def run(rooms: Rooms, options: Options, progress: Progress = lambda *_: None) -> Iterator[Outcome]:
    """One pass: reads what is new, then takes every application one step further. Yields only what changed, a line each."""
    take_over(rooms, options)
    look = read_new(rooms, options, progress)
    for number, rejection in enumerate(look.rejections, 1):
        progress("looking at rejections", number, len(look.rejections))
        decided: Outcome | None = None
        first = rejection.state is State.NEW
        due = rejection.state.is_open and _is_due(rejection, options, look)
        if options.only_news and look.quiet and not due:
            continue
        if rejection.state.is_open and rooms.ledger.is_answer(rooms.mailbox.name, rejection.id):
            # A refusal in a thread that the user asked in is no new rejection.
            rooms.ledger.drop(rooms.mailbox.name, rejection.id)
            continue
        if due:
            decided = follow_up(rooms, options, look, rejection)
            rejection = rooms.ledger.rejection(rooms.mailbox.name, rejection.id) or rejection
        outcome = _in_one_line(decided, after(rooms, options, look, rejection, first=first))
        if outcome is not None:
            yield outcome
    put_labels(rooms, options)
    rooms.ledger.drop_older(options.now - timedelta(days=rooms.config.ledger.keep_days))


def _in_one_line(decided: Outcome | None, later: Iterable[Outcome]) -> Outcome | None:
    """What is told of one application: the latest, but neither a decision nor a draft of this run goes untold."""
    told = decided
    for line in later:
        stays = told is not None and (decided is not None or told.draft_id) and line.action not in _GOES_BEFORE
        if told is not None and stays:
            told = replace(told, standing=line.standing)
        else:
            told, decided = line, None
    return told


def _is_due(rejection: Rejection, options: Options, look: Look) -> bool:
    """Whether a look can have anything new to say: the mailbox has changed, the time has come, or it was never asked."""
    if not (options.only_news and look.quiet) or rejection.state in (State.NEW, State.INTENDED):
        return True
    return rejection.state is State.WAITING and rejection.not_before is not None and rejection.not_before <= options.now


def read_new(rooms: Rooms, options: Options, progress: Progress) -> Look:
    """mailbox ──► mail ──► reading ──► ledger: reads every new mail once. The cursor moves when all of it is kept."""
    mailbox, ledger = rooms.mailbox, rooms.ledger
    before = ledger.cursor(mailbox.name)
    changes = mailbox.changes(before, options.since)
    keys = ledger.unseen(mailbox.name, changes.keys)
    later = False
    failed: UserError | None = None
    missed: UserError | None = None
    fresh: dict[str, StoredMessage] = {}
    for start in range(0, len(keys), _BATCH):
        mails: list[Known] = []
        rejections: list[Rejection] = []
        for number, key in enumerate(keys[start : start + _BATCH], start + 1):
            progress("reading mail", number, len(keys))
            try:
                stored, failed = mailbox.fetch(key), None
            except UserError as error:
                # One mail that cannot be had stops nothing else, and is asked for again; two in a row, and it is the line.
                if failed is not None:
                    raise
                failed = missed = error
                continue
            if stored is None:
                continue
            if options.as_of and stored.message.date and stored.message.date > options.now:
                later = True
                continue
            known, verdict = read(rooms, stored)
            mails.append(known)
            if verdict.is_rejection and not stored.is_sent and not stored.is_draft:
                rejections.append(_new_rejection(stored, verdict, options.now))
                fresh[key] = stored
        ledger.remember(mailbox.name, mails, rejections)
    if not later and missed is None:
        ledger.move_cursor(mailbox.name, changes.cursor, options.now)
    if changes.note:
        progress(changes.note, 0, 0)
    if missed is not None:
        progress(f"a mail could not be read, and is asked for again next time ({missed.what})", 0, 0)
    quiet = not keys and before == changes.cursor != ""
    return look_at(rooms, fresh, quiet=quiet)


def read(rooms: Rooms, stored: StoredMessage) -> tuple[Known, Verdict]:
    """mail ──► reading: the facts of one mail, and the verdict on it."""
    verdict = rooms.reader.read(stored.message)
    own = stored.is_sent or is_me(stored.message.from_.email, frozenset(a.email for a in rooms.me))
    scheduled = verdict.kind is Kind.INTERVIEW or rooms.reader.senders.is_ats(stored.message.from_.domain)
    notices = rooms.notices.read(stored.message, own=own, about_meeting=scheduled)
    return known_from(stored, verdict, notices, sent=own), verdict


def look_at(rooms: Rooms, fresh: Mapping[str, StoredMessage] | None = None, *, quiet: bool = False) -> Look:
    """What a run sees, from the ledger and the mailbox as they are now. fresh: mails that were fetched already."""
    look: Look

    def contacts(rejection: Rejection) -> tuple[Contact, ...]:
        return application_of(rooms, look, rejection).contacts

    def name() -> str:
        mine = next((k for k in reversed(look.known) if k.sent), None)
        return next((n for k in (mine,) if k for n in (bare_name(k.sender.name),) if n), "")

    look = Look(rooms, fresh or {}, quiet=quiet, contacts=contacts, own_name=name)
    return look


def follow_up(rooms: Rooms, options: Options, look: Look, rejection: Rejection) -> Outcome | None:
    """(decide) ──► writing ──► proofing ──► mailbox, for one rejection; None if nothing changed."""
    stored = look.fetch(rejection.key)
    if stored is None:
        gone = Outcome(rejection.id, Action.SKIPPED, "the mail is no longer in the mailbox", rejection.application)
        return settle(rooms, rejection, gone)
    left_behind = adopt(rooms, options, rejection, _message_id(rooms, stored.message))
    if left_behind is not None:
        return left_behind
    case = _case(rooms, look, stored, rejection)
    decision = _decide(rooms, options, case)
    if decision.action is Action.NEEDS_CONTACT and rejection.state is State.NEW and _look_further(rooms, look, case):
        case = _case(rooms, look, stored, rejection)
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
        return settle(rooms, rejection, replace(outcome, subject=stored.message.subject))
    try:
        letter, envelope, report = write_letter(rooms, options, brief_of(rooms, case, decision))
    except FileError as mistake:
        why = f"the letter could not be written: {mistake.what}"
        return settle(rooms, rejection, Outcome(rejection.id, Action.HELD, why, case.application))
    outcome = Outcome(
        rejection.id, Action.DRAFTED, decision.why, case.application, standing=Standing.DRAFTED,
        letter=letter, envelope=envelope, report=report, subject=stored.message.subject,
    )  # fmt: skip
    if report.blocked:
        return settle(rooms, rejection, replace(outcome, action=Action.HELD, why=wants_your_eye(report)))
    source = stored if decision.how == "thread" else None
    role = decision.contact.role if decision.contact else ""
    return save(rooms, options, rejection, outcome, source=source, contact_role=role)


def _look_further(rooms: Rooms, look: Look, case: Case) -> bool:
    """Older mail with that employer, beyond the first look back: searched for once, where nobody to write to is known.

    Narrow and bounded: on Gmail 5 units for the search and 20 for each of at most `_FURTHER` mails. Whether any was found.
    """
    verdict, date = case.verdict, case.stored.message.date
    domains = employer_domains(case.stored, verdict, look.known, rooms.reader.senders)
    words = [verdict.company] if verdict.company else []
    if date is None or not (words or domains):
        return False
    related = rooms.mailbox.related(words, sorted(domains), date, _FURTHER * 3)
    keys = rooms.ledger.unseen(rooms.mailbox.name, related)
    stored = [one for key in keys[:_FURTHER] if (one := look.fetch(key)) is not None]
    rooms.ledger.remember(rooms.mailbox.name, [read(rooms, one)[0] for one in stored], [])
    look.refresh()
    return bool(stored)


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
        wish=wish_of(rooms, message.id),
    )


def _case(rooms: Rooms, look: Look, stored: StoredMessage, rejection: Rejection) -> Case:
    verdict = rooms.reader.read(stored.message)
    ours = {letter.draft_id for letter in rooms.ledger.drafts(rooms.mailbox.name)}
    thread = stored.thread_key
    return Case(
        stored=stored,
        verdict=verdict,
        application=understand(stored, verdict, look.known, look.me, rooms.reader.senders),
        drafts_in_thread=sum(d.thread_key == thread and d.id not in ours for d in look.drafts.values() if thread),
        known=look.known,
        others=tuple(r for r in rooms.ledger.rejections(rooms.mailbox.name) if r.id != rejection.id),
        me=look.me,
        wish=rooms.ledger.wish(rooms.mailbox.name, rejection.id),
        our_message_id=_message_id(rooms, stored.message),
    )


def _message_id(rooms: Rooms, message: Message) -> str:
    """The Message-ID that our letter for this rejection has, or would have."""
    own = from_address(message, rooms.me)
    account = own.email if own else message.to[0].email if message.to else ""
    return draft_message_id(account, message.id)


def application_of(rooms: Rooms, look: Look, rejection: Rejection) -> Application:
    """The application behind a rejection that is known; without contacts if its mail is gone."""
    stored = look.fetch(rejection.key)
    if stored is None:
        return rejection.application
    verdict = rooms.reader.read(stored.message)
    return understand(stored, verdict, look.known, look.me, rooms.reader.senders)


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
