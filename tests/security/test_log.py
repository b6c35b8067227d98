"""The log: private, bounded, without words of mails; with --debug it says first what it will hold."""

import json
import logging
import os
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import Exit, FileError, UserError
from gmail_followup.home import Home, find_home
from gmail_followup.log import FILES, LARGEST, frames, log_file, log_folder, logging_to, masked, read_last
from tests.cli.conftest import Run
from tests.security.conftest import ADDRESS, AS_OF, BODY, PERSON, SUBJECT, WORDS_OF_MAILS, everything_in

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files")


def events(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read_last(home, 10_000)]


def test_no_sentence_of_a_mail_is_in_ledger_log_or_output(run: Run, home: Home, box: Path) -> None:
    first = run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert first.code == 1, first.err
    assert first.out.count("to ") >= 3
    again = run("watch", "--mailbox", f"maildir:{box}", "--times", "1")
    status = run("status", "--all")
    kept = everything_in(home)
    assert b"SQLite" in kept
    for word in WORDS_OF_MAILS:
        assert word.encode() not in kept, word
        assert all(word not in text for r in (first, again, status) for text in (r.out, r.err)), word
    logs = b"".join(p.read_bytes() for p in log_folder(home).iterdir())
    for word in (
        SUBJECT,
        PERSON,
        PERSON.lower(),
        ADDRESS,
        "zanzibarid",
        "acme",
        "Acme",
        "jo@",
        "Jo Doe",
        "Data Engineer",
    ):
        assert word.encode() not in logs, word
    found = events(home)
    assert [e["event"] for e in found][:2] == ["started", "outcome"]
    outcomes = [e for e in found if e["event"] == "outcome"]
    assert sorted(e["action"] for e in outcomes[:5]) == ["drafted", "drafted", "drafted", "needs_contact", "waiting"]
    assert len({e["id"] for e in outcomes[:5]}) == 5


def test_debug_says_what_it_will_hold_before_it_writes(
    run: Run, home: Home, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gmail_followup.cli import terminal

    before: list[bool] = []
    real = terminal.note

    def note(text: str) -> None:
        if "Debug:" in text:
            before.append(log_file(home).exists())
        real(text)

    monkeypatch.setattr(terminal, "note", note)
    ran = run("--debug", "run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert before == [False]
    assert str(log_file(home)) in ran.err
    for word in ("ids", "subjects", "addresses", "no text of any mail", "no login"):
        assert word in ran.err
    logs = log_file(home).read_text()
    for word in (SUBJECT, f"{ADDRESS}0@acme0.example", "zanzibarid0"):
        assert word in logs, word
    for word in WORDS_OF_MAILS:
        assert word not in logs, word


def test_a_dry_run_writes_no_log(run: Run, home: Home, box: Path) -> None:
    assert run("--debug", "run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--dry-run").code == 1
    assert not log_folder(home).exists()


def test_an_error_report_holds_no_words_of_a_mail(
    run: Run, home: Home, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug whose message is a sentence of a mail: neither the screen nor the log repeats it."""
    from gmail_followup import pipeline

    def broken(*arguments: Any, **options: Any) -> None:
        raise ValueError(f"cannot read: The {BODY} was strong; Bearer ya29.planted")

    monkeypatch.setattr(pipeline, "write_letter", broken)
    ran = run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert ran.code == 3
    assert "ValueError" in ran.err
    assert BODY not in ran.err + ran.out
    kept = everything_in(home)
    assert BODY.encode() not in kept
    assert b"ya29" not in kept
    (bug,) = [e for e in events(home) if e["event"] == "bug"]
    assert bug["kind"] == "ValueError"
    assert bug["trace"][-1].endswith(" broken")


def test_details_of_a_bug_are_places_without_words(capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.cli.main import _details

    try:
        try:
            raise KeyError(f"the {BODY}")
        except KeyError as inner:
            raise ValueError(f"{BODY} again") from inner
    except ValueError as error:
        _details(type(error), error, None)
    shown = capsys.readouterr().err
    assert "ValueError at" in shown
    assert "KeyError at" in shown
    assert "test_log.py" in shown
    assert BODY not in shown


def test_errors_for_people_are_masked(home: Home) -> None:
    own = str(Path.home())
    told = (
        UserError(f"You logged in as {ADDRESS}@acme.example, but {own}/x names other@x.example.", code=Exit.ACCOUNT),
        FileError("/home/jo/config.toml", 7, f"[me] name = '{PERSON}': a text is wanted"),
        UserError("The server said: Bearer ya29.a0-x_y and refresh_token=1//0abc-D and GOCSPX-abc"),
    )
    with logging_to(home) as log:
        for error in told:
            log.told(error)
    text = log_file(home).read_text()
    for word in (ADDRESS, "other@", own, PERSON, "ya29", "1//0", "GOCSPX", "/home/jo"):
        assert word not in text, word
    assert "config.toml:7" in text


@given(
    st.sampled_from(["ya29.", "1//0", "4/0A", "GOCSPX-", "Bearer ", "access_token=", '"refresh_token": "', "code="]),
    st.text("abcdefXYZ0189_-", min_size=8, max_size=40),
    st.text(max_size=20),
)
def test_what_looks_like_a_login_is_masked(prefix: str, secret: str, around: str) -> None:
    assert secret not in masked(f"{around} {prefix}{secret} {around}") or secret in around


@given(st.text("abc.+-_019", min_size=1, max_size=12).filter(lambda s: s.strip(".")), st.sampled_from(" <>,;'\"("))
def test_addresses_are_masked_wherever_they_stand(local: str, around: str) -> None:
    assert "zanzibar.example" not in masked(f"to{around}{local}@zanzibar.example{around} now")


@posix
def test_only_the_owner_can_read_it(home: Home) -> None:
    before = os.umask(0)
    try:
        with logging_to(home) as log:
            log.started("run", "1", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE(log_folder(home).stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in log_folder(home).iterdir()} == {0o600}
    log_file(home).chmod(0o644)
    with logging_to(home) as log:
        log.started("run", "1", None)
    assert stat.S_IMODE(log_file(home).stat().st_mode) == 0o600


def test_it_stops_growing(home: Home) -> None:
    with logging_to(home) as log:
        for _ in range(16_000):
            log.told(UserError("x" * 1_000))
    files = sorted(p for p in log_folder(home).iterdir() if p.name != "key")
    assert len(files) == FILES
    assert sum(p.stat().st_size for p in files) <= FILES * LARGEST
    assert len(read_last(home, 3)) == 3
    if os.name == "posix":
        assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}


def test_a_subject_without_end_is_cut(home: Home) -> None:
    from gmail_followup.decision import Action
    from gmail_followup.reading.values import Application, Stage
    from gmail_followup.rooms import Outcome

    outcome = Outcome(
        "<" + "i" * 5_000 + ">",
        Action.SKIPPED,
        "w" * 5_000,
        Application("c", (), Stage.APPLIED),
        subject="s\x1b" * 9_000,
    )
    with logging_to(home, debug=True) as log:
        log.looked([outcome])
    (line, _) = read_last(home, 2)
    assert len(line) < 5_000
    assert "\x1b" not in line


def test_without_a_place_for_it_everything_else_goes_on(
    run: Run, home: Home, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_folder(home).write_text("a file is in the way", encoding="utf-8")
    ran = run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert ran.code == 1
    assert "There is no log" in ran.err
    assert "Drafted" in ran.out


def test_a_full_disk_prints_no_traceback(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with logging_to(home) as log:

        def full(self: Any, record: Any) -> bool:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(logging.handlers.RotatingFileHandler, "shouldRollover", full)
        log.waits(5)
    assert capsys.readouterr().err == ""


def test_libraries_cannot_write_into_it(home: Home) -> None:
    with logging_to(home) as log:
        log.waits(1)
        for name in ("", "google.auth", "gmail_followup", "httplib2"):
            logging.getLogger(name).error("token ya29.planted")
    assert "planted" not in log_file(home).read_text()


def test_hashes_cannot_be_guessed_without_the_key(tmp_path: Path) -> None:
    from gmail_followup.decision import Action
    from gmail_followup.reading.values import Application, Stage
    from gmail_followup.rooms import Outcome

    found = []
    for name in ("a", "b", "a"):
        with logging_to(Home(tmp_path / name)) as log:
            log.looked([Outcome("<x@y>", Action.SKIPPED, "", Application("", (), Stage.APPLIED))])
        found.append(json.loads(read_last(Home(tmp_path / name), 2)[0])["id"])
    assert found[0] == found[2] != found[1]


def test_frames_show_places_only() -> None:
    def deep(secret: str, left: int) -> None:
        if not left:
            raise RuntimeError(secret)
        deep(secret, left - 1)

    try:
        deep("ya29.x", 50)
    except RuntimeError as error:
        shown = frames(error)
    assert len(shown) == 12
    assert all("ya29" not in line for line in shown)


def test_times_are_utc(home: Home) -> None:
    began = int(time.time())
    with logging_to(find_home()) as log:
        log.waits(1)
    (line,) = events(home)
    written = datetime.strptime(line["t"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    assert began <= written <= time.time()
