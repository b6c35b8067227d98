"""Tips are whole sentences of the mail, joined with what they hang on, and sorted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.eval_answers import cases
from gmail_followup.answers.notes import NoteReader, tips_of
from gmail_followup.answers.values import Area, Sort
from gmail_followup.mail.parse import parse
from tests.answers.conftest import mail
from tests.support.rooms import shipped_rules

NOTES = NoteReader(shipped_rules())


def tips(body: str) -> list[str]:
    return [tip.text for tip in tips_of(mail(body), shipped_rules())]


def test_courtesies_are_left_out() -> None:
    body = (
        "Hi Jo,\n\nThank you for your kind note! We really enjoyed meeting you. Your SQL was too weak for this team.\n"
        "I hope this helps. Good luck with your search!\n\nBest regards,\nAnn\n"
    )
    assert tips(body) == ["Your SQL was too weak for this team."]


def test_an_item_of_a_list_is_one_tip_with_all_its_sentences() -> None:
    body = (
        "Hi Jo,\n\nThree tips:\n\n1. SQL. Your joins were slow\n   and wrong.\n2. Your answers were too long.\n\nAnn\n"
    )
    assert tips(body) == ["Three tips: SQL. Your joins were slow and wrong.", "Your answers were too long."] or tips(
        body
    ) == ["SQL. Your joins were slow and wrong.", "Your answers were too long."]


def test_a_fragment_goes_on_from_its_lead_in() -> None:
    body = (
        "Hi Jo,\n\nWe would have liked to see\n\n- more depth\n\nand what was missing:\n\n- a licence\n- Dutch\n\nAnn\n"
    )
    assert tips(body) == [
        "We would have liked to see: more depth",
        "and what was missing: a licence",
        "and what was missing: Dutch",
    ]


def test_strengths_are_not_tips() -> None:
    body = "Hi,\n\nStrengths:\n- clear talk\n- Python\n\nAreas for improvement:\n- system design\n- your CV\n\nAnn\n"
    assert tips(body) == ["Areas for improvement: system design", "Areas for improvement: your CV"]


def test_praise_before_a_but_takes_nothing_away() -> None:
    assert tips("Hi,\n\nYour portfolio was excellent, but you lack experience with clients.\n") == [
        "Your portfolio was excellent, but you lack experience with clients."
    ]
    assert tips("Hi,\n\nYou certainly do not lack experience, an excellent interview.\n") == []


def test_tips_are_words_of_the_mail_in_their_order() -> None:
    for case in cases():
        own = " ".join(parse(case.raw).own_text.split())
        places = [own.find(" ".join(tip.text.split()[-3:])) for tip in tips_of(parse(case.raw), shipped_rules())]
        assert -1 not in places, case.name
        assert places == sorted(places), case.name


@pytest.mark.parametrize(
    ("text", "sort", "area"),
    [
        ("You lack experience with large teams.", Sort.GAP, Area.EXPERIENCE),
        ("The post requires a degree in law.", Sort.GAP, Area.CERTIFICATE),
        ("Your Excel skills were too weak.", Sort.GAP, Area.SKILL),
        ("Your answers were too long.", Sort.NOT_SHOWN, Area.COMMUNICATION),
        ("You had not looked at our website.", Sort.NOT_SHOWN, Area.PREPARATION),
        ("Your motivation did not come across.", Sort.NOT_SHOWN, Area.ENTHUSIASM),
        ("We felt that you are overqualified.", Sort.UNCLEAR, Area.FIT),
        ("Nothing in particular.", Sort.UNCLEAR, Area.OTHER),
        ("Mir fehlt Erfahrung im Vertrieb.", Sort.GAP, Area.EXPERIENCE),
        ("Mes réponses étaient trop longues.", Sort.NOT_SHOWN, Area.COMMUNICATION),
        ("Me faltaba la certificación.", Sort.GAP, Area.CERTIFICATE),
    ],
)
def test_a_note_in_anybodys_words_is_sorted(text: str, sort: Sort, area: Area) -> None:
    tip = NOTES.sorted(text)
    assert (tip.text, tip.sort, tip.area) == (text, sort, area)


@given(st.text(max_size=200), st.sampled_from(["", "en", "de", "xx"]))
def test_any_note_can_be_sorted(text: str, language: str) -> None:
    tip = NOTES.sorted(text, language)
    assert tip.sort in set(Sort)
    assert tip.area in set(Area)
    assert tip.text == " ".join(text.split())
