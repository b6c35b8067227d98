"""Header fields to text and addresses, whatever state they are in (RFC 5322, RFC 2047)."""

import base64
import quopri
import re
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from gmail_followup.mail.charset import decode, tidy
from gmail_followup.mail.message import Address

_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.{0,4000}?)\?=", re.DOTALL)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SIMPLE_ADDRESS = re.compile(
    r'\s*(?:"([^"\\]*)"|([^"<>(),:;@\\\[\]]*))\s*<\s*([^\s<>()",;:@\\\[\]]{1,320}@[^\s<>()",;:@\\\[\]]{1,255})\s*>\s*'
)
_BARE_ADDRESS = re.compile(r"[^\s<>()\",;:@\\\[\]]{1,320}@[^\s<>()\",;:@\\\[\]]{1,255}")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_LONGEST_ADDRESS_LIST = 200_000


def decode_header(raw: str) -> str:
    """A header value as `email` hands it over (surrogate-escaped ASCII), unfolded and decoded; never raises.

    Encoded words that touch are joined before decoding, because senders cut multi-byte letters in two
    (RFC 2047 section 5 forbids it, and many do it).
    """
    value = _FOLD.sub(" ", raw) if "\n" in raw or "\r" in raw else raw
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    if "=?" in value:
        value = _decode_words(value)
    if not value.isprintable():
        value = _CONTROL.sub("\ufffd", value)
    return value.strip()


def _decode_words(value: str) -> str:
    pieces: list[str] = []
    waiting = b""
    charset = ""
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[end : match.start()]
        label = match[1].lower()
        if waiting and (between.strip() or label != charset):
            pieces.append(decode(waiting, charset))
            waiting = b""
            between = between if between.strip() else ""
        elif waiting:
            between = ""
        pieces.append(between)
        waiting += _word_bytes(match[2], match[3])
        charset = label
        end = match.end()
    pieces.append(decode(waiting, charset))
    pieces.append(value[end:])
    return _FOLD.sub(" ", tidy("".join(pieces)))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    # Only letters of the alphabet: b64decode leaves out the others by itself, but then counts the padding wrongly.
    data = _NOT_BASE64.sub(b"", data)
    data = data[:-1] if len(data) % 4 == 1 else data
    return base64.b64decode(data + b"=" * (-len(data) % 4))


def addresses(raw: str) -> tuple[Address, ...]:
    """The addresses of a From, To, Cc or Reply-To value as `email` hands it over; never raises."""
    if not raw.strip():
        return ()
    value = _FOLD.sub(" ", raw[:_LONGEST_ADDRESS_LIST])
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    simple = _SIMPLE_ADDRESS.fullmatch(value)
    if simple:
        return (_address(simple[1] or simple[2] or "", simple[3]),)
    found = _split(value)
    if not found and "=?" in value:
        found = _split(_decode_words(value))
    return found


def _split(value: str) -> tuple[Address, ...]:
    try:
        pairs = getaddresses([value])
    except Exception:
        # The standard parser raises IndexError, ValueError or RecursionError on hostile values, depending on version.
        pairs = []
    found = tuple(_address(name, email) for name, email in pairs if _BARE_ADDRESS.fullmatch(email))
    if found:
        return found
    return tuple(_address("", email) for email in _BARE_ADDRESS.findall(value) if "=?" not in email)


def _address(name: str, email: str) -> Address:
    if "=?" in name:
        name = _decode_words(name)
    name = _CONTROL.sub("", _BLANKS.sub(" ", name)).strip(" \"'")
    return Address(name=name, email=_CONTROL.sub("", email).lower())


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References value, with angle brackets, without blanks, each once.

    Outlook folds long ids in the middle and some senders leave the brackets out; both are mended here.
    """
    joined = _BLANKS.sub("", value)
    found = tuple(dict.fromkeys(f"<{inner}>" for inner in _MESSAGE_ID.findall(joined)))
    if found or not joined:
        return found
    bare = value.split()[0].strip("<>")
    return (f"<{bare}>",) if bare and "@" in bare else ()


def read_date(value: str) -> datetime | None:
    """A Date value as an aware time in UTC; None if it cannot be read. Zone -0000 counts as UTC (RFC 5322, 3.3)."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value[:200])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def received_date(value: str) -> datetime | None:
    """The time of a Received value: what follows the last semicolon (RFC 5321 section 4.4)."""
    return read_date(value.rpartition(";")[2].strip())
