"""The measuring script: it starts an installed LanguageTool by itself, and says so where there is none."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from gmail_followup.proofing import languagetool_server

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "eval_grammar.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setenv("GMAIL_FOLLOWUP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("GMAIL_FOLLOWUP_TEST_CACHE", str(tmp_path))
    spec = importlib.util.spec_from_file_location("eval_grammar", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_starts_the_installed_server(
    script: ModuleType, installed_folder: Path, false_java: Callable[..., None]
) -> None:
    false_java()
    url, why = script._server()
    assert url.startswith("http://127.0.0.1:") and why == ""
    assert languagetool_server.status(installed_folder).url == url


def test_without_one_it_says_how_to_get_it(script: ModuleType) -> None:
    url, why = script._server()
    assert url == "" and "not installed" in why and "languagetool install" in why and "--url" in why


def test_one_that_does_not_start_is_told(
    script: ModuleType, installed_folder: Path, false_java: Callable[..., None]
) -> None:
    false_java(run="echo no memory; exit 1")
    url, why = script._server()
    assert url == "" and why and "Traceback" not in why


def test_a_missing_engine_is_said_in_the_output(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "evaluate", lambda name, check, verbose: print("measured", name))
    monkeypatch.setattr(sys, "argv", ["eval_grammar.py"])
    script.main()
    out = capsys.readouterr().out
    assert "measured house" in out and "LanguageTool is missing, so it was NOT measured: it is not installed." in out
    assert "measured languagetool" not in out
