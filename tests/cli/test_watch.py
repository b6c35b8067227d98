"""`watch`: drafts appear by themselves, network loss is sat out, SIGTERM and Ctrl-C end it cleanly."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.cli import setup
from gmail_followup.cli.main import invoke
from gmail_followup.errors import Exit, UserError
from tests.conftest import ROOT
from tests.support.rooms import drafts_in, maildir, wire


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A Maildir with a rejection that is five real days old: `watch` has no --as-of."""
    from gmail_followup.home import find_home

    home = find_home().root
    home.mkdir(parents=True)
    (home / "config.toml").write_text(
        '[me]\nname = "Jo Doe"\naddresses = ["jo@example.org"]\n[proofing]\nengine = "none"\n', encoding="utf-8"
    )
    then = format_datetime(datetime.now(UTC) - timedelta(days=5)).encode()
    lines = [b"Date: " + then if line.startswith(b"Date:") else line for line in wire().split(b"\r\n")]
    return maildir(tmp_path / "m", b"\r\n".join(lines))


class NoWait(threading.Event):
    """An event that never waits: the clock of these tests stands still."""

    pauses: list[float]

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0)
        return self.is_set()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    NoWait.pauses = made
    monkeypatch.setattr("gmail_followup.cli.watch.threading.Event", NoWait)
    return made


def test_a_draft_appears_and_the_second_look_is_silent(
    box: Path, pauses: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["watch", "--mailbox", f"maildir:{box}", "--every", "30s", "--times", "2", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert len(drafts_in(box)) == 1
    assert pauses == [30.0]


def test_network_loss_is_told_sat_out_and_nothing_is_lost(
    box: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, failures = setup.rooms_for, [1, 1, 1]

    @contextmanager
    def flaky(*arguments: Any, **options: Any) -> Iterator[Any]:
        if failures:
            failures.pop()
            raise UserError("Gmail cannot be reached.", code=Exit.ACCOUNT)
        with real(*arguments, **options) as rooms:
            yield rooms

    monkeypatch.setattr(setup, "rooms_for", flaky)
    assert invoke(["watch", "--mailbox", f"maildir:{box}", "--every", "60s", "--times", "4", "--json"]) in (0, 4)
    captured = capsys.readouterr()
    assert captured.err.count("Gmail cannot be reached.") == 3
    assert "Nothing is lost" in captured.err
    assert pauses[:3] == [120.0, 240.0, 480.0]
    assert len(drafts_in(box)) == 1


def test_a_first_look_without_a_login_ends_at_once(pauses: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["watch", "--mailbox", "gmail", "--times", "3"]) in (2, 4)
    assert "auth login" in capsys.readouterr().err
    assert pauses == []


def test_a_second_run_at_the_same_time_is_told(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.home import find_home

    with setup.locked(find_home()):
        assert invoke(["run", "--mailbox", f"maildir:{box}"]) == 4
    assert "Another gmail-followup is at work" in capsys.readouterr().err
    assert drafts_in(box) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(box: Path, number: signal.Signals) -> None:
    line = [sys.executable, "-m", "gmail_followup", "watch", "--mailbox", f"maildir:{box}", "--every", "1h", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert '"drafted"' in process.stdout.readline()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert "Stopped" in err
    assert "Traceback" not in err
    assert len(drafts_in(box)) == 1
