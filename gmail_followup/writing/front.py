"""The head of a template file: TOML between two lines `+++`, checked word by word."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gmail_followup.errors import FileError
from gmail_followup.reading.values import Answerable, Reason, Stage
from gmail_followup.writing.letter import Move

FENCE = "+++"
KEYS = ("name", "description", "language", "when", "priority", "subject", "moves", "never", "to_fill", "max_words")
WHEN_KEYS = ("stage", "reason", "answerable", "to", "purpose")
TARGETS = ("thread", "contact", "any")
DEFAULT_MAX_WORDS = 120


@dataclass(frozen=True, slots=True)
class When:
    """When a template fits. An empty set means any; `to` is thread, contact or any."""

    stage: frozenset[Stage] = frozenset()
    reason: frozenset[Reason] = frozenset()
    answerable: frozenset[Answerable] = frozenset()
    to: str = "any"
    purpose: str = "ask"


@dataclass(frozen=True, slots=True)
class Front:
    """A checked head. subject "": the thread's. moves: what the letter must do; never: what it must not.
    to_fill: square brackets in it are for the user to fill in before he sends it. body_line: the line (1-based) after the closing fence."""

    name: str
    description: str
    language: str
    when: When
    priority: int
    subject: str
    subject_line: int
    moves: tuple[Move, ...]
    never: tuple[Move, ...]
    to_fill: bool
    max_words: int
    body_line: int


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like this one, "" if none does."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def instead(word: str, known: Iterable[str]) -> str:
    """A fix in words: the nearest known word, or all of them."""
    known = list(known)
    close = nearest(word, known)
    return f"Did you mean `{close}`?" if close else f"Known are: {', '.join(known)}."


def read_front(text: str, path: str, *, name: str, language: str) -> Front:
    """Reads and checks the head of a template file.

    text: the whole file. name, language: what file and folder say; the head must agree.
    Raises FileError (file, line, fix) at the first mistake.
    """
    lines = text.split("\n")
    if not lines or lines[0].strip() != FENCE:
        raise FileError(
            path, 1, "the head is missing", fix=f"Begin the file with a line {FENCE}, the settings, and a line {FENCE}."
        )
    end = next((i for i in range(1, len(lines)) if lines[i].strip() == FENCE), 0)
    if not end:
        raise FileError(
            path,
            1,
            f"the head has no end: a second line {FENCE} is missing",
            fix=f"Add a line {FENCE} after the settings.",
        )
    return _Head(path, lines[1:end]).check(name, language, body_line=end + 2)


class _Head:
    """The lines of one head and the TOML in them; knows where each key stands."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        try:
            self.data: dict[str, Any] = tomllib.loads("\n".join(lines))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found.group(1)) + 1 if found else len(lines) + 1
            what = re.sub(r"\s*\(at [^)]*\)", "", str(error))
            raise FileError(
                path, line, f"the head is not valid TOML: {what}", fix='Write each setting as key = "value".'
            ) from None

    def line(self, key: str) -> int:
        """The line in the file (1-based) where this key is set; the first line of the head if it is not found."""
        pattern = re.compile(rf"(?:^|[{{,\[.])\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]")
        return next((i + 2 for i, line in enumerate(self.lines) if pattern.search(line)), 2)

    def wrong(self, key: str, what: str, fix: str) -> FileError:
        return FileError(self.path, self.line(key), what, fix=fix)

    def known(self, table: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                raise self.wrong(key, f"there is no setting `{key}`", instead(key, allowed))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if value is None:
            raise FileError(self.path, 2, f"the setting `{key}` is missing", fix=f'Add {key} = "..." to the head.')
        if not isinstance(value, str) or "\n" in value or (default is None and not value.strip()):
            raise self.wrong(key, f"`{key}` must be one line of text", f'Write {key} = "..." on one line.')
        return value

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"`{key}` must be true or false", f"Write {key} = true.")
        return value

    def number(self, key: str, default: int, low: int, high: int) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"`{key}` must be a whole number from {low} to {high}", f"Write {key} = {default}.")
        return value

    def words(self, table: dict[str, Any], key: str, allowed: type[StrEnum]) -> list[Any]:
        value = table.get(key, [])
        value = [value] if isinstance(value, str) else value
        known = [member.value for member in allowed]
        if not isinstance(value, list):
            raise self.wrong(key, f"`{key}` must be a list of words", f'Write {key} = ["{known[0]}"].')
        for word in value:
            if word not in known:
                raise self.wrong(key, f"`{key}` does not know {word!r}", instead(str(word), known))
        return [allowed(word) for word in value]

    def when(self) -> When:
        table = self.data.get("when", {})
        if not isinstance(table, dict):
            raise self.wrong("when", "`when` must be a table", 'Write when = { stage = ["applied"], to = "thread" }.')
        self.known(table, WHEN_KEYS)
        to, purpose = table.get("to", "any"), table.get("purpose", "ask")
        if to not in TARGETS:
            raise self.wrong("to", f"`to` does not know {to!r}", instead(str(to), TARGETS))
        if not isinstance(purpose, str) or not purpose:
            raise self.wrong("purpose", "`purpose` must be a word", 'Write purpose = "ask".')
        return When(
            stage=frozenset(self.words(table, "stage", Stage)),
            reason=frozenset(self.words(table, "reason", Reason)),
            answerable=frozenset(self.words(table, "answerable", Answerable)),
            to=to,
            purpose=purpose,
        )

    def check(self, name: str, language: str, *, body_line: int) -> Front:
        self.known(self.data, KEYS)
        for key, is_called, where in (("name", name, "file"), ("language", language, "folder")):
            if self.text(key) != is_called:
                raise self.wrong(
                    key,
                    f"`{key}` is {self.text(key)!r}, but the {where} is called {is_called!r}",
                    f'Write {key} = "{is_called}".',
                )
        moves = self.words(self.data, "moves", Move)
        never = self.words(self.data, "never", Move)
        return Front(
            name=name,
            description=self.text("description"),
            language=language,
            when=self.when(),
            priority=self.number("priority", 0, -1000, 1000),
            subject=self.text("subject", ""),
            subject_line=self.line("subject"),
            moves=tuple(dict.fromkeys(moves)),
            never=tuple(dict.fromkeys(never)),
            to_fill=self.flag("to_fill"),
            max_words=self.number("max_words", DEFAULT_MAX_WORDS, 1, 1000),
            body_line=body_line,
        )
