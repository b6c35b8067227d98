"""The mailbox behind the fake: messages, threads, labels, drafts and the history of their changes. No HTTP here."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Mime

from tests.support.fake_gmail import mime
from tests.support.fake_gmail.errors import ApiError, not_found

SYSTEM_LABELS = (
    *("INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED", "IMPORTANT", "CHAT"),
    *("CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS"),
)

FIRST_HISTORY_ID = 2**63 + 4096
"""Above a signed 64-bit integer on purpose: history ids are uint64, and SQLite's INTEGER is not."""


@dataclass(slots=True)
class Mail:
    """One stored message. internal_ms: epoch milliseconds; added: when it came, for a search index that lags."""

    id: str
    thread_id: str
    raw: bytes
    labels: set[str]
    internal_ms: int
    history_id: int
    order: int
    added: datetime
    mime: Mime = field(init=False)
    words: str = field(init=False)

    def __post_init__(self) -> None:
        self.mime = mime.parse(self.raw)
        people = " ".join(str(self.mime.get(name, "")) for name in ("From", "To", "Cc"))
        self.words = f"{mime.header(self.mime, 'Subject')} {people} {mime.text_of(self.mime)}"

    @property
    def message_id(self) -> str:
        return next(iter(mime.message_ids(self.mime, "Message-ID")), "")

    @property
    def subject(self) -> str:
        return mime.header(self.mime, "Subject")


@dataclass(frozen=True, slots=True)
class Event:
    """One history record. kind: messagesAdded, messagesDeleted, labelsAdded or labelsRemoved."""

    id: int
    kind: str
    message_id: str
    thread_id: str
    labels: tuple[str, ...]
    """The labels of the message then; for a label event, those that were added or removed."""
    now: tuple[str, ...] = ()
    """All labels of the message after a label event."""


class Mailbox:
    """State of one account. Every method is called with the server's lock held, or before the server starts."""

    def __init__(self, email: str, now: datetime) -> None:
        self.email = email
        self.now = now
        self.mails: dict[str, Mail] = {}
        self.drafts: dict[str, str] = {}
        self.labels: dict[str, str] = {name: name for name in SYSTEM_LABELS}
        self.events: list[Event] = []
        self.history_id = FIRST_HISTORY_ID
        self.oldest_history_id = FIRST_HISTORY_ID
        self._count = 0
        self._threads: dict[str, list[str]] = {}
        self._by_message_id: dict[str, list[str]] = {}

    # -- identities ------------------------------------------------------------------------------------------------

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _new_id(self) -> str:
        """16 hexadecimal digits without any order: nobody may sort by them."""
        return "1" + hashlib.sha256(f"{self.email} {self._next()}".encode()).hexdigest()[:15]

    def _record(self, kind: str, mail: Mail, labels: tuple[str, ...], now: tuple[str, ...] = ()) -> None:
        self.history_id += 7 + self._next() % 5  # not consecutive, like Google's
        mail.history_id = self.history_id
        self.events.append(Event(self.history_id, kind, mail.id, mail.thread_id, labels, now))

    # -- reading ---------------------------------------------------------------------------------------------------

    def get(self, message_id: str) -> Mail:
        if message_id not in self.mails:
            raise not_found()
        return self.mails[message_id]

    def thread(self, thread_id: str) -> list[Mail]:
        """The messages of a thread, oldest first; [] if there is no such thread."""
        found = [self.mails[key] for key in self._threads.get(thread_id, ())]
        return sorted(found, key=lambda mail: (mail.internal_ms, mail.order))

    def newest_first(self) -> list[Mail]:
        return sorted(self.mails.values(), key=lambda mail: (mail.internal_ms, mail.order), reverse=True)

    def draft(self, draft_id: str) -> Mail:
        if draft_id not in self.drafts:
            raise not_found()
        return self.mails[self.drafts[draft_id]]

    def label_id(self, name_or_id: str) -> str:
        """The id of a label given by id or (any case) by name; raises KeyError."""
        if name_or_id in self.labels:
            return name_or_id
        return {name.lower(): key for key, name in self.labels.items()}[name_or_id.lower()]

    # -- writing ---------------------------------------------------------------------------------------------------

    def add(self, raw: bytes, labels: set[str], thread_id: str | None, at: datetime | None = None) -> Mail:
        """Stores a message. thread_id: None opens a new thread, whose id is the message's own."""
        new = self._new_id()
        moment = at or self.now
        stamp = int(moment.astimezone(UTC).timestamp() * 1000)
        mail = Mail(new, thread_id or new, raw, set(labels), stamp, 0, self._next(), self.now)
        self.mails[new] = mail
        self._threads.setdefault(mail.thread_id, []).append(new)
        self._by_message_id.setdefault(mail.message_id, []).append(new)
        self._record("messagesAdded", mail, tuple(sorted(labels)))
        return mail

    def find_thread(self, raw: bytes) -> str | None:
        """The thread that an arriving mail joins by Gmail's rule (it answers a known mail and keeps the subject)."""
        parsed = mime.parse(raw)
        named = mime.message_ids(parsed, "References", "In-Reply-To")
        subject = mime.base_subject(mime.header(parsed, "Subject"))
        known = [self.mails[key] for name in reversed(named) for key in self._by_message_id.get(name, ())]
        for mail in known:
            if "DRAFT" not in mail.labels and mime.base_subject(mail.subject) == subject:
                return mail.thread_id
        return None

    def remove(self, message_id: str) -> None:
        mail = self.mails.pop(message_id)
        self._threads[mail.thread_id].remove(message_id)
        self._by_message_id[mail.message_id].remove(message_id)
        self._record("messagesDeleted", mail, tuple(sorted(mail.labels)))

    def relabel(self, mail: Mail, add: set[str], remove: set[str]) -> None:
        gained, lost = add - mail.labels, remove & mail.labels
        mail.labels |= add
        mail.labels -= remove
        now = tuple(sorted(mail.labels))
        if gained:
            self._record("labelsAdded", mail, tuple(sorted(gained)), now)
        if lost:
            self._record("labelsRemoved", mail, tuple(sorted(lost)), now)

    def new_label(self, name: str) -> str:
        key = f"Label_{self._next() + 20}"
        self.labels[key] = name
        return key

    # -- drafts ----------------------------------------------------------------------------------------------------

    def new_draft(self, raw: bytes, thread_id: str | None) -> str:
        mail = self.add(raw, {"DRAFT"}, thread_id)
        key = f"r-{int(mail.id[1:], 16) % 10**18}"
        self.drafts[key] = mail.id
        return key

    def replace_draft(self, draft_id: str, raw: bytes, thread_id: str | None) -> None:
        """A new inner message takes the place of the old one, under the same draft id."""
        old = self.draft(draft_id)
        mail = self.add(raw, {"DRAFT"}, thread_id)
        self.drafts[draft_id] = mail.id
        self.remove(old.id)

    def delete_draft(self, draft_id: str) -> None:
        mail = self.draft(draft_id)
        del self.drafts[draft_id]
        self.remove(mail.id)

    def check_joins(self, raw: bytes, thread_id: str) -> None:
        """Raises 400 unless a draft may join the thread: threadId, References, In-Reply-To and Subject must agree.

        Source: discovery document, Message.threadId. Google only fails to join; here it is an error.
        """
        members = [mail for mail in self.thread(thread_id) if "DRAFT" not in mail.labels]
        if not members:
            raise not_found()
        parsed = mime.parse(raw)
        parents = mime.message_ids(parsed, "In-Reply-To")
        references = mime.message_ids(parsed, "References")
        answered = [mail for mail in members if mail.message_id and mail.message_id in parents]
        if len(parents) != 1 or not answered:
            raise ApiError(400, "In-Reply-To does not name one message of the thread")
        if not references or references[-1] != parents[0]:
            raise ApiError(400, "References does not end with the message that is answered")
        if mime.base_subject(mime.header(parsed, "Subject")) != mime.base_subject(answered[-1].subject):
            raise ApiError(400, "Subject does not match the subject of the thread")
