"""What the wording of a whole mail counts for, beside the rules and alone."""

import functools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.parse import parse
from gmail_followup.reading import manner
from gmail_followup.reading.decide import THRESHOLD, Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Kind, Stage, Verdict
from gmail_followup.reading.wording import Reading, turns
from gmail_followup.rules.rule import load

PACKS = Path(__file__).resolve().parents[2] / "gmail_followup" / "rules" / "packs"
HINTED = (
    "Dear Nadia, thank you for coming in to talk about the Lab Technician vacancy. All of us enjoyed meeting you. In the end "
    "the years of cell culture that another of our visitors brought tipped the scales for us, and I wanted you to hear it from "
    "me. I hope our paths cross again. Kind regards, Maren, Vireo Labs"
)


@functools.cache
def reader(me: str = "") -> Reader:
    return Reader(load(PACKS, None), load_senders(), me=(me,))


def read(body: str, sender: str = "Maren <maren@vireo.example>", me: str = "") -> Verdict:
    return reader(me).read(parse(f"From: {sender}\nSubject: Your application\n\n{body}\n".encode()))


def test_a_short_mail_to_an_applicant_is_known_by_its_wording() -> None:
    verdict = read(HINTED)
    told = [e for e in verdict.evidence if e.rule == "manner-of-the-mail"]
    assert verdict.is_rejection
    assert not any(e.says == "rejection" for e in verdict.evidence if e not in told)
    assert told and told[0].source == "wording/en.tsv"


def test_a_long_one_is_not_judged_by_its_wording_alone() -> None:
    reading = Reading(9.0, 0.0, 0.0, ())
    message = parse(f"Subject: Your application\n\n{HINTED}\n".encode())
    long = parse(f"Subject: Your application\n\n{HINTED}\n\n{'The lake is deep and the boat is small. ' * 30}\n".encode())
    spoken = reader()._listen(message, reader()._matchers("en", facts=False))
    assert manner.may_stand_alone(message, spoken, (), "en", from_ats=False)
    assert not manner.may_stand_alone(long, spoken, (), "en", from_ats=False)
    assert not manner.may_stand_alone(message, (), (), "en", from_ats=False)
    assert manner.alone(reading, Kind.OTHER, THRESHOLD) > THRESHOLD


def test_the_users_own_mail_is_never_a_rejection() -> None:
    assert read(HINTED, "Me <me@mail.example>", "me@mail.example").kind is Kind.OWN


@given(st.floats(-9, 9), st.sampled_from(list(Kind)))
def test_alone_it_is_never_very_sure_and_never_of_what_reads_alike(odds: float, other: Kind) -> None:
    total = manner.alone(Reading(odds, 0.0, 0.0, ()), other, THRESHOLD)
    assert total <= THRESHOLD + 1
    if other in (Kind.OFFER, Kind.OTHER_REJECTION, Kind.OWN) or odds <= 0:
        assert total <= 0


@pytest.mark.parametrize(
    "body",
    [
        "thank you for the interview this morning for the Data Engineer role at Acme. It was good to talk with you.",
        "vielen Dank für das Gespräch über die Stelle als Ingenieurin heute früh. Es war schön, Sie kennenzulernen.",
        "merci pour notre entretien de ce matin au sujet du poste de comptable. Ce fut un plaisir de vous rencontrer.",
        "gracias por la entrevista de esta mañana para el puesto de contable. Fue un gusto conocerte y enseñarte la casa.",
    ],
)
def test_thanks_for_a_meeting_turn_nowhere(body: str) -> None:
    """However they are worded: nothing in them speaks of a no."""
    message = parse(f"From: Mai <mai@acme.example>\nSubject: Our interview\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode())
    verdict = reader().read(message)
    assert not verdict.is_rejection
    assert not turns(message.own_text, verdict.language)
    assert turns(f"{body} But", "en")


def test_every_language_with_a_pack_has_words_of_turning() -> None:
    assert all(not turns("Hello there", language) for language in load(PACKS, None).languages())
    assert turns("Hello there", "it")


@pytest.mark.parametrize(
    ("met", "final", "stage"),
    [(-2.0, 0.0, Stage.APPLIED), (2.0, -2.0, Stage.INTERVIEWED), (2.0, 2.0, Stage.FINAL), (0.4, 0.0, Stage.APPLIED)],
)
def test_the_wording_of_a_rejection_tells_how_far_it_came(met: float, final: float, stage: Stage) -> None:
    assert manner.stage_of((), Kind.REJECTION, Reading(0.0, met, final, ())) is stage
    assert manner.stage_of((), Kind.OTHER, Reading(0.0, met, final, ())) is Stage.UNKNOWN
