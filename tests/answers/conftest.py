"""The reader of answers with the shipped rules, and mails to try it on."""

from functools import cache

import pytest

from gmail_followup.answers.reader import AnswerReader
from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse
from gmail_followup.reading.senders import load_senders
from tests.support.rooms import shipped_rules


@cache
def shipped_reader() -> AnswerReader:
    return AnswerReader(shipped_rules(), load_senders())


@pytest.fixture
def reader() -> AnswerReader:
    return shipped_reader()


def mail(
    body: str, *headers: str, subject: str = "Re: Thank you", sender: str = "Ann Lee <ann@acme.example>"
) -> Message:
    """An answer to a letter of Jo's, as plain text."""
    head = [
        f"From: {sender}",
        "To: Jo Miller <jo@example.org>",
        f"Subject: {subject}",
        "Message-ID: <a1@acme.example>",
        "In-Reply-To: <letter@example.org>",
        "Content-Type: text/plain; charset=utf-8",
        *headers,
    ]
    return parse(("\n".join(head) + "\n\n" + body).encode("utf-8", "replace"))
