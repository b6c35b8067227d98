"""google-api-python-client, pointed at the configured server, and calls that fail in words."""

import copy
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from gmail_followup.mailbox.gmail import failures
from gmail_followup.mailbox.gmail.failures import Refused
from gmail_followup.mailbox.gmail.transport import GmailHttp
from gmail_followup.mailbox.protocol import AmbiguousWrite

Json = dict[str, Any]
_COLLECTIONS = frozenset(("drafts", "history", "labels", "messages", "settings", "threads"))


def shipped_document() -> Json:
    """The Gmail API's discovery document as it ships inside google-api-python-client; no network."""
    from googleapiclient.discovery_cache import get_static_doc

    text = get_static_doc("gmail", "v1")
    if text is None:
        raise RuntimeError("google-api-python-client came without its Gmail document.")
    document: Json = json.loads(text)
    return document


def build_service(http: GmailHttp, endpoint: str, document: Json | None = None) -> Any:
    """The library's `gmail` resource, whose every request goes through `http` to `endpoint`.

    The root is replaced in the document itself: `api_endpoint` would leave new_batch_http_request() pointing at the
    real Google (the transport refuses batches in any case).
    """
    from googleapiclient.discovery import build_from_document

    here = copy.copy(document if document is not None else shipped_document())
    here.update(rootUrl=endpoint, baseUrl=endpoint, servicePath="")
    here.pop("mtlsRootUrl", None)
    return build_from_document(here, http=http)


class _Once:
    """A resource of the library whose collections (`messages()`, `drafts()` ...) are made once."""

    def __init__(self, users: Any) -> None:
        self._users = users
        self._made: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._users, name)
        if name not in _COLLECTIONS:
            return found

        def collection() -> Any:
            if name not in self._made:
                self._made[name] = found()
            return self._made[name]

        return collection


class Api:
    """The resource, and one way to call it: answers are JSON objects, everything else is an error for people."""

    def __init__(self, http: GmailHttp, endpoint: str, document: Json | None = None) -> None:
        self._http = http
        self.service: Any = build_service(http, endpoint, document)

    @cached_property
    def users(self) -> Any:
        """`service.users()`, made once: the library builds a resource anew, method by method, whenever it is asked for."""
        return _Once(self.service.users())

    def call(self, request: Any) -> Json:
        """Executes a request of the library. Raises UserError (Refused for a plain 4xx) or AmbiguousWrite."""
        from googleapiclient.errors import HttpError

        try:
            answer = request.execute(num_retries=0)
        except HttpError as error:
            trouble = failures.read_trouble(error.resp.status, error.content)
            raise Refused(trouble.status, trouble.reason or trouble.says) from None
        except ValueError:
            answer = None
        if isinstance(answer, dict):
            return answer
        if request.methodId.endswith(".create"):
            raise AmbiguousWrite(f"{request.methodId}: the answer could not be read") from None
        raise failures.unreadable()

    def find(self, request: Any) -> Json | None:
        """Like `call`, but None for 404."""
        try:
            return self.call(request)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def pages(self, method: Any, **arguments: Any) -> Iterator[Json]:
        """The answers of a list method, page after page; pages without items are pages too.

        The library's own `list_next` raises ValueError where a parameter is given twice (labelIds, historyTypes).
        """
        seen = {""}
        token = ""
        while True:
            answer = self.call(method(userId="me", **arguments, **({"pageToken": token} if token else {})))
            yield answer
            token = str(answer.get("nextPageToken") or "")
            if token in seen:
                return
            seen.add(token)

    def spent(self) -> dict[str, int]:
        """Quota units spent so far, by method."""
        return self._http.quota.spent

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()
