"""`templates`: what is shown, what is written, and that nothing of the user's is lost."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gmail_followup.cli import templates as command
from gmail_followup.cli.preview import changes, sample_for
from gmail_followup.home import Home, shipped
from gmail_followup.writing.sandbox import FILTERS
from gmail_followup.writing.templates import LANGUAGES, load
from gmail_followup.writing.variables import VARIABLES, Profile
from tests.cli.conftest import Run

HARPER = '[me]\nname = "Alex Doe"\n[proofing]\nengine = "harper"\n'


@pytest.fixture
def home(home: Home) -> Home:
    home.root.mkdir()
    home.config.write_text(HARPER, encoding="utf-8")
    return home


def body(path: Path, text: str) -> None:
    """Puts another text below the head."""
    head = path.read_text(encoding="utf-8").split("+++\n")[1]
    path.write_text(f"+++\n{head}+++\n{text}\n", encoding="utf-8")


def test_list_says_what_is_whose(run: Run, home: Home) -> None:
    done = run("templates", "list")
    keys = [p.relative_to(shipped("templates")).as_posix()[:-3] for p in shipped("templates").glob("*/*.j2")]
    assert done.code == 0
    assert all(re.search(rf"(?m)^{key}  shipped$", done.out) for key in keys)
    run("init", "--quick")
    body(home.templates / "en" / "final.j2", "Dear all,")
    run("templates", "new", "mine", "--from", "de/applied")
    out = run("templates", "list").out
    assert "en/applied  as shipped" in out
    assert "en/final  yours, changed" in out
    assert "de/mine  yours\n" in out
    assert "en/" not in run("templates", "list", "--language", "de").out


def test_list_names_a_mistake(run: Run, home: Home) -> None:
    run("init", "--quick")
    body(home.templates / "en" / "final.j2", "Dear {{ compnay }},")
    done = run("templates", "list")
    assert done.code == 1
    assert f"{home.templates / 'en' / 'final.j2'}:" in done.out
    assert "Did you mean `company`?" in done.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_preview_shows_every_letter_of_a_language(run: Run, home: Home, language: str) -> None:
    done = run("templates", "preview", "--language", language)
    names = [p.stem for p in (shipped("templates") / language).glob("*.j2")]
    assert len(names) >= 8
    assert all(f"\n{language}/{name}  shipped" in f"\n{done.out}" for name in names)
    assert done.out.count("| Alex Doe") == len(names)


def test_preview_shows_findings_beside_the_line_that_they_come_from(run: Run, home: Home) -> None:
    run("init", "--quick")
    path = home.templates / "en" / "final.j2"
    text = "Hello,\n\nThank you.\n\nIt is your fault that I did badly.\n\nKind regards,\n{{ me.name }}"
    body(path, text)
    lines = path.read_text(encoding="utf-8").splitlines()
    where = lines.index("It is your fault that I did badly.") + 1
    done = run("templates", "preview", "final")
    assert done.code == 1
    shown = done.out.splitlines()
    at = next(i for i, line in enumerate(shown) if line.strip() == f"{where} | It is your fault that I did badly.")
    assert f"> line {where}, blame:" in shown[at + 1]
    assert "missing tips" in done.out
    assert "held back" in done.out


def test_preview_of_what_would_be_taken(run: Run, home: Home) -> None:
    out = run("templates", "preview", "--stage", "final").out
    assert out.startswith("en/final  shipped")
    assert out.count("Checked by") == 1
    assert run("templates", "preview", "--stage", "nowhere").code == 2
    assert "There are no letters in 'xx'" in run("templates", "preview", "--language", "xx").err


def test_preview_with_nothing_known(run: Run, home: Home) -> None:
    full, bare = (run("templates", "preview", "applied", *more).out for more in ((), ("--bare",)))
    assert "Acme" in full and "Data Engineer" in full
    assert "Acme" not in bare and "Data Engineer" not in bare


def test_a_preview_fits_the_letters_own_conditions() -> None:
    templates = load([shipped("templates")])
    for template in templates.usable:
        assert template.front is not None
        when = template.front.when
        for bare in (False, True):
            facts = sample_for(template, "", Profile("Alex"), bare=bare)
            assert facts.language == template.language
            assert not when.stage or facts.stage in when.stage
            assert not when.reason or facts.reason in when.reason
            assert not when.answerable or facts.answerable in when.answerable
            assert when.to in ("any", facts.to)
            assert facts.me.name == "Alex"


def test_an_unknown_name_is_answered_with_the_nearest(run: Run, home: Home) -> None:
    done = run("templates", "preview", "interveiwed")
    assert done.code == 2
    assert "en/interviewed" in done.err


# ---- watching


def test_watching_sees_every_save_and_nothing_else(tmp_path: Path) -> None:
    letter = tmp_path / "en" / "a.j2"
    letter.parent.mkdir()
    letter.write_text("one", encoding="utf-8")
    seconds: list[float] = []
    acts = {
        2: lambda: letter.write_text("two", encoding="utf-8"),
        4: lambda: (letter.parent / "b.j2").write_text("new", encoding="utf-8"),
        5: lambda: (letter.parent / "notes.txt").write_text("not a letter", encoding="utf-8"),
        7: lambda: letter.unlink(),
    }

    def sleep(duration: float) -> None:
        seconds.append(duration)
        if len(seconds) in acts:
            acts[len(seconds)]()
        if len(seconds) == 9:
            raise KeyboardInterrupt

    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        for _ in changes([tmp_path], sleep):
            seen.append(len(seconds))
    assert seen == [0, 2, 4, 7]
    assert set(seconds) == {1.0}


def test_watch_without_a_terminal_prints_once(run: Run, home: Home) -> None:
    done = run("templates", "preview", "applied", "--watch")
    assert done.code == 0
    assert done.out.count("Checked by") == 1


def test_watch_on_a_terminal_shows_it_again_until_ctrl_c(run: Run, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init", "--quick")
    path = home.templates / "en" / "applied.j2"

    def saves(folders: object) -> Iterator[None]:
        yield
        body(path, "Broken {{ compnay }}")
        yield
        body(path, "Hello,\n\nMended.")
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("gmail_followup.cli.preview.changes", saves)
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True, raising=False)
    done = run("templates", "preview", "applied", "--watch")
    assert done.code == 0
    out = click.unstyle(done.out)
    assert out.count("Watching") == 3
    assert "Did you mean `company`?" in out
    assert "| Mended." in out


# ---- writing


def test_new_copies_and_can_be_previewed(run: Run, home: Home) -> None:
    done = run("templates", "new", "warm", "--from", "interviewed")
    assert done.code == 0
    assert (home.templates / "en" / "warm.j2").is_file()
    assert run("templates", "preview", "warm").out.startswith("en/warm  yours")
    assert run("templates", "new", "warm", "--from", "interviewed").code == 2
    assert run("templates", "new", "../evil", "--from", "interviewed").code == 2
    assert run("templates", "new", "x", "--from", "nothing").code == 2


@pytest.mark.skipif(os.name != "posix", reason="a shell script as editor")
def test_edit_copies_the_shipped_letter_and_opens_it(
    run: Run, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "PS. {{ company }}" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    path = home.templates / "de" / "final.j2"
    original = (shipped("templates") / "de" / "final.j2").read_text(encoding="utf-8")
    assert run("templates", "edit", "de/final").code == 0
    assert path.read_text(encoding="utf-8") == original + "PS. {{ company }}\n"
    assert [p.name for p in home.templates.rglob("*.j2")] == ["final.j2"]
    assert "yours stays" not in run("templates", "update").out
    editor.write_text('#!/bin/sh\necho "{{ compnay }}" >> "$1"\n', encoding="utf-8")
    done = run("templates", "edit", "de/final")
    assert (done.code, "company" in done.out) == (1, True)


def test_diff(run: Run, home: Home) -> None:
    run("init", "--quick")
    assert "as shipped" in run("templates", "diff").out
    for name in ("final", "applied"):
        path = home.templates / "en" / f"{name}.j2"
        path.write_text(path.read_text(encoding="utf-8") + f"PS {name}\n--- x\n", encoding="utf-8")
    both, one = run("templates", "diff").out, run("templates", "diff", "final").out
    assert "+PS final" in both and "+PS applied" in both
    assert "+PS final" in one and "applied" not in one
    assert both.count("+++ yours/") == 2
    assert "de/final.j2 is as shipped" in run("templates", "diff", "de/final").out


def test_lint(run: Run, home: Home) -> None:
    done = run("templates", "lint")
    assert (done.code, "no mistakes" in done.out) == (0, True)
    run("init", "--quick")
    body(home.templates / "fr" / "final.j2", "Bonjour {{ last_interview }}")
    done = run("templates", "lint")
    assert done.code == 1
    assert f"{home.templates / 'fr' / 'final.j2'}:" in done.out


def test_vars_names_all_of_them(run: Run) -> None:
    out = run("templates", "vars").out
    for name in (*(v.name for v in VARIABLES), "pick", *FILTERS):
        assert name in out
    assert {name for name, _, _ in command._FILTERS} <= set(FILTERS)


def test_update_brings_what_is_new_and_keeps_what_is_yours(run: Run, home: Home) -> None:
    assert "new: en/final.j2" in run("templates", "update").out
    assert "up to date" in run("templates", "update").out
    path = home.templates / "en" / "final.j2"
    body(path, "Mine.")
    mine = path.read_text(encoding="utf-8")
    run("templates", "update")
    assert path.read_text(encoding="utf-8") == mine
