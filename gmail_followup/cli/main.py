"""The command `gmail-followup`: finds the sub-command, runs it, and turns errors into plain words and exit codes."""

import importlib
import os
import sys

import click

from gmail_followup import __version__
from gmail_followup.errors import Exit, UserError

COMMANDS = {
    "demo": "See it work on a made-up mailbox. Nothing of yours is touched.",
    "init": "Make your folder and walk through the Gmail set-up.",
    "auth": "Log in to Gmail, out of it, or see who is logged in.",
    "doctor": "Check that everything is in place, and say what to do.",
    "run": "Look once: read new mail, draft what has cooled off.",
    "watch": "Keep looking, until you stop it.",
    "service": "Let the system run it: install, uninstall, status, logs.",
    "status": "What waits, what was drafted, what wants your eye.",
    "contacts": "Whom to write to about an application, and why; choose yourself.",
    "draft": "Write the draft for one application now.",
    "review": "A few kind questions to yourself, while it cools off.",
    "feedback": "What they told you, as notes: show, sort, add.",
    "plan": "Gaps that come back, and your next steps.",
    "call-sheet": "One page to have beside you when you call.",
    "connect": "A short note to paste into a professional network.",
    "insights": "What all your applications together tell you.",
    "scan": "Find the rejections in an mbox, a Maildir or .eml files. Changes nothing.",
    "explain": "Why a mail is taken for a rejection, or not.",
    "correct": "Say that a mail is, or is not, a rejection.",
    "check": "Check any letter for tone, moves and grammar.",
    "templates": "Your letters: list, preview, new, edit, diff, lint, vars, update.",
    "rules": "The phrase rules: list, show, test, new.",
    "ledger": "What is remembered of your mail: path, export, forget.",
    "languagetool": "Install, start or stop a LanguageTool of your own.",
}


class LazyGroup(click.Group):
    """Imports a sub-command only when it is called: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"gmail_followup.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: gmail-followup demo",
)
@click.version_option(__version__, prog_name="gmail-followup")
@click.option(
    "--debug", is_flag=True, help="run and watch: a log with ids, addresses and subjects; never bodies or logins."
)
def cli(debug: bool) -> None:
    """Turns job rejections into courteous follow-up drafts in Gmail. It drafts; it never sends."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and leaves the process with one of `errors.Exit`."""
    sys.excepthook = _details
    sys.exit(invoke(arguments))


def invoke(arguments: list[str] | None = None) -> int:
    """Runs the command line; the exit code."""
    from gmail_followup.cli.terminal import guarded_output

    try:
        with guarded_output():
            code = cli.main(args=arguments, prog_name="gmail-followup", standalone_mode=False)
        return int(code) if isinstance(code, int) else int(Exit.DONE)
    except click.exceptions.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return int(Exit.USAGE)
    except UserError as error:
        tell(error)
        return int(error.code)
    except BrokenPipeError:
        _quiet_stdout()
        return int(Exit.DONE)
    except Exception as error:
        if os.environ.get("GMAIL_FOLLOWUP_TRACEBACK"):
            raise
        return _bug(error)


def tell(error: UserError) -> None:
    """Prints a UserError: what happened, why, what to do next."""
    from gmail_followup.cli.terminal import safe

    click.secho(safe(error.what), err=True, bold=True)
    for line in (error.why, error.fix):
        if line:
            click.echo(safe(line), err=True)


def _interrupted() -> int:
    click.echo("Stopped. Nothing is lost; the next run goes on from here.", err=True)
    return int(Exit.INTERRUPTED)


def _bug(error: Exception) -> int:
    """A mistake of ours: says where, without the words of any mail."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "unknown place"  # noqa: PTH119
    click.secho(f"Something went wrong that is our mistake ({type(error).__name__} at {where}).", err=True, bold=True)
    click.echo("Your mail and your drafts are as they were. GMAIL_FOLLOWUP_TRACEBACK=1 shows the details.", err=True)
    return int(Exit.BUG)


def _details(kind: type[BaseException], error: BaseException, trace: object) -> None:  # noqa: ARG001
    """What GMAIL_FOLLOWUP_TRACEBACK=1 shows: where it happened. An error's own words may hold words of a mail."""
    from gmail_followup.log import frames

    found: BaseException | None = error
    while found is not None:
        click.echo("\n".join([f"{type(found).__name__} at", *(f"  {line}" for line in frames(found))]), err=True)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _quiet_stdout() -> None:
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
