"""As a user does it: log in with --no-browser, run twice, log out; on our fake and on the npm emulator."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.browser import ScriptedBrowser
from tests.support.emulate import Emulator
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW, wire

AS_OF = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def command(home: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {
        "GMAIL_FOLLOWUP_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "GMAIL_FOLLOWUP_TRACEBACK": "1",
    }
    return [sys.executable, "-m", "gmail_followup", *arguments], environment


def call(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    line, environment = command(home, *arguments)
    return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, check=False)


def configure(home: Path, server: Any) -> None:
    home.mkdir(mode=0o700)
    (home / "client.json").write_text(json.dumps(server.client_secrets()), encoding="utf-8")
    installed = server.client_secrets()["installed"]
    (home / "config.toml").write_text(
        f"""
[me]
name = "Jo Doe"
[gmail]
endpoint = "{server.endpoint}"
auth_uri = "{installed["auth_uri"]}"
token_uri = "{installed["token_uri"]}"
client_secrets = "client.json"
token_store = "file"
[proofing]
engine = "harper"
""",
        encoding="utf-8",
    )


def log_in(home: Path, browser: ScriptedBrowser) -> None:
    line, environment = command(home, "auth", "login", "--no-browser")
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = next(text.strip() for text in process.stdout if text.startswith("http"))
        browser.visit(address)
        assert process.wait(60) == 0, process.stderr.read() if process.stderr else ""
    finally:
        process.kill()
        process.communicate()


def the_whole_way(
    home: Path, server: Any, browser: ScriptedBrowser, deliver: Callable[[bytes], object], address: str
) -> None:
    configure(home, server)
    before = call(home, "run", "--mailbox", "gmail", "--json")
    assert (before.returncode, "auth login" in before.stderr) == (4, True)
    log_in(home, browser)
    assert (home / "token.json").stat().st_mode & 0o777 == 0o600
    deliver(wire(to=address))
    deliver(wire("Lunch on Friday?", id="<lunch@x.example>", subject="Lunch", to=address))
    run = call(home, "run", "--mailbox", "gmail", "--json", "--as-of", AS_OF)
    assert run.returncode == 0, run.stderr
    (line,) = [json.loads(text) for text in run.stdout.splitlines()]
    assert (line["action"], line["id"]) == ("drafted", "<r1@acme.example>")
    assert line["draft"]["to"] == ["ann@acme.example"]
    assert line["draft"]["in_reply_to"] == "<r1@acme.example>"
    again = call(home, "run", "--mailbox", "gmail", "--json", "--as-of", AS_OF)
    assert (again.returncode, again.stdout) == (0, ""), again.stderr
    out = call(home, "auth", "logout")
    assert out.returncode == 0, out.stderr
    assert not (home / "token.json").exists()


def test_on_the_fake(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.now = NOW
    the_whole_way(tmp_path / "home", fake_gmail, ScriptedBrowser(), fake_gmail.deliver, "jo@example.org")
    assert len(fake_gmail.drafts) == 1


@pytest.mark.emulate
def test_on_the_emulator(emulate_gmail: Emulator, tmp_path: Path) -> None:
    account = emulate_gmail.account()
    the_whole_way(tmp_path / "home", account, account.browser(), account.deliver, account.address)
    drafts = account.service().users().drafts().list(userId="me").execute()["drafts"]
    assert len(drafts) == 1
