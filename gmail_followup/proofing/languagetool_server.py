"""A LanguageTool server of our own on this machine: get it, start it, find it again, end it. Nothing is left behind.

Layout of the folder (Home.languagetool): `libs/` the jars, `run/<pid>.json` one file a running server, with the
process that
started it. A server ends with its owner (at exit); where the owner was killed, the next start ends the stray.
"""

import atexit
import contextlib
import json
import re
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gmail_followup.errors import UserError
from gmail_followup.proofing.languagetool_install import WITHOUT
from gmail_followup.proofing.languagetool_install import install as install
from gmail_followup.proofing.languagetool_install import installed as installed
from gmail_followup.proofing.languagetool_install import java as java
from gmail_followup.proofing.languagetool_install import java_version as java_version

MAIN_CLASS = "org.languagetool.server.HTTPServer"
READY_SECONDS = 90.0
# Serial collection and the quick compiler: 290 MB instead of 460 MB after the first English letter, and a second less to
# start. With all four languages loaded the heap needs more than 512 MB; with 640 MB the process stays at 780 MB (measured).
_JVM = ("-Xms128m", "-Xmx640m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_PROPERTIES = """maxCheckThreads=2
pipelineCaching=true
maxPipelinePoolSize=2
cacheSize=100
maxCheckTimeMillis=120000
"""
_own: list[tuple[Path, "subprocess.Popen[bytes]"]] = []


@dataclass(frozen=True, slots=True)
class Running:
    """One server: its process and the process that answers for it, both with the time they began (s since 1970)."""

    pid: int
    created: float
    port: int
    owner: int
    owner_created: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Status:
    """installed: the version of the jars, "" without. url: of a running server, "" without. memory: resident MiB."""

    installed: str
    url: str
    pid: int | None = None
    memory: int = 0


def status(folder: Path) -> Status:
    """What is installed and what runs; changes nothing."""
    version = installed(folder)
    for _, running in _servers(folder):
        process = _process(running.pid, running.created)
        if process is not None and _is_ours(process, folder):
            return Status(version, running.url, running.pid, process.memory_info().rss // (1 << 20))
    return Status(version, "")


# --- run ------------------------------------------------------------------------------------------


def ensure_running(folder: Path, *, seconds: float = READY_SECONDS, tries: int = 3) -> str:
    """The address of a server that has just checked a sentence: one that runs already, else a new one.

    seconds: the longest wait for a new server. Raises UserError where none is installed, Java is missing or too
    old, or the
    server does not come up; what was started is ended then.
    """
    reap(folder)
    for _, running in _servers(folder):
        if _answers(running.url, 8.0):
            return running.url
    if not installed(folder):
        raise UserError("LanguageTool is not installed.", fix=f"Run `gmail-followup languagetool install`. {WITHOUT}")
    program = java()
    deadline = time.monotonic() + seconds
    said: tuple[str, ...] = ()
    for _ in range(tries):
        port = _free_port()
        process, words = _start(program, folder, port)
        if _wait_ready(process, port, deadline):
            return f"http://127.0.0.1:{port}"
        gone = process.poll() is not None
        _end_own(folder, process)
        said = words.heard()
        if not (gone and any("in use" in line or "already running" in line for line in said)):
            break
    raise UserError(
        "The LanguageTool server did not start.",
        why=_reason(said) or f"It was not ready within {seconds:.0f} seconds.",
        fix="Run `gmail-followup languagetool install` again. " + WITHOUT,
    )


def running_url(folder: Path) -> str:
    """The address of a server of ours that runs and answers; "" without one. Starts nothing."""
    return next((running.url for _, running in _servers(folder) if _answers(running.url, 8.0)), "")


def stop(folder: Path) -> bool:
    """End every server of this folder, whoever started it. True if there was one."""
    stopped = False
    for path, running in _servers(folder):
        process = _process(running.pid, running.created)
        if process is not None and _is_ours(process, folder):
            _end(process)
            stopped = True
        path.unlink(missing_ok=True)
    _own[:] = [(where, child) for where, child in _own if where != folder or child.poll() is None]
    return stopped


def reap(folder: Path) -> int:
    """End servers whose owner is gone, and forget those that are gone themselves. Returns how many were ended."""
    ended = 0
    for path, running in _servers(folder):
        process = _process(running.pid, running.created)
        if process is None or not _is_ours(process, folder):
            path.unlink(missing_ok=True)
        elif _process(running.owner, running.owner_created) is None:
            _end(process)
            path.unlink(missing_ok=True)
            ended += 1
    return ended


class _Words:
    """The last lines a server said, in memory only: no letter may end up in a log."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._lines: deque[str] = deque(maxlen=40)
        self._thread = threading.Thread(target=self._listen, args=(process,), daemon=True)
        self._thread.start()

    def heard(self) -> tuple[str, ...]:
        """The lines; to be asked when the server is gone."""
        self._thread.join(2)
        return tuple(self._lines)

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in process.stdout:
                self._lines.append(line.decode("utf-8", "replace").strip())


def _start(program: str, folder: Path, port: int) -> tuple["subprocess.Popen[bytes]", _Words]:
    properties = folder / "server.properties"
    properties.write_text(_PROPERTIES, encoding="ascii")
    classes = str(folder / "libs" / "*")
    command = [program, *_JVM, "-cp", classes, MAIN_CLASS, "--port", str(port), "--config", str(properties)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal is ours to handle; the server is ended at exit.
            start_new_session=True,
        )
    except OSError as problem:
        raise UserError("Java was found, but it does not start.", why=str(problem), fix=WITHOUT) from problem
    _own.append((folder, process))
    _record(folder, process.pid, port)
    return process, _Words(process)


def _record(folder: Path, pid: int, port: int) -> None:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        me = psutil.Process()
        running = Running(pid, psutil.Process(pid).create_time(), port, me.pid, me.create_time())
        (folder / "run").mkdir(parents=True, exist_ok=True)
        path = folder / "run" / f"{pid}.json"
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(running)), encoding="ascii")
        partial.replace(path)


def _servers(folder: Path) -> Iterator[tuple[Path, Running]]:
    for path in sorted((folder / "run").glob("*.json")):
        try:
            yield path, Running(**json.loads(path.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            path.unlink(missing_ok=True)


def _process(pid: int, created: float) -> Any:
    """The process with this number, if it is the same one and not a zombie; None otherwise (numbers are used again)."""
    import psutil

    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < 2.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if same else None


def _is_ours(process: Any, folder: Path) -> bool:
    """Whether a process is a LanguageTool server out of this folder: nothing else is ever ended."""
    import psutil

    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return MAIN_CLASS in words and str(folder / "libs" / "*") in words


def _end(process: Any) -> None:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(5)


def _end_own(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
    (folder / "run" / f"{process.pid}.json").unlink(missing_ok=True)
    _own[:] = [(where, child) for where, child in _own if child is not process]


@atexit.register
def end_all(only: Path | None = None) -> None:
    """End the servers that this process started, or those of one folder; runs at exit."""
    for folder, process in list(_own):
        if only is not None and folder != only:
            continue
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _end_own(folder, process)


def _wait_ready(process: "subprocess.Popen[bytes]", port: int, deadline: float) -> bool:
    """Wait until the server has checked a sentence; an open port is not enough."""
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(0.25, left))
            return False
        if _answers(f"http://127.0.0.1:{port}", min(30.0, max(left, 0.5))):
            return True
    return False


def _answers(url: str, seconds: float) -> bool:
    """Whether a server checks a sentence, and finds what is wrong in it."""
    import requests

    try:
        data = {"language": "en-US", "text": "This are a test."}
        answer = requests.post(f"{url}/v2/check", data=data, timeout=(2, seconds), proxies={"http": "", "https": ""})
        return answer.ok and bool(answer.json()["matches"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _reason(said: tuple[str, ...]) -> str:
    lines = [line for line in said if re.search(r"error|exception|could not|cannot|unsupported", line, re.IGNORECASE)]
    return lines[0][:200] if lines else ""
