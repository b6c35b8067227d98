"""A login never leaves its place: not in logs, tracebacks with values, `doctor`, argument lists, core dumps."""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.errors import UserError
from gmail_followup.home import Home
from gmail_followup.mailbox.gmail import auth
from gmail_followup.mailbox.gmail.adapter import open_gmail
from gmail_followup.mailbox.gmail.settings import MODIFY
from gmail_followup.mailbox.gmail.tokens import FileStore, Secret, Token, read_token
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.mailbox.gmail_setup import home_in, save_login, settings_for
from tests.security.conftest import AS_OF, WORDS_OF_MAILS, everything_in, marked
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW

TOKEN = Token(
    "jo@example.org", "id", "plantedclient", "1//plantedrefresh", "ya29.plantedaccess", "", (MODIFY,), "https://x/token"
)
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


@pytest.fixture
def account(fake_gmail: FakeGmail, home: Home) -> tuple[FakeGmail, Token]:
    """The home of a user who is logged in to the fake Gmail, with marked mails in his mailbox."""
    fake_gmail.now = NOW
    settings = settings_for(fake_gmail, home.root)
    token = save_login(fake_gmail, settings, home)
    home.config.write_text(
        home.config.read_text(encoding="utf-8")
        + f'[gmail]\nendpoint = "{fake_gmail.endpoint}"\nauth_uri = "{fake_gmail.auth_uri}"\n'
        f'token_uri = "{fake_gmail.token_uri}"\nclient_secrets = "client.json"\ntoken_store = "file"\n',
        encoding="utf-8",
    )
    for number in range(2):
        fake_gmail.deliver(marked(number))
    return fake_gmail, token


def secrets_of(token: Token) -> tuple[str, ...]:
    return (str(token.refresh_token), str(token.access_token))


def test_no_login_and_no_mail_in_files_or_output(run: Run, home: Home, account: tuple[FakeGmail, Token]) -> None:
    fake, token = account
    shown = [
        run("--debug", "run", "--mailbox", "gmail", "--as-of", AS_OF),
        run("doctor"),
        run("doctor", "--json"),
        run("auth", "status"),
    ]
    assert len(fake.drafts) == 2, shown[0].err
    fake.oauth.revoked.append(token.refresh_token)
    fake.oauth.expire_access_tokens()
    shown.append(run("run", "--mailbox", "gmail", "--as-of", AS_OF))
    home.token.unlink()
    kept = everything_in(home)
    for text in (*secrets_of(token), *WORDS_OF_MAILS):
        assert text.encode() not in kept, text
        assert all(text not in r.out + r.err for r in shown), text
    assert b"Bearer" not in kept


def test_tracebacks_that_show_values_do_not_show_it(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    """Errors in the middle of loading and using a login, told with the values of all variables of ours."""
    settings, home = settings_for(fake_gmail, tmp_path), home_in(tmp_path)
    token = save_login(fake_gmail, settings, home)

    def told(error: BaseException) -> str:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [f for f in shown.stack if "gmail_followup" in f.filename]
        assert ours
        return repr([(f.name, f.locals) for f in ours])

    with pytest.raises(UserError) as damaged:
        read_token(token.dump().replace("gmail-followup token 1", "x"), "x")
    box = open_gmail(settings, home)
    fake_gmail.faults.add(("GET", "history|messages|profile"), "status", times=None, status=418)
    with pytest.raises(UserError) as refused:
        box.changes("", None)
    fake_gmail.faults.clear()
    access = box._api._http._access if hasattr(box, "_api") else None
    assert access is None or repr(access.header()) == "'[secret]'"
    for error in (damaged.value, refused.value):
        for text in secrets_of(token):
            assert text not in told(error)
    assert "planted" not in repr(TOKEN) + repr({"authorization": Secret("Bearer ya29.planted")})
    assert TOKEN.dump().count("planted") == 3


@posix
def test_no_core_dump_once_a_login_is_loaded(tmp_path: Path) -> None:
    FileStore(tmp_path / "token.json").save(TOKEN)
    (tmp_path).chmod(0o700)
    program = (
        "import resource, sys, pathlib\n"
        "from gmail_followup.mailbox.gmail.tokens import FileStore\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))\n"
        "FileStore(pathlib.Path(sys.argv[1])).load()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "token.json")], capture_output=True, text=True, check=False, timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.strip() == "(0, 0)", done.stderr


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_no_login_in_the_arguments_or_the_environment_of_any_process(
    home: Home, account: tuple[FakeGmail, Token]
) -> None:
    """`ps` shows arguments, and /proc the environment: of `watch` at work and of whatever it started."""
    fake, token = account
    line = [sys.executable, "-m", "gmail_followup", "watch", "--mailbox", "gmail", "--every", "1h", "--json"]
    process = subprocess.Popen(
        line, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        process.stderr.readline()
        import psutil

        seen = b""
        while process.poll() is None and not fake.calls:
            pass
        for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)):
            for name in ("cmdline", "environ"):
                seen += Path(f"/proc/{one.pid}/{name}").read_bytes()
    finally:
        process.kill()
        process.communicate()
    assert b"gmail_followup" in seen
    for text in secrets_of(token):
        assert text.encode() not in seen


@posix
@pytest.mark.parametrize(
    ("file", "folder"), [(0o644, 0o700), (0o660, 0o700), (0o600, 0o755), (0o600, 0o750), (0o600, 0o777)]
)
def test_looser_rights_stop_the_program_and_name_the_command(
    run: Run, home: Home, account: Any, file: int, folder: int
) -> None:
    home.token.chmod(file)
    home.root.chmod(folder)
    ran = run("run", "--mailbox", "gmail", "--as-of", AS_OF)
    assert ran.code == 4
    path, rights = (home.token, "600") if file != 0o600 else (home.root, "700")
    command = f"chmod {rights} '{path}'"
    assert command in ran.err
    subprocess.run(command, shell=True, check=True)
    assert run("run", "--mailbox", "gmail", "--as-of", AS_OF).code == 0


def test_logout_takes_the_login_back(run: Run, home: Home, account: tuple[FakeGmail, Token]) -> None:
    fake, token = account
    ran = run("auth", "logout")
    assert ran.code == 0
    assert "Google has forgotten it" in ran.out
    assert fake.oauth.revoked == [token.refresh_token]
    assert not home.token.exists()


def test_logout_says_plainly_that_google_could_not_be_told(
    run: Run, home: Home, account: tuple[FakeGmail, Token]
) -> None:
    fake, _ = account
    text = home.config.read_text(encoding="utf-8")
    home.config.write_text(text + 'revoke_uri = "http://127.0.0.1:9/revoke"\n', encoding="utf-8")
    ran = run("auth", "logout")
    assert "Google still knows it" in ran.out
    assert "No connection to 127.0.0.1" in ran.out
    assert "myaccount.google.com" in ran.out
    assert not home.token.exists()
    assert fake.oauth.revoked == []


@pytest.mark.parametrize(
    ("status", "body", "revoked"),
    [
        (200, "{}", True),
        (400, '{"error": "invalid_token"}', True),
        (400, '{"error": "invalid_request"}', False),
        (503, "", False),
    ],
)
def test_what_the_revoke_endpoint_may_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: str, revoked: bool
) -> None:
    import httplib2

    class Wire:
        def request(self, uri: str, method: str, sent: str, headers: Any) -> Any:
            assert (method, "plantedrefresh" in sent, "planted" in uri) == ("POST", True, False)
            return httplib2.Response({"status": status}), body.encode()

        def close(self) -> None: ...

    monkeypatch.setattr(auth, "_wire", lambda settings: Wire())
    with FakeGmail() as fake:
        settings = settings_for(fake, tmp_path)
    home = home_in(tmp_path)
    FileStore(home.token).save(
        Token(**{**{n: getattr(TOKEN, n) for n in Token.__slots__}, "token_uri": settings.token_uri})
    )
    done = auth.logout(settings, home)
    assert (done.deleted, done.revoked, bool(done.why)) == (True, revoked, not revoked)
    assert json.dumps(done.why).count("planted") == 0
