"""What Maildir and mbox share: an index of heads, and threads and searches on it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from gmail_followup.mail.message import Address, StoredMessage, Thread
from gmail_followup.mail.parse import parse
from gmail_followup.mail.threads import roots, thread_ids
from gmail_followup.mailbox.head import Head
from gmail_followup.mailbox.protocol import Changes, Draft, DraftAt, SendAs

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_SET_ASIDE = frozenset({"DRAFT", "TRASH", "SPAM"})
_MOST_BODIES_SEARCHED = 2_000
_LONGEST_THREAD = 500


class LocalMailbox(ABC):
    """A mailbox on disk. Subclasses say where mails are; this class keeps the heads and answers from them."""

    def __init__(self, me: tuple[Address, ...]) -> None:
        self._me = me
        self._heads: dict[str, Head] = {}
        self._labels: dict[str, frozenset[str]] = {}
        self._threads: dict[str, str] | None = None
        self._members: dict[str, list[str]] = {}
        self._loaded = False

    @abstractmethod
    def _refresh(self) -> str:
        """Brings `_heads` and `_labels` up to date; the answer is a note for the user, "" if all went well."""

    @abstractmethod
    def _read(self, key: str, limit: int | None = None) -> bytes | None:
        """The bytes of a mail (at most `limit`); None if it is no longer there or cannot be read."""

    def send_as(self) -> tuple[SendAs, ...]:
        """The addresses given at the start, the first being the default."""
        return tuple(SendAs(address, is_default=index == 0) for index, address in enumerate(self._me))

    def changes(self, cursor: str, since: datetime | None) -> Changes:  # noqa: ARG002
        """All mails not older than `since` outside drafts, spam and trash, oldest first; the cursor is always "".

        A folder has no history to ask for, and a mail may arrive with an old date, so every mail is named every time;
        the ledger knows which it has seen.
        """
        note = self._refresh()
        self._loaded, self._threads = True, None
        keys = [
            key
            for key, head in self._heads.items()
            if not self._labels[key] & _SET_ASIDE and (since is None or head.date is None or head.date >= since)
        ]
        return Changes(keys=tuple(sorted(keys, key=self._when)), cursor="", note=note)

    def fetch(self, key: str) -> StoredMessage | None:
        """The mail of that key, None if it is gone."""
        self._ensure()
        raw = self._read(key)
        if raw is None:
            return None
        message = parse(raw)
        labels = self._labels.get(key, frozenset())
        thread_key = self._thread_of(key) or next(iter(thread_ids(message)), "")
        return StoredMessage(key, thread_key, message, labels, draft_id=key if "DRAFT" in labels else "")

    def thread(self, stored: StoredMessage) -> Thread:
        """All mails that share ids with it (References, In-Reply-To), over all folders but spam and trash."""
        self._ensure()
        name = self._thread_of(stored.key) or stored.thread_key
        keys = sorted(self._members.get(name, ()), key=self._when)[-_LONGEST_THREAD:]
        found = [stored if key == stored.key else self.fetch(key) for key in keys]
        messages = tuple(one for one in found if one is not None)
        if all(one.key != stored.key for one in messages):
            messages = tuple(sorted((*messages, stored), key=lambda one: one.message.date or _LONG_AGO))
        return Thread(name, messages)

    def related(self, words: Iterable[str], domains: Iterable[str], before: datetime, limit: int) -> Iterator[str]:
        """Keys of older mails from or to the domains, or with all words in subject, names or first 64 kB, newest first.

        Bodies are searched as they are stored, in the 2,000 newest mails: base64 hides words from it.
        """
        self._ensure()
        wanted = tuple(word.lower() for word in words if word.strip())
        places = tuple(domain.lower() for domain in domains if domain.strip())
        needles = tuple(word.encode() for word in wanted)
        found = searched = 0
        for key in sorted(self._heads, key=self._when, reverse=True):
            if found >= limit:
                return
            head = self._heads[key]
            if self._labels[key] & _SET_ASIDE or (head.date is not None and head.date >= before):
                continue
            hit = any(head.involves(place) for place in places) or (bool(wanted) and head.mentions(wanted))
            if not hit and wanted and searched < _MOST_BODIES_SEARCHED:
                searched += 1
                body = (self._read(key, 65_536) or b"").lower()
                hit = all(needle in body for needle in needles)
            if hit:
                found += 1
                yield key

    def find_draft(self, message_id: str, thread_key: str) -> Draft | None:  # noqa: ARG002
        """The draft with that Message-ID. The thread does not matter: drafts are few."""
        self._reload()
        known = (key for key in self._draft_keys() if self._heads[key].message_id == message_id)
        found = (self.get_draft(key) for key in known)
        return next((draft for draft in found if draft is not None and draft.message.message.id == message_id), None)

    def get_draft(self, draft_id: str) -> Draft | None:
        """The draft as it now stands; None if it is no longer among the drafts."""
        self._reload()
        if "DRAFT" not in self._labels.get(draft_id, ()):
            return None
        stored = self.fetch(draft_id)
        return Draft(draft_id, stored.thread_key, stored, self._version(draft_id)) if stored else None

    def drafts(self) -> tuple[Draft, ...]:
        """All drafts, oldest first."""
        self._reload()
        found = [self.fetch(key) for key in self._draft_keys()]
        return tuple(Draft(one.key, one.thread_key, one, self._version(one.key)) for one in found if one is not None)

    def list_drafts(self) -> tuple[DraftAt, ...]:
        """Every draft with its thread, oldest first, out of the index: no mail is read for it."""
        self._reload()
        return tuple(DraftAt(key, self._thread_of(key), self._version(key)) for key in self._draft_keys())

    def _draft_keys(self) -> list[str]:
        keys = [key for key, labels in self._labels.items() if "DRAFT" in labels and not labels & {"TRASH", "SPAM"}]
        return sorted(keys, key=self._when)

    def _version(self, key: str) -> str:  # noqa: ARG002
        """What changes when a mail is written over; "" if that cannot be told."""
        return ""

    def labelled(self, name: str) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: a folder on disk has no labels."""
        return ()

    def label(self, key: str, add: Iterable[str], remove: Iterable[str]) -> None:  # noqa: B027
        """Does nothing: a folder on disk has no labels, and the pipeline keeps them in the ledger."""

    def close(self) -> None:
        """Forgets the index; nothing is held open."""
        self._heads.clear()
        self._labels.clear()
        self._members.clear()
        self._threads, self._loaded = None, False

    def _ensure(self) -> None:
        if not self._loaded:
            self._reload()

    def _reload(self) -> None:
        self._refresh()
        self._loaded, self._threads = True, None

    def _when(self, key: str) -> tuple[datetime, str]:
        return (self._heads[key].date or _LONG_AGO, key)

    def _thread_of(self, key: str) -> str:
        if self._threads is None:
            self._index_threads()
        return (self._threads or {}).get(key, "")

    def _index_threads(self) -> None:
        keys = sorted((key for key in self._heads if not self._labels[key] & {"TRASH", "SPAM"}), key=self._when)
        self._threads = roots((key, self._heads[key].ids) for key in keys)
        for key in keys:
            if self._heads[key].thread:
                self._threads[key] = self._heads[key].thread
        self._members = {}
        for key, name in self._threads.items():
            self._members.setdefault(name or key, []).append(key)
