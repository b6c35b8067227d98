"""Tokens, scopes and the login of the fake."""

import base64
import hashlib
import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from google.auth.exceptions import RefreshError
from google_auth_oauthlib.flow import InstalledAppFlow
from googleapiclient.errors import HttpError

from tests.support.browser import ScriptedBrowser
from tests.support.fake_gmail import MODIFY, FakeGmail
from tests.support.fake_gmail.oauth import CLIENT_ID, CLIENT_SECRET

READONLY = "https://www.googleapis.com/auth/gmail.readonly"
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REDIRECT = "http://127.0.0.1:9/"


@pytest.fixture(autouse=True)
def _plain_http_for_oauth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")


def request_of(**changes: str) -> str:
    wanted = {
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": f"{MODIFY} {READONLY}",
        "state": "0123456789",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "access_type": "offline",
    }
    return urlencode({key: value for key, value in (wanted | changes).items() if value})


def code_of(fake: FakeGmail, **changes: str) -> str:
    status, location = fake.oauth.authorise(request_of(**changes))
    assert status == 302, location
    return parse_qs(urlsplit(location).query)["code"][0]


def token(fake: FakeGmail, **form: str) -> tuple[int, dict[str, Any]]:
    fields = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | form
    try:
        with urlopen(fake.token_uri, urlencode(fields).encode(), timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def by_code(fake: FakeGmail, good: str, **changes: str) -> tuple[int, dict[str, Any]]:
    form = {"grant_type": "authorization_code", "code": good, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return token(fake, **(form | changes))


def test_a_code_is_good_once_and_gives_both_tokens(fake_gmail: FakeGmail) -> None:
    code = code_of(fake_gmail)
    status, found = by_code(fake_gmail, code)
    assert status == 200
    assert set(found["scope"].split()) == {MODIFY, READONLY}
    assert found["refresh_token"] in fake_gmail.oauth.refresh
    assert by_code(fake_gmail, code)[1]["error"] == "invalid_grant"


def test_without_offline_there_is_no_refresh_token(fake_gmail: FakeGmail) -> None:
    assert "refresh_token" not in by_code(fake_gmail, code_of(fake_gmail, access_type="online"))[1]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 50}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:10/"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "4/other"}, "invalid_grant"),
    ],
)
def test_a_wrong_exchange_is_refused(fake_gmail: FakeGmail, changes: dict[str, str], error: str) -> None:
    status, found = by_code(fake_gmail, code_of(fake_gmail), **changes)
    assert status in (400, 401)
    assert found["error"] == error
    assert not fake_gmail.oauth.grants


def test_a_code_dies_after_ten_minutes(fake_gmail: FakeGmail) -> None:
    code = code_of(fake_gmail)
    fake_gmail.tick(600)
    assert by_code(fake_gmail, code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"state": ""},
        {"client_id": "other"},
        {"redirect_uri": "http://evil.example:80/"},
        {"redirect_uri": "https://127.0.0.1:9/"},
        {"redirect_uri": "http://127.0.0.1/"},
        {"response_type": "token"},
        {"scope": ""},
    ],
)
def test_a_careless_authorisation_request_gets_an_error_page(fake_gmail: FakeGmail, changes: dict[str, str]) -> None:
    browser = ScriptedBrowser()
    page = browser.visit(f"{fake_gmail.auth_uri}?{request_of(**changes)}")
    assert browser.status == 400
    assert "Access blocked" in page
    assert [violation.kind for violation in fake_gmail.take_violations()] == ["bad_oauth"]
    assert not fake_gmail.oauth.codes


def login(fake: FakeGmail, browser: ScriptedBrowser, *scopes: str) -> Any:
    flow = InstalledAppFlow.from_client_config(fake.client_secrets(), list(scopes))
    return flow.run_local_server(port=0, browser=browser.name, timeout_seconds=10, authorization_prompt_message="")


def test_the_official_flow_logs_in(fake_gmail: FakeGmail, scripted_browser: ScriptedBrowser) -> None:
    found = login(fake_gmail, scripted_browser, MODIFY)
    assert found.granted_scopes == [MODIFY]
    assert fake_gmail.oauth.grants == ["authorization_code"]


def test_an_unticked_scope_is_not_granted(fake_gmail: FakeGmail, scripted_browser: ScriptedBrowser) -> None:
    fake_gmail.oauth.untick = frozenset({MODIFY})
    assert login(fake_gmail, scripted_browser, MODIFY, READONLY).granted_scopes == [READONLY]


def test_a_no_comes_back_as_access_denied(fake_gmail: FakeGmail, scripted_browser: ScriptedBrowser) -> None:
    fake_gmail.oauth.deny = True
    with pytest.raises(Exception, match="access_denied"):
        login(fake_gmail, scripted_browser, MODIFY)
    assert not fake_gmail.oauth.grants


def test_an_expired_access_token_is_refreshed_by_the_client(fake_gmail: FakeGmail) -> None:
    service = fake_gmail.service()
    service.users().labels().list(userId="me").execute()
    fake_gmail.tick(fake_gmail.oauth.expires_in)
    service.users().labels().list(userId="me").execute()
    assert fake_gmail.oauth.grants == ["refresh_token"]
    assert [exchange.status for exchange in fake_gmail.requests] == [200, 401, 200]
    assert [call.units for call in fake_gmail.calls] == [1, 0, 1]


def test_a_dead_refresh_token_is_invalid_grant(fake_gmail: FakeGmail) -> None:
    service = fake_gmail.service()
    fake_gmail.oauth.kill_refresh_tokens()
    with pytest.raises(RefreshError, match="invalid_grant"):
        service.users().labels().list(userId="me").execute()


def test_a_failing_token_endpoint_is_no_dead_token(fake_gmail: FakeGmail) -> None:
    """A 503 of /token is the network's trouble: the client says something else than invalid_grant."""
    service = fake_gmail.service()
    fake_gmail.oauth.expire_access_tokens()
    fake_gmail.faults.add(("POST", "^/token$"), "status", status=503, times=None)
    with pytest.raises(Exception) as error:
        service.users().labels().list(userId="me").execute()
    assert "invalid_grant" not in str(error.value)
    assert [call.path for call in fake_gmail.calls] == ["/gmail/v1/users/me/labels"]
    fake_gmail.faults.clear()
    service.users().labels().list(userId="me").execute()


def test_revoking_the_refresh_token_ends_its_access_tokens(fake_gmail: FakeGmail) -> None:
    _, found = by_code(fake_gmail, code_of(fake_gmail))
    with urlopen(fake_gmail.revoke_uri, urlencode({"token": found["refresh_token"]}).encode(), timeout=5) as answer:
        assert answer.status == 200
    assert found["access_token"] not in fake_gmail.oauth.access
    with pytest.raises(HTTPError, match="400"):
        urlopen(fake_gmail.revoke_uri, urlencode({"token": found["refresh_token"]}).encode(), timeout=5)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (MODIFY, {"list", "raw", "draft", "label", "q"}),
        (READONLY, {"list", "raw", "q"}),
        (METADATA, {"list"}),
        ("https://www.googleapis.com/auth/gmail.compose", {"draft"}),
        ("https://www.googleapis.com/auth/gmail.labels", {"label"}),
    ],
)
def test_scopes_decide_what_is_allowed(fake_gmail: FakeGmail, scope: str, allowed: set[str]) -> None:
    from tests.support.mails import b64, mail

    key = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).id
    users = fake_gmail.service(scope).users()
    draft = {"message": {"raw": b64(mail("Hello", "<d@x>", sender="jo@example.org", to="ann@acme.example"))}}
    requests = {
        "list": users.messages().list(userId="me"),
        "q": users.messages().list(userId="me", q="from:acme.example"),
        "raw": users.messages().get(userId="me", id=key, format="raw"),
        "draft": users.drafts().create(userId="me", body=draft),
        "label": users.labels().create(userId="me", body={"name": "x"}),
    }
    done = set()
    for name, request in requests.items():
        try:
            request.execute()
            done.add(name)
        except HttpError as error:
            assert error.status_code == 403
    assert done == allowed


def test_insufficient_scopes_are_named_as_google_names_them(fake_gmail: FakeGmail) -> None:
    with pytest.raises(HttpError) as error:
        fake_gmail.service(READONLY).users().labels().create(userId="me", body={"name": "x"}).execute()
    assert error.value.reason == "Request had insufficient authentication scopes."
    assert error.value.error_details[0]["reason"] in ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


def test_the_browser_never_leaves_the_machine() -> None:
    with pytest.raises(ValueError, match="not a loopback"):
        ScriptedBrowser().visit("http://example.org/")
