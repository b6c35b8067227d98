"""The ledger: one SQLite file in WAL mode. Every method is one transaction; what it returns are values."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from gmail_followup.ledger.database import unusable
from gmail_followup.ledger.keeping import Keeping, digest
from gmail_followup.ledger.records import (
    AnswerRecord,
    Correction,
    DraftRecord,
    Event,
    Purpose,
    Rejection,
    Standing,
)
from gmail_followup.ledger.rows import (
    ANSWERS,
    LETTERS,
    answer_of,
    answer_row,
    as_text,
    draft_of,
    draft_row,
    known_of,
    known_row,
    moment_of,
    rejection_of,
    rejection_row,
)
from gmail_followup.reading.known import Known


class Ledger(Keeping):
    """Opens (and if need be creates or brings up to date) the ledger at `path`; None keeps it in memory.

    Raises UserError if the file cannot be opened, is damaged, or was written by a newer version.
    """

    def copy_in_memory(self) -> "Ledger":
        """The same facts in a ledger that is thrown away: what a dry run works on."""
        twin = Ledger(None)
        try:
            self._db.backup(twin._db)
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error
        return twin

    # ---- the mailbox and its mail

    def cursor(self, mailbox: str) -> str:
        """Where the last committed run stopped; "" if there was none."""
        rows = self.rows("SELECT cursor FROM mailbox WHERE name = ?", mailbox)
        return str(rows[0][0]) if rows else ""

    def move_cursor(self, mailbox: str, cursor: str, now: datetime) -> None:
        with self.transaction():
            self._db.execute(
                "INSERT INTO mailbox (name, cursor, checked) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, checked = excluded.checked",
                (mailbox, cursor, as_text(now)),
            )

    def last_checked(self) -> list[tuple[str, datetime]]:
        """Every mailbox with the time of its last run."""
        return [
            (name, moment_of(at))
            for name, at in self.rows("SELECT name, checked FROM mailbox WHERE checked IS NOT NULL")
        ]

    def written_in(self) -> tuple[str, ...]:
        """The mailboxes in which letters of ours were saved."""
        return tuple(row[0] for row in self.rows("SELECT DISTINCT mailbox FROM letter ORDER BY mailbox"))

    def remember(self, mailbox: str, mails: Iterable[Known], rejections: Iterable[Rejection]) -> None:
        """Keeps the facts of mails that were read, and new rejections among them (a known Message-ID stays as it is).

        What was forgotten stays forgotten, also where the same mail comes again under another key.
        """
        gone = {row[0] for row in self.rows("SELECT digest FROM gone")}
        mails = [m for m in mails if digest("id", mailbox, m.message_id) not in gone]
        rejections = [r for r in rejections if digest("id", mailbox, r.id) not in gone]
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO mail VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [(mailbox, *known_row(m)) for m in mails],
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO rejection VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [(mailbox, *rejection_row(r)) for r in rejections],
            )

    def known(self, mailbox: str) -> tuple[Known, ...]:
        """The facts of all mail of a mailbox, oldest first."""
        query = "SELECT * FROM mail WHERE mailbox = ? ORDER BY date, key"
        return self.values(lambda row: known_of(row[1:]), query, mailbox)

    def languages(self) -> dict[str, int]:
        """How many mails were read in each language ("" where it was too short to tell); the user's own left out."""
        return dict(self.rows("SELECT language, count(*) FROM mail WHERE sent = 0 GROUP BY language"))

    def find(self, message_id: str) -> tuple[str, str]:
        """Mailbox and key of the mail with this Message-ID; ("", "") if none was read."""
        rows = self.rows("SELECT mailbox, key FROM mail WHERE message_id = ? LIMIT 1", message_id)
        return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")

    # ---- rejections

    def rejections(self, mailbox: str | None = None) -> tuple[Rejection, ...]:
        """All rejections, oldest first; of one mailbox or of all."""
        where, values = ("WHERE mailbox = ?", (mailbox,)) if mailbox else ("", ())
        query = f"SELECT * FROM rejection {where} ORDER BY date, id"
        return self.values(lambda row: rejection_of(row[1:]), query, *values)

    def rejection(self, mailbox: str, rejection_id: str) -> Rejection | None:
        """One rejection, None if it is not known."""
        where = "WHERE mailbox = ? AND id = ?"
        found = self.values(
            lambda row: rejection_of(row[1:]), f"SELECT * FROM rejection {where}", mailbox, rejection_id
        )
        return found[0] if found else None

    def drop(self, mailbox: str, rejection_id: str) -> None:
        """What was taken for a rejection turned out to be something else."""
        with self.transaction():
            self._db.execute("DELETE FROM rejection WHERE mailbox = ? AND id = ?", (mailbox, rejection_id))

    def update(self, mailbox: str, rejection: Rejection) -> None:
        with self.transaction():
            self._put_rejection(mailbox, rejection)

    # ---- drafts

    def draft(self, mailbox: str, rejection_id: str, purpose: Purpose = Purpose.ASK) -> DraftRecord | None:
        """Our letter of that purpose for a rejection, None if none was ever begun."""
        where = "WHERE mailbox = ? AND rejection_id = ? AND purpose = ?"
        found = self.values(draft_of, f"{LETTERS} {where}", mailbox, rejection_id, purpose.value)
        return found[0] if found else None

    def letters_of(self, mailbox: str, rejection_id: str) -> tuple[DraftRecord, ...]:
        """All letters of ours for a rejection, oldest first."""
        where = "WHERE mailbox = ? AND rejection_id = ? ORDER BY created, purpose"
        return self.values(draft_of, f"{LETTERS} {where}", mailbox, rejection_id)

    def drafts(self, mailbox: str | None = None) -> tuple[DraftRecord, ...]:
        """All letters of ours, oldest first; of one mailbox or of all."""
        where, values = ("WHERE mailbox = ?", (mailbox,)) if mailbox else ("", ())
        return self.values(draft_of, f"{LETTERS} {where} ORDER BY created, message_id", *values)

    def record(self, mailbox: str, rejection: Rejection, draft: DraftRecord) -> None:
        """A rejection and its draft change together: the intent before the mailbox is asked, the draft after."""
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO letter VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (mailbox, *draft_row(draft))
            )
            self._put_rejection(mailbox, rejection)

    def _put_rejection(self, mailbox: str, rejection: Rejection) -> None:
        marks = ",".join("?" * 14)
        self._db.execute(f"INSERT OR REPLACE INTO rejection VALUES ({marks})", (mailbox, *rejection_row(rejection)))

    # ---- what came back, and the story

    def answers(self, mailbox: str | None = None) -> tuple[AnswerRecord, ...]:
        """All answers, oldest first; of one mailbox or of all."""
        where, values = ("WHERE mailbox = ?", (mailbox,)) if mailbox else ("", ())
        query = f"{ANSWERS} {where} ORDER BY date, message_id"
        return self.values(answer_of, query, *values)

    def is_answer(self, mailbox: str, message_id: str) -> bool:
        """Whether a mail is known as an answer to a letter of the user, of a kind that says something."""
        return bool(
            self.rows(
                "SELECT 1 FROM answer WHERE mailbox = ? AND message_id = ? AND kind != 'other' LIMIT 1",
                mailbox,
                message_id,
            )
        )

    def events(self, mailbox: str | None = None) -> tuple[Event, ...]:
        """All lines of all timelines, oldest first; of one mailbox or of all."""
        where, values = ("WHERE mailbox = ?", (mailbox,)) if mailbox else ("", ())
        query = f"SELECT rejection_id, at, standing, action, about, why FROM event {where} ORDER BY at, action"
        return tuple(
            Event(id_, moment_of(at), Standing(standing), action, about, why)
            for id_, at, standing, action, about, why in self.rows(query, *values)
        )

    def tell(
        self, mailbox: str, rejection: Rejection, event: Event | None = None, answer: AnswerRecord | None = None
    ) -> bool:
        """Keeps how an application stands, with the line and the answer that it comes from, together.

        Whether the line is new: the same action about the same mail is told once.
        """
        with self.transaction():
            self._put_rejection(mailbox, rejection)
            if answer is not None:
                self._db.execute(
                    "INSERT OR REPLACE INTO answer VALUES (?,?,?,?,?,?,?,?,?)", (mailbox, *answer_row(answer))
                )
            if event is None:
                return False
            e = event
            row = (mailbox, e.rejection_id, e.action, e.about, as_text(e.at), e.standing.value, e.why)
            return self._db.execute("INSERT OR IGNORE INTO event VALUES (?,?,?,?,?,?,?)", row).rowcount > 0

    # ---- what the user asked for by hand

    def wish(self, mailbox: str, rejection_id: str) -> str:
        """The address that the user chose for this rejection; "" if none."""
        rows = self.rows("SELECT address FROM wish WHERE mailbox = ? AND rejection_id = ?", mailbox, rejection_id)
        return str(rows[0][0]) if rows else ""

    def make_wish(self, mailbox: str, rejection_id: str, address: str, now: datetime) -> None:
        """Keeps the address; "" takes the wish back."""
        with self.transaction():
            self._db.execute("DELETE FROM wish WHERE mailbox = ? AND rejection_id = ?", (mailbox, rejection_id))
            if address:
                self._db.execute("INSERT INTO wish VALUES (?,?,?,?)", (mailbox, rejection_id, address, as_text(now)))

    def mailbox_of(self, rejection_id: str) -> str:
        """The mailbox that a rejection lies in; "" if it is not known."""
        rows = self.rows("SELECT mailbox FROM rejection WHERE id = ? LIMIT 1", rejection_id)
        return str(rows[0][0]) if rows else ""

    # ---- labels: what is wanted, and what is still to be done in the mailbox

    def label(self, mailbox: str, key: str, add: Iterable[str], remove: Iterable[str]) -> None:
        """Keeps which labels are wanted on a mail; `labels_due` has them until `labels_done`."""
        with self.transaction():
            self._db.executemany(
                "UPDATE label SET due = -1 WHERE mailbox = ? AND key = ? AND name = ?",
                [(mailbox, key, n) for n in remove],
            )
            self._db.executemany(
                "INSERT INTO label VALUES (?,?,?,1) ON CONFLICT DO UPDATE SET due = 1 WHERE due < 0",
                [(mailbox, key, n) for n in add],
            )

    def labels(self, mailbox: str, key: str) -> frozenset[str]:
        """The labels that are wanted on a mail."""
        query = "SELECT name FROM label WHERE mailbox = ? AND key = ? AND due >= 0"
        return frozenset(row[0] for row in self.rows(query, mailbox, key))

    def labels_due(self, mailbox: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
        """What is still to be done in the mailbox: key, labels to put on, labels to take off."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        query = "SELECT key, name, due FROM label WHERE mailbox = ? AND due <> 0 ORDER BY key, name"
        for key, name, due in self.rows(query, mailbox):
            found.setdefault(key, ([], []))[due < 0].append(name)
        return tuple((key, tuple(add), tuple(remove)) for key, (add, remove) in found.items())

    def labels_done(self, mailbox: str, key: str) -> None:
        """The mailbox has done what was due for that mail."""
        with self.transaction():
            self._db.execute("DELETE FROM label WHERE mailbox = ? AND key = ? AND due < 0", (mailbox, key))
            self._db.execute("UPDATE label SET due = 0 WHERE mailbox = ? AND key = ?", (mailbox, key))

    def unlabelled(self, mailbox: str) -> tuple[Rejection, ...]:
        """Rejections that were settled by a run that died before it could label them."""
        where = "WHERE mailbox = ? AND state IN ('drafted', 'waiting', 'held', 'needs_contact') AND NOT EXISTS "
        label = "(SELECT 1 FROM label WHERE label.mailbox = rejection.mailbox AND label.key = rejection.key)"
        return self.values(lambda row: rejection_of(row[1:]), f"SELECT * FROM rejection {where}{label}", mailbox)

    # ---- the user's word

    def correct(self, correction: Correction, now: datetime) -> None:
        c = correction
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO correction VALUES (?,?,?,?,?)",
                (c.message_id, c.is_rejection, c.company, c.role, as_text(now)),
            )

    def correction(self, message_id: str) -> Correction | None:
        rows = self.rows("SELECT message_id, rejection, company, role FROM correction WHERE message_id = ?", message_id)
        return Correction(rows[0][0], bool(rows[0][1]), rows[0][2], rows[0][3]) if rows else None
