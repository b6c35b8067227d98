"""`gmail-followup status`: what waits, what was drafted, what wants your eye, and why."""

from typing import TYPE_CHECKING, Any

import click

from gmail_followup.cli.options import json_option

if TYPE_CHECKING:
    from gmail_followup.home import Home
    from gmail_followup.ledger.records import Event, Rejection
    from gmail_followup.ledger.store import Ledger

_ORDER = (
    ("held", "Wants your eye"),
    ("answered", "They have answered"),
    ("needs_contact", "Nobody to write to yet"),
    ("intended", "Being looked into"),
    ("waiting", "Cooling off"),
    ("drafted", "Drafted"),
    ("asked", "You have written to them"),
    ("silent", "At rest: no answer came"),
    ("closed", "At rest"),
    ("new", "New"),
    ("skipped", "Left in peace"),
)
_AFTER = frozenset(("asked", "answered", "silent", "closed"))


@click.command("status", epilog="Example: gmail-followup status\n\nExample: gmail-followup status --all --json")
@json_option
@click.option("--all", "everything", is_flag=True, help="Also what was left in peace.")
def command(as_json: bool, everything: bool) -> int:
    """What is waiting, what was drafted, what wants your eye, and why."""
    from gmail_followup.cli.terminal import note, one_line, print_json
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.ledger.store import Ledger

    home = find_home()
    if not home.ledger.exists():
        note("Nothing has been looked at yet. Begin with: gmail-followup run")
        return int(Exit.DONE)
    ledger = Ledger(home.ledger)
    rejections = ledger.rejections()
    drafts = {d.rejection_id: d for d in ledger.drafts() if d.purpose == "ask"}
    events: dict[str, list[Event]] = {}
    for event in ledger.events():
        events.setdefault(event.rejection_id, []).append(event)
    if as_json:
        for rejection in rejections:
            if everything or _group(rejection) != "skipped":
                print_json(_line(rejection, drafts.get(rejection.id), events.get(rejection.id, [])))
        ledger.close()
        return int(Exit.DONE)
    for state, title in _ORDER:
        chosen = [r for r in rejections if _group(r) == state]
        if not chosen:
            continue
        if state == "skipped" and not everything:
            note(f"{len(chosen)} left in peace (see them with --all).")
            continue
        click.secho(title, bold=True)
        for r in chosen:
            what = " at ".join(p for p in (one_line(r.role, 60), one_line(r.company, 50)) if p) or one_line(r.id)
            click.echo(f"  {what}, {r.date.astimezone():%d %B}")
            draft = drafts.get(r.id)
            if state == "drafted" and draft:
                click.echo(
                    click.style(
                        f"      to {one_line(', '.join(draft.recipients), 200)}: {one_line(draft.subject, 80)}",
                        dim=True,
                    )
                )
            elif state == "waiting" and r.not_before:
                click.echo(
                    click.style(
                        f"      a draft will be written from {r.not_before.astimezone():%A %d %B, %H:%M}", dim=True
                    )
                )
            elif state not in _AFTER:
                click.echo(click.style(f"      {one_line(r.why, 160)}", dim=True))
            for event in events.get(r.id, []):
                click.echo(click.style(f"      {event.at.astimezone():%d %b}  {one_line(event.why, 150)}", dim=True))
                if event.action in ("offered", "reminded") and ":" in event.about:
                    letter = event.about.partition(":")[0]
                    click.echo(click.style(f"              gmail-followup draft '{r.id}' --letter {letter}", dim=True))
            if state == "needs_contact":
                click.echo(
                    click.style(
                        f"      if you know somebody: gmail-followup draft '{one_line(r.id, 998)}' --to ADDRESS",
                        dim=True,
                    )
                )
    _tell_languages(ledger, home)
    for mailbox, at in ledger.last_checked():
        note(f"{one_line(mailbox)} was last looked at on {at.astimezone():%d %B at %H:%M}.")
    ledger.close()
    return int(Exit.DONE)


def _tell_languages(ledger: "Ledger", home: "Home") -> None:
    """Mail in a language without rules is never judged and never drafted for: say so."""
    from gmail_followup.cli.setup import rules_of
    from gmail_followup.cli.terminal import note
    from gmail_followup.config import load_config

    spoken = rules_of(home, load_config(home), loud=False).languages()
    other = {code: count for code, count in ledger.languages().items() if code and code not in spoken}
    if other:
        told = ", ".join(f"{code} {count}" for code, count in sorted(other.items(), key=lambda item: -item[1]))
        note(f"Mail in languages without rules is never drafted for: {told}. `gmail-followup rules new` begins a pack.")


def _group(rejection: "Rejection") -> str:
    """Under which title it stands: how the application stands, once something came after the draft."""
    return rejection.standing.value if rejection.standing in _AFTER else rejection.state.value


def _line(rejection: Any, draft: Any, events: "list[Event]") -> dict[str, Any]:
    from gmail_followup.cli.shapes import iso

    return {
        "id": rejection.id,
        "state": rejection.state.value,
        "why": rejection.why,
        "date": iso(rejection.date),
        "not_before": iso(rejection.not_before),
        "application": {
            "company": rejection.company,
            "role": rejection.role,
            "stage": rejection.stage.value,
            "state": rejection.standing.value,
        },
        "timeline": [
            {"at": iso(e.at), "state": e.standing.value, "action": e.action, "about": e.about, "why": e.why}
            for e in events
        ],
        "draft": {
            "id": draft.draft_id,
            "to": list(draft.recipients),
            "subject": draft.subject,
            "template": draft.template,
        }
        if draft
        else None,
    }
