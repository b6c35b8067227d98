"""The questions are kind and complete; what the user wishes to know completes a sentence, or is left out."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import FileError
from gmail_followup.notebook.review import LONGEST_WISH, WISH, finished, load_questions, wish, with_answer
from gmail_followup.notebook.values import Page, Review


def page(words: str) -> Page:
    return with_answer(Page("<r@x>"), WISH, words)


def test_the_shipped_questions_are_few_short_and_kind() -> None:
    questions = load_questions()
    assert 5 <= len(questions) <= 8
    assert WISH in {q.id for q in questions}
    for question in questions:
        assert question.text.endswith("?") and len(question.text) < 110
        assert not re.search(
            r"\b(fail|wrong|mistake|bad|weak|fault|should have)", f"{question.text} {question.hint}", re.I
        )


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("How I present my projects", "how I present my projects"),
        ("how could I explain my projects better?", "how I could explain my projects better"),
        ("What should I have prepared?", "what I should have prepared"),
        ("I would most like to hear about my SQL answers.", "my SQL answers"),
        ("I'd like to know more about the case study", "the case study"),
        ("Tips about system design", "system design"),
        ("SQL", "SQL"),
        ("My English!!", "my English"),
        ("what was missing?", "what was missing"),
        ("interview technique\nand stories", "interview technique and stories"),
        ("UX", ""),
        ("Why did you not take me?", ""),
        ("whether my CV was clear", ""),
        ("how did I come across?", ""),
        ("What is the salary?", ""),
        ("The case study. And the rest.", ""),
        ("I do not know", ""),
        ("nothing", ""),
        ("-", ""),
        ("", ""),
        ("see https://example.org", ""),
        ("my {{ company }}", ""),
        ("a" * 81, ""),
    ],
)
def test_a_wish_completes_tips_about_or_is_left_out(said: str, phrase: str) -> None:
    assert wish(page(said)) == phrase


@given(st.text(max_size=200))
def test_a_wish_is_always_short_and_on_one_line(said: str) -> None:
    phrase = wish(page(said))
    assert len(phrase) <= LONGEST_WISH
    assert phrase == " ".join(phrase.split())
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\[\]{}]|[.!?]$", phrase)


@given(st.sampled_from(["SQL", "how I speak", "my CV"]), st.text("abcdäßñ XYZ,.;?!'\n\t", max_size=20))
def test_a_wish_says_only_what_the_user_said(topic: str, rest: str) -> None:
    phrase = wish(page(f"{topic} {rest}"))
    assert all(word.lower() in f"{topic} {rest}".lower() for word in phrase.split())


def test_answers_are_kept_replaced_and_taken_away() -> None:
    now = with_answer(with_answer(Page("<r@x>"), "well", " the soup "), "tailored", "yes")
    assert now.review == Review((("well", "the soup"), ("tailored", "yes")))
    assert with_answer(now, "well", "").review.answers == (("tailored", "yes"),)
    assert with_answer(now, "well", "all").review.of("well") == "all"
    assert finished(now).review.finished and finished(now).review.answers == now.review.answers


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "no question"),
        ('[[question]]\nid = "a"\n', 1, "no text"),
        ('[[question]]\nid = "a"\ntext = "?"\n[[question]]\nid = "a"\ntext = "?"\n', 4, "twice"),
        ('[[question]]\nid = "finished"\ntext = "?"\n', 1, "usable id"),
        ('[[question]]\nid = "a"\ntext = "?"\nhint = 3\n', 1, "hint"),
        ("[[question]]\nid = \n", 2, "not valid TOML"),
        ("question = 3\n", None, "no question"),
    ],
)
def test_a_mistake_in_the_users_questions_is_named(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    path = tmp_path / "questions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=words) as error:
        load_questions(path)
    assert (error.value.path, error.value.line) == (str(path), line)
