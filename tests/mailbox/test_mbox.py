"""mbox files: splitting, Takeout's labels and threads, and that nothing is ever written."""

import io
import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mailbox import mbox
from gmail_followup.mailbox.mbox import MboxMailbox, split, unescape
from gmail_followup.mailbox.protocol import Mailbox
from tests.support.mails import mail

FROM = b"From someone@example.org Mon Nov  2 08:00:00 2026\n"
TAKEOUT = b"From 1712345678901234567@xxx Mon Nov 02 08:00:00 +0000 2026\r\n"


def written(mails: list[bytes], separator: bytes = FROM) -> bytes:
    """An mboxrd file, written by its own rule: lines of ">" and "From " get one ">" more."""
    end = b"\r\n" if separator.endswith(b"\r\n") else b"\n"
    pieces = []
    for raw in mails:
        lines = raw.split(b"\n")
        escaped = b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
        pieces.append(separator + escaped + end + end)
    return b"".join(pieces)


class Trickle(io.RawIOBase):
    """A stream that gives few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step = io.BytesIO(data), step

    def read(self, size: int = -1) -> bytes:
        return self._data.read(self._step)


BODY_LINES = st.sampled_from(
    [
        b"From now on",
        b">From here",
        b">>From there",
        b"From a@b Mon Nov  2 08:00:00 2026",
        b"",
        b"words",
        b"From: x",
        b">",
        b"F",
        b"From ",
    ]
)
BODIES = st.lists(
    BODY_LINES | st.binary(max_size=12).map(lambda data: data.replace(b"\n", b"").replace(b"\r", b"")), max_size=8
)


@given(st.lists(BODIES, max_size=5), st.sampled_from([FROM, TAKEOUT]), st.integers(1, 3000))
def test_what_was_written_is_read_back(bodies: list[list[bytes]], separator: bytes, step: int) -> None:
    end = b"\r\n" if separator is TAKEOUT else b"\n"
    mails = [end.join([b"Subject: x", b"", *lines, b"end"]) for lines in bodies]
    data = written(mails, separator)
    found = list(split(Trickle(data, step)))
    assert [unescape(one.data) for one in found] == [raw + end for raw in mails]
    assert [one.number for one in found] == list(range(1, len(mails) + 1))
    assert all(data[one.start : one.end] == one.data for one in found)


@given(st.binary(max_size=600), st.integers(1, 100))
def test_any_bytes_can_be_split(data: bytes, step: int) -> None:
    found = list(split(Trickle(b"From x Mon Nov  2 08:00:00 2026\n" + data, step)))
    assert found and found[0].number == 1
    assert found == list(split(io.BytesIO(b"From x Mon Nov  2 08:00:00 2026\n" + data)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("From >abc\n", max_size=60), min_size=1, max_size=4))
def test_agrees_with_the_standard_library(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("mbox") / "x.mbox"
    box = mailbox.mbox(path)
    for text in texts:
        made = EmailMessage()
        made["Subject"] = "x"
        made.set_content(text)
        box.add(made)
    box.close()
    with path.open("rb") as file:
        assert len(list(split(file))) == len(texts)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"words\n\nFrom now on it is 2026 and all is well\nfine\n", 1),
        (b"words\nFrom: not a separator\n", 1),
        (b"words\n\nFrom there: we go\n", 1),
        (b"words\n\nFrom nobody\nSubject: y\n\nmore", 2),
        (b"words\nFrom a@b Mon Nov  2 08:00:00 2026\nSubject: y\n\nmore", 2),
        (b"words\n\nFrom a@b Mon Nov  2 08:00:00 2026", 2),
    ],
)
def test_what_separates(body: bytes, count: int) -> None:
    assert len(list(split(io.BytesIO(FROM + b"Subject: x\n\n" + body)))) == count


def test_a_cut_last_mail_is_given_as_far_as_it_goes() -> None:
    data = written([b"Subject: 1\n\none", b"Subject: 2\n\ntwo"])
    found = list(split(io.BytesIO(data[:-4])))
    assert [one.data for one in found] == [b"Subject: 1\n\none\n", b"Subject: 2\n\nt"]


def test_a_mail_without_end_is_cut_and_the_next_one_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "LARGEST_MAIL", 5_000)
    monkeypatch.setattr(mbox, "_CHUNK", 1_000)
    data = FROM + b"Subject: 1\n\n" + b"words\n" * 10_000 + b"\n" + FROM + b"Subject: 2\n\nend\n"
    first, second = split(io.BytesIO(data))
    assert len(first.data) == 5_000
    assert second.data == b"Subject: 2\n\nend"
    assert data[second.start : second.end] == second.data


@pytest.fixture
def takeout(tmp_path: Path) -> Path:
    def one(number: int, labels: str, thread: str, hour: int, answers: str = "") -> bytes:
        raw = mail(f"Mail {number}", f"<{number}@acme.example>", answers, text=f"From here, {number}\n")
        raw = raw.replace(b"08:00:00", b"%02d:00:00" % hour)
        return f"X-GM-THRID: {thread}\r\nX-Gmail-Labels: {labels}\r\n".encode() + raw

    mails = [
        one(1, "Inbox,Opened,Category Updates", "77", 9),
        one(2, "Sent", "77", 10),
        one(3, "Spam", "78", 9),
        one(4, "Drafts", "77", 11, "<1@acme.example>"),
        one(5, "=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Non_lus?=", "79", 8),
        one(6, "Archived,Unread", "80", 12),
    ]
    path = tmp_path / "All mail.mbox"
    path.write_bytes(written(mails, TAKEOUT))
    return path


def test_takeout_labels_and_threads(takeout: Path) -> None:
    box: Mailbox = MboxMailbox(takeout, (Address("", "jo@example.org"),))
    assert box.name == f"mbox:{takeout}"
    assert box.changes("", None).keys == ("#5", "#1", "#2", "#6")
    stored = box.fetch("#1")
    assert stored is not None
    assert stored.labels == {"INBOX"}
    assert stored.thread_key == "77"
    assert stored.message.text.strip() == "From here, 1"
    assert [one.key for one in box.thread(stored).messages] == ["#1", "#2", "#4"]
    french = box.fetch("#5")
    assert french is not None and french.labels == {"INBOX", "UNREAD"}
    assert [one.id for one in box.drafts()] == ["#4"]
    assert box.fetch("#7") is None and box.fetch("x") is None
    assert [one.address.email for one in box.send_as()] == ["jo@example.org"]


def test_since_and_related(takeout: Path) -> None:
    box = MboxMailbox(takeout)
    ten = datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert box.changes("", ten).keys == ("#2", "#6")
    assert list(box.related([], ["acme.example"], ten, 9)) == ["#1", "#5"]


def test_a_file_without_takeout_fields_is_an_inbox_threaded_by_ids(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    path.write_bytes(written([mail("a", "<1@x>"), mail("b", "<2@x>"), mail("Re: a", "<3@x>", "<1@x>")]))
    box = MboxMailbox(path)
    stored = box.fetch("#3")
    assert stored is not None and stored.labels == {"INBOX"}
    assert [one.key for one in box.thread(stored).messages] == ["#1", "#3"]


def test_it_is_only_read(takeout: Path) -> None:
    before = takeout.read_bytes()
    box = MboxMailbox(takeout)
    assert not box.can_draft
    with pytest.raises(UserError, match="cannot be saved"):
        box.create_draft(mail("x", "<d@f>"), "")
    box.label("#1", ["x"], [])
    assert takeout.read_bytes() == before


def test_growth_is_seen(takeout: Path) -> None:
    box = MboxMailbox(takeout)
    box.changes("", None)
    with takeout.open("ab") as file:
        file.write(written([mail("new", "<9@x>")]))
    assert "#7" in box.changes("", None).keys


def test_trouble_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        MboxMailbox(tmp_path / "none")
    (tmp_path / "x.eml").write_bytes(mail("x", "<1@x>"))
    with pytest.raises(UserError, match="is not an mbox file"):
        MboxMailbox(tmp_path / "x.eml")
    (tmp_path / "empty").write_bytes(b"")
    assert MboxMailbox(tmp_path / "empty").changes("", None).keys == ()
    (tmp_path / "gone.mbox").write_bytes(written([mail("x", "<1@x>")]))
    box = MboxMailbox(tmp_path / "gone.mbox")
    (tmp_path / "gone.mbox").unlink()
    with pytest.raises(UserError, match="cannot be read"):
        box.changes("", None)
