"""Which job a mail is about: the places and forms in which mails name it, and what only looks like one."""

import pytest

from gmail_followup.reading.subject_titles import titles_in_subject
from gmail_followup.reading.words import bare, words
from tests.reading.test_facts import facts


@pytest.mark.parametrize(
    "word",
    [
        *("Orgelbauerin", "Seilbahntechniker", "Dachdeckerinnen", "Chefredaktion", "Pflegefachperson", "Käser/in"),
        *("tonnelière", "actuaire", "chargé(e)", "technicienne", "soigneuse", "inspectrice"),
        *("tripulante", "gruista", "enóloga", "sumiller", "calderero", "técnico/a"),
        *("phlebotomist", "paraeducator", "hydrologist", "Bookbinder"),
    ],
)
def test_work_of_all_trades_is_known_for_women_and_men(word: str) -> None:
    assert words().title.is_head(bare(word))


@pytest.mark.parametrize("word", ["Donnerstag", "printemps", "semana", "regards", "Unterlagen", "courrier"])
def test_other_words_name_no_work(word: str) -> None:
    assert not words().title.is_head(bare(word))


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Ausschreibung 12-77 (Wiss. Mitarbeiter/in, E 13)", "Wiss. Mitarbeiter/in"),
        ("Entscheidung Leitung Einkauf", "Leitung Einkauf"),
        ("Holm Aéro / Ingénieur calcul structure", "Ingénieur calcul structure"),
        ("Ta candidature (Compliance officer, Metz)", "Compliance officer"),
        ("Offre 24-15 - Chargé(e) d'études", "Chargé(e) d'études"),
        ("Bolsa Auxiliar de biblioteca", "Auxiliar de biblioteca"),
        ("Postulación ID 6620 – Geóloga de Mina", "Geóloga de Mina"),
        ("Cierre proceso Gerente de Proyectos", "Gerente de Proyectos"),
    ],
)
def test_a_subject_names_the_job(subject: str, title: str) -> None:
    assert next(titles_in_subject(subject)).text == title


@pytest.mark.parametrize(
    "subject",
    ["Ihre Bewerbung / Hospitation", "segunda prueba técnica", "Re: second interview", "2e entretien", "Saturday"],
)
def test_what_an_application_leads_to_is_no_job(subject: str) -> None:
    assert not list(titles_in_subject(subject))


@pytest.mark.parametrize(
    ("language", "text", "role"),
    [
        ("de", "Die Growth-Stelle ist dem Rotstift zum Opfer gefallen.", "Growth"),
        ("de", "Es geht um den Stand der Job-ID 24004, Einkäuferin (m/w/d), Standort Kassel.", "Einkäuferin"),
        ("de", "Ihre Bewerbung für DevOps Engineer wurde übermittelt.", "DevOps Engineer"),
        ("de", "Ausbildungsberuf: Bootsbauer", "Bootsbauer"),
        ("de", "Wir suchten einen Kellermeister mit mehr Erfahrung im Weinbau.", "Kellermeister"),
        ("fr", "Nous revenons à votre candidature en qualité d'actuaire.", "actuaire"),
        ("fr", "Merci d'avoir répondu à notre offre Hôte de caisse.", "Hôte de caisse"),
        ("fr", "Votre dossier au concours 2025-0086, Analyste en fiscalité, est complet.", "Analyste en fiscalité"),
        ("fr", "Intitulé : Préparateur de commandes", "Préparateur de commandes"),
        ("fr", "Nous cherchons un clerc de notaire qui connaisse la région.", "clerc de notaire"),
        ("es", "¡Gracias por postular a Desarrollador Frontend!", "Desarrollador Frontend"),
        ("es", "Recibimos su hoja de vida para Nutricionista.", "Nutricionista"),
        ("es", "La requisición 20118 – Tripulante de cabina se cerró.", "Tripulante de cabina"),
        ("es", "Categoría: Celador", "Celador"),
        ("es", "Hemos optado por otra candidata para el puesto de perito tasador.", "perito tasador"),
        ("en", "Thanks for your interest in being a Cashier at Holm.", "Cashier"),
        ("en", "This note concerns Dispatch Coordinator (2024-3317) in Memphis.", "Dispatch Coordinator"),
    ],
)
def test_a_mail_names_the_job(language: str, text: str, role: str) -> None:
    assert facts(text, language=language).role == role


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Wir suchten einen Termin und haben eine Teilzeit-Stelle frei."),
        ("de", "Ihre Bewerbung und Ihr Interesse haben uns gefreut."),
        ("fr", "Votre candidature a fait l'objet d'un échange le 3 octobre."),
        ("fr", "Nous avons pris bonne note de votre poste de travail."),
        ("es", "Para la segunda prueba técnica le escribiremos."),
        ("es", "Gracias por participar en el proceso de selección."),
        ("en", "Thank you for your application and the second conversation on Monday."),
    ],
)
def test_no_job_is_better_than_a_wrong_one(language: str, text: str) -> None:
    assert facts(text, language=language).role == ""
