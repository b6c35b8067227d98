"""`gmail-followup plan`: gaps that come back, and what you do about them (A15, A16)."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmail_followup.cli.feedback import AREAS
from gmail_followup.cli.options import json_option, now_or

if TYPE_CHECKING:
    from gmail_followup.cli.notes import Desk
    from gmail_followup.notebook.plan import Numbered, Part
    from gmail_followup.notebook.values import Page


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day; write for example 2026-12-01.") from None


@click.command(
    "plan",
    epilog="Example: gmail-followup plan\n\n"
    "Example: gmail-followup plan --add skill 'Finish the SQL course' --due 2026-12-01\n\n"
    "Example: gmail-followup plan --export plan.ics",
)
@click.option(
    "--add",
    nargs=2,
    type=(click.Choice(AREAS), str),
    metavar="AREA TEXT",
    help="Add a next step: a class, a mentor, a talk.",
)
@click.option("--due", callback=_day, metavar="DATE", help="With --add: the day it should be done by (2026-12-01).")
@click.option("--application", metavar="APPLICATION", help="With --add: put it on the page of this application.")
@click.option("--done", type=click.IntRange(min=1), metavar="N", help="Step N is done.")
@click.option("--remove", type=click.IntRange(min=1), metavar="N", help="Take step N away.")
@click.option(
    "--export", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write FILE.md or FILE.ics."
)
@click.option("--as-of", metavar="TIME", help="Work as if it were this time (ISO 8601).")
@json_option
def command(
    add: tuple[str, str] | None,
    due: date | None,
    application: str | None,
    done: int | None,
    remove: int | None,
    export: Path | None,
    as_of: str | None,
    as_json: bool,
) -> int:
    """Gaps that several applications named come first; below each area, your next steps.

    --export writes the plan as Markdown, or the open steps with a date as calendar entries (.ics).
    """
    from gmail_followup.cli.notes import desk, tell_broken
    from gmail_followup.notebook.plan import plan_of

    if (due or application) and not add:
        raise click.UsageError("--due and --application belong to --add.")
    if export is not None and export.suffix.lower() not in (".md", ".ics"):
        raise click.UsageError("--export writes .md or .ics; end the file's name in one of them.")
    now = now_or(as_of)
    with desk() as here:
        if add:
            _add(here, add[0], add[1], due, application)
        if done or remove:
            _step(here, done, remove, now.date())
        pages, problems = here.notebook.pages()
        parts = plan_of(pages)
        if export is not None:
            _export(export, parts, now)
        elif as_json:
            _print_lines(parts)
        else:
            _show(parts, now)
    return tell_broken(problems)


def _add(here: "Desk", area: str, text: str, due: date | None, application: str | None) -> None:
    from gmail_followup.answers.values import Area
    from gmail_followup.notebook.edit import PLAN, add_step

    if not text.strip():
        raise click.UsageError("The step has no words.")
    page = here.page_of(application) if application else PLAN
    here.notebook.change(page, lambda now: add_step(now, Area(area), text, due))


def _step(here: "Desk", done: int | None, remove: int | None, today: date) -> None:
    """--done and --remove speak of the numbers that were shown, so both are looked up before anything changes."""
    from gmail_followup.cli.notes import numbered
    from gmail_followup.notebook.edit import finish_step, remove_step, steps_in

    steps = steps_in(here.notebook.pages()[0])

    def place(number: int) -> "tuple[Page, int]":
        if number > len(steps):
            raise IndexError(number)
        return steps[number - 1]

    if done:
        numbered(
            lambda: here.notebook.change(place(done)[0], lambda p: finish_step(p, place(done)[1], today)), done, "step"
        )
    if remove:
        numbered(
            lambda: here.notebook.change(place(remove)[0], lambda p: remove_step(p, place(remove)[1])), remove, "step"
        )


def _export(path: Path, parts: "tuple[Part, ...]", now: datetime) -> None:
    from gmail_followup.cli.files import write_file
    from gmail_followup.notebook.plan import as_calendar, as_markdown

    calendar = path.suffix.lower() == ".ics"
    write_file(path, as_calendar(parts, now) if calendar else as_markdown(parts, now).encode())
    click.echo(f"Written: {path}")
    dated = sum(n.step.due is not None for part in parts for n in part.open)
    if calendar and not dated:
        click.echo("No open step has a date yet, so the calendar is empty.", err=True)


def _show(parts: "tuple[Part, ...]", now: datetime) -> None:
    from gmail_followup.cli.notes import title_of
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.notebook.plan import summary

    if not parts:
        click.echo("Nothing to plan yet. Notes come with the first answer; --add begins with a step of your own.")
        return
    for part in parts:
        click.secho(part.area.value.capitalize(), bold=True, nl=False)
        click.echo(f"  {summary(part)}")
        for page, notes in part.named:
            for note in notes:
                click.echo(f"  - {one_line(note.text, 160)}")
                click.echo(click.style(f"    {note.sort.value.replace('_', ' ')}; {title_of(page, 40)}", dim=True))
        for n in part.steps:
            click.echo(f"  {'[x]' if n.step.done else '[ ]'} {n.number}. {one_line(n.step.text, 160)}{_when(n, now)}")
        if part.recurs and not part.steps:
            click.echo(click.style(f"    A next step: gmail-followup plan --add {part.area.value} '...'", dim=True))


def _when(n: "Numbered", now: datetime) -> str:
    if n.step.done:
        return f", done on {n.step.done:%d %B}"
    if n.step.due is None:
        return ""
    late = " (it may still be done)" if n.step.due < now.date() else ""
    return f", by {n.step.due:%A %d %B}{late}"


def _print_lines(parts: "tuple[Part, ...]") -> None:
    from gmail_followup.cli.terminal import print_json

    for part in parts:
        print_json(
            {
                "area": part.area.value,
                "recurs": part.recurs,
                "notes": sum(part.sorts.values()),
                "sorts": {sort.value: count for sort, count in part.sorts.items()},
                "applications": [
                    {"id": p.rejection_id, "company": p.company, "role": p.role, "notes": len(notes)}
                    for p, notes in part.named
                ],
                "steps": {"open": [_step_shape(n) for n in part.open], "done": [_step_shape(n) for n in part.done]},
            }
        )


def _step_shape(n: "Numbered") -> dict[str, Any]:
    return {
        "number": n.number,
        "text": n.step.text,
        "due": n.step.due.isoformat() if n.step.due else None,
        "done": n.step.done.isoformat() if n.step.done else None,
        "id": n.page.rejection_id or None,
    }
