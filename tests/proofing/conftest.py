"""Servers for the proofing tests: a real LanguageTool (marker `languagetool`), and small false ones."""

import http.server
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from gmail_followup.errors import UserError
from gmail_followup.proofing import languagetool_server
from gmail_followup.proofing.languagetool import server_version
from tests.support import versions

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("GMAIL_FOLLOWUP_TEST_CACHE") or ROOT / ".cache-tests") / "languagetool"


def _give_up(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no LanguageTool: {reason}")
    pytest.skip(f"no LanguageTool: {reason}")


@pytest.fixture(scope="session")
def languagetool_folder() -> Path:
    """A folder with the real server in it, fetched once through Maven into the cache."""
    try:
        languagetool_server.java()
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(CACHE.parent / "languagetool.lock"):
            if not languagetool_server.installed(CACHE):
                languagetool_server.install(CACHE, lambda _: None, seconds=900)
    except UserError as problem:
        _give_up(problem.what)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return _of_worker(worker) if worker else CACHE


def _of_worker(worker: str) -> Path:
    """The same server in a folder of this worker process: a server belongs to the process that started it."""
    folder = CACHE.parent / f"languagetool-{worker}"
    folder.mkdir(exist_ok=True)
    for name in ("libs", "server.properties"):
        if (CACHE / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to(CACHE / name)
    return folder


@pytest.fixture(scope="session")
def languagetool(languagetool_folder: Path) -> Iterator[str]:
    """The address of a real server that has checked a sentence; it is ended after the tests, whatever they did."""
    try:
        url = languagetool_server.ensure_running(languagetool_folder, seconds=180)
    except UserError as problem:
        _give_up(str(problem))
    versions.USED["LanguageTool"] = server_version(url)
    yield url
    languagetool_server.end_all()
    assert languagetool_server.status(languagetool_folder).url == ""


Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Start a loopback server that answers every request with the given function; returns its address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def reply(request: http.server.BaseHTTPRequestHandler, value: Any, code: int = 200) -> None:
    """Answer with JSON."""
    length = int(request.headers.get("Content-Length") or 0)
    request.rfile.read(length)
    body = json.dumps(value).encode()
    request.send_response(code)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def like_languagetool(request: http.server.BaseHTTPRequestHandler, matches: list[dict[str, Any]] | None = None) -> None:
    """What a LanguageTool server answers."""
    if request.path.startswith("/v2/info"):
        reply(request, {"software": {"name": "LanguageTool", "version": "6.8"}})
    elif request.path.startswith("/v2/languages"):
        reply(request, [{"code": "en", "longCode": "en-US"}, {"code": "de", "longCode": "de-DE"}])
    else:
        reply(request, {"matches": matches or []})


@pytest.fixture
def dumb() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


_FALSE_SERVER = """
import http.server, json, sys
port = int(sys.argv[sys.argv.index("--port") + 1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"matches": [{}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a): pass
class Server(http.server.HTTPServer):
    allow_reuse_address = False
try:
    server = Server(("127.0.0.1", port), Handler)
except OSError:
    print("could not start: address already in use"); sys.exit(1)
server.serve_forever()
"""


@pytest.fixture
def false_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a `java` in front of the PATH that tells any version and runs a small server in place of the JVM."""

    def put(version: str = 'openjdk version "17.0.9" 2023-10-17', run: str = "") -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        server = folder / "server.py"
        server.write_text(_FALSE_SERVER)
        script = folder / "java"
        action = run or f'exec "{sys.executable}" "{server}" "$@"'
        script.write_text(f"#!/bin/sh\nif [ \"$1\" = -version ]; then echo '{version}' >&2; exit 0; fi\n{action}\n")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.delenv("JAVA_HOME", raising=False)

    return put


@pytest.fixture
def installed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that looks installed; whatever runs out of it is ended after the test."""
    folder = tmp_path / "languagetool"
    (folder / "libs").mkdir(parents=True)
    for name in ("languagetool-server-6.8.jar", "languagetool-core-6.8.jar", "language-en-6.8.jar"):
        (folder / "libs" / name).write_bytes(b"")
    yield folder
    languagetool_server.stop(folder)
