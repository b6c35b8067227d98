"""`gmail-followup connect APPLICATION`: a note of at most 300 characters, to paste into a professional network (A19)."""

import click

from gmail_followup.cli.options import json_option, me_option

MOST = 300
"""Characters that professional networks leave for the note; what is longer they cut off."""


@click.command(
    "connect",
    epilog="Example: gmail-followup connect Acme\n\nExample: gmail-followup connect Acme --to 'Mai Nguyen'",
)
@click.argument("application", metavar="APPLICATION")
@click.option("--to", metavar="WHO", default="", help="With whom you want to connect: a name, or an address.")
@click.option("--language", metavar="CODE", default="", help="en, de, fr or es; else that of the rejection.")
@click.option("--offline", is_flag=True, help="Do not open the mailbox: use what is known already.")
@json_option
@me_option
def command(application: str, to: str, language: str, offline: bool, as_json: bool, me: tuple[str, ...]) -> int:
    """A short note for a request to connect, ready to paste. It is never longer than 300 characters, and never cut.

    APPLICATION: words of company and role, or an id.
    """
    from gmail_followup.cli.notes import desk
    from gmail_followup.cli.people import company_of, facts_for
    from gmail_followup.cli.setup import templates_of
    from gmail_followup.cli.terminal import note, one_line, print_json, safe
    from gmail_followup.errors import Exit, UserError
    from gmail_followup.notebook.sheet import written

    with desk() as here:
        rejection = here.find(application)
        company = company_of(here, rejection, to=to, me=me, offline=offline)
        facts = facts_for(here, rejection, company, here.page_of(rejection.id), language)
        letter = written(templates_of(here.home), facts, "connection_note")
    text = safe(letter.text)
    if len(text) > MOST:
        raise UserError(
            f"The note has {len(text)} characters; networks take {MOST} and cut off the rest.",
            why=letter.path,
            fix=f"Shorten it: gmail-followup templates edit {letter.language}/{letter.template}",
        )
    person = company.application.contacts[0] if company.application.contacts else None
    who = (person.name or person.email) if person else ""
    if as_json:
        print_json({"id": rejection.id, "to": who, "text": text, "characters": len(text)})
        return int(Exit.DONE)
    if not facts.me.name:
        note("Your name is not known yet: gmail-followup init --name 'Your Name' signs it.")
    note(f"To {one_line(who)}, {len(text)} of {MOST} characters:" if who else f"{len(text)} of {MOST} characters:")
    click.echo(text)
    return int(Exit.DONE)
