"""What must hold for any bytes that come as a mail. A target raises if it does not."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from functools import cache

from gmail_followup.cli.terminal import one_line, safe
from gmail_followup.errors import FileError, UserError
from gmail_followup.ledger.records import Purpose
from gmail_followup.letters import Brief, write_letter
from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.reading.application import understand
from gmail_followup.reading.decide import reply_address
from gmail_followup.reading.safety import doubt
from gmail_followup.reading.values import Answerable, Verdict
from gmail_followup.rooms import Options, Rooms
from gmail_followup.writing.mime import compose
from tests.support.rooms import rooms as make_rooms

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ME = Address("Jo Doe", "jo@example.org")
OUR_ID = "<followup.0123456789abcdef0123456789abcdef@example.org>"
_HEADERS = ["from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type"]
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")


@cache
def rooms() -> Rooms:
    """The shipped rules and letters, as the tests use them; no mailbox is opened and nothing is written."""
    made = make_rooms(object.__new__(MaildirMailbox))
    # The rules of a language are made ready when its first mail comes, which takes a while and is no fault of that mail.
    for language in ("", "en", "de", "fr", "es"):
        for facts in (False, True):
            made.reader._matchers(language, facts=facts)
    return made


def parser(data: bytes) -> None:
    """A mail is read without an exception, whole, and the same way each time."""
    message = parse(data)
    at = 0
    for span, _ in message.parts:
        assert span.start == at <= span.end, "the parts of a body have a gap"
        at = span.end
    assert at == len(message.text), "the parts do not cover the body"
    assert message.id.startswith("<") and message.id.endswith(">") and not re.search(r"\s", message.id)
    for name in message.attachments:
        assert name not in (".", "..") and not re.search(r"[/\\\x00-\x1f\x7f]", name), f"file name {name!r}"
    for text in (message.subject, message.from_.name, message.from_.email, *(value for _, value in message.headers)):
        assert "\n" not in text and "\r" not in text, "a header value of two lines"
    assert message.date is None or message.date.tzinfo is not None
    assert not _CONTROLS.search(one_line(message.subject)) and not _CONTROLS.search(safe(message.text))
    safe(message.text).encode("utf-8")


def detector(data: bytes) -> None:
    """A mail is judged without an exception; what counted stands where the verdict says."""
    message = parse(data)
    verdict = _verdict(message)
    assert 0.0 <= verdict.score <= 1.0
    for e in (*verdict.evidence, *verdict.against):
        if e.field == "body" and e.end:
            assert 0 <= e.start <= e.end <= len(message.text), "evidence outside of the body"
    for text in (verdict.company, verdict.role):
        assert "\n" not in text and len(text) <= 400, "a company or role of many lines"
    stored = StoredMessage("k", "t", message)
    rooms().notices.read(message, own=False, about_meeting=False)
    doubt(stored, (), rooms().reader.senders)
    understand(stored, verdict, (), frozenset((ME.email,)), rooms().reader.senders)


def _verdict(message: Message) -> Verdict:
    return rooms().reader.read(message)


def reply(data: bytes) -> None:
    """Any mail can be answered, or is refused in words; the draft has one of each header, and goes to nobody else."""
    message = parse(data)
    to = reply_address(message)
    verdict = _verdict(message)
    stored = StoredMessage("k", "t", message)
    application = understand(stored, verdict, (), frozenset((ME.email,)), rooms().reader.senders)
    contact = application.contacts[0] if application.contacts else None
    brief = Brief(
        Purpose.ASK, application, "en", verdict.reason, verdict.answerable, (Address("", to.email),), contact, ME, OUR_ID,
        answering=None if verdict.answerable is Answerable.NO_REPLY else message,
    )  # fmt: skip
    try:
        letter, envelope, _ = write_letter(rooms(), Options(now=NOW, since=NOW - timedelta(days=90)), brief)
        raw = compose(letter, envelope)
    except FileError:
        raise
    except UserError:
        return
    draft = email.message_from_bytes(raw, policy=email.policy.SMTP)
    names = [name.lower() for name in draft.keys()]  # noqa: SIM118
    assert len(names) == len(set(names)) and set(names) <= set(_HEADERS), f"headers {names}"
    assert [a.addr_spec.lower() for a in draft["to"].addresses] == [_ascii(to.email)], f"to {draft['to']}"
    assert draft["from"].addresses[0].addr_spec == ME.email
    assert draft["message-id"].strip() == OUR_ID
    assert [part.get_content_type() for part in draft.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "a line over 998 bytes (RFC 5322, 2.1.1)"
    # The subject is the thread's, letter by letter, or Gmail would not keep the thread; but nothing in it breaks a header.
    assert not re.search("[\x00-\x1f\x7f-\x9f]", letter.subject)


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}".lower()
