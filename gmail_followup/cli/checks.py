"""What `doctor` looks at, one function a room. Each says what it found and, where something is amiss, what to do."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from gmail_followup.config import Config, load_config
from gmail_followup.errors import UserError
from gmail_followup.home import Home, shipped

if TYPE_CHECKING:
    from gmail_followup.mailbox.gmail.settings import GmailSettings


_OLDEST_PYTHON = (3, 11)


class Mark(StrEnum):
    OK = "ok"
    LOOK = "look"
    """There, but it wants attention."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. account: whether a failure is one of account or network (exit code 4)."""

    name: str
    mark: Mark
    says: str
    fix: str = ""
    account: bool = False

    @property
    def well(self) -> bool:
        return self.mark is Mark.OK


def all_checks(home: Home) -> Iterator[Check]:
    """Every check in order. A broken configuration is named, and the rest goes on with the defaults."""
    yield check_python()
    yield from check_home(home)
    config, check = check_config(home)
    yield check
    yield from check_templates(home)
    yield from check_rules(home, config)
    yield from check_mailbox(home, config)
    yield check_ledger(home)
    yield from check_grammar(home, config)


def _of(name: str, problem: UserError, mark: Mark = Mark.LOOK, *, account: bool = False) -> Check:
    says = " ".join(part for part in (problem.what, problem.why) if part)
    return Check(name, mark, says, problem.fix, account)


def check_python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Check("python", Mark.LOOK, f"Python {version}", "Python 3.11 or newer is needed.")
    return Check("python", Mark.OK, f"Python {version}")


def check_home(home: Home) -> Iterator[Check]:
    if not home.root.is_dir():
        yield Check("home", Mark.MISSING, f"{home.root} is not there", "Run: gmail-followup init")
        return
    if not os.access(home.root, os.R_OK | os.W_OK | os.X_OK):
        yield Check("home", Mark.LOOK, f"{home.root} cannot be written to", "See that the folder is yours.")
        return
    open_to_others = [p for p in (home.root, home.token, home.ledger) if _open_to_others(p)]
    for path in open_to_others:
        wanted = "700" if path == home.root else "600"
        says = f"other users of this machine can read {path}"
        yield Check("home", Mark.LOOK, says, f"Run: chmod {wanted} '{path}'")
    if not open_to_others:
        yield Check("home", Mark.OK, f"{home.root}, only yours")


def _open_to_others(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & 0o077)


def check_config(home: Home) -> tuple[Config, Check]:
    """The configuration to go on with."""
    try:
        config = load_config(home)
        # Some values are checked only where they are used.
        config.gmail_settings(home)
    except UserError as problem:
        return Config(), _of("config", problem)
    if not home.config.exists():
        fix = "Run: gmail-followup init"
        return config, Check("config", Mark.MISSING, f"{home.config} is not there; the defaults hold", fix)
    if not config.me.name:
        fix = 'Write name = "..." under [me], or run: gmail-followup init --name "Your Name"'
        return config, Check("config", Mark.LOOK, "no name signs your letters yet", fix)
    return config, Check("config", Mark.OK, f"{home.config}, letters signed by {config.me.name}")


def check_templates(home: Home) -> Iterator[Check]:
    from gmail_followup.writing.templates import load

    templates = load([shipped("templates"), home.templates])
    for problem in templates.problems:
        yield _of("templates", problem)
    if not templates.problems:
        yield Check("templates", Mark.OK, f"{len(templates.usable)} letters in {', '.join(templates.languages)}")


def check_rules(home: Home, config: Config) -> Iterator[Check]:
    from gmail_followup.cli.rule_book import rule_book
    from gmail_followup.rules.examples import check_rule, guards_for

    book = rule_book(home, config)
    for problem in book.problems:
        yield _of("rules", problem)
    mine = [r for r in book.rules if not r.shipped]
    failing = [r for r in mine if any(check_rule(r, guards_for(r.language, book.rules)))]
    for rule in failing:
        says = f"{rule.source}: rule {rule.id} does not do what its examples say"
        yield Check("rules", Mark.LOOK, says, "Run: gmail-followup rules test --mine")
    if not book.problems and not failing:
        own = f", {len(mine)} of them yours" if mine else ""
        off = f", {len(book.off)} switched off" if book.off else ""
        yield Check("rules", Mark.OK, f"{len(book.rules)} rules{own}{off}")


# ---- the mailbox


def check_mailbox(home: Home, config: Config) -> Iterator[Check]:
    use = config.mailbox.use
    if use == "gmail":
        yield from _gmail(home, config)
    else:
        yield _local(use)


def _gmail(home: Home, config: Config) -> Iterator[Check]:
    from gmail_followup.cli.init import client_problem
    from gmail_followup.mailbox.gmail import auth

    settings = config.gmail_settings(home)
    problem = client_problem(settings.client_secrets)
    if problem is None:
        yield Check("credentials", Mark.OK, f"{settings.client_secrets} is a client file of a desktop app")
    else:
        mark = Mark.LOOK if settings.client_secrets.exists() else Mark.MISSING
        yield _of("credentials", problem, mark, account=True)
    try:
        status = auth.status(settings, home)
    except UserError as unreadable:
        yield _of("login", unreadable, account=True)
        return
    if not status.logged_in:
        yield Check("login", Mark.MISSING, "nobody is logged in", "Run: gmail-followup auth login", account=True)
        return
    if status.missing:
        lacking = ", ".join(scope.rpartition("/")[2] for scope in status.missing)
        fix = "Run `gmail-followup auth login` again and tick every box on Google's page."
        yield Check("login", Mark.LOOK, f"the login lacks {lacking}", fix, account=True)
        return
    granted = ", ".join(scope.rpartition("/")[2] for scope in status.scopes)
    yield Check("login", Mark.OK, f"{status.account or 'logged in'} ({granted}), kept in {status.where}")
    yield _ask_gmail(settings, home)


def _ask_gmail(settings: "GmailSettings", home: Home) -> Check:
    """Asks once for real: the addresses to write from, one quota unit."""
    from gmail_followup.mailbox.gmail.adapter import open_gmail

    try:
        mailbox = open_gmail(settings, home)
        try:
            addresses = mailbox.send_as()
            name = mailbox.name
        finally:
            mailbox.close()
    except UserError as problem:
        return _of("mailbox", problem, account=True)
    count = f", {len(addresses)} addresses to write from" if len(addresses) > 1 else ""
    return Check("mailbox", Mark.OK, f"{name} answers{count}")


def _local(use: str) -> Check:
    """A Maildir or mbox: can it be read, and can drafts be written?"""
    from gmail_followup.mailbox.sources import open_mailbox

    kind, _, place = use.partition(":")
    path = Path(place).expanduser()
    try:
        mailbox = open_mailbox(f"{kind}:{path}" if place else use)
        mailbox.close()
    except UserError as problem:
        return _of("mailbox", problem)
    if not os.access(path, os.R_OK):
        return Check("mailbox", Mark.LOOK, f"{path} cannot be read", "See that it is yours.")
    if not mailbox.can_draft:
        return Check("mailbox", Mark.OK, f"{use} can be read; drafts cannot be saved in an mbox")
    drafts = path / ".Drafts"
    if not os.access(drafts if drafts.exists() else path, os.W_OK):
        return Check("mailbox", Mark.LOOK, f"no draft can be saved in {path}", "See that the folder is yours.")
    return Check("mailbox", Mark.OK, f"{use} can be read and written")


def check_ledger(home: Home) -> Check:
    import sqlite3

    from gmail_followup.ledger.store import Ledger

    if not home.ledger.exists():
        return Check("ledger", Mark.OK, "not there yet; the first run makes it")
    try:
        Ledger(home.ledger).close()
        with sqlite3.connect(home.ledger) as ledger:
            schema = ledger.execute("PRAGMA user_version").fetchone()[0]
            sound = ledger.execute("PRAGMA quick_check(1)").fetchone()[0]
        ledger.close()
    except UserError as problem:
        return _of("ledger", problem)
    except sqlite3.Error as error:
        return Check("ledger", Mark.LOOK, f"{home.ledger} is damaged ({error})", "Move it aside; a new one is begun.")
    if sound != "ok":
        return Check("ledger", Mark.LOOK, f"{home.ledger} is damaged", "Move it aside; a new one is begun.")
    return Check("ledger", Mark.OK, f"{home.ledger}, schema {schema}")


# ---- grammar


def check_grammar(home: Home, config: Config) -> Iterator[Check]:
    """Which engine would run; nothing is started and nothing fetched."""
    engine, settings = config.proofing.engine, config.proofing
    if engine == "none":
        yield Check("grammar", Mark.OK, "switched off in config.toml; the house rules still check every letter")
        return
    strict = engine == "languagetool"
    if engine != "harper":
        if settings.url:
            check = _configured(settings.url, settings.allow_public)
            yield check
            if check.well or strict:
                return
        local = _local_languagetool(home)
        yield local if local is not None else _not_installed(needed=strict)
        if strict or (local is not None and local.well):
            return
    yield _harper()


def _configured(url: str, allow_public: bool) -> Check:
    from gmail_followup.proofing.languagetool import EngineFailed, LanguageToolEngine

    try:
        engine = LanguageToolEngine(url, allow_public=allow_public)
    except UserError as problem:
        return _of("grammar", problem)
    except EngineFailed as failed:
        says = f"the LanguageTool server at {url} does not answer: {failed}"
        return Check("grammar", Mark.LOOK, says, "Start it, or correct [proofing] url in config.toml.")
    engine.close()
    return Check("grammar", Mark.OK, f"{engine.name} at {url}, for English, German, French and Spanish")


def _not_installed(*, needed: bool) -> Check:
    """What LanguageTool would need on this machine."""
    import shutil

    from gmail_followup.proofing.languagetool_server import java

    try:
        there = java_words(java())
        there += " and Maven are there" if shutil.which("mvn") else " is there, Maven is not"
    except UserError as problem:
        there = problem.what
    says = "config.toml asks for it, and it is not installed" if needed else "not installed; it is optional"
    fix = "Run: gmail-followup languagetool install"
    return Check("languagetool", Mark.MISSING if needed else Mark.OK, f"{says} ({there})", fix)


def _local_languagetool(home: Home) -> Check | None:
    """An installed LanguageTool; None without one."""
    from gmail_followup.proofing import languagetool_server as server

    status = server.status(home.languagetool)
    if status.url:
        return Check("grammar", Mark.OK, f"LanguageTool {status.installed} runs at {status.url} ({status.memory} MB)")
    if not status.installed:
        return None
    try:
        program = server.java()
    except UserError as problem:
        return _of("grammar", problem)
    says = f"LanguageTool {status.installed}, started when it is needed, with {java_words(program)}"
    return Check("grammar", Mark.OK, says)


def java_words(program: str) -> str:
    """`Java 17 (/usr/bin/java)`."""
    import subprocess

    from gmail_followup.proofing.languagetool_server import java_version

    try:
        answer = subprocess.run([program, "-version"], capture_output=True, timeout=20, check=False, text=True)
    except (OSError, subprocess.SubprocessError):
        return program
    return f"Java {java_version(answer.stderr + answer.stdout) or '?'} ({program})"


def _harper() -> Check:
    import importlib.util
    from importlib import metadata

    if importlib.util.find_spec("harper") is None:
        fix = "Install the program anew; or: gmail-followup languagetool install"
        return Check("grammar", Mark.LOOK, "no grammar engine: Harper is not installed", fix)
    says = f"harper {metadata.version('harper-py')} for English; without LanguageTool, other languages"
    return Check("grammar", Mark.OK, f"{says} are checked by the house rules only")
