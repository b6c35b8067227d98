"""writing ──► proofing: one letter with its envelope and the report on it."""

from dataclasses import dataclass, replace

from gmail_followup.errors import FileError
from gmail_followup.ledger.records import DraftRecord, Purpose, Rejection
from gmail_followup.mail.message import Address, Message
from gmail_followup.proofing.finding import Report
from gmail_followup.proofing.proof import Proofreader
from gmail_followup.reading.language import language_of
from gmail_followup.reading.values import Answerable, Application, Contact, Reason
from gmail_followup.rooms import Options, Rooms
from gmail_followup.writing.choose import choose
from gmail_followup.writing.envelope import new_envelope, reply_envelope
from gmail_followup.writing.letter import Envelope, Letter
from gmail_followup.writing.render import render
from gmail_followup.writing.templates import TemplateSet
from gmail_followup.writing.variables import gather, name_words

_USUAL_WORDS = 120


@dataclass(frozen=True, slots=True)
class Brief:
    """What one letter is to do. answering: the mail that it replies to, None for a new message.

    sender: whom it is from; a name in the configuration wins. turn: letters that this company had before.
    tip: a sentence of their feedback to come back to. wish: what the user most wants to hear about, in his words.
    """

    purpose: Purpose
    application: Application
    language: str
    reason: Reason
    answerable: Answerable
    to: tuple[Address, ...]
    contact: Contact | None
    sender: Address
    message_id: str
    answering: Message | None = None
    turn: int | None = None
    tip: str = ""
    wish: str = ""
    learned: str = ""


def write_letter(rooms: Rooms, options: Options, brief: Brief) -> tuple[Letter, Envelope, Report]:
    """The letter, its envelope and the report. Raises FileError for a broken or missing template."""
    how = "thread" if brief.answering else "contact"
    choice = choose(
        rooms.templates,
        language=brief.language,
        stage=brief.application.stage,
        reason=brief.reason,
        answerable=brief.answerable,
        to=how,
        purpose=brief.purpose.value,
    )
    if choice.template is None:
        raise choice.problem or FileError("templates", None, choice.why, fix="See `gmail-followup templates list`.")
    profile = rooms.config.me.profile()
    profile = replace(profile, name=profile.name or brief.sender.name, tips_about=brief.wish or profile.tips_about)
    facts = gather(
        brief.application,
        reason=brief.reason,
        answerable=brief.answerable,
        language=brief.language,
        contact=brief.contact,
        me=profile,
        today=options.now,
        to=how,
        learned=brief.learned,
        tip=brief.tip,
        turn=brief.turn,
    )
    letter = render(
        rooms.templates, choice.template, facts, thread_subject=brief.answering.subject if brief.answering else ""
    )
    report = rooms.proofreader.proof(letter)
    return replace(letter, text=report.text), _envelope(rooms, options, brief), report


def _envelope(rooms: Rooms, options: Options, brief: Brief) -> Envelope:
    sender = Address(rooms.config.me.name or brief.sender.name, brief.sender.email)
    if brief.answering is None:
        envelope = new_envelope(sender=sender, to=brief.to, now=options.now, message_id=brief.message_id)
    else:
        envelope = reply_envelope(
            brief.answering,
            sender=sender,
            to=brief.to,
            now=options.now,
            message_id=brief.message_id,
            language=brief.language,
            quote=rooms.config.letter.quote_original,
        )
    # The Gmail API adds no signature by itself (users.settings.sendAs).
    own = next((s for s in rooms.send_as if s.address.email == sender.email), None)
    return replace(envelope, signature_html=own.signature_html) if own and own.signature_html else envelope


def read_again(
    templates: TemplateSet,
    proofreader: Proofreader,
    rejection: Rejection,
    letter: DraftRecord,
    message: Message,
    names: frozenset[str] = frozenset(),
) -> Report:
    """The report on a saved letter as it now stands, without what it quotes; its template says what it must do.

    names: known words beside those of the application and of the people in the letter.
    """
    language = language_of(message.own_text) or "en"
    template = templates.find(letter.template, language)
    front = template.front if template else None
    people = [a.name for a in (message.from_, *message.to)]
    return proofreader.check(
        message.own_text.strip(),
        language,
        required=front.moves if front else (),
        max_words=front.max_words if front else _USUAL_WORDS,
        names=names | name_words(rejection.company, rejection.role, *people),
    )


def wish_of(rooms: Rooms, rejection_id: str) -> str:
    """What the user most wants to hear about, from his review of this application (A2); "" if he said nothing."""
    from gmail_followup.notebook.review import wish

    try:
        page = rooms.notebook.page(rejection_id)
    except FileError:
        return ""
    return wish(page) if page else ""


def wants_your_eye(report: Report) -> str:
    """Why a letter is held back, in words."""
    classes = dict.fromkeys(f.class_.replace("_", " ") for f in report.findings if f.severity == "block")
    return f"the letter wants your eye first: {', '.join(classes)}"
