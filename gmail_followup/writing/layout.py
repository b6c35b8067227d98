"""From what a template printed to the text of a letter: paragraphs, one line each, and where each line came from."""

import re

from gmail_followup.writing.sandbox import MARK_CLOSE, MARK_OPEN, MARK_ZERO

_MARK = re.compile(f"{MARK_OPEN}([{chr(MARK_ZERO)}-{chr(MARK_ZERO + 9)}]{{1,6}}){MARK_CLOSE}")
_STRAY = re.compile(f"[{MARK_OPEN}{MARK_CLOSE}{chr(MARK_ZERO)}-{chr(MARK_ZERO + 9)}]")
_SIGN_OFF_WORDS = 6
_SIGN_OFF_LINE = 60


def unmarked(text: str) -> str:
    """The text without line marks."""
    return _STRAY.sub("", _MARK.sub("", text))


def last_line(printed: str) -> int | None:
    """The template line of the latest mark; None if there is none."""
    found = _MARK.findall(printed)
    return _number(found[-1]) if found else None


def _number(digits: str) -> int:
    return int("".join(str(ord(c) - MARK_ZERO) for c in digits))


def lay_out(printed: str, first_line: int) -> tuple[str, tuple[int, ...]]:
    """The letter's text, and for each of its lines the template line that it began on.

    Lines of a paragraph are joined into one; paragraphs stand one blank line apart; the last paragraph keeps its
    lines if it looks like a closing (a first line of at most six words, no line over 60 characters, none that begins
    with a small letter).
    """
    paragraphs: list[list[tuple[str, int]]] = [[]]
    for text, line in _source_lines(printed, first_line):
        if text:
            paragraphs[-1].append((text, line))
        elif paragraphs[-1]:
            paragraphs.append([])
    filled = [paragraph for paragraph in paragraphs if paragraph]
    out: list[tuple[str, int]] = []
    for index, paragraph in enumerate(filled):
        if out:
            out.append(("", out[-1][1]))
        if index == len(filled) - 1 and index and _is_sign_off(paragraph):
            out.extend(paragraph)
        else:
            out.append((_tidy(" ".join(text for text, _ in paragraph)), paragraph[0][1]))
    return "\n".join(text for text, _ in out), tuple(line for _, line in out)


def _source_lines(printed: str, first_line: int) -> list[tuple[str, int]]:
    """Each printed line, tidied, with the template line of its first visible character."""
    found: list[tuple[str, int]] = []
    current = first_line
    for raw in printed.replace("\r", "").split("\n"):
        origin = 0
        pieces = _MARK.split(raw)
        for index, piece in enumerate(pieces):
            if index % 2:
                current = _number(piece)
            elif piece.strip() and not origin:
                origin = current
        found.append((_tidy(_STRAY.sub("", "".join(pieces[::2]))), origin or current))
    return found


def _tidy(line: str) -> str:
    """Single blanks, and one full stop where a value that ends in one ("Acme Inc.") met the end of a sentence."""
    line = re.sub(r"[ \t]+", " ", line).strip(" \t")
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", line)


def _is_sign_off(paragraph: list[tuple[str, int]]) -> bool:
    lines = [text for text, _ in paragraph]
    return len(lines[0].split()) <= _SIGN_OFF_WORDS and all(
        len(x) <= _SIGN_OFF_LINE and not x[0].islower() for x in lines
    )
