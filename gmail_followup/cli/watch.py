"""`gmail-followup watch`: keeps looking until it is stopped."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option, mailbox_option, me_option, now_or, span

if TYPE_CHECKING:
    from gmail_followup.log import Log
    from gmail_followup.rooms import Rooms

_LONGEST_PAUSE = timedelta(minutes=30)


@click.command("watch", epilog="Example: gmail-followup watch --every 5m     Stop it with Ctrl-C.")
@mailbox_option
@json_option
@me_option
@click.option("--every", default="60s", show_default=True, metavar="SPAN", help="The pause between two looks.")
@click.option("--times", type=int, hidden=True, help="Stop after that many looks (for tests).")
def command(mailbox: str | None, as_json: bool, me: tuple[str, ...], every: str, times: int | None) -> int:
    """Keep looking until you stop it. Drafts appear by themselves; network loss and sleep are sat out."""
    from gmail_followup.cli.logs import logged
    from gmail_followup.cli.main import tell
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.cli.terminal import note
    from gmail_followup.errors import Exit, UserError

    pause = max(span(every), timedelta(seconds=1))
    with _stopping() as stop, logged("watch", mailbox) as log:
        note(f"Looking every {every}. Stop with Ctrl-C.")
        looks, failures = 0, 0
        while not stop.is_set():
            try:
                with rooms_for(mailbox, me) as rooms:
                    while not stop.is_set():
                        _look(rooms, as_json, log)
                        looks, failures = looks + 1, 0
                        if times and looks >= times:
                            return int(Exit.DONE)
                        stop.wait(pause.total_seconds())
            except UserError as error:
                if error.code is not Exit.ACCOUNT or (looks == 0 and failures == 0 and not _may_pass(error)):
                    raise
                failures += 1
                wait = min(pause * 2 ** min(failures, 10), _LONGEST_PAUSE)
                tell(error)
                log.told(error)
                log.waits(wait.total_seconds())
                note(f"Next try in {_words(wait)}. Nothing is lost meanwhile.")
                if times and failures + looks >= times:
                    return int(error.code)
                stop.wait(wait.total_seconds())
        log.stopped(int(Exit.DONE))
    note("Stopped. The next run goes on from here.")
    return int(Exit.DONE)


def _look(rooms: "Rooms", as_json: bool, log: "Log") -> None:
    """One pass; says nothing when there is nothing new."""
    from dataclasses import replace

    from gmail_followup.cli.outcomes import show
    from gmail_followup.cli.setup import templates_of
    from gmail_followup.cli.shapes import run_line
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.home import find_home
    from gmail_followup.pipeline import run
    from gmail_followup.rooms import Options

    now = now_or(None)
    rooms = replace(rooms, templates=templates_of(find_home(), loud=False))
    outcomes = list(run(rooms, Options(now=now, since=now - timedelta(days=rooms.config.mailbox.since_days))))
    log.looked(outcomes)
    for outcome in outcomes:
        if as_json:
            print_json(run_line(outcome))
    if outcomes and not as_json:
        click.echo(f"{now:%H:%M}")
        show(outcomes, dry=not rooms.mailbox.can_draft)


def _may_pass(error: Exception) -> bool:
    """A first look that fails for want of a login is told at once; want of a network passes by itself."""
    text = str(error).lower()
    return not any(word in text for word in ("auth login", "log in", "another gmail-followup"))


def _words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that a look in progress is finished first. A second Ctrl-C interrupts."""
    stop = threading.Event()

    def handler(number: int, frame: object) -> None:  # noqa: ARG001
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, old in before.items():
            signal.signal(number, old)
