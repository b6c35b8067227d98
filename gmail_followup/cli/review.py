"""`gmail-followup review APPLICATION`: a few kind questions to oneself, while the mail cools off (A2)."""

from typing import TYPE_CHECKING

import click

from gmail_followup.cli.options import json_option

if TYPE_CHECKING:
    from gmail_followup.cli.notes import Desk
    from gmail_followup.notebook.review import Question
    from gmail_followup.notebook.values import Page


@click.command(
    "review",
    epilog="Example: gmail-followup review Acme\n\nExample: gmail-followup review 'Acme engineer' --edit",
)
@click.argument("application", metavar="APPLICATION")
@click.option("--edit", is_flag=True, help="Answer on the page itself, in $EDITOR.")
@click.option("--show", is_flag=True, help="Show what you wrote; ask nothing.")
@click.option("--again", is_flag=True, help="Ask every question anew; Enter keeps what is there, - takes it away.")
@json_option
def command(application: str, edit: bool, show: bool, again: bool, as_json: bool) -> int:
    """A few questions to yourself while it cools off. Enter skips one; Ctrl-C stops, and nothing is lost.

    Each answer is saved at once, in a file of your own. What you would most like to know may go into the letter.
    APPLICATION: words of company and role, or an id.
    """
    from gmail_followup.cli.notes import desk, edit_page
    from gmail_followup.errors import Exit

    with desk() as here:
        questions = questions_of(here)
        if edit:
            rejection = here.find(application)
            from gmail_followup.notebook.values import Page

            fresh = Page(rejection.id, rejection.company, rejection.role)
            return edit_page(here.notebook, fresh, [(q.id, q.text) for q in questions])
        page = here.page_of(application)
        if as_json:
            _print_line(here, page)
        elif show:
            _show(page, questions)
        elif page.review.finished and not again:
            _show(page, questions)
            click.echo("You have been through this one. To change it: --edit, or --again.")
        else:
            _ask(here, page, questions, again=again)
    return int(Exit.DONE)


def questions_of(here: "Desk") -> "tuple[Question, ...]":
    """The questions: the user's own file in his home folder, else the shipped one. Raises FileError."""
    from gmail_followup.notebook.review import SHIPPED, load_questions

    own = here.home.root / "questions.toml"
    return load_questions(own if own.is_file() else SHIPPED)


def _ask(here: "Desk", page: "Page", questions: "tuple[Question, ...]", *, again: bool) -> None:
    from gmail_followup.cli.notes import title_of
    from gmail_followup.cli.terminal import note, one_line
    from gmail_followup.notebook.review import finished, with_answer

    click.secho(title_of(page), bold=True)
    note("For your eyes only. Be fair to yourself. Enter skips a question; Ctrl-C stops, and nothing is lost.")
    asked = [q for q in questions if again or not page.review.of(q.id)]
    if len(asked) < len(questions):
        note(f"{len(questions) - len(asked)} you have answered before; they are kept.")
    for number, question in enumerate(asked, start=1):
        click.echo()
        click.echo(f"{number} of {len(asked)}. {question.text}")
        if question.hint:
            click.echo(click.style(f"  {question.hint}", dim=True))
        before = page.review.of(question.id)
        if before:
            click.echo(click.style(f"  So far: {one_line(before, 200)}", dim=True))
        answer = str(click.prompt(">", prompt_suffix=" ", default="", show_default=False)).strip()
        if answer:
            kept = "" if before and answer == "-" else answer
            page = here.notebook.change(page, lambda now, key=question.id, words=kept: with_answer(now, key, words))  # type: ignore[misc]
    page = here.notebook.change(page, finished)
    _close(here, page)


def _close(here: "Desk", page: "Page") -> None:
    from gmail_followup.cli.terminal import one_line
    from gmail_followup.notebook.review import WISH, wish

    click.echo()
    phrase = wish(page)
    if phrase:
        click.echo(f"Your letter may ask for tips about {one_line(phrase)}.")
    elif page.review.of(WISH):
        click.echo("Your last answer stays here: it does not fit after “tips about ...”, so no letter repeats it.")
    click.echo(f"Thank you. It is kept in {here.notebook.path_of(page.rejection_id)}")


def _show(page: "Page", questions: "tuple[Question, ...]") -> None:
    from gmail_followup.cli.notes import title_of
    from gmail_followup.cli.terminal import safe

    click.secho(title_of(page), bold=True)
    if not page.review.answers:
        click.echo("  Nothing is written yet.")
    texts = {q.id: q.text for q in questions}
    order = {q.id: number for number, q in enumerate(questions)}
    for key, answer in sorted(page.review.answers, key=lambda item: order.get(item[0], len(order))):
        click.echo(click.style(f"  {texts.get(key, key)}", dim=True))
        for line in safe(answer).splitlines():
            click.echo(f"    {line}")


def _print_line(here: "Desk", page: "Page") -> None:
    from gmail_followup.cli.notes import application_shape
    from gmail_followup.cli.terminal import print_json
    from gmail_followup.notebook.review import wish

    print_json(
        {
            "id": page.rejection_id,
            "application": application_shape(page, here.rejections().get(page.rejection_id)),
            "finished": page.review.finished,
            "answers": dict(page.review.answers),
            "wish": wish(page),
        }
    )
