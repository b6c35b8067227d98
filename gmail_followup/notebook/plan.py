"""The plan (A15, A16): which gaps come back, what is to be done about them, and how that leaves the program. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmail_followup.answers.values import Area, Sort
from gmail_followup.notebook.edit import steps_in
from gmail_followup.notebook.values import Note, Page, Step

_BEGINNING = re.compile(r"^(\d{0,9})((?<=\d)[.)](?=\s|$)|(?<!\d)(?:[-=]|\+(?=\s|$)))")
"""What would make a line a list's item, a rule or a heading (CommonMark 4.1, 4.3, 5.2)."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A step with the number that the user calls it by, and the page that it stands on."""

    number: int
    step: Step
    page: Page


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one area. named: the applications whose notes speak of it, with these notes.

    gaps: the applications in which something was missing (sort `gap`).
    """

    area: Area
    named: tuple[tuple[Page, tuple[Note, ...]], ...]
    steps: tuple[Numbered, ...]

    @property
    def gaps(self) -> tuple[Page, ...]:
        return tuple(page for page, notes in self.named if any(note.sort is Sort.GAP for note in notes))

    @property
    def recurs(self) -> bool:
        """Two applications or more found the same gap."""
        return len(self.gaps) > 1

    @property
    def sorts(self) -> Mapping[Sort, int]:
        """How many notes there are of each sort."""
        counted = Counter(note.sort for _, notes in self.named for note in notes)
        return {sort: counted[sort] for sort in Sort}

    @property
    def open(self) -> tuple[Numbered, ...]:
        return tuple(n for n in self.steps if n.step.done is None)

    @property
    def done(self) -> tuple[Numbered, ...]:
        return tuple(n for n in self.steps if n.step.done is not None)


def plan_of(pages: Sequence[Page]) -> tuple[Part, ...]:
    """Every area with a note or a step: what comes back first, then by how many applications named it."""
    steps = [Numbered(number, page.steps[at - 1], page) for number, (page, at) in enumerate(steps_in(pages), start=1)]
    parts = []
    for area in Area:
        named = [(page, tuple(note for note in page.notes if note.area is area)) for page in pages]
        mine = tuple(n for n in steps if n.step.area is area)
        part = Part(area, tuple((page, notes) for page, notes in named if notes), mine)
        if part.named or part.steps:
            parts.append(part)
    order = list(Area)
    return tuple(sorted(parts, key=lambda p: (-len(p.gaps), -len(p.named), order.index(p.area))))


def name_of(page: Page) -> str:
    """The application in a few words; "" for the general plan."""
    return " at ".join(part for part in (page.role, page.company) if part) or page.rejection_id


def as_markdown(parts: Iterable[Part], today: datetime) -> str:
    """The plan as a page of Markdown, with boxes to tick (GitHub's task lists)."""
    lines = [f"# My plan, {today:%d %B %Y}"]
    for part in parts:
        lines += ["", f"## {part.area.value.capitalize()}", "", summary(part)]
        lines += [f"- {plain_markdown(note.text)} ({plain_markdown(name_of(page))})" for page, note in gap_notes(part)]
        lines += [""] * bool(part.steps)
        for n in (*part.open, *part.done):
            due = f", by {n.step.due:%d %B %Y}" if n.step.due and not n.step.done else ""
            done = f", done on {n.step.done:%d %B %Y}" if n.step.done else ""
            about = f" ({plain_markdown(name_of(n.page))})" if n.page.rejection_id else ""
            lines.append(f"- [{'x' if n.step.done else ' '}] {plain_markdown(n.step.text)}{due}{done}{about}")
    return "\n".join(lines) + "\n"


def gap_notes(part: Part) -> list[tuple[Page, Note]]:
    """The notes of an area that name a gap."""
    return [(page, note) for page, notes in part.named for note in notes if note.sort is Sort.GAP]


def summary(part: Part) -> str:
    """What was said of an area, in one sentence."""
    count, shown = len(part.gaps), part.sorts[Sort.NOT_SHOWN]
    told = []
    if count:
        told.append(f"{count} applications named a gap here" if count > 1 else "one application named a gap here")
    if shown:
        told.append(f"{shown} notes say it was not seen" if shown > 1 else "one note says it was not seen")
    if part.sorts[Sort.UNCLEAR]:
        told.append(f"{part.sorts[Sort.UNCLEAR]} still to sort")
    sentence = "; ".join(told) or "your own wish"
    return sentence[0].upper() + sentence[1:] + "."


def plain_markdown(text: str) -> str:
    """Text that Markdown prints as it stands (CommonMark 2.4, backslash escapes), on one line."""
    line = " ".join(text.split())
    escaped = "".join(f"\\{c}" if c in "\\`*_[]<>#|~&" else c for c in line)
    return _BEGINNING.sub(lambda m: f"{m[1]}\\{m[2]}", escaped)


def as_calendar(parts: Iterable[Part], now: datetime) -> bytes:
    """The open steps with a date, as all-day events (RFC 5545): importing the file again moves them, and doubles none."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//gmail-followup//plan//EN")
    calendar.add("version", "2.0")
    seen: Counter[str] = Counter()
    for part in parts:
        for n in part.steps:
            name = "\0".join((n.page.rejection_id, n.step.area.value, n.step.text))
            seen[name] += 1
            if n.step.due is None or n.step.done is not None:
                continue
            event = Event()
            digest = hashlib.sha256("\0".join((name, str(seen[name]))).encode()).hexdigest()[:32]
            event.add("uid", f"{digest}@gmail-followup")
            event.add("dtstamp", now)
            event.add("dtstart", n.step.due)
            event.add("dtend", n.step.due + timedelta(days=1))
            event.add("summary", n.step.text)
            event.add("description", f"{n.step.area.value}: {name_of(n.page) or 'my plan'}")
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    return bytes(calendar.to_ical())
