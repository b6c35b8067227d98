"""How long facts are kept, and how they are forgotten: what stays is a digest, so that no second draft is made."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from gmail_followup.ledger.database import Database
from gmail_followup.ledger.rows import as_text, moment_of

_OF_A_REJECTION = ("letter", "answer", "event", "wish")
_TABLES = ("mailbox", "mail", "rejection", "letter", "answer", "event", "label", "wish", "correction", "fact", "gone")
_FEW = 200


def digest(kind: str, mailbox: str, value: str) -> bytes:
    """What is remembered of a key or a Message-ID that was forgotten."""
    return hashlib.sha256("\0".join((kind, mailbox, value)).encode("utf-8", "surrogatepass")).digest()[:16]


class Keeping(Database):
    """The part of the ledger that forgets."""

    def knows(self, mailbox: str) -> bool:
        """Whether `begin` was done for this mailbox."""
        return bool(self.rows("SELECT 1 FROM fact WHERE name = ?", f"begun {mailbox}"))

    def begin(self, mailbox: str, labelled: Iterable[tuple[str, str]], drafts_until: datetime | None) -> None:
        """The first look at a mailbox: takes over labels of ours that lie there, as pairs of key and name.

        drafts_until: mail up to then may have a draft that an earlier ledger knew of; None if there are no drafts.
        """
        pairs = [(mailbox, key, name) for key, name in labelled if not self.is_gone("key", mailbox, key)]
        with self.transaction():
            self._db.executemany("INSERT OR IGNORE INTO label VALUES (?,?,?,0)", pairs)
            until = as_text(drafts_until) or ""
            self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (f"begun {mailbox}", until))

    def may_have_draft(self, mailbox: str, date: datetime) -> bool:
        """Whether a mail of that date may have a draft that this ledger does not know of."""
        rows = self.rows("SELECT value FROM fact WHERE name = ?", f"begun {mailbox}")
        return bool(rows and rows[0][0] and date <= moment_of(rows[0][0]))

    def unseen(self, mailbox: str, keys: Iterable[str]) -> list[str]:
        """Those keys whose mail was never read, in the same order. What was dropped or forgotten counts as read."""
        wanted = list(dict.fromkeys(keys))
        if len(wanted) <= _FEW:
            one = "SELECT 1 FROM mail WHERE mailbox = ? AND key = ?"
            fresh = [key for key in wanted if not self.rows(one, mailbox, key)]
        else:
            seen = {row[0] for row in self.rows("SELECT key FROM mail WHERE mailbox = ?", mailbox)}
            fresh = [key for key in wanted if key not in seen]
        return [key for key in fresh if not self.is_gone("key", mailbox, key)]

    def is_gone(self, kind: str, mailbox: str, value: str) -> bool:
        """Whether that was dropped or forgotten. kind: "key" or "id" (Message-ID)."""
        return bool(self.rows("SELECT 1 FROM gone WHERE digest = ?", digest(kind, mailbox, value)))

    def drop_older(self, before: datetime) -> int:
        """Drops the facts of mail and of rejections older than that; how many there were."""
        old = as_text(before)
        mails = self.rows("SELECT mailbox, key, message_id FROM mail WHERE date < ?", old)
        rejections = self.rows("SELECT mailbox, id, key FROM rejection WHERE date < ?", old)
        if mails or rejections:
            with self.transaction():
                self._drop_mails(mails)
                self._drop_rejections(rejections)
                self._db.execute("DELETE FROM correction WHERE made < ?", (old,))
        return len(mails) + len(rejections)

    def forget(self, mailbox: str, ids: Iterable[str], keys: Iterable[str]) -> None:
        """Forgets rejections by Message-ID and mails by key, and leaves nothing of them in the file but digests."""
        one = "SELECT mailbox, key, message_id FROM mail WHERE mailbox = ? AND key = ?"
        mails = [row for key in keys for row in self.rows(one, mailbox, key)]
        of = "SELECT mailbox, id, key FROM rejection WHERE mailbox = ? AND id = ?"
        rejections = [row for rejection_id in ids for row in self.rows(of, mailbox, rejection_id)]
        self.rows("PRAGMA secure_delete = ON")
        with self.transaction():
            self._drop_mails(mails)
            self._drop_rejections(rejections)
            gone = [(message_id,) for _, _, message_id in mails] + [(id_,) for _, id_, _ in rejections]
            self._db.executemany("DELETE FROM correction WHERE message_id = ?", gone)
        self._scrub()

    def forget_all(self) -> int:
        """Forgets everything; how many mails that were. Digests stay, so that no mail is read and answered again."""
        mails = self.rows("SELECT mailbox, key, message_id FROM mail")
        rejections = self.rows("SELECT mailbox, id, key FROM rejection")
        self.rows("PRAGMA secure_delete = ON")
        with self.transaction():
            self._drop_mails(mails)
            self._drop_rejections(rejections)
            for table in _TABLES:
                if table != "gone":
                    self._db.execute(f"DELETE FROM {table}")
        self._scrub()
        return len(mails)

    def export(self) -> Iterator[dict[str, Any]]:
        """Every row of every table: its table, and its columns by name; digests in hexadecimal."""
        for table in _TABLES:
            names = [row[1] for row in self.rows(f"PRAGMA table_info({table})")]
            for row in self.rows(f"SELECT * FROM {table}"):
                values = (value.hex() if isinstance(value, bytes) else value for value in row)
                yield {"table": table, **dict(zip(names, values, strict=True))}

    def _drop_mails(self, mails: Iterable[tuple[Any, ...]]) -> None:
        """mails: (mailbox, key, Message-ID)."""
        for mailbox, key, message_id in mails:
            self._remember_gone((digest("key", mailbox, key), digest("id", mailbox, message_id)))
            self._db.execute("DELETE FROM mail WHERE mailbox = ? AND key = ?", (mailbox, key))
            self._db.execute("DELETE FROM label WHERE mailbox = ? AND key = ?", (mailbox, key))

    def _drop_rejections(self, rejections: Iterable[tuple[Any, ...]]) -> None:
        """rejections: (mailbox, Message-ID, key)."""
        for mailbox, rejection_id, key in rejections:
            self._remember_gone((digest("id", mailbox, rejection_id), digest("key", mailbox, key)))
            self._db.execute("DELETE FROM rejection WHERE mailbox = ? AND id = ?", (mailbox, rejection_id))
            self._db.execute("DELETE FROM label WHERE mailbox = ? AND key = ?", (mailbox, key))
            for table in _OF_A_REJECTION:
                self._db.execute(f"DELETE FROM {table} WHERE mailbox = ? AND rejection_id = ?", (mailbox, rejection_id))

    def _remember_gone(self, digests: Iterable[bytes]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [(one,) for one in digests])

    def _scrub(self) -> None:
        """Old pages and the write-ahead log may still hold what was deleted: the file is written anew, the log emptied."""
        self.rows("VACUUM")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
