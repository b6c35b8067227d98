"""Calendar parts (RFC 5545, iTIP RFC 5546) to invitations."""

from datetime import UTC, date, datetime, time
from typing import Any

from gmail_followup.mail.headers import decode_header
from gmail_followup.mail.message import Address, Invitation

_MOST_EVENTS = 50


class BrokenCalendar(ValueError):
    """The bytes are no calendar that can be read."""


def invitations(payload: bytes) -> tuple[Invitation, ...]:
    """The VEVENTs of a text/calendar payload, in file order, at most 50. Times are aware, UTC.

    An all-day date is midnight UTC. A time without a zone counts as UTC: the part does not say whose
    clock it means. Raises BrokenCalendar.
    """
    import icalendar

    try:
        calendars = icalendar.Calendar.from_ical(payload, multiple=True)
        found: list[Invitation] = []
        for calendar in calendars:
            method = str(calendar.get("METHOD", "")).upper()
            found.extend(_invitation(event, method) for event in calendar.walk("VEVENT")[:_MOST_EVENTS])
    except Exception as error:
        # icalendar raises ValueError, KeyError, IndexError and more on broken calendars; to us they are all one.
        raise BrokenCalendar(type(error).__name__) from error
    if not found and b"BEGIN:VEVENT" in payload.upper():
        raise BrokenCalendar("unfinished event")
    return tuple(found[:_MOST_EVENTS])


def _invitation(event: Any, method: str) -> Invitation:
    attendees = event.get("ATTENDEE") or []
    if not isinstance(attendees, list):
        attendees = [attendees]
    organizer = event.get("ORGANIZER")
    status = str(event.get("STATUS", "")).upper()
    return Invitation(
        uid=str(event.get("UID", "")),
        method=method,
        summary=_text(event.get("SUMMARY", "")),
        start=_moment(event, "DTSTART"),
        end=_moment(event, "DTEND"),
        organizer=_address(organizer[0] if isinstance(organizer, list) else organizer) if organizer else None,
        attendees=tuple(_address(one) for one in attendees),
        sequence=_number(event.get("SEQUENCE", 0)),
        cancelled=method == "CANCEL" or status == "CANCELLED",
        location=_text(event.get("LOCATION", "")),
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return " ".join(str(value).replace("\x00", "\ufffd").split())


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _moment(event: Any, name: str) -> datetime | None:
    value = getattr(event.get(name), "dt", None)
    if isinstance(value, datetime):
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except (OverflowError, ValueError):
            return None
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _address(value: Any) -> Address:
    text = str(value)
    email = text[7:] if text.lower().startswith("mailto:") else text
    name = str(getattr(value, "params", {}).get("CN", "")).strip("\"' ")
    return Address(name=decode_header(name), email=email.strip().lower())
