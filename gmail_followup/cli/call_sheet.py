"""`gmail-followup call-sheet APPLICATION`: one page to have beside you when you call (A4, A9, A10, A12)."""

from pathlib import Path

import click

from gmail_followup.cli.options import me_option


@click.command(
    "call-sheet",
    epilog="Example: gmail-followup call-sheet Acme\n\n"
    "Example: gmail-followup call-sheet Acme --format html --output acme.html\n\n"
    "For a PDF, open the HTML page in your browser and print it to a file.",
)
@click.argument("application", metavar="APPLICATION")
@click.option("--to", metavar="WHO", default="", help="Whom you want to call: a name, or an address.")
@click.option(
    "--format", "how", type=click.Choice(("terminal", "markdown", "html")), default=None,
    help="terminal (if nothing is said), markdown or html; html prints on one page.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE (.md or .html)."
)
@click.option("--language", metavar="CODE", default="", help="en, de, fr or es; else that of the rejection.")
@click.option("--offline", is_flag=True, help="Do not open the mailbox: use what is known already.")
@me_option
def command(
    application: str, to: str, how: str | None, output: Path | None, language: str, offline: bool, me: tuple[str, ...]
) -> int:
    """Whom to call and why, how to begin, the question, what not to say, lines for notes, and how to end.

    Telephone numbers come from your notes: gmail-followup feedback APPLICATION --add "Mai: +44 20 ...". The words are
    in call_sheet.j2 among your letters; change them as you like. APPLICATION: words of company and role, or an id.
    """
    from gmail_followup.cli.files import write_file
    from gmail_followup.cli.notes import desk
    from gmail_followup.cli.people import company_of, facts_for
    from gmail_followup.cli.setup import templates_of
    from gmail_followup.cli.terminal import console, safe
    from gmail_followup.errors import Exit
    from gmail_followup.notebook.sheet import as_html, call_sheet

    with desk() as here:
        rejection = here.find(application)
        page = here.page_of(rejection.id)
        company = company_of(here, rejection, to=to, me=me, offline=offline)
        facts = facts_for(here, rejection, company, page, language)
        text = safe(call_sheet(templates_of(here.home), facts, company.application.contacts, page))
    how = how or _format_of(output)
    if how == "html":
        text = as_html(text, facts.language)
    if output is not None:
        write_file(output, text.encode())
        click.echo(f"Written: {output}", err=True)
    elif how == "terminal":
        from rich.markdown import Markdown

        console().print(Markdown(text, hyperlinks=False))
    else:
        click.echo(text, nl=False)
    return int(Exit.DONE)


def _format_of(output: Path | None) -> str:
    """The format where none is named: by the file's ending."""
    if output is None:
        return "terminal"
    return "html" if output.suffix.lower() in (".html", ".htm") else "markdown"
