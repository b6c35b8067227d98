"""Company and role of small mails written for the purpose."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gmail_followup.rules
from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.company_names import (
    clean_company,
    company_before,
    company_in_display_name,
    company_key,
    covers,
)
from gmail_followup.reading.facts import Facts, facts_of
from gmail_followup.reading.senders import Senders, load_senders
from gmail_followup.reading.title_bounds import clean_role, title_after, title_before
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import load

PACKS = Path(gmail_followup.rules.__file__).parent / "packs"


@lru_cache(maxsize=1)
def senders() -> Senders:
    return load_senders()


@lru_cache(maxsize=8)
def matcher(place: str, language: str) -> Matcher:
    return Matcher(r for r in load(PACKS, None).about("fact") if place in r.fields and r.language == language)


def message(
    text: str, subject: str = "", name: str = "", email: str = "no-reply@hire.lever.co", to: str = ""
) -> Message:
    return Message(
        id="<m@x>",
        date=None,
        from_=Address(name, email),
        reply_to=(),
        to=(Address(to, "me@example.org"),),
        cc=(),
        subject=subject,
        text=text,
        parts=((Span(0, len(text)), Part.OWN),),
        in_reply_to="",
        references=(),
        headers=(),
    )


def hits_of(mail: Message, language: str) -> Iterator[tuple[Hit, str]]:
    for place, text in (("subject", mail.subject), ("body", mail.text)):
        folded = fold(text)
        spans = (Span(0, len(text)),) if place == "subject" else sentences(text, mail.spans(Part.OWN))
        if folded.offsets is None:
            for span in spans:
                for hit in matcher(place, language).find(folded, span):
                    yield hit, place


def facts(
    text: str,
    subject: str = "",
    name: str = "",
    email: str = "no-reply@hire.lever.co",
    to: str = "",
    language: str = "en",
) -> Facts:
    mail = message(text, subject, name, email, to)
    return facts_of(mail, hits_of(mail, language), senders())


@pytest.mark.parametrize(
    ("text", "subject", "name", "email", "company"),
    [
        ("Thank you for your interest in Nordlight.", "", "", "no-reply@hire.lever.co", "Nordlight"),
        ("Thank you for applying to Salt & Cinder at this time.", "", "", "no-reply@hire.lever.co", "Salt & Cinder"),
        ("We enjoyed learning about you. You applied at Nordlight currently.", "", "", "x@hire.lever.co", "Nordlight"),
        ("Thank you for your application.", "", "Nordlight Careers", "no-reply@greenhouse.io", "Nordlight"),
        ("Thank you for your application.", "", "Nordlight via Greenhouse", "no-reply@greenhouse.io", "Nordlight"),
        ("Thank you for your application.", "", "Mai Nguyen at Nordlight", "mai@nordlight.io", "Nordlight"),
        ("Thank you for your application.", "", "Ada Byrne (Nordlight Recruiting)", "ada@nordlight.io", "Nordlight"),
        (
            "Your application was read.\n\nAda Byrne\nNordlight Holdings",
            "",
            "Ada Byrne",
            "ada@nordlight.io",
            "Nordlight",
        ),
        ("Your application was read.\n\nThe Nordlight Team", "", "", "no-reply@greenhouse.io", "Nordlight"),
        ("Your application was read.\n\nTalent Acquisition | Nordlight", "", "", "no-reply@greenhouse.io", "Nordlight"),
        ("Your application was read.\n\nNordlight GmbH", "", "HR", "hr@nordlight.de", "Nordlight"),
        ("Your application was read.\n\nHolm Vale Hospital", "", "HR", "hr@holmhospital.org.uk", "Holm Vale Hospital"),
        ("Your application was read.", "Łozna Café: your application", "", "jobs@lozna-cafe.pl", "Łozna Café"),
        ("Thank you for your interest in 青海精機.", "", "", "x@hire.lever.co", "青海精機"),
        ("Your application was read.", "", "no fuss freight", "hi@no-fuss-freight.io", "no fuss freight"),
        ("Thank you for applying to 3M.", "", "", "x@hire.lever.co", "3M"),
        (
            "Thank you for your interest in St. Brenna Mercy Hospital.",
            "",
            "",
            "x@hire.lever.co",
            "St. Brenna Mercy Hospital",
        ),
        ("Dear Hannah,\nyour application was read.", "Hannah, news from Nordlight", "", "x@lever.co", "Nordlight"),
        ("Your application was read.", "", "", "jobs@nordlight.co.uk", "Nordlight"),
        ("Your application was read.", "", "Brückner Consulting", "hr@brueckner-consulting.de", "Brückner Consulting"),
        ("Your application was read.", "", "Pia Lund", "pia@orbi.teamtailor-mail.com", "Orbi"),
        ("Your application was read.", "", "Empleo Supermercados Olmo", "empleo@superolmo.es", "Supermercados Olmo"),
        ("Your application was read.", "", "Notaires Grand", "etude@grand-etude.fr", "Notaires Grand"),
        ("Your application was read.", "", "Talleres Ona", "ona@correo.example", "Talleres Ona"),
        ("Thank you for applying to Holm Fruit.", "", "Jobportal", "news@jobportal.example", "Holm Fruit"),
    ],
)
def test_the_company(text: str, subject: str, name: str, email: str, company: str) -> None:
    assert company_key(facts(text, subject, name, email).company).startswith(company_key(company))


@pytest.mark.parametrize(
    ("text", "subject", "name", "email", "to"),
    [
        ("Thank you for your application.", "", "Greenhouse", "no-reply@greenhouse.io", ""),
        ("Thank you for your application.", "", "Ada Byrne", "ada.byrne@gmail.com", ""),
        ("Thank you for applying to [Company_A].", "", "", "no-reply@greenhouse.io", ""),
        ("Thank you for your application.", "", "", "unknown@unknown.invalid", ""),
        ("Thank you for your application.\n\nBest regards,HR", "", "", "no-reply@greenhouse.io", ""),
        ("Thank you for applying to ${COMPANY}.", "", "", "no-reply@greenhouse.io", ""),
        ("Hi Hannah,\nthank you for applying.", "Thanks, Hannah!", "", "no-reply@greenhouse.io", "Hannah Holm"),
        ("Thank you for speaking with Jerome.", "", "", "no-reply@greenhouse.io", ""),
        ("In accordance with our Data Retention Policy we keep your CV.", "", "", "no-reply@greenhouse.io", ""),
        ("Lovely weather, see you on Sunday?", "Sunday", "Bev", "bev@marlow-harriers.club", ""),
        ("", "", "", "", ""),
    ],
)
def test_no_company_is_better_than_a_wrong_one(text: str, subject: str, name: str, email: str, to: str) -> None:
    assert facts(text, subject, name, email, to).company == ""


def test_a_word_within_a_word_is_no_mention() -> None:
    mail = "Thank you for applying to Holm. PHP, PHP, PHP and PHP were read. You applied at HP."
    assert facts(mail).company == "Holm"


@pytest.mark.parametrize(
    ("text", "subject", "role"),
    [
        ("Thank you for applying for the Data Engineer position at Holm.", "", "Data Engineer"),
        ("We have received your application for Data Engineer and our team reads it.", "", "Data Engineer"),
        ("Your application for R-0049213 Transport Planner II has been received.", "", "Transport Planner II"),
        ("You applied for the position of Charge Nurse, Telemetry at St. Brenna.", "", "Charge Nurse, Telemetry"),
        ("You applied for the post of ADMINISTRATION CLERK in Pretoria.", "", "ADMINISTRATION CLERK"),
        ("We decided not to make you an offer for engineering manager. Here is why.", "", "engineering manager"),
        ("The number of litigation associate positions is limited.", "", "litigation associate"),
        ("Thank you for your interest in the Platform Engineer (m/w/d) role.", "", "Platform Engineer"),
        ("Your application for Platform Engineer, Berlin was read.", "", "Platform Engineer"),
        ("You applied for our Head of People role.", "", "Head of People"),
        (
            "You responded to our advertisement for a Management\nAccountant, based in Holm.",
            "",
            "Management Accountant",
        ),
        ("We read it.", "Holm - Data Engineer - Application Update", "Data Engineer"),
        ("We read it.", "Your application to Data Engineer at Holm", "Data Engineer"),
        ("We read it.", "Update: Senior Nurse (Ref 1234)", "Senior Nurse"),
        ("We read it.", "Re: Motion designer application", "Motion designer"),
        ("We read it.", "barista job", "barista"),
    ],
)
def test_the_role(text: str, subject: str, role: str) -> None:
    found = facts(text, subject)
    assert found.role == role
    assert found.roles == (role,)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your interest in Holm.",
        "Thank you for applying for the [JOB_TITLE] position.",
        "Thank you for applying for the ${JOB_TITLE} position.",
        "Thank you for applying for the position.",
        "Your application for the above post was read.",
        "Your application is under consideration for other roles.",
        "Thank you for taking the time to meet our hiring manager.",
        "As a result we will not go on.",
    ],
)
def test_no_role_is_told(text: str) -> None:
    assert facts(text).role == ""


def test_all_roles_of_a_mail_are_told() -> None:
    both = "Thank you for your applications to 2501883 Stress Analyst II and 2501884 Stress Analyst III."
    assert facts(both).roles == ("Stress Analyst II", "Stress Analyst III")
    listed = (
        "You have applied for several positions with Holm. Here is where each of them stands:\n\n"
        "- Media Coordinator (REQ-1182): closed\n- Junior Copywriter (REQ-1190): closed\n\nHolm Talent"
    )
    assert facts(listed).roles == ("Media Coordinator", "Junior Copywriter")


def test_jobs_that_are_only_advertised_are_no_roles_of_the_mail() -> None:
    advertised = "We chose somebody else for Cart Attendant.\nOther jobs near you:\n- Night Stocker\n- Floral Clerk\n"
    assert facts(advertised).roles == ("Cart Attendant",)


@pytest.mark.parametrize(
    ("display", "company"),
    [
        ("Holm Careers", "Holm"),
        ("Holm Talent Acquisition", "Holm"),
        ("The Holm Team", "Holm"),
        ("Recruiting at Holm", "Holm"),
        ("Talent @ Holm Sensors", "Holm Sensors"),
        ("Mai Nguyen at Holm", "Holm"),
        ("Björn Åkesson, Holm Software", "Holm Software"),
        ("People & Culture, Holm Bay Resorts", "Holm Bay Resorts"),
        ("Ada (Holm Recruiting)", "Holm"),
        ("Nguyen, Thi Mai", ""),
        ("Ada Byrne", ""),
        ("Human Resources", ""),
        ("HR-Services Holm", "Holm"),
        ("Gestión Humana Holm", "Holm"),
        ("Dein Ausbildungsteam der Holm", "Holm"),
        ("Kanzlei Holm & Partner", "Kanzlei Holm & Partner"),
        ("Greenhouse", ""),
        ("Workday via Greenhouse", ""),
        ("", ""),
    ],
)
def test_the_company_in_a_display_name(display: str, company: str) -> None:
    assert company_in_display_name(display, senders()) == company


def test_the_address_may_tell_that_a_display_name_is_no_persons() -> None:
    assert company_in_display_name("Holm (Bewerbermanagement)", senders(), person=False) == "Holm"
    assert company_in_display_name("Cobalt Ferry", senders(), person=False) == "Cobalt Ferry"
    assert company_in_display_name("Cobalt Ferry", senders()) == ""


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Holm Vale Hospital", "holmhospital"),
        ("Fern & Flint", "fernandflint"),
        ("Fern & Flint", "fernflint"),
        ("The Tin Larder Group", "tinlarder"),
        ("St Wystan's Primary", "stwystansprimary"),
        ("Kōwhai Fest", "kowhaifest"),
        ("Brückenwerk Consulting", "brueckenwerk-consulting"),
        ("Bureau of Coastal Survey", "bcs"),
        ("Hospital San Roque", "hsanroque"),
        ("École Saint-Odilon", "ecole-st-odilon"),
    ],
)
def test_a_domain_stands_for_a_name(name: str, label: str) -> None:
    assert covers(name, label)
    assert not covers(name, f"x{label}")


@pytest.mark.parametrize(
    ("language", "text", "subject", "role", "company"),
    [
        ("de", "Wir danken für Ihre Bewerbung als Dreherin (m/w/d) bei der Holm GmbH.", "", "Dreherin", "Holm"),
        (
            "de",
            "Vielen Dank noch einmal für Ihre Bewerbung auf die Stelle als\nLeitung Einkauf in Ulm.",
            "",
            "Leitung Einkauf",
            "",
        ),
        ("de", "Die Position Vertriebsleiter Nord ist besetzt.", "", "Vertriebsleiter Nord", ""),
        ("de", "Ein Angebot als Junior Berater können wir nicht machen.", "", "Junior Berater", ""),
        ("de", "Für Ihre Bewerbung danken wir.", "AW: Lkw-Fahrer", "Lkw-Fahrer", ""),
        (
            "fr",
            "Votre candidature au poste de chargé·e d'accueil chez Holm est reçue.",
            "",
            "chargé·e d'accueil",
            "Holm",
        ),
        ("fr", "Merci pour votre entretien pour technicien de maintenance.", "", "technicien de maintenance", ""),
        ("fr", "Le recrutement d'un agent d'accueil est suspendu.", "", "agent d'accueil", ""),
        ("es", "Gracias por tu candidatura al puesto de contable en Holm.", "", "contable", "Holm"),
        ("es", "La vacante Auxiliar de nómina fue cancelada.", "", "Auxiliar de nómina", ""),
        ("es", "Hemos recibido tu candidatura a la oferta «Mozo de almacén».", "", "Mozo de almacén", ""),
        ("es", "Elegimos a otra persona para Analista funcional.", "", "Analista funcional", ""),
    ],
)
def test_phrases_of_other_languages(language: str, text: str, subject: str, role: str, company: str) -> None:
    found = facts(text, subject, language=language)
    assert found.role == role
    assert company_key(found.company) == company_key(company)


@pytest.mark.parametrize(
    "text", ["Die Aufgabe ist schön.", "La tâche est belle.", "La tarea es bonita.", "Ihr Gespräch ist am Dienstag."]
)
def test_what_only_follows_a_job_word_is_no_role(text: str) -> None:
    for language in ("de", "fr", "es"):
        assert facts(text, language=language).role == ""


def test_names_end_where_they_end() -> None:
    assert clean_company("Holm currently has no openings") == "Holm"
    assert clean_company("Bank of Northmere and we") == "Bank of Northmere"
    assert clean_company("Institute for Peat Research in Leeds") == "Institute for Peat Research"
    assert clean_company("Holm for the Data role") == "Holm"
    assert clean_company("the Data Engineer position") == ""
    assert clean_company("our Data Policy") == ""
    text = "Unfortunately, Salt & Cinder has decided"
    assert company_before(text, text.index(" has")) == "Salt & Cinder"
    text = "Unfortunately, Holm, LLC has decided"
    assert company_key(company_before(text, text.index(" has"))) == "holm"


_WORDS = st.sampled_from(
    [
        *[
            "Thank",
            "you",
            "for",
            "applying",
            "to",
            "the",
            "Data",
            "Engineer",
            "position",
            "at",
            "Holm",
            "GmbH",
            ",",
            ".",
            "(",
            ")",
            "[",
            "]",
            "${JOB}",
            "&",
            "(m/w/d)",
            "-",
            "Salt's",
        ],
        *[
            "Ünïted",
            "青海",
            "unfortunately",
            "we",
            "have",
            "decided",
            "role",
            "interest",
            "in",
            "Greenhouse",
            "Workday",
            "Team",
            "Careers",
            "REQ-1182",
        ],
        "\n",
    ]
)
_TEXTS = st.lists(_WORDS, max_size=40).map(" ".join) | st.text(max_size=200)


@settings(max_examples=150, deadline=None)
@given(
    _TEXTS,
    _TEXTS,
    _TEXTS,
    st.sampled_from(["no-reply@hire.lever.co", "jobs@holm-labs.co.uk", "a@b", "", "x@gmail.com"]),
)
def test_whatever_a_mail_says_its_facts_stand_in_it(text: str, subject: str, name: str, email: str) -> None:
    found = facts(text, " ".join(subject.split()), name, email)
    seen = fold(f"{subject} {name} {text} {email}").text
    assert all(word in seen for word in re.findall(r"\w+", fold(found.company).text))
    assert not senders().is_ats_name(found.company)
    assert found.roles[:1] == ((found.role,) if found.role else ())
    everything = re.sub(r"\W", "", f"{subject} {text}")
    for part in re.findall(r"\w+", found.role):
        assert part in everything


@settings(max_examples=200, deadline=None)
@given(_TEXTS, st.integers(0, 250))
def test_titles_are_read_from_anywhere(text: str, place: int) -> None:
    place = min(place, len(text))
    title, end = title_after(text, place)
    assert place <= end <= len(text)
    assert title.text == title.text.strip()
    assert "\n" not in title_before(text, place).text
    assert "{" not in clean_role(text)


def test_long_references_are_read_in_no_time() -> None:
    import time

    begun = time.thread_time()
    clean_role("A" * 110 + " " + "Ab-" * 30 + "x")
    facts("application for " + "AB" * 4000 + "! " + "(((" * 500)
    assert time.thread_time() - begun < 0.5
