"""What is to run unattended, for whom, and by which service manager: a value from which the units are written."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gmail_followup.errors import UserError

NAME = "gmail-followup"


class Kind(StrEnum):
    """The service managers: systemd's user instance, macOS's launchd, the Windows task scheduler."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a unit names.

    python: the interpreter. home: the program's folder. every: seconds between two looks. timer: the manager starts
    `run` each time, instead of `watch` once. mailbox: as `--mailbox`, "" for the configured one. writable: further
    folders that drafts are saved in (a Maildir). package: where the package lies if it is not installed, else "".
    path: the PATH for launchd, which gives programs a short one. user: DOMAIN\\name, for Windows.
    """

    kind: Kind
    python: str
    home: str
    every: int
    timer: bool = False
    mailbox: str = ""
    writable: tuple[str, ...] = ()
    package: str = ""
    path: str = ""
    user: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command line after `gmail-followup`. With a timer the output is JSON: there is nobody to draw a bar for."""
        where = ("--mailbox", self.mailbox) if self.mailbox else ()
        return ("run", "--json", *where) if self.timer else ("watch", "--every", f"{self.every}s", *where)

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command line. -P: nothing is imported from the folder in which it happens to start."""
        return (self.python, "-P", "-m", "gmail_followup", *self.arguments)

    @property
    def environment(self) -> dict[str, str]:
        """What the service is told beyond what its manager gives it."""
        found = {"GMAIL_FOLLOWUP_HOME": self.home}
        return found | ({"PYTHONPATH": self.package} if self.package else {})


def kind_of(platform: str = sys.platform) -> Kind:
    """The service manager of a platform (as sys.platform names it)."""
    if platform == "darwin":
        return Kind.LAUNCHD
    return Kind.TASK if platform in ("win32", "cygwin") else Kind.SYSTEMD


def default_folder(kind: Kind, user_home: Path, home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the units of the user lie. systemd: $XDG_CONFIG_HOME/systemd/user (systemd.unit(5)); a task's XML is kept
    in the program's own folder, because the scheduler keeps a copy of its own."""
    if kind is Kind.LAUNCHD:
        return user_home / "Library" / "LaunchAgents"
    if kind is Kind.TASK:
        return home / "service"
    named = environment.get("XDG_CONFIG_HOME", "")
    return (Path(named) if named.startswith("/") else user_home / ".config") / "systemd" / "user"


def check(plan: Plan) -> None:
    """Refuses what a unit cannot name. Raises UserError."""
    named = (plan.python, plan.home, plan.mailbox, plan.package, *plan.writable)
    forbidden = '"\\' if plan.kind is Kind.SYSTEMD else '"'
    for text in named:
        if any(not c.isprintable() or c in forbidden for c in text):
            raise UserError(
                f"A service cannot name {text!r}.",
                why="There is a quotation mark, a backslash or a character that cannot be seen in it.",
                fix="Move it to a folder with a plainer name.",
            )
