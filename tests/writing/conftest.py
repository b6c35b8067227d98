"""Builders for the writing room: shipped letters, facts, envelopes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.home import shipped
from gmail_followup.mail.message import Address
from gmail_followup.writing.letter import Envelope, Letter, Move
from gmail_followup.writing.templates import TemplateSet, load
from gmail_followup.writing.variables import Facts, Person, Profile

DAY = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)

HEAD = """+++
name = "{name}"
description = "for a test"
language = "en"
{more}
+++
"""


def make_facts(**changes: Any) -> Facts:
    """Facts with everything known; `changes` replaces fields."""
    values: dict[str, Any] = {
        "company": "Acme",
        "role": "Data Engineer",
        "roles": ("Data Engineer",),
        "stage": "interviewed",
        "reason": "not_selected",
        "answerable": "yes",
        "language": "en",
        "contact": Person("Mai Nguyen", "Mai", "interviewer"),
        "greeting_name": "Mai",
        "rounds": 1,
        "last_interview": DAY,
        "learned": "how your team plans its releases",
        "me": Profile("Alex Doe", "", "+44 20 7946 0000", "how I present my projects"),
        "to": "thread",
        "today": DAY,
        "key": "acme/data-engineer",
    }
    return Facts(**{**values, **changes})


def make_letter(
    text: str = "Hello Mai,\n\nThank you.\n\nKind regards,\nAlex", subject: str = "Re: Your application"
) -> Letter:
    return Letter("t", "t.j2", "en", subject, text, (Move.THANKS,))


def make_envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "from_": Address("Alex Doe", "alex@example.org"),
        "to": (Address("Mai Nguyen", "mai@acme.example"),),
        "cc": (),
        "date": DAY,
        "message_id": "<draft-1@gmail-followup.invalid>",
    }
    return Envelope(**{**values, **changes})


@pytest.fixture(scope="session")
def letters() -> TemplateSet:
    """The shipped letters."""
    return load([shipped("templates")])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write("a", "body", more="priority = 1") writes tmp_path/mine/en/a.j2 and gives tmp_path/mine."""

    def _write(name: str, body: str, more: str = "", folder: str = "mine") -> Path:
        root = tmp_path / folder
        path = root / "en" / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "" if "/" in name else HEAD.format(name=name, more=more)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + body, "utf-8")
        return root

    return _write
