"""`contacts` and `draft`: the user sees who is known and why, and has the last word."""

import json
from pathlib import Path

import pytest

from gmail_followup.cli.main import invoke
from tests.support.rooms import INTERVIEW_REJECTION, NOW, drafts_in, maildir, wire

AS_OF = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    from gmail_followup.home import find_home

    home = find_home().root
    home.mkdir(parents=True)
    (home / "config.toml").write_text(
        '[me]\nname = "Jo Doe"\naddresses = ["jo@example.org"]\n[proofing]\nengine = "none"\n', encoding="utf-8"
    )
    return maildir(tmp_path / "m", wire(INTERVIEW_REJECTION, sender="Acme <no-reply@greenhouse-mail.io>"))


def run(box: Path) -> None:
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--json"])


def test_nobody_is_known_and_the_user_names_somebody(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(box)
    capsys.readouterr()
    assert invoke(["contacts", "acme"]) == 0
    assert "--to name@company.example" in capsys.readouterr().out
    assert invoke(["draft", "acme engineer", "--to", "mai@acme.example", "--as-of", AS_OF, "--dry-run"]) == 0
    assert drafts_in(box) == []
    assert invoke(["draft", "acme engineer", "--to", "mai@acme.example", "--as-of", AS_OF]) == 0
    (raw,) = drafts_in(box)
    assert b"To: mai@acme.example" in raw
    assert invoke(["draft", "acme engineer", "--to", "bo@acme.example", "--as-of", AS_OF]) == 0
    assert "never written" in capsys.readouterr().out
    assert len(drafts_in(box)) == 1


def test_people_are_ranked_explained_and_overridden(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = wire("Hi Jo,\n\nGood to talk about the Data Engineer role at Acme. See you on Tuesday.\n\nMai", id="<i@acme.example>",
                   days=20, sender="Mai Nguyen <mai@acme.example>", subject="Tuesday")  # fmt: skip
    maildir(box, earlier)
    invoke(["run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--dry-run", "--json"])
    assert invoke(["contacts", "acme"]) == 2
    run(box)
    capsys.readouterr()
    assert invoke(["contacts", "acme", "--json"]) == 0
    (line,) = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert (line["email"], line["why"]) == ("mai@acme.example", ["wrote to you"])


def test_a_choice_is_kept_for_the_next_run(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(box)
    assert invoke(["contacts", "acme", "--to", "Bo@Acme.example"]) == 0
    run(box)
    (raw,) = drafts_in(box)
    assert b"To: bo@acme.example" in raw


@pytest.mark.parametrize(
    ("to", "words"),
    [("no-reply@acme.example", "Nobody reads"), ("mai", "not an address"), ("a b@c.de", "not an address")],
)
def test_wrong_addresses_are_refused(box: Path, to: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(box)
    assert invoke(["draft", "acme", "--to", to]) == 2
    assert words in capsys.readouterr().err
    assert drafts_in(box) == []


def test_unknown_and_ambiguous_names_are_told(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maildir(
        box,
        wire(
            id="<x@acme.example>",
            sender="Acme <no-reply@greenhouse-mail.io>",
            text=INTERVIEW_REJECTION.replace("Data Engineer", "Nurse"),
        ),
    )
    run(box)
    assert invoke(["contacts", "globex"]) == 2
    assert "No application is known" in capsys.readouterr().err
    assert invoke(["contacts", "acme"]) == 2
    assert "several applications" in capsys.readouterr().err
