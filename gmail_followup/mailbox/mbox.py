"""Mail in an mbox file (RFC 4155), among them Google Takeout's; read-only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.head import LONGEST_HEAD, read_head
from gmail_followup.mailbox.local import LocalMailbox
from gmail_followup.mailbox.protocol import Draft

_CHUNK = 1024 * 1024
LARGEST_MAIL = 64 * 1024 * 1024
LONGEST_SEPARATOR = 1_000
_LONGEST_STAMP = 250
_STAMP = re.compile(rb"From [^\r\n]*\b\d{1,2}:\d\d(?::\d\d)?\b[^\r\n]*\b\d{4}\b[^\r\n]*\r?\n?\Z")
_FIELD_NEXT = re.compile(rb"From [^\r\n]*\r?\n(?:>?From [^\r\n]*\r?\n)?[A-Za-z][A-Za-z0-9-]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_GMAIL_LABELS = {
    "inbox": "INBOX", "posteingang": "INBOX", "boîte de réception": "INBOX", "recibidos": "INBOX",
    "sent": "SENT", "gesendet": "SENT", "messages envoyés": "SENT", "enviados": "SENT",
    "drafts": "DRAFT", "draft": "DRAFT", "entwürfe": "DRAFT", "brouillons": "DRAFT", "borradores": "DRAFT",
    "trash": "TRASH", "bin": "TRASH", "papierkorb": "TRASH", "corbeille": "TRASH", "papelera": "TRASH",
    "spam": "SPAM", "unread": "UNREAD", "ungelesen": "UNREAD", "non lus": "UNREAD", "no leídos": "UNREAD",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Located:
    """A mail in an mbox: its number (from 1), where its bytes are in the file, and the bytes as they were written."""

    number: int
    start: int
    end: int
    data: bytes


class MboxMailbox(LocalMailbox):
    """An mbox file; nothing can be saved in it. Keys are `#1`, `#2` ... in file order.

    Takeout's X-Gmail-Labels and X-GM-THRID give labels and threads; other files count as INBOX and are threaded by ids.
    Raises UserError if the file is missing, unreadable or no mbox.
    """

    def __init__(self, path: Path, me: tuple[Address, ...] = ()) -> None:
        super().__init__(me)
        self._path = path.expanduser().absolute()
        self._where: dict[str, tuple[int, int]] = {}
        self._stamp = (-1, -1)
        try:
            with self._path.open("rb") as file:
                start = file.read(64)
        except OSError as error:
            raise _cannot_open(self._path, error) from error
        if start and not looks_like_mbox(start):
            raise UserError(
                f"{self._path} is not an mbox file.",
                why='An mbox begins with a line "From ...".',
                fix="For a folder of mail use maildir:DIR; single .eml files can be read with the command scan.",
            )

    @property
    def name(self) -> str:
        return f"mbox:{self._path}"

    @property
    def can_draft(self) -> bool:
        return False

    def create_draft(self, mime: bytes, thread_key: str) -> Draft:  # noqa: ARG002
        """Always raises UserError."""
        raise UserError(
            "Drafts cannot be saved in an mbox file.",
            why=f"{self._path.name} is only read.",
            fix="Use --mailbox gmail or --mailbox maildir:DIR to save drafts.",
        )

    def _refresh(self) -> str:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return ""
            self._heads.clear()
            self._labels.clear()
            self._where.clear()
            with self._path.open("rb") as file:
                for mail in split(file):
                    key = f"#{mail.number}"
                    head = read_head(mail.data[:LONGEST_HEAD])
                    self._heads[key] = head
                    self._labels[key] = _labels(head.gmail_labels)
                    self._where[key] = (mail.start, mail.end)
            self._stamp = stamp
        except OSError as error:
            raise _cannot_open(self._path, error) from error
        return ""

    def _read(self, key: str, limit: int | None = None) -> bytes | None:
        if key not in self._where:
            return None
        start, end = self._where[key]
        try:
            with self._path.open("rb") as file:
                file.seek(start)
                return unescape(file.read(min(end - start, limit or LARGEST_MAIL)))
        except OSError:
            return None

    def close(self) -> None:
        super().close()
        self._where.clear()
        self._stamp = (-1, -1)


def looks_like_mbox(start: bytes) -> bool:
    """Whether a file that begins with these bytes is an mbox."""
    return start.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From ")


def unescape(data: bytes) -> bytes:
    """Takes one ">" off lines like ">From " (mboxrd, https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml)."""
    return _ESCAPED.sub(rb"\1", data) if b">From " in data else data


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""


def split(file: Readable) -> Iterator[Located]:
    """The mails of an mbox stream in order, still escaped; reads in chunks and holds one mail at a time.

    A line "From ..." begins a mail where it carries a time and a year, or where an empty line is before it and a header
    field after it: prose that begins with "From" does neither. A mail above 64 MB is cut there. What stands before the
    first such line is left out.
    """
    buffer = bytearray()
    start = dropped = number = searched = 0
    ended = False
    while True:
        at = _next_separator(buffer, searched, ended, is_first=not (number or dropped))
        if at is None and not ended:
            searched = max(0, len(buffer) - LONGEST_SEPARATOR - 1)
            keep = LARGEST_MAIL if number else 0
            if searched > keep + _CHUNK or (searched and not number):
                del buffer[keep:searched]
                dropped += searched - keep
                searched = keep
            chunk = file.read(_CHUNK)
            ended = not chunk
            buffer += chunk
            continue
        if number:
            yield _located(number, start, buffer, len(buffer) if at is None else at)
        if at is None:
            return
        number += 1
        line_end = buffer.find(b"\n", at) + 1 or len(buffer)
        del buffer[:line_end]
        start, dropped, searched = start + dropped + line_end, 0, 0


def _next_separator(buffer: bytearray, start: int, ended: bool, *, is_first: bool) -> int | None:
    """Where the next separator line begins; None if there is none yet. Lines cut by the end of the buffer must wait."""
    position = start
    while True:
        if position == 0 and buffer.startswith(b"From "):
            at = 0
        else:
            found = buffer.find(b"\nFrom ", max(0, position - 1))
            if found < 0:
                return None
            at = found + 1
        if not ended and len(buffer) - at < LONGEST_SEPARATOR:
            return None
        if separates(buffer, at, is_first=is_first):
            return at
        position = at + 5


def separates(data: bytes | bytearray, at: int, *, is_first: bool = False) -> bool:
    """Whether the line "From ..." at that place begins a mail.

    data: what stands behind a line end, or the beginning of the file (is_first).
    """
    line_end = data.find(b"\n", at, at + LONGEST_SEPARATOR)
    line = bytes(data[at : line_end + 1 if line_end >= 0 else at + LONGEST_SEPARATOR])
    if len(line) <= _LONGEST_STAMP and _STAMP.match(line):
        return True
    return _is_after_blank(data, at, is_first) and _FIELD_NEXT.match(data, at, at + LONGEST_SEPARATOR) is not None


def _is_after_blank(data: bytes | bytearray, at: int, is_first: bool) -> bool:
    if at < 3:
        return at == 0 if is_first else data[:at] in (b"\n", b"\r\n", b"\n\n")
    return data[at - 2 : at] == b"\n\n" or data[at - 3 : at] == b"\n\r\n"


def _located(number: int, start: int, buffer: bytearray, end: int) -> Located:
    # The empty line before a separator belongs to the separator (RFC 4155).
    end = min(without_blank_line(buffer, end), LARGEST_MAIL)
    return Located(number, start, start + end, bytes(buffer[:end]))


def without_blank_line(data: bytes | bytearray, end: int) -> int:
    """Where a mail ends, of which the separator begins at `end`."""
    if data[max(0, end - 2) : end] == b"\r\n":
        return end - 2
    return end - 1 if end and data[end - 1 : end] == b"\n" else end


def _labels(value: str) -> frozenset[str]:
    if not value:
        return frozenset({"INBOX"})
    names = (name.strip(' "').lower() for name in value.split(","))
    return frozenset(_GMAIL_LABELS[name] for name in names if name in _GMAIL_LABELS)


def _cannot_open(path: Path, error: OSError) -> UserError:
    return UserError(
        f"The mbox file {path} cannot be read.",
        why=f"{error.strerror or type(error).__name__}.",
        fix="Check the path and its permissions.",
    )
