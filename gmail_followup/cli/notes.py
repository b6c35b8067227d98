"""What the commands around the notebook share: finding a page, telling what is broken, opening the editor."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from gmail_followup.errors import Exit, FileError, UserError

if TYPE_CHECKING:
    from gmail_followup.home import Home
    from gmail_followup.ledger.records import Rejection
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.notebook.store import Notebook
    from gmail_followup.notebook.values import Page


@dataclass(frozen=True, slots=True)
class Desk:
    """The home folder, the ledger and the notes, opened for one command; nothing of it needs the network."""

    home: "Home"
    ledger: "Ledger"
    notebook: "Notebook"

    def page_of(self, what: str) -> "Page":
        """The page of the application meant: as saved, else a fresh one. Raises UserError, FileError."""
        from gmail_followup.notebook.values import Page

        rejection = self.find(what)
        fresh = Page(rejection.id, rejection.company, rejection.role)
        return self.notebook.page(rejection.id) or fresh

    def find(self, what: str) -> "Rejection":
        """The application meant: one of the ledger, or one of which only the page is left. Raises UserError."""
        from gmail_followup.cli.applications import find_application

        try:
            return find_application(self.ledger, what)
        except UserError as unknown:
            words = what.strip().casefold()
            pages = [page for page in self.notebook.pages()[0] if page.rejection_id]
            found = [p for p in pages if p.rejection_id.strip("<>").casefold() == words.strip("<>")] or [
                p for p in pages if words and all(w in f"{p.company} {p.role}".casefold() for w in words.split())
            ]
            if len(found) != 1 or "several" in unknown.what:
                raise
            return _left_alone(found[0])

    def rejections(self) -> "dict[str, Rejection]":
        """All applications of the ledger by id."""
        return {rejection.id: rejection for rejection in self.ledger.rejections()}


def _left_alone(page: "Page") -> "Rejection":
    """The ledger has forgotten this application; the user's page is all there is."""
    from datetime import UTC, datetime

    from gmail_followup.ledger.records import Rejection, State
    from gmail_followup.reading.values import Stage

    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    return Rejection(page.rejection_id, "", "", long_ago, page.company, page.role, Stage.UNKNOWN, State.SKIPPED)


@contextmanager
def desk() -> "Iterator[Desk]":
    """Opens home, ledger and notes, and lets go of them."""
    from gmail_followup.home import find_home
    from gmail_followup.ledger.store import Ledger
    from gmail_followup.notebook.store import Notebook

    home = find_home()
    ledger = Ledger(home.ledger if home.ledger.exists() else None)
    try:
        yield Desk(home, ledger, Notebook(home.notes))
    finally:
        ledger.close()


def tell_broken(problems: "Iterable[FileError]") -> int:
    """Says which pages cannot be read; the exit code that follows from it."""
    from gmail_followup.cli.main import tell

    code = Exit.DONE
    for problem in problems:
        tell(problem)
        code = Exit.HELD
    return int(code)


def application_shape(page: "Page", rejection: "Rejection | None") -> dict[str, Any]:
    """`application` in the JSON lines. state is "" where the ledger has forgotten the application."""
    return {
        "company": page.company or (rejection.company if rejection else ""),
        "role": page.role or (rejection.role if rejection else ""),
        "stage": rejection.stage.value if rejection else "unknown",
        "state": rejection.standing.value if rejection else "",
    }


def title_of(page: "Page", most: int = 60) -> str:
    """Role and company on one safe line."""
    from gmail_followup.cli.terminal import one_line

    parts = (one_line(page.role, most), one_line(page.company, most))
    return " at ".join(part for part in parts if part) or one_line(page.rejection_id, 80)


def edit_page(notebook: "Notebook", page: "Page", questions: Iterable[tuple[str, str]]) -> int:
    """Opens a page in $EDITOR and says whether it can be read. The exit code."""
    path = notebook.prepare(page, tuple(questions))
    if path is None:
        raise UserError(
            "There is no notes folder to keep a page in.", fix="Set GMAIL_FOLLOWUP_HOME to a folder of yours."
        )
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        raise UserError(
            "Your editor could not be opened.", why=error.message, fix=f"Set EDITOR, or open {path} yourself."
        ) from None
    try:
        notebook.page(page.rejection_id)
    except FileError as problem:
        tell_broken([problem])
        click.echo("It is kept as you wrote it. Mend that line; until then this page is left out.", err=True)
        return int(Exit.USAGE)
    click.echo(f"Saved in {path}")
    return int(Exit.DONE)


def numbered(change: Callable[[], "Page"], number: int, what: str) -> "Page":
    """Does a change; a number that is not there becomes a plain word. Raises UserError."""
    try:
        return change()
    except IndexError:
        raise UserError(
            f"There is no {what} {number} here.", fix=f"Run the command without it to see each {what}'s number."
        ) from None
