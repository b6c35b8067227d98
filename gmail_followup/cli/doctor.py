"""`gmail-followup doctor`: is everything in place?"""

from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option

if TYPE_CHECKING:
    from gmail_followup.cli.checks import Check

_COLOURS = {"ok": "green", "look": "yellow", "missing": "red"}


@click.command("doctor", epilog="Example: gmail-followup doctor\n\nExample: gmail-followup doctor --json")
@json_option
def command(as_json: bool) -> int:
    """Check that everything is in place, and say what to do.

    Exit code 0: all well; 1: something wants attention; 4: the account or the network does.
    """
    from gmail_followup.cli.checks import all_checks
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    done: list[Check] = []
    for check in all_checks(find_home()):
        done.append(check)
        if as_json:
            print_json({"check": check.name, "mark": check.mark.value, "says": check.says, "fix": check.fix})
        else:
            _show(check)
    amiss = [check for check in done if not check.well]
    if not as_json:
        click.echo()
        click.echo(f"{len(amiss)} of {len(done)} want attention." if amiss else "All is well.")
    if any(check.account for check in amiss):
        return int(Exit.ACCOUNT)
    return int(Exit.HELD if amiss else Exit.DONE)


def _show(check: "Check") -> None:
    from gmail_followup.cli.terminal import one_line

    mark = click.style(check.mark.value.ljust(8), fg=_COLOURS[check.mark.value], bold=not check.well)
    click.echo(f"{mark}{check.name.ljust(13)}{one_line(check.says, 300)}")
    if check.fix and not check.well:
        click.echo(f"{' ' * 21}{one_line(check.fix, 300)}")
