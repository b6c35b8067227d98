"""Bytes to a MIME tree that the standard library's `email` describes, also where that library would give up."""

import re
from email.message import Message as Node
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from itertools import islice

_BOUNDARY_WORD = re.compile(rb"[Bb](?:oundary|OUNDARY)[ \t]*=")
_DELIMITER = re.compile(rb"^--([^\r\n]{1,200})(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_GUESSED = re.compile(rb"\A(?:[^\n]{0,500}\n){0,20}?--([^\s\"]{4,70})[ \t]*\r?\n(?=Content-)", re.IGNORECASE)
_MOST_MULTIPARTS = 60
_WITHOUT_MAIL = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report"})
_LONGEST_CONTENT_FIELD = 4_000


class _Capped(Compat32):
    """compat32, but without the quadratic time that `email` takes for a Content-Type of a million parameters."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if len(value) > _LONGEST_CONTENT_FIELD and name.lower().startswith("content-"):
            value = value[:_LONGEST_CONTENT_FIELD]
        return name, value


_POLICY = _Capped()


def read_tree(raw: bytes) -> tuple[Node, list[str]]:
    """The MIME tree of a mail and the names of what is wrong with it. Never raises.

    `email` reads it, as the arbiter of what MIME is. Its time grows with lines times depth, and beyond a thousand
    levels it fails; mails with more than 60 boundaries are read by `_read_deep` instead, in linear time.
    """
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n")
    if not raw:
        return Node(), ["empty"]
    defects: list[str] = []
    if not _is_deep(raw):
        try:
            tree: Node = BytesParser(policy=_POLICY).parsebytes(raw)
            return tree, defects
        except Exception as error:
            # Hostile parameters make email raise ValueError, IndexError and others, depending on its version.
            defects.append(f"broken MIME ({type(error).__name__})")
    else:
        defects.append("too many multiparts")
    return _read_deep(raw), defects


def _is_deep(raw: bytes) -> bool:
    if sum(1 for _ in islice(_BOUNDARY_WORD.finditer(raw), _MOST_MULTIPARTS + 1)) <= _MOST_MULTIPARTS:
        return False
    return content_type(_leaf(raw[:100_000])).startswith(("multipart/", "message/"))


def content_type(node: Node) -> str:
    """The type in lower case, "text/plain" where it is missing or broken; never raises."""
    try:
        return node.get_content_type()
    except Exception:
        return "text/plain"


def parameter(node: Node, name: str, header: str = "content-type") -> str:
    """A parameter of a header field as text, "" if it is missing or broken; never raises."""
    from email.utils import collapse_rfc2231_value

    try:
        value = node.get_param(name, "", header)
        return collapse_rfc2231_value(value) if value else ""
    except Exception:
        return ""


def disposition(node: Node) -> str:
    """ "attachment", "inline" or ""."""
    value = str(node.get("content-disposition", ""))
    return value.partition(";")[0].strip().lower()


def payload(node: Node) -> bytes:
    """The decoded bytes of a leaf, b"" if it has none; never raises. An unknown transfer encoding is taken as none."""
    try:
        data = node.get_payload(decode=True)
    except Exception:
        # Broken uuencode raises different things in different versions; the body is then read as it stands.
        del node["content-transfer-encoding"]
        data = node.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def children(node: Node) -> list[Node]:
    """The parts of a multipart or the mail inside a message/rfc822; [] for a leaf.

    A multipart whose boundary is missing or wrong is read with the first boundary-like line that it has.
    """
    if node.is_multipart():
        inside = node.get_payload()
        return [one for one in inside if isinstance(one, Node)] if isinstance(inside, list) else []
    if content_type(node).startswith("multipart/"):
        data = payload(node)
        match = _GUESSED.match(data[:20_000])
        if match:
            return _split_level(data, match[1])
    return []


def holds_mail(node: Node) -> bool:
    """Whether the part is another mail (message/rfc822 and its kin), apart from delivery reports."""
    kind = content_type(node)
    return kind.startswith("message/") and kind not in _WITHOUT_MAIL


def _split_level(data: bytes, boundary: bytes) -> list[Node]:
    pieces = re.split(rb"(?m)^--" + re.escape(boundary) + rb"(?:--)?[ \t]*\r?$\n?", data)
    return [_leaf(piece) for piece in pieces[1:] if piece.strip()]


def _leaf(piece: bytes) -> Node:
    """A part of which only the head is read; its body stays as it is, whatever its type says."""
    end = _HEAD_END.search(piece)
    head, body = (piece[: end.end()], piece[end.end() :]) if end else (piece, b"")
    if piece[:1] in b"\r\n":
        head, body = b"", piece.lstrip(b"\r\n")
    try:
        node: Node = BytesHeaderParser(policy=_POLICY).parsebytes(head)
    except Exception:
        node = Node()
    node.set_payload(body.decode("ascii", "surrogateescape"))
    return node


def node_of(head: bytes, body: bytes, inside: list[Node]) -> Node:
    """A part with that head (defective lines are for `read_tree`) and that body or those parts."""
    node: Node = BytesHeaderParser(policy=_POLICY).parsebytes(head)
    node.set_payload([*inside] or body.decode("ascii", "surrogateescape"))
    return node


def _read_deep(raw: bytes) -> Node:
    """The tree as one level: every part between any two delimiter lines is a child of the root."""
    root = _leaf(raw)
    boundaries = {
        name.strip(b" \t\"'")
        for name in re.findall(rb"(?i)boundary[ \t]*=[ \t\r\n]*(\"[^\"\r\n]{1,200}\"|[^\s;\"]{1,200})", raw)
    }
    parts: list[Node] = []
    start = -1
    for match in _DELIMITER.finditer(raw):
        line = match[1].rstrip()
        known = line in boundaries or (line.endswith(b"--") and line[:-2] in boundaries)
        if not known:
            continue
        if start >= 0:
            parts.append(_leaf(raw[start : match.start()]))
        start = match.end()
    if start >= 0:
        parts.append(_leaf(raw[start:]))
    leaves = [part for part in map(_unwrapped, parts) if not content_type(part).startswith("multipart/")]
    if leaves:
        root.set_payload([*leaves])
        del root["content-type"]
        root["Content-Type"] = "multipart/mixed"
    return root


def _unwrapped(part: Node) -> Node:
    """The mail inside a message/rfc822 part; its multiparts are found by their own delimiters."""
    for _ in range(3):
        if not holds_mail(part):
            break
        part = _leaf(payload(part))
    return part
