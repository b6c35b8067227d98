"""What every test gets: a home of its own, no network beyond this machine, no writes outside temporary folders."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from hypothesis import HealthCheck, settings

from gmail_followup.rules import kept
from tests.support import packs  # noqa: F401  (reads the shipped packs once)
from tests.support.versions import USED

pytest_plugins = ["tests.support.fixtures"]

settings.register_profile("default", deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

ROOT = Path(__file__).resolve().parent.parent
_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ALLOWED = tuple(
    str(Path(p).resolve())
    for p in (
        tempfile.gettempdir(),
        "/dev",
        "/proc/self",
        ROOT / ".hypothesis",
        ROOT / ".pytest_cache",
        ROOT / ".cache-tests",
        ROOT / ".venv",
        os.environ.get("GMAIL_FOLLOWUP_TEST_CACHE") or tempfile.gettempdir(),
    )
)
_guard: dict[str, Any] = {"on": False, "broken": []}


def _outside(path: Any) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    text = os.fsdecode(os.fspath(path))
    if text in ("", ":memory:") or "__pycache__" in text or text.endswith(".pyc"):
        return False
    if text.startswith("file:"):
        text = url2pathname(urlsplit(text).path)
    return not os.path.realpath(text).startswith(_ALLOWED)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _guard["on"]:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)
        if writes and _outside(path):
            _guard["broken"].append(f"wrote {path}")
    elif event in ("os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect", "os.rename", "os.link", "os.symlink"):
        target = arguments[1] if event in ("os.rename", "os.link", "os.symlink") else arguments[0]
        relative = event in ("os.mkdir", "os.remove", "os.rmdir") and arguments[-1] not in (-1, None)
        if not relative and _outside(target):
            _guard["broken"].append(f"{event} {target}")
    elif event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(_LOOPBACK):
            _guard["broken"].append(f"connected to {host}")
            raise OSError(f"no network in tests: {host}")


sys.addaudithook(_audit)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home folder that is thrown away; a test that writes or connects elsewhere fails."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GMAIL_FOLLOWUP_HOME", str(home / "gmail-followup"))
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(kept, "_folder", None)
    _guard["broken"].clear()
    _guard["on"] = True
    yield
    _guard["on"] = False
    assert not _guard["broken"], f"outside the temporary home: {_guard['broken'][:5]}"


_SLOWEST_FIRST = tuple(
    f"tests/{name}.py"
    for name in (
        "proofing/test_matrix proofing/test_languagetool reading/test_floors scanning/test_sieve writing/test_letters "
        "proofing/test_clean_letters proofing/test_house scanning/test_scan torture/test_soak ledger/test_power torture/test_crash "
        "ledger/test_forget proofing/test_tone cli/test_gmail_account test_docs proofing/test_harper cli/test_doctor "
        "torture/test_faults torture_mail/test_torture_mail security/test_terminal proofing/test_languagetool_server "
        "rules/test_matcher scanning/test_outline"
    ).split()
)
"""Files of more than fifteen seconds; what comes last is short, so that the workers end together (--no-loadscope-reorder)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_SLOWEST_FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """Collects what the worker processes (pytest-xdist) really used."""
    USED.update(getattr(node, "workeroutput", {}).get("used", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["used"] = dict(USED)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The versions of the real parts that were used."""
    for name, version in sorted(USED.items()):
        terminalreporter.write_line(f"really used: {name} {version}")


def pytest_report_header() -> list[str]:
    """Which real parts this run uses."""
    ci = "a missing part fails" if os.environ.get("CI") == "true" else "a missing part is skipped with a reason"
    return [f"gmail-followup: LanguageTool and the Gmail emulator are used for real; {ci}"]
