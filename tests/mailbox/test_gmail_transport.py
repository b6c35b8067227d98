"""What may leave, how often, and what happens when the network or Gmail fails."""

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.access import open_access
from gmail_followup.mailbox.gmail.allowed import ROUTES, Gate, NotAllowed
from gmail_followup.mailbox.gmail.failures import read_trouble
from gmail_followup.mailbox.gmail.quota import Quota, load_prices
from gmail_followup.mailbox.gmail.search import related_queries
from gmail_followup.mailbox.gmail.service import Api, shipped_document
from gmail_followup.mailbox.gmail.settings import GmailSettings
from gmail_followup.mailbox.gmail.tokens import FileStore
from gmail_followup.mailbox.gmail.transport import GmailHttp, Patience, retry_after
from gmail_followup.mailbox.gmail.wire import AnswerLost, TooLarge, Unreachable, Wire
from gmail_followup.mailbox.protocol import AmbiguousWrite
from tests.mailbox.gmail_setup import Time, home_in, mail, reply, save_login, settings_for
from tests.support.fake_gmail import FakeGmail

pytest_plugins = ["tests.support.fixtures"]


class Client:
    """The whole stack below the adapter, with its parts at hand."""

    def __init__(self, fake: FakeGmail, folder: Path, *, chance: float = 1.0, **more: Any) -> None:
        self.time = Time(fake)
        self.settings = settings_for(fake, folder, **more)
        self.home: Home = home_in(folder)
        save_login(fake, self.settings, self.home)
        gate = Gate(self.settings)
        self.wire = Wire(gate, timeout_s=self.settings.timeout_s, clock=self.time.clock)
        access = open_access(self.settings, FileStore(self.home.token), self.wire, sleep=self.time.sleep)
        quota = Quota(load_prices("2026"), clock=self.time.clock, sleep=self.time.sleep)
        self.http = GmailHttp(
            self.wire,
            gate,
            access,
            quota,
            self.settings.scopes,
            clock=self.time.clock,
            sleep=self.time.sleep,
            chance=lambda: chance,
        )
        self.api = Api(self.http, self.settings.endpoint)
        self.users = self.api.users

    def get(self, key: str) -> dict[str, Any]:
        return self.api.call(self.users.messages().get(userId="me", id=key, format="raw"))

    def create(self, raw: bytes, thread: str) -> dict[str, Any]:
        import base64

        body = {"message": {"raw": base64.urlsafe_b64encode(raw).decode(), "threadId": thread}}
        return self.api.call(self.users.drafts().create(userId="me", body=body))


@pytest.fixture
def client(fake_gmail: FakeGmail, tmp_path: Path) -> Client:
    return Client(fake_gmail, tmp_path)


# -- the gate ------------------------------------------------------------------------------------------------------


def every_method() -> list[tuple[str, str, str]]:
    """(id, HTTP method, path) of all methods in Google's document, uploads included."""
    found: list[tuple[str, str, str]] = []

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            found.append((method["id"], method["httpMethod"], method["path"]))
            for upload in method.get("mediaUpload", {}).get("protocols", {}).values():
                found.append((method["id"] + " (upload)", method["httpMethod"], upload["path"].lstrip("/")))
        for inner in resource.get("resources", {}).values():
            walk(inner)

    walk(shipped_document())
    return found


GOOGLE = GmailSettings()
ALLOWED = {"gmail." + route.name for route in ROUTES}


@pytest.mark.parametrize(("name", "method", "path"), every_method())
def test_of_googles_document_only_the_list_passes(name: str, method: str, path: str) -> None:
    import re

    uri = GOOGLE.endpoint + re.sub(r"\{\w+\}", "abc123", path.replace("{userId}", "me"))
    body = json.dumps({"addLabelIds": ["Label_1"]})
    if name in ALLOWED:
        route = Gate(GOOGLE).check(method, uri, body, {})
        assert route is not None
        assert "gmail." + route.name == name
    else:
        with pytest.raises(NotAllowed):
            Gate(GOOGLE).check(method, uri, body, {})


def test_the_list_is_the_list() -> None:
    assert {(r.method, r.path) for r in ROUTES if r.method != "GET"} == {
        ("POST", "drafts"),
        ("POST", "labels"),
        ("POST", "messages/ID/modify"),
    }
    assert [r.name for r in ROUTES if not r.again] == ["users.drafts.create", "users.labels.create"]
    assert all(r.why.endswith((".", "?", ")")) for r in ROUTES)
    for version in ("2024", "2026"):
        assert set(load_prices(version).units) == {r.name for r in ROUTES}


ME = "https://gmail.googleapis.com/gmail/v1/users/me/"


@pytest.mark.parametrize(
    ("method", "uri"),
    [
        ("POST", "https://gmail.googleapis.com/batch"),
        ("POST", "https://gmail.googleapis.com/batch/gmail/v1"),
        ("POST", "https://www.googleapis.com/batch"),
        ("GET", "https://evil.example/gmail/v1/users/me/profile"),
        ("GET", "https://gmail.googleapis.com.evil.example/gmail/v1/users/me/profile"),
        ("GET", "https://gmail.googleapis.com@evil.example/gmail/v1/users/me/profile"),
        ("GET", "https://gmail.googleapis.com:444/gmail/v1/users/me/profile"),
        ("GET", "http://gmail.googleapis.com/gmail/v1/users/me/profile"),
        ("GET", "https://gmail.googleapis.com/gmail/v1/users/other@example.org/profile"),
        ("GET", ME + "profile/"),
        ("GET", ME + "profile#x"),
        ("GET", ME + "messages/../settings/forwardingAddresses"),
        ("GET", ME + "messages/%2e%2e"),
        ("GET", ME + "messages/a/attachments/b"),
        ("GET", ME + "profile?access_token=x"),
        ("GET", ME + "profile?$.xgafv=1"),
        ("GET", ME + "profile\r\nX: y"),
        ("GET", ME + "profile\\@evil"),
        ("POST", ME + "drafts/send"),
        ("POST", ME + "drafts?uploadType=media"),
        ("PUT", ME + "drafts/r1"),
        ("DELETE", ME + "drafts/r1"),
        ("POST", ME + "messages"),
        ("PUT", ME + "settings/sendAs/x"),
        ("GET", GOOGLE.token_uri),
        ("POST", GOOGLE.token_uri + "?x=1"),
        ("POST", "https://oauth2.googleapis.com/tokeninfo"),
        ("get", ME + "profile"),
    ],
)
def test_refused_addresses(method: str, uri: str) -> None:
    with pytest.raises(NotAllowed):
        Gate(GOOGLE).check(method, uri, None, {})


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"])
def test_no_header_turns_one_method_into_another(name: str) -> None:
    with pytest.raises(NotAllowed):
        Gate(GOOGLE).check("POST", ME + "drafts", "{}", {name: "DELETE"})


@pytest.mark.parametrize(
    "body",
    [
        '{"addLabelIds": ["TRASH"]}',
        '{"addLabelIds": ["trash"]}',
        '{"removeLabelIds": ["INBOX"]}',
        '{"addLabelIds": ["CATEGORY_PROMOTIONS"]}',
        '{"addLabelIds": ["Label_1"], "ids": ["x"]}',
        '{"addLabelIds": 7}',
        "[]",
        "no json",
        None,
    ],
)
def test_modify_only_with_own_labels(body: str | None) -> None:
    with pytest.raises(NotAllowed):
        Gate(GOOGLE).check("POST", ME + "messages/18f/modify", body, {})


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    tail=st.text(st.characters(codec="ascii"), max_size=40)
    | st.sampled_from(["messages/send", "drafts/send", "messages/1/trash", "settings/filters", "stop", "watch"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_passes_is_on_the_list(method: str, tail: str) -> None:
    try:
        route = Gate(GOOGLE).check(method, ME + tail, '{"addLabelIds": []}', {})
    except NotAllowed:
        return
    assert route is not None
    assert route.method == method
    steps = tail.partition("?")[0].split("/")
    assert len(steps) == len(route.path.split("/"))
    assert all(b in (a, "ID") for a, b in zip(steps, route.path.split("/"), strict=True))


def direct(users: Any) -> dict[str, Callable[[], Any]]:
    raw = {"raw": "eA"}
    return {
        "messages.send": lambda: users.messages().send(userId="me", body=raw),
        "drafts.send": lambda: users.drafts().send(userId="me", body={"id": "r1"}),
        "drafts.delete": lambda: users.drafts().delete(userId="me", id="r1"),
        "drafts.update": lambda: users.drafts().update(userId="me", id="r1", body={"message": raw}),
        "messages.delete": lambda: users.messages().delete(userId="me", id="1"),
        "messages.batchDelete": lambda: users.messages().batchDelete(userId="me", body={"ids": ["1"]}),
        "messages.trash": lambda: users.messages().trash(userId="me", id="1"),
        "messages.untrash": lambda: users.messages().untrash(userId="me", id="1"),
        "messages.insert": lambda: users.messages().insert(userId="me", body=raw),
        "messages.import": lambda: users.messages().import_(userId="me", body=raw),
        "threads.trash": lambda: users.threads().trash(userId="me", id="1"),
        "threads.delete": lambda: users.threads().delete(userId="me", id="1"),
        "labels.delete": lambda: users.labels().delete(userId="me", id="Label_1"),
        "filters": lambda: users.settings().filters().create(userId="me", body={}),
        "forwarding": lambda: users.settings().forwardingAddresses().create(userId="me", body={}),
        "autoForwarding": lambda: users.settings().updateAutoForwarding(userId="me", body={}),
        "sendAs": lambda: users.settings().sendAs().create(userId="me", body={}),
        "delegates": lambda: users.settings().delegates().create(userId="me", body={}),
        "vacation": lambda: users.settings().updateVacation(userId="me", body={}),
        "watch": lambda: users.watch(userId="me", body={}),
        "another user": lambda: users.messages().list(userId="other@example.org"),
        "a query too long for GET": lambda: users.messages().list(userId="me", q="x" * 3000),
        "modify to TRASH": lambda: users.messages().modify(userId="me", id="1", body={"addLabelIds": ["TRASH"]}),
    }


@pytest.mark.parametrize("name", sorted(direct(None)))
def test_the_library_itself_cannot_get_past(client: Client, fake_gmail: FakeGmail, name: str) -> None:
    with pytest.raises(NotAllowed):
        direct(client.users)[name]().execute()
    assert fake_gmail.requests == []
    assert fake_gmail.connections == 0


def test_neither_can_a_batch_nor_an_upload(client: Client, fake_gmail: FakeGmail) -> None:
    from googleapiclient.http import MediaInMemoryUpload

    batch = client.api.service.new_batch_http_request()
    batch.add(client.users.getProfile(userId="me"))
    with pytest.raises(NotAllowed):
        batch.execute()
    media = MediaInMemoryUpload(b"x", mimetype="message/rfc822", resumable=True)
    with pytest.raises(NotAllowed):
        client.users.drafts().create(userId="me", media_body=media).execute()
    with pytest.raises(NotAllowed):
        client.wire.request("https://gmail.googleapis.com/gmail/v1/users/me/messages/send", "POST", "{}")
    with pytest.raises(NotAllowed):
        client.http.request(client.settings.token_uri, "POST", "grant_type=x")
    assert fake_gmail.connections == 0


def test_plain_http_beyond_this_machine_is_a_user_error() -> None:
    for name in ("endpoint", "auth_uri", "token_uri", "revoke_uri"):
        with pytest.raises(UserError, match="plain http"):
            GmailSettings(**{name: "http://mail.example.org/x"})
    assert GmailSettings(endpoint="http://[::1]:8080").endpoint == "http://[::1]:8080/"
    for bad in ("ftp://x/", "nonsense", "https://", "https://u:p@h/", "https://h/x?y=1"):
        with pytest.raises(UserError):
            GmailSettings(endpoint=bad)


def test_revocation_stays_beside_the_token_endpoint() -> None:
    assert GmailSettings().revoke_uri == "https://oauth2.googleapis.com/revoke"
    assert GmailSettings(token_uri="http://127.0.0.1:9/oauth2/token").revoke_uri == "http://127.0.0.1:9/oauth2/revoke"


# -- once and only once --------------------------------------------------------------------------------------------


def test_plain_httplib2_makes_two_drafts(fake_gmail: FakeGmail) -> None:
    """Why `Wire` exists. If this fails, httplib2 has mended its ways."""
    import base64

    fake_gmail.faults.add(("POST", "/drafts$"), "lost_response_after_commit")
    raw = base64.urlsafe_b64encode(reply(1, "")).decode()
    fake_gmail.service().users().drafts().create(userId="me", body={"message": {"raw": raw}}).execute(num_retries=0)
    assert len(fake_gmail.drafts) == 2


@pytest.mark.parametrize("warm", [False, True])
def test_a_post_goes_out_once(client: Client, fake_gmail: FakeGmail, warm: bool) -> None:
    first = fake_gmail.deliver(mail(1))
    if warm:
        client.get(first.id)
    fake_gmail.faults.add(("POST", "/drafts$"), "lost_response_after_commit", times=None)
    with pytest.raises(AmbiguousWrite):
        client.create(reply(1, first.message_id), first.thread_id)
    assert len(fake_gmail.drafts) == 1
    assert client.time.sleeps == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_leaves_a_post_in_doubt(client: Client, fake_gmail: FakeGmail, status: int) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("POST", "/drafts$"), "status", times=None, status=status)
    with pytest.raises(AmbiguousWrite):
        client.create(reply(1, first.message_id), first.thread_id)
    assert len(fake_gmail.requests) == 1


@pytest.mark.parametrize(("status", "reason"), [(429, "rateLimitExceeded"), (403, "userRateLimitExceeded")])
def test_a_post_over_the_limit_is_left_for_later(
    client: Client, fake_gmail: FakeGmail, status: int, reason: str
) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("POST", "/drafts$"), "status", status=status, reason=reason, retry_after=7)
    with pytest.raises(UserError, match="pause") as caught:
        client.create(reply(1, first.message_id), first.thread_id)
    assert caught.value.code is Exit.ACCOUNT
    assert "7 seconds" in caught.value.why
    assert client.time.sleeps == []
    assert fake_gmail.drafts == {}


def test_a_post_with_a_dead_token_is_sent_again_after_renewal(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.oauth.expire_access_tokens()
    client.create(reply(1, first.message_id), first.thread_id)
    assert len(fake_gmail.drafts) == 1
    assert [r.status for r in fake_gmail.requests] == [401, 200]


def test_gets_share_a_connection_and_posts_take_a_new_one(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    for _ in range(3):
        client.get(first.id)
    assert fake_gmail.connections == 1
    client.create(reply(1, first.message_id), first.thread_id)
    assert fake_gmail.connections == 2


# -- trying again --------------------------------------------------------------------------------------------------

LOST = ["lost_response_after_commit", "reset_before_commit", "truncated_json"]


@pytest.mark.parametrize("kind", LOST)
def test_a_get_is_tried_again(client: Client, fake_gmail: FakeGmail, kind: str) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/messages/"), kind, times=2)  # type: ignore[arg-type]
    assert client.get(first.id)["id"] == first.id
    assert len(fake_gmail.requests) == 3


def test_modify_is_tried_again(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1), labels=["INBOX", "Mine"])
    label = fake_gmail.box.label_id("Mine")
    fake_gmail.faults.add(("POST", "/modify$"), "lost_response_after_commit")
    request = client.users.messages().modify(userId="me", id=first.id, body={"removeLabelIds": [label]})
    client.api.call(request)
    assert fake_gmail.labels_of(first.id) == {"INBOX"}
    assert len(fake_gmail.requests) == 2


def test_backoff_doubles_and_ends(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/messages/"), "status", times=None, status=503)
    with pytest.raises(UserError, match="problem of its own") as caught:
        client.get(first.id)
    assert caught.value.code is Exit.ACCOUNT
    assert client.time.sleeps == [1, 2, 4, 8, 16]


@given(chance=st.floats(0, 1, exclude_max=True), tries=st.integers(1, 40))
def test_pauses_have_full_jitter_below_the_cap(chance: float, tries: int) -> None:
    nothing: Any = None
    http = GmailHttp(nothing, nothing, nothing, nothing, (), chance=lambda: chance)
    pause = http._pause(tries)
    assert 0 <= pause <= min(Patience().cap_s, Patience().base_s * 2 ** (tries - 1))
    assert (pause == 0) == (chance == 0) or chance < 1e-300


@pytest.mark.parametrize("status", [429, 403])
def test_the_limit_is_waited_out(client: Client, fake_gmail: FakeGmail, status: int) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.quota.limit = 40
    fake_gmail.quota.status = status
    for _ in range(4):
        client.get(first.id)
    assert sum(client.time.sleeps) >= 60
    assert fake_gmail.units == 80


def test_retry_after_is_honoured(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/messages/"), "status", status=429, reason="rateLimitExceeded", retry_after=23)
    client.get(first.id)
    assert client.time.sleeps == [pytest.approx(23, abs=0.5)]


def test_a_retry_after_beyond_patience_ends_at_once(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/messages/"), "status", times=None, status=503, retry_after=3600)
    with pytest.raises(UserError) as caught:
        client.get(first.id)
    assert "3600 seconds" in caught.value.why
    assert client.time.sleeps == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.25),
        ({"retry-after": "Mon, 02 Nov 2026 09:00:30 GMT", "date": "Mon, 02 Nov 2026 09:00:00 GMT"}, 30.25),
        ({"retry-after": "Mon, 02 Nov 2026 09:00:30 GMT", "date": "Mon, 02 Nov 2026 09:01:00 GMT"}, 0.25),
        ({"retry-after": "Mon, 02 Nov 2026 09:00:30 GMT"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "٣"}, 0),
        ({}, 0),
    ],
)
def test_reading_retry_after(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds


# -- what people read ----------------------------------------------------------------------------------------------


def test_a_dead_token_is_renewed_in_the_middle(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    client.get(first.id)
    fake_gmail.oauth.expire_access_tokens()
    client.get(first.id)
    assert [r.status for r in fake_gmail.requests] == [200, 401, 200]
    assert fake_gmail.oauth.grants == ["refresh_token"]


def test_a_dead_login_names_the_cause_and_the_command(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.oauth.kill_refresh_tokens()
    with pytest.raises(UserError) as caught:
        client.get(first.id)
    assert caught.value.code is Exit.ACCOUNT
    assert "invalid_grant" in caught.value.what
    assert "7 days" in caught.value.why
    assert "gmail-followup auth login" in caught.value.fix


def test_a_server_that_refuses_every_token(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/messages/"), "status", times=None, status=401)
    with pytest.raises(UserError, match="no longer accepts"):
        client.get(first.id)
    assert len(fake_gmail.requests) == 2


def test_a_missing_scope_is_named(client: Client, fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail(1))
    readonly = frozenset(["https://www.googleapis.com/auth/gmail.readonly"])
    for token in fake_gmail.oauth.access.values():
        token.scopes = readonly
    client.get(first.id)
    with pytest.raises(UserError) as caught:
        client.create(reply(1, first.message_id), first.thread_id)
    assert caught.value.code is Exit.ACCOUNT
    assert "gmail.modify" in caught.value.what
    assert "gmail-followup auth login" in caught.value.fix


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (403, "insufficientPermissions", "does not include"),
        (403, "accessNotConfigured", "not switched on"),
        (403, "domainPolicy", "does not let programs in"),
        (403, "dailyLimitExceeded", "pause"),
        (403, "somethingElse", "status 403"),
        (302, "", "another address"),
        (404, "notFound", "status 404"),
    ],
)
def test_refusals_in_words(client: Client, fake_gmail: FakeGmail, status: int, reason: str, words: str) -> None:
    fake_gmail.faults.add(("GET", "/profile$"), "status", times=None, status=status, reason=reason)
    with pytest.raises(UserError, match=words) as caught:
        client.api.call(client.users.getProfile(userId="me"))
    assert caught.value.code is Exit.ACCOUNT
    assert caught.value.fix


@pytest.mark.parametrize("body", [b"{", b"<html>log in</html>", b"[]", b"\xff\xfe", b"", b"null", b'"x"'])
def test_an_answer_that_is_no_api_answer(client: Client, fake_gmail: FakeGmail, body: bytes) -> None:
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add((("*"), "."), "malformed_json", times=None, body=body)
    with pytest.raises(UserError, match="could not be read") as caught:
        client.get(first.id)
    assert caught.value.code is Exit.ACCOUNT
    with pytest.raises(AmbiguousWrite):
        client.create(reply(1, first.message_id), first.thread_id)


@given(status=st.integers(100, 599), body=st.binary(max_size=60) | st.from_regex(rb'\{"error": .{0,40}\}'))
def test_reading_trouble_never_fails(status: int, body: bytes) -> None:
    assert read_trouble(status, body).status == status


@pytest.mark.parametrize(
    "body",
    [
        {"error": None},
        {"error": {"errors": None}},
        {"error": {"errors": [1, {"reason": 3}, {"reason": "rateLimitExceeded"}]}},
        {"error": {"errors": 3}},
        {"error": "invalid_grant"},
        [],
    ],
)
def test_reading_odd_error_bodies(body: Any) -> None:
    assert read_trouble(403, json.dumps(body).encode()).kind.value in ("refused", "rate")


def test_no_server(tmp_path: Path) -> None:
    with FakeGmail() as fake:
        client = Client(fake, tmp_path)
    with pytest.raises(UserError) as caught:
        client.api.call(client.users.getProfile(userId="me"))
    assert caught.value.code is Exit.ACCOUNT
    assert "127.0.0.1" in caught.value.what
    assert client.time.sleeps == [1]


def test_a_name_that_cannot_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: object, **_more: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    wire = Wire(Gate(GOOGLE), timeout_s=1, clock=Time().clock)
    monkeypatch.setenv("https_proxy", "")
    with pytest.raises(Unreachable) as caught:
        wire.request(ME + "profile")
    assert caught.value.kind == "dns"


# -- the wire on odd servers ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def odd_server(answer: bytes, times: int = 1) -> Iterator[tuple[str, list[bytes]]]:
    """A socket that answers each connection with these bytes and closes it."""
    listener = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def serve() -> None:
        for _ in range(times):
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    received.append(connection.recv(65536))
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
    finally:
        listener.close()


def wire_to(endpoint: str, **more: Any) -> Wire:
    return Wire(Gate(GmailSettings(endpoint=endpoint)), timeout_s=2, clock=Time().clock, **more)


def answer(body: bytes, *fields: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


BROKEN = {
    "nothing": b"",
    "no http": b"hello\r\n\r\n",
    "cut in the body": answer(b"{}", length=10),
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
    "chunks without end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "broken gzip": answer(b"xxxx", "Content-Encoding: gzip"),
    "cut gzip": answer(gzip.compress(b"{}" * 100)[:-9], "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
@pytest.mark.parametrize(("method", "path"), [("GET", "profile"), ("POST", "drafts")])
def test_a_broken_answer_is_lost_and_nothing_is_sent_twice(name: str, method: str, path: str) -> None:
    with odd_server(BROKEN[name], times=3) as (endpoint, received):
        with pytest.raises(AnswerLost):
            wire_to(endpoint).request(f"{endpoint}/gmail/v1/users/me/{path}", method, "{}" * (method == "POST"))
        assert len(received) == 1


def test_gzip_is_understood_and_bombs_are_not_taken_in() -> None:
    plain = b'{"x": 1}'
    with odd_server(answer(gzip.compress(plain), "Content-Encoding: gzip")) as (endpoint, _):
        assert wire_to(endpoint).request(endpoint + "/gmail/v1/users/me/profile")[1] == plain
    bomb = gzip.compress(b"0" * 200_000)
    with (
        odd_server(answer(bomb, "Content-Encoding: gzip")) as (endpoint, _),
        pytest.raises(TooLarge),
    ):
        wire_to(endpoint, largest=100_000).request(endpoint + "/gmail/v1/users/me/profile")


@pytest.mark.parametrize("stated", [True, False])
def test_the_size_of_an_answer_is_bounded(stated: bool) -> None:
    big = b"x" * 300_000
    raw = answer(big) if stated else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + big
    with odd_server(raw) as (endpoint, _), pytest.raises(TooLarge):
        wire_to(endpoint, largest=100_000).request(endpoint + "/gmail/v1/users/me/profile")


def test_a_redirect_is_not_followed() -> None:
    with odd_server(answer(b"", "Location: http://127.0.0.1:1/", status="301 Moved"), times=2) as (endpoint, received):
        assert wire_to(endpoint).request(endpoint + "/gmail/v1/users/me/profile")[0].status == 301
        assert len(received) == 1


def test_a_dripping_server_is_given_up() -> None:
    ticks = iter(range(0, 10_000, 100))
    body = b"x" * 600_000
    with odd_server(answer(body)) as (endpoint, _):
        wire = Wire(Gate(GmailSettings(endpoint=endpoint)), timeout_s=2, clock=lambda: float(next(ticks)))
        with pytest.raises(AnswerLost) as caught:
            wire.request(endpoint + "/gmail/v1/users/me/profile")
        assert caught.value.timed_out


def test_a_hanging_server_is_given_up(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    client = Client(fake_gmail, tmp_path, timeout_s=0.2)
    fake_gmail.faults.add(("GET", "/profile$"), "timeout", times=None)
    with pytest.raises(UserError, match="did not answer in time"):
        client.api.call(client.users.getProfile(userId="me"))
    assert len(client.time.sleeps) == 5


def test_a_proxy_is_not_used_on_this_machine(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    client = Client(fake_gmail, tmp_path)
    assert client.api.call(client.users.getProfile(userId="me"))["emailAddress"] == "jo@example.org"


# -- quota ---------------------------------------------------------------------------------------------------------


@given(
    version=st.sampled_from(["2024", "2026"]),
    steps=st.lists(st.tuples(st.sampled_from([r.name for r in ROUTES]), st.floats(0, 20)), max_size=400),
)
@settings(max_examples=60, deadline=None)
def test_no_minute_holds_more_than_its_units(version: str, steps: list[tuple[str, float]]) -> None:
    time = Time()
    prices = load_prices(version)
    quota = Quota(prices, clock=time.clock, sleep=time.sleep)
    spent: list[tuple[float, int]] = []
    for method, idle in steps:
        time.now += idle if idle > 10 else 0
        quota.spend(method)
        spent.append((time.now, prices.units[method]))
    for number, (start, _) in enumerate(spent):
        window = sum(units for at, units in spent[number:] if at < start + 60)
        assert window <= prices.units_per_minute
    assert sum(quota.spent.values()) == sum(units for _, units in spent)
    assert sum(quota.calls.values()) == len(steps)


def test_a_long_run_is_neither_stopped_nor_much_slower_than_allowed() -> None:
    time = Time()
    quota = Quota(load_prices("2026"), clock=time.clock, sleep=time.sleep)
    for _ in range(1000):
        quota.spend("users.messages.get")
    allowed = 20_000 / 6000 * 60
    assert allowed * 0.9 <= time.now - 1000 <= allowed * 1.15


def test_the_first_calls_do_not_wait() -> None:
    time = Time()
    quota = Quota(load_prices("2026"), clock=time.clock, sleep=time.sleep)
    for _ in range(30):
        quota.spend("users.messages.get")
    assert time.sleeps == []


# -- searches ------------------------------------------------------------------------------------------------------


@given(words=st.lists(st.text(max_size=60), max_size=6), domains=st.lists(st.text(max_size=40), max_size=60))
def test_a_search_is_short_and_its_words_are_no_operators(words: list[str], domains: list[str]) -> None:
    from datetime import UTC, datetime
    from urllib.parse import quote

    for query in related_queries(words, domains, datetime(2026, 11, 2, tzinfo=UTC)):
        assert len(quote(query)) <= 1300
        outside = "".join(query.split('"')[::2])
        inside = "".join(query.split('"')[1::2])
        assert query.count('"') % 2 == 0
        assert not set(inside) & set('(){}":')
        assert outside.count("{") == outside.count("}") <= 1
