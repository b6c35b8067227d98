"""`gmail-followup check`: tone, moves and grammar of any text."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option

if TYPE_CHECKING:
    from gmail_followup.config import Config
    from gmail_followup.home import Home
    from gmail_followup.proofing.finding import Report
    from gmail_followup.proofing.proof import Proofreader


@click.command(
    "check",
    epilog="Example: gmail-followup check letter.txt\n\nExample: pbpaste | gmail-followup check -\n\n"
    "Example: gmail-followup check --drafts     Our drafts, as they now stand.",
)
@click.argument("files", nargs=-1, metavar="FILE...")
@json_option
@click.option("--language", default="", metavar="CODE", help="en, de, fr or es; found out by itself if not given.")
@click.option(
    "--kind",
    type=click.Choice(["ask", "thanks"]),
    default="ask",
    help="What the letter is for: to ask for tips, or only to thank.",
)
@click.option("--draft", metavar="ID", help="One draft of ours in the mailbox, by its id.")
@click.option("--drafts", is_flag=True, help="All open drafts of ours, also after you changed them.")
def command(files: tuple[str, ...], as_json: bool, language: str, kind: str, draft: str | None, drafts: bool) -> int:
    """Check letters for tone, for the three moves (thanks, tips, future) and for grammar. `-` reads standard input."""
    from gmail_followup.cli.setup import proofreader_of
    from gmail_followup.cli.shapes import check_line
    from gmail_followup.cli.terminal import note, print_json
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.proofing.rules import MOVES
    from gmail_followup.reading.language import language_of

    if not (files or draft or drafts):
        raise click.UsageError("Name a FILE, - for standard input, --draft ID or --drafts.")
    home = find_home()
    config = load_config(home)
    names = frozenset(config.me.name.split())
    required = MOVES if kind == "ask" else ("thanks",)
    texts = {name: _read(name) for name in files}
    proofreader = proofreader_of(home, config)
    found = False
    try:
        reports: Iterable[tuple[str, Report]] = (
            (name, proofreader.check(text, language or language_of(text) or "en", required=required, names=names))
            for name, text in texts.items()
        )
        if draft or drafts:
            ours = list(_drafts(home, config, proofreader, draft or "", names))
            if not ours:
                note(
                    "There are no open drafts of ours." if drafts else f"There is no draft of ours with the id {draft}."
                )
            reports = chain(reports, ours)
        for source, report in reports:
            found = found or not report.ok
            if as_json:
                print_json(check_line(source, report))
            else:
                _show(source, report)
    finally:
        proofreader.close()
    return int(Exit.HELD if found else Exit.DONE)


def _drafts(
    home: "Home", config: "Config", proofreader: "Proofreader", wanted: str, names: frozenset[str]
) -> "Iterator[tuple[str, Report]]":
    """The ids of our drafts that are still there, thank-yous and later letters too, and the reports on them."""
    from gmail_followup.cli.setup import open_mailbox, templates_of
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.letters import read_again

    if not home.ledger.exists():
        return
    templates = templates_of(home, loud=False)
    with closing(Ledger(home.ledger)) as ledger:
        for where in ledger.written_in():
            of = {rejection.id: rejection for rejection in ledger.rejections(where)}
            still = [d for d in ledger.drafts(where) if d.state in ("saved", "changed") and wanted in ("", d.draft_id)]
            if not still:
                continue
            with closing(open_mailbox(where, home, config, config.me.addresses)) as mailbox:
                for letter in still:
                    found = mailbox.get_draft(letter.draft_id)
                    if found is not None:
                        message, about = found.message.message, of[letter.rejection_id]
                        yield letter.draft_id, read_again(templates, proofreader, about, letter, message, names)


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


def _show(name: str, report: "Report") -> None:
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
