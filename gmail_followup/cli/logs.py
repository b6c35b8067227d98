"""The log of a command: with `--debug` it is said what it will hold before anything is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gmail_followup.log import Log
    from gmail_followup.rooms import Outcome, Rooms


@contextmanager
def logged(command: str, mailbox: str | None, *, off: bool = False) -> "Iterator[Log]":
    """The log of `command`, with its first line. off: nothing is written (a dry run)."""
    from gmail_followup import __version__
    from gmail_followup.cli.terminal import note
    from gmail_followup.home import find_home
    from gmail_followup.log import announcement, logging_to

    home = find_home()
    context = click.get_current_context(silent=True)
    debug = bool(context and context.find_root().params.get("debug"))
    if debug and not off:
        note(announcement(home))
    with logging_to(home, debug=debug, off=off) as log:
        log.started(command, __version__, mailbox)
        yield log


def tell_outside(rooms: "Rooms", outcomes: "Sequence[Outcome]", log: "Log", *, dry: bool = False) -> None:
    """What a look found, for those who do not sit at the terminal: the log, and the desktop if it was asked for."""
    log.looked(outcomes)
    drafts = sum(1 for outcome in outcomes if outcome.letter and outcome.draft_id)
    if drafts and rooms.config.notify.enabled and not dry:
        from gmail_followup.notify import notify

        notify(drafts, rooms.mailbox.name)
