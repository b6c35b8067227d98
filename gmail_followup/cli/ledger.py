"""`gmail-followup ledger`: where the facts lie, all of them for you to see, and how they are forgotten."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gmail_followup.home import Home
    from gmail_followup.ledger.records import Rejection
    from gmail_followup.ledger.store import Ledger


@click.group(
    "ledger",
    epilog="Example: gmail-followup ledger export > ledger.jsonl\n\nExample: gmail-followup ledger forget Acme",
)
def command() -> None:
    """What the program remembers of your mail: facts (addresses, dates, what kind of mail it was), never its words."""


@command.command("path", epilog="Example: gmail-followup ledger path")
def path_() -> int:
    """Print where the ledger lies."""
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    click.echo(find_home().ledger)
    return int(Exit.DONE)


@command.command("export", epilog="Example: gmail-followup ledger export > ledger.jsonl")
def export() -> int:
    """Print everything in the ledger: JSON Lines, a line for each row, with its table and its columns by name."""
    from gmail_followup.cli.terminal import note, print_json
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    home = find_home()
    if not home.ledger.exists():
        note("There is no ledger yet.")
        return int(Exit.DONE)
    ledger = _open(home)
    try:
        for row in ledger.export():
            print_json(row)
    finally:
        ledger.close()
    return int(Exit.DONE)


@command.command(
    "forget",
    epilog="Example: gmail-followup ledger forget 'Acme nurse'\n\nExample: gmail-followup ledger forget --all",
)
@click.argument("application", required=False, metavar="[APPLICATION]")
@click.option("--all", "everything", is_flag=True, help="Forget everything.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(application: str | None, everything: bool, yes: bool) -> int:
    """Forget an application, or everything: mails, people, letters, answers, and your page on it in the notes.

    A digest of each Message-ID stays, so that the mail is not read, and no draft is written, a second time. Your mailbox,
    with drafts and labels in it, is left as it is. APPLICATION: words of company and role, or an id.
    """
    from gmail_followup.cli.setup import locked
    from gmail_followup.cli.terminal import note
    from gmail_followup.errors import Exit, UserError
    from gmail_followup.home import find_home

    if everything == bool(application):
        raise UserError(
            "Say which application to forget, or --all.", fix="`gmail-followup status --all` lists them all."
        )
    home = find_home()
    if not home.ledger.exists():
        note("There is no ledger yet: nothing is remembered.")
        return int(Exit.DONE)
    with locked(home):
        ledger = _open(home)
        try:
            done = _forget_all(home, ledger, yes) if everything else _forget_one(home, ledger, application or "", yes)
        finally:
            ledger.close()
    return int(Exit.DONE if done else Exit.HELD)


def _open(home: "Home") -> "Ledger":
    from gmail_followup.ledger.store import Ledger

    return Ledger(home.ledger)


def _forget_one(home: "Home", ledger: "Ledger", what: str, yes: bool) -> bool:
    from gmail_followup.cli.applications import find_application
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.notebook.store import Notebook

    rejection = find_application(ledger, what)
    name = " at ".join(p for p in (one_line(rejection.role, 60), one_line(rejection.company, 50)) if p) or rejection.id
    mailbox = ledger.mailbox_of(rejection.id)
    keys = _mails_of(ledger, mailbox, rejection)
    page = Notebook(home.notes).path_of(rejection.id)
    mails = "1 mail" if len(keys) == 1 else f"{len(keys)} mails"
    notes = f", and your page {page.name}" if page else ""
    if not _sure(f"Forget {name}: the facts of {mails}{notes}? This cannot be undone.", yes):
        return False
    ledger.forget(mailbox, [rejection.id], keys)
    if page is not None:
        _remove(page)
    click.echo(f"Forgotten: {name}. No second draft will be made for it.")
    _tell_leftovers(home)
    return True


def _forget_all(home: "Home", ledger: "Ledger", yes: bool) -> bool:
    pages = sorted(home.notes.glob("*.toml")) if home.notes.is_dir() else []
    count = len(ledger.rejections())
    notes = f" and {len(pages)} pages of notes" if pages else ""
    if not _sure(f"Forget everything: {count} applications{notes}? This cannot be undone.", yes):
        return False
    ledger.forget_all()
    for path in (*pages, *_leftovers(home)):
        _remove(path)
    click.echo("Everything is forgotten. Mail that was read is not read again, and no second draft will be made.")
    return True


def _mails_of(ledger: "Ledger", mailbox: str, rejection: "Rejection") -> list[str]:
    """Keys of the mails of an application: its threads, and mail with the same employer that belongs to no other one."""
    from gmail_followup.reading.company_names import company_key
    from gmail_followup.reading.senders import load_senders, organisation

    senders = load_senders()
    placed = [(x.rejection_id, x.thread_key) for x in ledger.drafts(mailbox)]
    placed += [(x.rejection_id, x.thread_key) for x in ledger.answers(mailbox)]
    placed += [(r.id, r.thread_key) for r in ledger.rejections(mailbox)]
    threads = {thread for id_, thread in placed if id_ == rejection.id}
    taken = {thread for id_, thread in placed if id_ != rejection.id}
    others = [r for r in ledger.rejections(mailbox) if r.id != rejection.id]
    known = ledger.known(mailbox)
    own = next((k.sender.domain for k in known if k.message_id == rejection.id), "")
    place = organisation(own) if own and not senders.is_ats(own) and not senders.is_free(own) else ""
    company = company_key(rejection.company)
    if any(company and company_key(r.company) == company for r in others):
        # Another application at the same employer keeps what is not plainly of this one.
        place = company = ""
    found = [rejection.key]
    for k in known:
        people = {organisation(a.domain) for a in (k.sender, *k.recipients) if a.domain}
        same = bool(company and company_key(k.company) == company) or bool(place and place in people)
        if k.thread_key in threads - {""} or (same and k.thread_key not in taken):
            found.append(k.key)
    return list(dict.fromkeys(found))


def _sure(question: str, yes: bool) -> bool:
    return yes or click.confirm(question, default=False)


def _leftovers(home: "Home") -> list[Path]:
    """Damaged ledgers that were kept aside, and logs."""
    aside = home.root.glob(f"{home.ledger.name}.damaged-*")
    logs = (home.root / "logs").glob("*") if (home.root / "logs").is_dir() else ()
    return sorted([*aside, *logs])


def _tell_leftovers(home: "Home") -> None:
    from gmail_followup.cli.terminal import note

    for path in home.root.glob(f"{home.ledger.name}.damaged-*"):
        note(f"{path} was kept aside when the ledger was damaged, and still holds old facts: delete it if you like.")


def _remove(path: Path) -> None:
    from gmail_followup.errors import Exit, UserError

    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            f"{path} could not be deleted.", why=f"{error.strerror}.", fix="Delete it yourself.", code=Exit.HELD
        ) from None
