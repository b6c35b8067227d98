"""The end of the way: the intent in the ledger, the draft in the mailbox, the label. At most one draft, whatever dies.

The order never changes: intent (one transaction), draft (one call that is never repeated by itself), the draft in the
ledger, the label. A run that finds an intent looks for its draft before it does anything else.
"""

import hashlib
from dataclasses import replace

from gmail_followup.decision import Action
from gmail_followup.errors import Exit, UserError
from gmail_followup.ledger.records import DraftRecord, Purpose, Rejection, Standing, State
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import StoredMessage
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.protocol import AmbiguousWrite, Draft, Mailbox, Misplaced
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
    rooms: Rooms,
    options: Options,
    rejection: Rejection,
    outcome: Outcome,
    *,
    source: StoredMessage | None,
    purpose: Purpose = Purpose.ASK,
    contact_role: str = "",
) -> Outcome | None:
    """The intent, the draft, the label: at most one draft of a purpose, whatever dies in between.

    outcome: what is told when all went well, with the letter. source: the mail that the letter answers, None if it
    begins a thread.
    """
    letter, envelope = outcome.letter, outcome.envelope
    assert letter is not None and envelope is not None
    mailbox, ledger, name = rooms.mailbox, rooms.ledger, rooms.mailbox.name
    if options.dry_run or not mailbox.can_draft:
        return outcome
    mime = compose(letter, envelope)
    record = DraftRecord(
        rejection.id, envelope.message_id, tuple(a.email for a in envelope.to), letter.subject, letter.template,
        fingerprint(parse(mime).own_text), options.now, thread_key=source.thread_key if source else "",
        purpose=purpose, about=outcome.about, contact_role=contact_role,
    )  # fmt: skip
    try:
        draft = _draft(mailbox, ledger, name, rejection, record, mime)
    except AmbiguousWrite:
        why = "the mailbox did not answer when the draft was saved; the next run looks before it does anything"
        return replace(outcome, action=Action.HELD, why=why)
    except Misplaced as error:
        _saved(rooms, options, rejection, _with(record, error.draft), error.what)
        return replace(outcome, action=Action.HELD, why=error.what, draft_id=error.draft.id)
    except UserError as error:
        if error.code is not Exit.HELD:
            raise
        held = replace(outcome, action=Action.HELD, why=error.what)
        return settle(rooms, rejection, held) if purpose is Purpose.ASK else held
    _saved(rooms, options, rejection, _with(record, draft), outcome.why)
    return replace(outcome, draft_id=draft.id, thread_key=draft.thread_key)


def adopt(rooms: Rooms, options: Options, rejection: Rejection, message_id: str) -> Outcome | None:
    """A draft for a rejection that an interrupted run left behind, taken over as it is; None if there is none.

    message_id: what our draft would have. A new ledger looks for drafts of an earlier one as well, and takes the label
    of a draft that is no longer there for what it is: the user sent or deleted it.
    """
    name, ledger = rooms.mailbox.name, rooms.ledger
    record = ledger.draft(name, rejection.id)
    if record is not None:
        return adopt_letter(rooms, options, rejection, record, Action.DRAFTED) if record.state == "intended" else None
    if rejection.state is not State.NEW:
        return None
    if ledger.may_have_draft(name, rejection.date):
        record = DraftRecord(rejection.id, message_id, (), "", "", "", options.now, thread_key=rejection.thread_key)
        found = adopt_letter(rooms, options, rejection, record, Action.DRAFTED)
        if found is not None:
            return found
    if rooms.config.labels.drafted in ledger.labels(name, rejection.key):
        why = "its label says that a letter was drafted before; what became of it is yours to know"
        return settle(rooms, rejection, Outcome(rejection.id, Action.SKIPPED, why, rejection.application))
    return None


def adopt_letter(
    rooms: Rooms, options: Options, rejection: Rejection, record: DraftRecord, action: Action
) -> Outcome | None:
    """The draft of an intent, if it was saved after all. action: what is told then."""
    draft = rooms.mailbox.find_draft(record.message_id, record.thread_key)
    if draft is None:
        return None
    message = draft.message.message
    why = "an interrupted run had saved it; it was found again"
    if not record.recipients:
        why = "it was saved before this ledger was begun; it was found again"
        to, words = tuple(a.email for a in message.to), fingerprint(message.own_text)
        record = replace(record, recipients=to, subject=message.subject, fingerprint=words)
    rejection = _saved(rooms, options, rejection, _with(record, draft), why)
    return Outcome(
        rejection.id,
        action,
        why,
        rejection.application,
        draft_id=draft.id,
        thread_key=draft.thread_key,
        letter=Letter(record.template, "", "", message.subject, message.own_text.strip(), ()),
        envelope=Envelope(
            message.from_, message.to, message.cc, options.now, message.id, message.in_reply_to, message.references
        ),
        subject=message.subject,
        about=record.about,
        standing=rejection.standing,
    )


def _with(record: DraftRecord, draft: Draft) -> DraftRecord:
    return replace(record, draft_id=draft.id, thread_key=draft.thread_key, version=draft.version)


def _saved(rooms: Rooms, options: Options, rejection: Rejection, record: DraftRecord, why: str) -> Rejection:
    """The draft is there: the ledger and the label say so."""
    if record.purpose is Purpose.ASK:
        drafted = Standing.DRAFTED
        rejection = replace(rejection, state=State.DRAFTED, standing=drafted, why=why, not_before=None)
    rejection = replace(rejection, changed=options.now)
    rooms.ledger.record(rooms.mailbox.name, rejection, replace(record, state="saved"))
    label(rooms, rejection.key, State.DRAFTED)
    return rejection


def fingerprint(text: str) -> str:
    """What tells whether the words of a draft are still ours: blanks and line ends do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def _draft(
    mailbox: Mailbox, ledger: Ledger, name: str, rejection: Rejection, record: DraftRecord, mime: bytes
) -> Draft:
    """The intent, then the draft; if the answer is lost, the draft is looked for, not made again."""
    state = State.INTENDED if record.purpose is Purpose.ASK else rejection.state
    ledger.record(name, replace(rejection, state=state, changed=record.created), record)
    try:
        return mailbox.create_draft(mime, record.thread_key)
    except AmbiguousWrite:
        found = mailbox.find_draft(record.message_id, record.thread_key)
        if found is None:
            raise
        return found


def settle(rooms: Rooms, rejection: Rejection, outcome: Outcome) -> Outcome | None:
    """Keeps a decision that writes nothing; None if it is the one we knew."""
    state = _STATES[outcome.action]
    if (rejection.state, rejection.why) == (state, outcome.why):
        return None
    standing = Standing.COOLING_OFF if state is State.WAITING else Standing.REJECTED
    rooms.ledger.update(
        rooms.mailbox.name,
        replace(rejection, state=state, standing=standing, why=outcome.why, not_before=outcome.not_before),
    )
    label(rooms, rejection.key, state)
    return replace(outcome, standing=standing)


def label(rooms: Rooms, key: str, state: State) -> None:
    """The label follows the state. It is put on by `put_labels`, after the outcome was told."""
    labels = rooms.config.labels
    held = (State.HELD, State.NEEDS_CONTACT)
    add = {labels.drafted} if state is State.DRAFTED else {labels.waiting} if state is State.WAITING else set()
    add |= {labels.held} if state in held else set()
    had = rooms.ledger.labels(rooms.mailbox.name, key)
    if add != had:
        rooms.ledger.label(rooms.mailbox.name, key, add, had - add)


def put_labels(rooms: Rooms, options: Options) -> None:
    """Does in the mailbox what is due, by this run or by one that died. The last step: it can lose nothing but time."""
    name = rooms.mailbox.name
    for rejection in rooms.ledger.unlabelled(name):
        label(rooms, rejection.key, rejection.state)
    for key, add, remove in rooms.ledger.labels_due(name):
        if rooms.mailbox.can_draft and not options.dry_run:
            rooms.mailbox.label(key, add, remove)
        rooms.ledger.labels_done(name, key)


def take_over(rooms: Rooms, options: Options) -> None:
    """A ledger that sees a mailbox for the first time takes over what an earlier one, lost or damaged, had left there."""
    mailbox, ledger = rooms.mailbox, rooms.ledger
    if not ledger.knows(mailbox.name):
        labelled = [(key, name) for name in rooms.config.labels.names() for key in mailbox.labelled(name)]
        ledger.begin(mailbox.name, labelled, options.now if mailbox.list_drafts() else None)
