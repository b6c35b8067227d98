"""What the user does with his notes and steps: pure, page in, page out. Numbers are 1-based, as they are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from gmail_followup.answers.values import Area, Sort
from gmail_followup.notebook.values import Note, Page, Step

T = TypeVar("T")

PLAN = Page("")
"""The page of steps that belong to no single application."""


def add_note(page: Page, text: str, sort: Sort, area: Area) -> Page:
    """A note in the user's own words, at the end."""
    return replace(page, notes=(*page.notes, Note(" ".join(text.split()), sort, area, by_user=True)))


def sort_note(page: Page, number: int, *, sort: Sort | None = None, area: Area | None = None) -> Page:
    """The user's word on what a note is about. Raises IndexError for a number that is not there."""
    note = _at(page.notes, number)
    changed = replace(note, sort=sort or note.sort, area=area or note.area, by_user=True)
    return replace(page, notes=_put(page.notes, number, (changed,)))


def remove_note(page: Page, number: int) -> Page:
    """Raises IndexError for a number that is not there."""
    _at(page.notes, number)
    return replace(page, notes=_put(page.notes, number, ()))


def add_step(page: Page, area: Area, text: str, due: date | None = None) -> Page:
    """A next step, at the end."""
    return replace(page, steps=(*page.steps, Step(area, " ".join(text.split()), due)))


def steps_in(pages: Iterable[Page]) -> tuple[tuple[Page, int], ...]:
    """Every step as (page, number on it), those of the general plan first; their order is how the user counts them."""
    ordered = sorted(pages, key=lambda page: page.rejection_id != PLAN.rejection_id)
    return tuple((page, number) for page in ordered for number in range(1, len(page.steps) + 1))


def finish_step(page: Page, number: int, today: date) -> Page:
    """Marks a step as done; one that is done already keeps its day. Raises IndexError for a number that is not there."""
    step = _at(page.steps, number)
    return replace(page, steps=_put(page.steps, number, (replace(step, done=step.done or today),)))


def remove_step(page: Page, number: int) -> Page:
    """Raises IndexError for a number that is not there."""
    _at(page.steps, number)
    return replace(page, steps=_put(page.steps, number, ()))


def _at(items: Sequence[T], number: int) -> T:
    if not 1 <= number <= len(items):
        raise IndexError(number)
    return items[number - 1]


def _put(items: tuple[T, ...], number: int, instead: tuple[T, ...]) -> tuple[T, ...]:
    return (*items[: number - 1], *instead, *items[number:])
