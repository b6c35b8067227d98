"""The shipped letters, in every combination of known and missing facts, with the shortest and the longest wordings."""

import re
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from gmail_followup.home import shipped
from gmail_followup.ledger.records import Purpose
from gmail_followup.reading.values import Reason, Stage
from gmail_followup.writing.edit import count_words, lint
from gmail_followup.writing.letter import Letter, Move
from gmail_followup.writing.render import render
from gmail_followup.writing.templates import TemplateSet, load
from gmail_followup.writing.variables import Facts, Person, Profile, sample_facts

from .conftest import DAY, make_facts

LANGUAGES = ("en", "de", "fr", "es")
SHIPPED = [t for t in load([shipped("templates")]).usable if t.front]
NAMES = sorted({t.name for t in SHIPPED if t.front and t.front.when.purpose == "ask"})
LATER = sorted({t.name for t in SHIPPED if t.front and t.front.when.purpose in set(Purpose) - {Purpose.ASK}})
LENGTHS = {"thanks": (25, 70), "accept_call": (30, 80)}
BAD = {
    "en": r"unfortunately|\bsorry\b|\bplease please|\bbeg\b|desperate|hope this (?:e-?mail|message) finds|passionate|"
    r"disappoint|\bsue\b|discriminat|legal|explain your decision",
    "de": r"\bleider\b|bedauer|enttäusch|verzweifel|Diskriminier|rechtlich|bitte, bitte",
    "fr": r"malheureusement|désolé|déçu|supplie|discriminat|juridique|ravie?s?\b|heureu(?:x|se)\b",
    "es": r"desafortunadamente|lamentablemente|decepcion|suplico|discriminac|jurídic|encantad[oa]|interesad[oa]",
}
TIPS = {
    "en": "two or three tips",
    "de": "zwei oder drei Tipps",
    "fr": "deux ou trois conseils",
    "es": "dos o tres consejos",
}
THANKS = {"en": r"[Tt]hank you|[Mm]any thanks", "de": r"[Vv]ielen Dank", "fr": r"[Mm]erci|remercie", "es": r"[Gg]racias|agradezco"}
FUTURE = {
    "en": r"would love to be considered",
    "de": r"würde (?:ich )?mich (?:sehr )?freuen|sehr gern wieder",
    "fr": r"[Jj]'aimerais beaucoup que|[Cc]e serait un plaisir de",
    "es": r"[Mm]e encantaría",
}
KNOWN = {f.language: f for f in (next(s for s in sample_facts(lang) if s.learned) for lang in LANGUAGES)}


def _every_case(language: str) -> list[Facts]:
    """All combinations of known and missing; the values are on the long side."""
    long = KNOWN[language]
    cases = []
    for company, role, person, learned, rounds, phone, about, answerable, name in product(
        ("", "Acme Analytics Inc."),
        ("", "Senior Data Engineer"),
        (Person(), Person("Mai Nguyen", "Mai", "recruiter"), Person("Mai Nguyen", "Mai", "interviewer")),
        ("", long.learned),
        (0, 1, 3),
        ("", long.me.phone),
        ("", long.me.tips_about),
        ("yes", "no_reply"),
        ("", "Alex Doe"),
    ):
        if (not name or answerable == "no_reply") and (
            bool(company) != bool(role) or rounds == 3 or bool(phone) != bool(about)
        ):
            continue  # the name and the way it was answered touch one sentence each: not crossed with everything
        cases.append(
            make_facts(
                company=company,
                role=role,
                roles=(role,) if role else (),
                language=language,
                contact=person,
                greeting_name=person.first_name,
                learned=learned,
                rounds=rounds,
                last_interview=DAY if rounds else None,
                answerable=answerable,
                to="contact" if answerable == "no_reply" else "thread",
                me=Profile(name, "", phone, about),
            )
        )
    return cases


@pytest.fixture(scope="module")
def extremes() -> list[TemplateSet]:
    """The shipped letters with `pick` always taking the wording of the fewest, and of the most words."""
    found = []
    words = cache(count_words)
    for end in (min, max):
        letters = load([shipped("templates")])
        letters.engine.globals["pick"] = lambda place, *wordings, end=end: end(wordings, key=words)
        found.append(letters)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_combination_reads_well_and_has_60_to_120_words(
    extremes: list[TemplateSet], name: str, language: str
) -> None:
    cases = _every_case(language)
    for letters in extremes:
        template = letters.find(name, language)
        assert template is not None
        for facts in cases:
            letter = render(letters, template, facts)
            assert 60 <= count_words(letter.text) <= 120, letter.text
            _reads_well(letter, facts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LATER)
def test_later_letters_are_short_and_ask_for_no_tips(extremes: list[TemplateSet], name: str, language: str) -> None:
    least, most = LENGTHS.get(name, (40, 120))
    for letters in extremes:
        template = letters.find(name, language)
        assert template is not None and template.front is not None
        for number, facts in enumerate(_every_case(language)):
            # The tip is one sentence: not crossed with everything. Every seventh case holds each pair of the facts' values.
            for tip in ("", "Bring one example for each requirement that the posting names")[: 1 if number % 7 else 2]:
                letter = render(letters, template, replace(facts, tip=tip))
                assert least <= count_words(letter.text) <= most, letter.text
                assert not re.search(BAD[language], letter.text, re.IGNORECASE), letter.text
                assert not re.search(r"!|  | [.,;]|,,|\.\.|\bNone\b|[{}]|\( ?\)|„“|«\W*»", letter.text), letter.text
                assert TIPS[language] not in letter.text
                assert ("[" in letter.text) == letter.to_fill
                if Move.THANKS in letter.moves:
                    assert re.search(THANKS[language], letter.text), letter.text
                if name in ("thanks", "accept_call"):
                    assert letter.never == (Move.TIPS,) and "?" not in letter.text
                if name in ("thanks", "second_chance") and tip:
                    assert tip in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_connection_note_fits_into_300_characters(extremes: list[TemplateSet], language: str) -> None:
    for letters in extremes:
        template = letters.find("connection_note", language)
        assert template is not None
        assert all(len(render(letters, template, facts).text) <= 300 for facts in _every_case(language))


def _reads_well(letter: Letter, facts: Facts) -> None:
    text = letter.text
    paragraphs = text.split("\n\n")
    assert len(paragraphs) >= 4 and "\n" not in "".join(paragraphs[:-1]), text
    assert paragraphs[-1].split("\n")[1:] == ([facts.me.name] if facts.me.name else []), text
    assert not re.search(BAD[letter.language], text, re.IGNORECASE), text
    assert not re.search(r"!|  | [.,;]|,,|\.\.|\bNone\b|[{}\[\]]|\( ?\)|„“|«\W*»", text), text
    assert len(re.findall(THANKS[letter.language], text)) >= 1
    assert text.count(TIPS[letter.language]) == (Move.TIPS in letter.moves)
    assert re.search(FUTURE[letter.language], text), text
    for value in (facts.company, facts.role):
        assert value in text
    for paragraph in paragraphs[1:-1]:
        assert paragraph[-1] in ".?", paragraph
        assert max(count_words(s) for s in re.split(r"(?<=[.?:;])\s", paragraph)) <= 40, paragraph


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_letters_to_one_company_differ(letters: TemplateSet, language: str) -> None:
    for template in letters.usable:
        if template.language != language or template.name not in NAMES:
            continue
        base = make_facts(language=language, company="Acme")
        turns = [render(letters, template, replace(base, key=f"acme {i}", turn=i)).text for i in range(3)]
        for one, other in ((0, 1), (1, 2), (0, 2)):
            mine, theirs = turns[one].split("\n\n"), turns[other].split("\n\n")
            assert all(a != b for a, b in zip(mine[1:], theirs[1:], strict=True)), template.key
        many = {render(letters, template, replace(base, key=f"job {i}")).text for i in range(30)}
        assert len(many) >= 20, template.key


def test_the_same_facts_give_the_same_letter(letters: TemplateSet) -> None:
    again = load([shipped("templates")])
    for template in letters.usable:
        facts = make_facts(language=template.language)
        assert render(letters, template, facts) == render(again, again.find(template.name, template.language), facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "known", "unknown"),
    [
        ("en", "Hello Mai,", "Hello,"),
        ("de", "Guten Tag Mai Nguyen,", "Guten Tag,"),
        ("fr", "Bonjour,", "Bonjour,"),
        ("es", "Hola, Mai:", "Buenos días:"),
    ],
)
def test_greetings(letters: TemplateSet, language: str, known: str, unknown: str) -> None:
    template = letters.find("interviewed", language)
    assert template is not None
    assert render(letters, template, make_facts(language=language)).text.startswith(known + "\n\n")
    nobody = make_facts(language=language, contact=Person("Acme Team"), greeting_name="")
    assert render(letters, template, nobody).text.startswith(unknown + "\n\n")


def test_your_own_closing_replaces_the_letters(letters: TemplateSet) -> None:
    template = letters.find("applied", "en")
    assert template is not None
    letter = render(letters, template, make_facts(me=Profile("Alex Doe", "Warmly,")))
    assert letter.text.endswith("\n\nWarmly,\nAlex Doe")


def test_lint_finds_nothing_in_the_shipped_letters(letters: TemplateSet) -> None:
    assert lint(letters) == []


def test_samples_cover_each_stage_and_reason_known_and_unknown() -> None:
    seen = {(f.stage, f.reason, bool(f.greeting_name)) for f in sample_facts("en")}
    assert seen == {(s.value, r.value, k) for s in Stage for r in Reason for k in (True, False)}


def test_subjects_of_new_messages_are_short_and_say_what_it_is_about(letters: TemplateSet) -> None:
    for template in letters.usable:
        assert template.front is not None
        if template.front.when.to == "thread" or not template.front.subject:
            continue
        for facts in (
            make_facts(language=template.language),
            make_facts(language=template.language, company="", role=""),
        ):
            subject = render(letters, template, facts).subject
            assert 10 <= len(subject) <= 90 and "  " not in subject, subject
