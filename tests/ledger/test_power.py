"""What is on the disk when the power fails, the disk is full, or nothing may be written."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.ledger import database
from gmail_followup.ledger.records import State
from gmail_followup.ledger.store import Ledger
from gmail_followup.mailbox import maildir as maildir_module
from tests.conftest import ROOT
from tests.support.rooms import ME, NOW, drafts_in, go, maildir, on_maildir
from tests.torture.crash import count
from tests.torture.mails import rejection, rejections

CONFIG = f'[me]\nname = "Jo Doe"\naddresses = ["{ME}"]\n[proofing]\nengine = "none"\n'
RUN = [sys.executable, "-m", "gmail_followup", "run", "--json", "--as-of", NOW.isoformat()]


def test_every_commit_is_synced(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite3")
    assert ledger.rows("PRAGMA synchronous") == [(2,)]
    assert ledger.rows("PRAGMA journal_mode") == [("wal",)]


def test_the_intent_is_on_the_disk_before_the_mailbox_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "l.sqlite3"
    r = on_maildir(maildir(tmp_path / "m", rejection(0)), ledger=Ledger(file))
    real, seen = r.mailbox.create_draft, []

    def looking(mime: bytes, thread_key: str) -> Any:
        copy = tmp_path / "copy.sqlite3"
        for end in ("", "-wal"):
            shutil.copy(f"{file}{end}", f"{copy}{end}")
        seen.extend(rejection_.state for rejection_ in Ledger(copy).rejections())
        return real(mime, thread_key)

    monkeypatch.setattr(r.mailbox, "create_draft", looking)
    go(r)
    assert seen == [State.INTENDED]


@pytest.fixture
def moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """A run over four rejections, with a picture of all files before, within and after every transaction and draft."""
    pictures: list[Path] = []
    world = tmp_path / "world"
    box = maildir(world / "mail", *rejections(4))

    def picture() -> None:
        to = tmp_path / "pictures" / str(len(pictures))
        shutil.copytree(world, to)
        pictures.append(to)

    transaction, write = database.Database.transaction, maildir_module._write

    @contextmanager
    def pictured(self: database.Database) -> Iterator[None]:
        with transaction(self):
            yield
            if self.path is not None:
                picture()
        if self.path is not None:
            picture()

    def written(path: Path, data: bytes) -> None:
        write(path, data)
        picture()

    with monkeypatch.context() as patch:
        patch.setattr(database.Database, "transaction", pictured)
        patch.setattr(maildir_module, "_write", written)
        go(on_maildir(box, ledger=Ledger(world / "ledger.sqlite3")))
    assert len(drafts_in(box)) == 4
    yield pictures


def resumed(world: Path) -> dict[str, Any]:
    """The drafts after a run that goes on from there."""
    (world / "ledger.sqlite3-shm").unlink(missing_ok=True)
    ledger = Ledger(world / "ledger.sqlite3")
    assert ledger.is_sound()
    go(on_maildir(world / "mail", ledger=ledger))
    ledger.close()
    return count(drafts_in(world / "mail"), 4)


WHOLE = {"expected": 4, "found": 4, "duplicates": 0, "lost": 0, "astray": 0}


def test_from_any_moment_all_goes_on(moments: list[Path]) -> None:
    assert len(moments) > 25
    assert [resumed(world) for world in moments] == [WHOLE] * len(moments)


def test_a_transaction_that_was_half_on_the_disk_has_not_happened(moments: list[Path], tmp_path: Path) -> None:
    """The write-ahead log cut off anywhere within what was being written when the power failed."""
    for number in range(1, len(moments)):
        before, after = (moments[n] / "ledger.sqlite3-wal" for n in (number - 1, number))
        if not before.exists() or after.stat().st_size <= before.stat().st_size:
            continue
        for part in (0.1, 0.5, 0.9):
            world = tmp_path / "torn"
            shutil.rmtree(world, ignore_errors=True)
            shutil.copytree(moments[number - 1], world)
            torn = int(before.stat().st_size + part * (after.stat().st_size - before.stat().st_size))
            (world / "ledger.sqlite3-wal").write_bytes(after.read_bytes()[:torn])
            assert resumed(world) == WHOLE


@pytest.mark.parametrize("part", [0.0, 0.2, 0.4, 0.6, 0.8, 0.95])
def test_even_a_disk_that_lied_about_syncing_makes_no_second_draft(moments: list[Path], part: float) -> None:
    """The ledger goes back in time while the drafts are there: more than any disk that keeps its word can do."""
    world = moments[-1]
    wal = world / "ledger.sqlite3-wal"
    content = wal.read_bytes()
    wal.write_bytes(content[: int(part * len(content))])
    assert resumed(world) == WHOLE


# -- full disks, and disks that may not be written to ----------------------------------------------------------------


def in_a_home(folder: Path) -> tuple[Path, dict[str, str]]:
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    return home, os.environ | {"GMAIL_FOLLOWUP_HOME": str(home), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("limit", [1_000, 5_000, 40_000, 90_000])
def test_a_full_disk_is_told_and_the_next_run_goes_on(tmp_path: Path, limit: int) -> None:
    """No file may grow beyond so many bytes (RLIMIT_FSIZE): the ledger, a draft or the log hits it somewhere."""
    _, environment = in_a_home(tmp_path)
    box = maildir(tmp_path / "m", *rejections(4))
    line = [*RUN, "--mailbox", f"maildir:{box}"]

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    first = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60, preexec_fn=narrow)
    assert "Traceback" not in first.stderr
    assert "our mistake" not in first.stderr
    assert first.returncode in (0, 2, 4), first.stderr
    if first.returncode:
        assert len(first.stderr.strip().splitlines()) >= 2
    second = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 0, second.stderr
    assert count(drafts_in(box), 4) == WHOLE


_AS_NOBODY = """
import os, sys
from gmail_followup.cli import run, status, outcomes, setup, shapes, terminal
from gmail_followup.cli.main import invoke
from gmail_followup.mailbox import sources, maildir
from gmail_followup.ledger import rescue
import gmail_followup.pipeline, gmail_followup.log, gmail_followup.cli.logs, filelock, sqlite3, publicsuffixlist
invoke(["run", "--help"])
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
print("begun", flush=True)
sys.exit(invoke(sys.argv[1:]))
"""


@pytest.mark.parametrize("what", ["ledger", "folder"])
def test_a_disk_that_may_not_be_written_to_is_told(what: str) -> None:
    """As another user (root may write everywhere): the home folder may be read, the ledger in it too."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    try:
        home, environment = in_a_home(folder)
        box = maildir(folder / "m", *rejections(2))
        line = ["run", "--json", "--as-of", NOW.isoformat(), "--mailbox", f"maildir:{box}"]
        Ledger(home / "ledger.sqlite3").close()
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if what == "ledger":
            # The lock can be taken, the ledger cannot be written.
            home.chmod(0o777 if os.geteuid() == 0 else 0o755)
        (home / "ledger.sqlite3").chmod(0o444)
        if what == "folder":
            home.chmod(0o555)
        child = [sys.executable, "-c", _AS_NOBODY, *line]
        ended = subprocess.run(child, env=environment, capture_output=True, text=True, timeout=60, cwd=ROOT)
        assert "begun" in ended.stdout, ended.stderr
        assert ended.returncode == 4, (ended.returncode, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert "cannot be" in ended.stderr
        assert drafts_in(box) == []
    finally:
        for path in (folder, folder / "home"):
            path.chmod(0o755)
        shutil.rmtree(folder)


def test_sqlite_errors_have_words() -> None:
    for text, words in {
        "database or disk is full": "disk is full",
        "disk I/O error": "could not be read or written",
        "database is locked": "Another gmail-followup",
        "attempt to write a readonly database": "cannot be written to",
        "database disk image is malformed": "damaged",
        "unable to open database file": "cannot be used",
    }.items():
        error = database.unusable(Path("/x/ledger.sqlite3"), sqlite3.OperationalError(text))
        assert words in error.what
        assert error.fix
