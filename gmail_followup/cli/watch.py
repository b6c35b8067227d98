"""`gmail-followup watch`: keeps looking until it is stopped."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option, mailbox_option, me_option, now_or, span

if TYPE_CHECKING:
    from gmail_followup.log import Log
    from gmail_followup.rooms import Outcome, Rooms
    from gmail_followup.writing.templates import TemplateSet

_LONGEST_PAUSE = timedelta(minutes=30)
_LONGEST_WISH = 24 * 3600.0
"""Seconds: no server is left alone for longer, whatever it asks for."""
_THOROUGH = timedelta(hours=6)
_PIECE = 600.0
_ASLEEP = 60.0
"""Seconds by which the clock on the wall is ahead of a wait when the machine was asleep."""


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
        looks, failures, told = 0, 0, ""
        while not stop.is_set():
            try:
                with rooms_for(mailbox, me) as rooms:
                    letters = _Letters(rooms.templates)
                    while not stop.is_set():
                        letters.look(now_or(None))
                        _look(replace(rooms, templates=letters.templates), as_json, log, only_news=letters.still)
                        looks, failures = looks + 1, 0
                        waiting = _waits_for(rooms)
                        if waiting != told:
                            note(waiting)
                        told = waiting
                        if times and looks >= times:
                            return int(Exit.DONE)
                        _rest(stop, pause.total_seconds())
            except UserError as error:
                if error.code is not Exit.ACCOUNT or (looks == 0 and failures == 0 and not _may_pass(error)):
                    raise
                failures += 1
                wait = min(pause * 2 ** min(failures, 10), _LONGEST_PAUSE)
                wait = max(wait, timedelta(seconds=min(error.wait_s, _LONGEST_WISH)))
                tell(error)
                log.told(error)
                log.waits(wait.total_seconds())
                note(f"Next try in {_words(wait)}. Nothing is lost meanwhile.")
                if times and failures + looks >= times:
                    return int(error.code)
                _rest(stop, wait.total_seconds())
        log.stopped(int(Exit.DONE))
    note("Stopped. The next run goes on from here.")
    return int(Exit.DONE)


def _look(rooms: "Rooms", as_json: bool, log: "Log", *, only_news: bool = False) -> None:
    """One pass; says nothing when there is nothing new. What was done is told even where the pass then fails."""
    from gmail_followup.cli.logs import tell_outside
    from gmail_followup.cli.outcomes import show
    from gmail_followup.cli.shapes import run_line
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.pipeline import run
    from gmail_followup.rooms import Options

    now = now_or(None)
    outcomes: list[Outcome] = []
    try:
        since = now - timedelta(days=rooms.config.mailbox.since_days)
        for outcome in run(rooms, Options(now=now, since=since, only_news=only_news)):
            outcomes.append(outcome)
            if as_json:
                print_json(run_line(outcome))
    finally:
        tell_outside(rooms, outcomes, log)
        if outcomes and not as_json:
            click.echo(f"{now:%H:%M}")
            show(outcomes, dry=not rooms.mailbox.can_draft)


class _Letters:
    """The letters, read again when a file of the user's has changed; and whether it is time for a thorough look.

    still: nothing but news needs looking at. The first look is thorough, one every few hours, and one after a change.
    """

    def __init__(self, templates: "TemplateSet") -> None:
        self.templates = templates
        self.still = False
        self._seen = self._state()
        self._thorough: datetime | None = None

    def look(self, now: datetime) -> None:
        from gmail_followup.cli.setup import templates_of
        from gmail_followup.home import find_home

        state = self._state()
        self.still = self._thorough is not None and self._thorough <= now < self._thorough + _THOROUGH
        if state != self._seen:
            self.templates, self._seen, self.still = templates_of(find_home(), loud=False), state, False
        if not self.still:
            self._thorough = now

    def _state(self) -> list[tuple[str, int, int]]:
        from gmail_followup.home import find_home

        found = []
        for path in find_home().templates.rglob("*"):
            # An editor may move a file away at this very moment.
            with suppress(OSError):
                told = path.stat()
                found.append((str(path), told.st_mtime_ns, told.st_size))
        return sorted(found)


def _waits_for(rooms: "Rooms") -> str:
    """One line on what the coming looks wait for."""
    from gmail_followup.ledger.records import State

    open_ones = [r for r in rooms.ledger.rejections(rooms.mailbox.name) if r.state.is_open]
    cooling = [r.not_before for r in open_ones if r.state is State.WAITING and r.not_before]
    parts = []
    if cooling:
        what = "1 rejection to cool off" if len(cooling) == 1 else f"{len(cooling)} rejections to cool off"
        parts.append(f"{what} (the next draft is due {min(cooling).astimezone():%A %d %B, %H:%M})")
    eye = sum(r.state in (State.HELD, State.NEEDS_CONTACT) for r in open_ones)
    if eye:
        parts.append(f"your word on {eye} (see `gmail-followup status`)")
    return f"Waiting for new mail{''.join(f', for {part}' for part in parts)}."


def _rest(stop: threading.Event, seconds: float, wall: Callable[[], float] = time.time) -> None:
    """Waits, at most so long as was asked. A machine that slept meanwhile has waited long enough: its mail is older."""
    left = seconds
    while left > 0 and not stop.is_set():
        piece, before = min(left, _PIECE), wall()
        stop.wait(piece)
        if wall() - before > piece + _ASLEEP:
            return
        left -= piece


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
