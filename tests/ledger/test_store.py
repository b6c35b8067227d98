"""The ledger keeps what it is told, survives restarts, and names what is wrong with its file."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.ledger.records import Correction, DraftRecord, Rejection, State
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Address
from gmail_followup.reading.known import Known, Meeting
from gmail_followup.reading.values import Kind, Stage

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
KNOWN = Known(
    "k1", "<a@x.example>", "t1", NOW, Kind.INTERVIEW, Stage.UNKNOWN, 0.1, "Acme", "Nurse", "en", Address("Mai", "mai@x.example"),
    (Address("", "jo@example.org"),), False, Meeting(NOW, False, Address("Mai", "mai@x.example"), (Address("", "a@b.example"),), "uid"),
)  # fmt: skip
REJECTION = Rejection("<a@x.example>", "k1", "t1", NOW, "Acme", "Nurse", Stage.APPLIED, State.WAITING, "why", NOW, NOW)
DRAFT = DraftRecord("<a@x.example>", "<d@example.org>", ("mai@x.example",), "Re: x", "applied", "f" * 64, NOW)


def test_what_goes_in_comes_out_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite3"
    ledger = Ledger(file)
    ledger.remember("box", [KNOWN, replace(KNOWN, key="k2", date=None, meeting=None)], [REJECTION])
    ledger.record("box", replace(REJECTION, state=State.INTENDED), DRAFT)
    ledger.move_cursor("box", "18446744073709551615", NOW)
    ledger.correct(Correction("<a@x.example>", True, "Acme", "Nurse"), NOW)
    ledger.label("box", "k1", ["A", "B"], [])
    ledger.label("box", "k1", [], ["A"])
    ledger.close()
    again = Ledger(file)
    assert {k.key: k for k in again.known("box")}["k1"] == KNOWN
    assert again.rejections("box") == (replace(REJECTION, state=State.INTENDED),)
    assert again.draft("box", "<a@x.example>") == DRAFT
    assert again.cursor("box") == "18446744073709551615"
    assert again.correction("<a@x.example>") == Correction("<a@x.example>", True, "Acme", "Nurse")
    assert again.labels("box", "k1") == {"B"}
    assert {m.key for m in again.known("box")} == {"k1", "k2"}
    assert again.find("<a@x.example>")[0] == "box"
    assert again.cursor("other") == ""


def test_the_file_is_private_and_in_wal_mode(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "l.sqlite3"
    Ledger(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(file).execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_rejection_that_is_known_is_not_overwritten_by_reading_it_again(tmp_path: Path) -> None:
    ledger = Ledger(None)
    ledger.remember("box", [KNOWN], [REJECTION])
    ledger.update("box", replace(REJECTION, state=State.DRAFTED))
    ledger.remember("box", [replace(KNOWN, key="copy")], [replace(REJECTION, key="copy", state=State.NEW)])
    assert [r.state for r in ledger.rejections("box")] == [State.DRAFTED]


def test_a_dry_copy_leaves_the_original_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite3")
    twin = ledger.copy_in_memory()
    twin.remember("box", [KNOWN], [REJECTION])
    assert ledger.rejections() == ()


def test_a_newer_schema_is_refused_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite3"
    Ledger(file).close()
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 9999")
    with pytest.raises(UserError, match="newer version") as caught:
        Ledger(file)
    assert caught.value.fix


@pytest.mark.parametrize(
    "content", [b"this is no database, but it is long enough to look at" * 40, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "l.sqlite3"
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        Ledger(file)
    assert str(file) in caught.value.what
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError):
        Ledger(tmp_path / "file" / "l.sqlite3")


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
    st.integers(-14, 14),
    st.text(max_size=40),
)
def test_times_and_names_of_any_kind_survive(moment: datetime, hours: int, name: str) -> None:
    from datetime import timezone

    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    ledger = Ledger(None)
    given_ = replace(REJECTION, date=aware, not_before=aware, changed=aware, company=name.replace("\x00", ""))
    ledger.remember("box", [], [given_])
    assert ledger.rejections("box") == (given_,)
