"""Gmail's JSON to StoredMessage and Draft."""

import base64
import binascii
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gmail_followup.mail.message import Message, StoredMessage
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.gmail import failures
from gmail_followup.mailbox.gmail.service import Json

_KEPT = 256


def read_message(data: Json, draft_id: str = "") -> StoredMessage:
    """A `Message` resource with `raw`. UserError if its form is not the API's."""
    try:
        raw = str(data["raw"])
        # Padding is optional in base64url (RFC 4648 section 3.2), and Google has been seen with and without.
        message = parse(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
        return _store(data, message, draft_id)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise failures.unreadable() from None


def read_headers(data: Json) -> StoredMessage:
    """A `Message` resource with format=metadata, for a mail that is too large to read: all but the body."""
    try:
        fields = data["payload"]["headers"]
        lines = [f"{field['name']}: {field['value']}".replace("\r", "").replace("\n", " ") for field in fields]
    except (KeyError, TypeError):
        raise failures.unreadable() from None
    kept = [line for line in lines if not line.lower().startswith(("content-", "mime-version:"))]
    message = parse("\r\n".join([*kept, "", ""]).encode())
    return _store(data, replace(message, defects=(*message.defects, "too large to read")), "")


def labels_of(data: Json) -> frozenset[str]:
    """labelIds; empty where the server names none."""
    return frozenset(str(label) for label in data.get("labelIds") or ())


def arrived(data: Json) -> int:
    """internalDate, milliseconds since 1970; 0 where the server names none."""
    value: Any = data.get("internalDate")
    return int(value) if str(value).isdigit() else 0


def _store(data: Json, message: Message, draft_id: str) -> StoredMessage:
    if message.date is None and arrived(data):
        message = replace(message, date=datetime.fromtimestamp(arrived(data) / 1000, UTC))
    return StoredMessage(
        key=str(data["id"]),
        thread_key=str(data.get("threadId") or ""),
        message=message,
        labels=labels_of(data),
        draft_id=draft_id,
    )


class Kept:
    """The last messages that were read. A Gmail message id always means the same bytes; only its labels change."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, Message] = OrderedDict()

    def put(self, stored: StoredMessage) -> StoredMessage:
        """Keeps it and gives it back."""
        self._messages[stored.key] = stored.message
        self._messages.move_to_end(stored.key)
        if len(self._messages) > _KEPT:
            self._messages.popitem(last=False)
        return stored

    def get(self, key: str) -> Message | None:
        """The message of that id, if it was read lately."""
        return self._messages.get(key)
