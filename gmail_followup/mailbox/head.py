"""The head of a stored mail, read fast: enough to sort, thread and narrow without parsing bodies."""

import re
from dataclasses import dataclass
from datetime import datetime

from gmail_followup.mail.charset import decode
from gmail_followup.mail.headers import addresses, decode_header, message_ids, read_date, received_date

_FIELD = re.compile(
    rb"^(message-id|date|received|from|sender|reply-to|to|cc|subject|in-reply-to|references|x-gm-thrid|x-gmail-labels)"
    rb"[ \t]*:([^\r\n]*(?:(?:\r\n|\n|\r)[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
LONGEST_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Head:
    """What the index of a local mailbox keeps of a mail. people: the address fields as written, in lower case.

    thread: the thread's number where the mail itself names one (Google Takeout's X-GM-THRID), else "".
    gmail_labels: the value of X-Gmail-Labels (Google Takeout), "" if there is none.
    """

    message_id: str
    date: datetime | None
    ids: tuple[str, ...]
    subject: str
    people: str
    thread: str = ""
    gmail_labels: str = ""

    def involves(self, domain: str) -> bool:
        """Whether an address at the domain, or below it, is among the people."""
        wanted = domain.lower()
        if wanted not in self.people:
            return False
        domains = (one.domain for one in addresses(self.people.replace("\n", ",")))
        return any(one == wanted or one.endswith("." + wanted) for one in domains)

    def mentions(self, words: tuple[str, ...]) -> bool:
        """Whether all words (in lower case) are in the subject or among the people."""
        subject = self.subject.lower()
        return all(word in subject or word in self.people for word in words)


def read_head(data: bytes) -> Head:
    """The head of a mail whose first bytes are `data` (it may go on behind them); never raises."""
    end = _HEAD_END.search(data)
    first: dict[bytes, bytes] = {}
    for match in _FIELD.finditer(data, 0, end.start() if end else len(data)):
        first.setdefault(match[1].lower(), match[2])
    own = message_ids(_text(first.get(b"message-id", b"")))
    references = message_ids(_text(first.get(b"references", b"")))
    reply = message_ids(_text(first.get(b"in-reply-to", b"")))[:1]
    date = read_date(_text(first.get(b"date", b""))) or received_date(_text(first.get(b"received", b"")))
    people = "\n".join(
        _text(first[name]) for name in (b"from", b"sender", b"reply-to", b"to", b"cc") if first.get(name, b"").strip()
    )
    return Head(
        message_id=own[0] if own else "",
        date=date,
        ids=tuple(dict.fromkeys((*references, *reply, *own[:1]))),
        subject=_text(first.get(b"subject", b"")),
        people=people.lower(),
        thread=_text(first.get(b"x-gm-thrid", b"")),
        gmail_labels=_text(first.get(b"x-gmail-labels", b"")),
    )


def _text(value: bytes) -> str:
    return decode_header(decode(value)) if value else ""
