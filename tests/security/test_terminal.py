"""Nothing in a mail steers the terminal: every command that shows mail is run over mails full of control sequences."""

import json
import re
import unicodedata
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.cli import terminal
from gmail_followup.cli.main import COMMANDS, tell
from gmail_followup.cli.terminal import json_line, one_line, safe
from gmail_followup.errors import UserError
from gmail_followup.home import Home
from tests.cli.conftest import Run
from tests.security.conftest import AS_OF
from tests.support.rooms import ME, NOW, maildir

COLOURS = re.compile(r"\x1b\[(?!(?:[\d;]*;)?0*8[;m])[\d;]{0,24}m")
CLEAR, TITLE, LINK, CSI, CONCEAL = "\x1b[2J\x1b[H", "\x1b]0;pwned\x07", "\x1b]8;;x\x07", "\x9b31m", "\x1b[8m"
EVIL = f"{CLEAR}{TITLE}{LINK}{CSI}{CONCEAL}\x00\x08\x7f\x85\u202e\u2066\u200b\u200d\ufeff\u00ad\u061c\U000e0041\u2028\u2060"


def dangerous(text: str) -> set[str]:
    """Characters that steer a terminal or hide from the eye, told by what Unicode says of them, not by our own list."""
    rest = COLOURS.sub("", text)
    bad = {c for c in rest if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\n\t"}
    # Signs that are seen: Arabic and Indic number signs, and shorthand.
    return {
        c for c in bad if not ("\u0600" <= c <= "\u0605" or c in "\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    } - set(map(chr, (*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B))))


def evil_mail(number: int, *, robot: bool = False, days: float = 5) -> bytes:
    """A rejection with EVIL in every place; raw header bytes, as no library would write them."""
    who = "no-reply" if robot else f"ann{number}"
    header_evil = EVIL.replace("\x85", "").replace("\u2028", "")
    lines = [
        f'From: "Ann{header_evil} Lee" <{who}@acme{number}.example>',
        f"To: Jo{header_evil} Doe <{ME}>",
        f"Subject: Your application{header_evil} for the Data{header_evil} Engineer role at Ac{header_evil}me{number}",
        f"Date: {format_datetime(NOW - timedelta(days=days))}",
        f"Message-ID: <evil{number}{CSI}{CLEAR.replace('[', '')}@acme{number}.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        f"Hello Jo,{EVIL}\n\nThank you for applying for the Data Engineer role at Acme{number}. {EVIL}"
        "Unfortunately, we have decided not to "
        f"move forward with your application.{EVIL} You have not been selected for the role.\n\n"
        f"Best regards,\nAnn{EVIL} Lee\nHiring Manager{EVIL}, Acme{number}\n",
    ]
    return "\n".join(lines).encode()


def evil_invitation() -> bytes:
    body = (
        f"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:Interview{EVIL}\nDTSTART:20261110T100000Z\n"
        f"DTEND:20261110T110000Z\nORGANIZER;CN=Max{CSI}\u202e Roe:mailto:max@acme0.example\n"
        f"ATTENDEE:mailto:{ME}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    head = (
        f"From: Max{CSI}\u202e Roe <max@acme0.example>\nTo: {ME}\nSubject: Interview Data Engineer\n"
        f"Date: {format_datetime(NOW - timedelta(days=12))}\nMessage-ID: <i@acme0.example>\n"
    )
    return (head + "Content-Type: text/calendar; charset=utf-8\n\n" + body).encode()


@pytest.fixture
def evil_box(tmp_path: Path) -> Path:
    return maildir(
        tmp_path / "evil",
        evil_mail(0),
        evil_mail(1, robot=True),
        evil_mail(2, days=1),
        evil_mail(3, days=40),
        evil_invitation(),
    )


def check(run: Run, *words: str) -> Any:
    ran = run(*words)
    assert ran.code in (0, 1), (words, ran.err)
    assert not dangerous(ran.out), (words, ran.out[:2000])
    assert not dangerous(ran.err), (words, ran.err[:2000])
    return ran


def test_no_command_prints_what_steers_a_terminal(
    run: Run, home: Home, evil_box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the guard on the stream: each command has to clean what it shows by itself.
    monkeypatch.setattr(terminal._Guarded, "write", lambda self, text: self._stream.write(text))
    mail = tmp_path / "evil.eml"
    mail.write_bytes(evil_mail(0))
    where = ("--mailbox", f"maildir:{evil_box}")
    check(run, "scan", str(evil_box))
    assert len(check(run, "scan", str(evil_box), "--json").out.splitlines()) == 5
    check(run, "explain", str(mail))
    check(run, "explain", str(mail), "--json")
    check(run, "run", *where, "--as-of", AS_OF, "--dry-run")
    check(run, "run", *where, "--as-of", AS_OF, "--dry-run", "--json")
    shown = check(run, "run", *where, "--as-of", AS_OF).out
    assert "Drafted" in shown, run("run", *where, "--as-of", AS_OF, "--no-wait").err
    for words in (("status", "--all"), ("status", "--all", "--json")):
        assert "acme" in check(run, *words).out.lower()
    ids = [json.loads(line)["id"] for line in run("status", "--all", "--json").out.splitlines()]
    assert len(ids) == 4
    for one in ids:
        check(run, "contacts", one)
        check(run, "contacts", one, "--json")
        check(run, "draft", one, "--dry-run", "--as-of", AS_OF, "--to", "ann@acme0.example")
        check(run, "explain", one, *where)
    check(run, "correct", str(mail), "--not-rejection")
    check(run, "service", "logs")
    for words in (("insights",), ("plan",), ("notes",)):
        if words[0] in COMMANDS:
            check(run, *words)


def test_json_keeps_what_was_in_the_mail(run: Run, home: Home, evil_box: Path) -> None:
    """Escaped, not thrown away: another program reads the same text."""
    lines = [json.loads(line) for line in run("scan", str(evil_box), "--json").out.splitlines()]
    assert any("\u202e" in line["subject"] for line in lines)


@given(st.text())
def test_safe_leaves_nothing_dangerous_and_nothing_else_out(text: str) -> None:
    clean = safe(text)
    assert not {c for c in clean if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert not dangerous(clean)
    kept = [c for c in text if c in "\n\t" or unicodedata.category(c)[0] in "LNPS" or c == " "]
    fillers = set("\u115f\u1160\u3164\uffa0")
    assert [c for c in kept if c not in fillers] == [
        c for c in clean if c in "\n\t " or unicodedata.category(c)[0] in "LNPS"
    ]
    clean.encode("utf-8")
    assert safe(clean) == clean


def test_safe_knows_every_code_point() -> None:
    everything = "".join(map(chr, range(0x110000)))
    assert not dangerous(safe(everything))


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text, 40)) <= 40
    assert "\n" not in one_line(text)


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_json_lines_are_safe_and_the_same_value(value: dict[str, Any]) -> None:
    line = json_line(value)
    assert json.loads(line) == value
    assert not dangerous(line)
    line.encode("utf-8")


@given(st.text(st.sampled_from("\x1b[;m0123458\x9b\x07]ab\u202e\u200b")))
def test_the_guard_lets_colours_through_and_nothing_else(text: str) -> None:
    import io

    stream = io.StringIO()
    terminal._Guarded(stream).write(text)
    rest = COLOURS.sub("", stream.getvalue())
    assert not dangerous(rest)


def test_the_guard_keeps_colour_and_bytes_apart(capsys: pytest.CaptureFixture[str]) -> None:
    import click

    with terminal.guarded_output():
        click.echo(click.style("red", fg="red", bold=True), color=True)
        click.echo(f"x{CLEAR}y{CONCEAL}z", color=True)
    assert capsys.readouterr().out == "\x1b[31m\x1b[1mred\x1b[0m\nx[2J[Hy[8mz\n"


def test_errors_are_told_safely(capsys: pytest.CaptureFixture[str]) -> None:
    tell(UserError(f"a{EVIL}", why=f"b{EVIL}", fix=f"c{EVIL}"))
    assert not dangerous(capsys.readouterr().err)
