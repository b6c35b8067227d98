"""A mail without the contents of its attachments, which nobody reads and which are most of its bytes."""

from gmail_followup.mail.headers import decode_header, message_ids
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


def _is_attachment(leaf: Piece) -> bool:
    return leaf.end - leaf.start > 1_000 and not leaf.kind.startswith(_KEPT)
