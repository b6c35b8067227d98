"""`gmail-followup feedback [APPLICATION]`: what they told you, sentence by sentence; your word on it wins (A14, A15)."""

from typing import TYPE_CHECKING, Any

import click

from gmail_followup.cli.options import json_option

if TYPE_CHECKING:
    from gmail_followup.answers.values import Area, Sort
    from gmail_followup.cli.notes import Desk
    from gmail_followup.notebook.values import Page

SORTS = ("gap", "not_shown", "unclear")
AREAS = ("experience", "skill", "certificate", "communication", "preparation", "enthusiasm", "fit", "other")


class Paired(click.Command):
    """Lets `--sort 2 gap` and `--area 2 skill` name a note, and `--sort gap` the one that is being added."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        joined: list[str] = []
        rest = list(args)
        while rest:
            word = rest.pop(0)
            joined.append(word)
            if word == "--":
                joined += rest
                break
            if word in ("--sort", "--area") and len(rest) > 1 and rest[0].isdecimal():
                joined.append(f"{rest.pop(0)}={rest.pop(0)}")
        return super().parse_args(ctx, joined)


def _of(words: tuple[str, ...]) -> Any:
    def read(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[int, str], ...]:  # noqa: ARG001
        found = []
        for value in values:
            number, _, word = value.rpartition("=")
            word = word.strip().lower().replace("-", "_").replace(" ", "_")
            if word not in words or (number and not number.isdecimal()):
                raise click.BadParameter(
                    f"{value!r}; known are {', '.join(words)}, with the number of the note before it."
                )
            found.append((int(number or 0), word))
        return tuple(found)

    return read


@click.command(
    "feedback",
    cls=Paired,
    epilog="Example: gmail-followup feedback Acme\n\nExample: gmail-followup feedback Acme --sort 2 gap --area 2 skill\n\n"
    "Example: gmail-followup feedback Acme --add 'Bring one example per requirement' --area preparation",
)
@click.argument("application", metavar="[APPLICATION]", required=False)
@click.option("--add", metavar="TEXT", help="Add a note of your own, with --sort and --area if you like.")
@click.option(
    "--sort", "sorts", multiple=True, callback=_of(SORTS), metavar="[N] SORT",
    help="Note N is a gap, not_shown or unclear.",
)  # fmt: skip
@click.option(
    "--area", "areas", multiple=True, callback=_of(AREAS), metavar="[N] AREA",
    help="Note N is about experience, skill, certificate, communication, preparation, enthusiasm, fit or other.",
)  # fmt: skip
@click.option("--remove", type=click.IntRange(min=1), metavar="N", help="Take note N away.")
@click.option("--edit", is_flag=True, help="Open the page in $EDITOR.")
@json_option
def command(
    application: str | None,
    add: str | None,
    sorts: tuple[tuple[int, str], ...],
    areas: tuple[tuple[int, str], ...],
    remove: int | None,
    edit: bool,
    as_json: bool,
) -> int:
    """What they told you, as notes: what is missing (gap), what they did not see (not_shown), what is unclear.

    Without APPLICATION: all notes. Your word on a note wins, and stays.
    """
    from gmail_followup.cli.notes import desk, edit_page, tell_broken

    changes = bool(add is not None or sorts or areas or remove or edit)
    if changes and not application:
        raise click.UsageError("Say which application: gmail-followup feedback APPLICATION ...")
    if add is not None and not add.strip():
        raise click.UsageError("The note has no words.")
    with desk() as here:
        if edit and application:
            rejection = here.find(application)
            from gmail_followup.notebook.values import Page

            return edit_page(here.notebook, Page(rejection.id, rejection.company, rejection.role), ())
        if application:
            page = here.page_of(application)
            if changes:
                page = _changed(here, page, add, sorts, areas, remove)
            _print(here, [page], as_json=as_json, empty=True)
            return 0
        pages, problems = here.notebook.pages()
        _print(here, [p for p in pages if p.notes], as_json=as_json, empty=not problems)
        return tell_broken(problems)


def _changed(
    here: "Desk",
    page: "Page",
    add: str | None,
    sorts: tuple[tuple[int, str], ...],
    areas: tuple[tuple[int, str], ...],
    remove: int | None,
) -> "Page":
    """The page with everything done that was asked for; all of it or nothing."""
    from gmail_followup.answers.values import Area, Sort
    from gmail_followup.cli.notes import numbered
    from gmail_followup.notebook.edit import add_note, remove_note, sort_note

    for _, group in (("--sort", sorts), ("--area", areas)):
        if add is None and any(not number for number, _ in group):
            raise click.UsageError("Say which note: for example --sort 2 gap.")
    sort = next((Sort(word) for number, word in sorts if not number), None)
    area = next((Area(word) for number, word in areas if not number), None)
    asked = max((number for number, _ in (*sorts, *areas, (remove or 0, ""))), default=0)
    suggested = _suggested(here, add, sort, area) if add is not None else None

    def how(now: "Page") -> "Page":
        for number, word in sorts:
            now = sort_note(now, number, sort=Sort(word)) if number else now
        for number, word in areas:
            now = sort_note(now, number, area=Area(word)) if number else now
        if remove:
            now = remove_note(now, remove)
        if add is not None and suggested is not None:
            now = add_note(now, add, *suggested)
        return now

    return numbered(lambda: here.notebook.change(page, how), asked, "note")


def _suggested(here: "Desk", text: str, sort: "Sort | None", area: "Area | None") -> "tuple[Sort, Area]":
    """The user's word; where he says nothing, what the rules make of the sentence."""
    if sort and area:
        return sort, area
    from gmail_followup.answers.notes import NoteReader
    from gmail_followup.cli.setup import rules_of
    from gmail_followup.config import load_config

    tip = NoteReader(rules_of(here.home, load_config(here.home), loud=False)).sorted(text)
    return sort or tip.sort, area or tip.area


def _print(here: "Desk", pages: "list[Page]", *, as_json: bool, empty: bool) -> None:
    from gmail_followup.cli.notes import application_shape, title_of
    from gmail_followup.cli.terminal import one_line, print_json

    rejections = here.rejections()
    for page in pages:
        if not as_json:
            click.secho(title_of(page), bold=True)
        for number, note in enumerate(page.notes, start=1):
            if as_json:
                print_json(
                    {
                        "id": page.rejection_id,
                        "application": application_shape(page, rejections.get(page.rejection_id)),
                        "about": note.about or None,
                        "text": note.text,
                        "sort": note.sort.value,
                        "area": note.area.value,
                        "by_user": note.by_user,
                    }
                )
            else:
                click.echo(f"  {number}. {one_line(note.text, 400)}")
                mine = ", as you say" if note.by_user else ""
                click.echo(click.style(f"     {note.sort.value.replace('_', ' ')}, {note.area.value}{mine}", dim=True))
    if empty and not as_json and not any(page.notes for page in pages):
        click.echo("No notes yet. They come with the first answer; --add writes one of your own.")
