"""Whose company a mail is from, by classes of what went wrong on mails by authors who had not seen the program."""

import pytest

from gmail_followup.reading.agencies import is_agency
from gmail_followup.reading.company_names import company_key, covers
from gmail_followup.reading.domain_names import name_in_label
from gmail_followup.reading.full_names import full_form
from gmail_followup.reading.senders import load_senders, organisation
from tests.reading.test_facts import facts

READ = "Your application was read. We chose another candidate."


@pytest.mark.parametrize(
    ("domain", "place"),
    [
        ("mail.holmwerk.example.ie", "holmwerk.example.ie"),
        ("holmwerk.example.co.uk", "holmwerk.example.co.uk"),
        ("hr.finances.gouv.example", "finances.gouv.example"),
        ("tribunal.gob.example", "tribunal.gob.example"),
        ("jobs.holmwerk.de", "holmwerk.de"),
        ("example.co.uk", "example.co.uk"),
    ],
)
def test_reserved_labels_name_nobody(domain: str, place: str) -> None:
    assert organisation(domain) == place


@pytest.mark.parametrize("domain", ["paylocity.com", "mail.paylocity.co.uk", "hire.lever.co"])
def test_a_systems_name_is_no_employer_under_any_ending(domain: str) -> None:
    assert load_senders().is_vendor(domain)


@pytest.mark.parametrize("domain", ["lever.de", "otta.fr", "holmwerk.de"])
def test_a_short_name_may_be_somebody_elses(domain: str) -> None:
    assert not load_senders().is_vendor(domain)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("holmwerk", "Holmwerk"),
        ("talleresruiz", "Talleres Ruiz"),
        ("lk-holmbach", "Landkreis Holmbach"),
        ("uni-holmbach", "Universität Holmbach"),
        ("thecopperkettle", "The Copperkettle"),
        ("theater-holm", "Theater Holm"),
        ("gp-recht", ""),
        ("tcr", ""),
        ("tmholmbach", ""),
        ("ifm-holm", ""),
    ],
)
def test_initials_are_told_as_no_name(label: str, name: str) -> None:
    assert name_in_label(label) == name


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Colegio San Blas", "csanblas"),
        ("Universidad de Holmosa", "uholmosa"),
        ("Laboratorios Bruñel", "labbrunel"),
        ("Grand Heath Vet Labs", "ghvetlabs"),
        ("Teatro Municipal de Holmosa", "tmholmosa"),
        ("Tribunal de Aguas Regional", "tar"),
    ],
)
def test_a_domain_is_made_of_beginnings(name: str, label: str) -> None:
    assert covers(name, label)


@pytest.mark.parametrize(("name", "label"), [("Carla Holm", "cards"), ("Grand Heath", "ghastly"), ("Tres Ríos", "trx")])
def test_not_of_any_letters(name: str, label: str) -> None:
    assert not covers(name, label)


@pytest.mark.parametrize(
    ("text", "name", "email", "company"),
    [
        (READ, "Personalamt Landkreis Holmbach", "personal@lk-holmbach.de", "Landkreis Holmbach"),
        (READ, "Direction Fondation Orvel", "direction@fondation-orvel.ch", "Fondation Orvel"),
        (READ, "Founders Brellio", "hola@brellio.io", "Brellio"),
        (READ, "Vera de Brellio", "talento@brellio.mx", "Brellio"),
        (READ, "Brellio Talent Scheduler", "noreply@scheduler.brellio.com", "Brellio"),
        (READ, "HS Holmtal Berufungen", "berufungen@hs-holmtal.de", "Hochschule Holmtal"),
        (READ, "Campus Kornverlag Personal", "jobs@campus-kornverlag.de", "Campus Kornverlag"),
        (READ, "Calendly for Brellio Foods", "notifications@calendly.com", "Brellio Foods"),
        (READ, "Brellio Foods via Zetahire", "noreply@zetahire.io", "Brellio Foods"),
        (READ, "Stadt Holmau, SG 12", "sg12@holmau.de", "Stadt Holmau"),
    ],
)
def test_an_office_is_no_company(text: str, name: str, email: str, company: str) -> None:
    assert company_key(facts(text, "", name, email).company) == company_key(company)


@pytest.mark.parametrize(
    ("name", "email", "company"),
    [
        ("Sepp Kornhuber", "info@elektro-kornhuber.de", "Elektro Kornhuber"),
        ("Dr. Jana Orvel", "j.orvel@orvel-maschinenbau.de", "Orvel Maschinenbau"),
        ("Elise Bertignac", "contact@boulangerie-bertignac.fr", "Boulangerie Bertignac"),
    ],
)
def test_a_person_is_no_company(name: str, email: str, company: str) -> None:
    assert facts(READ, "", name, email).company == company


@pytest.mark.parametrize(
    ("text", "name", "email", "company"),
    [
        (f"{READ}\n\nUn saludo,\nHoteles Costa Brava Sur", "RRHH Costa Brava", "rrhh@costabrava.com", "Hoteles Costa Brava"),
        (f"{READ}\n\nLandesmuseum für Holz Holmau", "Landesmuseum Holmau", "a@landesmuseum-holmau.de", "Landesmuseum für Holz Holmau"),
        (f"{READ} Danke an die Klinik Seeblick.", "Privatklinik Seeblick HR", "hr@klinik-seeblick.ch", "Privatklinik Seeblick"),
        (f"{READ}\n\nVera\nGrand Heath Vet Labs", "Dr. Chege", "chege@ghvetlabs.co.ke", "Grand Heath Vet Labs"),
        (f"{READ}\n\nVera\nInstitute for Peat Studies", "Prof. Vera Holm", "vholm@peatstudies.org", "Institute for Peat Studies"),
        (f"{READ}\n\nRed Hospitalaria del Sur", "RH RHS", "rh@rhs.com.co", "Red Hospitalaria del Sur"),
    ],
)  # fmt: skip
def test_the_fullest_form_wins(text: str, name: str, email: str, company: str) -> None:
    assert company_key(facts(text, "", name, email).company).startswith(company_key(company))


@pytest.mark.parametrize(
    ("name", "source", "full"),
    [
        ("Solvinta", "Le saluda Grupo Solvinta.", "Grupo Solvinta"),
        ("Solvinta", "Personalabteilung Solvinta", "Solvinta"),
        ("Solvinta", "el grupo Solvinta", "Solvinta"),
        ("UTC", "Universidad Tecnológica del Cerro", "Universidad Tecnológica del Cerro"),
        ("UTC", "Unos tres candidatos", "UTC"),
        ("CPAS Orvel", "CPAS de Orvel - notification", "CPAS de Orvel"),
        ("", "Grupo Solvinta", ""),
    ],
)
def test_what_stands_before_a_name(name: str, source: str, full: str) -> None:
    assert full_form(name, [source]) == full


@pytest.mark.parametrize(
    "text",
    [
        "He has decided to go with another candidate for the job.",
        "Your interview is on 3rd of March with the Unit.",
        "Kind regards\nBereich Personalgewinnung\nyour application",
        "Chère candidate, votre candidature est lue.\nDirection",
    ],
)
def test_words_that_are_no_names(text: str) -> None:
    assert facts(text, "", "", "noreply@zq.example").company == ""


@pytest.mark.parametrize(
    ("text", "subject", "company"),
    [
        ("I spoke to the chair. Brellio Foods has chosen another.", "Brellio Foods - feedback", "Brellio Foods"),
        ("The panel met with the CEO of Brellio Foods. They chose another.", "Your interview", "Brellio Foods"),
        ("The client chose another candidate for the job.", "Your interview", "Harker Search"),
    ],
)
def test_an_agency_writes_for_its_client(text: str, subject: str, company: str) -> None:
    signed = f"{text}\n\nVera Holm\nHarker Search"
    assert facts(signed, subject, "Vera Holm", "vera.holm@harkersearch.com").company == company


def test_agencies() -> None:
    assert is_agency("Harker Executive Search") and is_agency("altexis-rh") and is_agency("harkersearch")
    assert not is_agency("Holmwerk", "Research Institute of Holm")
