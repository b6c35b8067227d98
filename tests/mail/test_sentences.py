"""Sentence spans."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, [Span(0, len(text))])]


@pytest.mark.parametrize(
    "joined",
    [
        "One two.|Three four!|Five six?|Seven.",
        "Thank you for applying at Acme Inc. and for your time.|We are sorry.",
        "You applied at Acme Inc.|We are sorry.",
        "Dr. Lee and Mr. J. R. Smith liked it.|They said so.",
        "We use tools, e.g. Go, i.e. good ones, etc.|We like them.",
        "Use Python, Go, etc. if you can.",
        "It pays 3.5 units at 10.30 a.m. on weekdays.|Really.",
        "See https://acme.example/jobs?id=3.4 for more.|Then apply.",
        "Write to ann.lee@acme.example.|We read it.",
        'He said "No."|Then he left.',
        "Is it you?|Yes!|No…|Well... maybe not.",
        "Yahoo! is a company.|So is ours.",
        "Wir treffen uns am 3. Februar um 10 Uhr.|Bis dann.",
        "Das gilt z. B. für die 2. Runde, d. h. bald.|Leider nicht.",
        "Ihre Bewerbung Nr. 12345 bzw. Ihr Profil ist da.|Vielen Dank.",
        "Nous avons p. ex. lu M. Dupont et Mme. Martin.|Merci.",
        "El Sr. Pérez y la Sra. López leen.|Gracias.",
        "The answer is no.|We are sorry.",
        "See no. 5 of the list.|Done.",
        "We met in the U.S. office.|It was nice.",
        "Chosen in 2025.|We move on.",
        "1. Apply today.|We wait.",
        "sloppy people write like this.|and like this.",
    ],
)
def test_ends(joined: str) -> None:
    wanted = joined.split("|")
    assert cut(" ".join(wanted)) == wanted


def test_greetings_headings_lists_and_cells_stand_alone() -> None:
    text = "Dear Jo,\nthank you for coming.\n\nNext steps\n- read\n- write\n1) wait\nRole\tEngineer\n\nBest,\nAnn"
    assert cut(text) == [
        "Dear Jo,", "thank you for coming.", "Next steps", "- read", "- write", "1) wait", "Role", "Engineer",
        "Best,", "Ann",
    ]  # fmt: skip


def test_wrapped_lines_are_joined() -> None:
    text = (
        "We regret to tell you that after a long and careful review\n"
        "Candidates with other skills were chosen, and that\n"
        "you were\nnot among them. We wish\nyou well.\n"
    )
    assert [len(one.split("\n")) for one in cut(text)] == [4, 2]


def test_long_unwrapped_lines_are_not_joined() -> None:
    heading = "x" * 130
    assert cut(f"{heading}\nNext one") == [heading, "Next one"]


def test_spans_bound_sentences() -> None:
    text = "One two three. Four."
    assert sentences(text, [Span(0, 7), Span(7, 20)]) == (Span(0, 7), Span(8, 14), Span(15, 20))
    assert sentences(text, []) == ()
    assert sentences("  \n ", [Span(0, 4)]) == ()


PIECES = st.sampled_from(
    [
        ". ",
        "! ",
        "…",
        "\n",
        "\n\n",
        "e.g. ",
        "Dr. ",
        "3. ",
        "\t",
        " ",
        "Word ",
        "word ",
        "- ",
        '." ',
        "\u00a0",
        "x" * 60,
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


@given(TEXTS, st.lists(st.integers(0, 400), max_size=6))
def test_spans_lie_within_in_order_and_lose_nothing(text: str, cuts: list[int]) -> None:
    edges = sorted({min(edge, len(text)) for edge in cuts})
    given_spans = [Span(a, b) for a, b in itertools.pairwise(edges)][::2]
    found = sentences(text, given_spans)
    assert all(one.start < one.end for one in found)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
    assert all(any(span.start <= one.start and one.end <= span.end for span in given_spans) for one in found)
    assert all(text[one.start : one.end].strip() == text[one.start : one.end] for one in found)
    kept = "".join("".join(text[one.start : one.end].split()) for one in found)
    assert kept == "".join("".join(text[span.start : span.end].split()) for span in given_spans)


@pytest.mark.parametrize(
    "piece", [" ", "\n", "\t", ".", "a. ", "word ", '."', " \n", "\n x", "A.\n", "1. ", "- a\n", "x@y.z, "]
)
def test_time_is_linear(piece: str) -> None:
    def spent(size: int) -> float:
        text = piece * (size // len(piece))
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            sentences(text, [Span(0, len(text))])
            best = min(best, time.process_time() - start)
        return best

    # Eight times the text may take sixteen times the time; a quadratic one takes sixty-four.
    assert spent(320_000) < 16 * spent(40_000) + 0.05
