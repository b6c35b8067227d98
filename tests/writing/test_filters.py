"""The small words of letters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.writing.filters import a_an, date_words, first_name, join_words, possessive, role_short
from gmail_followup.writing.variables import MAX_VALUE, VARIABLES, name_words, plain

from .conftest import make_facts


@pytest.mark.parametrize(
    ("name", "given_name"),
    [
        ("Mai Nguyen", "Mai"),
        ("Dr. Ada Byrne", "Ada"),
        ("Nguyen, Mai", "Mai"),
        ("Mai", ""),
        ("M. Nguyen", ""),
        ("mai.nguyen@acme.example", ""),
        ("Acme Recruiting", ""),
        ("王小明", ""),
        ("", ""),
    ],
)
def test_first_name(name: str, given_name: str) -> None:
    assert first_name(name) == given_name


@pytest.mark.parametrize(
    ("words", "language", "joined"),
    [
        ([], "en", ""),
        (["A"], "en", "A"),
        (["A", "", "B"], "en", "A and B"),
        (["A", "B", "C"], "de", "A, B und C"),
        (["A", "B"], "fr", "A et B"),
        (["A", "B"], "es", "A y B"),
        (["padres", "hijos"], "es", "padres e hijos"),
        (["agua", "hielo"], "es", "agua y hielo"),
    ],
)
def test_join_words(words: list[str], language: str, joined: str) -> None:
    assert join_words(words, language) == joined


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 March"), ("de", "1. März"), ("fr", "1er mars"), ("es", "1 de marzo"), ("it", "1 March")],
)
def test_date_words(language: str, words: str) -> None:
    assert date_words(date(2026, 3, 1), language) == words
    assert date_words(None, language) == ""


@pytest.mark.parametrize(
    ("phrase", "with_article"),
    [
        ("Engineer", "an Engineer"),
        ("Data Engineer", "a Data Engineer"),
        ("UX Designer", "a UX Designer"),
        ("HR Manager", "an HR Manager"),
        ("SRE", "an SRE"),
        ("IT Manager", "an IT Manager"),
        ("QA Engineer", "a QA Engineer"),
        ("University Lecturer", "a University Lecturer"),
        ("Underwriter", "an Underwriter"),
        ("Honest Broker", "an Honest Broker"),
        ("Head of Sales", "a Head of Sales"),
        ("", ""),
    ],
)
def test_a_an(phrase: str, with_article: str) -> None:
    assert a_an(phrase) == with_article


@pytest.mark.parametrize(
    ("role", "short"),
    [
        ("Data Engineer (m/w/d)", "Data Engineer"),
        ("Data Engineer (f/m/x) - Berlin", "Data Engineer"),
        ("Data Engineer m/w/d", "Data Engineer"),
        ("Senior Engineer, Platform", "Senior Engineer, Platform"),
        ("Software Engineer (Backend)", "Software Engineer (Backend)"),
        ("Software Engineer - Austin, TX", "Software Engineer"),
        ("Product Manager | Remote", "Product Manager"),
        ("Product Manager (Remote, US)", "Product Manager"),
        ("Analyst - Job ID 12345", "Analyst"),
        ("Analyst (R-0012345)", "Analyst"),
        ("JR10233 - Analyst", "Analyst"),
        ("12345 - Analyst", "Analyst"),
        ("Analyst #4711", "Analyst"),
        ("Ingénieur données (H/F)", "Ingénieur données"),
        ("Full-Stack Developer", "Full-Stack Developer"),
        ("Head of Remote", "Head of Remote"),
        ("R Developer", "R Developer"),
        ("C++ / C# Developer", "C++ / C# Developer"),
        ("(m/w/d)", "(m/w/d)"),
        ("", ""),
    ],
)
def test_role_short(role: str, short: str) -> None:
    assert role_short(role) == short


@given(st.text(max_size=300))
def test_role_short_never_empties_a_role_and_comes_to_rest(role: str) -> None:
    short = role_short(role)
    assert bool(short) == bool(role.split())
    assert role_short(short) == short and len(short) <= 200


@pytest.mark.parametrize(
    ("name", "language", "owner"),
    [
        ("Acme", "en", "Acme's"),
        ("Atlas", "en", "Atlas'"),
        ("Acme", "de", "Acmes"),
        ("Ritz", "de", "Ritz'"),
        ("Airbus", "fr", "d'Airbus"),
        ("Étoile", "fr", "d'Étoile"),
        ("Total", "fr", "de Total"),
        ("Iberia", "es", "de Iberia"),
        ("", "en", ""),
    ],
)
def test_possessive(name: str, language: str, owner: str) -> None:
    assert possessive(name, language) == owner


@given(st.text(max_size=500))
def test_a_plain_value_is_one_clean_line(value: str) -> None:
    text = plain(value)
    assert len(text) <= MAX_VALUE and text == text.strip() and "  " not in text
    assert all(c.isprintable() for c in text)
    assert plain(text) == text


def test_name_words_gives_whole_words_and_parts_of_hyphened_ones() -> None:
    assert name_words("Anne-Marie O'Neil", "(Acme) GmbH & Co.") == {
        "Anne-Marie",
        "Anne",
        "Marie",
        "O'Neil",
        "Acme",
        "GmbH",
        "Co",
    }


def test_every_variable_is_documented_and_there() -> None:
    context = make_facts().context()
    for variable in VARIABLES:
        owner, _, part = variable.name.partition(".")
        assert variable.meaning and (variable.example or owner in ("contact", "me"))
        assert hasattr(context[owner], part) if part else owner in context
