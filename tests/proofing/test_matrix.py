"""Every shipped letter, for all combinations of known and missing facts and all wordings: nothing to find, by any engine.

Letters share most of their paragraphs, so each distinct paragraph is asked about once, in letters made of many.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any

import pytest

from gmail_followup.home import shipped
from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.proofing import house
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.rules import LetterRules, load_letter_rules
from gmail_followup.reading.values import Reason, Stage
from gmail_followup.writing.letter import Letter
from gmail_followup.writing.render import render
from gmail_followup.writing.templates import Template, TemplateSet, load
from gmail_followup.writing.variables import Facts, Person, Profile, sample_facts

LANGUAGES = ("en", "de", "fr", "es")
WORDINGS = 3
A_LETTER = 12
"""Paragraphs that are put into one letter for a grammar engine."""
_KNOWN = ("Acme", "Analytics", "Inc", "Inc.", "Senior", "Mai", "Nguyen", "Alex", "Doe")


def _wording(shift: int, step: int) -> Any:
    """A `pick` that goes through the wordings; `step` shifts each place of a template against the others."""
    places: dict[Any, int] = {}

    def pick(place: Any, *wordings: str) -> str:
        number = places.setdefault(place, len(places))
        return wordings[(shift + step * number) % len(wordings)]

    return pick


def _facts(language: str) -> Iterator[Facts]:
    """All combinations of known and missing, in every stage and for every reason that a letter may speak of."""
    full = next(facts for facts in sample_facts(language) if facts.learned)
    empty = Person()
    people = (empty, Person("Mai Nguyen", "Mai", "recruiter"), Person("Mai Nguyen", "Mai", "interviewer"))
    known = product(("", "Acme Analytics Inc."), ("", "Senior Data Engineer"), ("", full.learned), people, (1, 3))
    for company, role, learned, person, rounds in known:
        yield replace(
            full,
            company=company,
            role=role,
            roles=(role,) if role else (),
            learned=learned,
            contact=person,
            greeting_name=person.first_name,
            rounds=rounds,
        )
    rest = product(
        ("", full.me.phone), ("", full.me.tips_about), ("", full.tip), (("yes", "thread"), ("no_reply", "contact"))
    )
    for phone, about, tip, (answerable, to) in rest:
        yield replace(full, me=Profile("Alex Doe", "", phone, about), tip=tip, answerable=answerable, to=to)
    bare = replace(
        full, learned="", last_interview=None, rounds=0, company="", role="", roles=(), tip="", contact=empty
    )
    for stage, reason in zip([*Stage, Stage.APPLIED], Reason, strict=True):
        yield replace(full, stage=stage.value, reason=reason.value)
        yield replace(bare, stage=stage.value, reason=reason.value, greeting_name="", me=Profile("Alex Doe"))


def _letters(templates: TemplateSet, template: Template) -> Iterator[Letter]:
    for shift, step in product(range(WORDINGS), (0, 1)):
        templates.engine.globals["pick"] = _wording(shift, step)
        for facts in _facts(template.language):
            yield render(templates, template, facts)


@dataclass
class Said:
    """All that the letters of a language can say, each with a letter that says it.

    A first paragraph goes on after the greeting's comma (small, in German), so it must stay first.
    """

    letters: dict[str, Letter] = field(default_factory=dict)
    frames: dict[str, Letter] = field(default_factory=dict)
    firsts: dict[str, Letter] = field(default_factory=dict)
    others: dict[str, Letter] = field(default_factory=dict)
    apart: dict[str, Letter] = field(default_factory=dict)


@cache
def _said(language: str) -> Said:
    templates = load([shipped("templates")])
    said = Said()
    for template in templates.usable:
        if template.language != language or template.name == "call_sheet":  # a page for the user himself, not a letter
            continue
        for letter in _letters(templates, template):
            if letter.text in said.letters:
                continue
            said.letters[letter.text] = letter
            paragraphs = letter.text.split("\n\n")
            if len(paragraphs) < 3 or letter.to_fill:  # a note to paste somewhere, or one that its writer completes
                said.apart[letter.text] = letter
                continue
            greeting, first, *others, closing = paragraphs
            said.firsts[first] = said.frames[f"{greeting}\n\n{closing}"] = letter
            said.others |= dict.fromkeys(others, letter)
    return said


def _joined(language: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Letters of many paragraphs each, that together hold everything that the shipped letters can say."""
    said = _said(language)
    names = frozenset[str]().union(*(letter.names for letter in said.letters.values()), _KNOWN)
    firsts, others, frames = list(said.firsts), list(said.others), list(said.frames)
    # In German a letter of ours has one first paragraph; elsewhere it may stand anywhere.
    count = len(firsts) if language == "de" else -(-(len(firsts) + len(others)) // A_LETTER)
    if language != "de":
        firsts, others = firsts[:count], firsts[count:] + others
    for number in range(max(count, len(frames))):
        greeting, closing = frames[number % len(frames)].split("\n\n")
        yield "\n\n".join([greeting, firsts[number % len(firsts)], *others[number::count], closing]), names
    yield from ((text, names) for text in said.apart)


def _sentences(language: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The same with each distinct sentence once, for an engine that takes its time."""
    said = _said(language)
    names = frozenset[str]().union(*(letter.names for letter in said.letters.values()), _KNOWN)
    first = _distinct(said.firsts)
    rest = [s for s in _distinct(said.others) if s not in first]
    size = A_LETTER * 3
    frames = list(said.frames)
    together = first + rest
    for number, at in enumerate(range(0, len(together), size)):
        greeting, closing = frames[number % len(frames)].split("\n\n")
        some = together[at : at + size]
        yield "\n\n".join([greeting, *(" ".join(some[i : i + 4]) for i in range(0, len(some), 4)), closing]), names
    yield from ((text, names) for text in list(said.apart)[:2])


def _distinct(paragraphs: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in paragraphs:
        for span in sentences(text, (Span(0, len(text)),)):
            sentence = text[span.start : span.end]
            found.setdefault(sentence.replace("Acme Analytics Inc.", "Acme").replace("Senior Data", "Data"), sentence)
    return list(found.values())


def _shown(findings: tuple[Finding, ...] | list[Finding], text: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(f.class_, f.text, f.suggestions[:2], text[max(0, f.start - 40) : f.end + 30]) for f in findings]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_much_to_read(language: str) -> None:
    said = _said(language)
    assert len(said.letters) > 600 and len(said.firsts) > 50 and len(said.others) > 100 and len(said.frames) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_tone_and_house_rules_find_nothing(language: str) -> None:
    rules = LetterRules(load_letter_rules())
    for text, names in _joined(language):
        found = house.check(text, names=names, language=language)
        tone = rules.check(text, language, required=(), max_words=10_000, names=names)
        # What the writer is asked to fill in is a placeholder, and rightly held back until he has.
        wanted = _said(language).apart.get(text)
        assert not _shown(
            [f for f in (*found, *tone) if not (wanted and wanted.to_fill and f.class_ == "placeholder")], text
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_makes_its_moves(language: str) -> None:
    rules = LetterRules(load_letter_rules())
    for letter in list(_said(language).letters.values())[::7]:
        made = rules.moves(letter.text, language)
        assert all(made[move] for move in letter.moves), letter.text


def test_harper_finds_nothing() -> None:
    from gmail_followup.proofing.harper import HarperEngine

    harper = HarperEngine()
    for text, names in _joined("en"):
        assert not _shown(harper.check(text, "en", names), text)


@pytest.mark.languagetool
@pytest.mark.parametrize("language", LANGUAGES)
def test_languagetool_finds_nothing(languagetool: str, language: str) -> None:
    from gmail_followup.proofing.languagetool import LanguageToolEngine

    engine = LanguageToolEngine(languagetool, answer_seconds=60, first_answer_seconds=150)
    for text, names in _sentences(language):
        assert not _shown(engine.check(text, language, names), text)
