"""The units: valid for their managers, hardened, and true to any folder name that they accept."""

import os
import plistlib
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.service.plan import Kind, Plan, default_folder, kind_of
from gmail_followup.service.units import names, units

PLAN = Plan(Kind.SYSTEMD, "/usr/bin/python3", "/home/jo/.local/share/gmail-followup", 300, writable=("/home/jo/Maildir",))
analyze = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this system")
folders = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"\\/') | st.just(" "), min_size=1, max_size=20)


def verify(plan: Plan, folder: Path) -> str:
    """What `systemd-analyze verify` has to say; "" if nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    for unit in units(plan):
        (folder / unit.name).write_bytes(unit.content)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *(f"./{unit.name}" for unit in units(plan))],
        cwd=folder, env=os.environ | {"XDG_RUNTIME_DIR": str(folder / "run")}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode:
        return f"{done.returncode}: {done.stderr}"
    # The machine's own units are read along, and may have faults of their own.
    return "\n".join(line for line in (done.stdout + done.stderr).splitlines() if "gmail-followup" in line)


@analyze
@pytest.mark.parametrize("timer", [False, True])
def test_systemd_finds_nothing_to_say(tmp_path: Path, timer: bool) -> None:
    python = shutil.which("python3")
    assert python is not None
    for home in (tmp_path / "home", tmp_path / "a b" / "50% $HOME 'ü'"):
        plan = replace(PLAN, python=python, home=str(home), mailbox=f"maildir:{home}", timer=timer)
        assert verify(plan, tmp_path / "units") == ""


@analyze
def test_the_check_would_notice_a_mistake(tmp_path: Path) -> None:
    assert "not executable" in verify(replace(PLAN, python="/no/such/python"), tmp_path)


@analyze
@pytest.mark.parametrize("timer", [False, True])
def test_systemd_rates_the_service_as_contained(tmp_path: Path, timer: bool) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    for unit in units(replace(PLAN, timer=timer)):
        (tmp_path / unit.name).write_bytes(unit.content)
    done = subprocess.run(
        ["systemd-analyze", "security", "--user", "--offline=true", "--no-pager", "./gmail-followup.service"],
        cwd=tmp_path, env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path / "run")}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot rate a file")
    last = done.stdout.strip().splitlines()[-1]
    # Rated as if it were a service of root (9.7 without any of it): what a user cannot do anyhow counts 3.5.
    assert float(last.partition("service: ")[2].split()[0]) <= 6.0, last


def test_nothing_that_a_user_instance_cannot_do() -> None:
    """Directives that drop capabilities end a user's service with 218/CAPABILITIES (systemd issue 4959)."""
    for timer in (False, True):
        keys = {line.partition(b"=")[0] for unit in units(replace(PLAN, timer=timer)) for line in unit.content.splitlines()}
        assert not keys & {
            b"CapabilityBoundingSet", b"AmbientCapabilities", b"PrivateDevices", b"ProtectClock", b"ProtectKernelModules",
            b"ProtectKernelLogs", b"User", b"Group", b"SupplementaryGroups", b"DynamicUser",
        }  # fmt: skip


def test_what_the_service_must_not_do_is_in_the_unit() -> None:
    for timer in (False, True):
        text = units(replace(PLAN, timer=timer))[-1].content.decode()
        lines = text.splitlines()
        for wanted in (
            "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=read-only", "PrivateTmp=yes", "LimitCORE=0",
            'ReadWritePaths="/home/jo/.local/share/gmail-followup" "-/home/jo/Maildir"', "UMask=0077", "StandardOutput=null",
            "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "SystemCallFilter=@system-service", "MemoryMax=3G",
        ):  # fmt: skip
            assert wanted in lines, wanted
        assert "User=" not in text


def test_watch_runs_for_ever_and_the_timer_runs_once() -> None:
    (service,) = units(PLAN)
    assert b'"watch" "--every" "300s"' in service.content
    assert b"WantedBy=default.target" in service.content
    timer, once = units(replace(PLAN, timer=True))
    assert timer.name == "gmail-followup.timer"
    assert b"OnUnitInactiveSec=300s" in timer.content
    assert b'"run" "--json"' in once.content
    assert b"[Install]" not in once.content


def test_the_agent_is_a_plist_that_launchd_knows() -> None:
    (unit,) = units(replace(PLAN, kind=Kind.LAUNCHD, path="/opt/bin:/bin", package="/src"))
    agent = plistlib.loads(unit.content)
    assert agent["Label"] == "gmail-followup"
    assert agent["ProgramArguments"] == ["/usr/bin/python3", "-P", "-m", "gmail_followup", "watch", "--every", "300s"]
    assert agent["EnvironmentVariables"] == {"GMAIL_FOLLOWUP_HOME": PLAN.home, "PYTHONPATH": "/src", "PATH": "/opt/bin:/bin"}
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["Umask"] == 0o077
    assert agent["HardResourceLimits"] == {"Core": 0}
    timer = plistlib.loads(units(replace(PLAN, kind=Kind.LAUNCHD, timer=True))[0].content)
    assert timer["StartInterval"] == 300
    assert "KeepAlive" not in timer


def test_the_task_asks_for_no_more_rights_than_the_user_has() -> None:
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    plan = replace(PLAN, kind=Kind.TASK, python=r"C:\Py & Co\python.exe", home="C:\\Users\\Jo Doe\\App\\", user=r"DESK\Jo")
    root = ET.fromstring(units(plan)[0].content)
    assert root.findtext(f".//{space}RunLevel") == "LeastPrivilege"
    assert root.findtext(f".//{space}LogonTrigger/{space}UserId") == r"DESK\Jo"
    assert root.findtext(f".//{space}Command") == r"C:\Py & Co\pythonw.exe"
    arguments = root.findtext(f".//{space}Arguments") or ""
    assert '"C:\\Users\\Jo Doe\\App\\\\" watch --every 300s' in arguments
    assert root.find(f".//{space}Repetition") is None
    timed = ET.fromstring(units(replace(plan, timer=True))[0].content)
    assert timed.findtext(f".//{space}Repetition/{space}Interval") == "PT5M"


@given(home=folders, box=folders, kind=st.sampled_from(Kind), timer=st.booleans())
def test_any_plain_folder_name_comes_through_whole(home: str, box: str, kind: Kind, timer: bool) -> None:
    plan = Plan(kind, "/usr/bin/python3", f"/home/{home}", 60, timer=timer, mailbox=f"maildir:/home/{box}", writable=(f"/home/{box}",))
    unit = units(plan)[-1]
    if kind is Kind.LAUNCHD:
        agent = plistlib.loads(unit.content)
        assert agent["ProgramArguments"][-1] == f"maildir:/home/{box}"
        assert agent["WorkingDirectory"] == f"/home/{home}"
    elif kind is Kind.TASK:
        assert f"maildir:/home/{box}" in "".join(ET.fromstring(unit.content).itertext())
    else:
        lines = unit.content.decode().splitlines()
        doubled = box.replace("%", "%%")
        (start,) = [line for line in lines if line.startswith("ExecStart=")]
        assert start.endswith(f'"maildir:/home/{doubled.replace("$", "$$")}"')
        (writable,) = [line for line in lines if line.startswith("ReadWritePaths=")]
        assert writable == f'ReadWritePaths="/home/{home.replace("%", "%%")}" "-/home/{doubled}"'


@given(st.text(max_size=8), st.sampled_from('"\n\r\0\x1b\u2028\u202e'), st.text(max_size=8), st.sampled_from(Kind))
def test_a_name_that_could_break_out_of_its_line_is_refused(before: str, bad: str, after: str, kind: Kind) -> None:
    with pytest.raises(UserError, match="cannot name"):
        units(replace(PLAN, kind=kind, mailbox=f"maildir:/{before}{bad}{after}"))


def test_each_platform_has_its_manager_and_folder(tmp_path: Path) -> None:
    assert [kind_of(p) for p in ("linux", "darwin", "win32", "freebsd14")] == ["systemd", "launchd", "task", "systemd"]
    home = tmp_path / "data"
    assert default_folder(Kind.SYSTEMD, tmp_path, home, {}) == tmp_path / ".config/systemd/user"
    assert default_folder(Kind.SYSTEMD, tmp_path, home, {"XDG_CONFIG_HOME": "/x"}) == Path("/x/systemd/user")
    assert default_folder(Kind.SYSTEMD, tmp_path, home, {"XDG_CONFIG_HOME": "x"}) == tmp_path / ".config/systemd/user"
    assert default_folder(Kind.LAUNCHD, tmp_path, home) == tmp_path / "Library/LaunchAgents"
    assert default_folder(Kind.TASK, tmp_path, home) == home / "service"
    for kind in Kind:
        for timer in (False, True):
            assert {u.name for u in units(replace(PLAN, kind=kind, timer=timer))} <= set(names(kind))
