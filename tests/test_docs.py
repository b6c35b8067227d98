"""What README and docs say is true: commands exist with these options, links lead somewhere, the wheel has what it needs."""

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import click
import pytest

from gmail_followup.cli.main import cli, invoke
from tests.conftest import ROOT
from tests.support.rooms import wire

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"```(?:sh|console|bash)\n(.*?)```", re.S)


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                line = line.split("  #")[0].split("     ")[0].strip()
                if line:
                    found.append((page.name, line))
    return found


@pytest.mark.parametrize(("page", "line"), [c for c in commands() if "gmail-followup " in c[1] and "pipx" not in c[1]])
def test_every_command_in_the_docs_is_understood(page: str, line: str) -> None:
    words = shlex.split(line.partition("gmail-followup ")[2].split(" | ")[0].split(" > ")[0])
    context = click.Context(cli, info_name="gmail-followup")
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"{page}: {line}"
        command, words = found, words[1:]
    if not isinstance(command, click.Group):
        # click keeps the help option of a command's first context: without these names `-h` would be unknown ever after.
        given: dict[str, Any] = {"help_option_names": ["-h", "--help"], "resilient_parsing": "--help" in words}
        command.make_context("x", [w for w in words if w not in ("-h", "--help")], **given)


@pytest.mark.parametrize(("page", "line"), [c for c in commands() if c[1].startswith("make ")])
def test_every_make_target_in_the_docs_exists(page: str, line: str) -> None:
    target = line.split()[1]
    assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8")), page


def test_the_readme_begins_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [line for _, line in commands() if line.startswith("make ")][:2] == ["make demo", "make test"]
    assert text.index("make demo") < text.index("## Install")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_commands_of_the_readme_really_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(wire())
    mbox = tmp_path / "mail.mbox"
    mbox.write_bytes(b"From x Mon Nov  2 08:00:00 2026\n" + wire().replace(b"\r\n", b"\n"))
    for arguments, code in (
        (["scan", str(mbox), "--only", "rejections"], 0),
        (["explain", str(mail)], 0),
        (["correct", str(mail), "--not-rejection"], 0),
        (["status"], 0),
        (["run", "--mailbox", f"mbox:{mbox}"], 0),
        (["demo", "--path", str(tmp_path / "demo")], 0),
        (["demo", "--path", str(tmp_path / "demo"), "--brief"], 0),
    ):
        assert invoke(arguments) == code, (arguments, capsys.readouterr().err)
    out = capsys.readouterr().out
    assert "no second one was written" in out


def test_the_wheel_brings_letters_rules_and_data(tmp_path: Path) -> None:
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if "No module named" in built.stderr:
        pytest.skip("hatchling is not installed here (make test installs it)")
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    for inside in (
        "gmail_followup/_templates/en/applied.j2", "gmail_followup/rules/packs/en/rejection.toml",
        "gmail_followup/proofing/packs/en/tone.toml",
        "gmail_followup/reading/senders.toml", "gmail_followup/ledger/migrations/0001_start.sql", "gmail_followup/config.example.toml",
        "gmail_followup/demo/mails.toml", "gmail_followup/mailbox/gmail/quota.toml", "gmail_followup/_data/credentials.example.json",
    ):  # fmt: skip
        assert (place / inside).is_file(), inside
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from gmail_followup.cli.main import invoke; sys.exit(invoke(sys.argv[1:]))"
    (tmp_path / "mail.eml").write_bytes(wire())
    for arguments in (["--version"], ["templates", "list"], ["scan", str(tmp_path / "mail.eml"), "--json"]):
        ran = subprocess.run(
            [sys.executable, "-c", program, str(place), *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={k: v for k, v in environment.items() if k != "PYTHONPATH"}, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, (arguments, ran.stderr)
    assert '"verdict":"rejection"' in ran.stdout


def test_no_registry_host_and_no_shared_path_is_named() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        pytest.skip("not a git checkout")
    hosts = re.compile(
        "|".join(
            (
                "py" + r"pi\.org",
                "python" + r"hosted\.org",
                r"registry\.npm" + r"js",
                "repo1?" + r"\.maven",
                "maven" + r"\.org/maven2",
            )
        )
    )
    for name in listed:
        path = ROOT / name
        if path.suffix in (".eml", ".png") or name == "LICENSE" or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not hosts.search(text), name
        if name.startswith(("gmail_followup/", "templates/")):
            assert "../shared" not in text, name
