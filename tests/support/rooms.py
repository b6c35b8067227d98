"""Rooms for pipeline tests: shipped rules and letters, a mailbox, a ledger; grammar engine off unless asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from gmail_followup.answers.reader import AnswerReader
from gmail_followup.cli.setup import RULES
from gmail_followup.config import Config, Me
from gmail_followup.home import shipped
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.mailbox.protocol import Mailbox
from gmail_followup.notebook.store import Notebook
from gmail_followup.pipeline import run
from gmail_followup.proofing.grammar import Grammar
from gmail_followup.proofing.proof import Proofreader
from gmail_followup.proofing.rules import LetterRules, load_letter_rules
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.notices import NoticeReader
from gmail_followup.reading.senders import load_senders
from gmail_followup.rooms import Options, Outcome, Rooms
from gmail_followup.rules.rule import RuleSet, load
from gmail_followup.writing.templates import TemplateSet
from gmail_followup.writing.templates import load as load_templates

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ME = "jo@example.org"
REJECTION = (
    "Hello Jo,\n\nThank you for applying for the Data Engineer role at Acme. After careful consideration we have decided "
    "not to move forward with your application.\n\nBest regards,\nAnn Lee\n"
)
INTERVIEW_REJECTION = (
    "Hello Jo,\n\nThank you for taking the time to interview with us for the Data Engineer role at Acme. We enjoyed our "
    "conversation, but we have decided to move forward with another candidate.\n\nBest regards,\nAnn Lee\n"
)


@cache
def shipped_rules() -> RuleSet:
    return load(RULES, None)


@cache
def shipped_letters() -> TemplateSet:
    return load_templates([shipped("templates")])


@cache
def letter_rules() -> LetterRules:
    return LetterRules(load_letter_rules())


@cache
def reader(me: tuple[str, ...]) -> Reader:
    """Readers remember nothing of a mail, so one serves every test: to index the rules takes a quarter of a second."""
    return Reader(shipped_rules(), load_senders(), me=me)


@cache
def notices() -> NoticeReader:
    return NoticeReader(shipped_rules(), load_senders())


@cache
def answers() -> AnswerReader:
    return AnswerReader(shipped_rules(), load_senders())


def wire(
    text: str = REJECTION,
    *,
    id: str = "<r1@acme.example>",
    days: float = 5,
    sender: str = "Ann Lee <ann@acme.example>",
    to: str = f"Jo Doe <{ME}>",
    subject: str = "Your application to Acme",
    answers: str = "",
    **headers: str,
) -> bytes:
    """A complete mail, `days` before NOW. Keyword names with _ for - become header fields."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(NOW - timedelta(days=days))
    made["Message-ID"] = id
    if answers:
        made["In-Reply-To"] = made["References"] = answers
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def maildir(folder: Path, *mails: bytes, sent: tuple[bytes, ...] = ()) -> Path:
    """A Maildir++ with these mails in the INBOX and in .Sent."""
    for place, raws in ((folder, mails), (folder / ".Sent", sent)):
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(raws):
            (place / "cur" / f"{number}.{abs(hash(raw)) % 10**8}.test:2,S").write_bytes(raw)
    return folder


def rooms(mailbox: Mailbox, ledger: Ledger | None = None, config: Config | None = None, **changes: Any) -> Rooms:
    """Rooms on a mailbox; every field can be replaced."""
    ledger = ledger or Ledger(None)
    config = config or Config(me=Me(name="Jo Doe", addresses=(ME,)))
    proofreader = Proofreader(letter_rules(), Grammar(None, fall_back=False))
    made = Rooms(
        mailbox=mailbox,
        ledger=ledger,
        reader=reader((ME,)),
        notices=notices(),
        answers=answers(),
        notebook=Notebook(None),
        templates=shipped_letters(),
        proofreader=proofreader,
        config=config,
        me=(Address("Jo Doe", ME),),
    )
    return replace(made, **changes)


def on_maildir(folder: Path, **changes: Any) -> Rooms:
    return rooms(MaildirMailbox(folder, (Address("Jo Doe", ME),)), **changes)


def go(r: Rooms, now: datetime = NOW, **options: Any) -> list[Outcome]:
    """One pass at `now`."""
    return list(run(r, Options(now=now, since=now - timedelta(days=90), as_of=True, **options)))


def drafts_in(folder: Path) -> list[bytes]:
    """The drafts of a Maildir."""
    place = folder / ".Drafts"
    return (
        [p.read_bytes() for part in ("cur", "new") for p in sorted((place / part).glob("*"))] if place.exists() else []
    )
