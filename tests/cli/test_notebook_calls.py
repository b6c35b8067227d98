"""`call-sheet`, `connect` and `insights` after a real run on a Maildir; and without the mailbox."""

import csv
import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.home import Home
from gmail_followup.ledger.records import DraftRecord
from gmail_followup.ledger.store import Ledger
from tests.cli.conftest import Run
from tests.support.rooms import INTERVIEW_REJECTION, NOW, maildir, wire

AS_OF = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
TALK = wire(
    "Hi Jo,\n\nGood to talk about the Data Engineer role at Acme. See you on Tuesday.\n\nMai", id="<i@acme.example>",
    days=20, sender="Mai Nguyen <mai@acme.example>", subject="Tuesday",
)  # fmt: skip


@pytest.fixture
def box(home: Home, run: Run, tmp_path: Path) -> Path:
    """A mailbox with an earlier talk and a rejection, looked at once."""
    home.root.mkdir()
    home.config.write_text(
        '[me]\nname = "Jo Doe"\naddresses = ["jo@example.org"]\n[proofing]\nengine = "none"\n', encoding="utf-8"
    )
    place = maildir(tmp_path / "m", wire(INTERVIEW_REJECTION), TALK)
    assert run("run", "--mailbox", f"maildir:{place}", "--as-of", AS_OF, "--json").code == 0
    return place


def test_the_sheet_names_the_same_people_in_the_same_order_as_contacts(run: Run, box: Path) -> None:
    ranked = [json.loads(line)["name"] for line in run("contacts", "acme", "--json").out.splitlines()]
    assert len(ranked) == 2
    for more in ((), ("--offline",)):
        done = run("call-sheet", "acme", "--format", "markdown", *more)
        assert (done.code, done.err) == (0, "")
        places = [done.out.index(f"**{name}**") for name in ranked]
        assert places == sorted(places)
    assert "# Call sheet: Data Engineer at Acme" in done.out
    assert f"Hello {ranked[0].split()[0]}, this is Jo Doe. We talked about the Data Engineer role at Acme." in done.out


def test_without_the_mailbox_the_ledger_is_enough(run: Run, box: Path) -> None:
    before = run("call-sheet", "acme", "--format", "markdown").out
    shutil.rmtree(box)
    done = run("call-sheet", "acme", "--format", "markdown")
    assert (done.code, done.out) == (0, before)
    assert "could not be opened" in done.err
    assert "**Mai Nguyen**" in done.out
    assert run("connect", "acme").code == 0


def test_whom_the_user_names_stands_first(run: Run, box: Path) -> None:
    out = run("call-sheet", "acme", "--to", "mai", "--offline", "--format", "markdown").out
    assert "1. **Mai Nguyen**" in out and "Hello Mai, this is" in out
    out = run("call-sheet", "acme", "--to", "Kim Park", "--offline", "--format", "markdown").out
    assert "1. **Kim Park**: your choice" in out
    assert run("call-sheet", "acme", "--to", "no-reply@acme.example", "--offline").code == 2
    run("contacts", "acme", "--to", "mai@acme.example")
    assert "1. **Mai Nguyen**" in run("call-sheet", "acme", "--offline", "--format", "markdown").out


def test_numbers_and_the_wish_come_from_the_page(run: Run, box: Path) -> None:
    run("feedback", "acme", "--add", "Mai: +44 20 7946 0000")
    run("review", "acme", stdin="\n" * 6 + "how I explain my projects\n")
    out = run("call-sheet", "acme", "--offline", "--format", "markdown").out
    assert "+44 20 7946 0000: " in out
    assert "two or three tips, perhaps about how I explain my projects?" in out


def test_formats_and_files(run: Run, box: Path, tmp_path: Path) -> None:
    shown = run("call-sheet", "acme", "--offline")
    assert "Whom to call" in shown.out and "**" not in shown.out and "\x1b" not in shown.out
    page, text = tmp_path / "a.html", tmp_path / "a.md"
    assert run("call-sheet", "acme", "--offline", "--output", str(page)).out == ""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    run("call-sheet", "acme", "--offline", "--output", str(text), "--language", "de")
    assert text.read_text(encoding="utf-8").startswith("# Telefonzettel: Data Engineer bei Acme\n")
    assert run("call-sheet", "acme", "--offline", "--output", str(tmp_path / "no" / "a.md")).code == 4
    assert run("call-sheet", "acme", "--offline", "--language", "xx").code == 2


def test_a_mistake_in_the_users_sheet_is_told_with_its_line(run: Run, box: Path, home: Home) -> None:
    run("templates", "new", "mine", "--from", "call_sheet")
    mine = home.templates / "en" / "mine.j2"
    mine.write_text(
        mine.read_text(encoding="utf-8").replace("max_words = 400", "max_words = 400\npriority = 5") + "{{ compnay }}\n"
    )
    done = run("call-sheet", "acme", "--offline")
    assert done.code == 2 and f"{mine}:" in done.err and "compnay" in done.err


# ---- connect


def test_the_note_is_short_and_ready_to_paste(run: Run, box: Path) -> None:
    done = run("connect", "acme", "--to", "Mai Nguyen", "--offline")
    assert done.code == 0 and done.out.startswith("Hello Mai, I applied for the Data Engineer role at Acme")
    assert len(done.out.rstrip("\n")) <= 300 and "of 300 characters" in done.err
    line = json.loads(run("connect", "acme", "--to", "Mai Nguyen", "--offline", "--json").out)
    assert (line["to"], line["text"] + "\n", line["characters"]) == ("Mai Nguyen", done.out, len(line["text"]))


@pytest.mark.parametrize(("extra", "code"), [(0, 0), (1, 2)])
def test_a_note_that_is_too_long_is_an_error_and_never_cut(
    run: Run, box: Path, home: Home, extra: int, code: int
) -> None:
    head = '+++\nname = "connection_note"\ndescription = "d"\nlanguage = "en"\nwhen = { purpose = "connection_note" }\n+++\n'
    mine = home.templates / "en" / "connection_note.j2"
    mine.parent.mkdir(parents=True)
    mine.write_text(head + "x" * (300 + extra) + "\n", encoding="utf-8")
    done = run("connect", "acme", "--offline")
    assert done.code == code
    assert (done.out == "") == bool(code)
    if code:
        assert (
            "301 characters" in done.err and "templates edit en/connection_note" in done.err and str(mine) in done.err
        )


# ---- insights


def test_a_story_from_draft_to_feedback_is_counted(run: Run, box: Path, home: Home, tmp_path: Path) -> None:
    def counted() -> dict[str, object]:
        return dict(json.loads(run("insights", "--json").out))

    first = counted()
    assert (first["applications"], first["asked"]) == (1, {"letters": 0, "answered": 0, "feedback": 0, "open": 0})
    (draft,) = drafts(home)
    letter = wire(
        "Thank you. Could you share two or three tips?", id="<own@example.org>", days=-1, sender="Jo Doe <jo@example.org>",
        to="Ann Lee <ann@acme.example>", answers="<r1@acme.example>", subject="Re: Your application to Acme",
    )  # fmt: skip
    answer = wire(
        "Hi Jo,\n\nWe felt that you do not have enough experience with Kubernetes yet.\n\nAnn", id="<a@acme.example>", days=-4,
        answers="<own@example.org>", subject="Re: Your application to Acme",
    )  # fmt: skip
    for path in (box / ".Drafts").rglob("*,*"):
        path.unlink()
    maildir(box, answer, sent=(letter,))
    later = (NOW + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    run("run", "--mailbox", f"maildir:{box}", "--as-of", later, "--json")
    found = counted()
    assert found["asked"] == {"letters": 1, "answered": 1, "feedback": 1, "open": 0}
    assert found["days_to_answer"] == {"median": 3.0, "all": [3.0]}
    assert found["by_template"] == [{"template": draft.template, "letters": 1, "answered": 1, "feedback": 1, "open": 0}]
    assert found["gaps"] == [{"area": "experience", "applications": 1, "notes": 1, "recurs": False}]
    out = run("insights").out
    assert "1 of 1 answered" in out and "One answer so far; it took 3 days." in out and "%" not in out
    table = tmp_path / "all.csv"
    assert run("insights", "--csv", str(table)).out == ""
    (row,) = csv.DictReader(table.open(encoding="utf-8", newline=""))
    assert (row["company"], row["answer"], row["days"], row["gaps"]) == ("Acme", "feedback", "3.0", "experience")


def drafts(home: Home) -> tuple[DraftRecord, ...]:
    ledger = Ledger(home.ledger)
    try:
        return ledger.drafts()
    finally:
        ledger.close()


def test_the_report_is_written(run: Run, box: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `report` is not installed")
    page = tmp_path / "report.html"
    assert run("insights", "--html", str(page), "--as-of", AS_OF).code == 0
    text = page.read_text(encoding="utf-8")
    assert "20 November 2026" in text and "<svg" in text


def test_without_the_plotting_library_the_remedy_is_told(
    run: Run, box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    done = run("insights", "--html", str(tmp_path / "report.html"))
    assert done.code == 2 and "pip install 'gmail-followup[report]'" in done.err
    assert not (tmp_path / "report.html").exists()


def test_the_sheet_is_previewed_as_it_is_and_not_judged_as_a_letter(run: Run, home: Home) -> None:
    done = run("templates", "preview", "call_sheet")
    assert (done.code, "not a letter" in done.out, "  > " in done.out) == (0, True, False)
    assert "| # Call sheet: Data Engineer at Acme" in done.out


def test_a_note_without_a_name_says_so(run: Run, box: Path, home: Home) -> None:
    assert "name is not known" not in run("connect", "acme", "--offline").err
    home.config.write_text("", encoding="utf-8")
    assert "gmail-followup init --name" in run("connect", "acme", "--offline").err
