"""Puts units in place and has the system's service manager start and stop them; all of it as the user, never as root."""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gmail_followup.errors import Exit, UserError
from gmail_followup.service.plan import NAME, Kind, Plan
from gmail_followup.service.units import Unit, names, units
from gmail_followup.whole import write_whole

_OURS = b"gmail-followup service install"
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command of the service manager said. code: its exit code."""

    code: int
    words: str


Runner = Callable[[Sequence[str]], Answer]
"""Runs one command of the service manager. Raises FileNotFoundError where that manager is not there."""


@dataclass(frozen=True, slots=True)
class State:
    """installed: the units that are in place. running: what the manager says; None if it could not be asked."""

    installed: tuple[Path, ...]
    running: bool | None
    words: str


def call(command: Sequence[str]) -> Answer:
    """Runs a command for real, with nothing to read and at most a minute."""
    try:
        done = subprocess.run(
            list(command), capture_output=True, stdin=subprocess.DEVNULL, text=True, errors="replace",
            timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Answer(1, "no answer within a minute")
    return Answer(done.returncode, (done.stdout + done.stderr).strip())


def write(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Writes the plan's units into `folder` and takes away the ones of an earlier plan. Raises UserError."""
    made = units(plan)
    before = [folder / name for name in names(plan.kind)]
    for path in before:
        if path.exists() and not _is_ours(path):
            raise UserError(
                f"{path} was not written by this program.",
                why="It is left as it is.",
                fix="Move it away and try again.",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        Path(plan.home).mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = tuple(_put(folder, unit) for unit in made)
        for path in before:
            if path not in paths:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            f"The service could not be written to {folder}.",
            why=str(error.strerror),
            fix="See that the folder is yours.",
        ) from None
    return paths


def _put(folder: Path, unit: Unit) -> Path:
    path = folder / unit.name
    write_whole(path, unit.content)
    return path


def _is_ours(path: Path) -> bool:
    content = path.read_bytes()
    # A plist holds no comment of ours: plistlib does not keep any. Its command line tells.
    return (
        _OURS in content
        or _OURS.decode().encode("utf-16-le") in content
        or b"<string>gmail_followup</string>" in content
    )


def start(plan: Plan, paths: Sequence[Path], run: Runner = call) -> None:
    """Has the manager start it now and at every log-in. Raises UserError that names the file which was written."""
    for command, needed in _starting(plan, paths):
        _ask(plan.kind, command, paths[0], run, needed=needed)


def _starting(plan: Plan, paths: Sequence[Path]) -> list[tuple[list[str], bool]]:
    """Commands, and whether each must succeed."""
    first = paths[0]
    if plan.kind is Kind.LAUNCHD:
        # bootout of an agent that is not loaded fails, and that is well.
        return [
            (["launchctl", "bootout", _domain(), str(first)], False),
            (["launchctl", "bootstrap", _domain(), str(first)], True),
        ]
    if plan.kind is Kind.TASK:
        return [
            (["schtasks", "/Create", "/TN", NAME, "/XML", str(first), "/F"], True),
            (["schtasks", "/Run", "/TN", NAME], True),
        ]
    other = f"{NAME}.service" if plan.timer else f"{NAME}.timer"
    return [
        (["systemctl", "--user", "daemon-reload"], True),
        (["systemctl", "--user", "disable", "--now", other], False),
        (["systemctl", "--user", "enable", first.name], True),
        (["systemctl", "--user", "restart", first.name], True),
    ]


def stop(kind: Kind, folder: Path, run: Runner = call) -> tuple[Path, ...]:
    """Stops it and takes the units away. Gives the paths that were removed; none if it was not installed."""
    there = tuple(path for name in names(kind) if (path := folder / name).exists() and _is_ours(path))
    if not there:
        return ()
    if kind is Kind.SYSTEMD:
        stopping = [["systemctl", "--user", "disable", "--now", path.name] for path in there]
    elif kind is Kind.LAUNCHD:
        stopping = [["launchctl", "bootout", _domain(), str(there[0])]]
    else:
        stopping = [["schtasks", "/End", "/TN", NAME], ["schtasks", "/Delete", "/TN", NAME, "/F"]]
    for command in stopping:
        # What is not loaded cannot be stopped; the files are taken away in any case.
        _ask(kind, command, there[0], run, needed=False)
    for path in there:
        path.unlink(missing_ok=True)
    if kind is Kind.SYSTEMD:
        _ask(kind, ["systemctl", "--user", "daemon-reload"], there[0], run, needed=False)
    return there


def state(kind: Kind, folder: Path, run: Runner = call) -> State:
    """Whether it is installed, and what its manager says."""
    there = tuple(path for name in names(kind) if (path := folder / name).exists())
    if not there:
        return State((), None, "not installed")
    command = {
        Kind.SYSTEMD: ["systemctl", "--user", "is-active", there[0].name],
        Kind.LAUNCHD: ["launchctl", "print", f"{_domain()}/{NAME}"],
        Kind.TASK: ["schtasks", "/Query", "/TN", NAME, "/FO", "LIST"],
    }[kind]
    try:
        answer = run(command)
    except FileNotFoundError:
        return State(there, None, f"{command[0]} is not here to ask")
    if kind is Kind.SYSTEMD:
        # is-active: 0 active, 3 inactive or failed, 4 unknown (LSB); anything else means that nobody could be asked.
        asked = answer.code in (0, 3, 4)
        return State(there, answer.code == 0 if asked else None, answer.words.splitlines()[0] if answer.words else "?")
    if kind is Kind.LAUNCHD:
        loaded = answer.code == 0
        return State(there, loaded, "loaded" if loaded else "not loaded")
    return State(
        there, answer.code == 0, "known to the task scheduler" if answer.code == 0 else "not known to the scheduler"
    )


def _ask(kind: Kind, command: Sequence[str], path: Path, run: Runner, *, needed: bool) -> None:
    try:
        answer = run(command)
    except FileNotFoundError:
        if not needed:
            return
        raise UserError(
            f"The service was written to {path}, but not started: {command[0]} is not here.",
            why=f"This system does not seem to use {kind.value}.",
            fix="Choose another with --kind, or start `gmail-followup watch` in your own way (docs/service.md).",
        ) from None
    if needed and answer.code != 0:
        raise UserError(
            f"The service was written to {path}, but {command[0]} did not start it.",
            why=answer.words[:300],
            fix=f"Try it by hand: {' '.join(command)}",
            code=Exit.HELD,
        )


def _domain() -> str:
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
