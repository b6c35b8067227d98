"""Every command explains itself, with an example, and asking for help costs nothing."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from gmail_followup.cli.main import COMMANDS, cli, invoke

HEAVY = ("rich", "googleapiclient", "jinja2", "re2", "icalendar", "language_tool_python", "harper", "keyring")


def below(name: str, command: click.Command) -> Iterator[tuple[str, ...]]:
    """The command and all its sub-commands, as words."""
    yield (name,)
    if isinstance(command, click.Group):
        for inner, sub in command.commands.items():
            for words in below(inner, sub):
                yield (name, *words)


def every_command(name: str) -> Iterator[tuple[str, ...]]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    yield from below(name, command)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in every_command(name):
        assert invoke([*words, "--help"]) == 0, words
        out = capsys.readouterr().out
        assert f"Example: gmail-followup {' '.join(words)}" in " ".join(out.split()), words
        assert invoke([*words, "-h"]) == 0, words
        assert capsys.readouterr().out == out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--help"]) == 0
    out = capsys.readouterr().out
    for name, words in COMMANDS.items():
        assert name in out
        assert words.split()[0] in out


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from gmail_followup.cli.main import invoke\n"
        f"code = invoke({arguments!r})\n"
        f"print('|'.join(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "", f"imported for --help: {done.stderr}"


def test_an_unknown_command_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["rnu"]) == 2
    assert "rnu" in capsys.readouterr().err
