"""The units as text, from a plan and the templates in `data/`. Pure: nothing is written here."""

import os
import plistlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from gmail_followup.service.plan import NAME, Kind, Plan, check

_DATA = Path(__file__).resolve().parent / "data"
_BLANK = re.compile(r"@([A-Z]+)@")


@dataclass(frozen=True, slots=True)
class Unit:
    """A file to be written. name: its bare name. The first of a plan is what the manager is told to start."""

    name: str
    content: bytes


def units(plan: Plan) -> tuple[Unit, ...]:
    """The files of a plan; the one to be started comes first. Raises UserError for names that no unit can hold."""
    check(plan)
    if plan.kind is Kind.LAUNCHD:
        return (_agent(plan),)
    return (_task(plan),) if plan.kind is Kind.TASK else _systemd(plan)


def names(kind: Kind) -> tuple[str, ...]:
    """Every file name that `units` may give for that manager."""
    if kind is Kind.LAUNCHD:
        return (f"{NAME}.plist",)
    return (f"{NAME}.xml",) if kind is Kind.TASK else (f"{NAME}.timer", f"{NAME}.service")


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda match: values[match[1]], (_DATA / template).read_text(encoding="utf-8"))


# ---- systemd


def _systemd(plan: Plan) -> tuple[Unit, ...]:
    # ReadWritePaths: a folder that is not there would keep the service from starting; `-` leaves it out instead.
    writable = (_word(plan.home), *(_word(f"-{folder}") for folder in plan.writable))
    values = {
        # `$` begins a variable in the words after the program, and in them only (systemd.service(5), command lines).
        "COMMAND": " ".join((_word(plan.command[0]), *(_word(w).replace("$", "$$") for w in plan.command[1:]))),
        "ENVIRONMENT": " ".join(_word(f"{name}={value}") for name, value in plan.environment.items()),
        "WRITABLE": " ".join(writable),
    }
    values["HARDENING"] = _fill("hardening.conf", values)
    service = Unit(f"{NAME}.service", _fill("run.service" if plan.timer else "watch.service", values).encode())
    if not plan.timer:
        return (service,)
    timer = _fill("run.timer", {"SECONDS": str(plan.every)})
    return (Unit(f"{NAME}.timer", timer.encode()), service)


def _word(text: str) -> str:
    """One word of a unit file (systemd.syntax(7), quoting); `%` begins a specifier and is doubled (systemd.unit(5)).

    Quotation marks and backslashes were refused by `check`: settings differ in how they read them.
    """
    return f'"{text.replace("%", "%%")}"'


# ---- launchd


def _agent(plan: Plan) -> Unit:
    agent: dict[str, Any] = plistlib.loads((_DATA / "agent.plist").read_bytes())
    agent["Label"] = NAME
    agent["ProgramArguments"] = list(plan.command)
    agent["EnvironmentVariables"] = plan.environment | ({"PATH": plan.path} if plan.path else {})
    agent["WorkingDirectory"] = plan.home
    if plan.timer:
        agent["StartInterval"] = plan.every
        agent["RunAtLoad"] = True
        del agent["ThrottleInterval"]
    else:
        agent["RunAtLoad"] = True
        agent["KeepAlive"] = {"SuccessfulExit": False}
    return Unit(f"{NAME}.plist", plistlib.dumps(agent, sort_keys=False))


# ---- Windows


def _task(plan: Plan) -> Unit:
    from gmail_followup.service import launch

    # pythonw has no console window; it lies beside python.exe.
    python = re.sub(r"(?i)python\.exe$", "pythonw.exe", plan.python)
    arguments = ("-P", str(Path(launch.__file__).resolve()), plan.home, *plan.arguments)
    repetition = (
        f"\n      <Repetition><Interval>PT{max(1, plan.every // 60)}M</Interval></Repetition>" if plan.timer else ""
    )
    values = {
        "USER": escape(plan.user),
        "COMMAND": escape(python),
        "ARGUMENTS": escape(" ".join(_argument(word) for word in arguments)),
        "FOLDER": escape(plan.home),
        "REPETITION": repetition,
        "LIMIT": "PT30M" if plan.timer else "PT0S",
    }
    return Unit(f"{NAME}.xml", _fill("task.xml", values).replace(os.linesep, "\n").encode("utf-16"))


def _argument(word: str) -> str:
    """A word as Windows programs split their command line: within quotes, and final backslashes doubled."""
    return word if re.fullmatch(r"[\w./:\\-]+", word) else '"' + re.sub(r"(\\+)$", r"\1\1", word) + '"'
