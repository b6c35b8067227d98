"""`gmail-followup init`: the user's folder, and the way through the Google Cloud console."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gmail_followup.cli.google_steps import Step
    from gmail_followup.home import Home
    from gmail_followup.mailbox.gmail.settings import GmailSettings

DONE_STEPS = "setup-done.txt"
"""In the home folder: the keys of the steps that the user has said to be done, one a line."""


@click.command(
    "init",
    epilog="Example: gmail-followup init\n\nExample: gmail-followup init --quick --name 'Alex Doe'",
)
@click.option("--quick", is_flag=True, help="Only make the folder; print the steps instead of walking through them.")
@click.option("--name", metavar="NAME", help="The name that signs your letters.")
@click.option("--again", is_flag=True, help="Walk through every step, also those that are done.")
def command(quick: bool, name: str | None, again: bool) -> int:
    """Make your folder and walk through the Gmail set-up.

    What is there already stays as it is: run it as often as you like.
    """
    from gmail_followup.cli.folder import make_home, set_name
    from gmail_followup.cli.terminal import safe
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    home = find_home()
    for line in make_home(home):
        click.echo(line)
    config = load_config(home)
    walk = not quick and _is_terminal()
    if walk and not name and not config.me.name:
        name = click.prompt("Your name, as it shall sign your letters", default="", show_default=False)
    if name:
        click.echo(set_name(home, name))
    elif not config.me.name:
        click.echo(f"No name signs your letters yet: write it into {home.config}, or give --name.")
    else:
        click.echo(f"Your letters are signed: {safe(config.me.name)}")
    settings = load_config(home).gmail_settings(home)
    if walk:
        return _walk(home, settings, again=again)
    _print_steps(settings)
    return int(Exit.DONE)


def _is_terminal() -> bool:
    import sys

    return sys.stdin.isatty() and sys.stdout.isatty()


def _print_steps(settings: "GmailSettings") -> None:
    from gmail_followup.cli.google_steps import SEVEN_DAYS, WARNING, steps

    click.echo("\nTo let it into your Gmail, once (about ten minutes; nothing to pay):")
    all_steps = steps(settings.client_secrets)
    for number, step in enumerate(all_steps, 1):
        _show(step, number, len(all_steps))
    click.echo()
    for line in (*WARNING, "", *SEVEN_DAYS):
        click.echo(line)
    click.echo("\nThen: gmail-followup auth login, and gmail-followup doctor to see that all is well.")
    click.echo("To look at it first, without any of this: gmail-followup demo")


def _show(step: "Step", number: int, of: int) -> None:
    click.echo()
    click.secho(f"{number} of {of}  {step.title}", bold=True)
    click.echo(f"   {step.address}")
    for line in step.lines:
        click.echo(f"   {line}")


def _walk(home: "Home", settings: "GmailSettings", *, again: bool) -> int:
    """Every step with a prompt after it. Stopping at any of them loses nothing."""
    from gmail_followup.cli.google_steps import steps
    from gmail_followup.errors import Exit

    record = home.root / DONE_STEPS
    done = set() if again else _done(record)
    all_steps = steps(settings.client_secrets)
    if not again and client_problem(settings.client_secrets) is None:
        # Google hands out this file only after all other steps.
        done = {step.key for step in all_steps}
    click.echo("\nNow the way into your Gmail: about ten minutes, once, and nothing to pay.")
    for number, step in enumerate(all_steps, 1):
        if step.key in done and (step.key != "client" or client_problem(settings.client_secrets) is None):
            click.echo(f"{number} of {len(all_steps)}  {step.title}: done.")
            continue
        _show(step, number, len(all_steps))
        if not (_wait_for_client(settings.client_secrets) if step.key == "client" else _wait()):
            click.echo("Stopped here. `gmail-followup init` goes on from this step.")
            return int(Exit.DONE)
        done.add(step.key)
        record.write_text("\n".join(sorted(done)) + "\n", encoding="utf-8")
    return _log_in(home, settings)


def _done(record: Path) -> set[str]:
    try:
        return set(record.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return set()


def _wait() -> bool:
    """True when the step is done, False to stop for today."""
    answer: str = click.prompt("   Enter when it is done, q to stop here", default="", show_default=False)
    return not answer.strip().lower().startswith("q")


def _wait_for_client(path: Path) -> bool:
    """Waits until the client file is there and of the right kind."""
    from gmail_followup.cli.main import tell

    while _wait():
        if not path.exists():
            _offer_download(path)
        problem = client_problem(path)
        if problem is None:
            click.echo(f"   {path} is there, and it is of the right kind.")
            return True
        tell(problem)
    return False


def _offer_download(path: Path) -> None:
    """Google calls the file client_secret_....json; offers to copy the newest one out of the folder for downloads."""
    import shutil

    found = sorted((Path.home() / "Downloads").glob("client_secret*.json"), key=lambda p: p.stat().st_mtime)
    if found and click.confirm(f"   Shall I copy {found[-1]} there?", default=True):
        shutil.copyfile(found[-1], path)
        path.chmod(0o600)


def client_problem(path: Path):  # type: ignore[no-untyped-def]
    """Why the client file cannot be used (a UserError), None if it can."""
    from gmail_followup.errors import FileError, UserError
    from gmail_followup.mailbox.gmail.client_file import read_client

    try:
        client = read_client(path)
    except UserError as problem:
        return problem
    if "this-is-not-a-real" in client.client_id:
        return FileError(str(path), None, "this is the shipped example, not Google's file.", fix="Download your own.")
    return None


def _log_in(home: "Home", settings: "GmailSettings") -> int:
    import sys

    from gmail_followup.cli.google_steps import SEVEN_DAYS, WARNING
    from gmail_followup.errors import Exit
    from gmail_followup.mailbox.gmail import auth

    status = auth.status(settings, home)
    if status.logged_in and not status.missing:
        click.echo(f"You are logged in{f' as {status.account}' if status.account else ''}. All done.")
        click.echo("Next: gmail-followup run --dry-run")
        return int(Exit.DONE)
    click.echo()
    for line in (*WARNING, "", *SEVEN_DAYS, ""):
        click.echo(line)
    if not click.confirm("Log in now?", default=True):
        click.echo("When you are ready: gmail-followup auth login")
        return int(Exit.DONE)
    status = auth.login(settings, home, browser=True, out=sys.stdout, err=sys.stderr)
    click.echo(f"Logged in{f' as {status.account}' if status.account else ''}. Next: gmail-followup run --dry-run")
    return int(Exit.DONE)
