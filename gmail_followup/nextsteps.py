"""What may follow an answer or a silence: told once, drafted only where the user wants it (A11, A17, A18, A20)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from gmail_followup.answers.values import AnswerKind, Sort
from gmail_followup.config import Later
from gmail_followup.decision import Action, from_address
from gmail_followup.errors import FileError
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing
from gmail_followup.letters import Brief
from gmail_followup.mail.message import Address
from gmail_followup.reading.names import is_person
from gmail_followup.reading.values import Answerable, Contact
from gmail_followup.rooms import Look, Options, Outcome, Rooms
from gmail_followup.story import Exchange, NextStep, Pace, Position, next_step, unanswered, wrote_again
from gmail_followup.telling import draft_letter, line_of, tell
from gmail_followup.writing.envelope import draft_message_id


def pace_of(later: Later) -> Pace:
    """[later] as spans of time."""
    return Pace(
        silent_after=timedelta(days=later.silent_days),
        second_chance_within=timedelta(days=later.second_chance_days),
        leads_after=timedelta(weeks=later.leads_weeks),
        keep_in_touch_after=timedelta(days=30.4 * later.keep_in_touch_months),
    )


def action_of(purpose: Purpose) -> Action:
    """What is told when a letter of that purpose, other than the first, was drafted."""
    if purpose in (Purpose.THANKS, Purpose.ACCEPT_CALL):
        return Action.THANKED
    return Action.REMINDED if purpose is Purpose.KEEP_IN_TOUCH else Action.OFFERED


def next_lines(
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
        line = line_of(rejection, Action.REMINDED, _history(rejection, answers), again.message_id, position.standing)
        told = tell(rooms, options, rejection, line, once=again.thread_key)
        if told is not None:
            yield told
    has_feedback = any(a.kind is AnswerKind.FEEDBACK for a in answers)
    fixable = has_feedback and position.standing is Standing.CLOSED and _fixable(rooms, rejection)
    step = next_step(rejection, position, letters, answers, fixable=fixable, pace=pace_of(later), now=options.now)
    if step is None or getattr(later, step.purpose.value) == "never":
        return
    line = line_of(
        rejection, action_of(step.purpose), step.why, step.about, position.standing, offer=step.purpose.value
    )
    told = tell(rooms, options, rejection, line)
    begun = rooms.ledger.draft(rooms.mailbox.name, rejection.id, step.purpose)
    interrupted = begun is not None and begun.state == "intended"
    if (told is not None or interrupted) and getattr(later, step.purpose.value) == "draft":
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
    exchange = look.exchange(rejection, letters)
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
        application=rejection.application,
        language=look.language_of(rejection.id) or "en",
        reason=rejection.reason,
        answerable=Answerable.YES,
        to=(Address(name, wanted),),
        contact=contact or (Contact(name, wanted) if is_person(name) else None),
        sender=Address(own.name or look.own_name, own.email),
        message_id=draft_message_id(own.email, rejection.id, step.purpose.value),
        answering=stored.message if stored else None,
    )
    why = f"a draft waits in your mailbox: {step.why}"
    return draft_letter(rooms, options, rejection, brief, stored, action_of(step.purpose), why, step.about)


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
