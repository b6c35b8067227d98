"""Where a job title begins and ends in running text."""

import pytest

from gmail_followup.reading.title_bounds import clean_role, title_after


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("d'actuaire junior", "actuaire junior"),
        ("l'emploi d'instructeur urbanisme", "instructeur urbanisme"),
        ("R-0093311 Responsable achats", "Responsable achats"),
        ("Projektleiter*in **Wind**", "Projektleiter*in Wind"),
        ("gouvernante générale", "gouvernante générale"),
        ("Ingénieur procédés chez Holm", "Ingénieur procédés"),
        ("chef de projet digital.", "chef de projet digital"),
        ("Jefe de obra fotovoltaica en nuestra empresa", "Jefe de obra fotovoltaica"),
        ("Sachbearbeiterin Einkauf (m/w/d) bei der Holm GmbH", "Sachbearbeiterin Einkauf"),
        ("Leitung Assay-Entwicklung haben wir besetzt", "Leitung Assay-Entwicklung"),
    ],
)
def test_a_title_is_cut_from_the_words_around_it(text: str, title: str) -> None:
    assert title_after(text, 0)[0].text == title


@pytest.mark.parametrize("text", ["échange du 3 octobre", "rêve de soigneur", "courrier postal", "2e entretien"])
def test_dates_and_clauses_are_no_titles(text: str) -> None:
    assert clean_role(text) == ""
