"""`gmail-followup check`: tone, moves and grammar of any text."""

import sys
from pathlib import Path

import click

from gmail_followup.cli.options import json_option


@click.command("check", epilog="Example: gmail-followup check letter.txt\n\nExample: pbpaste | gmail-followup check -")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@json_option
@click.option("--language", metavar="CODE", help="en, de, fr or es; found out by itself if not given.")
@click.option(
    "--kind",
    type=click.Choice(["ask", "thanks"]),
    default="ask",
    help="What the letter is for: to ask for tips, or only to thank.",
)
def command(files: tuple[str, ...], as_json: bool, language: str | None, kind: str) -> int:
    """Check letters for tone, for the three moves (thanks, tips, future) and for grammar. `-` reads standard input."""
    from gmail_followup.cli.setup import proofreader_of
    from gmail_followup.cli.shapes import check_line
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.proofing.rules import MOVES
    from gmail_followup.reading.language import language_of

    home = find_home()
    config = load_config(home)
    proofreader = proofreader_of(home, config)
    found = False
    try:
        for name in files:
            text = _read(name)
            required = MOVES if kind == "ask" else ("thanks",)
            names = frozenset(config.me.name.split())
            report = proofreader.check(text, language or language_of(text) or "en", required=required, names=names)
            found = found or not report.ok
            if as_json:
                print_json(check_line(name, report))
            else:
                _show(name, report)
    finally:
        proofreader.close()
    return int(Exit.HELD if found else Exit.DONE)


def _read(name: str) -> str:
    from gmail_followup.errors import UserError

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}.", fix="Check the path.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("windows-1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _show(name: str, report) -> None:  # type: ignore[no-untyped-def]
    from gmail_followup.cli.terminal import safe

    click.secho(name, bold=True)
    marks = sorted({(f.start, f.end) for f in report.findings if f.end})
    shown, at = "", 0
    for start, end in marks:
        if start >= at:
            shown += safe(report.text[at:start]) + click.style(safe(report.text[start:end]), underline=True, bold=True)
            at = end
    click.echo(shown + safe(report.text[at:]))
    click.echo()
    for finding in report.findings:
        words = f"“{safe(finding.text)}”: " if finding.text and len(finding.text) < 80 else ""
        better = f" Better: {safe(finding.suggestions[0])}" if finding.suggestions else ""
        click.echo(f"  {finding.class_.replace('_', ' ')}: {words}{finding.message}{better}")
    for line in (*report.fixed, *report.notes):
        click.echo(click.style(f"  {safe(line)}", dim=True))
    moves = ", ".join(f"{move} {'yes' if made else 'no'}" for move, made in report.moves.items())
    click.echo(click.style(f"  {moves}; checked by {report.engine} and the house rules.", dim=True))
    if report.ok:
        click.echo("  Nothing to change.")
