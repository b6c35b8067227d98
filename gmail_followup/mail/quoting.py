"""The sender's own words apart from what he quotes, his signature and the small print."""

import re
from collections.abc import Iterator
from itertools import groupby

from gmail_followup.mail.message import Part, Span
from gmail_followup.mail.phrases import (
    ATTRIBUTION,
    ATTRIBUTION_WORD,
    FOOTER,
    FOOTER_WEAK,
    FORWARD_MARK,
    FORWARD_SUBJECT,
    HEADER_FIELD,
    HEADER_START,
    POSTSCRIPT,
    QUOTE_MARK,
    SENTENCE_WORD,
    SIGN_OFF,
)

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LONGEST_SIGN_OFF = 70
_MOST_NAME_LINES = 8
_MOST_SIGNATURE_LINES = 25
_LONG_LINE = 50
_LONGEST_ATTRIBUTION = 400
_DASHES = frozenset("-_")


def split_parts(text: str) -> tuple[tuple[Span, Part], ...]:
    """Which stretches of a body are own, quoted, signature or footer. Covers `text` without gaps; () for an empty text.

    Neighbouring stretches of one kind are one span. Own words between quoted lines stay own.
    """
    if not text:
        return ()
    lines = _LINE.findall(text)
    kinds = [Part.OWN] * len(lines)
    _mark_quoted(lines, kinds)
    _mark_footer(lines, kinds)
    for start, end in _own_blocks(kinds):
        _mark_signature(lines, kinds, start, end)
    return _spans(lines, kinds)


def is_forward(subject: str, text: str) -> bool:
    """Whether the mail passes on another mail: by its subject, a forwarding mark, or a header block first."""
    if FORWARD_SUBJECT.match(subject):
        return True
    if FORWARD_MARK.search(text):
        return True
    lines = [line for line in text.lstrip()[:2000].split("\n") if line.strip()]
    return bool(lines) and _is_header_block(lines, 0)


def _mark_quoted(lines: list[str], kinds: list[Part]) -> None:
    for index, line in enumerate(lines):
        if line.startswith(">") or (line.startswith(" >") and not line.startswith(" >>>")):
            kinds[index] = Part.QUOTED
    for start, end, certain in _introductions(lines):
        following = _next_filled(lines, end)
        if kinds[start] is Part.QUOTED or following == len(lines):
            continue
        if kinds[following] is Part.QUOTED:
            kinds[start:following] = [Part.QUOTED] * (following - start)
            continue
        own_before = any(kinds[index] is Part.OWN and lines[index].strip() for index in range(start))
        if certain or own_before:
            kinds[start:] = [Part.QUOTED] * (len(lines) - start)
            return


def _introductions(lines: list[str]) -> Iterator[tuple[int, int, bool]]:
    """Places where a quoted mail may begin: its first line, the line after the introduction, whether it is certain.

    An attribution ("On ... wrote:") is not certain: without ">" lines it needs own words before it.
    """
    for index, line in enumerate(lines):
        if len(line) > _LONGEST_ATTRIBUTION:
            continue
        ends_in_colon = line.rstrip().endswith((":", "："))
        if (ends_in_colon or line.lstrip()[:1] in _DASHES) and QUOTE_MARK.match(line):
            yield index, index + 1, True
        elif ends_in_colon and ATTRIBUTION_WORD.search(line):
            first = _attribution_start(lines, index)
            if first is not None:
                yield first, index + 1, False
        elif ":" in line[:12] and _is_header_block(lines, index):
            yield index, index + 1, True


def _attribution_start(lines: list[str], last: int) -> int | None:
    """The first line of the attribution that ends at `last` (it may be wrapped over four lines), None if it is none."""
    joined = ""
    for index in range(last, max(-1, last - 4), -1):
        line = lines[index].strip()
        if index != last and (not line or line.startswith(">")):
            return None
        joined = f"{line} {joined}".strip()
        if len(joined) > _LONGEST_ATTRIBUTION:
            return None
        if ATTRIBUTION.fullmatch(joined):
            return index
    return None


def _is_header_block(lines: list[str], index: int) -> bool:
    """Whether a quoted mail's header (From, Sent, To, Subject in one of the languages) begins at that line."""
    if not HEADER_START.match(lines[index]):
        return False
    fields = {"from"}
    for line in lines[index + 1 : index + 9]:
        match = HEADER_FIELD.match(line)
        if match:
            fields.add(match.lastgroup or "")
        elif not line.strip() and len(fields) > 1:
            break
    return len(fields) >= 3


def _mark_footer(lines: list[str], kinds: list[Part]) -> None:
    """Marks the small print at the end of the last own block, unless nothing else would be left."""
    blocks = _own_blocks(kinds)
    if not blocks:
        return
    start, end = blocks[-1]
    first = end
    index = end
    while index > start:
        stop = index
        while index > start and lines[index - 1].strip():
            index -= 1
        begin = _footer_start(lines, index, stop)
        if begin is not None:
            first = begin
            if begin != index:
                break
        elif not _is_filler(lines[index:stop]) or end - index > 40:
            break
        while index > start and not lines[index - 1].strip():
            index -= 1
    own_left = any(lines[i].strip() for i in range(start, first)) or Part.QUOTED in kinds
    if first < end and own_left:
        kinds[first:end] = [Part.FOOTER] * (end - first)


def _footer_start(lines: list[str], start: int, stop: int) -> int | None:
    """The line of a paragraph from which on it is small print, None if it is not."""
    for index in range(start, stop):
        line = lines[index]
        if FOOTER.search(line) or (len(line) < 160 and FOOTER_WEAK.search(line)):
            while index > start and len(lines[index - 1]) > _LONG_LINE and not _ends_sentence(lines[index - 1]):
                index -= 1
            return index
    joined = " ".join(line.strip() for line in lines[start : min(stop, start + 3)])
    return start if FOOTER.search(joined) else None


def _is_filler(lines: list[str]) -> bool:
    """Lines that may stand between small print: addresses, links, names; no sentences."""
    return len(lines) <= 6 and all(len(line) < 100 and not _ends_sentence(line) for line in lines)


def _ends_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?", ":", "…"))


def _mark_signature(lines: list[str], kinds: list[Part], start: int, end: int) -> None:
    for index in range(start, end):
        if lines[index].strip(" \t\r\n\u00a0") == "--" and index + 1 < end:
            filled = sum(1 for line in lines[index:end] if line.strip())
            if filled <= _MOST_SIGNATURE_LINES:
                kinds[index:end] = [Part.SIGNATURE] * (end - index)
                end = index
            break
    begin, stop = _sign_off(lines, start, end)
    if begin < stop:
        kinds[begin:stop] = [Part.SIGNATURE] * (stop - begin)


def _sign_off(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """The name lines below the last sign-off of a block; an empty range if there is none."""
    filled = 0
    for index in range(end - 1, start - 1, -1):
        line = lines[index].strip()
        if not line:
            continue
        may_be = len(line) <= _LONGEST_SIGN_OFF or "agréer" in line or "salutations" in line
        if may_be and SIGN_OFF.fullmatch(line):
            return _name_lines(lines, index + 1, end)
        filled += 1
        if filled > 3 * _MOST_NAME_LINES:
            break
    return end, end


def _name_lines(lines: list[str], start: int, end: int) -> tuple[int, int]:
    filled = 0
    for index in range(start, end):
        line = lines[index].strip()
        if not line:
            continue
        says_something = _ends_sentence(line) and SENTENCE_WORD.search(line)
        if filled == _MOST_NAME_LINES or line.count(" ") > 8 or says_something or POSTSCRIPT.match(line):
            return (start, index) if filled else (end, end)
        filled += 1
    return (start, end) if filled else (end, end)


def _own_blocks(kinds: list[Part]) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    end = 0
    for kind, run in groupby(kinds):
        start, end = end, end + sum(1 for _ in run)
        if kind is Part.OWN:
            blocks.append((start, end))
    return blocks


def _spans(lines: list[str], kinds: list[Part]) -> tuple[tuple[Span, Part], ...]:
    found: list[tuple[Span, Part]] = []
    begin = 0
    for kind, run in groupby(zip(lines, kinds, strict=True), key=lambda pair: pair[1]):
        end = begin + sum(len(line) for line, _ in run)
        found.append((Span(begin, end), kind))
        begin = end
    return tuple(found)


def _next_filled(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index
