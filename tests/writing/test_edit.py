"""The user's own copies: nothing that he wrote is ever lost."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gmail_followup.errors import UserError
from gmail_followup.home import shipped
from gmail_followup.writing.edit import MANIFEST, copy_to, diff, lint, new, update
from gmail_followup.writing.templates import TemplateSet, load

Write = Callable[..., Path]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        path = tmp_path / "source" / "en" / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"version 1 of {name}\n")
    return tmp_path / "source"


def test_copy_keeps_what_is_there(tmp_path: Path, source: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "en").mkdir(parents=True)
    (mine / "en" / "b.j2").write_text("my own\n")
    done = copy_to(mine, source)
    assert done.added == ("en/a.j2", "en/c.j2") and done.unchanged == ("en/b.j2",)
    assert (mine / "en" / "b.j2").read_text() == "my own\n"
    assert set(json.loads((mine / MANIFEST).read_text())) == {"en/a.j2", "en/c.j2"}


def test_update_replaces_what_is_untouched_and_lays_the_rest_beside(tmp_path: Path, source: Path) -> None:
    mine = tmp_path / "mine"
    copy_to(mine, source)
    (mine / "en" / "b.j2").write_text("mine\n")
    (mine / "en" / "c.j2").unlink()
    for name in ("a", "b", "c", "d"):
        (source / "en" / f"{name}.j2").write_text(f"version 2 of {name}\n")
    done = update(mine, source)
    assert (done.added, done.replaced, done.beside) == (("en/d.j2",), ("en/a.j2",), ("en/b.j2",))
    assert (mine / "en" / "a.j2").read_text() == "version 2 of a\n"
    assert (mine / "en" / "b.j2").read_text() == "mine\n"
    assert (mine / "en" / "b.j2.new").read_text() == "version 2 of b\n"
    assert not (mine / "en" / "c.j2").exists()
    (mine / "en" / "b.j2.new").unlink()
    again = update(mine, source)
    assert (again.added, again.replaced, again.beside) == ((), (), ())
    assert not (mine / "en" / "b.j2.new").exists()
    assert [p.name for p in mine.rglob("*.part")] == []


def test_a_damaged_manifest_loses_nothing(tmp_path: Path, source: Path) -> None:
    mine = tmp_path / "mine"
    copy_to(mine, source)
    (mine / MANIFEST).write_text("{broken")
    (mine / "en" / "a.j2").write_text("mine\n")
    (source / "en" / "a.j2").write_text("version 2 of a\n")
    assert update(mine, source).beside == ("en/a.j2",)
    assert (mine / "en" / "a.j2").read_text() == "mine\n"


def test_new_is_a_working_copy_under_another_name(tmp_path: Path, letters: TemplateSet) -> None:
    template = letters.find("final", "de")
    assert template is not None
    path = new(tmp_path, "my_final", template)
    assert path == tmp_path / "de" / "my_final.j2"
    both = load([shipped("templates"), tmp_path])
    found = both.find("my_final", "de")
    assert both.problems == () and found is not None and found.usable
    for name in ("my_final", "../x", "", "A", "a b"):
        with pytest.raises(UserError):
            new(tmp_path, name, template)


def test_diff_shows_only_what_the_user_changed(tmp_path: Path, source: Path) -> None:
    mine = tmp_path / "mine"
    copy_to(mine, source)
    assert diff(source, mine) == ""
    (mine / "en" / "b.j2").write_text("mine")
    (mine / "en" / "z.j2").write_text("extra\n")
    shown = diff(source, mine)
    assert "-version 1 of b\n+mine\n" in shown and "--- shipped/en/b.j2" in shown
    assert "--- /dev/null\n+++ yours/en/z.j2" in shown and "a.j2" not in shown


def test_lint_names_what_only_shows_in_a_letter(write: Write) -> None:
    root = write("long", "word " * 130 + "\n")
    write("left", "Hello {{ '{' }}{{ '{' }}name}},\n\nAt [{{ company }}]\n")
    write("none", "{{ last_interview | date_words }}{{ last_interview }}\n")
    write("contact", "Hello\n", more='when = { to = "contact" }')
    write("broken", "{{ compny }}\n")
    found = {Path(p.path).stem: [] for p in lint(load([root]))}  # type: dict[str, list[str]]
    for problem in lint(load([root])):
        found[Path(problem.path).stem].append(problem.what)
    assert set(found) == {"long", "left", "none", "contact", "broken"}
    assert any("130 words" in what for what in found["long"])
    assert any(":7:" in what and "{{" in what for what in found["left"])
    assert any("date_words" in what for what in found["none"]) and any("not known" in what for what in found["none"])
    assert "subject" in found["contact"][0] and "compny" in found["broken"][0]
