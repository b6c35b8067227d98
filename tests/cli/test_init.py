"""`init`: the folder is made once and never overwritten; the walk can be stopped and gone on with."""

import json
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.cli import init
from gmail_followup.cli.folder import make_home, set_name, toml_text
from gmail_followup.config import load_config
from gmail_followup.home import Home, shipped
from gmail_followup.rules.examples import check_examples
from gmail_followup.rules.rule import load
from gmail_followup.writing.variables import plain
from tests.cli.conftest import Run

GOOD = {"installed": {"client_id": "1.apps.example", "client_secret": "s"}}
STEPS = ("Make a project", "Switch on the Gmail API", "OAuth consent screen", "download the client file")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "_is_terminal", lambda: True)


def test_quick_makes_the_folder_and_prints_the_steps(run: Run, home: Home) -> None:
    done = run("init", "--quick", "--name", 'Zoë "Z" Doe')
    assert done.code == 0
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert load_config(home).me.name == 'Zoë "Z" Doe'
    assert (home.templates / "en" / "interviewed.j2").read_bytes() == (
        shipped("templates") / "en" / "interviewed.j2"
    ).read_bytes()
    for words in (*STEPS, "hasn't verified this app", "Continue", "(unsafe)", "7 days", "Publish app", "Desktop app"):
        assert words in done.out, words
    assert str(home.root / "credentials.json") in done.out
    assert not (home.root / "credentials.json").exists()


def test_what_is_there_is_never_overwritten(run: Run, home: Home) -> None:
    assert run("init", "--quick", "--name", "Alex Doe").code == 0
    for path in (home.config, home.rules / "my-rules.toml", home.templates / "en" / "final.j2"):
        path.write_text(path.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    before = contents(home.root)
    again = run("init", "--quick", "--name", "Somebody Else")
    assert again.code == 0
    assert contents(home.root) == before
    assert "Alex Doe" in again.out


def test_a_name_that_was_left_empty_can_be_filled_in_later(run: Run, home: Home) -> None:
    assert "No name signs your letters" in run("init", "--quick").out
    before = home.config.read_text(encoding="utf-8").splitlines()
    assert run("init", "--quick", "--name", "Alex Doe").code == 0
    after = home.config.read_text(encoding="utf-8").splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert changed == [('name = ""', 'name = "Alex Doe"')]


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_folder_that_others_can_read_is_closed(run: Run, home: Home) -> None:
    home.root.mkdir(mode=0o755)
    home.root.chmod(0o755)
    run("init", "--quick")
    assert home.root.stat().st_mode & 0o777 == 0o700


def test_a_file_in_the_way_is_told_in_words(run: Run, home: Home) -> None:
    home.root.write_text("in the way", encoding="utf-8")
    done = run("init", "--quick")
    assert done.code == 2
    assert str(home.root) in done.err


@given(st.text(max_size=80))
def test_any_text_survives_toml(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert tomllib.loads(f"name = {toml_text(text)}") == {"name": text}


@given(st.text(min_size=1, max_size=60))
def test_any_name_can_sign(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    home = Home(tmp_path_factory.mktemp("name") / "home")
    list(make_home(home))
    set_name(home, name)
    assert load_config(home).me.name == plain(name)


def test_the_example_rules_are_off_and_would_work(home: Home, tmp_path: Path) -> None:
    example = (shipped("rules") / "my-rules.example.toml").read_text(encoding="utf-8")
    list(make_home(home))
    assert load(home.rules, None).rules == ()
    assert load(home.rules, None).problems == ()
    lines = example.splitlines()
    wanted = False
    for index, line in enumerate(lines):
        wanted = line == "# [[rule]]" or (wanted and line.startswith("# "))
        lines[index] = line[2:] if wanted else line
    (tmp_path / "on").mkdir()
    (tmp_path / "on" / "my-rules.toml").write_text("\n".join(lines), encoding="utf-8")
    found = load(shipped("rules") / "packs", tmp_path / "on")
    assert not [str(p) for p in found.problems]
    mine = [r for r in found.rules if not r.shipped]
    assert [r.id for r in mine] == ["my-pursue-others", "my-no-just"]
    assert "kept-on-file" in found.off
    assert not [f for f in check_examples(found.rules) if not f.rule.shipped]


# ---- the walk


@pytest.mark.usefixtures("terminal")
def test_the_walk_stops_and_goes_on_where_it_stopped(run: Run, home: Home) -> None:
    first = run("init", stdin="Alex Doe\n\nq\n")
    assert first.code == 0
    assert load_config(home).me.name == "Alex Doe"
    assert STEPS[1] in first.out and STEPS[2] not in first.out
    second = run("init", stdin="q\n")
    assert f"1 of 4  {STEPS[0]}: done." in second.out
    assert "Enable" in second.out
    assert STEPS[2] not in second.out


@pytest.mark.usefixtures("terminal")
def test_the_client_file_is_looked_at(run: Run, home: Home) -> None:
    run("init", "--quick", "--name", "Alex")
    path = home.root / "credentials.json"
    missing = run("init", stdin="\n\n\n\nq\n")
    assert "is not there" in missing.err
    path.write_text(json.dumps({"web": GOOD["installed"]}), encoding="utf-8")
    assert "web site" in run("init", stdin="\nq\n").err
    path.write_bytes(shipped("credentials.example.json").read_bytes())
    assert "shipped example" in run("init", stdin="\nq\n").err
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    good = run("init", stdin="n\n")
    assert good.code == 0
    assert all(f"{number} of 4" in good.out for number in range(1, 5))
    assert good.out.count(": done.") == 4
    assert "hasn't verified this app" in good.out
    assert "gmail-followup auth login" in good.out


@pytest.mark.usefixtures("terminal")
def test_the_downloaded_file_is_fetched_only_with_leave(run: Run, home: Home, tmp_path: Path) -> None:
    run("init", "--quick", "--name", "Alex")
    downloads = tmp_path / "Downloads"
    downloads.mkdir()
    (downloads / "client_secret_1.json").write_text(json.dumps(GOOD), encoding="utf-8")
    path = home.root / "credentials.json"
    run("init", stdin="\n\n\n\nn\nq\n")
    assert not path.exists()
    run("init", stdin="\ny\nn\n")
    assert json.loads(path.read_text(encoding="utf-8")) == GOOD
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("terminal")
def test_again_walks_through_all_steps(run: Run, home: Home) -> None:
    run("init", "--quick", "--name", "Alex")
    (home.root / "credentials.json").write_text(json.dumps(GOOD), encoding="utf-8")
    done = run("init", "--again", stdin="\n\n\n\nn\n")
    assert done.code == 0
    assert ": done." not in done.out
    assert "of the right kind" in done.out


@pytest.mark.usefixtures("terminal")
def test_ctrl_c_or_the_end_of_input_is_an_interruption(run: Run) -> None:
    assert run("init", "--name", "Alex", stdin="").code == 130
