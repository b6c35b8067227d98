"""Scanning gives the same with one process and with two, and the same as reading mail by mail."""

import functools
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.sources import messages
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Verdict
from gmail_followup.rules.rule import load
from gmail_followup.scanning import scan
from gmail_followup.scanning.chunks import CHUNK
from gmail_followup.scanning.judge import Judge, judge_of
from gmail_followup.scanning.lean import lean
from gmail_followup.scanning.scan import Scanned
from tests.scanning.torture import TORTURE

ROOT = Path(__file__).resolve().parents[2]
CORPUS = sorted((ROOT / "tests" / "corpus").rglob("*.eml"))


@functools.cache
def judge(only_rejections: bool) -> Judge:
    rules = load(ROOT / "gmail_followup" / "rules" / "packs", None)
    return judge_of(rules, Reader(rules, load_senders(None)), only_rejections=only_rejections)


def shape(message: Message, verdict: Verdict) -> str:
    """All that was found, so that nothing can differ unseen."""
    return repr((message, verdict))


def everything(
    paths: list[str], *, only: bool, processes: int, chunk_size: int = CHUNK
) -> tuple[list[Scanned], list[tuple[str, str]], int]:
    skipped: list[tuple[str, str]] = []
    counts: list[int] = []
    found = list(
        scan.scan(
            paths, judge(only), functools.partial(judge, only), shape, lambda *what: skipped.append(what),
            processes=processes, chunk_size=chunk_size, on_count=counts.append,
        )
    )
    return found, skipped, sum(counts)


@pytest.fixture(scope="module")
def mbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpus and torture, with broken separators, CRLF mails, empty ones, and a cut end."""
    dice = random.Random(7)
    raws = [path.read_bytes() for path in CORPUS[::4]] + [raw for mails in TORTURE.values() for raw in mails if len(raw) < 5_000]
    dice.shuffle(raws)
    pieces: list[bytes] = [b"Some words before the first mail.\n"]
    for number, raw in enumerate(raws):
        body = raw.replace(b"\nFrom ", b"\n>From ")
        pieces.append(b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024" + dice.choice((b"\n", b"\r\n")))
        pieces.append(body.replace(b"\n", b"\r\n") if number % 11 == 0 and b"\r" not in body else body)
        pieces.append(dice.choice((b"\n\n", b"\n", b"\n\nFrom now on this is prose.\n\n", b"\n\n\n")))
    pieces.append(b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\nSubject: cut\nContent-Type: multipart/mixed; boundary=x\n\n--x\nCont")
    path = tmp_path_factory.mktemp("scan") / "all.mbox"
    path.write_bytes(b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\n" + b"".join(pieces))
    return path


@functools.cache
def mail_by_mail(mbox: Path) -> tuple[list[Scanned], list[tuple[str, str]]]:
    """All mails by the slow way, and what was skipped."""
    skipped: list[tuple[str, str]] = []
    found: list[Scanned] = []
    reader = judge(False).reader
    for source, raw in messages(mbox, lambda *what: skipped.append(what)):
        message = parse(raw)
        verdict = reader.read(message)
        found.append(Scanned(source, verdict.kind.value, verdict.stage.value, verdict.is_rejection, shape(message, verdict)))
    return found, skipped


@pytest.fixture(params=["one thread", "threads"])
def threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Processes are forked only from a process with one thread; else they start anew and make their own judge."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    if request.param == "threads":
        other.start()
    yield
    done.set()
    if other.ident:
        other.join()


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("only", [True, False])
def test_same_as_mail_by_mail(mbox: Path, processes: int, only: bool) -> None:
    slow, slow_skipped = mail_by_mail(mbox)
    found, skipped, count = everything([str(mbox)], only=only, processes=processes, chunk_size=40_000)
    assert mbox.stat().st_size > 5 * 40_000
    assert skipped == slow_skipped
    assert count == len(slow) + len(slow_skipped)
    if only:
        found, slow = ([item for item in items if item.is_rejection] for items in (found, slow))
        assert len(slow) > 40
    assert found == slow


def test_folders_maildirs_files_and_names_that_collide(tmp_path: Path) -> None:
    raw = CORPUS[0].read_bytes()
    for place in ("a/inbox.mbox", "b/inbox.mbox"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_bytes(b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\n" + raw)
    for index in range(60):
        (tmp_path / "a" / f"{index:02}.eml").write_bytes(raw)
    (tmp_path / "a" / "zero.eml").write_bytes(b"")
    (tmp_path / "b" / "cur").mkdir()
    (tmp_path / "b" / "cur" / "1:2,S").write_bytes(raw)
    two = [str(tmp_path / "a/inbox.mbox"), str(tmp_path / "b/inbox.mbox")]
    assert [item.source for item in everything(two, only=False, processes=1)[0]] == [f"{two[0]}#1", f"{two[1]}#1"]
    found, skipped, count = everything([str(tmp_path / "a"), str(tmp_path / "b")], only=False, processes=2)
    names = [item.source for item in found]
    assert names == [*(f"a/{index:02}.eml" for index in range(60)), "a/inbox.mbox#1", "b/cur/1:2,S"]
    assert skipped == [("a/zero.eml", "empty")] and count == 62
    twice = everything([two[0], two[0]], only=False, processes=1)[0]
    assert [item.source for item in twice] == [f"{two[0]}#1", f"{two[0]}#1"]


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "empty.mbox").write_bytes(b"")
    (tmp_path / "good.eml").write_bytes(CORPUS[0].read_bytes())
    found, skipped, _ = everything([str(tmp_path)], only=False, processes=1)
    assert [item.source for item in found] == ["good.eml"]
    assert skipped == [("empty.mbox", "empty")]


def test_a_huge_attachment_takes_little_memory(tmp_path: Path) -> None:
    """A mail of 300 MB; only its first 64 MB are held, and none of it is parsed. (By hand: 2 GB, the same memory.)"""
    path = tmp_path / "big.mbox"
    line = b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\n"
    with path.open("wb") as file:
        file.write(line + b"Subject: The film\nMessage-ID: <a@b.example>\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\nHere.\n--m\n")
        file.write(b"Content-Type: video/mp4\nContent-Transfer-Encoding: base64\n\n")
        file.seek(300_000_000)
        file.write(b"\n--m--\n\n" + line + CORPUS[0].read_bytes())
    found, skipped, count = everything([str(path)], only=False, processes=1)
    assert [item.source for item in found] == ["big.mbox#1", "big.mbox#2"]
    assert not skipped and count == 2


@pytest.mark.parametrize("path", CORPUS[::9], ids=lambda path: path.stem)
def test_lean_mails_read_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gmail_followup.scanning import lean as room

    monkeypatch.setattr(room, "_WORTH_IT", 0)
    assert parse(lean(path.read_bytes())) == parse(path.read_bytes())


def test_lean_leaves_attachments_out(monkeypatch: pytest.MonkeyPatch) -> None:
    part = "Content-Type: text/plain\n\nHello\n--m\nContent-Type: application/pdf; name=\"a.pdf\"\n\n"
    raw = f"Message-ID: <a@b>\nContent-Type: multipart/mixed; boundary=m\n\n--m\n{part}{'x' * 30_000}\n--m--\n".encode()
    assert len(lean(raw)) < 500
    assert parse(lean(raw)) == parse(raw) and parse(raw).attachments == ("a.pdf",)
    assert lean(raw.replace(b"Message-ID: <a@b>\n", b"")) == raw.replace(b"Message-ID: <a@b>\n", b"")
    for mails in TORTURE.values():
        for mail in mails:
            monkeypatch.setattr("gmail_followup.scanning.lean._WORTH_IT", 0)
            assert parse(lean(mail)) == parse(mail)
