"""The values of this room."""

from dataclasses import dataclass
from datetime import date

from gmail_followup.answers.values import Area, Sort


@dataclass(frozen=True, slots=True)
class Note:
    """A feedback note (A14, A15). about: Message-ID of the answer that it comes from, "" if the user wrote it himself.

    by_user: he sorted it himself, or changed its words: a later reading of the same answer leaves it alone.
    """

    text: str
    sort: Sort = Sort.UNCLEAR
    area: Area = Area.OTHER
    about: str = ""
    by_user: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A next step of the plan (A16)."""

    area: Area
    text: str
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The look at oneself while the mail cools off (A2): the id of each question with the answer; skipped ones are not there."""

    answers: tuple[tuple[str, str], ...] = ()
    finished: bool = False

    def of(self, question: str) -> str:
        """The answer to a question, "" if there is none."""
        return dict(self.answers).get(question, "")


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the user keeps about one application. rejection_id: Message-ID of the rejection."""

    rejection_id: str
    company: str = ""
    role: str = ""
    review: Review = Review()
    notes: tuple[Note, ...] = ()
    steps: tuple[Step, ...] = ()
