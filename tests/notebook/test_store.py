"""Pages come back as they were saved, keep what the user wrote around them, and name what is broken."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.answers.values import Area, Sort
from gmail_followup.errors import Exit, FileError, UserError
from gmail_followup.notebook.edit import PLAN, add_note, add_step
from gmail_followup.notebook.review import load_questions
from gmail_followup.notebook.store import Notebook, read_page
from gmail_followup.notebook.values import Note, Page, Review, Step

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
NOTE = st.builds(Note, TEXT, st.sampled_from(Sort), st.sampled_from(Area), TEXT, st.booleans())
STEP = st.builds(Step, st.sampled_from(Area), TEXT, st.none() | st.dates(), st.none() | st.dates())
ANSWER = TEXT.map(lambda text: f"x{text}")
IDS = st.sampled_from([q.id for q in load_questions()])
REVIEW = st.builds(Review, st.dictionaries(IDS, ANSWER, max_size=4).map(lambda d: tuple(d.items())), st.booleans())
PAGE = st.builds(
    Page,
    st.just("<r@x>"),
    TEXT,
    TEXT,
    REVIEW,
    st.lists(NOTE, max_size=3).map(tuple),
    st.lists(STEP, max_size=3).map(tuple),
)


def same(a: Page, b: Page) -> bool:
    """Whether two pages say the same; the order of answers is the file's."""
    plain = [replace(page, review=Review((), page.review.finished)) for page in (a, b)]
    return plain[0] == plain[1] and dict(a.review.answers) == dict(b.review.answers)


@given(page=PAGE, later=PAGE)
def test_what_is_saved_comes_back_and_can_be_saved_over(
    page: Page, later: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    notebook = Notebook(tmp_path_factory.mktemp("notes"))
    path = notebook.save(page)
    assert path is not None
    found = notebook.page("<r@x>")
    assert found is not None and same(found, page)
    assert notebook.save(later) == path
    again = notebook.page("<r@x>")
    assert again is not None and same(again, later)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@given(page=PAGE)
def test_a_page_made_ready_for_the_editor_says_the_same(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    notebook = Notebook(tmp_path_factory.mktemp("notes"))
    notebook.save(page)
    questions = [(q.id, q.text) for q in load_questions()]
    path = notebook.prepare(page, questions)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert same(read_page(path), page)
    assert all(f"{key} = " in text for key, _ in questions)
    assert notebook.prepare(page, questions) == path
    assert path.read_text(encoding="utf-8") == text


def test_the_users_own_comments_stay(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    page = add_note(Page("<r@x>", "Acme", "Cook", Review((("well", "the soup"),))), "More salt", Sort.GAP, Area.SKILL)
    path = notebook.save(page)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    text = text.replace('role = "Cook"', 'role = "Cook"  # for the winter').replace(
        "[[note]]", "# from the chef\n[[note]]"
    )
    path.write_text(text.replace("[review]", "[review]\n# honestly?"), encoding="utf-8")
    notebook.change(page, lambda now: add_step(now, Area.SKILL, "Taste", date(2026, 12, 1)))
    text = path.read_text(encoding="utf-8")
    assert all(words in text for words in ("# for the winter", "# from the chef", "# honestly?", "2026-12-01"))
    assert read_page(path).steps == (Step(Area.SKILL, "Taste", date(2026, 12, 1)),)


def test_the_general_plan_has_a_page_of_its_own(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.change(PLAN, lambda now: add_step(now, Area.OTHER, "Sleep"))
    notebook.save(Page("<r@x>", "Acme"))
    assert [p.name.rpartition("-")[0] for p in sorted(tmp_path.glob("*.toml"))] == ["acme", "plan"]
    pages, problems = notebook.pages()
    assert not problems and {p.rejection_id for p in pages} == {"", "<r@x>"}


def test_a_change_works_on_what_is_there_now(tmp_path: Path) -> None:
    one, other = Notebook(tmp_path), Notebook(tmp_path)
    fresh = Page("<r@x>", "Acme")
    one.change(fresh, lambda now: add_note(now, "One", Sort.GAP, Area.SKILL))
    changed = other.change(fresh, lambda now: add_note(now, "Two", Sort.GAP, Area.SKILL))
    assert [note.text for note in changed.notes] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('rejection = "<a>"\n[[note]]\ntext = "t"\nsort = "hole"\n', 4, "does not know 'hole'"),
        ('rejection = "<a>"\n[[note]]\ntext = "t"\narea = "soul"\n', 4, "experience"),
        ('rejection = "<a>"\n[[step]]\ntext = "t"\ndue = "soon"\n', 4, "must be a date"),
        ('rejection = "<a>"\nreview = 3\n', 2, "must be a part"),
        ('rejection = "<a>"\ncompany = \n', 2, "not valid TOML"),
        ('company = "A"\n', None, "`rejection` must be a text"),
    ],
)
def test_a_broken_page_is_named_with_its_line_and_the_rest_goes_on(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    notebook = Notebook(tmp_path)
    notebook.save(Page("<r@x>", "Acme"))
    (tmp_path / "broken.toml").write_text(text, encoding="utf-8")
    pages, (problem,) = notebook.pages()
    assert [page.rejection_id for page in pages] == ["<r@x>"]
    assert problem.path.endswith("broken.toml") and problem.line == line
    assert words in str(problem)


def test_a_broken_page_is_never_written_over(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    page = Page("<r@x>", "Acme")
    path = notebook.save(page)
    assert path is not None
    path.write_text("company = ", encoding="utf-8")
    for write in (lambda: notebook.save(page), lambda: notebook.change(page, lambda now: now)):
        with pytest.raises(FileError):
            write()
    assert notebook.prepare(page, [("well", "?")]) == path
    assert path.read_text(encoding="utf-8") == "company = "


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.save(Page("<r@x>", "Acme"))
    scratch = notebook.copy_in_memory()
    scratch.change(Page("<r@x>"), lambda now: add_note(now, "One", Sort.GAP, Area.SKILL))
    (page,) = scratch.pages()[0]
    assert [note.text for note in page.notes] == ["One"]
    assert notebook.pages()[0] == (Page("<r@x>", "Acme"),)


def test_no_room_is_said_plainly(tmp_path: Path) -> None:
    place = tmp_path / "notes"
    place.write_text("a file, not a folder", encoding="utf-8")
    notebook = Notebook(place)
    for write in (lambda: notebook.save(Page("<r@x>")), lambda: notebook.change(Page("<r@x>"), lambda now: now)):
        with pytest.raises(UserError, match="could not be saved") as error:
            write()
        assert error.value.code == Exit.ACCOUNT


@given(page=PAGE, at=st.integers(0, 400), cut=st.integers(0, 9), put=st.text('"[]=#\\n3tx', max_size=3))
def test_whatever_the_user_does_to_a_page_it_is_read_or_named(
    page: Page, at: int, cut: int, put: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    notebook = Notebook(tmp_path_factory.mktemp("notes"))
    path = notebook.save(page)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    at += text.index("rejection =")
    broken = text[:at] + put + text[at + cut :]
    path.write_text(broken, encoding="utf-8")
    pages, problems = notebook.pages()
    assert len(pages) + len(problems) == 1
    try:
        notebook.change(page, lambda now: add_note(now, "More", Sort.GAP, Area.SKILL))
    except FileError:
        assert path.read_text(encoding="utf-8") == broken
    else:
        found = notebook.page(page.rejection_id)
        assert found is not None and found.notes[-1].text == "More"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 20000, b"", b"\x00"])
def test_what_is_no_page_at_all_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.toml").write_bytes(data)
    pages, (problem,) = Notebook(tmp_path).pages()
    assert pages == () and problem.path.endswith("x.toml")


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        for i in range(5):
            words = f"{number} {i}"
            Notebook(tmp_path).change(Page("<r@x>"), lambda now, w=words: add_note(now, w, Sort.GAP, Area.SKILL))  # type: ignore[misc]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    page = Notebook(tmp_path).page("<r@x>")
    assert page is not None
    assert sorted(note.text for note in page.notes) == sorted(f"{n} {i}" for n in range(6) for i in range(5))


def test_a_page_that_the_user_renamed_is_found_and_one_that_changed_its_tie_is_named(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    path = notebook.save(Page("<r@x>", "Acme"))
    assert path is not None
    mine = path.rename(tmp_path / "the one in Leeds.toml")
    notebook.change(Page("<r@x>"), lambda now: add_note(now, "More", Sort.GAP, Area.SKILL))
    assert list(tmp_path.glob("*.toml")) == [mine]
    mine.rename(path)
    path.write_text(path.read_text(encoding="utf-8").replace("<r@x>", "<other@x>"), encoding="utf-8")
    _, (problem,) = notebook.pages()
    assert problem.path == str(path) and problem.line and "not the one" in str(problem)
    with pytest.raises(FileError, match="not the one"):
        notebook.change(Page("<r@x>"), lambda now: now)
