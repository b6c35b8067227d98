"""A letter as it would come out, with what proofing says beside the lines, for `templates preview`."""

import shutil
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmail_followup.errors import FileError, UserError

if TYPE_CHECKING:
    from gmail_followup.proofing.finding import Finding, Report
    from gmail_followup.writing.letter import Letter
    from gmail_followup.writing.templates import Template, TemplateSet
    from gmail_followup.writing.variables import Facts, Profile

_MARGIN = 5
_WIDEST = 100


def find_template(templates: "TemplateSet", name: str, language: str) -> "Template":
    """The template of `name` or `language/name`. Raises UserError with the nearest names."""
    import difflib

    folder, slash, bare = name.removesuffix(".j2").rpartition("/")
    found = templates.find(bare, folder if slash else language)
    if found is not None:
        return found
    known = [t.key.removesuffix(".j2") for t in templates.templates]
    wanted = f"{folder if slash else language}/{bare}"
    near = difflib.get_close_matches(wanted, known, n=3)
    fix = f"Did you mean {' or '.join(near)}?" if near else "See all of them: gmail-followup templates list"
    raise UserError(f"There is no letter {wanted}.", fix=fix)


def choose_templates(templates: "TemplateSet", language: str, stage: str) -> tuple["Template", ...]:
    """All letters of a language, or the one that a reply to a plain no at this stage would take."""
    from gmail_followup.reading.values import Answerable, Reason, Stage
    from gmail_followup.writing.choose import choose

    if not stage:
        found = tuple(t for t in templates.templates if t.language == language)
        if found:
            return found
        have = ", ".join(templates.languages)
        raise UserError(f"There are no letters in {language!r}.", fix=f"There are: {have}.")
    at, no = Stage(stage), Reason.NOT_SELECTED
    choice = choose(templates, language=language, stage=at, reason=no, answerable=Answerable.YES, to="thread")
    if choice.problem is not None:
        raise choice.problem
    if choice.template is None:
        raise UserError(f"No letter would be chosen: {choice.why}.", fix="Look at `when` in their heads.")
    return (choice.template,)


def sample_for(template: "Template", stage: str, me: "Profile", *, bare: bool) -> "Facts":
    """Made-up facts that fit the template's own `when`. bare: with nothing known but the stage."""
    from gmail_followup.writing.variables import name_words, sample_facts

    samples = [s for s in sample_facts(template.language) if bool(s.company) is not bare]
    when = template.front.when if template.front is not None else None
    fitting = [
        s
        for s in samples
        if when is None or ((not when.stage or s.stage in when.stage) and (not when.reason or s.reason in when.reason))
    ]
    usual = sorted(fitting or samples, key=lambda s: (bool(stage) and s.stage != stage, s.reason != "not_selected"))
    facts = usual[0]
    if when is not None:
        answerable = sorted(when.answerable, key=lambda a: a != "yes")
        facts = replace(facts, to="contact" if when.to == "contact" else "thread")
        facts = replace(facts, answerable=str(answerable[0].value)) if answerable else facts
    if not me.name:
        return facts
    # The user's own name and words, so that he reads his own letter.
    mine = me if bare or me.tips_about or me.phone else replace(facts.me, name=me.name, sign_off=me.sign_off)
    return replace(facts, me=mine, names=facts.names | name_words(me.name))


def show_letter(template: "Template", letter: "Letter", report: "Report", yours: str) -> None:
    """The letter, each line with the template line that it came from, and under it what proofing found there."""
    from gmail_followup.writing.edit import count_words

    front = template.front
    click.secho(template.key.removesuffix(".j2"), bold=True, nl=False)
    click.echo(click.style(f"  {yours}: {template.path}", dim=True))
    if front is not None:
        click.echo(f"  {front.description}")
    words = count_words(letter.text)
    subject = f"Subject: {letter.subject}" if letter.subject else "A reply: it keeps the subject."
    click.echo(f"  {subject}  ({words} words)")
    width = max(40, min(_WIDEST, shutil.get_terminal_size().columns) - _MARGIN - 3)
    at = 0
    # Findings speak of the mended text; mending never adds or takes away a line.
    for number, line in zip(letter.lines, report.text.split("\n"), strict=False):
        margin = f"{number:>{_MARGIN}}" if line else " " * _MARGIN
        for index, piece in enumerate(textwrap.wrap(line, width) or [""]):
            click.echo(click.style(f"{margin if index == 0 else ' ' * _MARGIN} | ", dim=True) + piece)
        for finding in _within(report.findings, at, at + len(line)):
            click.echo(" " * _MARGIN + click.style("   > ", fg="yellow") + words_of(finding))
        at += len(line) + 1
    for finding in report.findings:
        if not finding.end:
            click.echo(" " * _MARGIN + click.style("   > ", fg="yellow") + words_of(finding))
    notes = [*report.fixed, *report.notes]
    for note in notes:
        click.echo(click.style(f"  {note}", dim=True))
    verdict = "Nothing to change." if report.ok else "It would be held back for your eye." if report.blocked else ""
    engine = "" if report.engine == "none" else f"{report.engine} and "
    click.echo(f"  {verdict}{' ' if verdict else ''}Checked by {engine}the house rules.\n")


def _within(findings: "Sequence[Finding]", start: int, end: int) -> "list[Finding]":
    return [f for f in findings if f.end and start <= f.start < max(end, start + 1)]


def words_of(finding: "Finding") -> str:
    """One finding on one line, with the template line to change."""
    from gmail_followup.cli.terminal import one_line

    where = f"line {finding.template_line}, " if finding.template_line is not None else ""
    quoted = f"“{one_line(finding.text, 60)}”: " if finding.text and len(finding.text) < 120 else ""
    better = f" Better: {one_line(finding.suggestions[0], 80)}" if finding.suggestions else ""
    return f"{where}{finding.class_.replace('_', ' ')}: {quoted}{finding.message}{better}"


def changes(folders: Sequence[Path], sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yields at once, and then whenever a file below the folders has changed; looks once a second, for ever."""
    before: dict[str, tuple[int, int]] | None = None
    while True:
        now = _state(folders)
        if now != before:
            before = now
            yield
        sleep(1.0)


def _state(folders: Sequence[Path]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for folder in folders:
        for path in [folder] if folder.is_file() else sorted(folder.rglob("*.j2")):
            try:
                stat = path.stat()
            except OSError:  # an editor may be about to put the new file in its place
                continue
            found[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return found


def problem_line(problem: FileError) -> str:
    """A mistake in a template on one or two lines."""
    return problem.what + (f"\n  {problem.fix}" if problem.fix else "")
