"""Header fields of a draft, written so that no value can become another header (RFC 5322, RFC 2047)."""

import re
import unicodedata
from email.header import Header
from email.utils import format_datetime

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.writing.letter import Envelope

MAX_LINE = 78
MAX_REFERENCES = 40
"""Ids kept in References: the first and the latest; longer chains only fill the header."""

_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")  # printable ASCII without blanks and angle brackets
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|\"(?:[ !#-\[\]-~]|\\[ -~])*\""
)
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def clean(value: str) -> str:
    """A header value on one line: no controls, line separators, bidi overrides, zero-width or broken characters."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in _UNSEEN.sub("", value))
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cs").split())


def fields(envelope: Envelope, subject: str) -> list[tuple[str, str]]:
    """The header fields in order, values folded and pure ASCII. Raises UserError for an address that cannot be used."""
    if envelope.date.tzinfo is None:
        raise ValueError("the date of a draft must be aware")
    own_id = message_id(envelope.message_id)
    if not own_id:
        raise ValueError("the Message-ID of a draft must look like <local@domain>")
    found = [("From", _people("From", (envelope.from_,)))]
    for name, people in (("To", envelope.to), ("Cc", envelope.cc)):
        if people:
            found.append((name, _people(name, people)))
    found.append(("Subject", _text("Subject", clean(subject))))
    found.append(("Date", format_datetime(envelope.date)))
    found.append(("Message-ID", own_id))
    answered = message_id(envelope.in_reply_to)
    if answered:
        found.append(("In-Reply-To", answered))
    chain = _chain((*envelope.references, answered))
    if chain:
        found.append(("References", "\r\n ".join(chain)))
    return found


def message_id(value: str) -> str:
    """The id with its angle brackets if it is a valid one, else ""."""
    bare = value.strip()
    bare = bare if bare.startswith("<") else f"<{bare}>"
    return bare if _ID.fullmatch(bare) and len(bare) <= 900 else ""


def _chain(ids: tuple[str, ...]) -> list[str]:
    valid = list(dict.fromkeys(one for one in map(message_id, ids) if one))
    return valid if len(valid) <= MAX_REFERENCES else [valid[0], *valid[-(MAX_REFERENCES - 1) :]]


def _people(header: str, people: tuple[Address, ...]) -> str:
    return ",\r\n ".join(_person(header, person) for person in people)


def _person(header: str, person: Address) -> str:
    email = _email(person.email)
    name = clean(person.name)
    if not name or name.lower() == email.lower():
        return email
    if name.isascii() and "=?" not in name and len(name) + len(email) < MAX_LINE - 10:
        shown = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
        return f"{shown} <{email}>"
    folded = Header(name, "utf-8", maxlinelen=MAX_LINE - 4, header_name=header).encode(linesep="\r\n")
    return f"{folded}\r\n <{email}>"


def _email(email: str) -> str:
    """An addr-spec in ASCII; a domain with other letters in its ASCII form (RFC 5891)."""
    local, at, domain = email.strip().rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain) or len(email) > 320:
        raise UserError(
            f"cannot write to the address {clean(email)[:80]!r}",
            why="It is not a complete mail address.",
            fix="Choose another contact, or correct the address.",
        )
    return f"{local}@{ascii_domain}"


def _text(header: str, value: str) -> str:
    if value.isascii() and "=?" not in value and len(value) + len(header) + 2 <= MAX_LINE:
        return value
    return str(Header(value, "utf-8", maxlinelen=MAX_LINE - 4, header_name=header).encode(linesep="\r\n"))
