"""What is forgotten leaves nothing but digests, and is never drafted for again; nothing of a mail's words is kept at all."""

import json
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.cli.main import invoke
from gmail_followup.decision import Action
from gmail_followup.home import find_home
from gmail_followup.ledger.store import Ledger
from gmail_followup.notebook.store import Notebook
from gmail_followup.notebook.values import Note, Page
from tests.support.rooms import ME, NOW, drafts_in, go, maildir, on_maildir, wire
from tests.torture.mails import company, message_id, rejection

CONFIG = f'[me]\nname = "Jo Doe"\naddresses = ["{ME}"]\n[proofing]\nengine = "none"\n'


def home() -> Path:
    made = find_home().root
    made.mkdir(parents=True, exist_ok=True)
    (made / "config.toml").write_text(CONFIG, encoding="utf-8")
    return made


def run(box: Path, *more: str, days: float = 0) -> int:
    when = (NOW + timedelta(days=days)).isoformat()
    return invoke([*(m for m in more if m == "--debug"), "run", "--mailbox", f"maildir:{box}", "--json", "--as-of", when])


def traces(folder: Path, words: bytes) -> list[Path]:
    """Files below the folder, notes left out, that hold these words in any case."""
    files = [p for p in folder.rglob("*") if p.is_file() and "notes" not in p.relative_to(folder).parts]
    return [path for path in files if words.lower() in path.read_bytes().lower()]


@pytest.fixture
def box(tmp_path: Path) -> Path:
    home()
    made = maildir(tmp_path / "m", *(rejection(n) for n in range(3)))
    assert run(made) == 0
    assert len(drafts_in(made)) == 3
    return made


def test_path_and_export(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert invoke(["ledger", "path"]) == 0
    assert capsys.readouterr().out.strip() == str(find_home().ledger)
    assert invoke(["ledger", "export"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["id"] for row in rows if row["table"] == "rejection"} == {message_id(n) for n in range(3)}
    assert {row["table"] for row in rows} >= {"mailbox", "mail", "rejection", "letter", "label", "fact"}


def test_an_application_is_forgotten_and_not_drafted_for_again(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = company(1).lower().encode()
    Notebook(find_home().notes).save(Page(message_id(1), company(1), "Nurse", notes=(Note("more practice"),)))
    Notebook(find_home().notes).save(Page(message_id(2), company(2), "Office Manager", notes=(Note("keep"),)))
    assert traces(find_home().root, name)
    assert invoke(["ledger", "forget", company(1), "--yes"]) == 0
    assert "Forgotten" in capsys.readouterr().out
    assert traces(find_home().root, name) == []
    assert [page.company for page in Notebook(find_home().notes).pages()[0]] == [company(2)]
    for path in (box / ".Drafts" / "cur").iterdir():
        path.unlink()
    run(box, days=1)
    assert drafts_in(box) == []
    assert traces(find_home().root, name) == []
    ledger = Ledger(find_home().ledger)
    assert {r.id for r in ledger.rejections()} == {message_id(0), message_id(2)}
    ledger.close()


def test_it_stays_forgotten_when_the_same_mail_comes_under_another_key(box: Path) -> None:
    assert invoke(["ledger", "forget", company(1), "--yes"]) == 0
    found = next(p for p in (box / "cur").iterdir() if message_id(1).encode() in p.read_bytes())
    found.rename(box / "cur" / "moved.elsewhere:2,S")
    run(box, days=1)
    assert traces(find_home().root, company(1).lower().encode()) == []
    assert len(drafts_in(box)) == 3


def test_everything_is_forgotten(box: Path) -> None:
    assert invoke(["ledger", "forget", "--all", "--yes"]) == 0
    for number in range(3):
        assert traces(find_home().root, company(number).lower().encode()) == []
    assert traces(find_home().root, b"maildir:") == []
    for path in (box / ".Drafts" / "cur").iterdir():
        path.unlink()
    assert run(box, days=1) == 0
    assert drafts_in(box) == []


@pytest.mark.parametrize(("answer", "left"), [("n\n", 3), ("y\n", 2)])
def test_it_asks_first(box: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    invoke(["ledger", "forget", company(1)])
    ledger = Ledger(find_home().ledger)
    assert len(ledger.rejections()) == left
    ledger.close()


@pytest.mark.parametrize("arguments", [["forget"], ["forget", "Acme", "--all"], ["forget", "Nobody", "--yes"]])
def test_what_cannot_be_meant_is_refused(box: Path, arguments: list[str]) -> None:
    assert invoke(["ledger", *arguments]) == 2
    ledger = Ledger(find_home().ledger)
    assert len(ledger.rejections()) == 3
    ledger.close()


def test_nothing_is_there_to_forget(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["path"], ["export"], ["forget", "--all", "--yes"]):
        assert invoke(["ledger", *words]) == 0
    assert not find_home().ledger.exists()


def test_another_application_at_the_same_employer_is_kept(tmp_path: Path) -> None:
    home()
    text = "Hello Jo,\n\nThank you for applying for the {} role at Acme. We have decided not to move forward with your application.\n"
    mails = [
        wire(text.format(role), id=f"<{n}@acme.example>", days=5 + n, subject=f"{role}", sender="Ann Lee <ann@acme.example>")
        for n, role in enumerate(("Nurse", "Welder"))
    ]
    box = maildir(tmp_path / "m", *mails)
    run(box)
    assert invoke(["ledger", "forget", "Acme Nurse", "--yes"]) == 0
    ledger = Ledger(find_home().ledger)
    assert [r.role for r in ledger.rejections()] == ["Welder"]
    assert [k.message_id for k in ledger.known(f"maildir:{box}")] == ["<1@acme.example>"]
    ledger.close()


def test_facts_are_dropped_when_their_time_has_come_and_not_drafted_for_again(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", *(rejection(n) for n in range(2)))
    r = on_maildir(box, ledger=Ledger(tmp_path / "l.sqlite3"))
    r = replace(r, config=replace(r.config, ledger=replace(r.config.ledger, keep_days=90)))
    assert [o.action for o in go(r)] == [Action.DRAFTED] * 2
    go(r, NOW + timedelta(days=60))
    assert len(r.ledger.rejections()) == 2
    go(r, NOW + timedelta(days=120))
    assert r.ledger.rejections() == () == r.ledger.known(r.mailbox.name)
    assert r.ledger.drafts() == ()
    for path in (box / ".Drafts" / "cur").iterdir():
        path.unlink()
    # The clock goes back, and the mails are young enough again.
    go(r, NOW)
    assert r.ledger.rejections() == ()
    assert drafts_in(box) == []


# -- no words --------------------------------------------------------------------------------------------------------

MARK = "xylophone marmalade"


def marked(text: str, *, html: bool = False, **more: Any) -> bytes:
    """A mail with the marked sentence in its plain text, its HTML and an attachment."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = more.get("sender", "Ann Lee <ann@acme.example>"), f"Jo Doe <{ME}>"
    made["Subject"] = more.get("subject", "Your application to Acme")
    made["Date"] = format_datetime(NOW - timedelta(days=more.get("days", 5)))
    made["Message-ID"] = more["id"]
    if "answers" in more:
        made["In-Reply-To"] = made["References"] = more["answers"]
    made.set_content(f"{text}\n\nA {MARK} to you.\n")
    if html:
        made.add_alternative(f"<p>{text}</p><p>A <b>{MARK}</b> to you.</p>", subtype="html")
    made.add_attachment(f"A {MARK}.".encode(), maintype="text", subtype="plain", filename="letter.txt")
    return made.as_bytes()


NO = "Hello Jo,\n\nThank you for applying for the {} role at {}. We have decided not to move forward with your application."


def test_no_words_of_any_mail_are_kept_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rejections, invitations, answers with feedback, chatter; a broken letter, a run with --debug, every command that writes.

    Below the home folder, in what is printed, and in what is exported there is no marked word. The notes are the user's own
    notebook: there, and only there, the words of an answer may be.
    """
    root = home()
    mails = [
        marked(NO.format("Nurse", "Acme"), id="<1@acme.example>", html=True),
        marked(NO.format("Welder", "Beta"), id="<2@beta.example>", sender="Bo Berg <bo@beta.example>", days=1),
        marked(NO.format("Clerk", "Gamma"), id="<3@gamma.example>", sender="Gamma <no-reply@gamma.example>"),
        marked("We would like to invite you to an interview on Monday at 10:00.", id="<4@delta.example>", html=True,
               sender="Di Day <di@delta.example>", subject="Interview"),
        marked("Lunch on Friday?", id="<5@friend.example>", sender="Kit <kit@friend.example>", subject="Lunch"),
    ]  # fmt: skip
    box = maildir(tmp_path / "m", *mails)
    run(box)
    sent = marked("Thank you for letting me know. Would you send me two tips?", id="<6@example.org>", sender=f"Jo Doe <{ME}>",
                  subject="Re: Your application to Acme", answers="<1@acme.example>", days=-1)  # fmt: skip
    back = marked("Happy to help: you could show more practice with wards, and ask more questions.", id="<7@acme.example>",
                  subject="Re: Your application to Acme", answers="<6@example.org>", days=-2)  # fmt: skip
    (box / ".Sent" / "cur" / "6.sent:2,S").write_bytes(sent)
    (box / "cur" / "7.back:2,S").write_bytes(back)
    run(box, "--debug", days=3)
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "applied.j2").write_text("---\nname: applied\n---\n{{ broken", encoding="utf-8")
    run(box, "--debug", days=4)
    for words in (["status", "--all"], ["ledger", "export"], ["doctor"], ["contacts", "Gamma"]):
        invoke(words)
    captured = capsys.readouterr()
    for word in (MARK, MARK.split()[0]):
        assert traces(root, word.encode()) == []
        assert word not in captured.out + captured.err
    assert (root / "ledger.sqlite3").stat().st_size > 4096
    assert any(MARK.encode() in raw for raw in drafts_in(box)), "the quoted mail in our draft is where the words may be"
