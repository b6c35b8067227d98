"""Floors for detection on the project's own labelled mails (`make eval` prints the figures)."""

import functools

import pytest

from bench.eval_detection import Case, measure, own_cases, same_company, same_role
from gmail_followup.reading.values import Verdict

HARD_KINDS = ("confirmation", "interview", "offer", "assessment", "newsletter", "other_rejection", "outreach", "own")


@functools.cache
def results() -> tuple[tuple[Case, Verdict], ...]:
    return tuple(measure(list(own_cases())))


def share(hits: int, total: int) -> float:
    return hits / total if total else 1.0


@pytest.mark.parametrize(
    ("language", "recall", "precision"),
    [("en", 0.88, 0.98), ("de", 0.93, 0.97), ("fr", 0.93, 0.97), ("es", 0.93, 0.97)],
)
def test_recall_and_precision(language: str, recall: float, precision: float) -> None:
    of = [(c, v) for c, v in results() if c.language == language]
    missed = [c.name for c, v in of if c.kind == "rejection" and not v.is_rejection]
    false = [c.name for c, v in of if c.kind != "rejection" and v.is_rejection]
    found = sum(v.is_rejection and c.kind == "rejection" for c, v in of)
    assert share(found, found + len(missed)) >= recall, missed
    assert share(found, found + len(false)) >= precision, false


def test_there_is_enough_to_measure() -> None:
    kinds = [c.kind for c, _ in results()]
    assert kinds.count("rejection") >= 150
    assert len(kinds) - kinds.count("rejection") >= 250


@pytest.mark.parametrize("kind", HARD_KINDS)
def test_hardly_any_of_another_kind_is_taken_for_a_rejection(kind: str) -> None:
    of = [(c, v) for c, v in results() if c.kind == kind]
    assert share(sum(v.is_rejection for _, v in of), len(of)) <= 0.03, [c.name for c, v in of if v.is_rejection]


def test_a_language_without_a_pack_is_recognised_and_never_judged() -> None:
    of = [(c, v) for c, v in results() if c.language not in ("en", "de", "fr", "es")]
    assert len(of) >= 8
    assert not [c.name for c, v in of if v.is_rejection]
    assert share(sum(v.language == c.language for c, v in of), len(of)) >= 0.9


def test_what_a_rejection_says() -> None:
    of = [(c, v) for c, v in results() if c.kind == "rejection" and c.language == "en"]
    staged = [(c, v) for c, v in of if c.label["stage"] != "unknown"]
    assert share(sum(v.stage == c.label["stage"] for c, v in staged), len(staged)) >= 0.85
    assert share(sum(v.answerable == c.label["answerable"] for c, v in of), len(of)) >= 0.93


def test_company_and_role() -> None:
    job = ("rejection", "confirmation", "interview", "offer", "status", "assessment")
    of = [(c, v) for c, v in results() if c.kind in job and c.language == "en"]
    companies = [(c, v) for c, v in of if c.label.get("company")]
    roles = [(c, v) for c, v in of if c.label.get("role")]
    assert share(sum(same_company(v.company, c.label["company"]) for c, v in companies), len(companies)) >= 0.85
    assert share(sum(same_role(v.role, c.label["role"]) for c, v in roles), len(roles)) >= 0.80
