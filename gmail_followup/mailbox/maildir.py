"""Mail in a Maildir++: INBOX at the root, `.Drafts`, `.Sent` and others beside it (cr.yp.to/proto/maildir.html)."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.head import LONGEST_HEAD, Head, read_head
from gmail_followup.mailbox.local import LocalMailbox
from gmail_followup.mailbox.protocol import AmbiguousWrite, Draft

_INFO = "!2," if os.name == "nt" else ":2,"
_LARGEST_MAIL = 64 * 1024 * 1024
_FIRST_READ = 8_192
_ROLES = {
    "drafts": "DRAFT", "draft": "DRAFT", "entwürfe": "DRAFT",
    "sent": "SENT", "sent items": "SENT", "sent messages": "SENT", "sent mail": "SENT", "gesendet": "SENT",
    "trash": "TRASH", "deleted items": "TRASH", "deleted messages": "TRASH", "bin": "TRASH", "papierkorb": "TRASH",
    "spam": "SPAM", "junk": "SPAM", "junk e-mail": "SPAM", "junk mail": "SPAM",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    labels: frozenset[str]


class MaildirMailbox(LocalMailbox):
    """A Maildir++ on disk; drafts can be saved.

    path: the folder that holds cur, new and tmp. me: the user's addresses, default first. Keys are file names without
    flags, with the folder in front (`.Archive/1700000000.M1P2.host`), so that a change of flags does not change them.
    Spam and trash are never looked at. Labels are the pipeline's business: `label` does nothing here.
    Raises UserError if the folder is missing, unreadable or no Maildir.
    """

    def __init__(self, path: Path, me: tuple[Address, ...] = ()) -> None:
        super().__init__(me)
        self._root = path.expanduser().absolute()
        self._places: dict[str, _Place] = {}
        self._unreadable: set[str] = set()
        _check(self._root)

    @property
    def name(self) -> str:
        return f"maildir:{self._root}"

    @property
    def can_draft(self) -> bool:
        return True

    def create_draft(self, mime: bytes, thread_key: str) -> Draft:  # noqa: ARG002
        """Saves a draft in `.Drafts` (made if missing) and returns it as it stands there.

        It is written to tmp, synced and renamed, so that nothing half-written is ever seen. The file name is made of
        the Message-ID: to save the same mail twice finds the first one. thread_key does not matter, References do.
        Raises UserError if the disk is full or the folder cannot be written, AmbiguousWrite if the rename may be lost.
        """
        folder = self._root / ".Drafts"
        head = read_head(mime[:LONGEST_HEAD])
        seconds = int(head.date.timestamp()) if head.date else 0
        digest = hashlib.sha256(head.message_id.encode() or mime).hexdigest()[:24]
        base = f"{seconds}.H{digest}.gmail-followup"
        key = f".Drafts/{base}"
        known = self.get_draft(key)
        if known is not None:
            return known
        temporary = folder / "tmp" / base
        target = folder / "cur" / f"{base}{_INFO}DS"
        try:
            _make_folder(folder)
            temporary.unlink(missing_ok=True)
            _write(temporary, mime)
            temporary.rename(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise UserError(
                "The draft could not be saved.",
                why=f"{folder}: {error.strerror or type(error).__name__}.",
                fix="Make room on the disk, or give yourself write permission there; then run again.",
            ) from error
        try:
            _sync_folder(target.parent)
        except OSError as error:
            raise AmbiguousWrite(f"{folder}: {error.strerror or type(error).__name__}") from error
        saved = self.get_draft(key)
        if saved is None:
            raise AmbiguousWrite(f"{folder}: the draft was written but cannot be read back")
        return saved

    def _refresh(self) -> str:
        _check(self._root)
        seen: dict[str, _Place] = {}
        notes: list[str] = []
        for prefix, folder, role in _folders(self._root):
            if role in ("TRASH", "SPAM"):
                continue
            try:
                seen.update(_files(prefix, folder, role))
            except OSError as error:
                notes.append(f"{folder.name} was left out ({error.strerror})")
        self._unreadable &= seen.keys()
        for key, place in seen.items():
            if key not in self._heads:
                head = _head(place.path)
                if head is None:
                    self._unreadable.add(key)
                    continue
                self._unreadable.discard(key)
                self._heads[key] = head
            self._labels[key] = place.labels
        for key in self._heads.keys() - seen.keys():
            del self._heads[key]
            self._labels.pop(key, None)
        self._places = seen
        if self._unreadable:
            count = len(self._unreadable)
            notes.append(f"{count} mail{'s' if count > 1 else ''} could not be read")
        return "; ".join(notes)

    def _version(self, key: str) -> str:
        place = self._places.get(key)
        try:
            told = Path(place.path).stat() if place else None
        except OSError:
            return ""
        return f"{told.st_mtime_ns}-{told.st_size}" if told else ""

    def _read(self, key: str, limit: int | None = None) -> bytes | None:
        for attempt in (1, 2):
            place = self._places.get(key)
            if place is not None:
                try:
                    with Path(place.path).open("rb") as file:
                        return file.read(limit or _LARGEST_MAIL)
                except FileNotFoundError:
                    # Another program changed the flags, which renames the file: look once more.
                    pass
                except OSError:
                    return None
            if attempt == 1:
                self._reload()
        return None


def _check(root: Path) -> None:
    try:
        names = {entry.name for entry in root.iterdir()}
    except OSError as error:
        raise UserError(
            f"The Maildir {root} cannot be opened.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Check the path and its permissions.",
        ) from error
    if not {"cur", "new"} & names:
        raise UserError(
            f"{root} is not a Maildir.",
            why="It has neither a folder cur nor a folder new.",
            fix="Name the folder that holds cur, new and tmp: --mailbox maildir:DIR. For one big file use mbox:FILE.",
        )


def _folders(root: Path) -> Iterator[tuple[str, Path, str]]:
    """Key prefix, path and role ("" for an ordinary one) of each folder, INBOX first."""
    yield "", root, "INBOX"
    with os.scandir(root) as entries:
        names = sorted(entry.name for entry in entries if entry.name.startswith(".") and entry.is_dir())
    for name in names:
        folder = root / name
        if name not in (".", "..") and ((folder / "cur").is_dir() or (folder / "new").is_dir()):
            yield f"{name}/", folder, _ROLES.get(name.rpartition(".")[2].lower(), "")


def _files(prefix: str, folder: Path, role: str) -> dict[str, _Place]:
    found: dict[str, _Place] = {}
    for part in ("new", "cur"):
        try:
            with os.scandir(folder / part) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    base, flags = _split_name(entry.name)
                    if "T" not in flags:
                        found[prefix + base] = _Place(entry.path, _labels(role, flags, part))
        except FileNotFoundError:
            continue
    return found


def _split_name(name: str) -> tuple[str, str]:
    for mark in (":2,", "!2,", ";2,"):
        base, found, flags = name.partition(mark)
        if found:
            return base, flags
    return name, ""


def _labels(role: str, flags: str, part: str) -> frozenset[str]:
    labels = {role} if role else set()
    if "D" in flags:
        labels.add("DRAFT")
    if "S" not in flags or part == "new":
        labels.add("UNREAD")
    return frozenset(labels)


def _head(path: str) -> Head | None:
    try:
        with Path(path).open("rb", buffering=0) as file:
            data = file.read(_FIRST_READ)
            if b"\n\n" not in data and b"\r\n\r\n" not in data and len(data) == _FIRST_READ:
                data += file.read(LONGEST_HEAD - _FIRST_READ)
            head = read_head(data)
            if head.date is None:
                delivered = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
                return Head(head.message_id, delivered, head.ids, head.subject, head.people, head.thread)
            return head
    except (OSError, ValueError, OverflowError):
        return None


def _make_folder(folder: Path) -> None:
    parts = [folder / part for part in ("cur", "new", "tmp")]
    if all(part.is_dir() for part in parts):
        return
    for part in parts:
        part.mkdir(parents=True, exist_ok=True)
    (folder / "maildirfolder").touch(exist_ok=True)
    # A folder whose name is not on the disk takes its drafts with it when the power fails.
    _sync_folder(folder)
    _sync_folder(folder.parent)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
