"""`gmail-followup templates`: your letters."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gmail_followup.config import Config
    from gmail_followup.home import Home
    from gmail_followup.proofing.finding import Report
    from gmail_followup.proofing.proof import Proofreader
    from gmail_followup.writing.front import When
    from gmail_followup.writing.letter import Letter
    from gmail_followup.writing.templates import Template, TemplateSet

_STAGES = ("applied", "interviewed", "final", "unknown")


@click.group("templates", epilog="Example: gmail-followup templates preview interviewed")
def command() -> None:
    """Your letters: list, preview, new, edit, diff, lint, vars, update. How to write one is in docs/templates.md."""


def _load() -> "tuple[Home, TemplateSet]":
    from gmail_followup.home import find_home, shipped
    from gmail_followup.writing.templates import load

    home = find_home()
    return home, load([shipped("templates"), home.templates])


@command.command("list", epilog="Example: gmail-followup templates list --language en")
@click.option("--language", metavar="CODE", help="Only letters in this language: en, de, fr, es.")
def list_(language: str | None) -> int:
    """List the letters: when each is taken, what it is for, and whether it is yours or as shipped."""
    from gmail_followup.cli.preview import problem_line
    from gmail_followup.errors import Exit

    home, templates = _load()
    for template in templates.templates:
        if language and template.language != language:
            continue
        click.secho(template.key.removesuffix(".j2"), bold=True, nl=False)
        click.echo(click.style(f"  {_owner(home, template)}", dim=True))
        if template.front is not None:
            click.echo(f"  {template.front.description}")
            click.echo(f"  taken when: {_when(template.front.when)}")
        if template.problem is not None:
            click.secho(f"  {problem_line(template.problem)}", fg="yellow")
    other = [p for p in templates.problems if all(t.problem is not p for t in templates.templates)]
    for problem in other:
        click.secho(problem_line(problem), fg="yellow")
    return int(Exit.HELD if templates.problems else Exit.DONE)


def _owner(home: "Home", template: "Template") -> str:
    """shipped; yours, as shipped; yours, changed; yours."""
    from gmail_followup.home import shipped

    path, original = Path(template.path), shipped("templates") / template.key
    if home.templates not in path.parents:
        return "shipped"
    if not original.is_file():
        return "yours"
    try:
        same = original.read_bytes() == path.read_bytes()
    except OSError:
        same = False
    return "as shipped" if same else "yours, changed"


def _when(when: "When") -> str:
    parts = [
        f"{name} is {' or '.join(sorted(word.value for word in words))}"
        for name, words in (("stage", when.stage), ("reason", when.reason), ("answerable", when.answerable))
        if words
    ]
    to = {"thread": "a reply", "contact": "a new message to a person", "any": "a reply or a new message"}[when.to]
    return "; ".join([*parts, to, *([] if when.purpose == "ask" else [f"purpose {when.purpose}"])])


@command.command(
    "preview",
    epilog="Example: gmail-followup templates preview\n\n"
    "Example: gmail-followup templates preview interviewed --language de --watch",
)
@click.argument("name", required=False)
@click.option("--language", default="en", show_default=True, metavar="CODE", help="en, de, fr or es.")
@click.option("--stage", type=click.Choice(_STAGES), default=None, help="The application's stage.")
@click.option("--bare", is_flag=True, help="As if nothing were known: no company, no role, no name.")
@click.option("--watch", is_flag=True, help="Show it anew whenever a file is saved, until Ctrl-C.")
def preview(name: str | None, language: str, stage: str | None, bare: bool, watch: bool) -> int:
    """Show a letter written for a made-up application, with what proofing says beside the lines.

    Without NAME: every letter of the language, or with --stage the one that would be taken.
    """
    import sys

    from gmail_followup.cli.preview import changes
    from gmail_followup.cli.setup import proofreader_of
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    home = find_home()
    config = load_config(home)
    proofreader = proofreader_of(home, config)
    try:
        if not (watch and sys.stdout.isatty()):
            return _preview(name, language, stage or "", config, proofreader, bare=bare)
        for _ in changes([home.templates, home.config]):
            click.clear()
            _preview_or_tell(name, language, stage or "", load_config(home), proofreader, bare=bare)
            click.echo(click.style(f"Watching {home.templates}. Ctrl-C ends it.", dim=True))
    except KeyboardInterrupt:
        return int(Exit.DONE)
    finally:
        proofreader.close()
    return int(Exit.DONE)


def _preview_or_tell(*arguments: object, bare: bool) -> None:
    """A mistake is shown, and the watching goes on."""
    from gmail_followup.cli.main import tell
    from gmail_followup.errors import UserError

    try:
        _preview(*arguments, bare=bare)  # type: ignore[arg-type]
    except UserError as problem:
        tell(problem)


def _preview(
    name: str | None, language: str, stage: str, config: "Config", proofreader: "Proofreader", *, bare: bool
) -> int:
    from gmail_followup.cli.preview import choose_templates, find_template, problem_line, sample_for, show_letter
    from gmail_followup.errors import Exit, FileError
    from gmail_followup.writing.render import render

    home, templates = _load()
    found = (find_template(templates, name, language),) if name else choose_templates(templates, language, stage)
    wrong = False
    for template in found:
        try:
            letter = render(templates, template, sample_for(template, stage, config.me.profile(), bare=bare))
        except FileError as problem:
            click.secho(f"{template.key.removesuffix('.j2')}: it has a mistake", bold=True)
            click.secho(f"  {problem_line(problem)}\n", fg="yellow")
            wrong = True
            continue
        report = _own_page(letter) if _is_own_page(template) else proofreader.proof(letter)
        wrong = wrong or not report.ok
        show_letter(template, letter, report, _owner(home, template))
    return int(Exit.HELD if wrong else Exit.DONE)


def _is_own_page(template: "Template") -> bool:
    return template.front is not None and template.front.when.purpose == "call_sheet"


def _own_page(letter: "Letter") -> "Report":
    """A page for the user himself is shown as it is: what holds for letters to others does not hold for it."""
    from gmail_followup.proofing.finding import Report

    return Report(
        letter.text, (), {}, "none", notes=("A page for you, not a letter: tone and grammar are not asked about.",)
    )


@command.command("new", epilog="Example: gmail-followup templates new warm-thanks --from interviewed")
@click.argument("name")
@click.option("--from", "source", required=True, metavar="KEY", help="The letter to begin with: interviewed, de/final.")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="Where KEY does not name one.")
def new(name: str, source: str, language: str) -> int:
    """Begin a letter of your own as a copy of another."""
    from gmail_followup.cli.preview import find_template
    from gmail_followup.errors import Exit
    from gmail_followup.writing import edit

    home, templates = _load()
    path = edit.new(home.templates, name, find_template(templates, source, language))
    click.echo(f"{path} is yours to change.")
    click.echo("`when` in its head says when it is taken; it fits as closely as the letter it was copied from,")
    click.echo("so give it a higher `priority`, or a narrower `when`.")
    click.echo(f"See it: gmail-followup templates preview {path.parent.name}/{path.stem} --watch")
    return int(Exit.DONE)


@command.command("edit", epilog="Example: gmail-followup templates edit interviewed")
@click.argument("name")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="en, de, fr or es.")
def edit(name: str, language: str) -> int:
    """Open a letter in your editor ($EDITOR). The shipped one is copied to your folder first."""
    from gmail_followup.cli.preview import find_template, problem_line
    from gmail_followup.errors import Exit

    home, templates = _load()
    template = find_template(templates, name, language)
    path = home.templates / template.key
    if not path.exists():
        _copy_one(home, template.key)
    click.edit(filename=str(path))
    again = find_template(_load()[1], template.key, language)
    if again.problem is not None:
        click.secho(problem_line(again.problem), fg="yellow")
        return int(Exit.HELD)
    click.echo(f"{path} can be used. See it: gmail-followup templates preview {template.key.removesuffix('.j2')}")
    return int(Exit.DONE)


def _copy_one(home: "Home", key: str) -> None:
    """Through `copy_to`, which notes what was shipped, so that `update` knows later whether the copy was changed."""
    import shutil
    import tempfile

    from gmail_followup.home import shipped
    from gmail_followup.writing.edit import copy_to

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / key).parent.mkdir(parents=True)
        shutil.copyfile(shipped("templates") / key, Path(folder) / key)
        copy_to(home.templates, Path(folder))


@command.command(
    "diff", epilog="Example: gmail-followup templates diff\n\nExample: gmail-followup templates diff de/final"
)
@click.argument("name", required=False)
@click.option("--language", default="en", show_default=True, metavar="CODE", help="For NAME: en, de, fr or es.")
def diff(name: str | None, language: str) -> int:
    """Show how your letters differ from the shipped ones."""
    from gmail_followup.cli.preview import find_template
    from gmail_followup.errors import Exit
    from gmail_followup.home import shipped
    from gmail_followup.writing import edit

    home, templates = _load()
    key = find_template(templates, name, language).key if name else ""
    found = [part for part in _files(edit.diff(shipped("templates"), home.templates)) if not key or _is_of(part, key)]
    for line in (line for part in found for line in part):
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.echo(click.style(line, fg=colour) if colour else line)
    if not found:
        click.echo("No difference: your letters are as shipped." if not key else f"{key} is as shipped.")
    return int(Exit.DONE)


def _files(text: str) -> list[list[str]]:
    """A unified diff, file by file."""
    lines = text.splitlines()
    starts = [i for i in range(len(lines) - 1) if lines[i].startswith("--- ") and lines[i + 1].startswith("+++ yours/")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]


def _is_of(part: list[str], key: str) -> bool:
    return part[1].rstrip() == f"+++ yours/{key}"


@command.command("lint", epilog="Example: gmail-followup templates lint")
def lint() -> int:
    """Write every letter for many made-up applications and tell every mistake with file and line. Exit code 1: some."""
    from gmail_followup.cli.preview import problem_line
    from gmail_followup.errors import Exit
    from gmail_followup.writing import edit

    templates = _load()[1]
    problems = edit.lint(templates)
    for problem in problems:
        click.echo(problem_line(problem))
    count = len(templates.templates)
    click.echo(f"{count} letters: {f'{len(problems)} mistakes' if problems else 'no mistakes'}.", err=bool(problems))
    return int(Exit.HELD if problems else Exit.DONE)


_FILTERS = (
    ("date_words", "a date as words, without the year", "{{ last_interview | date_words }}"),
    ("join_words", "a list as a person writes it: A, B and C", "{{ roles | join_words }}"),
    ("a_an", "with its article: an Analyst, a UX Designer (English)", "{{ role | a_an }}"),
    ("possessive", "the owner's form: Acme's, Atlas', d'Acme", "{{ company | possessive }}"),
    ("role_short", "a role without job ids and places", "{{ role | role_short }}"),
    ("first_name", "the given name, if it is certain", "{{ contact.name | first_name }}"),
)


@command.command("vars", epilog="Example: gmail-followup templates vars")
def vars_() -> int:
    """List what a letter can speak of: variables, pick, and filters."""
    from gmail_followup.errors import Exit
    from gmail_followup.writing.sandbox import FILTERS
    from gmail_followup.writing.variables import VARIABLES

    width = max(len(v.name) for v in VARIABLES)
    for v in VARIABLES:
        example = f", for example: {v.example}" if v.example else ""
        click.echo(f"{click.style(v.name.ljust(width), bold=True)}  {v.type}: {v.meaning}{example}")
    click.echo()
    pick = click.style("pick(...)".ljust(width), bold=True)
    click.echo(f"{pick}  one of the wordings, always the same for one application")
    for name, meaning, example in _FILTERS:
        click.echo(f"{click.style(f'| {name}'.ljust(width), bold=True)}  {meaning}: {example}")
    others = ", ".join(f for f in FILTERS if f not in {name for name, _, _ in _FILTERS})
    click.echo(f"\nOther filters, as in Jinja: {others}")
    return int(Exit.DONE)


@command.command("update", epilog="Example: gmail-followup templates update")
def update() -> int:
    """Bring newer shipped letters to your folder. What you have changed stays; the newer text is put beside it."""
    from gmail_followup.errors import Exit
    from gmail_followup.writing import edit

    home, _ = _load()
    done = edit.update(home.templates)
    for title, keys in (("new", done.added), ("brought up to date", done.replaced)):
        for key in keys:
            click.echo(f"{title}: {key}")
    for key in done.beside:
        click.echo(f"yours stays: {key}; the newer text is beside it as {Path(key).name}.new")
    if not (done.added or done.replaced or done.beside):
        click.echo("Your letters are up to date.")
    return int(Exit.DONE)
