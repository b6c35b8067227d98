"""Calendar parts to invitations."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.calendar import BrokenCalendar, invitations


def calendar(event: str, method: str = "REQUEST") -> bytes:
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:{method}\nBEGIN:VEVENT\nUID:1\n"
    lines = f"{head}{event}\nEND:VEVENT\nEND:VCALENDAR\n"
    return lines.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        ("DTSTART:20261105T100000Z", datetime(2026, 11, 5, 10, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/Berlin:20261105T100000", datetime(2026, 11, 5, 9, tzinfo=UTC)),
        ("DTSTART:20261105T100000", datetime(2026, 11, 5, 10, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20261105", datetime(2026, 11, 5, tzinfo=UTC)),
        ("SUMMARY:no time", None),
    ],
)
def test_times(start: str, wanted: datetime | None) -> None:
    (found,) = invitations(calendar(start))
    assert found.start == wanted


@pytest.mark.parametrize(
    ("event", "method", "gone"),
    [
        ("SEQUENCE:2", "REQUEST", False),
        ("SEQUENCE:2", "CANCEL", True),
        ("STATUS:CANCELLED\nSEQUENCE:2", "REQUEST", True),
    ],
)
def test_cancelled(event: str, method: str, gone: bool) -> None:
    (found,) = invitations(calendar(event, method))
    assert (found.cancelled, found.method, found.sequence) == (gone, method, 2)


def test_people_and_place() -> None:
    people = 'ORGANIZER;CN="Lee, Ann":MAILTO:ann@acme.example\nATTENDEE:mailto:a@b.example\nATTENDEE:mailto:c@d.example'
    (found,) = invitations(calendar(f"{people}\nLOCATION:Room 1\\, Rome"))
    assert found.organizer is not None and found.organizer.name == "Lee, Ann"
    assert [one.email for one in found.attendees] == ["a@b.example", "c@d.example"]
    assert found.location == "Room 1, Rome"


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: calendar(text)))
def test_only_its_own_error_comes_out(payload: bytes) -> None:
    try:
        found = invitations(payload)
    except BrokenCalendar:
        return
    assert all(one.start is None or one.start.utcoffset() is not None for one in found)
