"""Planned failures really happen on the wire, and the quota really counts."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.support.fake_gmail import FakeGmail
from tests.support.mails import b64, mail

LABELS = ("GET", r"/labels$")


@contextmanager
def connected(fake: FakeGmail) -> Iterator[http.client.HTTPConnection]:
    """A bare connection: it re-sends nothing."""
    host, _, port = fake.endpoint.removeprefix("http://").partition(":")
    with closing(http.client.HTTPConnection(host, int(port), timeout=5)) as connection:
        yield connection


def ask(fake: FakeGmail, method: str, path: str, body: Any = None) -> tuple[int, bytes, Any]:
    headers = {"Authorization": f"Bearer {fake.token()}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body)
    with connected(fake) as connection:
        connection.request(method, f"/gmail/v1/users/me{path}", data, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def draft() -> dict[str, Any]:
    return {"message": {"raw": b64(mail("Hello", "<d@x>", sender="jo@example.org", to="ann@acme.example"))}}


@pytest.mark.parametrize(
    ("status", "reason", "retry_after"),
    [(500, "", None), (503, "", 7), (429, "rateLimitExceeded", 3), (403, "userRateLimitExceeded", None)],
)
def test_status(fake_gmail: FakeGmail, status: int, reason: str, retry_after: int | None) -> None:
    fake_gmail.faults.add(LABELS, "status", status=status, reason=reason, retry_after=retry_after)
    got, body, headers = ask(fake_gmail, "GET", "/labels")
    assert got == status
    assert headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    error = json.loads(body)["error"]
    assert error["code"] == status
    assert error["errors"][0]["reason"] == (reason or "backendError")
    assert ask(fake_gmail, "GET", "/labels")[0] == 200


def test_times_and_after_count_matching_requests_only(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(LABELS, "status", times=2, after=1)
    codes = []
    for path in ("/labels", "/profile", "/labels", "/profile", "/labels", "/labels"):
        codes.append(ask(fake_gmail, "GET", path)[0])
    assert codes == [200, 200, 500, 200, 500, 200]


def test_not_found(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(("*", "labels"), "not_found", times=None)
    assert [ask(fake_gmail, "GET", "/labels")[0] for _ in range(3)] == [404, 404, 404]


def test_a_lost_response_has_done_the_work(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(("POST", "/drafts$"), "lost_response_after_commit")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(fake_gmail, "POST", "/drafts", draft())
    assert len(fake_gmail.drafts) == 1
    assert fake_gmail.units == 10


def test_a_reset_has_done_nothing(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(("POST", "/drafts$"), "reset_before_commit")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(fake_gmail, "POST", "/drafts", draft())
    assert not fake_gmail.drafts
    assert fake_gmail.units == 0


def test_the_official_client_makes_two_drafts_of_one_lost_response(fake_gmail: FakeGmail) -> None:
    """The trap of facts/gmail.md: httplib2 re-sends the POST by itself. If this fails, the trap is gone."""
    service = fake_gmail.service()
    fake_gmail.faults.add(("POST", "/drafts$"), "lost_response_after_commit")
    service.users().drafts().create(userId="me", body=draft()).execute(num_retries=0)
    assert len(fake_gmail.drafts) == 2
    assert [call.method for call in fake_gmail.calls] == ["POST", "POST"]


def test_truncated_json(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(LABELS, "truncated_json")
    with pytest.raises(http.client.IncompleteRead):
        ask(fake_gmail, "GET", "/labels")


def test_malformed_json(fake_gmail: FakeGmail) -> None:
    fake_gmail.faults.add(LABELS, "malformed_json")
    status, body, _ = ask(fake_gmail, "GET", "/labels")
    assert status == 200
    with pytest.raises(ValueError):
        json.loads(body)


def test_slow_drip_arrives_whole(fake_gmail: FakeGmail) -> None:
    _, whole, _ = ask(fake_gmail, "GET", "/labels")
    fake_gmail.faults.add(LABELS, "slow_drip")
    assert ask(fake_gmail, "GET", "/labels")[1] == whole


@pytest.mark.parametrize("commit", [False, True])
def test_timeout_hangs_until_it_is_released(fake_gmail: FakeGmail, commit: bool) -> None:
    fake_gmail.faults.add(("POST", "/drafts$"), "timeout", commit=commit)
    seen: list[BaseException] = []

    def client() -> None:
        try:
            ask(fake_gmail, "POST", "/drafts", draft())
        except (OSError, http.client.HTTPException) as error:
            seen.append(error)

    thread = threading.Thread(target=client)
    thread.start()
    assert fake_gmail.faults.wait_held(5)
    assert thread.is_alive()
    assert ask(fake_gmail, "GET", "/labels")[0] == 200, "other requests must go on"
    fake_gmail.faults.release()
    thread.join(5)
    assert len(seen) == 1
    assert len(fake_gmail.drafts) == commit


def test_a_fault_inside_a_batch_meets_one_part(fake_gmail: FakeGmail) -> None:
    service = fake_gmail.service()
    fake_gmail.faults.add(LABELS, "status", status=429, reason="rateLimitExceeded")
    got: dict[str, Any] = {}
    batch = service.new_batch_http_request(callback=lambda key, answer, error: got.update({key: error or answer}))
    batch.add(service.users().labels().list(userId="me"), request_id="a")
    batch.add(service.users().labels().list(userId="me"), request_id="b")
    batch.execute()
    assert got["a"].status_code == 429
    assert "labels" in got["b"]


# -- quota -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "get", "thread"), [("old", 5, 10), ("new", 20, 40)])
def test_units_of_both_tables(fake_gmail: FakeGmail, table: Any, get: int, thread: int) -> None:
    fake_gmail.quota.table = table
    key = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).id
    users = fake_gmail.service().users()
    users.messages().get(userId="me", id=key, format="raw").execute()
    users.threads().get(userId="me", id=key).execute()
    users.history().list(userId="me", startHistoryId=fake_gmail.history_id).execute()
    users.drafts().create(userId="me", body=draft()).execute()
    assert [call.units for call in fake_gmail.calls] == [get, thread, 2, 10]
    assert fake_gmail.units == get + thread + 12


def test_a_full_minute_is_refused_and_passes(fake_gmail: FakeGmail) -> None:
    fake_gmail.quota.limit = 3
    fake_gmail.quota.retry_after = 11
    assert [ask(fake_gmail, "GET", "/labels")[0] for _ in range(4)] == [200, 200, 200, 429]
    _, _, headers = ask(fake_gmail, "GET", "/labels")
    assert headers["Retry-After"] == "11"
    assert fake_gmail.units == 3
    fake_gmail.tick(60)
    assert ask(fake_gmail, "GET", "/labels")[0] == 200


def test_the_old_refusal_is_403_without_a_hint(fake_gmail: FakeGmail) -> None:
    fake_gmail.quota.limit = 0
    fake_gmail.quota.status = 403
    status, body, headers = ask(fake_gmail, "GET", "/labels")
    assert status == 403
    assert json.loads(body)["error"]["errors"][0]["reason"] == "userRateLimitExceeded"
    assert "Retry-After" not in headers


def test_another_mailbox_is_none_of_ours(fake_gmail: FakeGmail) -> None:
    with pytest.raises(HttpError) as error:
        fake_gmail.service().users().labels().list(userId="eve@example.org").execute()
    assert error.value.status_code == 403


def test_many_clients_at_once_lose_nothing(fake_gmail: FakeGmail) -> None:
    """State is behind one lock: 4 threads of 10 drafts are 40 drafts, each with its own id and history record."""
    start = int(fake_gmail.history_id)

    def work() -> None:
        for _ in range(10):
            assert ask(fake_gmail, "POST", "/drafts", draft())[0] == 200

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fake_gmail.drafts) == len(set(fake_gmail.drafts)) == 40
    assert len({event.id for event in fake_gmail.box.events if event.id > start}) == 40
