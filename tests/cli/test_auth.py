"""`auth` on the fake Gmail: what is printed where, and the exit codes."""

from pathlib import Path

import pytest

from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.settings import COMPOSE, READONLY
from tests.cli.conftest import Run
from tests.mailbox.gmail_setup import save_login, settings_for
from tests.support.browser import ScriptedBrowser
from tests.support.fake_gmail import FakeGmail


def configure(fake: FakeGmail, home: Home, more: str = "") -> None:
    home.root.mkdir(mode=0o700, exist_ok=True)
    settings = settings_for(fake, home.root)
    home.config.write_text(
        f'[me]\nname = "Jo Doe"\n[proofing]\nengine = "harper"\n[gmail]\nendpoint = "{settings.endpoint}"\n'
        f'auth_uri = "{settings.auth_uri}"\ntoken_uri = "{settings.token_uri}"\n'
        f'client_secrets = "client.json"\ntoken_store = "file"\ntimeout_seconds = 5\n{more}',
        encoding="utf-8",
    )


def test_status_without_a_login(run: Run) -> None:
    done = run("auth", "status")
    assert done.code == 4
    assert "gmail-followup auth login" in done.out


def test_login_in_a_browser_status_logout(
    run: Run, home: Home, fake_gmail: FakeGmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webbrowser

    configure(fake_gmail, home)
    browser = ScriptedBrowser()
    monkeypatch.setattr(webbrowser, "open", browser.open)
    done = run("auth", "login")
    browser.join()
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("http://127.0.0.1")
    assert "Logged in as jo@example.org" in done.err
    status = run("auth", "status")
    assert (status.code, "jo@example.org" in status.out, "gmail.modify" in status.out) == (0, True, True)
    out = run("auth", "logout")
    assert (out.code, "Google has forgotten it" in out.out) == (0, True)
    assert not home.token.exists()
    assert run("auth", "status").code == 4
    assert "Nobody was logged in" in run("auth", "logout").out


def test_a_login_that_lacks_a_permission_is_none(run: Run, home: Home, fake_gmail: FakeGmail) -> None:
    configure(fake_gmail, home, 'scopes = "readonly+compose"\n')
    settings = settings_for(fake_gmail, home.root, scopes_mode="readonly+compose")
    save_login(fake_gmail, settings, home)
    assert run("auth", "status").code == 0
    text = home.token.read_text(encoding="utf-8")
    home.token.write_text(text.replace(COMPOSE, READONLY), encoding="utf-8")
    done = run("auth", "status")
    assert (done.code, "gmail.compose" in done.out) == (4, True)


def test_login_without_a_client_file_says_what_to_do(run: Run, home: Home, tmp_path: Path) -> None:
    done = run("auth", "login", "--no-browser")
    assert done.code == 2
    assert str(home.root / "credentials.json") in done.err
    assert "Desktop app" in done.err
    assert done.out == ""


def test_the_token_is_never_printed(run: Run, home: Home, fake_gmail: FakeGmail) -> None:
    configure(fake_gmail, home)
    token = save_login(fake_gmail, settings_for(fake_gmail, home.root), home)
    for arguments in (["auth", "status"], ["doctor"], ["doctor", "--json"], ["auth", "logout"]):
        done = run(*arguments)
        assert token.refresh_token not in done.out + done.err
        assert token.access_token not in done.out + done.err
