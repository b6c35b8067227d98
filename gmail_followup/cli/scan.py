"""`gmail-followup scan`: find the rejections in stored mail."""

import gc
import os
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option, me_option
from gmail_followup.home import ENVIRONMENT_VARIABLE

if TYPE_CHECKING:
    from gmail_followup.home import Home
    from gmail_followup.mail.message import Message
    from gmail_followup.reading.values import Verdict
    from gmail_followup.scanning.judge import Judge

_PROGRAM = "gmail-followup"
_NO_SOURCE = '"source":""'


@click.command(
    "scan",
    epilog="Example: gmail-followup scan ~/takeout/All-mail.mbox --only rejections\n\nExample: cat mail.eml | gmail-followup scan - --json",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@json_option
@me_option
@click.option("--only", type=click.Choice(["rejections"]), help="Print just the rejections (much faster).")
@click.option(
    "--processes", type=click.IntRange(1, 64), metavar="N", help="How many to work with (default: one a core)."
)
def command(paths: tuple[str, ...], as_json: bool, me: tuple[str, ...], only: str | None, processes: int | None) -> int:
    """Find the rejections in an mbox, a Maildir, a folder of .eml files, one .eml, or standard input (-). Changes nothing."""
    from gmail_followup.cli.terminal import note, one_line, progress_bar
    from gmail_followup.errors import Exit
    from gmail_followup.scanning.scan import scan

    judge = make_judge(me, only is not None, loud=True)
    # What is there by now stays to the end, and mails leave little behind: looking for cycles in it all is in vain.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    make = partial(make_judge, me, only is not None)
    shape = as_line if as_json else as_words
    skipped: list[str] = []
    kinds: Counter[str] = Counter()
    stages: Counter[str] = Counter()
    looked_at = 0
    with progress_bar(enabled=not as_json) as progress:

        def count(more: int) -> None:
            nonlocal looked_at
            looked_at += more
            progress("reading mail", looked_at, max(looked_at, 1))

        def skip(name: str, why: str) -> None:
            skipped.append(f"{name}: {why}")

        for found in scan(paths, judge, make, shape, skip, processes=processes or 0, on_count=count):
            kinds[found.kind] += 1
            if found.is_rejection:
                stages[found.stage] += 1
            elif only or not as_json:
                continue
            click.echo(
                _with_source(found.shown, found.source) if as_json else f"{found.shown}  ({one_line(found.source, 40)})"
            )
    told = {"rejection": kinds["rejection"]} if only else dict(kinds.most_common())
    said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in told.items() if count)
    note(f"{looked_at} messages read: {said or 'no rejection' if only else said or 'none'}.")
    if stages:
        note("Rejections by stage: " + ", ".join(f"{count} {stage}" for stage, count in stages.most_common()) + ".")
    for line in skipped[:20]:
        note(f"skipped {one_line(line, 160)}")
    if skipped:
        note(f"{len(skipped)} skipped; everything else was read.")
    return int(Exit.HELD if skipped else Exit.DONE)


def make_judge(me: tuple[str, ...], only_rejections: bool, *, loud: bool = False) -> "Judge":
    """The judge with the user's rules, senders, threshold and corrections. loud: tell what could not be read of them."""
    from gmail_followup.cli.setup import corrections_of, reader_of, rules_of
    from gmail_followup.config import load_config
    from gmail_followup.home import find_home
    from gmail_followup.rules import kept
    from gmail_followup.scanning.judge import judge_of

    home = find_home()
    kept.use(_cache_of(home))
    config = load_config(home)
    ledger = None
    if home.ledger.exists():
        from gmail_followup.ledger.store import Ledger

        ledger = Ledger(home.ledger).copy_in_memory()
    rules = rules_of(home, config, loud=loud)
    reader = reader_of(home, config, me, ledger, rules=rules)
    correction = corrections_of(ledger) if ledger else None
    return judge_of(rules, reader, only_rejections=only_rejections, correction=correction)


def _cache_of(home: "Home") -> Path:
    """Where a start leaves what the next one need not work out: nothing of the user's, so beside his files or apart."""
    import platformdirs

    if ENVIRONMENT_VARIABLE in os.environ:
        return home.root / "cache"
    return Path(platformdirs.user_cache_dir(_PROGRAM, appauthor=False))


def as_line(message: "Message", verdict: "Verdict") -> str:
    """A line of `scan --json`, its source left open."""
    from gmail_followup.cli.shapes import scan_line
    from gmail_followup.cli.terminal import json_line

    return json_line(scan_line("", message, verdict))


def _with_source(line: str, source: str) -> str:
    from gmail_followup.cli.terminal import json_line

    # Quotation marks within values are escaped, so that these can only be the key's own.
    return line.replace(_NO_SOURCE, f'"source":{json_line(source)}', 1)


def as_words(message: "Message", verdict: "Verdict") -> str:
    """A rejection as a person wants to see it; "" for other mails."""
    from gmail_followup.cli.terminal import one_line

    if not verdict.is_rejection:
        return ""
    day = f"{message.date:%Y-%m-%d}" if message.date else "no date   "
    what = " at ".join(p for p in (verdict.role, verdict.company) if p) or message.subject
    return f"{day}  {verdict.stage.value:11}  {one_line(what, 70)}"
