"""What learned tables weigh in a text: its words, pairs of them, and pairs with one word between."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from gmail_followup.rules.fold import fold

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")


def signs_of(text: str) -> set[str]:
    """All signs of a text; any number is "0", a word between is "_"."""
    words = words_of(text)
    return {*words, *pairs_of(words), *(f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False))}


def learned_rows(folder: Path, language: str) -> list[list[str]] | None:
    """The rows of a learned table, cell by cell; None if there is none for the language. Raises OSError."""
    path = folder / f"{language}.tsv"
    if not language.isalpha() or not path.is_file():
        return None
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def words_of(text: str) -> list[str]:
    """The folded words in their order."""
    return ["0" if word[0].isdigit() else word for word in _WORD.findall(fold(text).text)]


def pairs_of(words: list[str]) -> Iterator[str]:
    """Each word with the one behind it."""
    return (f"{a} {b}" for a, b in pairwise(words))
