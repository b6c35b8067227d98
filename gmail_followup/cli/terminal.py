"""What the commands share of the terminal: safe text, colour only where it helps, progress bars on stderr."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

if TYPE_CHECKING:
    from rich.console import Console

# Controls (but tab and line end), line separators, what is not seen (zero-width, bidi marks and overrides, soft hyphens,
# fillers, tags, interlinear notes), and halves of letters, which no terminal can show.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# What click and rich write for colour and weight; not 8, which hides what follows.
_COLOUR = r"\x1b\[(?!(?:[\d;]*;)?0*8[;m])[\d;]{0,24}m"
_UNSAFE_OR_COLOUR = re.compile(f"{_COLOUR}|{_UNSAFE.pattern}")


def safe(text: str) -> str:
    """Text from a mail without control sequences, bidi overrides and other things aimed at the terminal."""
    return _UNSAFE.sub("", text)


class _Guarded:
    """Standard output through which only text and colours pass, should a command ever print a mail's words as they are."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As the stream's own."""
        clean = _UNSAFE_OR_COLOUR.sub(lambda match: match[0] if len(match[0]) > 1 else "", text)
        return int(self._stream.write(clean) or 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded_output() -> Iterator[None]:
    """While a command runs, nothing that steers a terminal gets to standard output but colours."""
    before = sys.stdout
    if before is None:  # pythonw has none
        yield
        return
    sys.stdout = cast(TextIO, _Guarded(before))
    try:
        yield
    finally:
        sys.stdout = before


def one_line(text: str, most: int = 100) -> str:
    """The same on one line, cut at `most` characters."""
    line = " ".join(safe(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def json_line(value: Any) -> str:
    """One line of JSON; what could steer a terminal is written as \\u escapes (RFC 8259 section 7), so that it stays the same value."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(_escaped, line)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def print_json(value: dict[str, Any]) -> None:
    """One JSON line on stdout."""
    click.echo(json_line(value))


def note(text: str) -> None:
    """A line for the person, on stderr."""
    click.echo(safe(text), err=True)


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
