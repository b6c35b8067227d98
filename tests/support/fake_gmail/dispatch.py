"""From one HTTP request to one answer: rights, quota, planned failures, and Google's description on both sides."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.fake_gmail import discovery
from tests.support.fake_gmail.errors import ApiError
from tests.support.fake_gmail.faults import Fault, Faults
from tests.support.fake_gmail.fields import apply_fields, parse_fields
from tests.support.fake_gmail.oauth import OAuth
from tests.support.fake_gmail.quota import Quota
from tests.support.fake_gmail.rest import Request, Rest

JSON_TYPE = "application/json; charset=UTF-8"
_FORBIDDEN = {
    "sent": ("messages.send", "drafts.send"),
    "deleted": (
        "messages.delete",
        "messages.batchDelete",
        "messages.trash",
        "messages.untrash",
        "threads.delete",
        "threads.trash",
        "threads.untrash",
        "drafts.delete",
        "labels.delete",
    ),
    "inserted": ("messages.insert", "messages.import"),
}


class Call(NamedTuple):
    """One API request that reached the server. path: without the query. units: what it cost, 0 if it was refused."""

    method: str
    path: str
    units: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """The same request in full. name: Google's method name ("drafts.create"), "" if there is none."""

    name: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that the client must never do, or (kind "bad_answer") that the fake itself did wrong.

    kind: sent, deleted, inserted, settings, forbidden, unknown_path, bad_request, bad_draft, bad_query, bad_oauth,
    bad_answer.
    """

    kind: str
    method: str
    path: str
    detail: str = ""


@dataclass(slots=True)
class Reply:
    """An answer, and how it goes over the wire: fault is a planned failure that still has to happen there."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None


@dataclass(slots=True)
class Dispatcher:
    """Everything behind the socket. `answer` may be called from several threads."""

    rest: Rest
    oauth: OAuth
    quota: Quota
    faults: Faults
    calls: list[Call] = field(default_factory=list)
    requests: list[Exchange] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, http: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to a request; planned failures of the wire are named in the reply, not acted out."""
        parts = urlsplit(target)
        low = {key.lower(): value for key, value in headers.items()}
        with self.lock:
            fault = self.faults.take(http, parts.path)
            if fault is not None and fault.before_commit:
                return self._failed(fault, http, parts.path, parts.query, low, body)
            reply = self._route(http, parts.path, parts.query, low, body)
        reply.fault = fault
        if fault is not None and fault.kind == "malformed_json":
            reply.body = fault.body
        return reply

    def _failed(self, fault: Fault, http: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
        if fault.kind == "not_found":
            error = ApiError(404, "Requested entity was not found.")
        else:
            more = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            error = ApiError(fault.status, fault.message, fault.reason, more)
        reply = _error(error)
        reply.fault = fault
        if path.startswith("/gmail/"):
            hit = discovery.find_method(http, path)
            self._note(hit[0].id if hit else "", http, path, query, headers, body, reply.status, 0)
        return reply

    def _route(self, http: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
        if path in ("/o/oauth2/v2/auth", "/o/oauth2/auth") and http == "GET":
            status, text = self.oauth.authorise(query)
            if status == 302:
                return Reply(302, b"", {"Location": text, "Content-Type": "text/html"})
            self._blame("bad_oauth", http, path, text)
            page = f"<h1>Access blocked</h1><p>Error 400: {text}</p>"
            return Reply(400, page.encode(), {"Content-Type": "text/html"})
        if path in ("/token", "/revoke") and http == "POST":
            return self._oauth_post(path, query, headers, body)
        if path in ("/batch", "/batch/gmail/v1") and http == "POST":
            return self._batch(headers, body)
        try:
            reply, units, name = self._api(http, path, query, headers, body)
        except _Refused as refused:
            reply, units, name = _error(refused.error), 0, refused.name
        self._note(name, http, path, query, headers, body, reply.status, units)
        return reply

    def _oauth_post(self, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
        form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        if not form or (query and path == "/token"):
            self._blame("bad_oauth", "POST", path, "not a form, or secrets in the address")
        if path == "/token":
            status, data = self.oauth.token(body, headers.get("authorization", ""))
        else:
            status, data = self.oauth.revoke(body, query)
        return Reply(status, data, {"Content-Type": JSON_TYPE, "Cache-Control": "no-store"})

    # -- one method of the API -------------------------------------------------------------------------------------

    def _api(self, http: str, path: str, query: str, headers: dict[str, str], body: bytes) -> tuple[Reply, int, str]:
        hit = discovery.find_method(http, path.removeprefix("/resumable").removeprefix("/upload"))
        if hit is None:
            self._blame("unknown_path", http, path)
            raise _Refused("", ApiError(400, f"No method {http} {unquote(path)} in the Gmail API"))
        method, ids = hit
        try:
            handler = self._allowed(method.id, http, path)
            asked = self._checked(method, ids, query, headers, body, http, path)
            units = self.quota.charge(method.id, self.rest.box.now)
        except ApiError as error:
            raise _Refused(method.id, error) from None
        try:
            answer = handler(asked)
        except ApiError as error:
            self._blame_error(error, http, path)
            return _error(error), units, method.id
        return self._success(method, answer, asked, http, path), units, method.id

    def _allowed(self, name: str, http: str, path: str) -> Any:
        """The handler of a method; the ones that the program must never call are recorded."""
        handler = self.rest.handlers().get(name)
        if handler is not None and path.startswith("/gmail/"):
            return handler
        kinds = [kind for kind, names in _FORBIDDEN.items() if name in names]
        other = "settings" if name.startswith("settings.") and http != "GET" else "forbidden"
        self._blame(kinds[0] if kinds else other, http, path, name)
        raise ApiError(403, f"{name} is not for this program", "forbidden")

    def _checked(
        self,
        method: discovery.Method,
        ids: dict[str, str],
        query: str,
        headers: dict[str, str],
        body: bytes,
        http: str,
        path: str,
    ) -> Request:
        scopes = self.oauth.scopes_of(headers.get("authorization", ""))
        if not scopes & method.scopes:
            raise _insufficient(method)
        if ids.get("userId") not in ("me", self.rest.box.email):
            raise ApiError(403, f"Delegation denied for {self.rest.box.email}", "forbidden")
        asked = parse_qs(query, keep_blank_values=True)
        problems = discovery.query_problems(method, asked)
        secrets = sorted({"access_token", "oauth_token", "key"} & set(asked))
        problems += [f"{name} has no place in an address" for name in secrets]
        if asked.get("alt", ["json"]) != ["json"]:
            problems.append("alt must be json")
        found, more = _json_body(method, headers, body)
        problems += more
        if problems:
            self._blame("bad_request", http, path, "; ".join(problems))
            raise ApiError(400, "; ".join(problems), "badRequest")
        changed = set(found.get("addLabelIds", ())) & {"TRASH", "SPAM"}
        if changed:
            self._blame("deleted", http, path, f"label {sorted(changed)} added")
        return Request(method.id, ids, asked, found, scopes)

    def _success(self, method: discovery.Method, answer: Any, asked: Request, http: str, path: str) -> Reply:
        if not method.response:
            return Reply(204)
        problems = discovery.schema_problems(method.response, answer)
        if problems:
            self._blame("bad_answer", http, path, "; ".join(problems))
            return _error(ApiError(500, "; ".join(problems)))
        if "fields" in asked.query:
            try:
                answer = apply_fields(parse_fields(asked.one("fields")), answer)
            except ValueError as error:
                self._blame("bad_request", http, path, str(error))
                return _error(ApiError(400, str(error), "invalidParameter"))
        return Reply(200, json.dumps(answer).encode(), {"Content-Type": JSON_TYPE})

    # -- batches ---------------------------------------------------------------------------------------------------

    def _batch(self, headers: dict[str, str], body: bytes) -> Reply:
        """multipart/mixed of application/http parts; at most 100, and each counts in full."""
        kind = headers.get("content-type", "")
        outer = message_from_bytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
        parts = outer.get_payload()
        if not kind.startswith("multipart/mixed") or not isinstance(parts, list) or not 0 < len(parts) <= 100:
            self._blame("bad_request", "POST", "/batch", "not a batch of 1 to 100 parts")
            return _error(ApiError(400, "The batch request could not be processed."))
        pieces = []
        for part in parts:
            assert not isinstance(part, str)
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            reply = self._batch_part(data, headers.get("authorization", ""))
            mark = str(part.get("Content-ID", "")).replace("<", "<response-", 1)
            lines = ["--batch_x", "Content-Type: application/http", f"Content-ID: {mark}", ""]
            lines += [f"HTTP/1.1 {reply.status} X", *(f"{key}: {value}" for key, value in reply.headers.items())]
            lines += [f"Content-Length: {len(reply.body)}", "", ""]
            pieces.append("\r\n".join(lines).encode() + reply.body + b"\r\n")
        return Reply(200, b"".join(pieces) + b"--batch_x--", {"Content-Type": "multipart/mixed; boundary=batch_x"})

    def _batch_part(self, data: bytes, authorization: str) -> Reply:
        line, _, rest = data.lstrip().partition(b"\n")
        http, target, _version = line.decode("ascii").split()
        inner = message_from_bytes(rest)
        headers = {key: str(value) for key, value in inner.items()}
        headers.setdefault("Authorization", authorization)
        payload = inner.get_payload(decode=True)
        reply = self.answer(http, target, headers, payload if isinstance(payload, bytes) else b"")
        return Reply(503, b"{}") if reply.fault is not None and not reply.fault.before_commit else reply

    # -- the record ------------------------------------------------------------------------------------------------

    def _note(
        self, name: str, http: str, path: str, query: str, headers: dict[str, str], body: bytes, status: int, units: int
    ) -> None:
        self.calls.append(Call(http, path, units))
        asked = parse_qs(query, keep_blank_values=True)
        self.requests.append(Exchange(name, http, path, asked, dict(headers), body, status))

    def _blame(self, kind: str, http: str, path: str, detail: str = "") -> None:
        self.violations.append(Violation(kind, http, path, detail))

    def _blame_error(self, error: ApiError, http: str, path: str) -> None:
        kind = {400: "bad_request"}.get(error.status)
        kind = {"badDraft": "bad_draft", "badQuery": "bad_query"}.get(error.reason, kind)
        if kind:
            self._blame(kind, http, path, error.message)


class _Refused(Exception):
    def __init__(self, name: str, error: ApiError) -> None:
        super().__init__(error.message)
        self.name = name
        self.error = error


def _error(error: ApiError) -> Reply:
    return Reply(error.status, error.body(), {"Content-Type": JSON_TYPE} | error.headers)


def _insufficient(method: discovery.Method) -> ApiError:
    detail: dict[str, object] = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "gmail.googleapis.com", "method": "caribou.api.proto." + method.id},
    }
    header = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"'}
    message = "Request had insufficient authentication scopes."
    return ApiError(403, message, "insufficientPermissions", header, [detail])


def _json_body(method: discovery.Method, headers: dict[str, str], body: bytes) -> tuple[dict[str, Any], list[str]]:
    """The body of a request as JSON, and what is wrong with it."""
    if not method.request:
        return {}, ["this method takes no body"] if body else []
    if not headers.get("content-type", "").startswith("application/json"):
        return {}, ["the body must be application/json"]
    try:
        found = json.loads(body)
    except ValueError:
        return {}, ["the body is not JSON"]
    problems = discovery.schema_problems(method.request, found)
    return (found, []) if not problems else ({}, problems)
