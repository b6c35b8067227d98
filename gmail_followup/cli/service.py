"""`gmail-followup service`: have the system itself run the program, from log-in to log-out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gmail_followup.home import Home
    from gmail_followup.service.manager import Answer
    from gmail_followup.service.plan import Kind, Plan


@click.group("service", epilog="Example: gmail-followup service install")
def command() -> None:
    """Let the system run it: a systemd user unit, a launchd agent or a Windows task. Never needs root."""


_kind_option = click.option(
    "--kind", type=click.Choice(["systemd", "launchd", "task"]), help="The service manager (default: this system's)."
)
_path_option = click.option(
    "--path", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Another place for the files."
)


@command.command(
    "install",
    epilog="Example: gmail-followup service install --every 5m\n\n"
    "Example: gmail-followup service install --print     See what would be written.",
)
@_kind_option
@_path_option
@click.option("--timer", is_flag=True, help="Start `run` from time to time, instead of `watch` once.")
@click.option("--every", default="5m", show_default=True, metavar="SPAN", help="The pause between two looks.")
@click.option("--mailbox", metavar="WHERE", help="gmail or maildir:DIR (default: config.toml).")
@click.option("--print", "only_print", is_flag=True, help="Print the files; write and start nothing.")
def install(kind: str | None, path: Path | None, timer: bool, every: str, mailbox: str | None, only_print: bool) -> int:
    """Write the service's files and start it. With --path they are only written."""
    from gmail_followup.cli.terminal import note, safe
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.service import manager
    from gmail_followup.service.units import units

    home = find_home()
    plan = _plan(home, _kind(kind), int(span(every).total_seconds()), mailbox, timer=timer)
    if only_print:
        for unit in units(plan):
            text = unit.content.decode("utf-16" if unit.content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
            click.echo(f"# {_folder(plan.kind, path, home) / unit.name}", err=True)
            click.echo(safe(text))
        return int(Exit.DONE)
    written = manager.write(plan, _folder(plan.kind, path, home))
    for one in written:
        click.echo(f"Written: {one}")
    if path is not None:
        note("Nothing was started: the files are in a place of your own.")
        return int(Exit.DONE)
    manager.start(plan, written)
    click.echo(f"It is running: {'a look' if timer else 'it looks'} every {every}, from now on and after every log-in.")
    note("See how it goes with `gmail-followup service status` and `gmail-followup service logs`.")
    return int(Exit.DONE)


@command.command("uninstall", epilog="Example: gmail-followup service uninstall")
@_kind_option
@_path_option
def uninstall(kind: str | None, path: Path | None) -> int:
    """Stop the service and delete its files. Your settings, drafts and login stay."""
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.service import manager

    chosen = _kind(kind)
    removed = manager.stop(chosen, _folder(chosen, path, find_home()), manager.call if path is None else _nobody)
    for one in removed:
        click.echo(f"Deleted: {one}")
    if not removed:
        click.echo("The service was not installed.")
    return int(Exit.DONE)


@command.command("status", epilog="Example: gmail-followup service status")
@_kind_option
@_path_option
def status(kind: str | None, path: Path | None) -> int:
    """Is it installed, and does it run? Exit code 0: it runs; 1: it does not."""
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.log import last_line
    from gmail_followup.service import manager

    home = find_home()
    chosen = _kind(kind)
    found = manager.state(chosen, _folder(chosen, path, home), manager.call if path is None else _nobody)
    for one in found.installed:
        click.echo(f"Installed: {one}")
    if not found.installed:
        click.echo("The service is not installed. Install it with: gmail-followup service install")
    else:
        click.echo(f"{'It runs' if found.running else 'It does not run'} ({one_line(found.words, 80)}).")
    last = last_line(home)
    if last:
        click.echo(f"Last in the log: {one_line(last, 200)}")
    return int(Exit.DONE if found.running else Exit.HELD)


@command.command("logs", epilog="Example: gmail-followup service logs --lines 50")
@click.option("--lines", default=20, show_default=True, type=click.IntRange(1, 100_000), metavar="N", help="How many.")
def logs(lines: int) -> int:
    """Show the end of the log: JSON Lines without words of mails, names or addresses."""
    from gmail_followup.cli.terminal import note, safe
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.log import log_file, read_last

    home = find_home()
    found = read_last(home, lines)
    for line in found:
        click.echo(safe(line))
    note(f"The log is {log_file(home)}." if found else "There is no log yet: `run` and `watch` write it.")
    return int(Exit.DONE)


def _kind(named: str | None) -> "Kind":
    from gmail_followup.service.plan import Kind, kind_of

    return Kind(named) if named else kind_of()


def _folder(kind: "Kind", path: Path | None, home: "Home") -> Path:
    from gmail_followup.service.plan import default_folder

    return path if path is not None else default_folder(kind, Path.home(), home.root)


def _nobody(words: "Sequence[str]") -> "Answer":
    """With --path there is no service manager that knows the files."""
    raise FileNotFoundError(words[0])


def _plan(home: "Home", kind: "Kind", every: int, mailbox: str | None, *, timer: bool) -> "Plan":
    import os

    from gmail_followup.config import load_config
    from gmail_followup.service.plan import Plan

    place = mailbox or load_config(home).mailbox.use
    sort, _, folder = place.partition(":")
    box = (str(Path(folder).expanduser().absolute()),) if sort == "maildir" and folder else ()
    return Plan(
        kind=kind,
        python=sys.executable,
        home=str(home.root.absolute()),
        every=max(every, 1),
        timer=timer,
        mailbox=f"maildir:{box[0]}" if mailbox and box else mailbox or "",
        writable=box,
        package=_package(),
        path=os.environ.get("PATH", ""),
        user="\\".join(part for name in ("USERDOMAIN", "USERNAME") if (part := os.environ.get(name, ""))),
    )


def _package() -> str:
    """Where the package lies if this interpreter would not find it by itself (a checkout that is not installed)."""
    from importlib import metadata

    try:
        metadata.distribution("gmail-followup")
    except metadata.PackageNotFoundError:
        return str(Path(__file__).resolve().parents[2])
    return ""
