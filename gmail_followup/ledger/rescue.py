"""A damaged ledger is kept aside, and a new one is begun: what it must know is read again from the mailbox.

A new ledger knows nothing, so the first look at a mailbox takes over the labels that lie there, and looks for a draft
of ours before any letter is written for mail that is older than the ledger (see saving.py).
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from gmail_followup.errors import Exit, UserError
from gmail_followup.ledger.database import Damaged
from gmail_followup.ledger.rows import as_moment
from gmail_followup.ledger.store import Ledger

_BESIDE = ("", "-wal", "-shm")
_OF_THE_USER = {
    "gone": ("digest",),
    "correction": ("message_id", "rejection", "company", "role", "made"),
    "wish": ("mailbox", "rejection_id", "address", "made"),
}


def open_or_rescue(path: Path, now: datetime) -> tuple[Ledger, str]:
    """The ledger, and a line for the user if the one that was there is damaged. Raises UserError as `Ledger` does."""
    if not _size(path) and _size(_beside(path, "-wal")):
        # SQLite would play an old log into a new file.
        return rescue(path, now)
    try:
        ledger = Ledger(path)
        if ledger.is_sound():
            return ledger, ""
        ledger.close()
    except Damaged:
        pass
    return rescue(path, now)


def rescue(path: Path, now: datetime) -> tuple[Ledger, str]:
    """Keeps the file aside as `ledger.sqlite3.damaged-<date>` and begins anew; the user's own words are saved if they can
    still be read. The ledger, and a line for the user."""
    aside = _free_name(path, now)
    try:
        # The database first: a write-ahead log that is left alone is seen as damage by the next run, while a database
        # without its log would look sound and have forgotten the last drafts.
        for end in _BESIDE:
            if _beside(path, end).exists():
                _beside(path, end).rename(_beside(aside, end))
    except OSError as error:
        raise UserError(
            f"The ledger {path} is damaged and could not be moved aside.",
            why=f"{error.strerror}.",
            fix="See that its folder is yours to write to.",
            code=Exit.ACCOUNT,
        ) from error
    ledger = Ledger(path)
    saved = _save_own_words(aside, ledger)
    more = f" {saved} corrections and choices of yours were saved." if saved else ""
    return ledger, (
        f"The ledger was damaged: it is kept as {aside.name}, and a new one is begun from the labels and drafts in your "
        f"mailbox.{more} No draft is written twice."
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _free_name(path: Path, now: datetime) -> Path:
    name = f"{path.name}.damaged-{now.astimezone(UTC):%Y-%m-%d}"
    for number in range(1, 1000):
        aside = path.with_name(name if number == 1 else f"{name}-{number}")
        if not any(_beside(aside, end).exists() for end in _BESIDE):
            return aside
    return aside


def _save_own_words(aside: Path, ledger: Ledger) -> int:
    """Corrections, wishes and digests of what was forgotten, as far as they can be read and are what they should be."""
    saved = 0
    try:
        db = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return 0
    for table, columns in _OF_THE_USER.items():
        marks = ",".join("?" * len(columns))
        try:
            for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):
                if table != "gone":
                    as_moment(row[-1])
                with ledger.transaction():
                    ledger.put(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
                saved += table != "gone"
        except (sqlite3.Error, UserError, ValueError, TypeError):
            continue
    db.close()
    return saved
