"""After the draft: what became of it, what came back, and what may follow. The second half of the way.

ledger ──► (story) ──► answers ──► writing ──► proofing ──► mailbox
                          └─► notebook

Every line of a story is told once: the ledger keeps what was told. Nothing is drafted here but a thank-you (or the
yes to a call) after a person's answer, and further letters only where the user asked for them.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from gmail_followup.answers.values import Answer, AnswerKind, Sort
from gmail_followup.decision import Action, from_address
from gmail_followup.errors import FileError
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing, State
from gmail_followup.letters import Brief, read_again, wants_your_eye
from gmail_followup.mail.message import Address, StoredMessage
from gmail_followup.mailbox.protocol import Draft
from gmail_followup.nextsteps import action_of, next_lines, pace_of
from gmail_followup.notebook.values import Note, Page
from gmail_followup.reading.known import Known
from gmail_followup.reading.names import is_person
from gmail_followup.reading.values import Answerable, Contact
from gmail_followup.rooms import Look, Options, Outcome, Rooms
from gmail_followup.saving import adopt_letter, fingerprint, label
from gmail_followup.story import (
    ENDED,
    Exchange,
    Position,
    position_of,
)
from gmail_followup.telling import draft_letter, line_of, tell
from gmail_followup.writing.envelope import draft_message_id

_OLDEST_AT_FIRST = 7


def after(
    rooms: Rooms, options: Options, look: Look, rejection: Rejection, *, first: bool = False
) -> Iterator[Outcome]:
    """What is new in one application since its rejection, oldest first. first: it was never looked at before."""
    letters, changed = _as_they_stand(rooms, options, look, rejection)
    yield from changed
    exchange = look.exchange(rejection, letters)
    letters = tuple(_whereabouts(rooms, letter, rejection, exchange) for letter in letters)
    told = look.answers.get(rejection.id, ())
    for known in exchange.received:
        if known.message_id not in {a.message_id for a in told}:
            record, outcome = _answer(rooms, options, look, rejection, letters, exchange, known, first=first)
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
    yield from next_lines(rooms, options, look, rejection, position, letters, exchange, told)


# ---- our letters


def _as_they_stand(
    rooms: Rooms, options: Options, look: Look, rejection: Rejection
) -> tuple[tuple[DraftRecord, ...], list[Outcome]]:
    """Our letters, looked at among the drafts: still as we saved them, changed by the user, or gone; and what to tell."""
    letters: list[DraftRecord] = []
    told: list[Outcome] = []
    for letter in rooms.ledger.letters_of(rooms.mailbox.name, rejection.id):
        if letter.state == "intended" and letter.purpose is not Purpose.ASK:
            found = adopt_letter(rooms, options, rejection, letter, action_of(letter.purpose))
            if found is None:
                # It was never saved: as if it had not been begun, so that it is written after all.
                continue
            told += [line] if (line := tell(rooms, options, rejection, found)) else []
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
    report = read_again(rooms.templates, rooms.proofreader, rejection, letter, draft.message.message)
    label(rooms, rejection.key, State.HELD if report.blocked else State.DRAFTED)
    if not report.blocked:
        return None
    why = wants_your_eye(report).replace("the letter wants", "the draft that you changed wants")
    line = replace(line_of(rejection, Action.HELD, why, "", rejection.standing), draft_id=draft.id, report=report)
    return tell(rooms, options, rejection, line, once=f"changed {draft.version}")


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
    *,
    first: bool,
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
        outcome = _thank(rooms, options, look, rejection, letters, stored, answer, first=first)
    elif answer.kind is AnswerKind.LEFT:
        outcome = _somebody_else(look, rejection, known)
    elif answer.kind in ENDED:
        outcome = line_of(rejection, Action.CLOSED, ENDED[answer.kind], known.message_id, Standing.CLOSED)
    elif answer.kind in _WAITS:
        outcome = line_of(rejection, Action.WAITING, _WAITS[answer.kind], known.message_id, Standing.ASKED)
    return record, tell(rooms, options, rejection, outcome, record)


_WAITS = {
    AnswerKind.PROMISE: "they will come back to you: nothing is to be done now",
    AnswerKind.AWAY: "an automatic reply: they are away, and will see your letter later",
}


def _note(rooms: Rooms, rejection: Rejection, about: str, answer: Answer) -> None:
    """The tips go to the user's page, each once; a page that he broke is left alone."""

    def noted(page: Page) -> Page:
        if any(note.about == about for note in page.notes):
            return page
        have = {note.text for note in page.notes}
        new = (Note(tip.text, tip.sort, tip.area, about) for tip in answer.tips if tip.text not in have)
        return replace(page, notes=(*page.notes, *new))

    with suppress(FileError):
        if answer.tips:
            rooms.notebook.change(Page(rejection.id, rejection.company, rejection.role), noted)


def _thank(
    rooms: Rooms,
    options: Options,
    look: Look,
    rejection: Rejection,
    letters: Sequence[DraftRecord],
    stored: StoredMessage,
    answer: Answer,
    *,
    first: bool,
) -> Outcome | None:
    """A thank-you for feedback, or a yes to a call, as a draft in the thread: at most one of each (A13)."""
    purpose = Purpose.THANKS if answer.kind is AnswerKind.FEEDBACK else Purpose.ACCEPT_CALL
    message = stored.message
    about = message.id
    had = any(letter.purpose is purpose and letter.state != "intended" for letter in letters)
    # What lay there long before we first looked, the user has dealt with as he saw fit.
    oldest = _OLDEST_AT_FIRST if first else rooms.config.timing.oldest_days
    too_old = message.date is not None and options.now - message.date > timedelta(days=oldest)
    if had or too_old or rooms.config.later.thanks == "never" or rooms.reader.senders.is_robot(message.from_):
        return line_of(rejection, Action.WAITING, "they have answered; it is in your notes", about, Standing.ANSWERED)
    why = _THANKED[purpose]
    brief = _reply(rooms, look, rejection, stored, purpose, answer)
    return draft_letter(rooms, options, rejection, brief, stored, Action.THANKED, why, about)


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
        application=rejection.application,
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


def _somebody_else(look: Look, rejection: Rejection, known: Known) -> Outcome:
    """Whom we asked is no longer there: the next contact is named, the user decides (A23: nothing by itself)."""
    gone = {*known.gone, known.sender.email}
    people = [c for c in look.contacts(rejection) if c.email not in gone]
    if not people:
        why = "your letter did not reach anybody: that person has left, and nobody else there is known from your mail"
        return line_of(rejection, Action.NEEDS_CONTACT, why, known.message_id, Standing.ASKED)
    best = people[0]
    why = f"your letter did not reach anybody: that person has left. You could ask {best.name} ({', '.join(best.why)})"
    return line_of(rejection, Action.OFFERED, why, known.message_id, Standing.ASKED)


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
    return tell(rooms, options, updated, line_of(updated, action, position.why, position.about, position.standing))
