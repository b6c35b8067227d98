"""`gmail-followup scan`: find the rejections in stored mail."""

from collections import Counter
from pathlib import Path

import click

from gmail_followup.cli.options import json_option, me_option


@click.command(
    "scan",
    epilog="Example: gmail-followup scan ~/takeout/All-mail.mbox --only rejections\n\nExample: cat mail.eml | gmail-followup scan - --json",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@json_option
@me_option
@click.option("--only", type=click.Choice(["rejections"]), help="Print just the rejections.")
def command(paths: tuple[str, ...], as_json: bool, me: tuple[str, ...], only: str | None) -> int:
    """Find the rejections in an mbox, a Maildir, a folder of .eml files, one .eml, or standard input (-). Changes nothing."""
    from gmail_followup.cli.setup import reader_of
    from gmail_followup.cli.shapes import scan_line
    from gmail_followup.cli.terminal import note, one_line, print_json, progress_bar
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.mail.parse import parse
    from gmail_followup.mailbox.sources import messages

    home = find_home()
    ledger = Ledger(home.ledger).copy_in_memory() if home.ledger.exists() else None
    reader = reader_of(home, load_config(home), me, ledger)
    skipped: list[str] = []
    kinds: Counter[str] = Counter()
    stages: Counter[str] = Counter()
    with progress_bar(enabled=not as_json) as progress:
        for path in paths:
            for source, raw in messages(
                path if path == "-" else Path(path), lambda name, why: skipped.append(f"{name}: {why}")
            ):
                message = parse(raw)
                verdict = reader.read(message)
                kinds[verdict.kind.value] += 1
                progress("reading mail", kinds.total(), max(kinds.total(), 1))
                if verdict.is_rejection:
                    stages[verdict.stage.value] += 1
                if only and not verdict.is_rejection:
                    continue
                if as_json:
                    print_json(scan_line(source, message, verdict))
                elif verdict.is_rejection:
                    day = f"{message.date:%Y-%m-%d}" if message.date else "no date   "
                    what = " at ".join(p for p in (verdict.role, verdict.company) if p) or message.subject
                    click.echo(f"{day}  {verdict.stage.value:11}  {one_line(what, 70)}  ({one_line(source, 40)})")
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    note(f"{kinds.total()} messages read: {told or 'none'}.")
    if stages:
        note("Rejections by stage: " + ", ".join(f"{count} {stage}" for stage, count in stages.most_common()) + ".")
    for line in skipped[:20]:
        note(f"skipped {one_line(line, 160)}")
    if skipped:
        note(f"{len(skipped)} skipped; everything else was read.")
    return int(Exit.HELD if skipped else Exit.DONE)
