"""Logging in and out on the fake Gmail, and where the login is kept."""

import io
import json
import logging
import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httplib2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail import access, auth, loopback, tokens
from gmail_followup.mailbox.gmail.adapter import open_gmail
from gmail_followup.mailbox.gmail.client_file import read_client
from gmail_followup.mailbox.gmail.settings import COMPOSE, MODIFY, READONLY, GmailSettings
from gmail_followup.mailbox.gmail.tokens import EitherStore, FileStore, KeyringStore, Token, open_store, read_token
from tests.mailbox.gmail_setup import Time, home_in, mail, save_login, settings_for
from tests.support.browser import ScriptedBrowser
from tests.support.fake_gmail import FakeGmail

pytest_plugins = ["tests.support.fixtures"]

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files")


class Person(io.StringIO):
    """Reads the terminal: opens the address of the last line as soon as it is flushed, not before."""

    def __init__(self) -> None:
        super().__init__()
        self.browser = ScriptedBrowser()
        self.address = ""

    def flush(self) -> None:
        lines = self.getvalue().splitlines()
        if lines and lines[-1].startswith("http") and not self.address and self.getvalue().endswith("\n"):
            self.address = lines[-1]
            self.browser.open(self.address)


def log_in(fake: FakeGmail, folder: Path, person: Person | None = None, **more: Any) -> auth.Status:
    settings = settings_for(fake, folder, **more)
    person = person or Person()
    return auth.login(settings, home_in(folder), browser=False, out=person, err=io.StringIO(), timeout=10)


def saved(folder: Path) -> Token | None:
    return FileStore(home_in(folder).token).load()


# -- logging in ----------------------------------------------------------------------------------------------------


def test_login_saves_a_token_that_works(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    person = Person()
    status = log_in(fake_gmail, tmp_path, person)
    assert status.logged_in
    assert status.account == "jo@example.org"
    assert status.scopes == (MODIFY,)
    assert person.getvalue().splitlines() == [person.address]
    assert "close this page" in person.browser.page
    fake_gmail.deliver(mail(1))
    box = open_gmail(settings_for(fake_gmail, tmp_path), home_in(tmp_path))
    assert len(box.changes("", None).keys) == 1
    assert box.name == "gmail:jo@example.org"


def test_login_asks_as_it_should(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    log_in(fake_gmail, tmp_path)
    (asked,) = fake_gmail.oauth.asked
    assert asked["scope"] == MODIFY
    assert asked["code_challenge_method"] == "S256"
    assert asked["access_type"] == "offline"
    assert asked["prompt"] == "consent"
    redirect = urlsplit(asked["redirect_uri"])
    assert redirect.hostname == "127.0.0.1"
    assert redirect.port not in (None, 80, 8080)


def test_login_with_a_browser(fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import webbrowser

    browser = ScriptedBrowser()
    monkeypatch.setattr(webbrowser, "open", browser.open)
    out, err = io.StringIO(), io.StringIO()
    settings = settings_for(fake_gmail, tmp_path)
    assert auth.login(settings, home_in(tmp_path), browser=True, out=out, err=err, timeout=10).logged_in
    assert "Your browser shows" in err.getvalue()


@pytest.mark.parametrize("failure", [False, "error"])
def test_no_browser_to_start_is_no_failure(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: object
) -> None:
    import webbrowser

    def no_browser(*_args: object, **_more: object) -> bool:
        if failure == "error":
            raise webbrowser.Error("none")
        return False

    monkeypatch.setattr(webbrowser, "open", no_browser)
    person, err = Person(), io.StringIO()
    settings = settings_for(fake_gmail, tmp_path)
    assert auth.login(settings, home_in(tmp_path), browser=True, out=person, err=err, timeout=10).logged_in
    assert "No browser could be started" in err.getvalue()


def test_denied(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.oauth.deny = True
    with pytest.raises(UserError, match="denied") as caught:
        log_in(fake_gmail, tmp_path)
    assert caught.value.code is Exit.ACCOUNT
    assert "test users" in caught.value.why
    assert saved(tmp_path) is None


@pytest.mark.parametrize(
    ("scope", "box", "harm"),
    [(READONLY, "View your email", "no mail can be read"), (COMPOSE, "Manage drafts", "no draft can be saved")],
)
def test_an_unticked_box_is_named(fake_gmail: FakeGmail, tmp_path: Path, scope: str, box: str, harm: str) -> None:
    fake_gmail.oauth.untick = frozenset([scope])
    with pytest.raises(UserError) as caught:
        log_in(fake_gmail, tmp_path, scopes_mode="readonly+compose")
    assert box in caught.value.what
    assert harm in caught.value.why
    assert caught.value.code is Exit.ACCOUNT
    assert saved(tmp_path) is None
    assert fake_gmail.oauth.refresh == {}


def test_readonly_and_compose(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    status = log_in(fake_gmail, tmp_path, scopes_mode="readonly+compose")
    assert set(status.scopes) == {READONLY, COMPOSE}
    assert auth.status(settings_for(fake_gmail, tmp_path), home_in(tmp_path)).missing == (MODIFY,)
    with pytest.raises(UserError, match=r"gmail\.modify"):
        open_gmail(settings_for(fake_gmail, tmp_path), home_in(tmp_path))


def test_no_lasting_login(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.oauth.with_refresh = False
    with pytest.raises(UserError, match="no lasting login"):
        log_in(fake_gmail, tmp_path)
    assert saved(tmp_path) is None


def test_the_wrong_account(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"logged in as jo@example\.org"):
        log_in(fake_gmail, tmp_path, account="other@example.org")
    assert saved(tmp_path) is None
    assert log_in(fake_gmail, tmp_path, account="JO@example.org").logged_in


def test_a_server_without_profile(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.faults.add(("GET", "/profile$"), "not_found")
    assert log_in(fake_gmail, tmp_path).account == ""


def test_nobody_comes_back(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings = settings_for(fake_gmail, tmp_path)
    with pytest.raises(UserError, match="Nobody came back"):
        auth.login(settings, home_in(tmp_path), browser=False, out=io.StringIO(), err=io.StringIO(), timeout=0)


def test_ctrl_c_leaves_nothing_behind(fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loopback._Server, "handle_request", interrupted)
    out = io.StringIO()
    settings = settings_for(fake_gmail, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        auth.login(settings, home_in(tmp_path), browser=False, out=out, err=io.StringIO())
    assert saved(tmp_path) is None
    port = urlsplit(parse_qs(urlsplit(out.getvalue().strip()).query)["redirect_uri"][0]).port
    assert port is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_token_endpoint_that_fails(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.oauth.codes = Forgetful()
    with pytest.raises(UserError, match="did not complete") as caught:
        log_in(fake_gmail, tmp_path)
    assert caught.value.code is Exit.ACCOUNT
    assert "4/0A" not in str(caught.value)


class Forgetful(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        """A code that the server no longer knows a second later."""


def test_a_token_endpoint_that_is_down(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UserError, match="could not be reached") as caught:
        log_in(fake_gmail, tmp_path, token_uri=f"http://127.0.0.1:{port}/token")
    assert caught.value.code is Exit.ACCOUNT


def test_an_unknown_client(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings = settings_for(fake_gmail, tmp_path)
    data = fake_gmail.client_secrets()
    data["installed"]["client_secret"] = "another-secret"
    settings.client_secrets.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UserError, match="does not know this client") as caught:
        auth.login(settings, home_in(tmp_path), browser=False, out=Person(), err=io.StringIO(), timeout=10)
    assert "another-secret" not in repr(caught.value) + str(caught.value)


def test_environment_is_as_before(fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "before")
    log_in(fake_gmail, tmp_path)
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ
    assert os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] == "before"
    with auth._oauthlib_settings("https://oauth2.googleapis.com/token"):
        assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ


def test_no_secret_in_logs_or_reprs(
    fake_gmail: FakeGmail, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(fake_gmail, tmp_path)
    settings = settings_for(fake_gmail, tmp_path)
    fake_gmail.oauth.expire_access_tokens()
    box = open_gmail(settings, home_in(tmp_path))
    box.changes("", None)
    token = saved(tmp_path)
    assert token is not None
    client = read_client(tmp_path / "client.json")
    written = "".join((caplog.text, repr(token), repr(box), repr(client), *capfd.readouterr()))
    for secret in (token.refresh_token, token.access_token, token.client_secret, "ya29.", "4/0A", "1//"):
        assert secret not in written


# -- the loopback server -------------------------------------------------------------------------------------------


def test_strays_do_not_end_the_login() -> None:
    server = loopback.Loopback()
    browser = ScriptedBrowser()
    for path in ("favicon.ico", "", "?state=wrong&code=evil", "?code=evil", "?state=right", "?state=right&code=good"):
        browser.open(server.address + path)
    try:
        assert server.wait("right", 10) == "good"
    finally:
        server.close()


def test_an_error_of_the_server_is_shown_cleaned() -> None:
    server = loopback.Loopback()
    ScriptedBrowser().open(server.address + "?state=s&error=server_error%1b%5b31m")
    try:
        with pytest.raises(UserError) as caught:
            server.wait("s", 10)
    finally:
        server.close()
    assert "server_error" in caught.value.what
    assert "\x1b" not in caught.value.what


# -- the client file -----------------------------------------------------------------------------------------------

CLIENTS = {
    "not there": (None, "is not there"),
    "no json": ("{", "not a JSON file"),
    "a web client": ('{"web": {"client_id": "x", "client_secret": "y"}}', "Desktop app"),
    "empty": ("{}", "not a client file"),
    "a list": ("[]", "not a client file"),
    "no secret": ('{"installed": {"client_id": "x"}}', "not a client file"),
    "no text": ('{"installed": {"client_id": 1, "client_secret": "y"}}', "not a client file"),
    "no object": ('{"installed": 7}', "not a client file"),
    "bytes": ("\udcff", "not a JSON file"),
}


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_client_files_that_cannot_work(tmp_path: Path, name: str) -> None:
    text, words = CLIENTS[name]
    path = tmp_path / "client.json"
    if text is not None:
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UserError, match=words) as caught:
        read_client(path)
    assert "Desktop app" in str(caught.value)
    assert caught.value.code is Exit.USAGE


def test_the_example_has_the_right_shape() -> None:
    client = read_client(Path(__file__).parents[2] / "credentials.example.json")
    assert "not-a-real" in client.client_id
    assert "not-a-real" in client.client_secret


# -- the token file ------------------------------------------------------------------------------------------------

TOKEN = Token("jo@example.org", "id", "s3cret", "1//refresh", "ya29.access", "", (MODIFY,), "https://x/token")


@posix
def test_the_file_is_private_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = FileStore(tmp_path / "a" / "home" / "token.json")
        store.save(TOKEN)
    finally:
        os.umask(before)
    path = tmp_path / "a" / "home" / "token.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["token.json"]
    assert store.load() == TOKEN


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666])
def test_looser_rights_are_refused_with_the_command(tmp_path: Path, mode: int) -> None:
    store = FileStore(tmp_path / "home" / "token.json")
    store.save(TOKEN)
    path = tmp_path / "home" / "token.json"
    path.chmod(mode)
    with pytest.raises(UserError) as caught:
        store.load()
    assert f"chmod 600 '{path}'" in caught.value.fix
    assert caught.value.code is Exit.ACCOUNT
    assert "s3cret" not in str(caught.value)
    path.chmod(0o600)
    path.parent.chmod(0o770)
    with pytest.raises(UserError, match="chmod 700"):
        store.load()
    store.save(TOKEN)
    assert store.load() == TOKEN


def test_a_failed_write_keeps_the_old_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path / "token.json")
    store.save(TOKEN)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="could not be saved"):
        store.save(TOKEN)
    assert store.load() == TOKEN
    assert [entry.name for entry in tmp_path.iterdir()] == ["token.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"what": "gmail-followup token 1"}', "\udcff", '"x"', "null"])
def test_a_damaged_file_is_an_error_for_people(tmp_path: Path, text: str) -> None:
    store = FileStore(tmp_path / "token.json")
    store.save(TOKEN)
    (tmp_path / "token.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UserError) as caught:
        store.load()
    assert caught.value.code is Exit.ACCOUNT


text = st.text(max_size=30)


@given(words=st.tuples(text, text, text, text, text, text, text), scopes=st.lists(text, max_size=3))
def test_tokens_survive_writing(words: tuple[str, ...], scopes: list[str]) -> None:
    token = Token(words[0], words[1], words[2], words[3], words[4], words[5], tuple(scopes), words[6])
    assert read_token(token.dump(), "x") == token


@given(st.text(max_size=200) | st.from_regex(r'\{"what": "gmail-followup token 1".{0,60}\}'))
def test_reading_a_token_never_fails_otherwise(words: str) -> None:
    with pytest.raises(UserError):
        read_token(words, "x")


# -- keyrings ------------------------------------------------------------------------------------------------------


class Ring:
    """A keyring in memory. broken: which operation fails, or `forgets`."""

    def __init__(self, broken: str = "") -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def _may(self, name: str) -> None:
        if self.broken == name:
            raise RuntimeError("locked: 1//refresh")

    def get_password(self, service: str, entry: str) -> str | None:
        self._may("get")
        return self.kept.get((service, entry))

    def set_password(self, service: str, entry: str, password: str) -> None:
        self._may("set")
        if self.broken != "forgets":
            self.kept[service, entry] = password

    def delete_password(self, service: str, entry: str) -> None:
        self._may("delete")
        del self.kept[service, entry]


def use(monkeypatch: pytest.MonkeyPatch, backend: object) -> None:
    import keyring

    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


def test_a_real_keyring_is_used_and_no_file_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    use(monkeypatch, ring)
    home = home_in(tmp_path)
    for kind in ("auto", "keyring"):
        store = open_store(home, kind)  # type: ignore[arg-type]
        store.save(TOKEN)
        assert store.load() == TOKEN
        assert "keyring" in store.where
        assert not home.token.exists()
    assert open_store(home, "file").load() is None
    assert open_store(home, "auto").delete()
    assert ring.kept == {}
    assert not open_store(home, "auto").delete()


def test_two_homes_do_not_share_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Ring())
    open_store(home_in(tmp_path / "one"), "keyring").save(TOKEN)
    assert open_store(home_in(tmp_path / "two"), "keyring").load() is None


@pytest.mark.parametrize("broken", ["get", "set", "forgets"])
def test_a_broken_keyring_falls_back_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    use(monkeypatch, Ring(broken))
    home = home_in(tmp_path)
    open_store(home, "auto").save(TOKEN)
    again = open_store(home, "auto")
    assert again.load() == TOKEN
    assert again.where == str(home.token)
    with pytest.raises(UserError) as caught:
        open_store(home, "keyring").save(TOKEN)
    assert "1//refresh" not in str(caught.value)
    assert again.delete()
    assert not home.token.exists()


@pytest.mark.parametrize("what", ["load", "delete"])
def test_a_locked_keyring_is_not_the_same_as_no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    use(monkeypatch, Ring("get"))
    with pytest.raises(UserError, match="keyring") as caught:
        getattr(open_store(home_in(tmp_path), "auto"), what)()
    assert "Unlock" in caught.value.fix
    assert caught.value.code is Exit.ACCOUNT


def test_a_keyring_that_works_again_takes_over(tmp_path: Path) -> None:
    ring = Ring("set")
    file = FileStore(tmp_path / "token.json")
    store = EitherStore(KeyringStore(ring, "x"), file)
    store.save(TOKEN)
    assert file.load() == TOKEN
    ring.broken = ""
    store.save(TOKEN)
    assert file.load() is None
    assert store.load() == TOKEN


def test_placeholders_are_no_keyrings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring.backends.chainer
    import keyring.backends.fail
    import keyring.backends.null

    class Empty(keyring.backends.chainer.ChainerBackend):
        backends = ()  # type: ignore[assignment]

    Empty.__module__ = "keyring.backends.chainer"
    plain = type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})
    for backend in (keyring.backends.fail.Keyring(), keyring.backends.null.Keyring(), Empty(), plain()):
        use(monkeypatch, backend)
        assert isinstance(open_store(home_in(tmp_path), "auto"), FileStore)
        with pytest.raises(UserError, match="no keyring"):
            open_store(home_in(tmp_path), "keyring")
    Empty.backends = (Ring(),)  # type: ignore[assignment]
    use(monkeypatch, Empty())
    assert isinstance(open_store(home_in(tmp_path), "auto"), EitherStore)


def test_a_keyring_that_cannot_even_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert isinstance(open_store(home_in(tmp_path), "auto"), FileStore)
    assert tokens._real_keyring() is None


# -- the login at work ---------------------------------------------------------------------------------------------


def test_not_logged_in(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    with pytest.raises(UserError, match="not logged in") as caught:
        open_gmail(settings, home)
    assert caught.value.code is Exit.ACCOUNT
    assert auth.status(settings, home) == auth.Status(False, str(home.token))
    assert auth.logout(settings, home) == auth.LoggedOut(deleted=False, revoked=False)


def test_a_renewed_token_is_saved(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    before = save_login(fake_gmail, settings, home)
    fake_gmail.oauth.expire_access_tokens()
    open_gmail(settings, home).changes("", None)
    after = saved(tmp_path)
    assert after is not None
    assert after.access_token != before.access_token
    assert after.refresh_token == before.refresh_token
    assert after.account == before.account
    assert after.expiry
    open_gmail(settings, home).changes("", None)
    assert fake_gmail.oauth.grants == ["refresh_token"]


def test_an_expired_token_is_renewed_before_it_is_used(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    token = save_login(fake_gmail, settings, home)
    values = {name: getattr(token, name) for name in Token.__slots__}
    FileStore(home.token).save(Token(**(values | {"expiry": "2020-01-01T00:00:00"})))
    open_gmail(settings, home).changes("", None)
    assert {request.status for request in fake_gmail.requests} == {200}
    assert fake_gmail.oauth.grants == ["refresh_token"]


def test_a_login_is_shown_to_no_other_server(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    home = home_in(tmp_path)
    save_login(fake_gmail, settings_for(fake_gmail, tmp_path), home)
    with FakeGmail() as other:
        moved = settings_for(other, tmp_path)
        with pytest.raises(UserError, match="another server"):
            open_gmail(moved, home)
        assert auth.logout(moved, home) == auth.LoggedOut(deleted=True, revoked=False)
        assert other.connections == 0


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_token_server_that_is_down_is_asked_three_times(fake_gmail: FakeGmail, tmp_path: Path, status: int) -> None:
    settings, home, time = settings_for(fake_gmail, tmp_path), home_in(tmp_path), Time()
    save_login(fake_gmail, settings, home)
    fake_gmail.oauth.expire_access_tokens()
    asked: list[str] = []

    class Wire:
        def request(self, url: str, *_more: Any) -> tuple[Any, bytes]:
            asked.append(url)
            return httplib2.Response({"status": status}), b"{}"

    login = access.open_access(settings, FileStore(home.token), Wire(), sleep=time.sleep)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="problem of its own"):
        login.renew()
    assert asked == [settings.token_uri] * 3
    assert time.sleeps == [1, 2]


def test_status_and_logout(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    token = save_login(fake_gmail, settings, home)
    assert auth.status(settings, home) == auth.Status(True, str(home.token), "jo@example.org", (MODIFY,), ())
    assert fake_gmail.connections == 0
    assert auth.logout(settings, home) == auth.LoggedOut(deleted=True, revoked=True)
    assert fake_gmail.oauth.revoked == [token.refresh_token]
    assert not home.token.exists()


def test_logout_without_network_deletes_all_the_same(tmp_path: Path) -> None:
    with FakeGmail() as fake:
        settings, home = settings_for(fake, tmp_path), home_in(tmp_path)
        save_login(fake, settings, home)
    assert auth.logout(settings, home) == auth.LoggedOut(deleted=True, revoked=False)
    assert not home.token.exists()


def test_logout_of_a_damaged_login(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    save_login(fake_gmail, settings, home)
    home.token.write_text("{", encoding="utf-8")
    assert auth.logout(settings, home) == auth.LoggedOut(deleted=True, revoked=False)


@pytest.mark.parametrize(
    "wrong",
    [{"scopes_mode": "all"}, {"token_store": "cloud"}, {"quota": "2020"}, {"timeout_s": 0.0}, {"resync_limit": 0}],
)
def test_settings_that_cannot_work(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        GmailSettings(**wrong)
    assert next(iter(wrong)) in caught.value.what
    assert "Choose" in caught.value.fix
