"""The pattern table: every rule finds its own bad example, mends it to its good one, and no rule fires on any good one."""

import pytest

from gmail_followup.mail.message import Span
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.lexicon import is_common, is_compound, lexicon, tags_of
from gmail_followup.proofing.patterns import Pattern, compiled, needed_words, patterns, tagged


def found(pattern: Pattern, text: str) -> list[Finding]:
    return list(pattern.findings(text, tagged(text, Span(0, len(text)))))


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.id)
def test_finds_its_bad_example_and_mends_it(pattern: Pattern) -> None:
    text = pattern.bad
    findings = found(pattern, text)
    assert findings, text
    for finding in reversed(findings):
        text = text[: finding.start] + finding.suggestions[0] + text[finding.end :]
    assert pattern.other or text == pattern.good


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.id)
def test_good_examples_are_quiet_for_all_patterns(pattern: Pattern) -> None:
    assert [(other.id, f.text) for other in patterns() for f in found(other, pattern.good)] == []


def test_ids_are_unique_and_every_rule_says_why() -> None:
    ids = [pattern.id for pattern in patterns()]
    assert len(ids) == len(set(ids)) > 400
    assert all(pattern.why.endswith(".") for pattern in patterns())


def test_a_sentence_written_out_keeps_its_places() -> None:
    text = "Thank you, Zoë’s team gave 2 tips."
    sentence = tagged(text, Span(0, len(text)))
    assert [text[start:end] for start, end in sentence.spans] == ["Thank", "you", ",", "Zoë’s", "team", "gave", "2", "tips", "."]
    assert sentence.line.startswith("thank|") and " ,|F " in sentence.line
    assert all(sentence.line[at - 1 : at] in {"", " "} for at in sentence.at)


@pytest.mark.parametrize(
    ("source", "text", "span"),
    [
        ("<M> [ <d-vn> ]", "I could gave it.", "gave"),
        ("i ( very )? [ <A> ]", "I very happy.", "happy"),
        ("[ ( a | the ) <N> ] !of", "I saw the shop.", "the shop"),
        ("thank you [ ~ely ]", "Thank you sincerely.", "sincerely"),
        ("^ [ is ] ( <.> | , )* . $", "Is a pity, really.", "Is"),
    ],
)
def test_the_language_of_the_patterns(source: str, text: str, span: str) -> None:
    pattern = Pattern("x", "grammar", source, ("-",), "Why.", "", "", False, needed_words(source))
    assert [f.text for f in found(pattern, text)] == [span]
    assert compiled(source) is compiled(source)


def test_words_that_a_sentence_must_hold() -> None:
    assert needed_words("a/the <N> ( x | y ) !z [ of ] w?") == (frozenset({"a", "the"}), frozenset({"of"}))


def test_the_lexicon_knows_forms() -> None:
    words = lexicon()
    assert (words.base("wrote"), words.past("write"), words.participle("wrote"), words.gerund("met")) == (
        "write",
        "wrote",
        "written",
        "meeting",
    )
    assert words.third("try") == "tries" and words.single("companies") == "company"
    assert tags_of("May", first=False) == "O" and "L" in tags_of("Leeds", first=False) and "M" in tags_of("May", first=True)


def test_common_words_and_compounds() -> None:
    assert is_common("received") and is_common("happily") and not is_common("joiner")
    assert is_compound("chairside") and not is_compound("recieve")
