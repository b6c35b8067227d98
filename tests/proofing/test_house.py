"""The house rules: on our labelled letters, on the traps of the genre, and their promises for any text at all."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.proofing import house
from gmail_followup.proofing.finding import Finding, Severity
from tests.proofing.labelled import CLEAN, FAULTY, Clean, Faulty, applied

CLASS_NAMES = (
    "spelling agreement article verb_form punctuation capitalisation confusion doubled spacing fragment placeholder "
    "greeting closing countable grammar style"
)
CLASSES = frozenset(CLASS_NAMES.split())
# What only an engine with a dictionary or a parser can find.
ENGINE_ONLY_NUMBERS = tuple(
    "076 126 142 143 144 145 186 189 190 192 195 241 243 291 293 295 342 345 351 392 394".split()
)


def check(text: str, names: frozenset[str] = frozenset(), language: str = "en") -> tuple[Finding, ...]:
    return house.check(text, names=names, language=language)


def letter(body: str, greeting: str = "Dear Ms. Vale,", closing: str = "Best regards,\nAda Moor") -> str:
    return f"{greeting}\n\n{body}\n\n{closing}"


@pytest.mark.parametrize("case", [c for c in FAULTY if c.file[:3] not in ENGINE_ONLY_NUMBERS], ids=str)
def test_the_seeded_fault_is_found_and_nothing_else(case: Faulty) -> None:
    findings = check(case.text)
    assert any(case.touched_by(f) for f in findings)
    assert all(f.class_ in CLASSES and f.engine == "house" and f.message for f in findings)


def test_the_fix_is_exact_for_nearly_all_that_have_one() -> None:
    fixable = [case for case in FAULTY if case.right and case.file[:3] not in ENGINE_ONLY_NUMBERS]
    exact = [case for case in fixable if any(case.fixed_by(f) for f in check(case.text))]
    assert len(exact) >= 0.95 * len(fixable)


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case.file)
def test_a_clean_letter_is_quiet(case: Clean) -> None:
    assert check(case.text, case.names, case.language) == ()


def test_all_classes_are_seeded() -> None:
    assert set(Counter(case.class_ for case in FAULTY)) == CLASSES - {"style"}


@pytest.mark.parametrize(
    "remains",
    [
        "{name}",
        "{{ x }}",
        "{% if a %}",
        "[Company]",
        "[Your Name]",
        "[COMPANY NAME]",
        "<Company>",
        "XXX",
        "TODO",
        "()",
        "Lorem ipsum",
        "${role}",
        "____",
        "[...]",
    ],
)
def test_what_a_template_leaves_behind_blocks(remains: str) -> None:
    text = letter(f"Thank you for the interview at {remains} last week. Two or three tips would help me.")
    (finding,) = [f for f in check(text) if f.severity is Severity.BLOCK]
    assert finding.class_ == "placeholder"
    assert finding.text.lower() in remains.lower() or remains.lower() in finding.text.lower()


@pytest.mark.parametrize("value", ["None", "null", "undefined", "nan"])
@pytest.mark.parametrize(
    "body", ["Thank you for the interview at {}.", "Thank you for the {} position that we discussed."]
)
def test_a_missing_value_blocks(value: str, body: str) -> None:
    assert [f.text for f in check(letter(body.format(value))) if f.severity is Severity.BLOCK] == [value]


@pytest.mark.parametrize(
    "body",
    [
        "Thank you for the interview at . I enjoyed it.",
        "Thank you for the position at, which I enjoyed.",
        "Thank you for the interview for the role of at your firm.",
    ],
)
def test_a_hole_where_a_value_was_empty_blocks(body: str) -> None:
    assert any(f.class_ == "placeholder" and f.severity is Severity.BLOCK for f in check(letter(body)))


@pytest.mark.parametrize(
    "sentence",
    [
        "None of the other talks taught me as much.",
        "The null hypothesis was fun, and so was undefined behaviour.",
        "Nan and Tod asked good questions.",
        "That was all I had hoped for.",
        "You are the people I would love to work with.",
        "I had had little time, and I know that that shows.",
        "I wonder what I could improve.",
        "Should you find the time, I would be glad of two or three tips.",
        "Had I known that, I would have prepared better.",
        "Were I to apply again, I would start with the basics.",
        "Do let me know when it suits you.",
        "What you did for me was kind.",
        "When we spoke, I learned a lot.",
        "Because I want to improve, I would be grateful for two or three tips.",
        "Although I am disappointed, I respect the decision.",
        "The number of questions was right.",
        "One of the engineers was kind enough to help.",
        "Speaking with you was a pleasure, and meeting you was an honour.",
        "It would help me to know where I fell short.",
        "I have five years of experience and three-year plans.",
        "It was a two-hour interview in a 30-minute slot.",
        "I used Node.js, .NET and C++ at example.com.",
        "We met at 3 p.m. and at 5 p.m. on the same day.",
        "I look forward to the next round.",
        "If I were you, I would have asked the same.",
        "She suggested that he have a look at it.",
        "You and Anna were very kind.",
        "Not only was it fun, it was useful.",
        "I am used to hearing hard truths.",
        "I remain open to learning new things.",
        "You let me know early, and that helped.",
        "The feedback from Sam and the tour of the labs were both useful.",
        "I would love to hear your thoughts, e.g. on my slides, i.e. the last three.",
        "It is an hour by train, and a European or a US team would take a day.",
        "She was a one-woman team at an MBA school.",
    ],
)
def test_sentences_that_only_look_wrong(sentence: str) -> None:
    assert check(letter(sentence)) == ()


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("Dear Ms. Vale", "Dear Ms. Vale,"),
        ("Hello Marek", "Hello Marek,"),
        ("Dear Hiring Team.", "Dear Hiring Team,"),
        ("Good morning Dr. Ó Briain", "Good morning Dr. Ó Briain,"),
    ],
)
def test_greeting_without_its_comma(greeting: str, expected: str) -> None:
    (finding,) = check(letter("Thank you for your time.", greeting))
    assert (finding.class_, finding.severity, finding.suggestions) == ("greeting", Severity.ADVISE, (expected,))


@pytest.mark.parametrize(
    "greeting", ["Dear ,", "Hello ,", "Dear", "Dear,", "Dear Mr. ,", "Hi ,", "Sehr geehrte Frau ,"]
)
def test_a_greeting_that_names_nobody_blocks(greeting: str) -> None:
    assert [f.class_ for f in check(letter("Thank you.", greeting)) if f.severity is Severity.BLOCK] == ["greeting"]


@pytest.mark.parametrize(
    "greeting", ["Dear Sam:", "Hi Sam!", "Hello Sam -", "Hello,", "Good morning,", "To whom it may concern:"]
)
def test_greetings_that_are_right(greeting: str) -> None:
    assert check(letter("Thank you for your time.", greeting)) == ()


@pytest.mark.parametrize(
    "closing",
    ["Best regards", "Kind regards", "Sincerely", "Yours faithfully", "Many thanks", "With gratitude", "All the best"],
)
def test_closing_without_its_comma(closing: str) -> None:
    (finding,) = check(letter("Thank you for your time.", closing=f"{closing}\nAda Moor"))
    assert (finding.class_, finding.suggestions) == ("closing", (f"{closing},",))


def test_german_french_and_spanish_follow_their_own_rules() -> None:
    german = "Sehr geehrte Frau Groß,\n\nvielen Dank für das Gespräch.\n\nMit freundlichen Grüßen\nJan Roß"
    assert check(german, language="de") == ()
    french = "Bonjour Madame,\n\nPourriez-vous me donner deux conseils ? Merci : c'est gentil !\n\nCordialement,\nZoé"
    assert check(french, language="fr") == ()
    spanish = "Hola Ana:\n\nMe gustó mucho. Podría darme dos consejos?\n\nSaludos,\nIñaki"
    assert [f.suggestions for f in check(spanish, language="es")] == [("¿Podría",)]
    doubled = "Sehr geehrte Frau Groß,\n\nvielen Dank für für das  Gespräch .\n\nMit freundlichen Grüßen\nJan"
    assert {f.class_ for f in check(doubled, language="de")} == {"doubled", "spacing"}


LETTERS = st.sampled_from([case.text for case in FAULTY] + [case.text for case in CLEAN])
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)


def holds(text: str, findings: tuple[Finding, ...]) -> None:
    for f in findings:
        assert 0 <= f.start <= f.end <= len(text)
        assert f.text == text[f.start : f.end]
        assert f.text not in f.suggestions
    assert list(findings) == sorted(findings, key=lambda f: (f.start, f.end))


@given(WORDS, st.sampled_from(["en", "en-GB", "de", "fr", "es"]))
def test_any_text_at_all(text: str, language: str) -> None:
    holds(text, check(text, language=language))


@given(LETTERS, st.integers(0, 400), WORDS)
def test_any_letter_with_something_in_it(text: str, at: int, extra: str) -> None:
    broken = text[:at] + extra + text[at:]
    holds(broken, check(broken))


@given(LETTERS, st.integers(0, 400), st.integers(1, 40))
def test_any_letter_with_something_missing(text: str, at: int, length: int) -> None:
    broken = text[:at] + text[at + length :]
    holds(broken, check(broken))


@given(st.from_regex(r"[A-ZÀ-ÞŁŻŠČ][a-zà-þłżšč]{2,9}(['’-][A-Z][a-z]{2,6})?", fullmatch=True))
def test_a_known_name_is_never_flagged(name: str) -> None:
    text = letter(
        f"Thank you for the talk with {name}. {name} was kind, and I enjoyed {name}'s questions.", f"Dear {name},"
    )
    assert [f for f in check(text, frozenset({name})) if name in f.text] == []


def test_a_fix_that_is_applied_is_quiet_afterwards() -> None:
    for case in FAULTY:
        if case.right and any(case.fixed_by(f) for f in check(case.text)):
            (finding, *_) = [f for f in check(case.text) if case.fixed_by(f)]
            after = check(applied(case.text, finding))
            assert not any(f.start == finding.start and f.class_ == finding.class_ for f in after), case.file
