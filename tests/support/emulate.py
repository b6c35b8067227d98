"""The npm package `emulate`: a Gmail and Google OAuth server that we did not write, as a second opinion.

It is good for OAuth, raw mails, threads, drafts, labels and "what changed"; it is no oracle (no getProfile, no batch,
no `fields`, no scopes, no 404 for old history, history ids beyond 64 bits, most of `q` ignored, any threadId accepted).
"""

import base64
import hashlib
import json
import os
import secrets
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.support.browser import ScriptedBrowser
from tests.support.fake_gmail import MODIFY, discovery

HERE = Path(__file__).parent / "emulate"
ACCOUNTS = 60
"""Accounts seeded: every test takes a fresh one, as the server keeps its state for the whole session."""

CLIENT_ID = "emulate.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-emulate"


class Unavailable(Exception):
    """The emulator cannot run here: says why in plain words."""


def cache_folder() -> Path:
    """Where the package is kept: GMAIL_FOLLOWUP_TEST_CACHE, else .venv/emulate, else a folder in the temp folder."""
    chosen = os.environ.get("GMAIL_FOLLOWUP_TEST_CACHE")
    if chosen:
        return Path(chosen) / "emulate"
    venv = Path(__file__).parents[2] / ".venv"
    if venv.is_dir():
        return venv / "emulate"
    folder = Path(tempfile.gettempdir()) / f"gmail-followup-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise Unavailable(f"{folder} belongs to somebody else")
    return folder / "emulate"


def install() -> Path:
    """The folder of the installed package; asks npm only if this very lock file was not installed before."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("Node 20 and npm are not installed")
    lock = (HERE / "package-lock.json").read_bytes()
    home = cache_folder() / hashlib.sha256(lock).hexdigest()[:16]
    package = home / "node_modules" / "emulate"
    if (package / "package.json").exists():
        return package
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        work = Path(name) / "new"
        work.mkdir()
        for file in ("package.json", "package-lock.json"):
            shutil.copy(HERE / file, work / file)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=work, check=True, capture_output=True, text=True, timeout=180)
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"npm ci failed: {error.stderr.strip()[-300:]}") from error
        except subprocess.TimeoutExpired as error:
            raise Unavailable("npm ci took more than three minutes") from error
        try:
            work.rename(home)  # one step: two test runs at once cannot see half a package
        except OSError:
            if not (package / "package.json").exists():
                raise
    return package


class Account:
    """One seeded user of a running emulator, with a face like FakeGmail's."""

    def __init__(self, server: "Emulator", address: str) -> None:
        self._server = server
        self.address = address
        self._service: Any = None

    @property
    def endpoint(self) -> str:
        return self._server.endpoint

    def client_secrets(self) -> dict[str, dict[str, Any]]:
        """The dict of a downloaded client file whose addresses point here."""
        return {
            "installed": {
                "client_id": CLIENT_ID,
                "auth_uri": self.endpoint + "/o/oauth2/v2/auth",
                "token_uri": self.endpoint + "/oauth2/token",
                "client_secret": CLIENT_SECRET,
                "redirect_uris": ["http://localhost"],
            }
        }

    @property
    def revoke_uri(self) -> str:
        return self.endpoint + "/oauth2/revoke"

    def browser(self) -> ScriptedBrowser:
        """A browser whose user presses the button of this account."""
        return ScriptedBrowser(self.address)

    def credentials(self, scope: str = MODIFY) -> Any:
        """google.oauth2.credentials.Credentials, got by the code flow with PKCE but without a loopback server."""
        from google.oauth2.credentials import Credentials

        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        form = {
            "email": self.address,
            "redirect_uri": "http://127.0.0.1:9/",
            "scope": scope,
            "client_id": CLIENT_ID,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        code = self._server.consent(form)
        answer = self._server.post(
            "/oauth2/token",
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": form["redirect_uri"],
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "code_verifier": verifier,
            },
        )
        return Credentials(  # type: ignore[no-untyped-call]
            token=answer["access_token"],
            refresh_token=answer["refresh_token"],
            token_uri=self.endpoint + "/oauth2/token",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scopes=[scope],
        )

    def service(self) -> Any:
        """The official client on this account."""
        from googleapiclient.discovery import build_from_document

        if self._service is None:
            document = discovery.document_for(self.endpoint)
            self._service = build_from_document(document, credentials=self.credentials())
        return self._service

    def deliver(self, raw: bytes, labels: tuple[str, ...] = ("INBOX", "UNREAD")) -> tuple[str, str]:
        """A mail arrives; its message id and thread id."""
        body = {"raw": base64.urlsafe_b64encode(raw).decode(), "labelIds": list(labels)}
        made = self.service().users().messages().insert(userId="me", body=body).execute()
        return made["id"], made["threadId"]


class Emulator:
    """A running emulator. endpoint: root URL without a slash at the end. version: of the package. pid: its process."""

    def __init__(self, endpoint: str, version: str, pid: int) -> None:
        self.pid = pid
        self.endpoint = endpoint
        self.version = version
        self._taken = 0

    def account(self) -> Account:
        """An account that no test has used."""
        self._taken += 1
        assert self._taken <= ACCOUNTS, "more tests than seeded accounts"
        return Account(self, _address(self._taken))

    def post(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        with urlopen(Request(self.endpoint + path, urlencode(form).encode()), timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def consent(self, form: dict[str, str]) -> str:
        """The code that the consent form sends to the redirect address."""
        import http.client
        from urllib.parse import parse_qs, urlsplit

        connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=10)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/o/oauth2/v2/auth/callback", urlencode(form), headers)
            location = connection.getresponse().getheader("Location", "")
        finally:
            connection.close()
        return parse_qs(urlsplit(location).query)["code"][0]


def give_up(error: Unavailable) -> NoReturn:
    """Skips the test with the plain reason; fails it in CI (CI=true), so that the emulator cannot go missing unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the Gmail emulator is missing: {error}")
    pytest.skip(f"no Gmail emulator here: {error}")


def _address(number: int) -> str:
    return f"user{number}@example.org"


def seed() -> dict[str, Any]:
    """The users. The first has no address, so that an unknown token belongs to nobody and gets 401."""
    users = [{"email": "", "name": "Nobody"}]
    users += [{"email": _address(n), "name": f"User {n}"} for n in range(1, ACCOUNTS + 1)]
    return {"google": {"users": users}}


@contextmanager
def running() -> Iterator[Emulator]:
    """Installs, starts and in the end stops the emulator; raises Unavailable if it cannot be installed."""
    package = install()
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder, os.fdopen(read) as ports:
        seeds = Path(folder) / "seed.json"
        seeds.write_text(json.dumps(seed()), "utf-8")
        start = [_node(), "--require", str(HERE / "loopback.cjs"), str(package / "dist" / "index.js"), "start"]
        process = _start([*start, "--service", "google", "--seed", str(seeds)], folder, write)
        try:
            yield Emulator(_ready(process, ports), version, process.pid)
        finally:
            _stop(process)


def _node() -> str:
    return shutil.which("node") or "node"


def _start(command: list[str], folder: str, write: int) -> subprocess.Popen[bytes]:
    """The process; the preload script writes the port to the descriptor `write`."""
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    environment["EMULATE_PORT_DESCRIPTOR"] = str(write)
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(write,),
        )
    finally:
        os.close(write)


def _ready(process: subprocess.Popen[bytes], ports: Any) -> str:
    """The root URL, after the server has answered a real request; an installed emulator must start."""
    if not select.select([ports], [], [], 20)[0]:
        raise RuntimeError("the emulator did not start within 20 seconds")
    line = ports.readline().split()
    if len(line) != 2:
        raise RuntimeError(f"the emulator ended at once (exit code {process.poll()})")
    host, port = line
    assert host == "127.0.0.1", f"the emulator listens on {host}"
    root = f"http://{host}:{port}"
    with urlopen(root + "/.well-known/openid-configuration", timeout=20) as answer:
        assert "authorization_endpoint" in json.load(answer)
    return root


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends and reaps the process, whatever state it is in."""
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
