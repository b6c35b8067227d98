"""A line of an application's story: made, kept, and told once; and the draft that may come with it."""

from dataclasses import replace

from gmail_followup.decision import Action
from gmail_followup.errors import FileError
from gmail_followup.ledger.records import AnswerRecord, Event, Rejection, Standing, State
from gmail_followup.letters import Brief, wants_your_eye, write_letter
from gmail_followup.mail.message import StoredMessage
from gmail_followup.rooms import Options, Outcome, Rooms
from gmail_followup.saving import label, save


def line_of(rejection: Rejection, action: Action, why: str, about: str, standing: Standing, offer: str = "") -> Outcome:
    return Outcome(rejection.id, action, why, rejection.application, about=about, standing=standing, offer=offer)


def tell(
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


def draft_letter(
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
    line = line_of(rejection, action, why, about, standing)
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
        label(rooms, source.key, State.DRAFTED)
    return saved
