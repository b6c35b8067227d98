"""The check of examples itself: it must see what is wrong, and nothing else."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.rules.examples import check_examples
from gmail_followup.rules.phrase import pattern_of
from gmail_followup.rules.rule import Rule


def rule(phrase: str, yes: str, no: str, **more: Any) -> Rule:
    made = Rule("r", "rejection", 1.0, pattern_of(phrase), "en", "x.toml:1", "x", phrases=(phrase,))
    return replace(made, yes=(yes,), no=(no,), **more)


IF = rule("if", "If so.", "So.", says="guard.conditional", id="if")


def test_a_rule_that_is_right_has_no_failure() -> None:
    right = rule("not selected", "You were not selected.", "If you are not selected, we call.", guards=("conditional",))
    assert check_examples([right, IF]) == []


def test_a_yes_that_is_not_found() -> None:
    (failure,) = check_examples([rule("not selected", "You were not chosen.", "Hello.")])
    assert (failure.wanted, failure.why, failure.example) == (True, "not found", "You were not chosen.")


def test_a_yes_that_only_a_guard_hides() -> None:
    hidden = rule("not selected", "If you are not selected, so be it.", "Hello.", guards=("conditional",))
    (failure,) = check_examples([hidden, IF])
    assert failure.wanted
    assert "conditional: If" in failure.why


def test_a_no_that_is_found_names_the_words() -> None:
    (failure,) = check_examples([rule("not selected", "Not selected.", "You were NOT   selected.")])
    assert not failure.wanted
    assert "“NOT   selected”" in failure.why


def test_guards_of_another_language_do_not_count() -> None:
    hidden = rule("not selected", "Not selected.", "If not selected, so be it.", guards=("conditional",))
    assert [f.wanted for f in check_examples([hidden, replace(IF, language="de")])] == [False]


def test_guards_themselves_are_tried_without_guards() -> None:
    assert check_examples([IF]) == []
    assert [f.wanted for f in check_examples([replace(IF, yes=("So.",))])] == [True]


def test_a_rule_of_the_body_looks_sentence_by_sentence_one_of_the_subject_at_the_line() -> None:
    across = rule("chosen ..3 others", "We have chosen\n\nnow others", "Hello.")
    assert [f.why for f in check_examples([across])] == ["not found"]
    assert check_examples([replace(across, fields=("subject",))]) == []


WORDS = st.sampled_from(["we", "chose", "another", "person", "today", "été", "ﬁne"])


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=5))
def test_plain_words_are_found_where_they_stand_and_nowhere_else(phrase: list[str], sentence: list[str]) -> None:
    text = " ".join(sentence)
    stands = f" {' '.join(phrase)} " in f" {text} "
    failures = check_examples([rule(" ".join(phrase), text, text)])
    assert [f.wanted for f in failures] == ([False] if stands else [True])
