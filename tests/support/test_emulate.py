"""The emulator is pinned, stays on loopback, needs no network the second time and never outlives the tests."""

import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import emulate

ROOT = Path(__file__).parents[2]


def test_the_lock_file_pins_everything() -> None:
    lock = json.loads((emulate.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((emulate.HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert wanted == {"emulate": "0.11.2"} == lock[""]["dependencies"]
    packages = {path: value for path, value in lock.items() if path}
    assert packages["node_modules/emulate"]["version"] == "0.11.2"
    assert all(value["integrity"].startswith("sha512-") for value in packages.values())
    assert not any(value.get("hasInstallScript") or "resolved" in value for value in packages.values())


def test_without_node_the_reason_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(emulate.Unavailable, match="Node 20 and npm"):
        emulate.install()


def test_missing_is_a_skip_at_home_and_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no node"):
        emulate.give_up(emulate.Unavailable("no node"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no node"):
        emulate.give_up(emulate.Unavailable("no node"))


def test_a_failed_install_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("node", "npm"):
        script = tools / name
        script.write_text("#!/bin/sh\nmkdir -p node_modules/emulate\necho no network >&2\nexit 1\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("GMAIL_FOLLOWUP_TEST_CACHE", str(tmp_path / "cache"))
    with pytest.raises(emulate.Unavailable, match="no network"):
        emulate.install()
    assert not list((tmp_path / "cache").rglob("node_modules"))


@pytest.mark.emulate
def test_the_second_time_needs_no_network(emulate_gmail: emulate.Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("npm was asked again")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert (emulate.install() / "dist" / "index.js").exists()


@pytest.mark.emulate
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's list of sockets")
def test_it_listens_on_loopback_only(emulate_gmail: emulate.Emulator) -> None:
    port = f"{int(emulate_gmail.endpoint.rpartition(':')[2]):04X}"
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port}")
    ]
    assert listening == [f"0100007F:{port}"]


@pytest.mark.emulate
def test_it_is_reaped_even_when_a_test_blows_up(emulate_gmail: emulate.Emulator) -> None:
    with pytest.raises(RuntimeError, match="boom"), emulate.running() as server:
        os.kill(server.pid, 0)
        raise RuntimeError("boom")
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


@pytest.mark.emulate
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd")
def test_it_ends_when_the_test_run_is_killed(emulate_gmail: emulate.Emulator) -> None:
    program = (
        "import os, sys\nfrom tests.support import emulate\nwith emulate.running() as server:\n"
        "    print(server.pid, flush=True)\n    sys.stdin.read()\n    os._exit(9)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    watched = os.pidfd_open(pid)
    try:
        child.kill()
        child.communicate()
        assert select.select([watched], [], [], 10)[0], "the emulator lives on"
    finally:
        os.close(watched)


@pytest.mark.emulate
def test_accounts_are_apart(emulate_gmail: emulate.Emulator) -> None:
    one, other = emulate_gmail.account(), emulate_gmail.account()
    one.deliver(b"From: a@acme.example\r\nTo: x@example.org\r\nSubject: s\r\n\r\nHello\r\n")
    assert "messages" in one.service().users().messages().list(userId="me").execute()
    assert not other.service().users().messages().list(userId="me").execute().get("messages")
