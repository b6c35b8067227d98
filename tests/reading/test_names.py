"""Who is a person, and by which name to greet."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gmail_followup.reading.names import bare_name, given_name, is_person


@pytest.mark.parametrize(
    ("name", "bare", "given_"),
    [
        ("Ada Byrne", "Ada Byrne", "Ada"),
        ('"Ada Byrne"', "Ada Byrne", "Ada"),
        ("Byrne, Ada", "Ada Byrne", "Ada"),
        ("Müller, Anna Maria", "Anna Maria Müller", "Anna"),
        ("de la Cruz, Maria", "Maria de la Cruz", "Maria"),
        ("Maria de la Cruz", "Maria de la Cruz", "Maria"),
        ("Mai Nguyen at Acme", "Mai Nguyen", "Mai"),
        ("Mai Nguyen (Acme Recruiting)", "Mai Nguyen", "Mai"),
        ("Ada Byrne via Greenhouse", "Ada Byrne", "Ada"),
        ("Ada Byrne | Acme", "Ada Byrne", "Ada"),
        ("Ada Byrne - Acme GmbH", "Ada Byrne", "Ada"),
        ("Dr. Ada Byrne, PhD", "Ada Byrne", "Ada"),
        ("Prof. Dr. Łucja Żak", "Łucja Żak", "Łucja"),
        ("Siobhán O'Brien", "Siobhán O'Brien", "Siobhán"),
        ("Siobhán O’Brien", "Siobhán O’Brien", "Siobhán"),
        ("JEAN DUPONT", "JEAN DUPONT", "Jean"),
        ("JEAN-LUC MARTIN", "JEAN-LUC MARTIN", "Jean-Luc"),
        ("DUPONT Jean", "Jean DUPONT", "Jean"),
        ("Bjo\u0308rn Åkesson", "Björn Åkesson", "Björn"),
        ("Joana Araújo-Leite", "Joana Araújo-Leite", "Joana"),
        ("Ольга Иванова", "Ольга Иванова", "Ольга"),
    ],
)
def test_a_person_is_greeted_by_the_given_name(name: str, bare: str, given_: str) -> None:
    assert is_person(name)
    assert bare_name(name) == bare
    assert given_name(name) == given_


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "J. Smith",
        "J Smith",
        "JR Smith",
        "A.B. Clarke",
        "van Dyke Rob",
        "Nguyen, Thi Mai (HR)",
        "Nguyen Thi Mai",
        "Thi Mai Nguyen",
        "Kim Min-jun",
        "Wang Wei",
        "田中 花子",
        "김민준",
        "王伟",
        "山田 太郎",
    ],
)
def test_what_is_not_certain_is_not_guessed(name: str) -> None:
    assert is_person(name)
    assert given_name(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "jobs@acme.com",
        "jobs@acme",
        "Acme Careers",
        "Talent Team",
        "Human Resources",
        "The Acme Team",
        "Acme GmbH",
        "HR",
        "via Greenhouse",
        "Do Not Reply",
        "no-reply",
        "Larchmont Energy",
        "Acme Bewerbermanagement",
        "Service Recrutement",
        "Recursos Humanos",
        "4 Winds",
        "Salt & Cinder",
        "-",
        "' '",
        "Northmere University",
    ],
)
def test_offices_and_companies_are_no_persons(name: str) -> None:
    assert not is_person(name)
    assert given_name(name) == ""


@given(st.text(max_size=60))
def test_any_text_is_read_without_complaint(name: str) -> None:
    bare = bare_name(name)
    assert bare == " ".join(bare.split())
    greeting = given_name(name)
    assert not greeting or (is_person(name) and " " not in greeting and "@" not in greeting)


_SOLID = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=20)


@given(_SOLID, _SOLID)
def test_an_address_is_never_a_name(local: str, domain: str) -> None:
    assert given_name(f"{local}@{domain}") == ""


@given(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True))
def test_the_comma_turns_round(given_: str, family: str) -> None:
    words = {given_.lower(), family.lower()}
    assume(not words & {"via", "through", "par", "from", "at", "bei", "chez", "de"})
    assert bare_name(f"{family}, {given_}") == bare_name(f"{given_} {family}")
