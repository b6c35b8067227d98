"""The text parts of a mail, found by offsets in its bytes: nothing is copied or decoded that nobody reads.

Where a mail is written the usual way this agrees with the standard library's `email`; where it is not, `Odd` is
raised and the full parser has to judge. tests/scanning holds both to the same answers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gmail_followup.scanning.expressions import expression

_HEAD = re.compile(rb"(?:(?:[!-9;-~]+:|[ \t])[^\n]*\n)*")
_BOUNDARY = re.compile(rb';\s*boundary\s*=\s*(?:"([^"\\]{1,200})"|([^\s";\\()]{1,200})\s*(?:;|\Z))', re.IGNORECASE)
_CHARSET = re.compile(rb';\s*charset\s*=\s*(?:"([^"\\]{0,60})"|([^\s";\\()]{1,60})\s*(?:;|\Z))', re.IGNORECASE)
_LONGEST_FIELD = 4_000
_MOST_BOUNDARIES = 60
_MOST_PARTS = 500
_LONG = 8_000
_DEEPEST = 30
_BLANK = b"\xef\xbb\xbf\r\n"


class Odd(Exception):
    """This mail is written in a way that only the full parser should judge."""


@dataclass(slots=True)
class Piece:
    """A part of a mail. start, end: where its body is. A multipart has its parts in `inside` and no text of its own.

    begin: where its head is. closed: of a multipart, whether its last boundary line is there.
    """

    kind: str
    encoding: bytes
    charset: str
    disposition: bytes
    flowed: bool
    start: int
    end: int
    begin: int = 0
    closed: bool = True
    inside: "list[Piece]" = field(default_factory=list)


class Head:
    """The header fields of a mail or part. Values are as written, folds included."""

    __slots__ = ("_low", "_raw", "body")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        """Raises Odd where `email` would see a defect in the head."""
        match = _HEAD.match(data, start, end)
        stop = match.end() if match else start
        if stop < end and data[stop] != 10:
            raise Odd("head")
        if data[start : start + 1] in (b" ", b"\t"):
            raise Odd("head begins with a blank")
        self.body = min(stop + 1, end)
        self._raw = b"\n" + data[start:stop]
        self._low = self._raw.lower()

    def get(self, name: bytes) -> bytes | None:
        """The first field of that name in lower case, or None."""
        at = self._low.find(b"\n" + name + b":")
        if at < 0:
            return None
        begin = at + len(name) + 2
        stop = self._low.find(b"\n", begin)
        while self._low[stop + 1 : stop + 2] in (b" ", b"\t"):
            stop = self._low.find(b"\n", stop + 1)
        return self._raw[begin:stop].lstrip(b" \t")

    def has(self, name: bytes) -> bool:
        return b"\n" + name + b":" in self._low


def usual(data: bytes) -> bytes:
    """The mail with line ends \\n, without what `read_tree` leaves out in front. Raises Odd."""
    if data[:1] in (b"\xef", b"\xbb", b"\xbf", b"\r", b"\n"):
        data = data.lstrip(_BLANK)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        if b"\r" in data:
            raise Odd("bare carriage returns")
    return data


def read_pieces(data: bytes) -> tuple[Head, Piece]:
    """Head and parts of a mail that `usual` has prepared. Raises Odd."""
    head = Head(data, 0, len(data))
    root = _piece(head, len(data))
    if root.kind.startswith("multipart/"):
        _open(data, head, root, 0, [0])
        if _boundaries(data, root) > _MOST_BOUNDARIES:
            raise Odd("too many multiparts")
    return head, root


def leaves(piece: Piece) -> Iterator[Piece]:
    """The parts that hold no others, in order."""
    if not piece.inside:
        yield piece
    for part in piece.inside:
        yield from leaves(part)


def _boundaries(data: bytes, root: Piece) -> int:
    """At least as many as `read_tree` counts to tell deep mails from others."""
    count = position = 0
    for leaf in leaves(root):
        count += _boundary_words(data, position, leaf.start)
        position = leaf.start
        if leaf.encoding == b"base64" and data.find(b"=", leaf.start, leaf.end - 64) < 0:
            position = max(leaf.start, leaf.end - 64)
    return count + _boundary_words(data, position, len(data))


def _boundary_words(data: bytes, start: int, end: int) -> int:
    if end - start < _LONG:
        return data.count(b"oundary", start, end) + data.count(b"OUNDARY", start, end)
    return sum(1 for word in (b"oundary", b"OUNDARY") for _ in expression(word).finditer(data, start, end))


def _piece(head: Head, end: int) -> Piece:
    content = head.get(b"content-type")
    kind, charset, flowed = "text/plain", "", False
    if content is not None:
        low = _checked(content).lower()
        first = low.partition(b";")[0].strip()
        if first.count(b"/") == 1:
            kind = first.decode("ascii")
        mentions = low.count(b"charset")
        if mentions:
            match = _CHARSET.search(content)
            if mentions > 1 or match is None:
                raise Odd("charset")
            charset = (match[1] or match[2] or b"").decode("ascii").strip()
        flowed = b"flowed" in low
        if b"delsp" in low:
            raise Odd("delsp")
    encoding = _checked(head.get(b"content-transfer-encoding") or b"").lower()
    disposition = _checked(head.get(b"content-disposition") or b"").partition(b";")[0].strip().lower()
    return Piece(kind, encoding, charset, disposition, flowed, head.body, end)


def _checked(value: bytes) -> bytes:
    if len(value) > _LONGEST_FIELD or not value.isascii():
        raise Odd("a content field")
    return value


def _open(data: bytes, head: Head, piece: Piece, depth: int, count: list[int]) -> None:
    """Finds the parts of a multipart."""
    content = head.get(b"content-type") or b""
    match = _BOUNDARY.search(content)
    if match is None or content.lower().count(b"boundary") != 1 or depth > _DEEPEST or piece.kind == "multipart/digest":
        raise Odd("boundary")
    mark = b"\n--" + (match[1] or match[2]).rstrip()
    position, end = piece.start - 1, piece.end
    begin = -1
    while True:
        at = data.find(mark, position, end)
        if at < 0:
            break
        after = at + len(mark)
        line_end = data.find(b"\n", after, end)
        if line_end < 0:
            line_end = end
        tail = data[after:line_end].rstrip(b" \t")
        position = line_end
        if tail not in (b"", b"--"):
            position = after
            continue
        if begin >= 0:
            _part(data, piece, begin, at, depth, count)
        begin = min(line_end + 1, end)
        if tail:
            if not piece.inside:
                raise Odd("closed before it began")
            return
    if begin < 0:
        raise Odd("no boundary line")
    piece.closed = False
    _part(data, piece, begin, end, depth, count)


def _part(data: bytes, piece: Piece, begin: int, end: int, depth: int, count: list[int]) -> None:
    count[0] += 1
    if count[0] > _MOST_PARTS:
        raise Odd("too many parts")
    head = Head(data, begin, max(begin, end))
    part = _piece(head, max(begin, end))
    part.begin = begin
    piece.inside.append(part)
    if part.kind.startswith("multipart/"):
        _open(data, head, part, depth + 1, count)
