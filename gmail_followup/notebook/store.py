"""Pages as TOML files in the user's notes folder: one an application, written whole or not at all."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from gmail_followup.answers.values import Area, Sort
from gmail_followup.errors import Exit, FileError, UserError
from gmail_followup.notebook.values import Note, Page, Review, Step
from gmail_followup.whole import write_whole

_PATIENCE_S = 10.0
"""How long to wait while another process writes the notes."""
_NAMED = re.compile(r"-([0-9a-f]{10})\.toml$")
_HEAD = """\
Your page on one application: what you thought about it, what they told you, and what you will do next.
It is yours: change what you like, in any editor. Nothing of it leaves this machine, but for a sentence that you or
a letter of yours repeats.
  sort = gap (something is missing), not_shown (it is there, they did not see it), unclear
  area = experience, skill, certificate, communication, preparation, enthusiasm, fit, other
"""


class Notebook:
    """All pages in a folder (made when the first page is saved). folder None: kept in memory only."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._in_memory: dict[str, Page] = {}

    def page(self, rejection_id: str) -> Page | None:
        """The page of an application, None if there is none. Raises FileError for one that cannot be read."""
        if self.folder is None or rejection_id in self._in_memory:
            return self._in_memory.get(rejection_id)
        path = self._path(rejection_id)
        return None if path is None else _own(path)

    def pages(self) -> tuple[tuple[Page, ...], tuple[FileError, ...]]:
        """All pages by file name, and what is wrong with those that cannot be read."""
        pages: list[Page] = []
        problems: list[FileError] = []
        for path in self._files():
            try:
                pages.append(_own(path))
            except FileError as problem:
                problems.append(problem)
        later = self._in_memory
        pages = [later.get(page.rejection_id, page) for page in pages]
        have = {page.rejection_id for page in pages}
        pages += [page for key, page in later.items() if key not in have]
        return tuple(pages), tuple(problems)

    def save(self, page: Page) -> Path | None:
        """Writes a page; comments outside the notes and steps stay.

        Raises UserError if the disk does not take it, FileError if the file there is broken: it is left as it is.
        """
        if self.folder is None:
            self._in_memory[page.rejection_id] = page
            return None
        path = self._path(page.rejection_id) or self.folder / _name(page)
        old = _own(path) if path.exists() else None
        text = _as_text(page, path.read_text(encoding="utf-8") if old else "", old)
        self._write(path, text)
        return path

    def change(self, page: Page, how: Callable[[Page], Page]) -> Page:
        """The page as it is now, changed and saved; `page` itself where there is none yet.

        One change at a time: a run that notes an answer meanwhile loses nothing. Raises FileError for a broken page.
        """
        with self._alone():
            changed = how(self.page(page.rejection_id) or page)
            self.save(changed)
        return changed

    def path_of(self, rejection_id: str) -> Path | None:
        """The file of a page, None if there is none."""
        return self._path(rejection_id)

    def prepare(self, page: Page, questions: Sequence[tuple[str, str]]) -> Path | None:
        """The file of a page, made if need be, with a place for each answer that is still missing.

        questions: pairs of id and text. For an editor; a broken file is left as it is. None in memory.
        """
        path = self._path(page.rejection_id)
        try:
            known = self.page(page.rejection_id) or page
        except FileError:
            return path
        if path is None:
            path = self.save(known)
        if path is not None:
            self._write(path, _with_questions(path.read_text(encoding="utf-8"), questions))
        return path

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Holds the notes folder for a moment."""
        if self.folder is None:
            yield
            return
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self.folder / ".lock", timeout=_PATIENCE_S):
                yield
        except Timeout:
            raise UserError(
                "Your notes are being written by another gmail-followup.",
                fix="Try again in a moment.",
                code=Exit.ACCOUNT,
            ) from None
        except OSError as error:
            raise self._unwritable(self.folder, error) from error

    def forget(self, rejection_id: str) -> bool:
        """Removes a page; whether there was one."""
        known = self._in_memory.pop(rejection_id, None) is not None
        path = self._path(rejection_id)
        if path is not None:
            path.unlink(missing_ok=True)
        return known or path is not None

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, text.encode("utf-8"), private=True)
        except OSError as error:
            raise self._unwritable(path, error) from error

    @staticmethod
    def _unwritable(path: Path, error: OSError) -> UserError:
        return UserError(
            "Your notes could not be saved.",
            why=f"{path}: {error.strerror or type(error).__name__}.",
            fix="Make room on the disk, or give yourself write permission there; then run again.",
            code=Exit.ACCOUNT,
        )

    def copy_in_memory(self) -> "Notebook":
        """The same pages, but what is saved is thrown away: what a dry run works on."""
        return _Scratch(self.folder)

    def _files(self) -> Iterator[Path]:
        if self.folder is not None and self.folder.is_dir():
            yield from sorted(self.folder.glob("*.toml"))

    def _path(self, rejection_id: str) -> Path | None:
        """The file of a page: by its name, or by what it says where the user has given it another name."""
        ending = f"-{_digest(rejection_id)}.toml"
        files = list(self._files())
        named = next((path for path in files if path.name.endswith(ending)), None)
        if named is not None:
            return named
        return next((path for path in files if not _NAMED.search(path.name) and _says(path, rejection_id)), None)


class _Scratch(Notebook):
    def save(self, page: Page) -> None:
        self._in_memory[page.rejection_id] = page

    @contextmanager
    def _alone(self) -> Iterator[None]:
        yield

    def prepare(self, page: Page, questions: Sequence[tuple[str, str]]) -> None:  # noqa: ARG002
        return


def _says(path: Path, rejection_id: str) -> bool:
    try:
        return read_page(path).rejection_id == rejection_id
    except FileError:
        return False


def _own(path: Path) -> Page:
    """The page in a file of this folder. Raises FileError also where its `rejection` is not that of the file's name."""
    page = read_page(path)
    named = _NAMED.search(path.name)
    if named and named[1] != _digest(page.rejection_id):
        fix = "Put the old value back; it is what ties this page to its application."
        text = path.read_text(encoding="utf-8")
        line = next((n for n, x in enumerate(text.splitlines(), 1) if x.strip().startswith("rejection")), None)
        raise FileError(str(path), line, "`rejection` is not the one that this file was made for", fix=fix)
    return page


def _digest(rejection_id: str) -> str:
    return hashlib.sha256(rejection_id.encode()).hexdigest()[:10]


def _name(page: Page) -> str:
    if not page.rejection_id:
        return f"plan-{_digest('')}.toml"
    plain = unicodedata.normalize("NFKD", f"{page.company} {page.role}").encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return f"{'-'.join(words)[:60].strip('-') or 'application'}-{_digest(page.rejection_id)}.toml"


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """A TOML file as text and as values. Raises FileError (file, line, fix) for what cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise FileError(str(path), None, f"this file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise FileError(str(path), None, "this file is not UTF-8", fix="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        fix = 'Texts stand in quotation marks: "..."'
        raise FileError(str(path), int(found[1]) if found else None, f"not valid TOML: {error}", fix=fix) from None
    except RecursionError:
        raise FileError(str(path), None, "brackets within brackets, too many to be read") from None


def read_page(path: Path) -> Page:
    """A page from its file. Raises FileError (file, line, fix) for what is not valid."""
    text, data = read_toml(path)
    read = _Reading(str(path), text)
    review = read.table(data, "review")
    return Page(
        rejection_id=read.text(data, "rejection"),
        company=read.text(data, "company", ""),
        role=read.text(data, "role", ""),
        review=Review(
            tuple((key, value) for key, value in review.items() if isinstance(value, str) and value.strip()),
            review.get("finished") is True,
        ),
        notes=tuple(
            Note(
                read.text(note, "text"),
                read.word(note, "sort", Sort, Sort.UNCLEAR),
                read.word(note, "area", Area, Area.OTHER),
                read.text(note, "about", ""),
                note.get("by_user") is True,
            )
            for note in read.tables(data, "note")
        ),
        steps=tuple(
            Step(
                read.word(step, "area", Area, Area.OTHER),
                read.text(step, "text"),
                read.day(step, "due"),
                read.day(step, "done"),
            )
            for step in read.tables(data, "step")
        ),
    )


class _Reading:
    """The values of one file, checked; mistakes name the line."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def _wrong(self, what: str, seek: str, fix: str) -> FileError:
        line = next((n for n, line in enumerate(self._lines, 1) if seek in line), None)
        return FileError(self._path, line, what, fix=fix)

    def text(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            raise self._wrong(f"`{key}` must be a text", f"{key} =", f'Write {key} = "..."')
        return value

    def word(self, table: Mapping[str, Any], key: str, allowed: Any, default: Any) -> Any:
        value = table.get(key, default.value)
        known = [member.value for member in allowed]
        if value not in known:
            raise self._wrong(
                f"`{key}` does not know {value!r}", repr(value).strip("'"), f"Known are: {', '.join(known)}."
            )
        return allowed(value)

    def day(self, table: Mapping[str, Any], key: str) -> date | None:
        value = table.get(key)
        if value is None or (isinstance(value, date) and type(value) is date):
            return value
        raise self._wrong(f"`{key}` must be a date", f"{key} =", f"Write {key} = 2026-12-01, without quotation marks.")

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(f"`{key}` must be a part", key, f"Write a line [{key}].")
        return value

    def tables(self, data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._wrong(f"`{key}` must be a list of parts", key, f"Begin each with a line [[{key}]].")
        return value


def _as_text(page: Page, before: str, old: Page | None) -> str:
    """The page as TOML. What has not changed since `old` keeps its place and its comments."""
    import tomlkit

    document = tomlkit.parse(before) if before else tomlkit.document()
    if not before:
        for line in _HEAD.splitlines():
            document.add(tomlkit.comment(line))
    document["rejection"], document["company"], document["role"] = page.rejection_id, page.company, page.role
    review = _review_of(document)
    review["finished"] = page.review.finished
    for key, value in page.review.answers:
        if review.get(key) != value:
            review[key] = tomlkit.string(value, multiline="\n" in value)
    answered = {key for key, _ in page.review.answers}
    for key in [k for k, v in review.items() if isinstance(v, str) and v.strip() and k not in answered]:
        del review[key]
    notes, steps = tomlkit.aot(), tomlkit.aot()
    for note in page.notes:
        notes.append(
            _item(
                {
                    "text": note.text,
                    "sort": note.sort.value,
                    "area": note.area.value,
                    "about": note.about,
                    "by_user": note.by_user,
                }
            )
        )
    for step in page.steps:
        days = {"due": step.due, "done": step.done}
        steps.append(_item({"area": step.area.value, "text": step.text, **{k: v for k, v in days.items() if v}}))
    same = {"note": old is not None and old.notes == page.notes, "step": old is not None and old.steps == page.steps}
    for key, items in (("note", notes), ("step", steps)):
        if same[key]:
            continue
        document.pop(key, None)
        if items:
            document[key] = items
    return tomlkit.dumps(document)


def _with_questions(text: str, questions: Sequence[tuple[str, str]]) -> str:
    """The page's text with each question above its answer, where it has no place yet."""
    import tomlkit

    document = tomlkit.parse(text)
    review = _review_of(document)
    for key, words in questions:
        if key not in review:
            review.add(tomlkit.comment(words))
            review.add(key, "")
    return tomlkit.dumps(document)


def _review_of(document: Any) -> Any:
    """The part [review] of a page, made if it is not there."""
    import tomlkit

    if "review" not in document:
        document["review"] = tomlkit.table()
    return document["review"]


def _item(values: Mapping[str, Any]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table[key] = value
    table.add(tomlkit.nl())
    return table
