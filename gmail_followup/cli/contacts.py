"""`gmail-followup contacts APPLICATION`: whom to write to, and why."""

import click

from gmail_followup.cli.options import json_option, me_option, now_or


@click.command(
    "contacts",
    epilog="Example: gmail-followup contacts Acme\n\nExample: gmail-followup contacts Acme --to mai@acme.example",
)
@click.argument("application", metavar="APPLICATION")
@click.option("--to", metavar="ADDRESS", help="Write to this person; the next run does so.")
@json_option
@me_option
def command(application: str, to: str | None, as_json: bool, me: tuple[str, ...]) -> int:
    """Whom to write to about an application, best first, and why. APPLICATION: words of company and role, or an id."""
    from gmail_followup.cli.applications import checked_address, find_application
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.cli.terminal import one_line, print_json
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.pipeline import application_of, look_at

    ledger = Ledger(find_home().ledger)
    try:
        rejection = find_application(ledger, application)
        mailbox = ledger.mailbox_of(rejection.id)
        if to is not None:
            address = checked_address(to)
            ledger.make_wish(mailbox, rejection.id, address, now_or(None))
            click.echo(f"Noted: the letter goes to {address}.")
            return int(Exit.DONE)
        wish = ledger.wish(mailbox, rejection.id)
    finally:
        ledger.close()
    with rooms_for(mailbox, me, dry_run=True) as rooms:
        contacts = application_of(rooms, look_at(rooms), rejection).contacts
    for contact in contacts:
        if as_json:
            print_json(
                {
                    "name": contact.name,
                    "email": contact.email,
                    "role": contact.role,
                    "score": contact.score,
                    "why": list(contact.why),
                }
            )
        else:
            chosen = "  (your choice)" if contact.email == wish else ""
            click.secho(
                f"{one_line(contact.name or contact.email, 60)}  <{one_line(contact.email)}>{chosen}", bold=True
            )
            click.echo(f"    {contact.role.replace('_', ' ')}; {one_line(', '.join(contact.why), 300)}")
    if not contacts and not as_json:
        click.echo("Nobody at this employer is known from your mail. If you know somebody:")
        click.echo(f"  gmail-followup draft '{one_line(application, 60)}' --to name@company.example")
    return int(Exit.DONE)
