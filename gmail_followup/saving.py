"""The end of the way: the intent in the ledger, the draft in the mailbox, the label. At most one draft, whatever dies.

The order never changes: intent (one transaction), draft (one call that is never repeated by itself), the draft in the
ledger, the label. A run that finds an intent looks for its draft before it does anything else.
"""

import hashlib
from dataclasses import replace

from gmail_followup.decision import Action, Decision
from gmail_followup.errors import Exit, UserError
from gmail_followup.ledger.records import DraftRecord, Rejection, State
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import StoredMessage
from gmail_followup.mailbox.protocol import AmbiguousWrite, Draft, Mailbox
from gmail_followup.reading.values import Application
from gmail_followup.rooms import Options, Outcome, Rooms
from gmail_followup.writing.letter import Envelope, Letter
from gmail_followup.writing.mime import compose

_STATES = {
    Action.DRAFTED: State.DRAFTED,
    Action.WAITING: State.WAITING,
    Action.HELD: State.HELD,
    Action.NEEDS_CONTACT: State.NEEDS_CONTACT,
    Action.SKIPPED: State.SKIPPED,
}


def save(
    rooms: Rooms, options: Options, rejection: Rejection, stored: StoredMessage, decision: Decision, outcome: Outcome
) -> Outcome | None:
    """The intent, the draft, the label: at most one draft, whatever dies in between."""
    letter, envelope = outcome.letter, outcome.envelope
    assert letter is not None and envelope is not None
    mailbox, ledger, name = rooms.mailbox, rooms.ledger, rooms.mailbox.name
    outcome = replace(outcome, action=Action.DRAFTED, why=decision.why)
    if options.dry_run or not mailbox.can_draft:
        return outcome
    record = DraftRecord(
        rejection.id, envelope.message_id, tuple(a.email for a in envelope.to), letter.subject, letter.template,
        fingerprint(letter.text), options.now, thread_key=stored.thread_key if decision.how == "thread" else "",
    )  # fmt: skip
    try:
        draft = _draft(mailbox, ledger, name, rejection, record, compose(letter, envelope))
    except AmbiguousWrite:
        why = "the mailbox did not answer when the draft was saved; the next run looks before it does anything"
        return replace(outcome, action=Action.HELD, why=why)
    except UserError as error:
        if error.code is not Exit.HELD:
            raise
        return settle(rooms, options, rejection, replace(outcome, action=Action.HELD, why=error.what))
    saved = replace(record, draft_id=draft.id, thread_key=draft.thread_key, state="saved")
    ledger.record(name, replace(rejection, state=State.DRAFTED, why=decision.why, changed=options.now), saved)
    _label(rooms, options, rejection.key, State.DRAFTED)
    return replace(outcome, draft_id=draft.id, thread_key=draft.thread_key)


def adopt(rooms: Rooms, options: Options, rejection: Rejection) -> Outcome | None:
    """A draft that an interrupted run left behind, taken over as it is; None if there is none."""
    name = rooms.mailbox.name
    record = rooms.ledger.draft(name, rejection.id) if rejection.state is State.INTENDED else None
    draft = rooms.mailbox.find_draft(record.message_id, record.thread_key) if record else None
    if record is None or draft is None:
        return None
    why = "an interrupted run had saved it; it was found again"
    saved = replace(record, draft_id=draft.id, thread_key=draft.thread_key, state="saved")
    rooms.ledger.record(name, replace(rejection, state=State.DRAFTED, why=why, changed=options.now), saved)
    _label(rooms, options, rejection.key, State.DRAFTED)
    message = draft.message.message
    letter = Letter(record.template, "", "", message.subject, message.own_text.strip(), ())
    envelope = Envelope(
        message.from_, message.to, message.cc, options.now, message.id, message.in_reply_to, message.references
    )
    application = Application(rejection.company, (rejection.role,) if rejection.role else (), rejection.stage)
    return Outcome(
        rejection.id,
        Action.DRAFTED,
        why,
        application,
        None,
        draft.id,
        draft.thread_key,
        letter,
        envelope,
        None,
        message.subject,
    )


def fingerprint(text: str) -> str:
    """What tells whether the words of a draft are still ours: blanks and line ends do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def _draft(
    mailbox: Mailbox, ledger: Ledger, name: str, rejection: Rejection, record: DraftRecord, mime: bytes
) -> Draft:
    """The intent, then the draft; if the answer is lost, the draft is looked for, not made again."""
    ledger.record(name, replace(rejection, state=State.INTENDED, changed=record.created), record)
    try:
        return mailbox.create_draft(mime, record.thread_key)
    except AmbiguousWrite:
        found = mailbox.find_draft(record.message_id, record.thread_key)
        if found is None:
            raise
        return found


def settle(rooms: Rooms, options: Options, rejection: Rejection, outcome: Outcome) -> Outcome | None:
    """Keeps a decision that writes nothing; None if it is the one we knew."""
    state = _STATES[outcome.action]
    if (rejection.state, rejection.why) == (state, outcome.why):
        return None
    rooms.ledger.update(
        rooms.mailbox.name, replace(rejection, state=state, why=outcome.why, not_before=outcome.not_before)
    )
    _label(rooms, options, rejection.key, state)
    return outcome


def _label(rooms: Rooms, options: Options, key: str, state: State) -> None:
    """The label follows the state; kept in the ledger as well, for mailboxes that have none."""
    labels = rooms.config.labels
    held = (State.HELD, State.NEEDS_CONTACT)
    add = {labels.drafted} if state is State.DRAFTED else {labels.waiting} if state is State.WAITING else set()
    add |= {labels.held} if state in held else set()
    had = rooms.ledger.labels(rooms.mailbox.name, key)
    if add == set(had):
        return
    rooms.ledger.label(rooms.mailbox.name, key, add, had - add)
    if rooms.mailbox.can_draft and not options.dry_run:
        rooms.mailbox.label(key, sorted(add - had), sorted(had - add))
