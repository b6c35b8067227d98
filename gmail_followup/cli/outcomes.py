"""How the outcomes of a run are told to a person: quiet, short, the letters in full only on request."""

from collections import Counter
from collections.abc import Sequence

import click

from gmail_followup.cli.terminal import one_line, safe
from gmail_followup.decision import Action
from gmail_followup.ledger.records import Standing
from gmail_followup.rooms import Outcome, Rooms

_COOLING = "Cooling off"
_THEIR_TURN = "Their turn now"
_COUNTED = {
    "They have answered": "answered",
    _THEIR_TURN: "now their turn",
    "A next step, if you like": "with a next step",
}
_TITLES = {
    Action.THANKED: "They have answered",
    Action.DRAFTED: "Drafted",
    Action.WAITING: _COOLING,
    Action.HELD: "Wants your eye",
    Action.NEEDS_CONTACT: "Nobody to write to yet",
    Action.OFFERED: "A next step, if you like",
    Action.REMINDED: "Worth another look",
    Action.CLOSED: "Come to rest",
    Action.SKIPPED: "Left in peace",
}


def show(outcomes: Sequence[Outcome], *, dry: bool, letters: bool = False) -> None:
    """Outcomes by what was done. letters: print the drafts in full."""
    for title in (*dict.fromkeys(_TITLES.values()), _THEIR_TURN):
        chosen = [o for o in outcomes if _title(o) == title]
        if not chosen:
            continue
        click.secho(title if not dry or title != _TITLES[Action.DRAFTED] else "Would be drafted", bold=True)
        for outcome in chosen:
            click.echo(f"  {name_of(outcome)}")
            if outcome.action is Action.WAITING and outcome.not_before:
                click.echo(f"      a draft will be written from {outcome.not_before.astimezone():%A %d %B, %H:%M}")
            else:
                click.echo(click.style(f"      {one_line(outcome.why, 150)}", dim=True))
            if outcome.offer and not outcome.draft_id:
                click.echo(f"      gmail-followup draft '{one_line(outcome.id, 998)}' --letter {outcome.offer}")
            if outcome.envelope and outcome.letter and outcome.action is not Action.HELD:
                to = ", ".join(one_line(str(a)) for a in outcome.envelope.to)
                click.echo(f"      to {to}: {one_line(outcome.letter.subject, 80)}")
                if letters or dry:
                    _letter(outcome)
            for finding in outcome.report.findings if outcome.report else ():
                click.echo(f"      {finding.class_.replace('_', ' ')}: {one_line(finding.message, 120)}")


def _title(outcome: Outcome) -> str:
    """Who is waited for makes two things of one word: the cool-off, or the other side."""
    waits = outcome.action is Action.WAITING and outcome.standing is not Standing.COOLING_OFF
    return _THEIR_TURN if waits else _TITLES[outcome.action]


def name_of(outcome: Outcome) -> str:
    """The application in a few words: role and company, else the subject of the mail."""
    application = outcome.application
    company, role = one_line(application.company, 50), one_line(application.role, 60)
    return (
        " at ".join(part for part in (role, company) if part)
        if company
        else role or one_line(outcome.subject, 80) or one_line(outcome.id)
    )


def _letter(outcome: Outcome) -> None:
    assert outcome.letter is not None
    click.echo()
    for line in safe(outcome.letter.text).splitlines():
        click.echo(f"      | {line}" if line else "      |")
    click.echo()


def summary(outcomes: Sequence[Outcome], rooms: Rooms, *, dry: bool) -> str:
    """The closing line."""
    counts = Counter(_title(o) for o in outcomes)
    if not outcomes:
        return "Nothing new: no draft was written, and none is needed."
    parts = [f"{counts[t]} {_COUNTED.get(t, t.lower())}" for t in (*_TITLES.values(), _THEIR_TURN) if counts[t]]
    line = ", ".join(parts) + "."
    if dry:
        return line + (
            " Nothing was written: this was a dry run."
            if rooms.mailbox.can_draft
            else " This mailbox is read-only: nothing was written."
        )
    return line + (
        " The drafts are in your mailbox: read them, change what you like, send them yourself."
        if counts[_TITLES[Action.DRAFTED]]
        else ""
    )
