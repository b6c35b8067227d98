"""What all applications together tell (A21): pure, from facts to counts. Nothing is made larger than it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any, TypeVar

from gmail_followup.answers.values import AnswerKind
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing
from gmail_followup.notebook.plan import gap_notes, plan_of
from gmail_followup.notebook.values import Page
from gmail_followup.reading.known import Known
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.values import Reason, Stage
from gmail_followup.story import Mails, exchange_of

W = TypeVar("W", bound=StrEnum)
MANY = 10
"""From so many on a share may be given in per cent: below, one more answer would move it by more than ten points."""
OWN_WORDS = "your own words"
_BY_MACHINE = (AnswerKind.AWAY, AnswerKind.LEFT)


@dataclass(frozen=True, slots=True)
class Journey:
    """One application from its rejection on. asked: when the user first wrote to them; answer: the first by a person.

    letter: ours that he sent, None if he wrote in his own words or not at all.
    """

    rejection: Rejection
    asked: datetime | None = None
    letter: DraftRecord | None = None
    answer: AnswerRecord | None = None
    feedback: bool = False

    @property
    def days(self) -> float | None:
        """Days from asking to their first answer."""
        if self.asked is None or self.answer is None:
            return None
        return max(0.0, (self.answer.date - self.asked).total_seconds() / 86400)

    @property
    def is_open(self) -> bool:
        """He has asked, and the answer may still come."""
        return self.asked is not None and self.answer is None and self.rejection.standing is Standing.ASKED


@dataclass(frozen=True, slots=True)
class Rate:
    """How often asking was answered. feedback: with something to learn from; open: may still be answered."""

    name: str
    asked: int
    answered: int
    feedback: int
    open: int


@dataclass(frozen=True, slots=True)
class Gap:
    """How many applications named a gap in this area, in how many notes."""

    area: str
    applications: int
    notes: int


@dataclass(frozen=True, slots=True)
class Insights:
    """The counts. days: from asking to the first answer, shortest first."""

    applications: int
    stages: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    states: tuple[tuple[str, int], ...]
    total: Rate
    by_template: tuple[Rate, ...]
    by_contact: tuple[Rate, ...]
    days: tuple[float, ...]
    gaps: tuple[Gap, ...]

    @property
    def median_days(self) -> float | None:
        """The middle of `days`, None without any."""
        return median(self.days) if self.days else None


def journeys_of(
    rejections: Sequence[Rejection],
    letters: Sequence[DraftRecord],
    answers: Sequence[AnswerRecord],
    known: Sequence[Known],
    senders: Senders,
    me: frozenset[str],
) -> tuple[Journey, ...]:
    """Each application of one mailbox with what followed. known: all mail of that mailbox; me: the user's addresses."""
    mails = Mails(known)
    owner = {r.thread_key: r.id for r in rejections if r.thread_key}
    owner |= {letter.thread_key: letter.rejection_id for letter in letters if letter.thread_key}
    made = []
    for rejection in rejections:
        ours = [letter for letter in letters if letter.rejection_id == rejection.id]
        elsewhere = frozenset(thread for thread, id_ in owner.items() if id_ != rejection.id)
        exchange = exchange_of(rejection, ours, elsewhere, mails, senders, me)
        ask = next((x for x in ours if x.purpose is Purpose.ASK and x.state == "sent"), None)
        asked = next((k.date for k in exchange.sent if k.date), ask.created if ask else None)
        back = [
            a
            for a in answers
            if a.rejection_id == rejection.id and asked and a.date >= asked and a.kind not in _BY_MACHINE
        ]
        feedback = any(a.kind is AnswerKind.FEEDBACK for a in back)
        made.append(Journey(rejection, asked, ask, min(back, key=lambda a: a.date, default=None), feedback))
    return tuple(made)


def insights_of(journeys: Sequence[Journey], pages: Iterable[Page]) -> Insights:
    """The counts of all journeys and notes."""
    asked = [j for j in journeys if j.asked is not None]
    contacts = [j for j in asked if j.letter is not None]
    gaps = [Gap(p.area.value, len(p.gaps), len(gap_notes(p))) for p in plan_of(tuple(pages)) if p.gaps]
    return Insights(
        applications=len(journeys),
        stages=_counted(Stage, (j.rejection.stage for j in journeys)),
        reasons=_counted(Reason, (j.rejection.reason for j in journeys)),
        states=_counted(Standing, (j.rejection.standing for j in journeys)),
        total=_rate("", asked),
        by_template=_rates({j.rejection.id: j.letter.template if j.letter else OWN_WORDS for j in asked}, asked),
        by_contact=_rates({j.rejection.id: j.letter.contact_role or "unknown" for j in contacts if j.letter}, contacts),
        days=tuple(sorted(j.days for j in asked if j.days is not None)),
        gaps=tuple(gaps),
    )


def _counted(words: type[W], found: Iterable[W]) -> tuple[tuple[str, int], ...]:
    counts = Counter(found)
    return tuple((word.value, counts[word]) for word in words)


def _rates(names: Mapping[str, str], journeys: Sequence[Journey]) -> tuple[Rate, ...]:
    groups: dict[str, list[Journey]] = {}
    for journey in journeys:
        groups.setdefault(names[journey.rejection.id], []).append(journey)
    return tuple(_rate(name, groups[name]) for name in sorted(groups, key=lambda n: (-len(groups[n]), n)))


def _rate(name: str, journeys: Sequence[Journey]) -> Rate:
    return Rate(
        name,
        len(journeys),
        sum(j.answer is not None for j in journeys),
        sum(j.feedback for j in journeys),
        sum(j.is_open for j in journeys),
    )


def share(count: int, total: int) -> str:
    """ "2 of 5", and from ten on also in per cent."""
    words = f"{count} of {total}"
    return f"{words} ({round(100 * count / total)} %)" if total >= MANY else words


def in_days(days: float) -> str:
    """A span in words: "within a day", "4 days", "3.5 days"."""
    if days < 1:
        return "within a day"
    rounded = round(days * 2) / 2
    return "1 day" if rounded == 1 else f"{rounded:g} days"


def time_to_answer(found: Insights) -> str:
    """One sentence, honest about few answers."""
    if found.median_days is None:
        return "No answer yet to measure by."
    if len(found.days) == 1:
        return f"One answer so far; it took {in_days(found.days[0])}."
    middle, first, last = in_days(found.median_days), in_days(found.days[0]), in_days(found.days[-1])
    few = " These are few: the next one may be different." if len(found.days) < MANY else ""
    return f"Half of the {len(found.days)} answers came by: {middle} (the quickest: {first}; the slowest: {last}).{few}"


def shape(found: Insights) -> dict[str, Any]:
    """The line of `insights --json` (docs/contracts.md)."""
    return {
        "applications": found.applications,
        "stages": dict(found.stages),
        "reasons": dict(found.reasons),
        "states": dict(found.states),
        "asked": _rate_shape(found.total),
        "days_to_answer": {
            "median": None if found.median_days is None else round(found.median_days, 2),
            "all": [round(d, 2) for d in found.days],
        },
        "by_template": [
            {"template": r.name if r.name != OWN_WORDS else "", **_rate_shape(r)} for r in found.by_template
        ],
        "by_contact": [{"contact": r.name, **_rate_shape(r)} for r in found.by_contact],
        "gaps": [
            {"area": g.area, "applications": g.applications, "notes": g.notes, "recurs": g.applications > 1}
            for g in found.gaps
        ],
    }


def _rate_shape(rate: Rate) -> dict[str, int]:
    return {"letters": rate.asked, "answered": rate.answered, "feedback": rate.feedback, "open": rate.open}


COLUMNS = (
    "id", "company", "role", "stage", "reason", "state", "rejected", "asked", "template", "contact", "answered", "answer", "days",
    "gaps",
)  # fmt: skip


def rows(journeys: Iterable[Journey], pages: Iterable[Page]) -> list[tuple[str, ...]]:
    """A row for each application, as `COLUMNS` says. Texts that a spreadsheet would run as a formula begin with an apostrophe."""
    areas = {
        page.rejection_id: sorted({note.area.value for note in page.notes if note.sort.value == "gap"})
        for page in pages
    }
    return [tuple(_cell(value) for value in _row(j, areas.get(j.rejection.id, []))) for j in journeys]


def _row(j: Journey, areas: Sequence[str]) -> Iterable[str]:
    r, days = j.rejection, j.days
    yield from (r.id, r.company, r.role, r.stage.value, r.reason.value, r.standing.value)
    yield from (r.date.date().isoformat(), j.asked.date().isoformat() if j.asked else "")
    yield from (j.letter.template if j.letter else "", j.letter.contact_role if j.letter else "")
    yield from (j.answer.date.date().isoformat() if j.answer else "", j.answer.kind.value if j.answer else "")
    yield from ("" if days is None else f"{days:.1f}", " ".join(areas))


def _cell(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
