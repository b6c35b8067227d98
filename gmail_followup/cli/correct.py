"""`gmail-followup correct`: the user's word on one mail, which wins from then on."""

import click

from gmail_followup.cli.options import mailbox_option, me_option, now_or


@click.command(
    "correct",
    epilog="Example: gmail-followup correct newsletter.eml --not-rejection\n\n"
    "Example: gmail-followup correct mail.eml --rejection --company Acme",
)
@click.argument("message", metavar="MESSAGE")
@click.option("--rejection/--not-rejection", "is_rejection", default=None, help="What it really is.")
@click.option("--company", default="", help="The employer, if it was read wrongly.")
@click.option("--role", default="", help="The job, if it was read wrongly.")
@mailbox_option
@me_option
def command(
    message: str, is_rejection: bool | None, company: str, role: str, mailbox: str | None, me: tuple[str, ...]
) -> int:
    """Say that a mail is, or is not, a rejection. MESSAGE: an .eml file, - or a Message-ID."""
    from gmail_followup.cli.find import find_message
    from gmail_followup.cli.setup import reader_of
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit, UserError
    from gmail_followup.home import find_home
    from gmail_followup.ledger.records import Correction
    from gmail_followup.ledger.store import Ledger

    home = find_home()
    config = load_config(home)
    mail = find_message(message, mailbox, home, config, me)
    verdict = reader_of(home, config, me).read(mail)
    if is_rejection is None and not company and not role:
        raise UserError(
            "What should be corrected?", fix="Add --rejection, --not-rejection, --company NAME or --role NAME."
        )
    said = verdict.is_rejection if is_rejection is None else is_rejection
    ledger = Ledger(home.ledger)
    try:
        ledger.correct(Correction(mail.id, said, company, role), now_or(None))
    finally:
        ledger.close()
    click.echo(
        f"Noted: “{one_line(mail.subject, 80)}” is {'' if said else 'not '}a rejection. Your word wins from now on."
    )
    if said != verdict.is_rejection:
        _offer(mail.own_text if said else _heard(verdict), said)
    return int(Exit.DONE)


def _heard(verdict) -> str:  # type: ignore[no-untyped-def]
    return max(verdict.evidence, key=lambda e: e.weight).text if verdict.evidence else ""


def _offer(text: str, said: bool) -> None:
    """Offers the sentence as an example for a rule of the user's own."""
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.mail.message import Span
    from gmail_followup.mail.sentences import sentences

    found = [text[s.start : s.end] for s in sentences(text, (Span(0, len(text)),))]
    longest = max(found, key=len, default="")
    if not longest:
        return
    side = "--yes" if said else "--no"
    click.echo("If more mails like this come, a rule of your own will know them:")
    click.echo(f'  gmail-followup rules new my-rule --says rejection --phrase "..." {side} "{one_line(longest, 120)}"')
