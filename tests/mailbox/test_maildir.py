"""Maildir++: what is read, how drafts are saved, and what happens when the disk misbehaves."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.mailbox.protocol import AmbiguousWrite, Mailbox
from tests.support.mails import mail

ME = (Address("Jo", "jo@example.org"), Address("", "jo@work.example"))


def put(root: Path, name: str, raw: bytes, folder: str = "", part: str = "cur") -> Path:
    place = root / folder / part
    for one in ("cur", "new", "tmp"):
        (root / folder / one).mkdir(parents=True, exist_ok=True)
    path = place / name
    path.write_bytes(raw)
    return path


def dated(number: int, hour: int, **more: str) -> bytes:
    raw = mail(
        more.get("subject", f"Mail {number}"),
        f"<{number}@acme.example>",
        more.get("answers", ""),
        text=more.get("text", "words\n"),
    )
    return raw.replace(b"08:00:00", b"%02d:00:00" % hour)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "100.a:2,S", dated(1, 8))
    put(tmp_path, "200.b", dated(2, 10, answers="<1@acme.example>"), part="new")
    put(tmp_path, "300.c:2,S", dated(3, 9, answers="<1@acme.example>"), ".Sent")
    put(tmp_path, "400.d:2,", dated(4, 7), ".Archive")
    put(tmp_path, "500.e:2,S", dated(5, 7), ".Trash")
    put(tmp_path, "600.f:2,S", dated(6, 7), ".Junk")
    put(tmp_path, "700.g:2,DS", dated(7, 11, answers="<2@acme.example>"), ".Drafts")
    put(tmp_path, "800.h:2,ST", dated(8, 7))
    return tmp_path


class TestReading:
    def test_it_is_a_mailbox(self, root: Path) -> None:
        box: Mailbox = MaildirMailbox(root, ME)
        assert box.name == f"maildir:{root}"
        assert box.can_draft
        assert [(one.address.email, one.is_default) for one in box.send_as()] == [
            ("jo@example.org", True),
            ("jo@work.example", False),
        ]
        assert MaildirMailbox(root).send_as() == ()

    def test_changes_name_all_but_drafts_spam_and_trash_oldest_first(self, root: Path) -> None:
        changes = MaildirMailbox(root).changes("", None)
        assert changes.keys == (".Archive/400.d", "100.a", ".Sent/300.c", "200.b")
        assert (changes.cursor, changes.note) == ("", "")

    def test_since(self, root: Path) -> None:
        since = datetime(2026, 11, 2, 9, tzinfo=UTC)
        assert MaildirMailbox(root).changes("", since).keys == (".Sent/300.c", "200.b")

    def test_labels(self, root: Path) -> None:
        box = MaildirMailbox(root)
        labels = {key: stored.labels for key in box.changes("", None).keys if (stored := box.fetch(key))}
        assert labels == {
            "100.a": {"INBOX"}, "200.b": {"INBOX", "UNREAD"}, ".Sent/300.c": {"SENT"}, ".Archive/400.d": {"UNREAD"},
        }  # fmt: skip

    def test_a_thread_crosses_folders_and_has_the_draft(self, root: Path) -> None:
        box = MaildirMailbox(root)
        stored = box.fetch("200.b")
        assert stored is not None
        thread = box.thread(stored)
        assert [one.message.id for one in thread.messages] == [f"<{n}@acme.example>" for n in (1, 3, 2, 7)]
        assert {one.thread_key for one in thread.messages} == {thread.key} == {stored.thread_key}
        assert thread.messages[-1].is_draft and thread.messages[-1].draft_id == ".Drafts/700.g"
        assert thread.messages[1].is_sent
        alone = box.fetch(".Archive/400.d")
        assert alone is not None and box.thread(alone).messages == (alone,)

    def test_new_mail_is_seen_and_moved_flags_do_not_matter(self, root: Path) -> None:
        box = MaildirMailbox(root)
        before = set(box.changes("", None).keys)
        put(root, "900.i", dated(9, 12), part="new")
        (root / "new" / "200.b").rename(root / "cur" / "200.b:2,RS")
        stored = box.fetch("200.b")
        assert stored is not None and stored.message.id == "<2@acme.example>" and stored.labels == {"INBOX"}
        assert set(box.changes("", None).keys) - before == {"900.i"}

    def test_a_vanished_mail_is_none(self, root: Path) -> None:
        box = MaildirMailbox(root)
        box.changes("", None)
        (root / "cur" / "100.a:2,S").unlink()
        assert box.fetch("100.a") is None
        assert box.fetch("never.there") is None

    def test_a_mail_without_date_counts_by_its_file(self, root: Path) -> None:
        path = put(root, "950.j", b"Subject: x\n\nwords")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        box = MaildirMailbox(root)
        assert "950.j" in box.changes("", datetime(2023, 11, 1, tzinfo=UTC)).keys
        assert "950.j" not in box.changes("", datetime(2023, 12, 1, tzinfo=UTC)).keys

    def test_related(self, root: Path) -> None:
        put(root, "960.k", mail("Hello", "<k@x>", sender="Bo <bo@mail.acme.example>", to="jo@example.org"))
        put(root, "961.l", mail("Thanks for applying at Zorg", "<l@x>", sender="no-reply@ats.example"))
        put(root, "962.m", mail("Thanks", "<m@x>", sender="no-reply@ats.example", text="You applied at Zorg today.\n"))
        put(root, "963.n", mail("Thanks", "<n@x>", sender="no-reply@notacme.example", text="none\n"))
        box = MaildirMailbox(root)
        later = datetime(2027, 1, 1, tzinfo=UTC)
        assert set(box.related([], ["acme.example"], later, 99)) == {
            "100.a",
            "200.b",
            ".Sent/300.c",
            ".Archive/400.d",
            "960.k",
        }
        assert set(box.related(["Zorg"], [], later, 99)) == {"961.l", "962.m"}
        assert next(iter(box.related([], ["acme.example"], later, 2))) == "200.b"
        assert set(box.related([], ["acme.example"], datetime(2026, 11, 2, 8, tzinfo=UTC), 99)) == {".Archive/400.d"}
        assert list(box.related([], [], later, 99)) == []

    def test_labels_are_left_to_the_ledger(self, root: Path) -> None:
        before = sorted(root.rglob("*"))
        box = MaildirMailbox(root)
        box.label("100.a", ["followup/drafted"], ["INBOX"])
        box.close()
        assert sorted(root.rglob("*")) == before
        assert box.changes("", None).keys


class TestDrafts:
    def test_a_draft_is_saved_and_read_back(self, root: Path) -> None:
        box = MaildirMailbox(root)
        raw = mail("Re: Mail 2", "<d1@followup>", "<2@acme.example>", sender="jo@example.org")
        draft = box.create_draft(raw, "")
        (path,) = (root / ".Drafts" / "cur").glob("*gmail-followup*")
        assert path.read_bytes() == raw
        assert path.name.endswith(":2,DS")
        assert list((root / ".Drafts" / "tmp").iterdir()) == []
        assert draft.message.message.id == "<d1@followup>" and draft.message.is_draft
        original = box.fetch("200.b")
        assert original is not None and draft.thread_key == original.thread_key
        assert box.find_draft("<d1@followup>", "") == draft == box.get_draft(draft.id)
        assert draft.id in [one.id for one in box.drafts()]
        assert draft.id not in box.changes("", None).keys

    def test_the_drafts_folder_is_made(self, tmp_path: Path) -> None:
        put(tmp_path, "1.a", dated(1, 8))
        draft = MaildirMailbox(tmp_path).create_draft(mail("x", "<d@f>"), "")
        assert (tmp_path / ".Drafts" / "maildirfolder").exists()
        assert MaildirMailbox(tmp_path).get_draft(draft.id) is not None

    def test_the_same_mail_twice_is_one_draft(self, root: Path) -> None:
        box = MaildirMailbox(root)
        first = box.create_draft(mail("x", "<d@f>"), "")
        (path,) = (root / ".Drafts" / "cur").glob("*gmail-followup*")
        path.rename(path.with_name(path.name.replace("DS", "DFS")))
        assert MaildirMailbox(root).create_draft(mail("x", "<d@f>"), "").id == first.id
        assert len(list((root / ".Drafts" / "cur").glob("*gmail-followup*"))) == 1

    def test_a_sent_or_deleted_draft_is_none(self, root: Path) -> None:
        box = MaildirMailbox(root)
        draft = box.create_draft(mail("x", "<d@f>"), "")
        (path,) = (root / ".Drafts" / "cur").glob("*gmail-followup*")
        path.rename(path.with_name(path.name.replace("DS", "DST")))
        assert box.get_draft(draft.id) is None
        path.with_name(path.name.replace("DS", "DST")).rename(root / ".Sent" / "cur" / "999.x:2,S")
        assert box.get_draft(draft.id) is None
        assert box.find_draft("<d@f>", "") is None

    def test_an_edited_draft_is_seen_as_it_stands(self, root: Path) -> None:
        box = MaildirMailbox(root)
        draft = box.create_draft(mail("x", "<d@f>", text="first\n"), "")
        (path,) = (root / ".Drafts" / "cur").glob("*gmail-followup*")
        path.write_bytes(mail("x", "<d@f>", text="edited\n"))
        now = box.get_draft(draft.id)
        assert now is not None and now.message.message.text.strip() == "edited"

    @pytest.mark.parametrize("step", ["write", "fsync", "rename"])
    def test_a_full_disk_leaves_nothing_half_written(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        if step == "write":
            monkeypatch.setattr("gmail_followup.mailbox.maildir.os.fdopen", full)
        elif step == "fsync":
            monkeypatch.setattr("gmail_followup.mailbox.maildir.os.fsync", full)
        else:
            monkeypatch.setattr(Path, "rename", full)
        box = MaildirMailbox(root)
        with pytest.raises(UserError, match="could not be saved") as caught:
            box.create_draft(mail("x", "<d@f>"), "")
        monkeypatch.undo()
        assert "No space left" in caught.value.why and caught.value.fix
        assert list((root / ".Drafts" / "tmp").iterdir()) == []
        assert box.find_draft("<d@f>", "") is None
        assert box.create_draft(mail("x", "<d@f>"), "").message.message.id == "<d@f>"

    def test_a_leftover_of_a_crash_is_replaced(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            MaildirMailbox(root).create_draft(mail("x", "<d@f>"), "")
        monkeypatch.undo()
        assert len(list((root / ".Drafts" / "tmp").iterdir())) == 1
        box = MaildirMailbox(root)
        assert box.find_draft("<d@f>", "") is None
        box.create_draft(mail("x", "<d@f>"), "")
        assert list((root / ".Drafts" / "tmp").iterdir()) == []

    def test_a_doubtful_rename_is_ambiguous_and_found_later(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_: Path) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr("gmail_followup.mailbox.maildir._sync_folder", broken)
        box = MaildirMailbox(root)
        with pytest.raises(AmbiguousWrite):
            box.create_draft(mail("x", "<d@f>"), "")
        assert box.find_draft("<d@f>", "") is not None


class TestTrouble:
    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="cannot be opened"):
            MaildirMailbox(tmp_path / "none")

    def test_not_a_maildir(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="is not a Maildir") as caught:
            MaildirMailbox(tmp_path)
        assert "mbox:FILE" in caught.value.fix

    def test_a_file_is_no_maildir(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_text("x")
        with pytest.raises(UserError, match="cannot be opened"):
            MaildirMailbox(tmp_path / "x")

    def test_it_goes_away_later(self, root: Path) -> None:
        box = MaildirMailbox(root)
        root.rename(root.with_name("moved"))
        with pytest.raises(UserError, match="cannot be opened"):
            box.changes("", None)

    def test_one_unreadable_mail_is_noted_and_the_rest_read(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        really = Path.open

        def guarded(self: Path, *args: object, **more: object) -> object:
            if self.name.startswith("100.a"):
                raise PermissionError(errno.EACCES, "Permission denied")
            return really(self, *args, **more)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", guarded)
        box = MaildirMailbox(root)
        changes = box.changes("", None)
        assert changes.keys == (".Archive/400.d", ".Sent/300.c", "200.b")
        assert changes.note == "1 mail could not be read"
        assert box.fetch("100.a") is None
        monkeypatch.undo()
        again = box.changes("", None)
        assert "100.a" in again.keys and again.note == ""

    def test_one_unreadable_folder_is_noted(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        really = os.scandir

        def guarded(path: object) -> object:
            if ".Archive" in str(path):
                raise PermissionError(errno.EACCES, "Permission denied")
            return really(path)  # type: ignore[call-overload]

        monkeypatch.setattr("gmail_followup.mailbox.maildir.os.scandir", guarded)
        changes = MaildirMailbox(root).changes("", None)
        assert changes.keys == ("100.a", ".Sent/300.c", "200.b")
        assert ".Archive was left out (Permission denied)" in changes.note

    def test_odd_files_do_no_harm(self, root: Path) -> None:
        put(root, "empty", b"")
        put(root, ".hidden", b"x")
        put(root, "garbage", bytes(range(256)) * 50)
        (root / "cur" / "a-folder").mkdir()
        (root / "cur" / "dangling").symlink_to(root / "nowhere")
        (root / ".NotAMaildir").mkdir()
        box = MaildirMailbox(root)
        changes = box.changes("", None)
        assert {"empty", "garbage"} <= set(changes.keys)
        assert {"a-folder", "dangling", ".hidden"}.isdisjoint(changes.keys)
        assert all(box.fetch(key) is not None for key in changes.keys)


@given(raws=st.lists(st.binary(max_size=200), max_size=6))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_file_is_named_once_and_can_be_fetched(
    tmp_path_factory: pytest.TempPathFactory, raws: list[bytes]
) -> None:
    root = tmp_path_factory.mktemp("maildir")
    (root / "cur").mkdir()
    for number, raw in enumerate(raws):
        put(root, f"{number}.x:2,S", raw)
    box = MaildirMailbox(root)
    keys = box.changes("", None).keys
    assert sorted(keys) == [f"{number}.x" for number in range(len(raws))]
    for key in keys:
        stored = box.fetch(key)
        assert stored is not None
        assert stored.key in [one.key for one in box.thread(stored).messages]
