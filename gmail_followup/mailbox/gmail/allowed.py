"""The only requests that ever leave this program. Everything else is refused before a byte is sent.

No OAuth scope lets a program draft without also letting it send (Gmail API, "Choose scopes"), so the promise
"it can never send" is kept here: `ROUTES` is the whole list, `Gate.check` is the only door, and the door is in the
lowest layer that all requests pass through.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from gmail_followup.mailbox.gmail.settings import GmailSettings, is_loopback


class NotAllowed(Exception):
    """The program tried a request that is not on its list. Nothing was sent; this is a bug, not the user's fault."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of request. `path` is what follows `gmail/v1/users/me/`, with ID for one opaque identifier.

    again: whether doing it twice is the same as doing it once, so that it may be retried after a lost answer.
    """

    name: str
    method: str
    path: str
    again: bool
    why: str


ROUTES: tuple[Route, ...] = (
    Route("users.getProfile", "GET", "profile", True, "Whose mailbox is this, and where does its history stand?"),
    Route("users.history.list", "GET", "history", True, "What is new since the last run?"),
    Route("users.messages.list", "GET", "messages", True, "Which mails may matter? (ids only)"),
    Route("users.messages.get", "GET", "messages/ID", True, "Read one mail."),
    Route("users.threads.get", "GET", "threads/ID", True, "Which mails belong to the same conversation?"),
    Route("users.drafts.list", "GET", "drafts", True, "Is there a draft already?"),
    Route("users.drafts.get", "GET", "drafts/ID", True, "Read a draft back, to see whether it was changed."),
    Route("users.labels.list", "GET", "labels", True, "Which labels exist?"),
    Route("users.settings.sendAs.list", "GET", "settings/sendAs", True, "Your addresses and your signature."),
    Route("users.drafts.create", "POST", "drafts", False, "Save a letter as a draft, for you to send or not."),
    Route("users.labels.create", "POST", "labels", False, "Make the Follow-up labels the first time."),
    Route("users.messages.modify", "POST", "messages/ID/modify", True, "Put one of your own labels on a mail."),
)

_ID = r"[A-Za-z0-9_\-]+"
_PATTERNS = tuple(
    (route, re.compile(re.escape("gmail/v1/users/me/" + route.path).replace("ID", _ID))) for route in ROUTES
)
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_PARAMETERS = frozenset(
    ("alt", "format", "historyTypes", "includeSpamTrash", "labelIds", "maxResults", "metadataHeaders", "pageToken", "q")
) | {"startHistoryId"}
_OVERRIDES = frozenset(("x-http-method-override", "x-http-method", "x-method-override"))
_SYSTEM_LABEL = re.compile(r"INBOX|SPAM|TRASH|UNREAD|STARRED|IMPORTANT|SENT|DRAFT|CHAT|CATEGORY_\w+|.*_STAR", re.I)


class Gate:
    """Knows the configured servers and says yes or NotAllowed."""

    def __init__(self, settings: GmailSettings) -> None:
        self._endpoint = settings.endpoint
        self._tokens = (settings.token_uri, settings.revoke_uri)

    def check(self, method: str, uri: str, body: object, headers: Mapping[str, str] | None) -> Route | None:
        """The route of that request, None for the token and revoke endpoints.

        Raises NotAllowed for everything else: other hosts, other paths, unknown parameters, a header that turns one
        method into another, and a `modify` that touches Gmail's own labels (TRASH among them).
        """
        for name in headers or ():
            if name.lower() in _OVERRIDES:
                raise NotAllowed(f"The header {name} would turn {method} into another method.")
        if method == "POST" and uri in self._tokens:
            _check_plain(uri)
            return None
        if not _PRINTABLE.fullmatch(uri) or "\\" in uri or not uri.startswith(self._endpoint):
            raise NotAllowed(f"{method} to {_place(uri)}: that is not the configured Gmail endpoint.")
        _check_plain(uri)
        return _route(method, uri, uri.removeprefix(self._endpoint), body)


def _route(method: str, uri: str, rest: str, body: object) -> Route:
    path, _, query = rest.partition("?")
    if "#" in rest:
        raise NotAllowed(f"{method} {path}: an address with a fragment.")
    for name, _value in parse_qsl(query, keep_blank_values=True):
        if name not in _PARAMETERS:
            raise NotAllowed(f"{method} {path}: the parameter {name!r} is not on the list.")
    for route, pattern in _PATTERNS:
        if route.method == method and pattern.fullmatch(path):
            if route.name == "users.messages.modify":
                _check_labels(body)
            return route
    raise NotAllowed(f"{method} {_place(uri)} is not on the list of allowed requests.")


def _check_labels(body: object) -> None:
    try:
        data = json.loads(body if isinstance(body, str | bytes) else "")
        lists = [data.pop(name, []) for name in ("addLabelIds", "removeLabelIds")]
        ids = [str(label) for labels in lists for label in labels]
    except (ValueError, AttributeError, TypeError):
        raise NotAllowed("messages.modify with a body that cannot be read.") from None
    if data:
        raise NotAllowed("messages.modify with more than labels in its body.")
    for label in ids:
        if _SYSTEM_LABEL.fullmatch(label):
            raise NotAllowed(f"messages.modify with Gmail's own label {label}.")


def _check_plain(uri: str) -> None:
    parts = urlsplit(uri)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise NotAllowed(f"{_place(uri)}: plain http beyond this machine.")


def _place(uri: str) -> str:
    """Host and path without the query, which may hold words out of a mail."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
