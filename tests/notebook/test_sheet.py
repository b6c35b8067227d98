"""The call sheet: in every language, with everything and with nothing known; what is said aloud keeps the tone of a letter."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gmail_followup.answers.values import Area, Sort
from gmail_followup.errors import FileError
from gmail_followup.home import shipped
from gmail_followup.notebook.edit import add_note
from gmail_followup.notebook.sheet import (
    MOST_PEOPLE,
    PEOPLE,
    PURPOSE,
    _words,
    as_html,
    call_sheet,
    people_markdown,
    phones_in,
    written,
)
from gmail_followup.notebook.values import Page, Review
from gmail_followup.proofing.rules import LetterRules, load_letter_rules
from gmail_followup.reading.values import Contact
from gmail_followup.writing.choose import choose
from gmail_followup.writing.templates import load
from gmail_followup.writing.variables import Facts, Person, Profile, sample_facts

LANGUAGES = ("en", "de", "fr", "es")
LETTERS = load([shipped("templates")])
RULES = LetterRules(load_letter_rules())
MAI = Contact("Mai Nguyen", "mai@acme.example", "interviewer", why=("sat in your interview", "wrote to you"))
BO = Contact("Bo Lee", "bo@acme.example", "recruiter", why=("wrote the rejection",))
EMPTY = Page("<r@x>")
WORDS = st.text("ab *_[](){}<>#`|~&;:!\\-+1.=\n\u202e\x1b", max_size=20)


def html_of(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": False}).render(markdown)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_all_that_one_needs(language: str) -> None:
    for facts in sample_facts(language):
        text = call_sheet(LETTERS, facts, (MAI, BO) if facts.company else (), EMPTY)
        tags = Tags(html_of(text)).tags
        assert (tags.count("h1"), tags.count("h2"), tags.count("hr"), tags.count("ul")) == (1, 7, 5, 3), text
        assert tags.count("blockquote") == 4
        assert len(text.splitlines()) < 80 and len(text.split()) < 400
        assert not re.search(r"\bNone\b|\{\{|\}\}|  |\(\)|[«»“”] [.,]", text), text
        assert PEOPLE not in text
        assert (facts.company in text) and (facts.role in text) and ("Mai Nguyen" in text) == bool(facts.company)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_aloud_keeps_the_tone_of_a_letter(language: str) -> None:
    for facts in sample_facts(language):
        text = call_sheet(LETTERS, facts, (), EMPTY)
        said = "\n\n".join(line[2:] for line in text.splitlines() if line.startswith("> "))
        names = facts.names | {"Alex", "Doe", "Mai", "Nguyen"}
        found = RULES.check(said, language, required=("thanks", "tips", "future"), max_words=140, names=names)
        assert not found, (said, [(f.class_, f.text) for f in found])


def test_the_sheet_is_never_taken_for_a_letter() -> None:
    for template in LETTERS.usable:
        assert template.front is not None
        assert (template.name == "call_sheet") == (template.front.when.purpose == PURPOSE)
    for facts in sample_facts("en"):
        for to in ("thread", "contact"):
            taken = choose(
                LETTERS,
                language="en",
                stage=facts.stage,
                reason=facts.reason,
                answerable=facts.answerable,
                to=to,  # type: ignore[arg-type]
            )
            assert taken.template is None or taken.template.name != "call_sheet"


def test_people_stand_in_order_with_what_they_are_and_why() -> None:
    assert people_markdown((MAI, BO), EMPTY, "en").splitlines() == [
        "1. **Mai Nguyen**, interviewer: sat in your interview; wrote to you",
        "2. **Bo Lee**, recruiter: wrote the rejection",
    ]
    assert people_markdown((BO,), EMPTY, "de") == "1. **Bo Lee**, Recruiting: hat die Absage geschrieben"
    assert people_markdown((Contact("Al", "al@x.example"),), EMPTY, "fr") == "1. **Al**"
    many = [replace(MAI, name=f"Person {i}") for i in range(9)]
    text = call_sheet(LETTERS, next(iter(sample_facts("en"))), many, EMPTY)
    assert text.count("**Person") == MOST_PEOPLE


def test_every_reason_that_people_are_ranked_by_is_translated() -> None:
    source = (Path(shipped("rules")).parent / "reading" / "people.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'roll\.note\(.*?, "[^"]+", "([^"]+)",', source))
    reasons |= set(re.findall(r'"signed the rejection",\n\s+"(signed the rejection)"', source))
    assert len(reasons) >= 7
    for language in ("de", "fr", "es"):
        assert reasons <= set(_words()[language]), language
        assert _words()[language].keys() == _words()["de"].keys()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Mai: +44 20 7946 0000", ["+44 20 7946 0000"]),
        ("call (0711) 123-4567 or 0170/1234567.", ["(0711) 123-4567", "0170/1234567"]),
        ("on 02.11.2026 and 2026-11-02, 09:14", []),
        ("job 0123456@acme.example REQ-0012345678", []),
        ("we need 01 and 02", []),
        ("+1 234 567 890 123 456 789", []),
    ],
)
def test_telephone_numbers_of_the_notes(text: str, numbers: list[str]) -> None:
    assert [number for number, _ in phones_in(add_note(EMPTY, text, Sort.UNCLEAR, Area.OTHER))] == numbers
    assert [number for number, _ in phones_in(replace(EMPTY, review=Review((("well", text),))))] == numbers


def test_a_number_stands_with_the_person_that_it_belongs_to() -> None:
    page = add_note(EMPTY, "mai is on +44 20 7946 0000", Sort.UNCLEAR, Area.OTHER)
    assert "**Mai Nguyen**, interviewer, +44 20 7946 0000: sat" in people_markdown((BO, MAI), page, "en")
    assert people_markdown((BO,), page, "en").endswith("\n\nTelephone, from your notes: +44 20 7946 0000")


@given(company=WORDS, role=WORDS, name=WORDS, learned=WORDS, why=WORDS)
def test_nothing_from_a_mail_becomes_markup(company: str, role: str, name: str, learned: str, why: str) -> None:
    full = next(f for f in sample_facts("en") if f.learned)
    plain = call_sheet(LETTERS, replace(full, company="Acme", role="Cook"), (MAI,), EMPTY)
    facts: Facts = replace(
        full, company=f"Ac{company}", role=f"Co{role}", learned=learned, contact=Person(f"Mai {name}", "Mai", "recruiter"),
        me=Profile(f"Jo {name}", "", "", ""),
    )  # fmt: skip
    text = call_sheet(LETTERS, facts, (replace(MAI, name=f"Mai {name}", why=(f"w {why}",)),), EMPTY)
    assert Tags(as_html(text, "en")).tags == Tags(as_html(plain, "en")).tags


def test_links_in_a_name_stay_text() -> None:
    facts = replace(
        next(iter(sample_facts("en"))), company="[Acme](https://evil.example) <https://evil.example> ![x](y)"
    )
    page = as_html(call_sheet(LETTERS, facts, (MAI,), EMPTY), "en")
    assert not {"a", "img", "script"} & set(Tags(page).tags)
    assert "<title>Call sheet: Data Engineer at [Acme](https://evil.example) &lt;https" in page


def test_the_html_prints_and_loads_nothing() -> None:
    page = as_html(call_sheet(LETTERS, next(iter(sample_facts("de"))), (MAI,), EMPTY), "de")
    assert '<html lang="de">' in page and "@media print" in page and "size: A4" in page
    assert not re.search(r"<script|<link|src=|@import|url\(", page)


def test_a_mistake_in_the_users_sheet_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    mine = tmp_path / "en" / "call_sheet.j2"
    mine.write_text(
        (shipped("templates") / "en" / "call_sheet.j2").read_text(encoding="utf-8") + "{{ compnay }}\n",
        encoding="utf-8",
    )
    letters = load([shipped("templates"), tmp_path])
    with pytest.raises(FileError, match="compnay") as error:
        call_sheet(letters, next(iter(sample_facts("en"))), (), EMPTY)
    assert error.value.path == str(mine) and error.value.line
    with pytest.raises(FileError, match="no letters in the language"):
        written(LETTERS, replace(next(iter(sample_facts("en"))), language="xx"), PURPOSE)
