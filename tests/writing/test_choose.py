"""Choosing: every case has exactly one letter, and the choice can be explained."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from gmail_followup.reading.values import Answerable, Reason, Stage
from gmail_followup.writing.choose import choose
from gmail_followup.writing.letter import Move
from gmail_followup.writing.templates import TemplateSet, load

Write = Callable[..., Path]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "de-AT", "EN"])
def test_every_case_has_one_letter_and_no_tie(letters: TemplateSet, language: str) -> None:
    for stage, reason, answerable, to in product(Stage, Reason, Answerable, ("thread", "contact")):
        if answerable is Answerable.NO_REPLY and to == "thread":
            continue
        choice = choose(letters, language=language, stage=stage, reason=reason, answerable=answerable, to=to)
        assert choice.template is not None, (stage, reason, answerable, to, choice.why)
        assert "name decided" not in choice.why


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ((Stage.APPLIED, Reason.NOT_SELECTED, Answerable.YES, "thread"), "applied"),
        ((Stage.UNKNOWN, Reason.UNKNOWN, Answerable.YES, "thread"), "applied"),
        ((Stage.INTERVIEWED, Reason.NOT_SELECTED, Answerable.YES, "thread"), "interviewed"),
        ((Stage.FINAL, Reason.UNKNOWN, Answerable.YES, "thread"), "final"),
        ((Stage.FINAL, Reason.FILLED, Answerable.YES, "thread"), "filled"),
        ((Stage.APPLIED, Reason.CANCELLED, Answerable.REFUSED, "thread"), "cancelled"),
        ((Stage.APPLIED, Reason.ON_HOLD, Answerable.NO_REPLY, "contact"), "on_hold"),
        ((Stage.FINAL, Reason.NOT_SELECTED, Answerable.REFUSED, "thread"), "feedback_refused"),
        ((Stage.APPLIED, Reason.NOT_SELECTED, Answerable.NO_REPLY, "contact"), "to_contact"),
        ((Stage.FINAL, Reason.NOT_SELECTED, Answerable.NO_REPLY, "contact"), "interviewed_contact"),
    ],
)
def test_the_letter_for_a_case(letters: TemplateSet, case: tuple[Stage, Reason, Answerable, str], name: str) -> None:
    stage, reason, answerable, to = case
    template = choose(letters, language="en", stage=stage, reason=reason, answerable=answerable, to=to).template
    assert template is not None and template.name == name


def test_who_gives_no_feedback_is_not_asked(letters: TemplateSet) -> None:
    for template in letters.usable:
        assert template.front is not None
        if template.front.when.purpose != "ask":
            continue
        asks = Move.TIPS in template.front.moves
        assert asks == (template.name not in ("feedback_refused", "cancelled", "on_hold"))
        assert {Move.THANKS, Move.FUTURE} <= set(template.front.moves)


def _pick(found: TemplateSet, purpose: str = "ask", language: str = "en") -> tuple[str | None, str]:
    choice = choose(
        found,
        language=language,
        stage=Stage.APPLIED,
        reason=Reason.UNKNOWN,
        answerable=Answerable.YES,
        to="thread",
        purpose=purpose,
    )
    return (choice.template.name if choice.template else None), choice.why


def test_most_specific_then_priority_then_name(write: Write) -> None:
    root = write("z_any", "x\n", more="priority = 100")
    write("m_stage", "x\n", more='when = { stage = ["applied"] }')
    write("l_stages", "x\n", more='when = { stage = ["applied", "final"] }\npriority = 50')
    name, why = _pick(load([root]))
    assert name == "m_stage" and "more closely" in why
    write("b_stage", "x\n", more='when = { stage = ["applied"] }')
    name, why = _pick(load([root]))
    assert name == "b_stage" and "b_stage" in why and "m_stage" in why and "name decided" in why
    write("m_stage", "x\n", more='when = { stage = ["applied"] }\npriority = 2')
    name, why = _pick(load([root]))
    assert name == "m_stage" and "priority decided (2 over 0)" in why


def test_no_letter_says_why(letters: TemplateSet, write: Write) -> None:
    assert _pick(letters, purpose="job_leads") == (None, "there is no letter in 'en' with the purpose 'job_leads'")
    name, why = _pick(letters, language="it")
    assert name is None and "'it'" in why and "de, en, es, fr" in why
    assert _pick(load([write("a", "x\n", more='when = { stage = ["final"] }')]))[0] is None
