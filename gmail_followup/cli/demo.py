"""`gmail-followup demo`: the real pipeline on a made-up mailbox."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import click


@click.command("demo", epilog="Example: gmail-followup demo --path ~/demo-mailbox")
@click.option(
    "--path",
    default="demo-mailbox",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the made-up mailbox is put.",
)
@click.option("--brief", is_flag=True, help="Leave out the letters themselves.")
def command(path: Path, brief: bool) -> int:
    """See it work on a made-up mailbox of three months. Nothing of yours is touched, nothing is sent."""
    from gmail_followup.cli.options import now_or
    from gmail_followup.demo.builder import build
    from gmail_followup.errors import Exit

    now = now_or(None)
    path = path.expanduser().absolute()
    built = build(path / "Maildir", now)
    home = path / "home"
    if built.fresh:
        click.echo(f"A made-up mailbox of {built.count} mails over three months lies in {built.path}")
    else:
        click.echo(f"The made-up mailbox in {built.path} is still there from last time.")
    click.echo()
    before = os.environ.get("GMAIL_FOLLOWUP_HOME")
    os.environ["GMAIL_FOLLOWUP_HOME"] = str(home)
    try:
        _configure(home, built.me.name, built.me.email)
        _run(f"maildir:{built.path}", built.me.email, built.now, brief=brief)
    finally:
        if before is None:
            del os.environ["GMAIL_FOLLOWUP_HOME"]
        else:
            os.environ["GMAIL_FOLLOWUP_HOME"] = before
    click.echo()
    click.echo(f"Mailbox and drafts: {built.path} (the drafts are in .Drafts; any mail program opens it)")
    click.echo(f"What waits and why:  GMAIL_FOLLOWUP_HOME={_short(home)} {_program()} status --all")
    click.echo(f"With your own mail:  {_program()} init")
    return int(Exit.DONE)


def _program() -> str:
    """How this program is called from here: its name if the shell finds it, else its path."""
    import shutil
    import sys

    own = Path(sys.executable).with_name("gmail-followup")
    if shutil.which("gmail-followup") or not own.exists():
        return "gmail-followup"
    return _short(own)


def _short(path: Path) -> str:
    """The path from here, if it is below here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _configure(home: Path, name: str, address: str) -> None:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = home / "config.toml"
    if not config.exists():
        config.write_text(f'[me]\nname = "{name}"\naddresses = ["{address}"]\n', encoding="utf-8")


def _run(mailbox: str, me: str, now: datetime, *, brief: bool) -> None:
    from gmail_followup.cli.outcomes import show, summary
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.cli.terminal import progress_bar
    from gmail_followup.pipeline import run
    from gmail_followup.rooms import Options

    with rooms_for(mailbox, (me,)) as rooms:
        with progress_bar() as progress:
            outcomes = list(run(rooms, Options(now=now, since=now - timedelta(days=120), as_of=True), progress))
        show(outcomes, dry=False, letters=not brief)
        engine = next((o.report.engine for o in outcomes if o.report), "")
        if engine:
            click.echo(f"Every letter was checked for tone, the three moves and grammar ({engine} and house rules).")
        if outcomes:
            click.echo(summary(outcomes, rooms, dry=False))
        else:
            count = len(rooms.ledger.drafts(rooms.mailbox.name))
            click.echo(f"Nothing new: the {count} drafts of the first run are there, and no second one was written.")
