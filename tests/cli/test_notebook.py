"""`review`, `feedback` and `plan` as a person and a script use them; no mailbox is there, and none is needed."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import icalendar
import pytest

from gmail_followup.answers.values import Area, Sort
from gmail_followup.home import Home
from gmail_followup.ledger.records import Rejection, Standing, State
from gmail_followup.ledger.store import Ledger
from gmail_followup.notebook.edit import add_note
from gmail_followup.notebook.review import load_questions
from gmail_followup.notebook.store import Notebook
from gmail_followup.notebook.values import Note, Page, Review
from gmail_followup.reading.values import Stage
from tests.cli.conftest import Run

WHEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
COUNT = len(load_questions())
EVIL = "Evil\x1b]0;owned\x07\u202ecorp"


def application(number: int, company: str, role: str, stage: Stage = Stage.INTERVIEWED) -> Rejection:
    return Rejection(
        f"<{number}@x>",
        f"k{number}",
        f"t{number}",
        WHEN,
        company,
        role,
        stage,
        State.DRAFTED,
        standing=Standing.ANSWERED,
    )


@pytest.fixture
def notebook(home: Home) -> Notebook:
    """A ledger with three applications, and an empty notebook."""
    home.root.mkdir()
    ledger = Ledger(home.ledger)
    applications = [application(1, "Acme", "Cook"), application(2, "Bolt", "Cook"), application(3, EVIL, "Chef")]
    ledger.remember("maildir:/m", [], applications)
    ledger.close()
    return Notebook(home.notes)


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def editor(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(path))


posix = pytest.mark.skipif(os.name != "posix", reason="a shell script as editor")

# ---- review


def test_a_review_is_asked_kept_and_not_asked_again(run: Run, notebook: Notebook) -> None:
    answers = ["tailored to them", "", "calm", "", "the soup", "", "how I explain my menus"]
    done = run("review", "acme", stdin="\n".join(answers) + "\n")
    assert done.code == 0
    assert done.out.count("?") >= COUNT and f"{COUNT} of {COUNT}" in done.out
    assert "tips about how I explain my menus" in done.out
    page = notebook.page("<1@x>")
    assert page is not None and page.review.finished and len(page.review.answers) == 4
    again = run("review", "acme")
    assert (again.code, "calm" in again.out, "--again" in again.out) == (0, True, True)
    assert "tailored to them" in run("review", "acme", "--show").out
    (line,) = lines(run("review", "acme", "--json").out)
    assert line["application"] == {"company": "Acme", "role": "Cook", "stage": "interviewed", "state": "answered"}
    assert line["answers"]["well"] == "the soup"
    assert (line["finished"], line["wish"]) == (True, "how I explain my menus")


@pytest.mark.parametrize("given", range(COUNT))
def test_a_review_that_is_broken_off_loses_nothing_and_goes_on(run: Run, notebook: Notebook, given: int) -> None:
    first = run("review", "acme", stdin="".join(f"answer {i}\n" for i in range(given)))
    assert first.code == 130
    page = notebook.page("<1@x>")
    assert (len(page.review.answers) if page else 0) == given
    assert not (page and page.review.finished)
    rest = run("review", "acme", stdin="".join(f"answer {i}\n" for i in range(given, COUNT)))
    assert (rest.code, f"1 of {COUNT - given}." in rest.out) == (0, True)
    page = notebook.page("<1@x>")
    assert page is not None and page.review.finished
    assert [answer for _, answer in page.review.answers] == [f"answer {i}" for i in range(COUNT)]


def test_again_keeps_replaces_and_takes_away(run: Run, notebook: Notebook) -> None:
    run("review", "acme", stdin="one\ntwo\nthree\n" + "\n" * (COUNT - 3))
    done = run("review", "acme", "--again", stdin="\n-\nnew\n" + "\n" * (COUNT - 3))
    assert (done.code, "So far: one" in done.out) == (0, True)
    page = notebook.page("<1@x>")
    assert page is not None
    assert [answer for _, answer in page.review.answers] == ["one", "new"]


@posix
def test_the_page_can_be_answered_in_the_editor(
    run: Run, notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, 'sed -i.bak \'s/^well = ""/well = "the soup"/\' "$1" && rm "$1.bak"')
    done = run("review", "acme", "--edit")
    assert done.code == 0
    page, path = notebook.page("<1@x>"), notebook.path_of("<1@x>")
    assert page is not None and path is not None
    assert page.review.answers == (("well", "the soup"),)
    assert all(f"# {q.text}" in path.read_text(encoding="utf-8") for q in load_questions())
    assert "the soup" in run("review", "acme", stdin="\n" * COUNT).out + run("review", "acme", "--show").out
    editor(monkeypatch, tmp_path, 'echo "oops =" >> "$1"')
    broken = run("review", "acme", "--edit")
    assert broken.code == 2
    assert f"{path}:" in broken.err and "kept as you wrote it" in broken.err
    assert path.read_text(encoding="utf-8").endswith("oops =\n")


def test_questions_of_ones_own(run: Run, notebook: Notebook, home: Home) -> None:
    own = home.root / "questions.toml"
    own.write_text('[[question]]\nid = "mood"\ntext = "How are you?"\n', encoding="utf-8")
    done = run("review", "acme", stdin="fine\n")
    assert (done.code, "1 of 1. How are you?" in done.out) == (0, True)
    own.write_text('[[question]]\nid = "mood"\n', encoding="utf-8")
    wrong = run("review", "bolt")
    assert (wrong.code, f"{own}:1" in wrong.err) == (2, True)


def test_an_unknown_application_is_said(run: Run, notebook: Notebook) -> None:
    assert run("review", "nobody").code == 2
    assert "several" in run("review", "cook").err


# ---- feedback


def test_notes_are_added_sorted_and_removed(run: Run, notebook: Notebook) -> None:
    notebook.save(Page("<1@x>", "Acme", "Cook", notes=(Note("More salt", about="<a@x>"),)))
    assert run("feedback", "acme", "--sort", "1", "gap", "--area", "1", "skill").code == 0
    done = run("feedback", "acme", "--add", "Bring a knife", "--area", "preparation", "--sort", "not-shown")
    assert "2. Bring a knife" in done.out and "not shown, preparation, as you say" in done.out
    expected = {"company": "Acme", "role": "Cook", "stage": "interviewed", "state": "answered"}
    assert lines(run("feedback", "--json").out) == [
        {"id": "<1@x>", "application": expected, "about": "<a@x>", "text": "More salt", "sort": "gap", "area": "skill", "by_user": True},
        {"id": "<1@x>", "application": expected, "about": None, "text": "Bring a knife", "sort": "not_shown", "area": "preparation",
         "by_user": True},
    ]  # fmt: skip
    assert run("feedback", "acme", "--remove", "1").code == 0
    assert [line["text"] for line in lines(run("feedback", "acme", "--json").out)] == ["Bring a knife"]
    assert run("feedback", "acme", "--remove", "7").code == 2
    assert "no note 7" in run("feedback", "acme", "--area", "7", "skill").err


def test_a_note_without_a_word_on_it_is_sorted_by_the_rules(run: Run, notebook: Notebook) -> None:
    run("feedback", "acme", "--add", "You do not have enough experience with product analytics.")
    (line,) = lines(run("feedback", "acme", "--json").out)
    assert (line["sort"], line["area"]) == ("gap", "experience")


@pytest.mark.parametrize(
    "arguments",
    [
        ("feedback", "--add", "x"),
        ("feedback", "acme", "--sort", "gap"),
        ("feedback", "acme", "--sort", "1", "hole"),
        ("feedback", "acme", "--add", "  "),
        ("plan", "--due", "2026-12-01"),
        ("plan", "--add", "skill", " "),
        ("plan", "--add", "soul", "x"),
        ("plan", "--add", "skill", "x", "--due", "soon"),
        ("plan", "--export", "plan.pdf"),
        ("plan", "--done", "1"),
    ],
)
def test_mistakes_of_usage_change_nothing(run: Run, notebook: Notebook, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 2 and done.err and not done.out
    assert notebook.pages()[0] == ()


def test_broken_pages_are_named_and_the_rest_goes_on(run: Run, notebook: Notebook, home: Home) -> None:
    notebook.save(add_note(Page("<1@x>", "Acme", "Cook"), "More salt", Sort.GAP, Area.SKILL))
    broken = home.notes / "zzz.toml"
    broken.write_text('rejection = "<9@x>"\n[[note]]\ntext = 3\n', encoding="utf-8")
    for command in ("feedback", "plan", "insights"):
        done = run(command, "--json")
        assert (done.code, f"{broken}:3" in done.err) == (1, True), command
        assert done.out, command


def test_pages_outlive_the_ledger(run: Run, notebook: Notebook) -> None:
    notebook.save(add_note(Page("<9@x>", "Gone", "Cook"), "More salt", Sort.GAP, Area.SKILL))
    (line,) = lines(run("feedback", "gone", "--json").out)
    assert line["application"] == {"company": "Gone", "role": "Cook", "stage": "unknown", "state": ""}


def test_what_comes_from_mail_cannot_steer_the_terminal(run: Run, notebook: Notebook) -> None:
    page = add_note(Page("<3@x>", EVIL, "Chef"), "Look \x1b[2J here\u202e", Sort.GAP, Area.SKILL)
    notebook.save(page)
    run("plan", "--add", "skill", "x\x1b[31m", "--application", "chef")
    for arguments in (("feedback",), ("plan",), ("review", "chef", "--show"), ("insights",)):
        out = click.unstyle(run(*arguments).out)
        assert not any(c in out for c in "\x1b\x07\u202e"), arguments


def test_with_nothing_known_there_is_a_kind_word(run: Run, home: Home) -> None:
    for arguments, words in (
        (("feedback",), "No notes yet"),
        (("plan",), "Nothing to plan yet"),
        (("insights",), "Nothing"),
    ):
        done = run(*arguments)
        assert done.code == 0 and words in done.out, arguments
    assert run("feedback", "--json").out == run("plan", "--json").out == ""
    assert not home.root.exists()


# ---- plan


def test_a_gap_of_two_applications_comes_first(run: Run, notebook: Notebook) -> None:
    notebook.save(add_note(Page("<1@x>", "Acme", "Cook"), "More salt", Sort.GAP, Area.SKILL))
    other = add_note(Page("<2@x>", "Bolt", "Cook"), "You were late", Sort.GAP, Area.PREPARATION)
    notebook.save(add_note(other, "Too sweet", Sort.GAP, Area.SKILL))
    out = run("plan").out
    assert out.startswith("Skill  2 applications named a gap here.")
    assert "plan --add skill" in out
    skill, preparation = lines(run("plan", "--json").out)
    assert (skill["area"], skill["recurs"], skill["notes"]) == ("skill", True, 2)
    assert [a["company"] for a in skill["applications"]] == ["Acme", "Bolt"]
    assert (preparation["recurs"], preparation["sorts"]) == (False, {"gap": 1, "not_shown": 0, "unclear": 0})


def test_steps_are_added_done_removed_and_exported(run: Run, notebook: Notebook, tmp_path: Path) -> None:
    run("plan", "--add", "skill", "Taste more", "--due", "2026-12-01")
    run("plan", "--add", "skill", "Ask Mai", "--application", "acme")
    assert "[ ] 1. Taste more, by Tuesday 01 December" in run("plan", "--as-of", "2026-11-20").out
    assert "(it may still be done)" in run("plan", "--as-of", "2026-12-20").out
    ics, md = tmp_path / "plan.ics", tmp_path / "plan.md"
    assert run("plan", "--export", str(ics)).code == 0
    (event,) = icalendar.Calendar.from_ical(ics.read_bytes()).walk("VEVENT")
    assert (str(event["summary"]), event.decoded("dtstart").isoformat()) == ("Taste more", "2026-12-01")
    done = run("plan", "--done", "1", "--as-of", "2026-11-25T10:00:00Z")
    assert "[x] 1. Taste more, done on 25 November" in done.out
    (line,) = lines(run("plan", "--json").out)
    assert [step["text"] for step in line["steps"]["open"]] == ["Ask Mai"]
    assert line["steps"]["open"][0]["id"] == "<1@x>"
    assert line["steps"]["done"] == [
        {"number": 1, "text": "Taste more", "due": "2026-12-01", "done": "2026-11-25", "id": None}
    ]
    assert run("plan", "--export", str(md)).code == 0
    assert "- [x] Taste more, done on 25 November 2026" in md.read_text(encoding="utf-8")
    empty = run("plan", "--export", str(ics))
    assert (empty.code, "no" in empty.err.lower()) == (0, True)
    assert run("plan", "--remove", "2").code == 0
    assert "Ask Mai" not in run("plan").out
    assert run("plan", "--remove", "2").code == 2
    assert run("plan", "--export", str(tmp_path / "nowhere" / "plan.md")).code == 4


# ---- docs/contracts.md


def keys_of(value: Any) -> Any:
    """The names in a JSON value, as deep as they go; of a list, those of its first item."""
    if isinstance(value, dict):
        return {key: keys_of(inner) for key, inner in value.items()}
    return [keys_of(inner) for inner in value[:1]] if isinstance(value, list) else None


def test_the_lines_are_those_of_contracts_md(run: Run, notebook: Notebook) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "contracts.md").read_text(encoding="utf-8")
    told = {
        name: json.loads(block)
        for name, block in re.findall(r"(?ms)^## (\S+) --json$(?:(?!^## ).)*?^```jsonl\n(.*?)^```$", text)
    }
    notebook.save(
        add_note(Page("<1@x>", "Acme", "Cook", Review((("wish", "SQL"),))), "More salt", Sort.GAP, Area.SKILL)
    )
    run("plan", "--add", "skill", "Taste")
    for name, arguments in (
        ("feedback", ()), ("plan", ()), ("insights", ()), ("review", ("acme",)), ("connect", ("acme", "--offline")),
    ):  # fmt: skip
        (line,) = lines(run(name, *arguments, "--json").out)
        wanted = keys_of(told[name])
        if name == "insights":  # nobody was asked here: the lists are empty
            wanted |= {"by_template": [], "by_contact": [], "days_to_answer": {"median": None, "all": []}}
        assert keys_of(line) == wanted, name
    for words in (Sort, Area, Stage, Standing):
        assert all(f"`{word.value}`" in text or f'"{word.value}"' in text for word in words)


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
def test_ctrl_c_at_a_real_terminal_loses_nothing(notebook: Notebook, home: Home) -> None:
    import fcntl
    import pty
    import termios

    def at_a_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # Whoever runs the tests in the background hands down a SIGINT that is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "gmail_followup", "review", "acme"]
    program = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env={**os.environ, "TERM": "xterm"},
        preexec_fn=at_a_terminal,
    )  # fmt: skip
    os.close(theirs)
    seen = read_until(mine, f"1 of {COUNT}")
    os.write(mine, "tailored, with añejo\n".encode())
    seen += read_until(mine, f"2 of {COUNT}")
    os.write(mine, b"half an ans\x03")
    seen += read_until(mine, "Nothing is lost")
    assert program.wait(timeout=20) == 130
    os.close(mine)
    assert "Traceback" not in seen
    page = notebook.page("<1@x>")
    assert page is not None and page.review.answers == (("tailored", "tailored, with añejo"),)


def read_until(terminal: int, words: str) -> str:
    """What the program prints up to and with these words; fails after twenty seconds without them."""
    seen = b""
    while words.encode() not in seen:
        assert select.select([terminal], [], [], 20)[0], seen
        seen += os.read(terminal, 4096)
    return seen.decode(errors="replace")
