"""The matcher finds what every expression finds alone, whatever it leaves out of the work."""

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.mail.message import Span
from gmail_followup.rules import matcher as matcher_module
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Matcher
from gmail_followup.rules.needs import needs_of
from gmail_followup.rules.phrase import pattern_of
from gmail_followup.rules.rule import Rule, load

PACKS = Path(__file__).resolve().parents[2] / "gmail_followup" / "rules" / "packs"
RULES = load(PACKS, None).rules
WORDS = sorted({w.rstrip("*") for r in RULES for p in r.phrases for w in re.findall(r"[^\s()\[\]|{}.]+", p)})
JOINTS = (" ", " ", " ", ", ", " and ", ". ", "\n", " our ", "-", "'", "_", " é", "я", "\u200b", " 第 ")


@cache
def compiled(pattern: str) -> Any:
    """RE2's own cache holds fewer expressions than there are rules."""
    return re2.compile(pattern)


def alone(rule: Rule, text: str) -> list[tuple[int, int]]:
    """The spans that the rule's expression finds by itself, in the original text."""
    folded = fold(text)
    found = compiled(rule.pattern).finditer(folded.text)
    return [folded.original(*m.span()) for m in found if m.end() > m.start()]


def example(phrase: str, chance: random.Random) -> str:
    """A text that has a fair chance to hold the phrase: one choice of each alternative, now and then a stray word."""
    text = re.sub(r"\{\w+\}", lambda _: chance.choice(["Acme", "Data Engineer", "Zoë Ltd"]), phrase)
    text = re.sub(r"\.\.\d*", lambda _: " ".join(chance.choices(WORDS, k=chance.randint(0, 2))), text)
    while True:
        shorter = re.sub(
            r"([(\[])([^()\[\]]*)[)\]]",
            lambda m: chance.choice(m[2].split("|")) if m[1] == "(" or chance.random() < 0.5 else "",
            text,
        )
        if shorter == text:
            return text.replace("*", chance.choice(["", "s", "ing"]))
        text = shorter


@pytest.mark.parametrize("field", ["body", "subject", "from", "header"])
def test_a_rule_that_occurs_is_found_with_the_spans_it_finds_alone(field: str) -> None:
    chance = random.Random(field)
    rules = [r for r in RULES if field in r.fields]
    matcher = Matcher(rules)
    for rule in chance.choices([r for r in rules if r.phrases], k=120) if any(r.phrases for r in rules) else []:
        text = " ".join(
            [*chance.choices(WORDS, k=3), example(chance.choice(rule.phrases), chance), *chance.choices(WORDS, k=2)]
        )
        folded = fold(text)
        found = {(h.rule.id, h.rule.language, h.start, h.end) for h in matcher.find(folded, Span(0, len(folded.text)))}
        assert found == {(r.id, r.language, *span) for r in rules for span in alone(r, text)}


def test_every_example_of_the_packs_is_found_as_alone() -> None:
    for field in ("body", "subject", "header"):
        rules = [r for r in RULES if field in r.fields]
        matcher = Matcher(rules)
        for rule in rules:
            for text in (*rule.yes, *rule.no):
                folded = fold(text)
                found = [(h.start, h.end) for h in matcher.find(folded, Span(0, len(folded.text))) if h.rule == rule]
                assert found == alone(rule, text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINTS)), min_size=1, max_size=12))
def test_no_rule_is_passed_over(pairs: list[tuple[str, str]]) -> None:
    text = "".join(word + joint for word, joint in pairs)
    folded = fold(text)
    candidates = {MATCHER.rules[i] for i in MATCHER.candidates(folded.text)}
    for rule in BODY:
        if rule not in candidates:
            assert not alone(rule, text), rule.id


BODY = [r for r in RULES if "body" in r.fields and not r.says.startswith("fact")]
MATCHER = Matcher(BODY)

_WORD = st.text(alphabet="abc'-1é", min_size=1, max_size=4).filter(lambda w: fold(w).text.strip("-") != "")
_PHRASE = st.recursive(
    st.one_of(_WORD, _WORD.map(lambda w: w + "*")),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda c: f"({'|'.join(c)})"),
        st.tuples(inner, inner).map(lambda p: f"{p[0]} [{p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"{p[0]} ..2 {p[1]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(_PHRASE, st.text(alphabet="abc'-1é ,_", max_size=30))
def test_a_text_without_what_a_phrase_needs_does_not_hold_it(phrase: str, text: str) -> None:
    folded = fold(text).text
    if re2.search(pattern_of(phrase), folded):
        words = set(re.findall(r"[a-z0-9_]+", folded))
        for need in needs_of(phrase):
            assert any(w == n or (n.endswith("*") and w.startswith(n[:-1])) for n in need for w in words)


def test_needs_are_the_words_that_must_stand_there() -> None:
    assert needs_of("we (will|shall) not [be] ..3 mov*") == (
        frozenset({"we"}),
        frozenset({"will", "shall"}),
        frozenset({"not"}),
        frozenset({"mov*"}),
    )
    assert needs_of("(a {role}|[so] don't) x") == (frozenset({"a", "don"}), frozenset({"x"})) or needs_of(
        "(a {role}|[so] don't) x"
    ) == (frozenset({"a", "t"}), frozenset({"x"}))


def test_phrases_in_other_scripts_have_no_needs_and_are_still_found() -> None:
    rule = Rule("ru", "rejection", 1.0, pattern_of("мы решили"), "ru", "x", "x", phrases=("мы решили",))
    matcher = Matcher([rule])
    text = "К сожалению, мы решили иначе"
    assert [(h.start, h.end) for h in matcher.find(fold(text), Span(0, len(text)))] == [(13, 22)]


_REGEXES = (
    r"\b(?P<role>a\w*) x", r"(?P<role>b+)$", r"(?P<company>\w+)(?:\(|é)(?P<role>b)", r"\(?<abc>", r"[(?P<abc>]x",
    r"(?i)^c", r"a|^x\z", r"(?:\bé|b\b)",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_REGEXES), min_size=1, unique=True), st.text(alphabet="abcxé <>(\n", max_size=20))
def test_regexes_are_found_as_alone_however_many_there_are(regexes: list[str], text: str) -> None:
    rules = [Rule(f"r{n}", "fact", 1.0, f"(?:{regex})", "", "x", "x", regex=regex) for n, regex in enumerate(regexes)]
    folded = fold(text)
    found = [(h.rule, h.start, h.end) for h in Matcher(rules).find(folded, Span(0, len(folded.text)))]
    assert found == [(rule, *span) for rule in rules for span in alone(rule, text)]


def test_regexes_that_are_too_large_together_are_run_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher_module, "_MEMORY", 100_000)
    monkeypatch.setattr(matcher_module, "_expressions", matcher_module._Expressions())
    regexes = [f"(?:{letter}.{{0,90}}){{9}}z" for letter in "abcdefgh"]
    rules = [Rule(regex, "fact", 1.0, f"(?:{regex})", "", "x", "x", regex=regex) for regex in regexes]
    folded = fold("aaaaaaaaaz hhhhhhhhhz")
    found = [(h.rule.id[3], h.start, h.end) for h in Matcher(rules).find(folded, Span(0, len(folded.text)))]
    assert found == [("a", 0, 21), ("h", 11, 21)]
    with pytest.raises(re2.error):
        matcher_module._compile("|".join(regexes), as_bytes=False)


def test_a_regex_is_always_run() -> None:
    rule = Rule("h", "newsletter", 1.0, "(?:^list-id: )", "", "x", "x", regex="^list-id: ")
    folded = fold("List-Id: <a.example>")
    assert [(h.start, h.end) for h in Matcher([rule]).find(folded, Span(0, len(folded.text)))] == [(0, 9)]


@pytest.mark.parametrize("pattern", ["[а-я]+", "[^x]{2,5}", "é|a"])
def test_expressions_that_latin1_reads_otherwise_still_find_ascii(pattern: str) -> None:
    rule = Rule("r", "rejection", 1.0, pattern, "", "x", "x", regex=pattern)
    for text in ("abcd efg", "naïve 日本 abc"):
        folded = fold(text)
        found = [(h.start, h.end) for h in Matcher([rule]).find(folded, Span(0, len(folded.text)))]
        assert found == alone(rule, text)


def test_expressions_are_let_go_after_much_reading_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their states grow with what they read; a process that watches for weeks would keep them all."""
    monkeypatch.setattr(matcher_module, "_expressions", matcher_module._Expressions())
    monkeypatch.setattr(matcher_module._Expressions, "_MOST_READ", 2_000)
    matcher = Matcher(BODY)
    texts = [example(p, random.Random(n)) for n, r in enumerate(BODY) for p in r.phrases[:2]][:300]
    most = 0
    for text in texts:
        folded = fold(text)
        again = matcher.find(folded, Span(0, len(folded.text)))
        assert [(h.rule, h.start, h.end) for h in again] == [
            (h.rule, h.start, h.end) for h in MATCHER.find(folded, Span(0, len(folded.text)))
        ]
        most = max(most, len(matcher_module._expressions._made))
    assert 0 < most < 200
