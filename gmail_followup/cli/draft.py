"""`gmail-followup draft APPLICATION`: one letter, now."""

from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import me_option, now_or

if TYPE_CHECKING:
    from gmail_followup.ledger.records import Rejection


@click.command(
    "draft",
    epilog="Example: gmail-followup draft Acme --to mai@acme.example\n\nExample: gmail-followup draft 'Acme nurse' --dry-run\n\n"
    "Example: gmail-followup draft Acme --letter leads",
)
@click.argument("application", metavar="APPLICATION")
@click.option("--to", metavar="ADDRESS", help="The person to write to.")
@click.option(
    "--letter",
    type=click.Choice(["ask", "second_chance", "leads", "keep_in_touch"]),
    default="ask",
    show_default=True,
    help="Which letter; the later ones each at most once.",
)
@click.option("--as-of", metavar="TIME", help="Work as if it were this time (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Show the letter; write nothing.")
@me_option
def command(
    application: str, to: str | None, letter: str, as_of: str | None, dry_run: bool, me: tuple[str, ...]
) -> int:
    """Write the draft for one application now, without waiting. APPLICATION: words of company and role, or an id."""
    from gmail_followup.cli.applications import checked_address, find_application
    from gmail_followup.cli.outcomes import show
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.ledger.records import State
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.pipeline import follow_up, look_at
    from gmail_followup.rooms import Options

    now = now_or(as_of)
    ledger = Ledger(find_home().ledger)
    try:
        rejection = find_application(ledger, application)
        mailbox = ledger.mailbox_of(rejection.id)
    finally:
        ledger.close()
    if letter != "ask":
        return _further(rejection, mailbox, letter, to, as_of, me, dry_run=dry_run)
    if rejection.state is State.DRAFTED:
        click.echo("There is a draft for this application already; a second one is never written.")
        return int(Exit.DONE)
    with rooms_for(mailbox, me, dry_run=dry_run) as rooms:
        if to is not None:
            rooms.ledger.make_wish(mailbox, rejection.id, checked_address(to), now)
        dry = dry_run or not rooms.mailbox.can_draft
        options = Options(now=now, no_wait=True, dry_run=dry, as_of=as_of is not None, asked=True)
        outcome = follow_up(rooms, options, look_at(rooms), rejection)
        if outcome is None:
            click.echo(f"Nothing was written: {rejection.why}.")
            return int(Exit.HELD)
        show([outcome], dry=dry, letters=True)
    return int(Exit.DONE if outcome.action == "drafted" else Exit.HELD)


def _further(
    rejection: "Rejection",
    mailbox: str,
    letter: str,
    to: str | None,
    as_of: str | None,
    me: tuple[str, ...],
    *,
    dry_run: bool,
) -> int:
    """A letter that follows later, at the user's word; never a second unanswered one to a person."""
    from gmail_followup.cli.applications import checked_address
    from gmail_followup.cli.outcomes import show
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.errors import Exit
    from gmail_followup.ledger.records import Purpose
    from gmail_followup.nextsteps import further_letter
    from gmail_followup.pipeline import look_at
    from gmail_followup.rooms import Options
    from gmail_followup.story import NextStep

    purpose = Purpose(letter)
    with rooms_for(mailbox, me, dry_run=dry_run) as rooms:
        if rooms.ledger.draft(mailbox, rejection.id, purpose) is not None:
            click.echo("That letter was drafted before; a second one is never written.")
            return int(Exit.DONE)
        dry = dry_run or not rooms.mailbox.can_draft
        options = Options(now=now_or(as_of), dry_run=dry, as_of=as_of is not None, asked=True)
        step = NextStep(purpose, "you asked for it", rejection.id)
        wanted = checked_address(to) if to else ""
        outcome = further_letter(rooms, options, look_at(rooms), rejection, step, wanted)
        if outcome is None:
            click.echo(
                "Nothing was written: nobody is known to write to, they have said no, or your last letter to them has not "
                "been answered yet."
            )
            return int(Exit.HELD)
        show([outcome], dry=dry, letters=True)
    return int(Exit.HELD if outcome.action == "held" else Exit.DONE)
