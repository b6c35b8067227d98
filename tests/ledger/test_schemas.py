"""A ledger of any age is brought up to date and loses nothing; one of the future is left alone."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gmail_followup.errors import UserError
from gmail_followup.ledger.records import Purpose, State
from gmail_followup.ledger.store import Ledger
from tests.conftest import ROOT

HERE = Path(__file__).with_name("schemas")
BOX = "maildir:/home/jo/mail"
NEWEST = max(int(path.name[:4]) for path in (ROOT / "gmail_followup" / "ledger" / "migrations").glob("0*.sql"))


def restored(version: int, folder: Path) -> Path:
    """The dump of that version as a file."""
    file = folder / "ledger.sqlite3"
    db = sqlite3.connect(file)
    db.executescript((HERE / f"v{version}.sql").read_text(encoding="utf-8"))
    db.close()
    return file


def test_there_is_a_dump_of_every_version() -> None:
    assert {path.name for path in HERE.glob("*.sql")} == {f"v{number}.sql" for number in range(1, NEWEST + 1)}


@pytest.fixture(params=range(1, NEWEST + 1))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, Ledger]]:
    ledger = Ledger(restored(request.param, tmp_path))
    yield request.param, ledger
    ledger.close()


def test_nothing_is_lost_on_the_way_up(old: tuple[int, Ledger]) -> None:
    version, ledger = old
    assert {r.id[2]: r.state for r in ledger.rejections(BOX)} == {
        "1": State.DRAFTED, "2": State.WAITING, "3": State.INTENDED, "4": State.NEEDS_CONTACT,
    }  # fmt: skip
    saved, intended = (ledger.draft(BOX, f"<r{n}@acme.example>", Purpose.ASK) for n in (1, 3))
    assert saved is not None and (saved.state, saved.draft_id) == ("saved", ".Drafts/1")
    assert intended is not None and (intended.state, intended.message_id) == ("intended", "<followup.cc@example.org>")
    assert [k.key for k in ledger.known(BOX)] == ["k0", "k1"]
    assert ledger.known(BOX)[0].meeting is not None
    assert ledger.labels(BOX, "k1") == {"Follow-up/Drafted"}
    assert ledger.labels_due(BOX) == ()
    assert ledger.cursor("gmail:jo@example.org") == "987654"
    assert ledger.correction("<x@beta.example>") is not None
    assert ledger.wish(BOX, "<r4@acme.example>") == ("mai@acme.example" if version > 1 else "")
    assert len(ledger.answers(BOX)) == len(ledger.events(BOX)) == (1 if version > 3 else 0)
    assert ledger.is_sound()


def test_an_old_ledger_knows_its_mailboxes(old: tuple[int, Ledger]) -> None:
    """It need not look for drafts of an earlier one: it is the earlier one."""
    _, ledger = old
    assert ledger.knows(BOX)
    assert not ledger.may_have_draft(BOX, ledger.rejections(BOX)[0].date)


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_migration_that_dies_halfway_has_not_begun(version: int, tmp_path: Path) -> None:
    """Killed before the last statement of all is committed: the next opening does it again, and whole."""
    file = restored(version, tmp_path)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom gmail_followup.ledger import database\n"
        "real = database.Database.transaction\n"
        "from contextlib import contextmanager\n"
        "@contextmanager\ndef dying(self):\n    with real(self):\n        yield\n        os.kill(os.getpid(), signal.SIGKILL)\n"
        "database.Database.transaction = dying\nfrom gmail_followup.ledger.store import Ledger\nLedger(Path(sys.argv[1]))\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, timeout=60)
    assert died.returncode == -9, died.stderr
    assert sqlite3.connect(file).execute("PRAGMA user_version").fetchone()[0] == version
    ledger = Ledger(file)
    assert len(ledger.rejections(BOX)) == 4


def test_two_processes_may_open_an_old_ledger_at_once(tmp_path: Path) -> None:
    file = restored(1, tmp_path)
    code = "import sys; from pathlib import Path; from gmail_followup.ledger.store import Ledger; sys.stdin.readline(); "
    code += "print(len(Ledger(Path(sys.argv[1])).rejections()))"
    line = [sys.executable, "-c", code, str(file)]
    pipe = subprocess.PIPE
    several = [subprocess.Popen(line, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(4)]
    for one in several:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in several]
    assert [out for out, _ in told] == ["4\n"] * 4, told


def test_a_ledger_of_the_future_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = restored(NEWEST, tmp_path)
    db = sqlite3.connect(file)
    db.execute("PRAGMA user_version = 9999")
    db.close()
    with pytest.raises(UserError, match="newer version") as caught:
        Ledger(file)
    assert "Update" in caught.value.fix
    assert sqlite3.connect(file).execute("SELECT count(*) FROM rejection").fetchone()[0] == 4
