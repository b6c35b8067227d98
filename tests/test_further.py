"""Older mail is searched for where a robot says no and nobody is known: narrow, bounded, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.decision import Action
from gmail_followup.mailbox.gmail.adapter import GmailMailbox
from gmail_followup.pipeline import run
from gmail_followup.rooms import Options, Outcome, Rooms
from tests.mailbox.gmail_setup import open_mailbox
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW, maildir, on_maildir, rooms, wire

ROBOT = "Acme Careers <no-reply@acme.example>"
OLD = (
    "Hello Jo,\n\nthank you for the interview yesterday for the Data Engineer role at Acme. It was good to meet you. We will be "
    "in touch.\n\nMai Nguyen\nHead of Data, Acme\n"
)
MEETING = wire(OLD, id="<old@acme.example>", days=120, sender="Mai Nguyen <mai@acme.example>", subject="Your interview at Acme")


@pytest.fixture
def gmail(fake_gmail: FakeGmail, tmp_path: Path) -> GmailMailbox:
    return open_mailbox(fake_gmail, tmp_path)


def look(r: Rooms) -> list[Outcome]:
    return list(run(r, Options(now=NOW, since=NOW - timedelta(days=90))))


def test_a_person_from_before_the_first_look_back_is_found(tmp_path: Path) -> None:
    r = on_maildir(maildir(tmp_path / "m", wire(sender=ROBOT), MEETING))
    (outcome,) = look(r)
    assert (outcome.action, outcome.envelope and outcome.envelope.to[0].email) == (Action.DRAFTED, "mai@acme.example")
    assert look(r) == []


def test_nobody_to_be_found_is_searched_for_once(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    fake_gmail.deliver(wire(sender=ROBOT))
    r = rooms(gmail)
    assert [o.action for o in look(r)] == [Action.NEEDS_CONTACT]
    searches = sum(call.path.endswith("/messages") for call in fake_gmail.calls)
    assert searches
    assert look(r) == []
    assert sum(call.path.endswith("/messages") for call in fake_gmail.calls) == searches


def test_the_search_is_bounded(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    for number in range(30):
        fake_gmail.deliver(
            wire(OLD, id=f"<o{number}@acme.example>", days=120 + number, sender="Acme News <news@acme.example>"),
            at=NOW - timedelta(days=120 + number),
        )
    r = rooms(gmail)
    look(r)
    fake_gmail.deliver(wire(sender=ROBOT))
    before = fake_gmail.units
    assert [o.action for o in look(r)] == [Action.NEEDS_CONTACT]
    new_labels = 10
    assert fake_gmail.units - before <= 33 + 5 + 5 * 20 + new_labels
