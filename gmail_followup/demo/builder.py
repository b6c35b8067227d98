"""Writes the demo mailbox: a Maildir++ (cr.yp.to/proto/maildir.html) that any mail program opens, dated from `now`."""

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address

MARKER = ".gmail-followup-demo"
"""The file by which a demo mailbox is known; it holds the time from which its mails are dated."""

_HERE = Path(__file__).resolve().parent
_FOLDERS = ("", ".Sent", ".Drafts", ".Archive")
_PARTS = ("cur", "new", "tmp")
_INFO = "!2," if os.name == "nt" else ":2,"
_FLAGS = {"flagged": "F", "replied": "R", "read": "S"}
_OPEN_DATE = re.compile(rb"\{\{([\w-]+)\|(\w+)\}\}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """A demo mailbox. count: its mails without drafts. now: what its dates count from. fresh: made by this call."""

    path: Path
    me: Address
    count: int
    now: datetime
    fresh: bool


def build(folder: Path, now: datetime) -> Built:
    """Writes the mailbox into `folder`, which must be missing, empty or a demo mailbox already (then it is left alone).

    now: aware; mails carry its zone, and the same `now` gives the same bytes. Raises UserError, with nothing touched,
    if something else is there or the folder cannot be written; ValueError if `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    folder = folder.expanduser().absolute()
    catalogue = _read_catalogue()
    me = Address(catalogue["me"]["name"], catalogue["me"]["email"])
    try:
        if (folder / MARKER).is_file():
            return Built(folder, me, _count(folder), _built_at(folder / MARKER) or now, False)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise _something_else(folder)
        _write(folder, _mails(catalogue, now), now)
    except OSError as error:
        raise UserError(
            f"The demo mailbox cannot be written to {folder}.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Name another folder, one that you may write to.",
        ) from error
    return Built(folder, me, len(catalogue["mail"]), now, True)


@dataclass(frozen=True, slots=True)
class _Mail:
    path: str
    date: datetime
    content: bytes


def _read_catalogue() -> dict[str, Any]:
    return tomllib.loads((_HERE / "mails.toml").read_text(encoding="utf-8"))


def _mails(catalogue: Mapping[str, Any], now: datetime) -> list[_Mail]:
    entries = {entry["name"]: entry for entry in catalogue["mail"]}
    dates = {name: _moment(entry, now) for name, entry in {**catalogue["dates"], **entries}.items()}
    return [
        _Mail(_place(number, entry, dates[name]), dates[name], _filled(name, dates))
        for number, (name, entry) in enumerate(entries.items(), 1)
    ]


def _moment(entry: Mapping[str, Any], now: datetime) -> datetime:
    """The day counted from today, at its time of day; Friday instead of the weekend, where people are at work."""
    day = now.date() - timedelta(days=entry["days"])
    if not entry.get("any_day"):
        day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time.fromisoformat(entry["at"]), now.tzinfo)


def _place(number: int, entry: Mapping[str, Any], date: datetime) -> str:
    """Where the mail goes, from the root of the mailbox: unread mail to `new`, the rest to `cur` with its flags."""
    folder = entry.get("folder", "")
    base = f"{int(date.timestamp())}.M{number:03}.gmail-followup-demo"
    flags = "".join(sorted(_FLAGS[flag] for flag in entry.get("flags", ())))
    name = f"cur/{base}{_INFO}{flags}" if "S" in flags else f"new/{base}"
    return f"{folder}/{name}" if folder else name


def _filled(name: str, dates: Mapping[str, datetime]) -> bytes:
    """The mail with all its dates. Templates are as on the wire, so that every charset and encoding stays as it is."""
    template = (_HERE / "mails" / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n")

    def date(match: re.Match[bytes]) -> bytes:
        which = match[1].decode()
        return _written(dates[name if which == "this" else which], match[2].decode()).encode("ascii")

    return _OPEN_DATE.sub(date, template)


def _written(date: datetime, form: str) -> str:
    """A date as mails spell it, in English whatever the locale: RFC 5322 (3.3), RFC 5545 (3.3.5, in UTC), or words."""
    day, month = _DAYS[date.weekday()], _MONTHS[date.month - 1]
    short = f"{day[:3]}, {date.day} {month[:3]} {date.year}"
    forms = {
        "header": format_datetime(date),
        "wrote": f"{short} at {date:%H:%M}",
        "day": f"{day}, {date.day} {month}",
        "clock": f"{date:%H:%M}",
        "ics": f"{date.astimezone(UTC):%Y%m%dT%H%M%SZ}",
    }
    return forms[form]


def _write(folder: Path, mails: list[_Mail], now: datetime) -> None:
    """Writes all of it beside its place first, so that a full disk leaves nothing half-done; the marker comes last."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name in _FOLDERS:
            for part in _PARTS:
                (beside / name / part).mkdir(parents=True)
            if name:
                (beside / name / "maildirfolder").touch()
        for mail in mails:
            path = beside / mail.path
            path.write_bytes(mail.content)
            os.utime(path, (mail.date.timestamp(), mail.date.timestamp()))
        (beside / MARKER).write_text(f"now = {now.isoformat()}\n", encoding="utf-8")
        if not folder.exists():
            beside.rename(folder)
            return
        for child in sorted(beside.iterdir(), key=lambda path: path.name == MARKER):
            child.rename(folder / child.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _count(folder: Path) -> int:
    places = [folder / name / part for name in _FOLDERS if name != ".Drafts" for part in ("cur", "new")]
    return sum(1 for place in places if place.is_dir() for _ in place.iterdir())


def _built_at(marker: Path) -> datetime | None:
    """The time in the marker; None if somebody changed it to something else."""
    try:
        now = tomllib.loads(marker.read_text(encoding="utf-8")).get("now")
    except ValueError:
        return None
    return now if isinstance(now, datetime) and now.tzinfo is not None else None


def _something_else(folder: Path) -> UserError:
    return UserError(
        f"{folder} is not empty, and it is not a demo mailbox.",
        why="The demo writes only into a folder of its own, so that no mail or file of yours is mixed up with it.",
        fix="Name a folder that does not exist yet.",
    )
