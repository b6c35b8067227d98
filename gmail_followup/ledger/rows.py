"""Values to rows of the ledger, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from gmail_followup.answers.values import AnswerKind
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing, State
from gmail_followup.mail.message import Address
from gmail_followup.reading.known import Known, Meeting
from gmail_followup.reading.values import Kind, Reason, Stage


def as_text(moment: datetime | None) -> str | None:
    """UTC, one width, so that text order is time order."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _pair(address: Address) -> list[str]:
    return [address.name, address.email]


def known_row(m: Known) -> tuple[Any, ...]:
    meeting = ""
    if m.meeting:
        people = {
            "organizer": _pair(m.meeting.organizer) if m.meeting.organizer else None,
            "attendees": [_pair(a) for a in m.meeting.attendees],
        }
        meeting = json.dumps(
            {"start": as_text(m.meeting.start), "cancelled": m.meeting.cancelled, "uid": m.meeting.uid, **people}
        )
    return (
        *(
            m.key,
            m.message_id,
            m.thread_key,
            as_text(m.date),
            m.kind.value,
            m.stage.value,
            m.score,
            m.company,
            m.role,
            m.language,
        ),
        *(
            json.dumps(_pair(m.sender)),
            json.dumps([_pair(a) for a in m.recipients]),
            int(m.sent),
            meeting,
            _notices_text(m),
        ),
    )


def _notices_text(m: Known) -> str:
    more: dict[str, Any] = {
        "reply_to": [_pair(a) for a in m.reply_to],
        "gone": list(m.gone),
        "named": [_pair(a) for a in m.named],
        "withdrew": m.withdrew,
        "role": "" if m.sender_role == "unknown" else m.sender_role,
        "automatic": m.automatic,
    }
    more = {key: value for key, value in more.items() if value}
    return json.dumps(more) if more else ""


def known_of(row: tuple[Any, ...]) -> Known:
    (
        key,
        message_id,
        thread_key,
        date,
        kind,
        stage,
        score,
        company,
        role,
        language,
        sender,
        recipients,
        sent,
        meeting,
        notices,
    ) = row
    more = json.loads(notices) if notices else {}
    return Known(
        key, message_id, thread_key, as_moment(date), Kind(kind), Stage(stage), score, company, role, language,
        Address(*json.loads(sender)), tuple(Address(*a) for a in json.loads(recipients)), bool(sent), _meeting(meeting),
        reply_to=tuple(Address(*a) for a in more.get("reply_to", ())), gone=tuple(more.get("gone", ())),
        named=tuple(Address(*a) for a in more.get("named", ())), withdrew=more.get("withdrew", False),
        sender_role=more.get("role", "unknown"),
        automatic=more.get("automatic", False),
    )  # fmt: skip


def _meeting(text: str) -> Meeting | None:
    if not text:
        return None
    data = json.loads(text)
    organizer = Address(*data["organizer"]) if data["organizer"] else None
    return Meeting(
        as_moment(data["start"]),
        data["cancelled"],
        organizer,
        tuple(Address(*a) for a in data["attendees"]),
        data["uid"],
    )


def rejection_row(r: Rejection) -> tuple[Any, ...]:
    facts = (r.id, r.key, r.thread_key, as_text(r.date), r.company, r.role, r.stage.value)
    more = (r.reason.value, r.standing.value)
    return (*facts, r.state.value, r.why, as_text(r.not_before), as_text(r.changed or r.date), *more)


def rejection_of(row: tuple[Any, ...]) -> Rejection:
    id_, key, thread_key, date, company, role, stage, state, why, not_before, changed, reason, standing = row
    return Rejection(
        id_,
        key,
        thread_key,
        moment_of(date),
        company,
        role,
        Stage(stage),
        State(state),
        why,
        as_moment(not_before),
        as_moment(changed),
        Reason(reason),
        Standing(standing),
    )


LETTERS = (
    "SELECT rejection_id, message_id, draft_id, thread_key, recipients, subject, template, fingerprint, state, created, "
    "purpose, about, contact_role, version FROM letter"
)


def draft_row(d: DraftRecord) -> tuple[Any, ...]:
    return (
        *(d.rejection_id, d.purpose.value, d.message_id, d.draft_id, d.thread_key, json.dumps(d.recipients), d.subject),
        *(d.template, d.fingerprint, d.state, as_text(d.created), d.about, d.contact_role, d.version),
    )


def answer_row(a: AnswerRecord) -> tuple[Any, ...]:
    when = as_text(a.date)
    return (
        a.rejection_id,
        a.message_id,
        a.key,
        a.thread_key,
        when,
        a.kind.value,
        json.dumps(_pair(a.sender)),
        int(a.filled),
    )


def draft_of(row: tuple[Any, ...]) -> DraftRecord:
    rejection_id, message_id, draft_id, thread_key, recipients, subject, template, fingerprint, state, created = row[
        :10
    ]
    purpose, about, contact_role, version = row[10:]
    return DraftRecord(
        rejection_id,
        message_id,
        tuple(json.loads(recipients)),
        subject,
        template,
        fingerprint,
        moment_of(created),
        draft_id,
        thread_key,
        state,
        Purpose(purpose),
        about,
        contact_role,
        version,
    )


ANSWERS = "SELECT rejection_id, message_id, key, thread_key, date, kind, sender, filled FROM answer"


def answer_of(row: tuple[Any, ...]) -> AnswerRecord:
    id_, message_id, key, thread, date, kind, sender, filled = row
    return AnswerRecord(
        id_, message_id, key, thread, moment_of(date), AnswerKind(kind), Address(*json.loads(sender)), bool(filled)
    )
