"""Tone and moves: what would hurt is named, bait stays quiet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.proofing.finding import Severity
from gmail_followup.proofing.rules import LetterRules, load_letter_rules

RULES = LetterRules(load_letter_rules())
GOOD = (
    "Hello Mai,\n\nThank you for the conversation last week. I enjoyed hearing how your team plans its releases. Could you share "
    "two or three tips on what I could improve? I would love to be considered for future openings.\n\nBest regards,\nAlex"
)


def classes(text: str, **options: object) -> set[str]:
    return {f.class_ for f in RULES.check(text, "en", **options)}  # type: ignore[arg-type]


def test_a_good_letter_has_nothing_to_find() -> None:
    assert classes(GOOD) == set()
    assert RULES.moves(GOOD, "en") == {"thanks": True, "tips": True, "future": True}


@pytest.mark.parametrize(
    ("sentence", "class_"),
    [
        ("Your panel ignored my best answers.", "blame"),
        ("In my defence, I had slept badly.", "defensive"),
        ("I disagree with your assessment of my skills.", "arguing"),
        ("I beg you for another chance.", "pleading"),
        ("I wonder whether this was age discrimination.", "legal"),
        ("I expect a reply by Friday.", "demand"),
        ("Thanks for nothing.", "sarcasm"),
        ("I am so sorry for wasting your time.", "over_apology"),
        ("I loved the office!!", "shouting"),
        ("THIS MATTERS A LOT to me.", "shouting"),
        ("Please send me a complete evaluation of my interview.", "excessive_request"),
    ],
)
def test_each_class_is_found_where_it_stands(sentence: str, class_: str) -> None:
    text = GOOD.replace("Could you share", sentence + " Could you share")
    found = [f for f in RULES.check(text, "en") if f.class_ == class_]
    assert found, sentence
    assert text[found[0].start : found[0].end] == found[0].text
    assert found[0].text in sentence
    assert found[0].message


@pytest.mark.parametrize(
    "bait",
    [
        "I worked in the legal department.", "My field is demand forecasting.", "The deadline for the launch was in May.",
        "We reduced attack surfaces.", "We built killer features.", "I led a fraud investigation.", "I was sorry to hear that.",
        "I must admit that I enjoyed the exercise.", "I worked at Yahoo! for a year.", "I know IBM DB2 and SQL well.",
        "Although I am disappointed, I respect your decision.",
    ],
)  # fmt: skip
def test_bait_stays_quiet(bait: str) -> None:
    assert classes(GOOD.replace("Could you share", bait + " Could you share")) == set()


@pytest.mark.parametrize(
    ("sentence", "move"),
    [
        ("Thank you for the conversation last week. ", "thanks"),
        ("Could you share two or three tips on what I could improve? ", "tips"),
        (" I would love to be considered for future openings.", "future"),
    ],
)
def test_each_missing_move_is_named_and_only_where_it_is_required(sentence: str, move: str) -> None:
    text = GOOD.replace(sentence, "").replace("I enjoyed hearing how your team plans its releases. ", "")
    assert f"missing_{move}" in classes(text)
    assert f"missing_{move}" not in classes(text, required=tuple(m for m in ("thanks", "tips", "future") if m != move))


def test_length_counts_words_and_long_sentences() -> None:
    assert "length" in classes(GOOD + " word" * 120)
    assert "length" in classes(GOOD.replace("last week.", "last week" + " and so on" * 14 + "."))


def test_the_user_sets_severities() -> None:
    strict = LetterRules(load_letter_rules(), {"shouting": Severity.BLOCK, "missing_tips": Severity.ADVISE})
    found = {f.class_: f.severity for f in strict.check("Thank you for your time! I would love to be considered again.", "en")}
    assert found == {"shouting": Severity.BLOCK, "missing_tips": Severity.ADVISE}


@given(st.text(max_size=300))
def test_any_text_is_checked_without_trouble_and_spans_are_exact(text: str) -> None:
    for finding in RULES.check(text, "en"):
        assert 0 <= finding.start <= finding.end <= len(text)
        if finding.end:
            assert text[finding.start : finding.end] == finding.text
