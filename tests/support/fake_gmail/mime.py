"""What the fake sees of a mail: header fields, Gmail's payload tree, and whether a draft is fit to be saved."""

import base64
import binascii
import email
import html
import re
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import getaddresses
from typing import Any

from tests.support.fake_gmail.errors import ApiError

Json = dict[str, Any]

_PREFIX = re.compile(r"^\s*(?:re|fw|fwd|aw|wg|antw|sv|vs|rv|tr)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_NEEDED = ("from", "to", "subject", "message-id", "mime-version")
_FIELD = re.compile(rb"[!-9;-~]+:")


def parse(raw: bytes) -> Mime:
    return email.message_from_bytes(raw)


def encode(data: bytes) -> str:
    """base64url with padding, as Gmail answers."""
    return base64.urlsafe_b64encode(data).decode()


def decode(text: str) -> bytes:
    """Strict base64url; padding may be left out as Gmail allows."""
    body = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", body) or len(text) - len(body) > 2:
        raise ApiError(400, "Invalid value for ByteString: raw is not base64url")
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error as error:
        raise ApiError(400, "Invalid value for ByteString: raw is not base64url") from error


def header(mime: Mime, name: str) -> str:
    """The first field of that name, unfolded and decoded; "" if missing or beyond repair."""
    value = str(mime.get(name, ""))
    value = re.sub(r"\r?\n(?=[ \t])", "", value)
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, UnicodeError, ValueError):
        return value


def addresses(mime: Mime, *names: str) -> list[tuple[str, str]]:
    """(display name, lower-cased address) of all fields of these names."""
    raw = [" ".join(str(value).split()) for name in names for value in mime.get_all(name, [])]
    # Encoded words are decoded last (RFC 2047 section 6.2): a comma inside one separates nothing.
    return [(str(make_header(decode_header(name))), address.lower()) for name, address in getaddresses(raw) if address]


def message_ids(mime: Mime, *names: str) -> list[str]:
    return [hit for name in names for value in mime.get_all(name, []) for hit in _MESSAGE_ID.findall(str(value))]


def base_subject(subject: str) -> str:
    """The subject without reply and forward marks (RFC 5256 section 2.1, without its rule for [blobs])."""
    text = " ".join(subject.split())
    while _PREFIX.match(text):
        text = _PREFIX.sub("", text, count=1)
    return text.strip()


def text_of(mime: Mime) -> str:
    """Readable words of all text parts, for search and snippets."""
    pieces = []
    for part in mime.walk():
        if part.get_content_maintype() != "text" or part.get_filename():
            continue
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        try:
            text = data.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            text = data.decode("latin-1")
        if part.get_content_subtype() == "html":
            text = html.unescape(re.sub(r"<[^>]*>", " ", text))
        pieces.append(text)
    return "\n".join(pieces)


def snippet(mime: Mime) -> str:
    return html.escape(" ".join(text_of(mime).split())[:200])


def payload(mime: Mime, *, only: list[str] | None = None, bodies: bool = True) -> Json:
    """Gmail's MessagePart tree. only: names of the fields to keep (format=metadata); bodies: False leaves out parts."""
    if bodies:
        return _part(mime, "")
    names = None if only is None else {name.lower() for name in only}
    fields = [f for f in _headers(mime) if names is None or f["name"].lower() in names]
    return {"mimeType": mime.get_content_type(), "headers": fields}


def _headers(mime: Mime) -> list[Json]:
    return [{"name": name, "value": header_value(str(value))} for name, value in mime.items()]


def header_value(value: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", value).strip()


def _part(mime: Mime, number: str) -> Json:
    name = mime.get_filename() or ""
    part: Json = {"partId": number, "mimeType": mime.get_content_type(), "filename": name, "headers": _headers(mime)}
    if mime.is_multipart():
        children = mime.get_payload()
        assert isinstance(children, list)
        part["body"] = {"size": 0}
        part["parts"] = [_part(c, f"{number}.{i}".lstrip(".")) for i, c in enumerate(children) if isinstance(c, Mime)]
        return part
    data = mime.get_payload(decode=True)
    assert isinstance(data, bytes)
    part["body"] = {"size": len(data)}
    if name:
        part["body"]["attachmentId"] = attachment_id(number)
    elif data:
        part["body"]["data"] = encode(data)
    return part


def attachment_id(number: str) -> str:
    return "ANGjdJ" + encode(f"part {number}".encode()).rstrip("=")


def attachment(mime: Mime, wanted: str) -> bytes | None:
    """The bytes of the attachment of that id; None if there is none."""

    def walk(part: Mime, number: str) -> bytes | None:
        if part.is_multipart():
            children = part.get_payload()
            assert isinstance(children, list)
            for i, child in enumerate(children):
                found = walk(child, f"{number}.{i}".lstrip(".")) if isinstance(child, Mime) else None
                if found is not None:
                    return found
            return None
        data = part.get_payload(decode=True)
        return data if part.get_filename() and attachment_id(number) == wanted and isinstance(data, bytes) else None

    return walk(mime, "")


def draft_problems(raw: bytes, allowed: set[str]) -> list[str]:
    """Why these bytes are no fit draft; stricter than Google. allowed: the addresses the user may write from."""
    found = _wire_problems(raw)
    mime = parse(raw)
    names = [name.lower() for name in mime.keys()]  # noqa: SIM118 (Message.keys lists duplicates)
    found += [f"header field {name!r} appears more than once" for name in sorted(set(names)) if names.count(name) > 1]
    found += [f"header field {name!r} is missing" for name in _NEEDED if name not in names]
    senders = [address for _, address in addresses(mime, "From")]
    if len(senders) != 1 or senders[0] not in allowed:
        found.append("From is not one of the user's own addresses")
    recipients = addresses(mime, "To")
    if not recipients or not all(re.fullmatch(r"[^@\s]+@[^@\s]+", address) for _, address in recipients):
        found.append("To names nobody")
    if "message-id" in names and not _MESSAGE_ID.fullmatch(str(mime["Message-ID"]).strip()):
        found.append("Message-ID is malformed")
    if "mime-version" in names and str(mime["MIME-Version"]).strip() != "1.0":
        found.append("MIME-Version is not 1.0")
    found += [f"defect in MIME: {type(defect).__name__}" for part in mime.walk() for defect in part.defects]
    return found


def _wire_problems(raw: bytes) -> list[str]:
    found = []
    if b"\0" in raw:
        found.append("NUL in the message")
    bare = raw.count(b"\n") - raw.count(b"\r\n")
    if raw.count(b"\r") != raw.count(b"\r\n") or (bare and raw.count(b"\r\n")):
        found.append("mixed line ends")
    if any(len(line) > 998 for line in raw.splitlines()):
        found.append("a line is longer than 998 octets")
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    if not head.isascii():
        found.append("header is not ASCII")
    for line in re.split(rb"\r?\n(?![ \t])", head):
        if not _FIELD.match(line):
            found.append("a header line is no header field")
    return found
