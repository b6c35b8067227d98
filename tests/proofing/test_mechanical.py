"""The safe corrections: what they mend, what they leave, and that they come to rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.proofing.mechanical import fix
from tests.proofing.labelled import CLEAN, FAULTY

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Thank you for  the talk.", "Thank you for the talk."),
        ("Thank you for the the talk.", "Thank you for the talk."),
        ("I learned a lot , and more .", "I learned a lot, and more."),
        ("Thank you for the  the talk , Sam .", "Thank you for the talk, Sam."),
    ],
)
def test_mends_and_says_so(before: str, after: str) -> None:
    text, done = fix(f"Dear Ada,\n\n{before}\n\nBest,\nSam", NONE)
    assert text == f"Dear Ada,\n\n{after}\n\nBest,\nSam"
    assert done and all(line.endswith(".") for line in done)


@pytest.mark.parametrize(
    "body",
    [
        "I had had no time.",
        "I know that that helps.",
        "Duran Duran was on.",
        "Thank you for the interview at .",
        "- one\n-  two",
        "Wait ... what?",
        "Die, die ich meine.",
    ],
)
def test_leaves_what_may_be_right(body: str) -> None:
    text = f"Dear Ada,\n\n{body}\n\nBest,\nSam"
    assert fix(text, NONE) == (text, ())


def test_a_doubled_name_stays() -> None:
    text = "Dear Ada,\n\nThank you for the day at tata tata last week.\n\nBest,\nSam"
    assert fix(text, frozenset({"tata"})) == (text, ())
    assert fix(text, NONE)[0] != text


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case.file)
def test_clean_letters_stay_as_they_are(case: object) -> None:
    text, names = case.text, case.names  # type: ignore[attr-defined]
    assert fix(text, names) == (text, ())


PIECES = st.lists(
    st.sampled_from(
        [
            "the",
            "the ",
            " ",
            "  ",
            "\u00a0",
            ",",
            " ,",
            ".",
            " .",
            "\n",
            "\n\n",
            "a",
            "Dear Ada,",
            "had",
            "Best,",
            "- ",
            "(",
            "ß",
            "🙂",
        ]
    ),
    max_size=40,
)


@given(PIECES.map("".join) | st.text(max_size=120))
def test_twice_is_the_same_as_once(text: str) -> None:
    once, done = fix(text, NONE)
    assert fix(once, NONE) == (once, ())
    assert bool(done) == (once != text)


@given(st.sampled_from(FAULTY))
def test_only_blanks_and_doubled_words_go(case: object) -> None:
    text = case.text  # type: ignore[attr-defined]
    mended, _ = fix(text, NONE)
    assert set(mended.split()) <= set(text.split()) | {w + m for w in text.split() for m in ",."}
