"""After the draft: what became of it, what came back, and what may follow. The second half of the way.

ledger ──► (story) ──► answers ──► writing ──► proofing ──► mailbox
                          └─► notebook

Every line of a story is told once: the ledger keeps what was told. Nothing is drafted here but a thank-you (or the
yes to a call) after a person's answer, and further letters only where the user asked for them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from gmail_followup.answers.values import Answer, AnswerKind, Sort
from gmail_followup.config import Later
from gmail_followup.decision import Action, from_address
from gmail_followup.errors import FileError
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Event, Purpose, Rejection, Standing, State
from gmail_followup.letters import Brief, wants_your_eye, write_letter
from gmail_followup.mail.message import Address, StoredMessage
from gmail_followup.mailbox.protocol import Draft
from gmail_followup.notebook.values import Note, Page
from gmail_followup.reading.known import Known
from gmail_followup.reading.language import language_of
from gmail_followup.reading.names import is_person
from gmail_followup.reading.values import Answerable, Application, Contact
from gmail_followup.rooms import Look, Options, Outcome, Rooms
from gmail_followup.saving import adopt_letter, fingerprint, label, save
from gmail_followup.story import (
    ENDED,
    Exchange,
    NextStep,
    Pace,
    Position,
    exchange_of,
    next_step,
    position_of,
    unanswered,
    wrote_again,
)
from gmail_followup.writing.envelope import draft_message_id
from gmail_followup.writing.variables import name_words


def pace_of(later: Later) -> Pace:
    """[later] as spans of time."""
    return Pace(
        silent_after=timedelta(days=later.silent_days),
        second_chance_within=timedelta(days=later.second_chance_days),
        leads_after=timedelta(weeks=later.leads_weeks),
        keep_in_touch_after=timedelta(days=30.4 * later.keep_in_touch_months),
    )


def after(rooms: Rooms, options: Options, look: Look, rejection: Rejection) -> Iterator[Outcome]:
    """What is new in one application since its rejection, oldest first."""
    letters, changed = _as_they_stand(rooms, options, look, rejection)
    yield from changed
    exchange = exchange_of(
        rejection, letters, look.threads_of_others(rejection.id), look.mails, rooms.reader.senders, look.me
    )
    letters = tuple(_whereabouts(rooms, letter, rejection, exchange) for letter in letters)
    told = look.answers.get(rejection.id, ())
    for known in exchange.received:
        if known.message_id not in {a.message_id for a in told}:
            record, outcome = _answer(rooms, options, look, rejection, letters, exchange, known)
            told = (*told, record) if record else told
            letters = rooms.ledger.letters_of(rooms.mailbox.name, rejection.id)
            if outcome is not None:
                yield outcome
    pace = pace_of(rooms.config.later)
    position = position_of(rejection, letters, exchange, told, pace, options.now)
    outcome = _stand(rooms, options, rejection, letters, position)
    if outcome is not None:
        yield outcome
    rejection = replace(rejection, standing=position.standing)
    yield from _next(rooms, options, look, rejection, position, letters, exchange, told)


# ---- our letters


def _as_they_stand(
    rooms: Rooms, options: Options, look: Look, rejection: Rejection
) -> tuple[tuple[DraftRecord, ...], list[Outcome]]:
    """Our letters, looked at among the drafts: still as we saved them, changed by the user, or gone; and what to tell."""
    letters: list[DraftRecord] = []
    told: list[Outcome] = []
    for letter in rooms.ledger.letters_of(rooms.mailbox.name, rejection.id):
        if letter.state == "intended" and letter.purpose is not Purpose.ASK:
            adopt_letter(rooms, options, rejection, letter, Action.THANKED)
            letter = rooms.ledger.draft(rooms.mailbox.name, rejection.id, letter.purpose) or letter
        if letter.state in ("saved", "changed") and not look.quiet and letter.message_id in look.old_letters:
            letter, outcome = _looked_at(rooms, options, look, rejection, letter)
            told += [outcome] if outcome else []
        letters.append(letter)
    return tuple(letters), told


def _looked_at(
    rooms: Rooms, options: Options, look: Look, rejection: Rejection, letter: DraftRecord
) -> tuple[DraftRecord, Outcome | None]:
    at = look.drafts.get(letter.draft_id)
    if at is None:
        # A mail program may save an edited draft as another file, or the user may have moved it.
        draft = rooms.mailbox.find_draft(letter.message_id, letter.thread_key)
        if draft is None:
            return replace(letter, state="gone"), None
    elif at.version and at.version == letter.version:
        return letter, None
    else:
        draft = rooms.mailbox.get_draft(letter.draft_id)
        if draft is None:
            return replace(letter, state="gone"), None
    message = draft.message.message
    same = fingerprint(message.own_text) == letter.fingerprint
    seen = replace(
        letter,
        draft_id=draft.id,
        version=draft.version,
        thread_key=draft.thread_key,
        state="saved" if same else "changed",
    )
    if seen != letter:
        rooms.ledger.record(rooms.mailbox.name, rejection, seen)
    if same or draft.version == letter.version:
        return seen, None
    return seen, _rechecked(rooms, options, rejection, seen, draft)


def _rechecked(
    rooms: Rooms, options: Options, rejection: Rejection, letter: DraftRecord, draft: Draft
) -> Outcome | None:
    """The report on a letter that the user has changed; it is never edited. None if all is well, as before."""
    message = draft.message.message
    language = language_of(message.own_text) or "en"
    template = rooms.templates.find(letter.template, language)
    front = template.front if template else None
    report = rooms.proofreader.check(
        message.own_text.strip(),
        language,
        required=front.moves if front else (),
        max_words=front.max_words if front else 120,
        names=name_words(rejection.company, rejection.role, *(a.name for a in (message.from_, *message.to))),
    )
    label(rooms, options, rejection.key, State.HELD if report.blocked else State.DRAFTED)
    if not report.blocked:
        return None
    why = wants_your_eye(report).replace("the letter wants", "the draft that you changed wants")
    line = replace(_line(rejection, Action.HELD, why, "", rejection.standing), draft_id=draft.id, report=report)
    return _tell(rooms, options, rejection, line, once=f"changed {draft.version}")


def _whereabouts(rooms: Rooms, letter: DraftRecord, rejection: Rejection, exchange: Exchange) -> DraftRecord:
    """A letter that has left the drafts was sent if the user has since written to them, else deleted."""
    if letter.state not in ("gone", "deleted"):
        return letter
    sent = any(
        k.message_id == letter.message_id
        or (
            k.date
            and k.date >= letter.created
            and (k.thread_key == letter.thread_key or {a.email for a in k.recipients} & set(letter.recipients))
        )
        for k in exchange.sent
    )
    letter = replace(letter, state="sent" if sent else "deleted")
    rooms.ledger.record(rooms.mailbox.name, rejection, letter)
    return letter


# ---- their answers


def _answer(
    rooms: Rooms,
    options: Options,
    look: Look,
    rejection: Rejection,
    letters: Sequence[DraftRecord],
    exchange: Exchange,
    known: Known,
) -> tuple[AnswerRecord | None, Outcome | None]:
    """One mail that came back: read, kept, its tips noted, and what follows from it."""
    stored = look.fetch(known.key)
    if stored is None or known.date is None:
        return None, None
    answer = rooms.answers.read(stored.message)
    asked = exchange.sent and exchange.sent[0].date and exchange.sent[0].date < known.date
    if not asked and answer.kind is not AnswerKind.INVITATION:
        return None, None
    record = AnswerRecord(
        rejection.id,
        known.message_id,
        known.key,
        known.thread_key,
        known.date,
        answer.kind,
        known.sender,
        answer.filled,
    )
    if answer.kind is AnswerKind.FEEDBACK:
        _note(rooms, rejection, known.message_id, answer)
    later = any(k.date and k.date > known.date for k in exchange.sent)
    outcome: Outcome | None = None
    if answer.kind in (AnswerKind.FEEDBACK, AnswerKind.CALL) and not later:
        outcome = _thank(rooms, options, look, rejection, letters, stored, answer)
    elif answer.kind is AnswerKind.LEFT:
        outcome = _somebody_else(look, rejection, known)
    elif answer.kind in ENDED:
        outcome = _line(rejection, Action.CLOSED, ENDED[answer.kind], known.message_id, Standing.CLOSED)
    elif answer.kind in _WAITS:
        outcome = _line(rejection, Action.WAITING, _WAITS[answer.kind], known.message_id, Standing.ASKED)
    return record, _tell(rooms, options, rejection, outcome, record)


_WAITS = {
    AnswerKind.PROMISE: "they will come back to you: nothing is to be done now",
    AnswerKind.AWAY: "an automatic reply: they are away, and will see your letter later",
}


def _note(rooms: Rooms, rejection: Rejection, about: str, answer: Answer) -> None:
    """The tips go to the user's page, each once; a page that he broke is left alone."""
    try:
        page = rooms.notebook.page(rejection.id) or Page(rejection.id, rejection.company, rejection.role)
        have = {note.text for note in page.notes}
        if any(note.about == about for note in page.notes):
            return
        notes = tuple(Note(tip.text, tip.sort, tip.area, about) for tip in answer.tips if tip.text not in have)
        if notes:
            rooms.notebook.save(replace(page, notes=(*page.notes, *notes)))
    except FileError:
        return


def _thank(
    rooms: Rooms,
    options: Options,
    look: Look,
    rejection: Rejection,
    letters: Sequence[DraftRecord],
    stored: StoredMessage,
    answer: Answer,
) -> Outcome | None:
    """A thank-you for feedback, or a yes to a call, as a draft in the thread: at most one of each (A13)."""
    purpose = Purpose.THANKS if answer.kind is AnswerKind.FEEDBACK else Purpose.ACCEPT_CALL
    message = stored.message
    about = message.id
    had = any(letter.purpose is purpose for letter in letters)
    too_old = message.date is not None and (options.now - message.date).days > rooms.config.timing.oldest_days
    if had or too_old or rooms.config.later.thanks == "never" or rooms.reader.senders.is_robot(message.from_):
        return _line(rejection, Action.WAITING, "they have answered; it is in your notes", about, Standing.ANSWERED)
    why = _THANKED[purpose]
    brief = _reply(rooms, look, rejection, stored, purpose, answer)
    return _draft(rooms, options, rejection, brief, stored, Action.THANKED, why, about)


_THANKED = {
    Purpose.THANKS: "they gave you feedback: a short thank-you waits as a draft, and the tips are in your notes",
    Purpose.ACCEPT_CALL: "they offer a call: a draft says yes; put in the times that suit you",
}


def _reply(
    rooms: Rooms, look: Look, rejection: Rejection, stored: StoredMessage, purpose: Purpose, answer: Answer
) -> Brief:
    message = stored.message
    own = from_address(message, rooms.me) or next(iter(message.to), Address("", ""))
    back = message.reply_to[0] if message.reply_to else message.from_
    contact = (
        Contact(message.from_.name, back.email, _role_of(look, back.email)) if is_person(message.from_.name) else None
    )
    return Brief(
        purpose=purpose,
        application=_application(rejection),
        language=answer.language or look.language_of(rejection.id) or "en",
        reason=rejection.reason,
        answerable=Answerable.YES,
        to=(Address(message.from_.name, back.email),),
        contact=contact,
        sender=Address(own.name or look.own_name, own.email),
        message_id=draft_message_id(own.email, rejection.id, purpose.value),
        answering=message,
        tip=_tip_of(answer),
    )


def _tip_of(answer: Answer) -> str:
    """The one that is most worth coming back to: short enough to repeat, and about something that can be worked on."""
    short = [tip for tip in answer.tips if len(tip.text) <= 90 and "\n" not in tip.text]
    ranked = sorted(short, key=lambda tip: (tip.sort is Sort.UNCLEAR, len(tip.text)))
    return ranked[0].text if ranked else ""


def _role_of(look: Look, email: str) -> str:
    return next(
        (k.sender_role for k in reversed(look.mails.by_person.get(email, [])) if k.sender.email == email), "unknown"
    )


def _draft(
    rooms: Rooms,
    options: Options,
    rejection: Rejection,
    brief: Brief,
    source: StoredMessage | None,
    action: Action,
    why: str,
    about: str,
) -> Outcome | None:
    """writing ──► proofing ──► mailbox. A quoted tip that proofing does not like is left out."""
    standing = Standing.ANSWERED if action is Action.THANKED else rejection.standing
    line = _line(rejection, action, why, about, standing)
    try:
        letter, envelope, report = write_letter(rooms, options, brief)
        if report.findings and brief.tip:
            letter, envelope, report = write_letter(rooms, options, replace(brief, tip=""))
    except FileError as mistake:
        return replace(line, action=Action.HELD, why=f"the letter could not be written: {mistake.what}")
    line = replace(line, letter=letter, envelope=envelope, report=report, subject=letter.subject)
    if report.blocked:
        return replace(line, action=Action.HELD, why=wants_your_eye(report))
    role = brief.contact.role if brief.contact else ""
    saved = save(rooms, options, rejection, line, source=source, purpose=brief.purpose, contact_role=role)
    if saved is not None and source is not None and saved.action is action:
        label(rooms, options, source.key, State.DRAFTED)
    return saved


def _somebody_else(look: Look, rejection: Rejection, known: Known) -> Outcome:
    """Whom we asked is no longer there: the next contact is named, the user decides (A23: nothing by itself)."""
    gone = {*known.gone, known.sender.email}
    people = [c for c in look.contacts(rejection) if c.email not in gone]
    if not people:
        why = "your letter did not reach anybody: that person has left, and nobody else there is known from your mail"
        return _line(rejection, Action.NEEDS_CONTACT, why, known.message_id, Standing.ASKED)
    best = people[0]
    why = f"your letter did not reach anybody: that person has left. You could ask {best.name} ({', '.join(best.why)})"
    return _line(rejection, Action.OFFERED, why, known.message_id, Standing.ASKED)


# ---- where it stands, and what may follow


def _stand(
    rooms: Rooms, options: Options, rejection: Rejection, letters: Sequence[DraftRecord], position: Position
) -> Outcome | None:
    """A line where the standing is new."""
    if position.standing is rejection.standing:
        return None
    action = {Standing.ASKED: Action.WAITING, Standing.SILENT: Action.CLOSED, Standing.CLOSED: Action.CLOSED}.get(
        position.standing
    )
    updated = replace(rejection, standing=position.standing)
    stale = options.now - position.since > pace_of(rooms.config.later).silent_after * 3
    if action is None or (stale and not letters):
        rooms.ledger.tell(rooms.mailbox.name, updated)
        return None
    return _tell(rooms, options, updated, _line(updated, action, position.why, position.about, position.standing))


def _next(
    rooms: Rooms,
    options: Options,
    look: Look,
    rejection: Rejection,
    position: Position,
    letters: Sequence[DraftRecord],
    exchange: Exchange,
    answers: Sequence[AnswerRecord],
) -> Iterator[Outcome]:
    later = rooms.config.later
    again = wrote_again(position, exchange)
    if again is not None:
        line = _line(rejection, Action.REMINDED, _history(rejection, answers), again.message_id, position.standing)
        told = _tell(rooms, options, rejection, line, once=again.thread_key)
        if told is not None:
            yield told
    has_feedback = any(a.kind is AnswerKind.FEEDBACK for a in answers)
    fixable = has_feedback and position.standing is Standing.CLOSED and _fixable(rooms, rejection)
    step = next_step(rejection, position, letters, answers, fixable=fixable, pace=pace_of(later), now=options.now)
    if step is None or getattr(later, step.purpose.value) == "never":
        return
    action = Action.REMINDED if step.purpose is Purpose.KEEP_IN_TOUCH else Action.OFFERED
    line = _line(rejection, action, step.why, step.about, position.standing, offer=step.purpose.value)
    told = _tell(rooms, options, rejection, line)
    if told is not None and getattr(later, step.purpose.value) == "draft":
        told = further_letter(rooms, options, look, rejection, step) or told
    if told is not None:
        yield told


def further_letter(
    rooms: Rooms, options: Options, look: Look, rejection: Rejection, step: NextStep, to: str = ""
) -> Outcome | None:
    """A second-chance, leads or keep-in-touch letter as a draft, to whoever answered, else to the best contact.

    None if nobody may be written to now: a no is final, and one unanswered letter to a person is the limit. to: whom the
    user chose.
    """
    letters = rooms.ledger.letters_of(rooms.mailbox.name, rejection.id)
    exchange = exchange_of(
        rejection, letters, look.threads_of_others(rejection.id), look.mails, rooms.reader.senders, look.me
    )
    answers = look.answers.get(rejection.id, ())
    if any(a.kind is AnswerKind.REFUSAL for a in answers):
        return None
    answerer = next((a for a in reversed(answers) if a.kind is AnswerKind.FEEDBACK), None)
    people = list(look.contacts(rejection))
    wanted = to or (answerer.sender.email if answerer else people[0].email if people else "")
    if not wanted or unanswered(exchange, letters, wanted):
        return None
    contact = next((c for c in people if c.email == wanted), None)
    name = contact.name if contact else answerer.sender.name if answerer and answerer.sender.email == wanted else ""
    stored = (
        look.fetch(answerer.key) if answerer and answerer.sender.email == wanted and _in_thread(step.purpose) else None
    )
    told = stored or look.fetch(rejection.key)
    own = (from_address(told.message, rooms.me) if told else None) or Address("", rooms.me[0].email if rooms.me else "")
    brief = Brief(
        purpose=step.purpose,
        application=_application(rejection),
        language=look.language_of(rejection.id) or "en",
        reason=rejection.reason,
        answerable=Answerable.YES,
        to=(Address(name, wanted),),
        contact=contact or (Contact(name, wanted) if is_person(name) else None),
        sender=Address(own.name or look.own_name, own.email),
        message_id=draft_message_id(own.email, rejection.id, step.purpose.value),
        answering=stored.message if stored else None,
    )
    action = Action.REMINDED if step.purpose is Purpose.KEEP_IN_TOUCH else Action.OFFERED
    why = f"a draft waits in your mailbox: {step.why}"
    return _draft(rooms, options, rejection, brief, stored, action, why, step.about)


def _in_thread(purpose: Purpose) -> bool:
    return purpose in (Purpose.SECOND_CHANCE, Purpose.LEADS)


def _fixable(rooms: Rooms, rejection: Rejection) -> bool:
    """Whether a note names something that was not shown, or is unclear: a missing degree cannot be argued away."""
    try:
        page = rooms.notebook.page(rejection.id)
    except FileError:
        return False
    return page is not None and any(note.sort is not Sort.GAP for note in page.notes)


def _history(rejection: Rejection, answers: Sequence[AnswerRecord]) -> str:
    """What there was with this company, in one sentence (A20)."""
    role = f" for {rejection.role}" if rejection.role else ""
    got = "; they gave you feedback, it is in your notes" if any(a.kind is AnswerKind.FEEDBACK for a in answers) else ""
    far = {"interviewed": ", after an interview", "final": ", after the last round"}.get(rejection.stage.value, "")
    return f"they write again: you applied{role}, and the no came on {rejection.date:%d %B %Y}{far}{got}"


def _application(rejection: Rejection) -> Application:
    return Application(rejection.company, (rejection.role,) if rejection.role else (), rejection.stage)


def _line(rejection: Rejection, action: Action, why: str, about: str, standing: Standing, offer: str = "") -> Outcome:
    return Outcome(rejection.id, action, why, _application(rejection), about=about, standing=standing, offer=offer)


def _tell(
    rooms: Rooms,
    options: Options,
    rejection: Rejection,
    outcome: Outcome | None,
    answer: AnswerRecord | None = None,
    once: str = "",
) -> Outcome | None:
    """Keeps the answer and the line; None if the line was told before. once: what counts as the same line, else `about`."""
    standing = outcome.standing if outcome else rejection.standing
    event = None
    if outcome is not None:
        about = once or outcome.about or rejection.id
        about = f"{outcome.offer}:{about}" if outcome.offer else about
        event = Event(rejection.id, options.now, standing, outcome.action.value, about, outcome.why)
    current = rooms.ledger.rejection(rooms.mailbox.name, rejection.id) or rejection
    is_new = rooms.ledger.tell(rooms.mailbox.name, replace(current, standing=standing), event, answer)
    return outcome if is_new else None
