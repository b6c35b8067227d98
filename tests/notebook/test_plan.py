"""The plan: what comes back is counted by application, steps keep their numbers, exports can be read by others."""

import re
from datetime import UTC, date, datetime
from html import unescape

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gmail_followup.answers.values import Area, Sort
from gmail_followup.notebook.edit import (
    PLAN,
    add_note,
    add_step,
    finish_step,
    remove_note,
    remove_step,
    sort_note,
    steps_in,
)
from gmail_followup.notebook.plan import as_calendar, as_markdown, plain_markdown, plan_of
from gmail_followup.notebook.values import Note, Page, Step

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORDS = st.text("ab cdä*_[]<>#`|~&;:\\", min_size=1, max_size=30).filter(str.strip)
NOTES = st.lists(st.builds(Note, WORDS, st.sampled_from(Sort), st.sampled_from(Area)), max_size=4).map(tuple)
STEPS = st.lists(
    st.builds(
        Step, st.sampled_from(Area), WORDS, st.none() | st.dates(max_value=date(9999, 12, 30)), st.none() | st.dates()
    ),
    max_size=3,
).map(tuple)


@st.composite
def some_pages(draw: st.DrawFn) -> list[Page]:
    count = draw(st.integers(0, 4))
    pages = [Page(f"<{i}@x>", draw(WORDS), draw(WORDS), notes=draw(NOTES), steps=draw(STEPS)) for i in range(count)]
    return [*pages, Page("", steps=draw(STEPS))]


ACME = add_note(Page("<1@x>", "Acme", "Cook"), "More salt", Sort.GAP, Area.SKILL)
BOLT = add_note(Page("<2@x>", "Bolt", "Chef"), "Too little salt", Sort.GAP, Area.SKILL)


@given(some_pages())
def test_every_note_and_step_is_in_the_plan_once(pages: list[Page]) -> None:
    parts = plan_of(pages)
    assert sum(sum(part.sorts.values()) for part in parts) == sum(len(page.notes) for page in pages)
    numbers = sorted(n.number for part in parts for n in part.steps)
    assert numbers == list(range(1, sum(len(page.steps) for page in pages) + 1))
    for part in parts:
        gaps = [p for p in pages if any(n.area is part.area and n.sort is Sort.GAP for n in p.notes)]
        assert part.recurs == (len(gaps) > 1)
        assert {p.rejection_id for p in part.gaps} == {p.rejection_id for p in gaps}
        assert len(part.open) + len(part.done) == len(part.steps)
    counts = [len(part.gaps) for part in parts]
    assert counts == sorted(counts, reverse=True)


def test_two_notes_of_one_application_are_no_recurrence() -> None:
    twice = add_note(ACME, "Still more salt", Sort.GAP, Area.SKILL)
    assert not plan_of([twice])[0].recurs
    assert plan_of([twice, BOLT])[0].recurs
    shown = sort_note(BOLT, 1, sort=Sort.NOT_SHOWN)
    assert not plan_of([ACME, shown])[0].recurs


def test_the_users_word_on_a_note_wins_and_is_marked() -> None:
    told = Page("<1@x>", notes=(Note("You did not mention SQL", Sort.GAP, Area.OTHER, "<a@x>"),))
    sorted_ = sort_note(told, 1, sort=Sort.NOT_SHOWN)
    assert sorted_.notes == (Note("You did not mention SQL", Sort.NOT_SHOWN, Area.OTHER, "<a@x>", True),)
    assert sort_note(sorted_, 1, area=Area.SKILL).notes[0].sort is Sort.NOT_SHOWN
    assert remove_note(sorted_, 1).notes == ()
    for change in (sort_note, remove_note):
        for number in (0, 2, -1):
            with pytest.raises(IndexError):
                change(told, number)


def test_a_done_step_keeps_its_number_and_its_day() -> None:
    page = add_step(add_step(PLAN, Area.SKILL, "One"), Area.SKILL, "Two")
    done = finish_step(page, 1, date(2026, 11, 1))
    assert finish_step(done, 1, date(2026, 11, 9)) == done
    assert [number for _, number in steps_in([done])] == [1, 2]
    assert [n.number for n in plan_of([done])[0].open] == [2]
    assert remove_step(done, 1).steps == (Step(Area.SKILL, "Two"),)


def test_steps_of_the_general_plan_are_counted_first() -> None:
    own, general = add_step(ACME, Area.SKILL, "Mine"), add_step(PLAN, Area.FIT, "General")
    assert [page.rejection_id for page, _ in steps_in([own, general])] == ["", "<1@x>"]


@given(some_pages())
def test_the_calendar_can_be_read_and_holds_the_open_days(pages: list[Page]) -> None:
    calendar = icalendar.Calendar.from_ical(as_calendar(plan_of(pages), NOW))
    events = list(calendar.walk("VEVENT"))
    wanted = sorted(
        (step.due, " ".join(step.text.split())) for page in pages for step in page.steps if step.due and not step.done
    )
    found = sorted((event.decoded("dtstart"), " ".join(str(event["summary"]).split())) for event in events)
    assert found == wanted
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert all((event.decoded("dtend") - event.decoded("dtstart")).days == 1 for event in events)


def test_a_moved_step_keeps_its_uid() -> None:
    def uid(page: Page) -> str:
        return str(icalendar.Calendar.from_ical(as_calendar(plan_of([page]), NOW)).walk("VEVENT")[0]["uid"])

    first, moved = (uid(add_step(ACME, Area.SKILL, "Taste", day)) for day in (date(2026, 12, 1), date(2027, 1, 1)))
    assert first == moved
    earlier = finish_step(add_step(ACME, Area.OTHER, "Sleep", date(2026, 12, 1)), 1, date(2026, 11, 2))
    assert uid(add_step(earlier, Area.SKILL, "Taste", date(2026, 12, 1))) == first


@given(st.text(max_size=60))
def test_nothing_in_a_note_becomes_markup(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(f"- {plain_markdown(f'{text} x')}")
    assert "".join(re.findall("<[^>]*>", html)) == "<ul><li></li></ul>"
    inside = unescape(re.sub("<[^>]*>", "", html))
    assert inside.split() == f"{text} x".replace("\x00", "\ufffd").split()


def test_the_markdown_has_areas_notes_and_boxes() -> None:
    page = finish_step(
        add_step(add_step(PLAN, Area.SKILL, "Taste", date(2026, 12, 1)), Area.SKILL, "Cook"), 2, date(2026, 11, 3)
    )
    text = as_markdown(plan_of([ACME, BOLT, page]), NOW)
    assert text.startswith("# My plan, 20 November 2026\n\n## Skill\n\n2 applications named a gap here.\n")
    assert "- More salt (Cook at Acme)\n" in text
    assert "- [ ] Taste, by 01 December 2026\n- [x] Cook, done on 03 November 2026\n" in text
