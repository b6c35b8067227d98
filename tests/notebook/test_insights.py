"""The counts are right, small numbers stay small, and a report says what the counts say."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.answers.values import AnswerKind, Area, Sort
from gmail_followup.errors import UserError
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing, State
from gmail_followup.mail.message import Address
from gmail_followup.notebook.edit import add_note
from gmail_followup.notebook.insights import (
    COLUMNS,
    OWN_WORDS,
    Journey,
    in_days,
    insights_of,
    journeys_of,
    rows,
    shape,
    share,
    time_to_answer,
)
from gmail_followup.notebook.values import Page
from gmail_followup.reading.known import Known
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Kind, Reason, Stage

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANN, ME = Address("Ann Lee", "ann@acme.example"), Address("Jo Doe", "jo@example.org")


def rejection(number: int = 1, **changes: object) -> Rejection:
    plain = Rejection(
        f"<{number}@acme.example>", f"k{number}", f"t{number}", START, "Acme", "Cook", Stage.INTERVIEWED, State.DRAFTED
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def letter(number: int = 1, **changes: object) -> DraftRecord:
    plain = DraftRecord(
        f"<{number}@acme.example>", f"<our{number}@example.org>", (ANN.email,), "Re: x", "interviewed", "f", START + timedelta(days=2),
        thread_key=f"t{number}", state="sent", contact_role="recruiter",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def answer(number: int = 1, day: float = 6, kind: AnswerKind = AnswerKind.FEEDBACK) -> AnswerRecord:
    return AnswerRecord(
        f"<{number}@acme.example>", f"<a{number}@acme.example>", "k", "t", START + timedelta(days=day), kind, ANN
    )


def sent(number: int = 1, day: float = 3, **changes: object) -> Known:
    plain = Known(
        f"s{number}", f"<our{number}@example.org>", f"t{number}", START + timedelta(days=day), Kind.OWN, Stage.UNKNOWN, 0.0, "", "", "en",
        ME, (ANN,), True,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def journeys(
    rejections: list[Rejection], letters: list[DraftRecord], answers: list[AnswerRecord], known: list[Known]
) -> tuple[Journey, ...]:
    return journeys_of(rejections, letters, answers, known, load_senders(), frozenset([ME.email]))


# ---- from the ledger to journeys


def test_time_runs_from_the_letter_that_was_sent_to_the_first_answer() -> None:
    (journey,) = journeys([rejection()], [letter()], [answer(day=9), answer(day=7.5)], [sent(day=3)])
    assert (journey.asked, journey.days, journey.feedback) == (START + timedelta(days=3), 4.5, True)
    assert journey.letter == letter()


def test_a_sent_letter_that_the_mailbox_does_not_show_counts_from_when_it_was_written() -> None:
    (journey,) = journeys([rejection()], [letter()], [answer(day=6)], [])
    assert journey.days == 4


def test_machines_do_not_answer() -> None:
    kinds = (AnswerKind.AWAY, AnswerKind.LEFT)
    (journey,) = journeys(
        [rejection(standing=Standing.ASKED)], [letter()], [answer(day=4, kind=k) for k in kinds], [sent()]
    )
    assert (journey.answer, journey.days, journey.is_open) == (None, None, True)


@pytest.mark.parametrize("state", ["saved", "changed", "deleted", "intended"])
def test_a_draft_that_was_not_sent_asks_nobody(state: str) -> None:
    (journey,) = journeys([rejection()], [letter(state=state)], [], [])
    assert journey.asked is None and journey.letter is None and not journey.is_open


def test_your_own_words_are_counted_apart() -> None:
    own = sent(message_id="<mine@example.org>")
    (journey,) = journeys([rejection()], [letter(state="deleted")], [answer()], [own])
    assert (journey.letter, journey.days) == (None, 3)
    found = insights_of([journey], [])
    assert [(r.name, r.answered) for r in found.by_template] == [(OWN_WORDS, 1)]
    assert found.by_contact == ()
    assert shape(found)["by_template"][0]["template"] == ""


def test_a_thank_you_is_not_the_letter_that_asked() -> None:
    thanks = letter(purpose=Purpose.THANKS, template="thanks", message_id="<th@example.org>")
    (journey,) = journeys([rejection()], [letter(), thanks], [answer()], [sent()])
    assert journey.letter is not None and journey.letter.template == "interviewed"


def test_two_applications_at_one_company_stay_apart() -> None:
    both = [rejection(1), rejection(2, role="Baker")]
    first, second = journeys(both, [letter(1), letter(2, state="saved")], [answer(1)], [sent(1)])
    assert (first.days, second.asked) == (3, None)


# ---- counting

JOURNEYS = st.lists(
    st.builds(
        lambda stage, reason, standing, asked, template, role, day, feedback: Journey(
            rejection(stage=stage, reason=reason, standing=standing),
            START if asked else None,
            letter(template=template, contact_role=role) if asked and template else None,
            answer(day=day) if asked and day >= 0 else None,
            asked and day >= 0 and feedback,
        ),
        st.sampled_from(Stage),
        st.sampled_from(Reason),
        st.sampled_from(Standing),
        st.booleans(),
        st.sampled_from(["", "applied", "final"]),
        st.sampled_from(["", "recruiter", "interviewer"]),
        st.floats(-1, 60),
        st.booleans(),
    ),
    max_size=30,
).map(lambda found: [replace(j, rejection=replace(j.rejection, id=f"<{i}@x>")) for i, j in enumerate(found)])


@given(JOURNEYS)
def test_nothing_is_counted_twice_or_left_out(found: list[Journey]) -> None:
    counted = insights_of(found, [])
    asked = [j for j in found if j.asked]
    for parts in (counted.stages, counted.reasons, counted.states):
        assert sum(count for _, count in parts) == len(found) == counted.applications
    assert counted.total.asked == len(asked) == sum(r.asked for r in counted.by_template)
    assert sum(r.asked for r in counted.by_contact) == sum(j.letter is not None for j in asked)
    for name in ("answered", "feedback", "open"):
        assert getattr(counted.total, name) == sum(getattr(r, name) for r in counted.by_template)
    assert all(r.feedback <= r.answered <= r.asked and r.answered + r.open <= r.asked for r in counted.by_template)
    assert len(counted.days) == counted.total.answered and list(counted.days) == sorted(counted.days)
    if counted.days:
        assert counted.median_days is not None and counted.days[0] <= counted.median_days <= counted.days[-1]


@given(JOURNEYS)
def test_the_spreadsheet_has_a_row_for_each(found: list[Journey]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *rows(found, [])])
    back = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert [row["id"] for row in back] == [j.rejection.id for j in found]
    assert [bool(row["days"]) for row in back] == [j.days is not None for j in found]


@given(st.integers(0, 40), st.integers(1, 40))
def test_no_percentage_under_ten(count: int, total: int) -> None:
    words = share(min(count, total), total)
    assert ("%" in words) == (total >= 10)
    assert words.startswith(f"{min(count, total)} of {total}")


def test_a_formula_from_a_mail_stays_text() -> None:
    (row,) = rows([Journey(rejection(company='=HYPERLINK("x")', role="Cook\n+1"))], [])
    assert (row[1], row[2]) == ('\'=HYPERLINK("x")', "Cook +1")


def test_gaps_are_counted_by_application() -> None:
    one = add_note(Page("<1@acme.example>"), "salt", Sort.GAP, Area.SKILL)
    one = add_note(one, "pepper", Sort.GAP, Area.SKILL)
    two = add_note(Page("<2@acme.example>"), "late", Sort.UNCLEAR, Area.PREPARATION)
    found = insights_of([], [one, two])
    assert shape(found)["gaps"] == [{"area": "skill", "applications": 1, "notes": 2, "recurs": False}]
    (row,) = rows([Journey(rejection())], [one, two])
    assert row[-1] == "skill"


@pytest.mark.parametrize(
    ("days", "words"), [(0.2, "within a day"), (1.1, "1 day"), (3.4, "3.5 days"), (4.1, "4 days"), (40.0, "40 days")]
)
def test_days_in_words(days: float, words: str) -> None:
    assert in_days(days) == words


def test_few_answers_are_called_few() -> None:
    def said(*days: float) -> str:
        made = [Journey(rejection(i), START, None, answer(i, day)) for i, day in enumerate(days)]
        return time_to_answer(insights_of(made, []))

    assert said() == "No answer yet to measure by."
    assert said(4) == "One answer so far; it took 4 days."
    assert "few" in said(1, 2, 9) and "2 days" in said(1, 2, 9)
    assert "few" not in said(*range(10))


# ---- the report


def some() -> list[Journey]:
    evil = letter(template="a$b$<script>", contact_role="recruiter")
    return [Journey(rejection(1), START, evil, answer()), Journey(rejection(2), START), Journey(rejection(3))]


def test_the_report_has_plots_and_the_same_numbers() -> None:
    pytest.importorskip("matplotlib", reason="the extra `report` is not installed")
    from gmail_followup.notebook.report import report_html

    page = add_note(Page("<1@acme.example>"), "salt", Sort.GAP, Area.SKILL)
    found = insights_of(some(), [page])
    text = report_html(found, START)
    plots = re.findall(r"<svg.*?</svg>", text, re.S)
    assert len(plots) == 7
    for plot in plots:
        ElementTree.fromstring(plot)
    assert "1 of 2" in text and "%)" not in text
    assert "a$b$&lt;script&gt;" in text
    assert not re.search(r"<script|src=|href=\"http|@import|url\((?!#)", text)
    assert report_html(found, START) == text


def test_a_missing_plotting_library_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from gmail_followup.notebook.report import report_html

    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UserError, match="matplotlib") as error:
        report_html(insights_of(some(), []), START)
    assert "pip install 'gmail-followup[report]'" in error.value.fix
