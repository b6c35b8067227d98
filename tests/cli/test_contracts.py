"""The JSON contracts of DESIGN.md, through the command line, as acceptance reads them."""

import json
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.cli.main import invoke
from tests.support.rooms import NOW, REJECTION, drafts_in, maildir, wire

AS_OF = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
KINDS = {
    "rejection",
    "confirmation",
    "interview",
    "offer",
    "assessment",
    "status",
    "outreach",
    "newsletter",
    "other_rejection",
    "own",
    "other",
}
STAGES = {"applied", "interviewed", "final", "unknown"}
REASONS = {"not_selected", "filled", "cancelled", "on_hold", "unknown"}


@pytest.fixture(autouse=True)
def _quick_engine() -> None:
    from gmail_followup.home import find_home

    home = find_home().root
    home.mkdir(parents=True)
    (home / "config.toml").write_text('[me]\nname = "Jo Doe"\n[proofing]\nengine = "none"\n', encoding="utf-8")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_scan_prints_a_line_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(wire())
    (tmp_path / "b.eml").write_bytes(wire("Lunch on Friday?", id="<l@x.example>", subject="Lunch"))
    assert invoke(["scan", str(tmp_path), "--json"]) == 0
    found = lines(capsys)
    assert [line["verdict"] for line in found] == ["rejection", "other"]
    line = found[0]
    assert line["id"] == "<r1@acme.example>"
    assert line["source"] == "a.eml"
    assert line["date"] == "2026-11-15T09:00:00Z"
    assert (line["company"], line["role"], line["language"]) == ("Acme", "Data Engineer", "en")
    assert (line["kind"], line["stage"], line["reason"], line["answerable"]) == (
        "rejection",
        "applied",
        "not_selected",
        "yes",
    )
    assert 0.5 <= line["score"] <= 1
    for line in found:
        assert line["kind"] in KINDS
        assert line["stage"] in STAGES
        assert line["reason"] in REASONS
        assert set(line) == {
            "id", "source", "date", "from", "subject", "verdict", "kind", "score", "stage", "reason", "answerable", "company", "role",
            "language", "evidence",
        }  # fmt: skip
    body = REJECTION
    for evidence in found[0]["evidence"]:
        assert set(evidence) == {"rule", "text", "field", "start", "end", "weight"}
        if evidence["field"] == "body":
            assert body[evidence["start"] : evidence["end"]] == evidence["text"]


def test_scan_only_rejections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(wire())
    (tmp_path / "b.eml").write_bytes(wire("Lunch on Friday?", id="<l@x.example>", subject="Lunch"))
    assert invoke(["scan", str(tmp_path), "--json", "--only", "rejections"]) == 0
    assert [line["source"] for line in lines(capsys)] == ["a.eml"]


def test_scan_knows_whose_mailbox_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(wire(sender="jo@example.org", to="ann@acme.example"))
    assert invoke(["scan", str(tmp_path), "--json", "--me", "other@example.org", "--me", "Jo@Example.org"]) == 0
    assert [line["kind"] for line in lines(capsys)] == ["own"]


def test_scan_counts_what_it_skips_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(wire())
    (tmp_path / "empty.eml").write_bytes(b"")
    assert invoke(["scan", str(tmp_path), "--json"]) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1
    assert "empty.eml" in captured.err
    assert "1 skipped" in captured.err


def test_run_prints_a_line_a_rejection_and_nothing_without_news(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = maildir(
        tmp_path / "m",
        wire(),
        wire(id="<w@b.example>", days=1, sender="Bo Berg <bo@b.example>", text=REJECTION.replace("Acme", "Beta")),
    )
    arguments = ["run", "--mailbox", f"maildir:{box}", "--json", "--as-of", AS_OF, "--me", "jo@example.org"]
    assert invoke(arguments) == 0
    found = {line["id"]: line for line in lines(capsys)}
    drafted, waiting = found["<r1@acme.example>"], found["<w@b.example>"]
    assert set(drafted) == {"id", "action", "why", "not_before", "application", "draft", "findings"}
    assert (drafted["action"], drafted["not_before"], drafted["findings"]) == ("drafted", None, [])
    assert drafted["application"] == {"company": "Acme", "role": "Data Engineer", "stage": "applied", "state": "drafted"}
    draft = drafted["draft"]
    assert set(draft) == {"id", "to", "from", "subject", "template", "in_reply_to", "thread_id"}
    assert (draft["to"], draft["from"], draft["in_reply_to"]) == (
        ["ann@acme.example"],
        "jo@example.org",
        "<r1@acme.example>",
    )
    assert (waiting["action"], waiting["not_before"], waiting["draft"]) == ("waiting", "2026-11-21T09:00:00Z", None)
    assert invoke(arguments) == 0
    assert lines(capsys) == []
    assert len(drafts_in(box)) == 1


def test_run_with_nobody_to_write_to_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = maildir(tmp_path / "m", wire(sender="Acme <no-reply@acme.example>"))
    assert invoke(["run", "--mailbox", f"maildir:{box}", "--json", "--as-of", AS_OF]) == 1
    assert [line["action"] for line in lines(capsys)] == ["needs_contact"]


def test_run_dry_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = maildir(tmp_path / "m", wire())
    before = sorted(p.relative_to(box) for p in box.rglob("*"))
    for _ in range(2):
        assert invoke(["run", "--mailbox", f"maildir:{box}", "--json", "--as-of", AS_OF, "--dry-run"]) == 0
        (line,) = lines(capsys)
        assert (line["action"], line["draft"]["id"]) == ("drafted", None)
    assert sorted(p.relative_to(box) for p in box.rglob("*")) == before


def test_check_prints_a_line_a_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(
        "Hello Mai,\n\nThank you for the conversation. Could you share two or three tips? I would love to be considered again.\n\n"
        "Best regards,\nJo\n",
        encoding="utf-8",
    )
    bad.write_text("Hello Mai,\n\nYour team wasted my time.\n\nBest regards,\nJo\n", encoding="utf-8")
    assert invoke(["check", str(good), str(bad), "--json"]) == 1
    first, second = lines(capsys)
    assert (first["source"], first["ok"], first["moves"]) == (
        str(good),
        True,
        {"thanks": True, "tips": True, "future": True},
    )
    assert second["ok"] is False
    assert {f["class"] for f in second["findings"]} >= {"blame", "missing_thanks", "missing_tips", "missing_future"}
    for finding in second["findings"]:
        assert set(finding) >= {"class", "severity", "start", "end", "text", "message", "suggestions", "engine"}
        assert finding["severity"] in ("block", "advise")


def test_check_names_the_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.home import find_home

    find_home().config.write_text('[proofing]\nengine = "harper"\n', encoding="utf-8")
    file = tmp_path / "l.txt"
    file.write_text("Hello Mai,\n\nThank you for the the tour.\n\nBest regards,\nJo\n", encoding="utf-8")
    assert invoke(["check", str(file), "--json"]) == 1
    (line,) = lines(capsys)
    assert line["engine"].startswith("harper")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--mailbox", "imap:x"], 2, "is not a mailbox"),
        (["run", "--mailbox", "maildir:/nonexistent"], None, "/nonexistent"),
        (["scan", "/nonexistent"], 2, "does not exist"),
        (["check", "/nonexistent"], 2, "cannot be read"),
        (["run", "--as-of", "yesterday"], 2, "is not a time"),
        (["run", "--since", "soon"], 2, "is not a time span"),
        (["explain", "<nowhere@x.example>"], 2, "No mail is known"),
        (["correct", "<nowhere@x.example>", "--rejection"], 2, "No mail is known"),
        (["frobnicate"], 2, "No such command"),
        (["run", "--mailbox", "gmail"], None, "gmail-followup auth login"),
    ],
)
def test_mistakes_get_plain_words_and_a_stable_code(
    arguments: list[str], code: int | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = invoke(arguments)
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert found == code if code is not None else found in (2, 4)


def test_a_mistake_in_the_configuration_names_file_line_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.home import find_home

    find_home().config.write_text("[timing]\ncool_off_dayz = 1\n", encoding="utf-8")
    assert invoke(["run", "--mailbox", "maildir:/tmp"]) == 2
    err = capsys.readouterr().err
    assert "config.toml:2" in err
    assert "cool_off_days" in err


def test_a_broken_rule_file_is_named_and_the_rest_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.home import find_home

    rules = find_home().rules
    rules.mkdir()
    (rules / "mine.toml").write_text('[[rule]]\nid = "x"\nsays = "rejection"\nphrasez = ["no"]\n', encoding="utf-8")
    (tmp_path / "a.eml").write_bytes(wire())
    assert invoke(["scan", str(tmp_path / "a.eml"), "--json"]) == 0
    captured = capsys.readouterr()
    assert "mine.toml:1" in captured.err
    assert "phrases" in captured.err
    assert json.loads(captured.out)["verdict"] == "rejection"


def test_correct_wins_from_then_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(wire())
    assert invoke(["correct", str(file), "--not-rejection"]) == 0
    capsys.readouterr()
    assert invoke(["scan", str(file), "--json"]) == 0
    assert lines(capsys)[0]["verdict"] == "other"
    assert invoke(["correct", str(file), "--rejection", "--company", "Acme GmbH"]) == 0
    capsys.readouterr()
    assert invoke(["scan", str(file), "--json"]) == 0
    (line,) = lines(capsys)
    assert (line["verdict"], line["company"]) == ("rejection", "Acme GmbH")


def test_explain_shows_words_sums_and_what_spoke_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(wire(REJECTION + "\nIf you are not selected for another role, do not worry.\n"))
    assert invoke(["explain", str(file)]) == 0
    out = capsys.readouterr().out
    assert "move forward" in out
    assert "en/rejection.toml:" in out
    assert "The sum is" in out
    assert "Heard, but not counted" in out


def test_status_tells_what_waits_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = maildir(tmp_path / "m", wire(days=1))
    assert invoke(["status"]) == 0
    capsys.readouterr()
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF])
    capsys.readouterr()
    assert invoke(["status"]) == 0
    out = capsys.readouterr().out
    assert "Cooling off" in out
    assert "Data Engineer at Acme" in out
    assert invoke(["status", "--json"]) == 0
    (line,) = lines(capsys)
    assert (line["state"], line["application"]["company"]) == ("waiting", "Acme")


def test_terminal_control_sequences_in_mail_never_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = wire(REJECTION.replace("Acme", "Ac\x1b]0;owned\x07me\u202e"), subject="Hi \x1b[2J")
    file = tmp_path / "a.eml"
    file.write_bytes(evil)
    box = maildir(tmp_path / "m", evil)
    for arguments in (
        ["explain", str(file)],
        ["scan", str(file)],
        ["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF],
        ["status", "--all"],
    ):
        invoke(arguments)
        captured = capsys.readouterr()
        for text in (captured.out, captured.err):
            assert not {"\x1b", "\x07", "\u202e"} & set(text), arguments


def test_mail_in_a_language_without_rules_is_never_drafted_for_and_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    italian = (
        "Gentile Jo,\n\nla ringraziamo per il suo interesse per la posizione di Data Engineer presso Acme. Purtroppo abbiamo deciso di "
        "proseguire con altri candidati il cui profilo è più in linea con la nostra ricerca.\n\nCordiali saluti,\nAnna Neri\n"
    )
    box = maildir(tmp_path / "m", wire(italian, sender="Anna Neri <anna@acme.example>"))
    assert invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--json"]) == 0
    assert lines(capsys) == []
    assert drafts_in(box) == []
    assert invoke(["status"]) == 0
    assert "languages without rules is never drafted for: it 1" in capsys.readouterr().err


def test_check_reads_our_drafts_as_the_user_left_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = maildir(tmp_path / "m", wire())
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--json"])
    capsys.readouterr()
    assert invoke(["check", "--drafts", "--json"]) == 0
    (line,) = lines(capsys)
    assert line["ok"] is True
    (path,) = (box / ".Drafts" / "cur").iterdir()
    path.write_bytes(path.read_bytes().replace(b"Hello Ann,", b"Hello Ann,\r\n\r\nYou wasted my time."))
    assert invoke(["check", "--draft", line["source"], "--json"]) == 1
    (line,) = lines(capsys)
    assert "blame" in {f["class"] for f in line["findings"]}
    assert invoke(["check"]) == 2


def test_check_reads_a_thank_you_as_a_thank_you(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It asks for nothing, and need not."""
    box = maildir(tmp_path / "m", wire())
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--json"])
    (asked,) = (box / ".Drafts" / "cur").iterdir()
    (letter,) = [line["draft"] for line in lines(capsys)]
    asked.rename(box / ".Sent" / "cur" / asked.name.split(":")[0])
    answer = wire(
        "Hello Jo,\n\nThank you for asking. We would have liked to see more experience with data pipelines, and your "
        "answers on testing were short.\n\nBest wishes,\nAnn Lee",
        id="<a1@acme.example>",
        subject=letter["subject"],
        answers=_message_id(box),
        days=-3,
    )
    (box / "cur" / "answer:2,S").write_bytes(answer)
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", "2026-11-28T10:00:00Z", "--json"])
    assert [line["action"] for line in lines(capsys)] == ["thanked"]
    assert invoke(["check", "--drafts", "--json"]) == 0
    (line,) = lines(capsys)
    assert line["ok"] is True
    assert set(line["moves"]) == {"thanks"} or line["moves"].get("thanks") is True


def _message_id(box: Path) -> str:
    from email import message_from_bytes

    (path,) = (box / ".Sent" / "cur").iterdir()
    return str(message_from_bytes(path.read_bytes())["Message-ID"])
