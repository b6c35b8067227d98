"""Gmail as a Mailbox. What each method costs is said in quota units (2026 table) in its docstring.

Labels decide what a message is (DRAFT, SENT, SPAM, TRASH); searches only narrow; ids and cursors are opaque text.
"""

import base64
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home
from gmail_followup.mail.message import Address, StoredMessage, Thread
from gmail_followup.mailbox.gmail import search
from gmail_followup.mailbox.gmail.access import open_access
from gmail_followup.mailbox.gmail.allowed import Gate
from gmail_followup.mailbox.gmail.failures import Refused
from gmail_followup.mailbox.gmail.history import changes_since, look_through
from gmail_followup.mailbox.gmail.labels import Labels
from gmail_followup.mailbox.gmail.quota import Clock, Quota, Sleep, load_prices
from gmail_followup.mailbox.gmail.service import Api, Json
from gmail_followup.mailbox.gmail.settings import GmailSettings
from gmail_followup.mailbox.gmail.stored import Kept, arrived, labels_of, read_headers, read_message
from gmail_followup.mailbox.gmail.tokens import open_store
from gmail_followup.mailbox.gmail.transport import GmailHttp, Unanswered
from gmail_followup.mailbox.gmail.wire import TooLarge, Wire
from gmail_followup.mailbox.protocol import AmbiguousWrite, Changes, Draft, DraftAt, Misplaced, SendAs

_PAGE = 500
_NEWEST = 5
"""How many of the newest drafts are read when a draft without a thread is looked for: the search may lag behind."""


def open_gmail(
    settings: GmailSettings,
    home: Home,
    *,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
    document: Json | None = None,
) -> "GmailMailbox":
    """The mailbox of the saved login. No request is made yet. UserError if nobody is logged in.

    document: a Gmail discovery document, instead of the one inside google-api-python-client.
    """
    gate = Gate(settings)
    wire = Wire(gate, timeout_s=settings.timeout_s, clock=clock)
    store = open_store(home, settings.token_store)
    access = open_access(settings, store, wire, sleep=sleep)
    quota = Quota(load_prices(settings.quota), clock=clock, sleep=sleep)
    http = GmailHttp(wire, gate, access, quota, settings.scopes, clock=clock, sleep=sleep)
    return GmailMailbox(Api(http, settings.endpoint, document), settings, account=access.account)


class GmailMailbox:
    """Implements mailbox.protocol.Mailbox. Not thread-safe. account: the address that logged in, "" if not known."""

    def __init__(self, api: Api, settings: GmailSettings, *, account: str = "") -> None:
        self._api = api
        self._settings = settings
        self._account = account
        self._labels = Labels(api)
        self._kept = Kept()
        self._knows_or: bool | None = None

    @property
    def name(self) -> str:
        """`gmail:<address>`: whoever logged in; else 1 unit, or 2 where the server has no getProfile."""
        if not self._account:
            self._account = self._ask_account()
        return f"gmail:{self._account.lower()}"

    @property
    def can_draft(self) -> bool:
        return True

    @property
    def spent(self) -> dict[str, int]:
        """Quota units spent so far, by method."""
        return self._api.spent()

    def send_as(self) -> tuple[SendAs, ...]:
        """The addresses to write from, with their signatures, default first; 1 unit. () if the server has none."""
        answer = self._api.find(self._api.users.settings().sendAs().list(userId="me")) or {}
        found = [
            SendAs(
                address=Address(str(entry.get("displayName") or ""), str(entry["sendAsEmail"]).lower()),
                is_default=bool(entry.get("isDefault")),
                # The primary address needs no verification and has no status.
                verified=bool(entry.get("isPrimary")) or entry.get("verificationStatus") == "accepted",
                signature_html=str(entry.get("signature") or ""),
            )
            for entry in answer.get("sendAs") or ()
            if entry.get("sendAsEmail")
        ]
        return tuple(sorted(found, key=lambda entry: not entry.is_default))

    def changes(self, cursor: str, since: datetime | None) -> Changes:
        """See history.py; 2 units a page of history, or 5 units a page of a look through the mailbox."""
        found = changes_since(self._api, cursor) if cursor.isascii() and cursor.isdigit() else None
        if found is not None:
            return found
        return look_through(self._api, since, self._settings.resync_limit, lost=bool(cursor))

    def fetch(self, key: str) -> StoredMessage | None:
        """One message, 20 units. One that is too large to take in comes without its body (another 20)."""
        messages = self._api.users.messages()
        try:
            data = self._api.find(messages.get(userId="me", id=key, format="raw"))
        except Unanswered as error:
            if not isinstance(error.cause, TooLarge):
                raise
            data = self._api.find(messages.get(userId="me", id=key, format="metadata"))
            return None if data is None else read_headers(data)
        return None if data is None else self._kept.put(read_message(data))

    def thread(self, stored: StoredMessage) -> Thread:
        """40 units for the list of ids, 20 for each message that was not read lately, 5 if there are drafts.

        format=full would cost 40 in all, but its payload is not the mail: charsets are changed, headers decoded, large
        parts left out; format=raw is exact. A message that began its thread (id == thread id) still needs the list:
        nothing is earlier, but an answer, an own reply or a draft may be later.
        """
        if not stored.thread_key:
            return Thread("", (stored,))
        request = self._api.users.threads().get(userId="me", id=stored.thread_key, format="minimal")
        entries = (self._api.find(request) or {}).get("messages") or []
        draft_ids: dict[str, str] = {}
        if any("DRAFT" in labels_of(entry) for entry in entries):
            draft_ids = {message: draft for draft, message, _thread in self._list_drafts()}
        found = []
        for entry in sorted(entries, key=arrived):
            labels = labels_of(entry)
            if labels >= {"DRAFT", "TRASH"}:
                continue
            key = str(entry.get("id"))
            message = stored.message if key == stored.key else self._kept.get(key)
            if message is not None:
                found.append(StoredMessage(key, stored.thread_key, message, labels, draft_ids.get(key, "")))
            elif (other := self.fetch(key)) is not None:
                found.append(replace(other, draft_id=draft_ids.get(key, "")))
        if all(message.key != stored.key for message in found):
            found.insert(0, stored)
        return Thread(stored.thread_key, tuple(found))

    def related(self, words: Iterable[str], domains: Iterable[str], before: datetime, limit: int) -> Iterator[str]:
        """5 units for each 500 ids.

        Where a server finds nothing with OR, up to five simpler questions follow (5 units each), until OR is known to
        work there: Google knows it, other servers may not, and they find nothing without a word.
        """
        queries = search.related_queries(words, domains, before)
        if not queries or limit <= 0:
            return
        found = False
        for key in self._search(queries[:1], limit) if self._knows_or is not False else ():
            found = self._knows_or = True
            yield key
        if found or self._knows_or:
            return
        for key in self._search(queries[1:], limit):
            self._knows_or = False
            yield key

    def find_draft(self, message_id: str, thread_key: str) -> Draft | None:
        """5 units for the list, 20 for each draft in that thread, then 5 for a search and 20 for each hit.

        drafts.list names the thread of every draft, so it shows the same as threads.get for an eighth of the units,
        and it knows a draft at once, while the search may lag behind.
        """
        seen: set[str] = set()
        for draft_id in self._likely_drafts(message_id, thread_key):
            draft = None if draft_id in seen else self.get_draft(draft_id)
            seen.add(draft_id)
            if draft is not None and _has_id(draft.message, message_id):
                return draft
        return None

    def create_draft(self, mime: bytes, thread_key: str) -> Draft:
        """10 units, and 5 to find it again by its Message-ID (20 more where the search lags behind).

        Raises Misplaced if the draft was saved, but not where or as what it was meant to be: Gmail puts a
        draft into a thread only if threadId, References and Subject agree (Gmail API, "Managing threads").
        """
        message: Json = {"raw": base64.urlsafe_b64encode(mime).decode("ascii")}
        if thread_key:
            message["threadId"] = thread_key
        try:
            answer = self._api.call(self._api.users.drafts().create(userId="me", body={"message": message}))
        except Refused as error:
            raise _refused_draft(error) from None
        draft_id = str(answer.get("id") or "")
        try:
            draft = (self._found_again(draft_id, mime) or self.get_draft(draft_id)) if draft_id else None
        except UserError as error:
            raise AmbiguousWrite(f"saved, but not read back: {error.what}") from None
        if draft is None:
            raise AmbiguousWrite("saved, but not found again")
        _check_saved(draft, mime, thread_key)
        return draft

    def _found_again(self, draft_id: str, mime: bytes) -> Draft | None:
        """The draft as drafts.list tells of it: Gmail kept our Message-ID, and this is the thread it is in."""
        from gmail_followup.mail.parse import parse

        message = parse(mime)
        for found, key, thread_key in self._list_drafts(search.message_id_query(message.id)):
            if found == draft_id:
                stored = StoredMessage(key, thread_key, message, frozenset({"DRAFT"}), draft_id)
                return Draft(draft_id, thread_key, stored, key)
        return None

    def list_drafts(self) -> tuple[DraftAt, ...]:
        """5 units a page of 500. An edited draft keeps its id and gets a new message (Gmail API, "Working with drafts")."""
        return tuple(DraftAt(draft, thread, message) for draft, message, thread in self._list_drafts())

    def get_draft(self, draft_id: str) -> Draft | None:
        """20 units."""
        data = self._api.find(self._api.users.drafts().get(userId="me", id=draft_id, format="raw"))
        if data is None:
            return None
        stored = read_message(data.get("message") or {}, draft_id)
        if stored.labels & {"TRASH"} or (stored.is_sent and not stored.is_draft):
            return None
        return Draft(draft_id, stored.thread_key, stored, stored.key)

    def drafts(self) -> tuple[Draft, ...]:
        """5 units, and 20 for each draft."""
        found = (self.get_draft(draft_id) for draft_id, _message, _thread in self._list_drafts())
        return tuple(draft for draft in found if draft is not None)

    def labelled(self, name: str) -> tuple[str, ...]:
        """1 unit, and 5 for each 500 messages if there is such a label; () where the login may not label."""
        ids = self._labels.ids([name], create=False) if self._settings.can_label else []
        if not ids:
            return ()
        pages = self._api.pages(self._api.users.messages().list, maxResults=_PAGE, labelIds=ids)
        return tuple(str(entry["id"]) for page in pages for entry in page.get("messages") or ())

    def label(self, key: str, add: Iterable[str], remove: Iterable[str]) -> None:
        """5 units; the first time 1 more, and 5 for each new label.

        Does nothing where the login may not label (readonly+compose), and for a message that is gone.
        """
        if not self._settings.can_label:
            return
        add, remove = tuple(add), tuple(remove)
        try:
            self._modify(key, add, remove)
        except Refused as error:
            if error.status != 400:
                raise
            # The user may have deleted the label since its id was looked up.
            self._labels.forget()
            self._modify(key, add, remove)

    def close(self) -> None:
        self._api.close()

    def _modify(self, key: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        body = {
            "addLabelIds": self._labels.ids(add, create=True),
            "removeLabelIds": self._labels.ids(remove, create=False),
        }
        if any(body.values()):
            self._api.find(self._api.users.messages().modify(userId="me", id=key, body=body))

    def _list_drafts(self, query: str = "") -> Iterator[tuple[str, str, str]]:
        """(draft id, message id, thread id) of every draft, newest first."""
        more = {"q": query} if query else {}
        for page in self._api.pages(self._api.users.drafts().list, maxResults=_PAGE, **more):
            for entry in page.get("drafts") or ():
                inner = entry.get("message") or {}
                yield str(entry["id"]), str(inner.get("id") or ""), str(inner.get("threadId") or "")

    def _search(self, queries: Iterable[str], limit: int) -> Iterator[str]:
        """At most `limit` different ids; newest first within each query."""
        messages = self._api.users.messages()
        pages = (page for q in queries for page in self._api.pages(messages.list, maxResults=min(limit, _PAGE), q=q))
        seen: set[str] = set()
        for entry in (entry for page in pages for entry in page.get("messages") or ()):
            key = str(entry["id"])
            if key not in seen:
                yield key
                seen.add(key)
                if len(seen) >= limit:
                    return

    def _likely_drafts(self, message_id: str, thread_key: str) -> Iterator[str]:
        """Ids of drafts that may have that Message-ID, the likeliest first; asks only as far as it is read."""
        entries = list(self._list_drafts())
        if thread_key:
            yield from (draft for draft, _message, thread in entries if thread == thread_key)
        yield from (draft for draft, _message, _thread in self._list_drafts(search.message_id_query(message_id)))
        if not thread_key:
            yield from (draft for draft, _message, _thread in entries[:_NEWEST])

    def _ask_account(self) -> str:
        profile = self._api.find(self._api.users.getProfile(userId="me"))
        if profile and profile.get("emailAddress"):
            return str(profile["emailAddress"])
        if self._settings.account:
            return self._settings.account
        for entry in self.send_as():
            return entry.address.email
        raise UserError(
            "The server does not say whose mailbox this is.",
            fix="Write your address into config.toml: [gmail] account = 'you@example.org'.",
            code=Exit.ACCOUNT,
        )


def _has_id(stored: StoredMessage, message_id: str) -> bool:
    # Gmail moves a Message-ID that it does not like into this field [unverified for drafts].
    return message_id in (stored.message.id, stored.message.header("X-Google-Original-Message-ID").strip())


def _check_saved(draft: Draft, mime: bytes, thread_key: str) -> None:
    from gmail_followup.mail.parse import parse

    if thread_key and draft.thread_key != thread_key:
        what = "Gmail saved the draft, but outside the conversation that it answers."
    elif not _has_id(draft.message, parse(mime).id):
        what = "Gmail saved the draft, but under another Message-ID."
    else:
        return
    raise Misplaced(draft, what)


def _refused_draft(error: Refused) -> UserError:
    return UserError(
        f"Gmail did not take the draft (status {error.status}).",
        why=error.why,
        fix="Perhaps the conversation has been deleted. Nothing was saved.",
        code=Exit.HELD,
    )
