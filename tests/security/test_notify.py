"""The word on the desktop: off unless asked for, without names, and no failure of it is an error."""

import asyncio
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from gmail_followup import notify as notifying
from gmail_followup.config import Config, load_config
from gmail_followup.home import Home
from gmail_followup.notify import notify, words_for
from tests.cli.conftest import Run
from tests.security.conftest import AS_OF


class Desktop:
    """A desktop_notifier module that notes what it is asked to show."""

    def __init__(self, broken: BaseException | None = None) -> None:
        self.shown: list[str] = []
        self.broken = broken
        desktop = self

        class DesktopNotifier:
            def __init__(self, app_name: str) -> None:
                assert app_name == "gmail-followup"

            async def send(self, title: str, message: str) -> None:
                if desktop.broken:
                    raise desktop.broken
                desktop.shown.append(f"{title}: {message}")

        self.module = types.SimpleNamespace(DesktopNotifier=DesktopNotifier)


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Desktop:
    made = Desktop()
    monkeypatch.setitem(sys.modules, "desktop_notifier", made.module)  # type: ignore[arg-type]
    return made


def test_off_by_default(run: Run, home: Home, box: Path, desktop: Desktop) -> None:
    assert not Config().notify.enabled
    run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert desktop.shown == []


def test_a_draft_is_told_once_and_without_names(run: Run, home: Home, box: Path, desktop: Desktop) -> None:
    home.config.write_text(home.config.read_text(encoding="utf-8") + "[notify]\nenabled = true\n", encoding="utf-8")
    assert load_config(home).notify.enabled
    run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF, "--dry-run")
    assert desktop.shown == []
    run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF)
    assert desktop.shown == ["gmail-followup: 3 drafts are ready in your mailbox"]


def test_words() -> None:
    assert words_for(1, "gmail:jo@example.org") == "A draft is ready in Gmail"
    assert words_for(2, "gmail:jo@example.org") == "2 drafts are ready in Gmail"
    assert "jo" not in words_for(1, "maildir:/home/jo/Mail")


@pytest.mark.parametrize("broken", [OSError("no bus"), RuntimeError("x"), TimeoutError(), ImportError("y"), KeyError("z")])
def test_no_failure_is_an_error(run: Run, home: Home, box: Path, desktop: Desktop, broken: Exception) -> None:
    desktop.broken = broken
    assert not notify(1, "gmail:x")
    home.config.write_text(home.config.read_text(encoding="utf-8") + "[notify]\nenabled = true\n", encoding="utf-8")
    assert run("run", "--mailbox", f"maildir:{box}", "--as-of", AS_OF).code == 1


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    assert not notify(1, "gmail:x")


def test_a_desktop_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "_SECONDS", 0.01)

    async def hangs(title: str, text: str) -> Any:
        await asyncio.Event().wait()

    assert not notify(1, "gmail:x", hangs)
    assert not notify(0, "gmail:x", hangs)


def test_the_real_library_takes_our_call() -> None:
    library = pytest.importorskip("desktop_notifier", reason="desktop-notifier is not installed (pip install '.[notify]')")
    import inspect

    inspect.signature(library.DesktopNotifier.send).bind(None, title="a", message="b")
    inspect.signature(library.DesktopNotifier).bind(app_name="a")
