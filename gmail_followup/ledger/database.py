"""The SQLite file under the ledger: opening, numbered migrations, transactions, and what its failures mean for people."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from gmail_followup.errors import Exit, UserError

_MIGRATIONS = Path(__file__).with_name("migrations")
_DAMAGE = (
    "malformed",
    "not a database",
    "is encrypted",
    "corrupt",
    "no such table",
    "no such column",
    "already exists",
)
_Failure = (sqlite3.Error, UnicodeDecodeError)
"""A flipped byte in a text comes out of the sqlite3 module as UnicodeDecodeError."""
Value = TypeVar("Value")


class Damaged(UserError):
    """The file is not what this program wrote. `rescue` keeps it aside and begins a new one."""

    def __init__(self, path: Path | None, why: str) -> None:
        super().__init__(
            f"The ledger {path} is damaged.",
            why=why,
            fix="Run `gmail-followup run`: it keeps the damaged file aside and begins anew from what lies in your mailbox.",
            code=Exit.ACCOUNT,
        )


class Database:
    """A file in WAL mode that is synced at every commit; None keeps it in memory.

    Raises UserError if the file cannot be opened or was written by a newer version, Damaged if it is damaged.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        db: sqlite3.Connection | None = None
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None, timeout=10.0)
            if path is not None and path.stat().st_mode & 0o077:
                path.chmod(0o600)
            db.execute("PRAGMA journal_mode = WAL")
            # FULL syncs the WAL at each commit (sqlite.org/pragma.html#pragma_synchronous): an intent is on the disk
            # before the mailbox is asked. On macOS only F_FULLFSYNC reaches the disk; elsewhere the pragma does nothing.
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA fullfsync = ON")
            self._migrate()
        except (*_Failure, OSError, UserError) as error:
            if db is not None:
                db.close()
            raise unusable(path, error) from error

    def close(self) -> None:
        self._db.close()

    def is_sound(self) -> bool:
        """Whether all pages of the file hang together (PRAGMA quick_check); reads the whole file."""
        try:
            return bool(self._db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except _Failure:
            return False

    def _migrate(self) -> None:
        scripts = sorted(_MIGRATIONS.glob("[0-9]*.sql"))
        newest = int(scripts[-1].name[:4])
        for script in scripts:
            number = int(script.name[:4])
            if number > self._version(newest):
                with self.transaction():
                    # Another process may have done it while this one waited for the lock.
                    if number > self._version(newest):
                        for statement in script.read_text(encoding="utf-8").split(";\n"):
                            if statement.strip():
                                self._db.execute(statement)
                        self._db.execute(f"PRAGMA user_version = {number}")

    def _version(self, newest: int) -> int:
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version > newest:
            raise UserError(
                f"The ledger {self.path} was written by a newer version of this program (schema {version}, known {newest}).",
                fix="Update gmail-followup, or move that file aside to begin anew.",
            )
        return version

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; on the disk when it ends. Raises UserError."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except _Failure as error:
            self._roll_back()
            raise unusable(self.path, error) from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Raises UserError."""
        try:
            return self._db.execute(query, values).fetchall()
        except _Failure as error:
            raise unusable(self.path, error) from error

    def put(self, statement: str, row: Sequence[Any]) -> None:
        """One statement inside a `transaction`."""
        self._db.execute(statement, row)

    def values(self, of: Callable[[tuple[Any, ...]], Value], query: str, *values: Any) -> tuple[Value, ...]:
        """Rows as values; a row that no value can be made of is damage that SQLite itself cannot see."""
        rows = self.rows(query, *values)
        try:
            return tuple(of(row) for row in rows)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise Damaged(self.path, f"A row cannot be read ({type(error).__name__}).") from None


def unusable(path: Path | None, error: Exception) -> UserError:
    """An error of SQLite or the disk in words for people."""
    if isinstance(error, UserError):
        return error
    text = str(error)
    if isinstance(error, UnicodeDecodeError):
        return Damaged(path, "A text in it is no text any more.")
    if any(word in text for word in _DAMAGE):
        return Damaged(path, text)
    if "full" in text or "I/O error" in text:
        what = "The disk is full" if "full" in text else "The disk could not be read or written"
        return UserError(f"{what}: the ledger could not be kept.", why=f"{path}: {text}.",
                         fix="Make room, see that the disk is well, and run again; nothing is lost.", code=Exit.ACCOUNT)  # fmt: skip
    if "locked" in text:
        return UserError("Another gmail-followup is at work on this ledger.", fix="Wait for it to finish, or stop it.",
                         code=Exit.ACCOUNT)  # fmt: skip
    if "readonly" in text or "read-only" in text.lower():
        return UserError(f"The ledger {path} cannot be written to.", why=f"{text}.", code=Exit.ACCOUNT,
                         fix="See that the file, its folder and the disk are yours to write to.")  # fmt: skip
    return UserError(f"The ledger {path} cannot be used.", why=text, code=Exit.ACCOUNT,
                     fix="See that the folder exists and may be written to.")  # fmt: skip
