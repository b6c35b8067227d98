"""`doctor`: every mistake is named with what to do, and none hides another."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.home import Home
from gmail_followup.ledger.store import Ledger
from gmail_followup.proofing.rules import load_letter_rules
from tests.cli.conftest import Ran, Run
from tests.cli.test_auth import configure
from tests.mailbox.gmail_setup import save_login, settings_for
from tests.support.fake_gmail import FakeGmail


@pytest.fixture
def local(run: Run, home: Home, tmp_path: Path) -> Home:
    """All well, on a Maildir."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    run("init", "--quick", "--name", "Alex Doe")
    write(home, f'[me]\nname = "Alex Doe"\n[mailbox]\nuse = "maildir:{tmp_path}/Maildir"\n')
    return home


def write(home: Home, text: str) -> None:
    home.config.write_text(text, encoding="utf-8")


def checks(done: Ran) -> dict[str, dict[str, Any]]:
    """The worst line of each check."""
    found: dict[str, dict[str, Any]] = {}
    for line in (json.loads(text) for text in done.out.splitlines()):
        assert set(line) == {"check", "mark", "says", "fix"}
        assert line["mark"] == "ok" or line["fix"], line
        if found.get(line["check"], {}).get("mark", "ok") == "ok":
            found[line["check"]] = line
    return found


def amiss(done: Ran) -> dict[str, str]:
    return {name: line["mark"] for name, line in checks(done).items() if line["mark"] != "ok"}


def test_all_well_on_a_maildir(run: Run, local: Home) -> None:
    done = run("doctor")
    assert done.code == 0, done.out
    assert "All is well." in done.out
    as_json = run("doctor", "--json")
    assert as_json.code == 0
    expected = {"python", "home", "config", "templates", "rules", "mailbox", "ledger", "grammar", "languagetool"}
    assert set(checks(as_json)) == expected
    assert "harper" in checks(as_json)["grammar"]["says"]


def test_it_changes_nothing(run: Run, home: Home) -> None:
    assert run("doctor").code == 4
    assert not home.root.exists()


def test_a_new_user_is_told_where_to_begin(run: Run) -> None:
    done = run("doctor", "--json")
    expected = {"home": "missing", "config": "missing", "credentials": "missing", "login": "missing"}
    assert (done.code, amiss(done)) == (4, expected)
    assert "gmail-followup init" in checks(done)["home"]["fix"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[me\n", "not valid TOML"),
        ('[me]\nnmae = "x"\n', "nmae"),
        ('[gmail]\nendpoint = "http://mail.example/"\n', "plain http"),
        ('[me]\nname = ""\n', "no name"),
    ],
)
def test_a_broken_configuration_is_named_and_the_rest_goes_on(run: Run, local: Home, text: str, says: str) -> None:
    write(local, text)
    found = checks(run("doctor", "--json"))
    assert found["config"]["mark"] == "look"
    assert says in found["config"]["says"]
    assert {"templates", "rules", "ledger", "grammar"} <= set(found)


def test_mistakes_in_templates_and_rules_name_file_and_line(run: Run, local: Home) -> None:
    letter = local.templates / "en" / "final.j2"
    letter.write_text(letter.read_text(encoding="utf-8") + "{{ compnay }}\n", encoding="utf-8")
    lines = len(letter.read_text(encoding="utf-8").splitlines())
    rules = local.rules / "my-rules.toml"
    rule = '\n[[rule]]\nid = "a"\nsays = "rejection"\nphrases = ["go ("]\nyes = ["go"]\nno = ["no"]\n'
    rules.write_text(rules.read_text(encoding="utf-8") + rule, encoding="utf-8")
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"templates": "look", "rules": "look"})
    found = checks(done)
    assert f"{letter}:{lines}" in found["templates"]["says"]
    assert "company" in found["templates"]["fix"]
    assert f"{rules}:" in found["rules"]["says"]


def test_a_rule_that_fails_its_own_examples(run: Run, local: Home) -> None:
    rule = 'id = "a"\nsays = "rejection"\nphrases = ["go"]\nyes = ["come"]\nno = ["x"]\n'
    (local.rules / "mine.toml").write_text(f'[pack]\nlanguage = "en"\n[[rule]]\n{rule}', encoding="utf-8")
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"rules": "look"})
    assert "mine.toml:3" in checks(done)["rules"]["says"]


def test_a_rule_may_be_switched_off_whichever_pack_it_is_in(run: Run, local: Home) -> None:
    one = sorted(r.id for r in load_letter_rules().rules)[0]
    (local.rules / "off.toml").write_text(
        f'[[rule]]\nid = "kept-on-file"\noff = true\n[[rule]]\nid = "{one}"\noff = true\n', encoding="utf-8"
    )
    assert amiss(run("doctor", "--json")) == {}
    (local.rules / "off.toml").write_text('[[rule]]\nid = "kept-on-fiel"\noff = true\n', encoding="utf-8")
    done = run("doctor", "--json")
    assert "kept-on-fiel" in checks(done)["rules"]["says"]


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_rights(run: Run, local: Home) -> None:
    local.root.chmod(0o755)
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"home": "look"})
    assert "chmod 700" in checks(done)["home"]["fix"]


def test_a_ledger(run: Run, local: Home) -> None:
    Ledger(local.ledger).close()
    assert "schema" in checks(run("doctor", "--json"))["ledger"]["says"]
    with sqlite3.connect(local.ledger) as ledger:
        ledger.execute("PRAGMA user_version = 9999")
    ledger.close()
    assert amiss(run("doctor", "--json")) == {"ledger": "look"}
    local.ledger.write_bytes(b"this is no ledger" * 1000)
    assert amiss(run("doctor", "--json")) == {"ledger": "look"}


@pytest.mark.parametrize("use", ["maildir:/nowhere/at/all", "mbox:/nowhere/at/all", "imap:x"])
def test_a_mailbox_that_is_not_there(run: Run, local: Home, use: str) -> None:
    write(local, f'[me]\nname = "A"\n[mailbox]\nuse = "{use}"\n')
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"mailbox": "look"})


def test_grammar_that_cannot_be_had(run: Run, local: Home) -> None:
    text = local.config.read_text(encoding="utf-8")
    write(local, text + '[proofing]\nengine = "languagetool"\n')
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"languagetool": "missing"})
    write(local, text + '[proofing]\nurl = "http://127.0.0.1:9"\n')
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (1, {"grammar": "look"})
    write(local, text + '[proofing]\nengine = "none"\n')
    assert run("doctor").code == 0


# ---- Gmail


def test_gmail_all_well_and_really_asked(run: Run, home: Home, fake_gmail: FakeGmail) -> None:
    configure(fake_gmail, home)
    save_login(fake_gmail, settings_for(fake_gmail, home.root), home)
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (0, {})
    assert "jo@example.org" in checks(done)["mailbox"]["says"]
    assert fake_gmail.calls
    assert fake_gmail.units <= 2


def test_gmail_without_a_login(run: Run, home: Home, fake_gmail: FakeGmail) -> None:
    configure(fake_gmail, home)
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (4, {"login": "missing"})
    assert fake_gmail.connections == 0


def test_gmail_whose_login_has_ended(run: Run, home: Home, fake_gmail: FakeGmail) -> None:
    configure(fake_gmail, home)
    token = save_login(fake_gmail, settings_for(fake_gmail, home.root), home)
    home.token.write_text(
        home.token.read_text(encoding="utf-8")
        .replace(token.refresh_token, "gone-refresh")
        .replace(token.access_token, "gone-access"),
        encoding="utf-8",
    )
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (4, {"mailbox": "look"})
    assert "auth login" in checks(done)["mailbox"]["fix"]


def test_gmail_out_of_reach_is_said(run: Run, home: Home) -> None:
    with FakeGmail() as fake:
        configure(fake, home)
        save_login(fake, settings_for(fake, home.root), home)
    done = run("doctor", "--json")
    assert (done.code, amiss(done)) == (4, {"mailbox": "look"})
    assert "no network" in checks(done)["mailbox"]["says"]
