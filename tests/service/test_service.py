"""`service`: writes, starts, stops; never over a file of somebody else; and says what it wrote when it cannot start."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from gmail_followup.cli.main import invoke
from gmail_followup.errors import UserError
from gmail_followup.home import find_home
from gmail_followup.service import manager
from gmail_followup.service.manager import Answer
from gmail_followup.service.plan import Kind, Plan
from gmail_followup.service.units import names


class Manager:
    """A service manager that notes what it is asked. fails: commands that contain this word end with 1."""

    def __init__(self, fails: str = "", code: int = 1) -> None:
        self.asked: list[str] = []
        self._fails = fails
        self._code = code

    def __call__(self, command: Sequence[str]) -> Answer:
        line = " ".join(command)
        self.asked.append(line)
        return Answer(self._code, "no way") if self._fails and self._fails in line else Answer(0, "active")


def plan_for(tmp_path: Path, kind: Kind = Kind.SYSTEMD, *, timer: bool = False) -> Plan:
    return Plan(kind, "/usr/bin/python3", str(tmp_path / "home"), 300, timer=timer)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("timer", [False, True])
def test_written_started_stopped_and_gone(tmp_path: Path, kind: Kind, timer: bool) -> None:
    ask, folder = Manager(), tmp_path / "units"
    plan = plan_for(tmp_path, kind, timer=timer)
    paths = manager.write(plan, folder)
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in paths)
    manager.start(plan, paths, ask)
    assert any(paths[0].name in line or str(paths[0]) in line for line in ask.asked)
    assert manager.state(kind, folder, ask).running
    assert manager.stop(kind, folder, ask) == tuple(folder / n for n in names(kind) if folder / n in paths)
    assert list(folder.iterdir()) == []
    assert manager.stop(kind, folder, ask) == ()
    assert {line.split()[0] for line in ask.asked} <= {"systemctl", "launchctl", "schtasks"}


def test_a_timer_takes_the_place_of_the_service_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "units"
    manager.write(plan_for(tmp_path, timer=True), folder)
    assert len(list(folder.iterdir())) == 2
    ask = Manager()
    plan = plan_for(tmp_path)
    manager.start(plan, manager.write(plan, folder), ask)
    assert [p.name for p in folder.iterdir()] == ["gmail-followup.service"]
    assert "systemctl --user disable --now gmail-followup.timer" in ask.asked


@pytest.mark.parametrize("kind", Kind)
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, kind: Kind) -> None:
    folder = tmp_path / "units"
    folder.mkdir()
    path = folder / names(kind)[-1]
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="not written by this program"):
        manager.write(plan_for(tmp_path, kind), folder)
    assert manager.stop(kind, folder, Manager()) == ()
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", Kind)
def test_a_manager_that_says_no_is_told_with_the_path(tmp_path: Path, kind: Kind) -> None:
    plan = plan_for(tmp_path, kind)
    paths = manager.write(plan, tmp_path / "units")
    word = {"systemd": "restart", "launchd": "bootstrap", "task": "/Create"}[kind]
    with pytest.raises(UserError) as caught:
        manager.start(plan, paths, Manager(word))
    assert str(paths[0]) in caught.value.what
    assert caught.value.why == "no way"
    assert word in caught.value.fix


def test_states_of_systemd(tmp_path: Path) -> None:
    manager.write(plan_for(tmp_path), tmp_path)
    assert manager.state(Kind.SYSTEMD, tmp_path, Manager("is-active", 3)).running is False
    assert manager.state(Kind.SYSTEMD, tmp_path, Manager("is-active", 1)).running is None
    assert manager.state(Kind.SYSTEMD, tmp_path / "other", Manager()).installed == ()


def test_without_systemctl_the_path_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert invoke(["service", "install", "--kind", "systemd"]) == 2
    written = tmp_path / ".config/systemd/user/gmail-followup.service"
    assert written.exists()
    err = capsys.readouterr().err
    assert str(written) in err
    assert "systemctl is not here" in err
    assert invoke(["service", "status", "--kind", "systemd"]) == 1
    assert "not here to ask" in capsys.readouterr().out
    assert invoke(["service", "uninstall", "--kind", "systemd"]) == 0
    assert not written.exists()


def test_a_real_command_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A systemctl that is a shell script: the command line and the exit code go through for real."""
    tool = tmp_path / "bin" / "systemctl"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\necho active\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.defpath}")
    assert invoke(["service", "install", "--kind", "systemd", "--every", "2m"]) == 0
    assert "--user restart gmail-followup.service" in (tmp_path / "asked").read_text()
    assert invoke(["service", "status", "--kind", "systemd"]) == 0
    assert "It runs (active)" in capsys.readouterr().out


@pytest.mark.parametrize("kind", Kind)
def test_print_writes_nothing(tmp_path: Path, kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "install", "--kind", kind.value, "--print", "--path", str(tmp_path / "u")]) == 0
    assert "watch" in capsys.readouterr().out
    assert not (tmp_path / "u").exists()
    assert not find_home().root.exists()


def test_a_maildir_of_the_configuration_may_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = find_home()
    home.root.mkdir(parents=True)
    home.config.write_text(f'[mailbox]\nuse = "maildir:{tmp_path}/box"\n', encoding="utf-8")
    assert invoke(["service", "install", "--kind", "systemd", "--path", str(tmp_path / "u")]) == 0
    assert "Nothing was started" in capsys.readouterr().err
    text = (tmp_path / "u" / "gmail-followup.service").read_text(encoding="utf-8")
    assert f'"-{tmp_path}/box"' in text
    assert "--mailbox" not in text


def test_logs_shows_the_end_of_the_log_across_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "logs"]) == 0
    assert "no log yet" in capsys.readouterr().err
    from gmail_followup.log import log_file

    newest = log_file(find_home())
    newest.parent.mkdir(parents=True)
    newest.with_name(f"{newest.name}.1").write_text('{"n":1}\n{"n":2}\n', encoding="utf-8")
    newest.write_text('{"n":3}\n{"n":"\x1b[31m"}\n', encoding="utf-8")
    assert invoke(["service", "logs", "--lines", "3"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["n"] for line in shown] == [2, 3, "[31m"]


def test_launch_sets_the_home_and_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gmail_followup.service import launch

    monkeypatch.setenv("GMAIL_FOLLOWUP_HOME", "before")
    with pytest.raises(SystemExit) as ended:
        launch.main([str(tmp_path / "home"), "status"])
    assert ended.value.code == 0
    assert os.environ["GMAIL_FOLLOWUP_HOME"] == str(tmp_path / "home")
    assert "Nothing has been looked at yet" in capsys.readouterr().err
