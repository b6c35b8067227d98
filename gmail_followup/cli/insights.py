"""`gmail-followup insights`: what all your applications together tell you (A21)."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option, now_or

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gmail_followup.cli.notes import Desk
    from gmail_followup.notebook.insights import Insights, Journey, Rate
    from gmail_followup.notebook.values import Page

_WIDTH = 20
"""Characters of the longest bar."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "insights",
    epilog="Example: gmail-followup insights\n\nExample: gmail-followup insights --html report.html",
)
@click.option(
    "--html", type=_FILE, metavar="FILE", help="A report with plots (needs: pip install 'gmail-followup[report]')."
)
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help="A line for each application, for a spreadsheet.")
@click.option("--as-of", metavar="TIME", help="Work as if it were this time (ISO 8601).")
@json_option
def command(html: Path | None, csv_file: Path | None, as_of: str | None, as_json: bool) -> int:
    """How far you came, the reasons given, who answers and when, and which gaps come back.

    Under ten there are no percentages: "2 of 5" says more. Nothing leaves this machine.
    """
    from gmail_followup.cli.notes import desk, tell_broken
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.notebook.insights import insights_of, shape

    with desk() as here:
        pages, problems = here.notebook.pages()
        journeys = journeys_in(here)
        found = insights_of(journeys, pages)
        if html is not None:
            _html(html, found, now_or(as_of))
        if csv_file is not None:
            _csv(csv_file, journeys, pages)
        if as_json:
            print_json(shape(found))
        elif html is None and csv_file is None:
            _show(found)
    return tell_broken(problems)


def journeys_in(here: "Desk") -> "list[Journey]":
    """Every application that the ledger knows, mailbox by mailbox."""
    from gmail_followup.config import load_config
    from gmail_followup.notebook.insights import journeys_of
    from gmail_followup.reading.senders import load_senders

    user_senders = here.home.rules / "senders.toml"
    senders = load_senders(user_senders if user_senders.is_file() else None)
    mine = {address.lower() for address in load_config(here.home).me.addresses}
    made: list[Journey] = []
    for mailbox in sorted({here.ledger.mailbox_of(r.id) for r in here.ledger.rejections()}):
        known = here.ledger.known(mailbox)
        me = frozenset(mine | {k.sender.email for k in known if k.sent})
        made += journeys_of(
            here.ledger.rejections(mailbox),
            here.ledger.drafts(mailbox),
            here.ledger.answers(mailbox),
            known,
            senders,
            me,
        )
    return made


def _html(path: Path, found: "Insights", now: datetime) -> None:
    from gmail_followup.cli.files import write_file
    from gmail_followup.notebook.report import report_html

    write_file(path, report_html(found, now).encode())
    click.echo(f"Written: {path}", err=True)


def _csv(path: Path, journeys: "list[Journey]", pages: "Sequence[Page]") -> None:
    import csv
    from io import StringIO

    from gmail_followup.cli.files import write_file
    from gmail_followup.notebook.insights import COLUMNS, rows

    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows(journeys, pages))
    write_file(path, out.getvalue().encode())
    click.echo(f"Written: {path}", err=True)


def _show(found: "Insights") -> None:
    from gmail_followup.notebook.insights import share, time_to_answer

    if not found.applications:
        click.echo("Nothing to look back on yet. Begin with: gmail-followup run")
        return
    one = found.applications == 1
    click.echo(
        f"{found.applications} {'application' if one else 'applications'} that ended in a no. None of them is the whole story."
    )
    for title, counts in (
        ("How far you came", found.stages),
        ("The reasons that they gave", found.reasons),
        ("Where they stand", found.states),
    ):
        _chart(title, [(name, count, str(count)) for name, count in counts if count])
    total = found.total
    if not total.asked:
        click.echo("\nYou have not asked anybody yet; the drafts are in your mailbox.")
    else:
        click.echo()
        click.secho("Answers", bold=True)
        click.echo(
            f"  {share(total.answered, total.asked)} answered{_still(total)}; {share(total.feedback, total.asked)} with feedback."
        )
        click.echo(f"  {time_to_answer(found)}")
        _chart(
            "Answers by letter",
            [(r.name, r.answered, f"{share(r.answered, r.asked)}{_still(r)}") for r in found.by_template],
        )
        _chart(
            "Answers by whom you asked",
            [(r.name, r.answered, f"{share(r.answered, r.asked)}{_still(r)}") for r in found.by_contact],
        )
    gaps = [(g.area, g.applications, _gap(g.applications)) for g in found.gaps]
    _chart("Gaps that they named", gaps)
    if gaps:
        click.echo("  What to do about them: gmail-followup plan")


def _gap(count: int) -> str:
    return f"{count} applications" if count > 1 else "1 application, so far no pattern"


def _still(rate: "Rate") -> str:
    return f", {rate.open} may still come" if rate.open else ""


def _chart(title: str, rows: "list[tuple[str, int, str]]") -> None:
    """A small chart of bars: name, bar, words."""
    if not rows:
        return
    from rich.bar import Bar
    from rich.table import Table

    from gmail_followup.cli.terminal import console, one_line

    click.echo()
    click.secho(title, bold=True)
    out = console()
    table = Table.grid(padding=(0, 2))
    most = max(1, *(count for _, count, _ in rows))
    for name, count, words in rows:
        said = {"": "not known", "unknown": "not known"}.get(name, name.replace("_", " "))
        width = round(_WIDTH * count / most)
        bar = "#" * width if out.options.ascii_only else Bar(most, 0, count, width=_WIDTH)
        table.add_row(f"  {one_line(said, 30)}", bar, words)
    out.print(table)
