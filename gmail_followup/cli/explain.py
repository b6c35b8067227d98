"""`gmail-followup explain`: why a mail is taken for a rejection, or not."""

from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option, mailbox_option, me_option

if TYPE_CHECKING:
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.mail.message import Message
    from gmail_followup.reading.decide import Reader
    from gmail_followup.reading.values import Evidence, Verdict


@click.command(
    "explain",
    epilog="Example: gmail-followup explain rejection.eml\n\nExample: gmail-followup explain '<a1b2@mail.acme.example>'",
)
@click.argument("message", metavar="MESSAGE")
@mailbox_option
@me_option
@json_option
def command(message: str, mailbox: str | None, me: tuple[str, ...], as_json: bool) -> int:
    """Show a mail with the words that counted, the sum, and what spoke against. MESSAGE: an .eml file, - or a Message-ID."""
    from gmail_followup.cli.find import find_message
    from gmail_followup.cli.setup import reader_of
    from gmail_followup.cli.shapes import scan_line
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.ledger.store import Ledger

    home = find_home()
    config = load_config(home)
    mail = find_message(message, mailbox, home, config, me)
    ledger = Ledger(home.ledger).copy_in_memory() if home.ledger.exists() else None
    reader = reader_of(home, config, me, ledger)
    verdict = reader.read(mail)
    if as_json:
        line = scan_line(message, mail, verdict)
        line["against"] = [_shape(e) for e in verdict.against]
        line["guarded"] = [_shape(e) for e in verdict.evidence if e.guard]
        print_json(line)
    else:
        _show(mail, verdict, reader.threshold)
        if ledger is not None and verdict.is_rejection:
            _show_application(mail, verdict, ledger, reader)
    return int(Exit.DONE)


def _show_application(mail: "Message", verdict: "Verdict", ledger: "Ledger", reader: "Reader") -> None:
    """The application behind the mail, if a run has seen it: how far it came, who is known, where mail and timeline differ."""
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.mail.message import StoredMessage
    from gmail_followup.reading.application import understand

    mailbox, key = ledger.find(mail.id)
    if not key:
        return
    known = ledger.known(mailbox)
    thread = next((k.thread_key for k in known if k.key == key), "")
    application = understand(StoredMessage(key, thread, mail), verdict, known, reader.me, reader.senders)
    click.secho("The application", bold=True)
    last = f", the last on {application.last_interview:%d %B}" if application.last_interview else ""
    click.echo(f"  stage {application.stage}; {application.rounds} interviews in your calendar mail{last}")
    for contact in application.contacts[:5]:
        role = contact.role.replace("_", " ")
        click.echo(
            f"  {one_line(contact.name, 50)} <{one_line(contact.email)}>, {role}: {one_line(', '.join(contact.why), 300)}"
        )
    for line in application.notes:
        click.echo(f"  {one_line(line, 300)}")


def _shape(e: "Evidence") -> dict[str, object]:
    return {"rule": e.rule, "text": e.text, "field": e.field, "weight": e.weight, "guard": e.guard, "source": e.source}


def _show(mail: "Message", verdict: "Verdict", threshold: float) -> None:
    from gmail_followup.cli.terminal import one_line, safe

    click.echo(f"From     {one_line(str(mail.from_))}")
    click.echo(f"Subject  {one_line(mail.subject, 140)}")
    click.echo()
    counted = [e for e in verdict.evidence if e.field == "body" and e.weight > 0]
    shown, at = "", 0
    for e in sorted(counted, key=lambda e: e.start):
        if e.start >= at:
            shown += safe(mail.text[at : e.start]) + click.style(
                safe(mail.text[e.start : e.end]), underline=True, bold=True
            )
            at = e.end
    click.echo((shown + safe(mail.text[at:])).strip())
    click.echo()
    total = sum(e.weight for e in (*verdict.evidence, *verdict.against))
    _table("What spoke for a rejection", [e for e in verdict.evidence if e.weight > 0])
    _table("What spoke against", [e for e in verdict.against if e.weight])
    _table("Heard, but not counted", [e for e in verdict.evidence if e.guard])
    what = "a rejection" if verdict.is_rejection else verdict.kind.value.replace("_", " ")
    said = (
        "You said so yourself."
        if verdict.corrected
        else f"The sum is {total:.1f}; from {threshold:.1f} a mail is a rejection."
    )
    click.secho(f"Taken for: {what} (score {verdict.score:.2f}). {said}", bold=True)
    facts = (("company", verdict.company), ("role", verdict.role), ("stage", verdict.stage), ("reason", verdict.reason))
    told = ", ".join(f"{name} {one_line(str(value), 60)}" for name, value in facts if value)
    click.echo(f"{told}, answerable {verdict.answerable}, language {verdict.language or 'not clear'}.")


def _table(title: str, evidence: "list[Evidence]") -> None:
    from gmail_followup.cli.terminal import one_line

    if not evidence:
        return
    click.secho(title, bold=True)
    for e in evidence:
        why = f"  not counted: {one_line(e.guard, 60)}" if e.guard else ""
        click.echo(f"  {e.weight:+5.1f}  {e.rule:26} “{one_line(e.text, 70)}”  {e.source}{why}")
