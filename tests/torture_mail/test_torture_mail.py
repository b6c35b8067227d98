"""Hostile mails, each with the line of what must come out; shapes without end in seconds; what fuzzing found, for ever."""

import email
import email.policy
import re
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fuzz import targets
from gmail_followup.mail.parse import parse
from tests.support.rooms import drafts_in, go, maildir, on_maildir

HERE = Path(__file__).parent
MAILS = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["mail"]
FINDS = sorted((HERE / "finds").glob("*.eml"))
SECONDS = 2.0


@pytest.mark.parametrize("expected", MAILS, ids=lambda mail: str(mail["file"]))
def test_what_comes_of_it(tmp_path: Path, expected: dict[str, Any]) -> None:
    raw = (HERE / f"{expected['file']}.eml").read_bytes()
    message = parse(raw)
    for text in expected.get("text_lacks", ()):
        assert text not in message.text, expected["says"]
    if "attachments" in expected:
        assert list(message.attachments[: len(expected["attachments"])]) == expected["attachments"]
        assert all(re.fullmatch(r"[\w .\[\-]+", name) for name in message.attachments)
    box = maildir(tmp_path / "box", raw)
    outcomes = go(on_maildir(box))
    actions = [o.action.value for o in outcomes] or ["none"]
    if "action" in expected:
        assert actions == [expected["action"]], (expected["says"], [o.why for o in outcomes])
    if "why" in expected:
        assert expected["why"] in outcomes[0].why
    drafts = drafts_in(box)
    assert len(drafts) == actions.count("drafted")
    for draft in drafts:
        check_draft(draft, expected)


def check_draft(raw: bytes, expected: dict[str, Any]) -> None:
    draft = email.message_from_bytes(raw, policy=email.policy.SMTP)
    names = [name.lower() for name in draft.keys()]  # noqa: SIM118
    assert len(names) == len(set(names)), expected["says"]
    assert set(names) <= set(targets._HEADERS), expected["says"]
    for name in expected.get("no_header", ()):
        assert name.lower() not in names
    if "to" in expected:
        assert [a.addr_spec for a in draft["to"].addresses] == expected["to"], expected["says"]
    (plain, html) = draft.iter_parts()
    letter = plain.get_content().partition("wrote:")[0]
    words = "\n".join((str(draft["subject"]), str(draft["to"]), str(draft["references"]), str(draft["in-reply-to"]), letter))
    for text in expected.get("draft_lacks", ()):
        assert text not in words, (expected["says"], words)
        if text.startswith(("=", "\x1b")):
            assert text.encode() not in raw.partition(b"\r\n\r\n")[0]
    assert "<script" not in html.get_content()


def test_every_mail_has_its_line() -> None:
    assert sorted(f"{mail['file']}.eml" for mail in MAILS) == sorted(path.name for path in HERE.glob("*.eml"))
    assert all(mail["says"] for mail in MAILS)
    assert FINDS


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("target", ["parser", "detector", "reply"])
def test_what_fuzzing_found_stays_mended(path: Path, target: str) -> None:
    targets.rooms()
    began = time.process_time()
    getattr(targets, target)(path.read_bytes())
    assert time.process_time() - began < SECONDS


_HEAD = b"From: Ann <ann@acme.example>\nSubject: Your application\nMessage-ID: <a@b.example>\n"
_PLAIN, _HTML = _HEAD + b"Content-Type: text/plain\n\n", _HEAD + b"Content-Type: text/html\n\n"
_NO = b"We have decided not to move forward with your application for the position of Data Engineer at Acme. "
_SIZE = 300_000


def _many(piece: bytes) -> bytes:
    return piece * (_SIZE // len(piece))


ENDLESS = {
    "short sentences": _PLAIN + _many(b"x.\n\n"),
    "one sentence of noes": _PLAIN + _many(b"we have decided not to move forward with your application and "),
    "noes": _PLAIN + _many(_NO),
    "one word": _PLAIN + _many(b"x"),
    "a quotation in a quotation": _PLAIN + _many(b">"),
    "brackets": _PLAIN + _many(b"("),
    "forwards": _PLAIN + _many(b"---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: x\nSubject: y\n\n"),
    "signatures": _PLAIN + _many(b"-- \nAnn Lee\nRecruiter\n\n"),
    "boxes in boxes": _HTML + _many(b"<div>"),
    "tables in tables": _HTML + _many(b"<table><tr><td>"),
    "quotations of HTML": _HTML + _many(b"<blockquote>"),
    "attributes": _HTML + b"<a " + _many(b"x=y ") + b">" + _NO,
    "a subject": b"From: a@b.example\nSubject: " + _many(b"your application to ") + b"\n\nhi",
    "encoded words": b"From: a@b.example\nSubject: " + _many(b"=?utf-8?q?a?= ") + b"\n\nhi",
    "recipients": b"From: a@b.example\nTo: " + _many(b"Ann Lee <a@b.example>, ") + b"\n\nhi",
    "references": b"From: a@b.example\nReferences: " + _many(b"<a@b.example> ") + b"\n\n" + _NO,
    "headers": b"From: a@b.example\n" + _many(b"X: y\n") + b"\nhi",
    "parts": _HEAD + b"Content-Type: multipart/mixed; boundary=m\n\n" + _many(b"--m\nContent-Type: text/plain\n\nhi\n"),
    "parts in parts": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)),
    "meetings": _HEAD + b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
    + _many(b"BEGIN:VEVENT\nUID:1\nSUMMARY:x\nDTSTART:20261102T080000Z\nEND:VEVENT\n") + b"END:VCALENDAR",
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_a_mail_without_end_takes_no_time(name: str) -> None:
    """300 kB of each shape; a server's limit on mails is 25 MB, of which half a million characters are read."""
    targets.rooms()
    for target in (targets.parser, targets.reply):
        began = time.process_time()
        target(ENDLESS[name])
        assert time.process_time() - began < SECONDS, target.__name__


def test_a_mail_of_25_megabytes_fits_into_500() -> None:
    """25 MB is what Gmail takes in; Python's MIME parser needs ten times the size of a mail."""
    import tracemalloc

    raw = _PLAIN + _NO * 250_000
    targets.rooms()
    tracemalloc.start()
    try:
        targets.detector(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(raw) > 25_000_000
    assert peak < 400 << 20
    assert len(parse(raw).text) <= 500_000
