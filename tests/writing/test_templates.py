"""Loading: layers, broken files, and what they hold up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import FileError
from gmail_followup.reading.values import Answerable, Reason, Stage
from gmail_followup.writing.choose import choose
from gmail_followup.writing.front import read_front
from gmail_followup.writing.templates import TemplateSet, load

Write = Callable[..., Path]
SHIPPED = {"applied", "interviewed", "final", "filled", "cancelled", "on_hold"}
SHIPPED |= {"feedback_refused", "to_contact", "interviewed_contact"}
SHIPPED |= {"thanks", "accept_call", "second_chance", "leads", "keep_in_touch", "connection_note", "call_sheet"}


def test_the_shipped_letters_have_no_problems_and_the_same_set_in_each_language(letters: TemplateSet) -> None:
    assert letters.problems == ()
    assert letters.languages == ("de", "en", "es", "fr")
    for language in letters.languages:
        assert {t.name for t in letters.templates if t.language == language} == SHIPPED


def test_missing_and_empty_folders_are_fine(tmp_path: Path) -> None:
    found = load([tmp_path, tmp_path / "nothing"])
    assert found.templates == () and found.problems == ()


def test_the_users_file_wins_file_by_file(write: Write) -> None:
    ours = write("a", "shipped a\n", folder="shipped")
    write("b", "shipped b\n", folder="shipped")
    mine = write("a", "my a\n")
    found = load([ours, mine])
    assert {t.key: "my a" in t.source for t in found.templates} == {"en/a.j2": True, "en/b.j2": False}
    assert found.find("a", "en") is not None and found.find("a", "en").path == str(mine / "en" / "a.j2")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "line", "what", "fix"),
    [
        ('descriptoin = "x"', 5, "descriptoin", "description"),
        ('when = { stage = ["interviewd"] }', 5, "interviewd", "interviewed"),
        ('when = { stge = ["final"] }', 5, "stge", "stage"),
        ('when = { to = "tread" }', 5, "tread", "thread"),
        ('moves = ["thank"]', 5, "thank", "thanks"),
        ('priority = "high"', 5, "priority", "priority = 0"),
        ("max_words = true", 5, "max_words", "max_words = 120"),
        ("x = ", 5, "TOML", "key"),
    ],
)
def test_a_mistake_in_the_head_names_line_and_fix(write: Write, more: str, line: int, what: str, fix: str) -> None:
    found = load([write("a", "hello\n", more=more)])
    (problem,) = found.problems
    assert problem.line == line and problem.path.endswith("a.j2")
    assert what in problem.what and fix in problem.fix


@pytest.mark.parametrize(
    ("body", "line", "what", "fix"),
    [
        ("fine\n{{ compny }}\n", 8, "compny", "company"),
        ("{% if false %}{{ compny }}{% endif %}\n", 7, "compny", "company"),
        ("{{ contact.nme }}\n", 7, "contact.nme", "contact.name"),
        ("{{ me.nam }}\n", 7, "me.nam", "me.name"),
        ("{{ role | frist_name }}\n", 7, "frist_name", "first_name"),
        ("a\nb {% if role %} c\n", 8, "ends inside", "endif"),
        ("a\n{{ role \n", 8, "ends inside|syntax", "braces"),
        ('{% include "parts/greting.j2" %}\n', 7, "greting", "included|Known|mean"),
        ("{{ role.__class__ }}{{ me.__class__ }}\n", 7, "Python", "documented"),
        ("{% set _x = 1 %}\n", 7, "_x", "another name"),
    ],
)
def test_a_mistake_in_the_body_is_found_without_rendering(
    write: Write, body: str, line: int, what: str, fix: str
) -> None:
    root = write("a", body)
    write("parts/greeting", "Hello,\n")
    (problem,) = load([root]).problems
    assert problem.line == line
    assert any(word in problem.what for word in what.split("|")), problem.what
    assert any(word in problem.fix for word in fix.split("|")), problem.fix


def test_a_subject_is_checked_too(write: Write) -> None:
    (problem,) = load([write("a", "x\n", more='subject = "About {{ rol }}"')]).problems
    assert problem.line == 5 and "rol" in problem.what and "role" in problem.fix


def test_other_encodings_empty_and_huge_files_are_reported_and_stop_nothing_else(write: Write) -> None:
    root = write("good", "hello\n")
    folder = root / "en"
    (folder / "latin.j2").write_bytes('+++\nname = "latin"\ndescription = "gr\xfc\xdfe"\n'.encode("latin-1"))
    (folder / "empty.j2").write_bytes(b"")
    (folder / "huge.j2").write_bytes(b"x" * 1_000_000)
    (folder / "deep.j2").write_text(
        '+++\nname = "deep"\ndescription = "d"\nlanguage = "en"\n+++\n{{ ' + "(" * 20_000 + "1" + ")" * 20_000 + " }}\n"
    )
    found = load([root])
    assert [t.name for t in found.usable] == ["good"]
    said = {Path(p.path).stem: p for p in found.problems}
    assert set(said) == {"latin", "empty", "huge", "deep"}
    assert "UTF-8" in said["latin"].what and said["latin"].line == 3
    assert "head is missing" in said["empty"].what
    assert "64 KB" in said["huge"].what
    assert "nested" in said["deep"].what


def test_windows_line_ends_and_a_bom_are_fine(write: Write) -> None:
    root = write("a", "hello\n\nworld {{ company }}\n")
    path = root / "en" / "a.j2"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load([root]).problems == ()


def test_a_broken_copy_of_the_user_holds_the_letter_and_is_not_replaced_by_the_shipped_one(write: Write) -> None:
    when = 'when = { stage = ["applied"] }'
    ours = write("a", "shipped\n", more=when, folder="shipped")
    for body, more in (("{{ compny }}\n", when), ("fine\n", "nonsense = 1")):
        found = load([ours, write("a", body, more=more)])
        assert len(found.held) == 1 and found.usable == ()
        choice = choose(
            found, language="en", stage=Stage.APPLIED, reason=Reason.UNKNOWN, answerable=Answerable.YES, to="thread"
        )
        assert choice.template is None and choice.problem is found.problems[0]
        assert "a mistake" in choice.why


def test_a_broken_part_holds_the_letters_that_include_it_and_no_other(write: Write) -> None:
    root = write("a", '{% include "parts/x.j2" %}\n')
    write("b", "plain\n")
    write("parts/x", '{% include "parts/y.j2" %}\n')
    write("parts/y", "one\n{% if %}\n")
    found = load([root])
    assert [t.name for t in found.usable] == ["b"]
    assert len(found.problems) == 1 and found.problems[0].path.endswith("y.j2") and found.problems[0].line == 2


@given(st.text(max_size=300))
def test_any_text_as_a_head_gives_a_front_or_a_file_error(text: str) -> None:
    for candidate in (
        text,
        f"+++\n{text}\n+++\nbody",
        f'+++\nname = "a"\ndescription = "d"\nlanguage = "en"\n{text}\n+++\n',
    ):
        try:
            front = read_front(candidate, "a.j2", name="a", language="en")
        except FileError as error:
            assert "a.j2" in error.what
        else:
            assert front.name == "a"
