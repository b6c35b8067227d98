"""The server of our own: started, found again, ended; strays, taken ports, wrong Javas. Mostly with a small false
server."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.proofing import languagetool_server as server

FalseJava = Callable[..., None]


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "25-ea" 2025', 25),
        ("openjdk 19.0.2 2023-01-17", 19),
        ("hello", None),
        ("", None),
    ],
)
def test_versions_of_java(words: str, version: int | None) -> None:
    assert server.java_version(words) == version


@given(st.text(max_size=200))
def test_any_answer_of_java_is_read_without_an_error(words: str) -> None:
    assert server.java_version(words) is None or isinstance(server.java_version(words), int)


def test_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UserError, match="needs Java, and none was found") as problem:
        server.java()
    assert "url" in problem.value.fix and "\n" not in problem.value.what


def test_old_java(false_java: FalseJava, installed_folder: Path) -> None:
    false_java('java version "1.8.0_392"')
    with pytest.raises(UserError, match="this one is Java 8"):
        server.ensure_running(installed_folder)


def test_java_without_a_version(false_java: FalseJava, installed_folder: Path) -> None:
    false_java("no version here")
    with pytest.raises(UserError, match="does not tell its version"):
        server.ensure_running(installed_folder)


def test_not_installed(tmp_path: Path, false_java: FalseJava) -> None:
    false_java()
    assert server.installed(tmp_path) == "" and server.status(tmp_path).url == ""
    with pytest.raises(UserError, match="not installed"):
        server.ensure_running(tmp_path)


def test_without_maven_nothing_is_fetched(
    tmp_path: Path, false_java: FalseJava, monkeypatch: pytest.MonkeyPatch
) -> None:
    false_java()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/nowhere")
    with pytest.raises(UserError, match="Maven was not found"):
        server.install(tmp_path / "home", lambda _: None)
    assert not (tmp_path / "home").exists()


def test_a_failing_maven_leaves_things_as_they_were(
    installed_folder: Path, false_java: FalseJava, tmp_path: Path
) -> None:
    false_java()
    maven = tmp_path / "bin" / "mvn"
    maven.write_text("#!/bin/sh\necho '[ERROR] host.example: unreachable'\nexit 1\n")
    maven.chmod(0o755)
    before = sorted(p.name for p in installed_folder.rglob("*"))
    with pytest.raises(UserError, match="could not fetch") as problem:
        server.install(installed_folder, lambda _: None)
    assert "host.example" not in str(problem.value)
    assert sorted(p.name for p in installed_folder.rglob("*")) == before


def test_start_find_again_and_stop(installed_folder: Path, false_java: FalseJava) -> None:
    false_java()
    url = server.ensure_running(installed_folder, seconds=20)
    status = server.status(installed_folder)
    assert (status.installed, status.url) == ("6.8", url) and status.pid and status.memory > 0
    assert server.ensure_running(installed_folder, seconds=20) == url == server.running_url(installed_folder)
    assert len(list((installed_folder / "run").iterdir())) == 1
    assert (server.stop(installed_folder) and not psutil.pid_exists(status.pid)) or _is_zombie(status.pid)
    assert server.status(installed_folder).url == "" and not server.stop(installed_folder)


def _is_zombie(pid: int | None) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_taken_port_means_another(
    installed_folder: Path, false_java: FalseJava, monkeypatch: pytest.MonkeyPatch
) -> None:
    false_java()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = [taken.getsockname()[1], server._free_port()]
        asked = iter(ports)
        monkeypatch.setattr(server, "_free_port", lambda: next(asked))
        assert server.ensure_running(installed_folder, seconds=20) == f"http://127.0.0.1:{ports[1]}"
    assert len(list((installed_folder / "run").iterdir())) == 1


def test_a_server_that_dies_at_once_is_told_and_not_tried_for_ever(
    installed_folder: Path, false_java: FalseJava, tmp_path: Path
) -> None:
    false_java(run=f"echo x >> {tmp_path}/starts; echo 'Error: Could not find or load main class'; exit 1")
    with pytest.raises(UserError, match="did not start") as problem:
        server.ensure_running(installed_folder, seconds=20)
    assert "Could not find or load main class" in problem.value.why
    assert (tmp_path / "starts").read_text().count("x") == 1


def test_a_server_that_is_never_ready_is_ended(installed_folder: Path, false_java: FalseJava, tmp_path: Path) -> None:
    false_java(run=f'echo $$ > {tmp_path}/pid; exec "{sys.executable}" -c "import time; time.sleep(600)" "$@"')
    with pytest.raises(UserError, match="did not start"):
        server.ensure_running(installed_folder, seconds=1.5)
    assert _is_zombie(int((tmp_path / "pid").read_text()))
    assert not list((installed_folder / "run").iterdir())


_STARTER = """
import sys
from pathlib import Path
from gmail_followup.proofing import languagetool_server as server
print(server.ensure_running(Path(sys.argv[1]), seconds=60), flush=True)
sys.stdin.read()
"""


def _starter(folder: Path) -> "subprocess.Popen[str]":
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def _state(folder: Path) -> dict[str, Any]:
    (path,) = (folder / "run").glob("*.json")
    return dict(json.loads(path.read_text()))


def _wait_gone(pid: int) -> bool:
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return _is_zombie(pid)
    return True


def test_the_server_ends_with_the_program_that_started_it(installed_folder: Path, false_java: FalseJava) -> None:
    false_java()
    with _starter(installed_folder) as program:
        assert program.stdout is not None and program.stdin is not None
        assert program.stdout.readline().startswith("http://127.0.0.1:")
        pid = _state(installed_folder)["pid"]
        program.stdin.close()
        program.wait(20)
    assert _wait_gone(pid) and not list((installed_folder / "run").iterdir())


def test_a_server_of_another_program_is_shared_and_left_to_it(installed_folder: Path, false_java: FalseJava) -> None:
    false_java()
    with _starter(installed_folder) as program:
        assert program.stdout is not None and program.stdin is not None
        url = program.stdout.readline().strip()
        assert server.ensure_running(installed_folder, seconds=20) == url
        server.end_all(installed_folder)
        assert server.running_url(installed_folder) == url
        program.stdin.close()
        program.wait(20)


def test_the_stray_of_a_killed_run_is_ended_at_the_next_start(installed_folder: Path, false_java: FalseJava) -> None:
    false_java()
    with _starter(installed_folder) as program:
        assert program.stdout is not None
        old_url = program.stdout.readline().strip()
        stray = _state(installed_folder)["pid"]
        program.send_signal(signal.SIGKILL)
        program.wait(20)
    assert psutil.pid_exists(stray)
    new_url = server.ensure_running(installed_folder, seconds=20)
    assert _wait_gone(stray) and new_url != old_url
    assert _state(installed_folder)["pid"] != stray


def test_a_number_that_was_used_again_is_not_ended(installed_folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        process = psutil.Process(stranger.pid)
        state = {"pid": stranger.pid, "created": process.create_time(), "port": 1, "owner": 1, "owner_created": 0.0}
        (installed_folder / "run").mkdir()
        (installed_folder / "run" / f"{stranger.pid}.json").write_text(json.dumps(state))
        assert server.reap(installed_folder) == 0 and not server.stop(installed_folder)
        assert stranger.poll() is None and not list((installed_folder / "run").iterdir())
        stranger.communicate(b"\n")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_broken_state_file_is_forgotten(installed_folder: Path, content: str) -> None:
    (installed_folder / "run").mkdir()
    (installed_folder / "run" / "7.json").write_text(content)
    assert server.status(installed_folder).url == "" and server.reap(installed_folder) == 0
    assert not list((installed_folder / "run").iterdir())


@pytest.mark.languagetool
def test_the_real_one_stays_small(languagetool: str, languagetool_folder: Path) -> None:
    status = server.status(languagetool_folder)
    assert status.url == languagetool and status.installed == "6.8" and 0 < status.memory < 800
    assert sum(p.stat().st_size for p in (languagetool_folder / "libs").iterdir()) < 150 * (1 << 20)
