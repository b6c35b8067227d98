"""Puts the rooms together for a command: home, configuration, rules, templates, grammar engine, mailbox, lock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gmail_followup.cli.main import tell
from gmail_followup.config import Config, load_config
from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home, find_home, shipped
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.protocol import Mailbox
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.notices import NoticeReader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Answerable, Kind, Reason, Stage, Verdict
from gmail_followup.rules.rule import RuleSet, load

if TYPE_CHECKING:
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.proofing.proof import Proofreader
    from gmail_followup.rooms import Rooms
    from gmail_followup.writing.templates import TemplateSet

RULES = Path(__file__).resolve().parent.parent / "rules" / "packs"


def rules_of(home: Home, config: Config, *, loud: bool = True) -> RuleSet:
    """All reading rules in force; what could not be read is told, and the rest goes on."""
    rules = load(RULES, home.rules, config.detection.off)
    if loud:
        for problem in rules.problems:
            tell(problem)
    return rules


def reader_of(
    home: Home,
    config: Config,
    me: Sequence[str],
    ledger: "Ledger | None" = None,
    *,
    loud: bool = True,
    rules: RuleSet | None = None,
) -> Reader:
    """The detector with the user's rules (or those given), senders, threshold and corrections."""
    user_senders = home.rules / "senders.toml"
    return Reader(
        rules or rules_of(home, config, loud=loud),
        load_senders(user_senders if user_senders.is_file() else None),
        me=(*me, *config.me.addresses),
        threshold=config.detection.threshold,
        correction=corrections_of(ledger) if ledger else None,
    )


def corrections_of(ledger: "Ledger") -> Callable[[str], Verdict | None]:
    """What the user said of a mail, by its Message-ID."""

    def said(message_id: str) -> Verdict | None:
        word = ledger.correction(message_id)
        if word is None:
            return None
        kind = Kind.REJECTION if word.is_rejection else Kind.OTHER
        return Verdict(kind, 1.0, Stage.UNKNOWN, Reason.UNKNOWN, Answerable.YES, word.company, word.role, "")

    return said


def templates_of(home: Home, *, loud: bool = True) -> "TemplateSet":
    """The shipped letters with the user's over them."""
    from gmail_followup.writing.templates import load as load_templates

    templates = load_templates([shipped("templates"), home.templates])
    if loud:
        for problem in templates.problems:
            tell(problem)
    return templates


def proofreader_of(home: Home, config: Config) -> "Proofreader":
    """Tone, moves, house rules and the grammar engine that the settings allow."""
    from gmail_followup.proofing.grammar import GrammarSettings, choose
    from gmail_followup.proofing.proof import Proofreader, severities
    from gmail_followup.proofing.rules import LetterRules, load_letter_rules

    p = config.proofing
    grammar = choose(GrammarSettings(engine=p.engine, url=p.url, allow_public=p.allow_public), home)
    rules = LetterRules(load_letter_rules(home.rules), severities(p.block, p.advise))
    return Proofreader(rules, grammar, frozenset(p.dictionary))


def open_mailbox(where: str, home: Home, config: Config, me: Sequence[str]) -> Mailbox:
    """The mailbox that the user or the ledger named; there a Gmail account has its address. Raises UserError."""
    if where == "gmail" or where.startswith("gmail:"):
        from gmail_followup.mailbox.gmail.adapter import open_gmail

        return open_gmail(config.gmail_settings(home), home)
    from gmail_followup.mailbox.sources import open_mailbox as open_local

    kind, _, place = where.partition(":")
    path = str(Path(place).expanduser()) if place else place
    return open_local(f"{kind}:{path}" if place else where, tuple(Address(config.me.name, a.lower()) for a in me))


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Only one run at a time on one home folder: cron and `watch` never write the same draft twice."""
    from filelock import FileLock, Timeout

    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(home.root / "run.lock", timeout=0):
            yield
    except Timeout:
        raise UserError(
            "Another gmail-followup is at work in this folder.", why=f"It holds {home.root / 'run.lock'}.",
            fix="Let it finish, or stop it, then try again.", code=Exit.ACCOUNT,
        ) from None  # fmt: skip
    except OSError as error:
        if getattr(error, "filename", None) is None and not isinstance(error, PermissionError):
            raise
        raise UserError(
            f"{home.root} cannot be written to.", why=f"{error.strerror}.", fix="See that the folder is yours, and its disk not full.",
            code=Exit.ACCOUNT,
        ) from None  # fmt: skip


@contextmanager
def kept_ledger(home: Home) -> "Iterator[Ledger]":
    """The ledger; one that is damaged, or turns out to be, is kept aside, and a new one begun. The run lock must be held."""
    from datetime import UTC, datetime

    from gmail_followup.cli.terminal import note
    from gmail_followup.ledger.database import Damaged
    from gmail_followup.ledger.rescue import open_or_rescue, rescue

    ledger, told = open_or_rescue(home.ledger, datetime.now(UTC))
    if told:
        note(told)
    try:
        yield ledger
    except Damaged as error:
        ledger.close()
        if ledger.path is None or not ledger.path.exists():
            raise
        ledger, told = rescue(home.ledger, datetime.now(UTC))
        raise UserError(told, why=error.why, fix="Run again.", code=Exit.ACCOUNT) from None
    finally:
        ledger.close()


@contextmanager
def rooms_for(where: str | None, me: Sequence[str], *, dry_run: bool = False) -> "Iterator[Rooms]":
    """Everything that `run` and `watch` need, let go of at the end."""
    from gmail_followup.answers.reader import AnswerReader
    from gmail_followup.notebook.store import Notebook
    from gmail_followup.rooms import Rooms

    home = find_home()
    config = load_config(home)
    with ExitStack() as stack:
        stack.enter_context(locked(home))
        ledger = stack.enter_context(kept_ledger(home))
        mine = tuple(dict.fromkeys(a.lower() for a in (*me, *config.me.addresses)))
        mailbox = open_mailbox(where or config.mailbox.use, home, config, mine)
        stack.callback(mailbox.close)
        if dry_run or not mailbox.can_draft:
            ledger = ledger.copy_in_memory()
            stack.callback(ledger.close)
        send_as = mailbox.send_as()
        own = [s.address for s in send_as if s.verified] + [Address(config.me.name, a) for a in mine]
        addresses = {a.email: a for a in reversed(own)}
        me_all = tuple(addresses[email] for email in dict.fromkeys(a.email for a in own))
        proofreader = proofreader_of(home, config)
        stack.callback(proofreader.close)
        reader = reader_of(home, config, [a.email for a in me_all], ledger)
        rules = rules_of(home, config, loud=False)
        notebook = Notebook(home.notes)
        yield Rooms(
            mailbox=mailbox,
            ledger=ledger,
            reader=reader,
            notices=NoticeReader(rules, reader.senders),
            answers=AnswerReader(rules, reader.senders),
            notebook=notebook if ledger.path else notebook.copy_in_memory(),
            templates=templates_of(home),
            proofreader=proofreader,
            config=config,
            me=me_all,
            send_as=send_as,
        )
