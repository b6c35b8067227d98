"""Bytes to `Message`: the one door through which mail comes in."""

import hashlib
from email.message import Message as Node

from gmail_followup.mail.body import Body, read_body
from gmail_followup.mail.headers import addresses, decode_header, message_ids, read_date, received_date
from gmail_followup.mail.message import Address, Message
from gmail_followup.mail.quoting import is_forward
from gmail_followup.mail.tree import read_tree

_NOBODY = Address(name="", email="")
_LONGEST_SUBJECT = 2_000
"""Characters; whoever writes more wants to keep rules busy."""


def parse(raw: bytes) -> Message:
    """One mail, decoded and taken apart. Never raises, whatever the bytes; what was wrong is named in `defects`.

    raw: an RFC 5322 message with any line ends. A missing Message-ID becomes `<sha256-...@missing.invalid>`, made of
    the bytes, so that the same file always has the same id.
    """
    return message_of(*read_tree(raw), raw)


def message_of(tree: Node, defects: list[str], raw: bytes) -> Message:
    """The message of a MIME tree that was read from `raw`, and what was wrong with it so far. Never raises."""
    fields = [(name, str(value)) for name, value in tree.raw_items()]
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value)
    body = read_body(tree)
    subject = decode_header(first.get("subject", ""))[:_LONGEST_SUBJECT]
    senders = addresses(first.get("from", "")) or addresses(first.get("sender", ""))
    if not senders:
        defects.append("no sender")
    date = read_date(decode_header(first.get("date", "")))
    if date is None:
        date = received_date(decode_header(first.get("received", "")))
        defects.append("no readable date")
    return Message(
        id=_id(first.get("message-id", ""), raw, defects),
        date=date,
        from_=senders[0] if senders else _NOBODY,
        reply_to=addresses(first.get("reply-to", "")),
        to=_all_addresses(fields, "to"),
        cc=_all_addresses(fields, "cc"),
        subject=subject,
        text=body.text,
        parts=body.parts,
        in_reply_to=next(iter(message_ids(decode_header(first.get("in-reply-to", "")))), ""),
        references=message_ids(decode_header(first.get("references", ""))),
        headers=tuple((name, decode_header(value)) for name, value in fields),
        invitations=body.invitations,
        attachments=body.attachments,
        defects=tuple(dict.fromkeys([*defects, *body.defects])),
        html_only=body.html_only,
        forwarded=_forwarded(subject, body),
    )


def _id(value: str, raw: bytes, defects: list[str]) -> str:
    found = message_ids(decode_header(value))
    if found:
        return found[0]
    defects.append("no message id")
    return f"<sha256-{hashlib.sha256(raw).hexdigest()}@missing.invalid>"


def _all_addresses(fields: list[tuple[str, str]], wanted: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for name, value in fields:
        if name.lower() == wanted:
            found.extend(addresses(value))
    return tuple(found)


def _forwarded(subject: str, body: Body) -> bool:
    return body.has_mail_inside or is_forward(subject, body.text)
