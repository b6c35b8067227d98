"""Where local mail comes from: a mailbox by its name, or any file, folder or stream for `scan`."""

import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.mbox import looks_like_mbox, split, unescape
from gmail_followup.mailbox.protocol import Mailbox

_LARGEST_MAIL = 64 * 1024 * 1024
_MAILDIR_PARTS = ("cur", "new")
OnSkip = Callable[[str, str], None]


def open_mailbox(spec: str, me: tuple[Address, ...] = ()) -> Mailbox:
    """The mailbox of `maildir:DIR` or `mbox:FILE`; `gmail` is opened elsewhere. Raises UserError for anything else."""
    kind, colon, place = spec.partition(":")
    if colon and place and kind == "maildir":
        from gmail_followup.mailbox.maildir import MaildirMailbox

        return MaildirMailbox(Path(place), me)
    if colon and place and kind == "mbox":
        from gmail_followup.mailbox.mbox import MboxMailbox

        return MboxMailbox(Path(place), me)
    raise UserError(
        f'"{spec}" is not a mailbox.',
        why="A mailbox is gmail, maildir:DIR or mbox:FILE.",
        fix="For example: --mailbox gmail, --mailbox maildir:~/Maildir, --mailbox mbox:~/takeout/mail.mbox",
    )


def messages(path: Path | str, on_skip: OnSkip, stdin: BinaryIO | None = None) -> Iterator[tuple[str, bytes]]:
    """Source name and bytes of each mail in an mbox file, a Maildir, a folder of .eml files, one .eml, or stdin ("-").

    Names are `inbox.mbox#17` for mail in an mbox, else the file's path within the folder. A folder without cur and new
    is searched with all below it for .eml and .mbox files, in order of their names; links to folders are not followed.
    on_skip(name, why) hears of files that are empty or cannot be read. stdin: read instead of the process's own.
    Raises UserError if `path` does not exist.
    """
    if str(path) == "-":
        yield from stream_messages("-", stdin if stdin is not None else sys.stdin.buffer, on_skip)
        return
    for name, place in files(Path(path), on_skip):
        yield from file_messages(name, place, on_skip)


def files(path: Path, on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    """Name and place of each file that `messages` reads for `path`; raises UserError if it does not exist."""
    place = path.expanduser()
    if place.is_dir():
        yield from _folder(place, on_skip)
        return
    if not place.exists():
        raise UserError(f"{place} does not exist.", fix="Check the path.")
    yield place.name, place


def stream_messages(name: str, stream: BinaryIO, on_skip: OnSkip) -> Iterator[tuple[str, bytes]]:
    """The mails of an mbox or the one mail in a stream, as `messages` names them."""
    start = stream.read(4096)
    if not start.strip():
        rest = stream.read(_LARGEST_MAIL)
        if not rest.strip():
            on_skip(name, "empty")
            return
        start += rest
    if not looks_like_mbox(start):
        yield name, start + stream.read(_LARGEST_MAIL)
        return
    for mail in split(_Joined(start, stream)):
        data = unescape(mail.data)
        if data.strip():
            yield f"{name}#{mail.number}", data
        else:
            on_skip(f"{name}#{mail.number}", "empty")


def file_messages(name: str, path: Path, on_skip: OnSkip) -> Iterator[tuple[str, bytes]]:
    """The mails in one file."""
    try:
        with path.open("rb") as stream:
            yield from stream_messages(name, stream, on_skip)
    except OSError as error:
        on_skip(name, error.strerror or type(error).__name__)


def _folder(root: Path, on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    found = False
    for name, path in _maildir(root) if _is_maildir(root) else _tree(root, on_skip):
        found = True
        yield name, path
    if not found:
        on_skip(root.name or str(root), "no mail in this folder")


def _is_maildir(root: Path) -> bool:
    return any((root / part).is_dir() for part in _MAILDIR_PARTS)


def _maildir(root: Path) -> Iterator[tuple[str, Path]]:
    below = sorted(entry for entry in root.iterdir() if entry.name.startswith(".") and _is_maildir(entry))
    for folder in chain((root,), below):
        for part in _MAILDIR_PARTS:
            place = folder / part
            if place.is_dir():
                for path in sorted(place.iterdir()):
                    if path.is_file() and not path.name.startswith("."):
                        yield path.relative_to(root).as_posix(), path


def _tree(root: Path, on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    def unreadable(error: OSError) -> None:
        on_skip(str(error.filename), error.strerror or type(error).__name__)

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders.sort()
        for file in sorted(files):
            if file.lower().endswith((".eml", ".mbox", ".mbx")):
                path = Path(folder) / file
                yield path.relative_to(root).as_posix(), path


class _Joined:
    """A stream with bytes that were read ahead put back in front."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start = start
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._stream.read(size)
