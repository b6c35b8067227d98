"""Everything about a draft that is not its words: addresses, threading headers, the quotation below."""

import hashlib
from datetime import datetime

from gmail_followup.mail.message import Address, Message
from gmail_followup.writing.filters import date_words
from gmail_followup.writing.letter import Envelope

_QUOTED_MOST = 10_000
_WROTE = {
    "en": "On {date} at {time}, {name} wrote:",
    "de": "Am {date} um {time} schrieb {name}:",
    "fr": "Le {date} à {time}, {name} a écrit :",
    "es": "El {date} a las {time}, {name} escribió:",
}
_OURS = "<followup."
_MADE_UP = "@missing.invalid>"


def draft_message_id(account: str, source_id: str, purpose: str = "ask") -> str:
    """The Message-ID of our draft: the same for the same mail and purpose, so that it is found again after a crash."""
    digest = hashlib.sha256("\0".join((account.lower(), source_id, purpose)).encode()).hexdigest()[:32]
    domain = account.rpartition("@")[2] or "localhost.localdomain"
    return f"{_OURS}{digest}@{domain}>"


def is_ours(message_id: str) -> bool:
    """Whether a Message-ID is of a letter that this program drafted."""
    return message_id.startswith(_OURS)


def reply_envelope(
    message: Message,
    *,
    sender: Address,
    to: tuple[Address, ...],
    now: datetime,
    message_id: str,
    language: str,
    quote: bool,
) -> Envelope:
    """A reply in the thread of `message` (RFC 5322 section 3.6.4: In-Reply-To, References). now: aware, in local time."""
    known = not message.id.endswith(_MADE_UP)
    quoted = message.text.strip()[:_QUOTED_MOST] if quote else ""
    return Envelope(
        from_=sender,
        to=to,
        cc=(),
        date=now,
        message_id=message_id,
        in_reply_to=message.id if known else "",
        references=(*message.references, message.id) if known else (),
        quoted=quoted,
        quoted_intro=_intro(message, now, language) if quoted else "",
    )


def new_envelope(*, sender: Address, to: tuple[Address, ...], now: datetime, message_id: str) -> Envelope:
    """A new message that belongs to no thread."""
    return Envelope(from_=sender, to=to, cc=(), date=now, message_id=message_id)


def _intro(message: Message, now: datetime, language: str) -> str:
    name = message.from_.name or message.from_.email
    if message.date is None:
        return f"{name}:"
    local = message.date.astimezone(now.tzinfo)
    return _WROTE.get(language, _WROTE["en"]).format(
        date=f"{date_words(local.date(), language)} {local.year}", time=f"{local:%H:%M}", name=name
    )
