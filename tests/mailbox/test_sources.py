"""Mailboxes by name, and every kind of file and folder that `scan` reads."""

import errno
import io
from pathlib import Path

import pytest

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.mailbox.mbox import MboxMailbox
from gmail_followup.mailbox.sources import messages, open_mailbox
from tests.support.mails import mail

FROM = b"From x@example.org Mon Nov  2 08:00:00 2026\n"
ONE, TWO = mail("one", "<1@x>"), mail("two", "<2@x>")
MBOX = FROM + ONE + b"\n" + FROM + TWO + b"\n"


class Skips(list[tuple[str, str]]):
    def __call__(self, name: str, why: str) -> None:
        self.append((name, why))


def read(path: Path | str, stdin: bytes = b"") -> tuple[list[tuple[str, bytes]], Skips]:
    skips = Skips()
    return list(messages(path, skips, io.BytesIO(stdin))), skips


def test_mailboxes_by_name(tmp_path: Path) -> None:
    (tmp_path / "m" / "cur").mkdir(parents=True)
    (tmp_path / "x.mbox").write_bytes(MBOX)
    assert isinstance(open_mailbox(f"maildir:{tmp_path}/m"), MaildirMailbox)
    assert isinstance(open_mailbox(f"mbox:{tmp_path}/x.mbox"), MboxMailbox)


@pytest.mark.parametrize("spec", ["", "imap:host", "maildir", "maildir:", "mbox:", "gmail", "/home/jo/Maildir"])
def test_other_names_are_told_the_three_kinds(spec: str) -> None:
    with pytest.raises(UserError) as caught:
        open_mailbox(spec)
    assert caught.value.code is Exit.USAGE
    assert all(kind in caught.value.why for kind in ("gmail", "maildir:DIR", "mbox:FILE"))


def test_an_mbox(tmp_path: Path) -> None:
    (tmp_path / "inbox.mbox").write_bytes(MBOX)
    found, skips = read(tmp_path / "inbox.mbox")
    assert found == [("inbox.mbox#1", ONE), ("inbox.mbox#2", TWO)]
    assert skips == []


def test_an_mbox_is_known_by_its_first_line_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(b"\n" + MBOX)
    assert [name for name, _ in read(tmp_path / "x.eml")[0]] == ["x.eml#1", "x.eml#2"]
    (tmp_path / "x.mbox").write_bytes(ONE)
    assert read(tmp_path / "x.mbox")[0] == [("x.mbox", ONE)]


def test_an_empty_mail_in_an_mbox_is_skipped_and_still_counted(tmp_path: Path) -> None:
    (tmp_path / "x.mbox").write_bytes(FROM + b"\n" + MBOX)
    found, skips = read(tmp_path / "x.mbox")
    assert [name for name, _ in found] == ["x.mbox#2", "x.mbox#3"]
    assert skips == [("x.mbox#1", "empty")]


def test_one_eml(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    assert read(tmp_path / "a.eml") == ([("a.eml", ONE)], [])


def test_a_folder_of_eml_with_all_below(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("z.eml", "a.EML", "b/c/x.eml"):
        (tmp_path / name).write_bytes(ONE)
    (tmp_path / "b" / "y.mbox").write_bytes(MBOX)
    (tmp_path / "notes.txt").write_bytes(b"no mail")
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path)
    found, skips = read(tmp_path)
    assert [name for name, _ in found] == ["a.EML", "z.eml", "b/y.mbox#1", "b/y.mbox#2", "b/c/x.eml"]
    assert skips == [("empty.eml", "empty")]


def test_a_maildir_with_its_folders(tmp_path: Path) -> None:
    for name in ("cur/1.a:2,S", "new/2.b", ".Sent/cur/3.c:2,S", "tmp/never", ".Other/file"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(ONE)
    found, skips = read(tmp_path)
    assert [name for name, _ in found] == ["cur/1.a:2,S", "new/2.b", ".Sent/cur/3.c:2,S"]
    assert skips == []


def test_stdin() -> None:
    assert read("-", MBOX)[0] == [("-#1", ONE), ("-#2", TWO)]
    assert read("-", ONE)[0] == [("-", ONE)]
    assert read("-", b"") == ([], [("-", "empty")])
    long = ONE + b"x" * 10_000
    assert read("-", long)[0] == [("-", long)]
    many = MBOX * 50
    assert len(read("-", many)[0]) == 100


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert read(tmp_path / "empty") == ([], [("empty", "no mail in this folder")])
    with pytest.raises(UserError, match="does not exist"):
        read(tmp_path / "none")


def test_an_unreadable_file_is_skipped_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(ONE)
    really = Path.open

    def guarded(self: Path, *args: object, **more: object) -> object:
        if self.name == "a.eml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(self, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", guarded)
    found, skips = read(tmp_path)
    assert [name for name, _ in found] == ["b.eml"]
    assert skips == [("a.eml", "Permission denied")]
