"""A mail without the contents of its attachments, which nobody reads and which are most of its bytes."""

from email.message import Message as Node

from gmail_followup.mail.headers import decode_header, message_ids
from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import message_of, parse
from gmail_followup.mail.tree import content_type, node_of
from gmail_followup.scanning.parts import Odd, Piece, leaves, read_pieces, usual

_WORTH_IT = 16_000
_KEPT = ("text/", "message/", "multipart/", "application/ics")


def lean(raw: bytes) -> bytes:
    """A mail that `parse` reads as it reads `raw`; the same bytes where there is nothing to spare."""
    if len(raw) < _WORTH_IT:
        return raw
    try:
        data = usual(raw)
        head, root = read_pieces(data)
    except Odd:
        return raw
    spare = [leaf for leaf in leaves(root) if leaf is not root and _is_attachment(leaf)]
    # Where there is no Message-ID, one is made of all the bytes.
    if not spare or not message_ids(decode_header((head.get(b"message-id") or b"").decode("ascii", "surrogateescape"))):
        return raw
    kept: list[bytes] = []
    position = 0
    for leaf in spare:
        kept.append(data[position : leaf.start])
        position = leaf.end
    kept.append(data[position:])
    return b"".join(kept)


def lean_parse(raw: bytes) -> Message:
    """What `parse` makes of a mail, faster: `email` reads the heads, and nobody reads the rest line by line."""
    try:
        if b"\r" in raw or raw[:1] in (b"\xef", b"\n", b""):
            raise Odd("line ends")
        _, root = read_pieces(raw)
        tree = _node(raw, 0, root)
        if not message_ids(decode_header(str(tree.get("message-id", "")))):
            raise Odd("no message id")
    except Odd:
        return parse(lean(raw))
    return message_of(tree, [], raw)


def _node(data: bytes, begin: int, piece: Piece) -> Node:
    """The part whose head begins there. Raises Odd where `email` could see something else."""
    if piece.kind.startswith("message/") or not piece.closed:
        raise Odd("a mail inside, or an end that is missing")
    inside: list[Node] = []
    for part in piece.inside:
        inside.append(_node(data, part.begin, part))
    body = b"" if inside or (begin and _is_attachment(piece)) else data[piece.start : piece.end]
    node = node_of(data[begin : piece.start], body, inside)
    if content_type(node) != piece.kind or (piece.kind.startswith("multipart/") and not inside):
        raise Odd("content type")
    return node


def _is_attachment(leaf: Piece) -> bool:
    return leaf.end - leaf.start > 1_000 and not leaf.kind.startswith(_KEPT)
