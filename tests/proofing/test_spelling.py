"""Helpers of the spellers: variants of English, the order of suggestions, names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.proofing.morphology import article, base, gerund, participle, plural, third
from gmail_followup.proofing.names import is_name, looks_like_code, words_of
from gmail_followup.proofing.spelling import distance, is_variant, misspellings, ranked


@pytest.mark.parametrize(
    ("word", "american"),
    [
        ("organisation", "organization"),
        ("apologise", "apologize"),
        ("favourite", "favorite"),
        ("travelling", "traveling"),
        ("centre", "center"),
        ("programme", "program"),
        ("practise", "practice"),
        ("analyse", "analyze"),
        ("realised", "realized"),
        ("organisation's", "organization"),
        ("learnt", "learned"),
    ],
)
def test_british_spelling_is_no_fault(word: str, american: str) -> None:
    assert is_variant(word, [american])


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("recieve", "receive"),
        ("realy", "really"),
        ("intrest", "interest"),
        ("oportunity", "opportunity"),
        ("teh", "the"),
    ],
)
def test_a_slip_is_no_variant(word: str, suggestion: str) -> None:
    assert not is_variant(word, [suggestion])


def test_the_likeliest_slip_comes_first() -> None:
    assert ranked("realy", ("real", "ready", "really"))[0] == "really"
    assert ranked("impresed", ("imposed", "impress", "impressed"))[0] == "impressed"
    assert ranked("tomorow", ("tomorrow", "to morrow"))[0] == "tomorrow"


@given(st.text("abcdeilmnorst", min_size=1, max_size=9), st.text("abcdeilmnorst", min_size=1, max_size=9))
def test_distance_is_a_measure(a: str, b: str) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) > 0 or a == b


def test_the_list_of_slips_is_clean() -> None:
    known = misspellings()
    assert len(known) > 200
    assert not [wrong for wrong, right in known.items() if wrong == right or right in known]


def test_names() -> None:
    words = words_of({"Zoë O'Brien", "Node.js", "Nguyễn & Sons", "L'Oréal's"})
    assert {"Zoë", "O'Brien", "Node.js", "Nguyễn", "Sons", "L'Oréal"} <= words
    assert unicodedata.normalize("NFD", "Zoë") in words
    assert is_name("Zoë's", words) and is_name("Brien", words) and not is_name("brain", words)
    assert looks_like_code("PostgreSQL") and looks_like_code("k8s") and not looks_like_code("Kubernetes")


@given(st.sampled_from(["share", "hear", "get", "write", "meet", "agree", "try", "go", "take", "improve"]))
def test_forms_lead_back_to_their_base(verb: str) -> None:
    assert base(gerund(verb)) == verb and base(third(verb)) == verb
    assert base(participle(verb)) in {verb, participle(verb)}


def test_plurals_and_articles() -> None:
    assert [plural(w) for w in ("tip", "company", "day", "approach", "person")] == [
        "tips",
        "companies",
        "days",
        "approaches",
        "people",
    ]
    assert [article(w) for w in ("hour", "honest", "unique", "European", "apple", "role", "unimportant", "one")] == [
        "an",
        "an",
        "a",
        "a",
        "an",
        "a",
        "an",
        "a",
    ]
