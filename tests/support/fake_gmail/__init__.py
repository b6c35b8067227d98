"""A Gmail of our own, for tests: Google's REST API and OAuth over real HTTP on loopback, stricter than Google.

Nothing here knows the program under test. What Google really does is in the docstrings with its source; where
the source is silent the fake takes the harder reading. `FakeGmail` is the whole of the public face:

* the server: `endpoint`, `client_secrets()`, `token(...)`, `credentials(...)`, `service(...)`;
* the mailbox as a user and as the world sees it: `deliver`, `user_replies`, `user_edits_draft`, `user_sends_draft` ...;
* the clock, a value: `now`, `tick(seconds)`;
* the record: `calls`, `units`, `requests`, `violations`;
* failures: `faults.add(...)`, `quota.limit`, `oauth.deny`, `oauth.untick`, `quirks`, `expire_history()`.
"""

import email.policy
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from tests.support.fake_gmail import discovery, mime
from tests.support.fake_gmail.dispatch import Call, Dispatcher, Exchange, Violation
from tests.support.fake_gmail.faults import Faults
from tests.support.fake_gmail.mailbox import Mail, Mailbox
from tests.support.fake_gmail.oauth import CLIENT_ID, CLIENT_SECRET, MODIFY, OAuth
from tests.support.fake_gmail.quota import Quota
from tests.support.fake_gmail.rest import Alias, Quirks, Rest
from tests.support.fake_gmail.server import Server

__all__ = ["MODIFY", "Alias", "Call", "Exchange", "FakeGmail", "Violation"]

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class FakeGmail:
    """One account on one server. Use as a context manager, or call `start` and `stop`."""

    def __init__(self, address: str = "jo@example.org", name: str = "Jo Doe", now: datetime = START) -> None:
        self.address = address
        self.box = Mailbox(address, now)
        self.aliases = [Alias(address, name, default=True, primary=True)]
        self._rest = Rest(self.box, self.aliases)
        self.oauth = OAuth(now)
        self.quota = Quota()
        self.faults = Faults()
        self._dispatcher = Dispatcher(self._rest, self.oauth, self.quota, self.faults)
        self._server = Server(self._dispatcher)

    def __enter__(self) -> "FakeGmail":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    # -- how to reach it -------------------------------------------------------------------------------------------

    @property
    def endpoint(self) -> str:
        """Root URL without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def auth_uri(self) -> str:
        return self.endpoint + "/o/oauth2/v2/auth"

    @property
    def token_uri(self) -> str:
        return self.endpoint + "/token"

    @property
    def revoke_uri(self) -> str:
        return self.endpoint + "/revoke"

    def client_secrets(self) -> dict[str, dict[str, Any]]:
        """What Google's console lets one download for a desktop client, with this server's addresses."""
        return {
            "installed": {
                "client_id": CLIENT_ID,
                "project_id": "fake-project",
                "auth_uri": self.auth_uri,
                "token_uri": self.token_uri,
                "auth_provider_x509_cert_url": self.endpoint + "/oauth2/v1/certs",
                "client_secret": CLIENT_SECRET,
                "redirect_uris": ["http://localhost"],
            }
        }

    def token(self, *scopes: str) -> str:
        """A valid access token; gmail.modify if no scope is named."""
        with self._dispatcher.lock:
            return self.oauth.issue(frozenset(scopes or (MODIFY,)))

    def refresh_token(self, *scopes: str) -> str:
        """A valid refresh token; gmail.modify if no scope is named."""
        with self._dispatcher.lock:
            return self.oauth.issue_refresh(frozenset(scopes or (MODIFY,)))

    def credentials(self, *scopes: str) -> Any:
        """google.oauth2.credentials.Credentials with an access and a refresh token of this server."""
        from google.oauth2.credentials import Credentials

        granted = scopes or (MODIFY,)
        return Credentials(  # type: ignore[no-untyped-call]
            token=self.token(*granted),
            refresh_token=self.refresh_token(*granted),
            token_uri=self.token_uri,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scopes=list(granted),
        )

    def service(self, *scopes: str) -> Any:
        """The official client (a googleapiclient Resource) on this server."""
        from googleapiclient.discovery import build_from_document

        return build_from_document(discovery.document_for(self.endpoint), credentials=self.credentials(*scopes))

    # -- the clock -------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.box.now

    @now.setter
    def now(self, value: datetime) -> None:
        self.box.now = self.oauth.now = value

    def tick(self, seconds: float) -> None:
        """Lets time go by; usable as a `sleep` of the code under test."""
        with self._dispatcher.lock:
            self.now += timedelta(seconds=seconds)

    # -- the record ------------------------------------------------------------------------------------------------

    @property
    def units(self) -> int:
        """Quota units used so far."""
        return self.quota.used

    @property
    def calls(self) -> list[Call]:
        """(method, path, units) of every API request, batch parts included; OAuth requests are in `oauth.grants`."""
        return self._dispatcher.calls

    @property
    def requests(self) -> list[Exchange]:
        """The same requests with query, headers, body and status."""
        return self._dispatcher.requests

    @property
    def violations(self) -> list[Violation]:
        return self._dispatcher.violations

    def take_violations(self) -> list[Violation]:
        """The violations so far, forgotten here: for tests that provoke one."""
        taken = list(self.violations)
        self.violations.clear()
        return taken

    @property
    def connections(self) -> int:
        """How many TCP connections were opened."""
        return self._server.connections

    @property
    def quirks(self) -> Quirks:
        return self._rest.quirks

    # -- what is in the mailbox ------------------------------------------------------------------------------------

    @property
    def history_id(self) -> str:
        return str(self.box.history_id)

    @property
    def drafts(self) -> dict[str, Mail]:
        """Draft id -> the message inside."""
        return {key: self.box.mails[message] for key, message in self.box.drafts.items()}

    @property
    def messages(self) -> dict[str, Mail]:
        """Message id -> message, drafts included."""
        return self.box.mails

    def labels_of(self, message_id: str) -> set[str]:
        """The names of the labels of a message."""
        return {self.box.labels[key] for key in self.box.mails[message_id].labels}

    # -- what the world does ---------------------------------------------------------------------------------------

    def deliver(
        self,
        raw: bytes,
        thread_id: str | None = None,
        labels: Iterable[str] = ("INBOX", "UNREAD"),
        at: datetime | None = None,
    ) -> Mail:
        """A mail arrives (or, with other labels, just is there). at: when; None is now.

        thread_id: None for Gmail's own choice (References or In-Reply-To and the subject agree with a known message).
        labels: ids or names; unknown names become new labels.
        """
        with self._dispatcher.lock:
            ids = {self._label(name) for name in labels}
            return self.box.add(raw, ids, thread_id or self.box.find_thread(raw), at)

    def _label(self, name: str) -> str:
        try:
            return self.box.label_id(name)
        except KeyError:
            return self.box.new_label(name)

    def add_alias(self, address: str, name: str = "", signature: str = "", *, verified: bool = True) -> Alias:
        alias = Alias(address, name, signature, verified=verified)
        self.aliases.append(alias)
        return alias

    # -- what the user does in Gmail itself ------------------------------------------------------------------------

    def user_sends(self, raw: bytes, at: datetime | None = None) -> Mail:
        """The user writes a mail by hand; it lies in SENT."""
        return self.deliver(raw, labels=("SENT",), at=at)

    def user_replies(self, message_id: str, text: str = "Thank you.", at: datetime | None = None) -> Mail:
        """The user answers a message by hand, in its thread."""
        parent = self.box.mails[message_id]
        reply = EmailMessage(policy=email.policy.SMTP)
        reply["From"] = self.address
        reply["To"] = mime.header(parent.mime, "Reply-To") or mime.header(parent.mime, "From")
        reply["Subject"] = "Re: " + mime.base_subject(parent.subject)
        reply["Message-ID"] = f"<user-{len(self.box.mails)}@mail.gmail.com>"
        reply["In-Reply-To"] = reply["References"] = parent.message_id
        reply["Date"] = at or self.now
        reply.set_content(text)
        return self.deliver(reply.as_bytes(), parent.thread_id, ("SENT",), at)

    def user_edits_draft(self, draft_id: str, raw: bytes) -> Mail:
        """The user changes a draft in Gmail: same draft id and thread, new inner message."""
        with self._dispatcher.lock:
            self.box.replace_draft(draft_id, raw, self.box.draft(draft_id).thread_id)
            return self.box.draft(draft_id)

    def user_sends_draft(self, draft_id: str, *, keep_message_id: bool = False) -> Mail:
        """The user presses Send: the draft is gone, a new message with SENT stands in the thread.

        keep_message_id: False gives the mail a Message-ID of Google's making, which may happen.
        """
        with self._dispatcher.lock:
            draft = self.box.draft(draft_id)
            raw = draft.raw
            if not keep_message_id:
                own = f"<CA+{draft.id}@mail.gmail.com>"
                raw = raw.replace(draft.message_id.encode(), own.encode(), 1)
            self.box.delete_draft(draft_id)
            return self.box.add(raw, {"SENT"}, draft.thread_id)

    def user_deletes_draft(self, draft_id: str) -> None:
        with self._dispatcher.lock:
            self.box.delete_draft(draft_id)

    def user_deletes(self, message_id: str) -> None:
        """Gone for good, not to the bin."""
        with self._dispatcher.lock:
            self.box.remove(message_id)

    def user_labels(self, message_id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """The user changes labels (ids or names): archives, bins, marks as read."""
        with self._dispatcher.lock:
            gained, lost = {self._label(name) for name in add}, {self._label(name) for name in remove}
            self.box.relabel(self.box.mails[message_id], gained, lost)

    # -- history ---------------------------------------------------------------------------------------------------

    def advance_history(self, n: int = 1000) -> None:
        """History goes on with things that are none of the client's business."""
        with self._dispatcher.lock:
            self.box.history_id += n

    def expire_history(self) -> None:
        """Every historyId handed out so far is too old from now on: 404."""
        with self._dispatcher.lock:
            self.box.history_id += 1
            self.box.oldest_history_id = self.box.history_id
            self.box.events.clear()
