"""Child processes that run the real command line, forked from a process that has loaded everything already."""

import contextlib
import copy
import io
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.rooms import NOW, maildir
from tests.torture import points
from tests.torture.mails import rejections

CONFIG = """
[me]
name = "Jo Doe"
addresses = ["jo@example.org"]
[proofing]
engine = "none"
"""


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended. code: its exit code, None if it was killed. at: the point where it died, "" if by the clock."""

    code: int | None
    at: str
    out: str
    err: str
    seconds: float


@dataclass(slots=True)
class Tally:
    """What happened over many children."""

    kills: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return sum(self.kills.values())


def warm_up(folder: Path) -> None:
    """Loads what every run loads, once, by a run of this process itself: children find rules and letters ready."""
    from gmail_followup.answers import reader
    from gmail_followup.cli import setup
    from gmail_followup.cli.main import invoke
    from gmail_followup.mailbox.gmail import adapter, service  # noqa: F401

    # Every home of a round is another folder, and none has rules or letters of its own: what was made for one fits all.
    for name in ("load", "templates_of", "proofreader_of"):
        setattr(setup, name, _once(getattr(setup, name)))
    for module, name in ((setup, "NoticeReader"), (reader, "AnswerReader")):
        setattr(module, name, _once(getattr(module, name)))
    readers = _once(setup.reader_of)
    setup.reader_of = lambda home, config, me, ledger: _with(readers(home, config, me), setup.corrections_of(ledger))
    service.shipped_document = cache(service.shipped_document)
    service.shipped_document()
    box = maildir(folder / "warm", *rejections(8))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        invoke(["run", "--as-of", NOW.isoformat(), "--json", "--mailbox", f"maildir:{box}"])


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    """What `make` gave the first time, whatever it is called with."""
    made: list[Any] = []

    def once(*arguments: Any, **more: Any) -> Any:
        made.extend(() if made else (make(*arguments, **more),))
        return made[0]

    return once


def _with(reader: Any, correction: Any) -> Any:
    """The same reader, its rules indexed, with the corrections of another ledger."""
    reader = copy.copy(reader)
    reader._correction = correction
    return reader


def run(folder: Path, arguments: list[str], *, at: int = 0, after: float = 0.0) -> End:
    """One child: `gmail-followup run` with these arguments; killed at a point, or by the clock after so many seconds."""
    reading, writing = os.pipe()
    out, err = folder / "out.txt", folder / "err.txt"
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(out, err, ["run", "--as-of", NOW.isoformat(), "--json", *arguments], at, writing)
    os.close(writing)
    if after:
        _kill_after(child, after)
    _, status = os.waitpid(child, 0)
    name = os.read(reading, 200).decode()
    os.close(reading)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    code = None if killed else os.waitstatus_to_exitcode(status)
    told = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
    return End(code, name, told[0], told[1], time.monotonic() - begun)


def _kill_after(child: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _be_the_child(out: Path, err: Path, arguments: list[str], at: int, report: int) -> Any:
    try:
        for number, path in ((1, out), (2, err)):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, number)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.environ["GMAIL_FOLLOWUP_TRACEBACK"] = "1"
        points.install(at, report)
        from gmail_followup.cli.main import invoke

        code = invoke(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        code = 99
    os._exit(code)


class Fate:
    """Which way the next child dies: at a point (every point within reach comes up), or at a random moment."""

    def __init__(self, seed: int, by_clock: float, farthest: int) -> None:
        self._chance = random.Random(seed)
        self._by_clock = by_clock
        self._farthest = farthest
        self._next = 0
        self._longest = 0.2

    def choose(self) -> dict[str, Any]:
        """Arguments for `run`."""
        if self._chance.random() < self._by_clock:
            return {"after": self._chance.uniform(0.001, self._longest)}
        self._next = self._next % self._farthest + 1
        return {"at": self._next}

    def learn(self, end: End) -> None:
        """How long a child lives when it is let live, so that random moments fall within."""
        self._longest = max(0.1, 0.7 * self._longest + 0.3 * end.seconds * 1.2)
