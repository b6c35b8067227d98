"""Floors for answers on the project's own labelled mails (`make eval` prints the figures)."""

import functools

import pytest

from bench.eval_answers import Result, accuracy, cases, measure
from gmail_followup.answers.values import AnswerKind

HUMAN = {AnswerKind.FEEDBACK, AnswerKind.CALL, AnswerKind.PROMISE, AnswerKind.INVITATION, AnswerKind.REFUSAL}


@functools.cache
def results() -> tuple[Result, ...]:
    return tuple(measure(cases()))


def wrong(of: list[Result]) -> list[str]:
    return [f"{r.case.name}: {r.answer.kind}" for r in of if r.answer.kind != r.case.kind]


def test_there_is_enough_to_measure() -> None:
    kinds = [r.case.kind for r in results()]
    assert len(kinds) - kinds.count("other") >= 150
    assert kinds.count("other") >= 100
    assert set(kinds) == set(AnswerKind)


def test_kinds_are_right() -> None:
    assert accuracy(list(results())) >= 0.98, wrong(list(results()))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_kinds_are_right_in_every_language(language: str) -> None:
    of = [r for r in results() if r.case.language == language]
    assert accuracy(of) >= 0.96, wrong(of)


@pytest.mark.parametrize("kind", AnswerKind)
def test_kinds_are_right_of_every_kind(kind: AnswerKind) -> None:
    of = [r for r in results() if r.case.kind == kind]
    assert accuracy(of) >= 0.93, wrong(of)


def test_nothing_that_a_machine_wrote_is_taken_for_a_persons_word() -> None:
    of = [r for r in results() if r.case.kind in ("away", "left")]
    assert not [r.case.name for r in of if r.answer.kind in HUMAN]


def test_tips_are_found_and_hardly_anything_else() -> None:
    wanted = sum(len(r.case.tips) for r in results())
    found = sum(len(r.answer.tips) for r in results())
    pairs = sum(len(r.pairs) for r in results())
    assert pairs / wanted >= 0.96, [(r.case.name, t.text) for r in results() for t in r.missed]
    assert pairs / found >= 0.96, [(r.case.name, t.text) for r in results() for t in r.extra]


def test_tips_are_sorted() -> None:
    pairs = [pair for r in results() for pair in r.pairs]
    assert sum(w.sort == f.sort for w, f in pairs) / len(pairs) >= 0.88
    assert sum(w.area == f.area for w, f in pairs) / len(pairs) >= 0.82


def test_only_answers_that_may_teach_something_have_tips() -> None:
    assert not [r.case.name for r in results() if r.answer.tips and r.answer.kind not in ("feedback", "invitation")]


def test_filled_is_seen() -> None:
    of = [r.case.name for r in results() if r.answer.filled != r.case.filled]
    assert len(of) <= 0.02 * len(results()), of
