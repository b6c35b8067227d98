"""What the commands share of the terminal: safe text, colour only where it helps, progress bars on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_CONTROLS = (*range(0x20), 0x7F, *range(0x80, 0xA0))
_UNSEEN = (0x200B, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_UNSAFE = {code: None for code in (*_CONTROLS, *_UNSEEN) if chr(code) not in "\t\n"}


def safe(text: str) -> str:
    """Text from a mail without control sequences, bidi overrides and other things aimed at the terminal."""
    return text.translate(_UNSAFE)


def one_line(text: str, most: int = 100) -> str:
    """The same on one line, cut at `most` characters."""
    line = " ".join(safe(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def print_json(value: dict[str, Any]) -> None:
    """One JSON line on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def note(text: str) -> None:
    """A line for the person, on stderr."""
    click.echo(text, err=True)


def console(*, stderr: bool = False) -> "Console":
    """A rich console: colour only on a terminal, no guessing of links and numbers in people's mail."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=False, emoji=False)


@contextmanager
def progress_bar(*, enabled: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr with rate, shown only on a terminal. Yields the function to call with (what, done, total)."""
    if not enabled or not sys.stderr.isatty():
        yield lambda what, done, total: None  # noqa: ARG005
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if not total:
                bar.console.print(what)
                return
            task = tasks.get(what)
            if task is None:
                task = tasks[what] = bar.add_task(what, total=total, rate="")
            speed = bar.tasks[task].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield show
