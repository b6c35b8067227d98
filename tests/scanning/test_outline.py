"""The outline of phrases names every owner whose phrase holds in a text."""

from functools import cache
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.mail.message import Span
from gmail_followup.mail.parse import parse
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.weigh import SAYS_NO
from gmail_followup.rules import kept
from gmail_followup.rules.fold import fold
from gmail_followup.rules.phrase import PhraseError, pattern_of
from gmail_followup.rules.rule import RuleSet, load
from gmail_followup.scanning import outline
from gmail_followup.scanning.outline import PLAIN, Outline
from gmail_followup.scanning.words import Ends, Words, _plain

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "gmail_followup" / "rules" / "packs"
CORPUS = sorted((ROOT / "tests" / "corpus").rglob("*.eml"))

_WORDS = ("we", "will", "not", "move", "mov*", "forward", "forw*", "won't", "m/w/d", "short-listed", "r&d", "'d", "&", "élu", "увы", "a", "go_on", "ab*", "3")
_LETTERS = ("we", "We", "will", "not", "move", "moving", "forward", "won’t", "won't", "m/w/d", "short-listed", "R&D", "'d", "&", "élu", "ELU", "увы", "a",
            "go_on", "abc", "ab-c", "3", "xx", "mo\u00advement", "Bewerber:innen", "mov(e)", "mov*ing", "ab/cd", "moving.", "forwards", "inc", "approx.")  # fmt: skip
_BETWEEN = (" ", "\n\n", ".\n", " ", " ", "\n", "  ", ", ", ",", " , ", '"', ' "', "* ", " * ", "_", "-", ". ", ".", "\u00a0", "\t", " - ", "", "\x0b", "\x0c", "; ")


def _choices(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    return st.one_of(
        some,
        st.lists(some, min_size=1, max_size=3).map(lambda c: f"({'|'.join(c)})"),
        st.lists(some, min_size=1, max_size=2).map(lambda c: f"[{'|'.join(c)}]"),
        st.sampled_from(("..1", "..2", "..", "{role}", "{company}", "{name}")),
    )


_PHRASES = st.lists(st.recursive(st.sampled_from(_WORDS), _choices, max_leaves=5), min_size=1, max_size=5).map(" ".join)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(_LETTERS), min_size=1, max_size=12))
    return "".join(word + draw(st.sampled_from(_BETWEEN)) for word in words)


def names(made: Outline, folded: str) -> frozenset[int]:
    return made.owners_in(folded.encode("utf-8").translate(PLAIN))


@settings(max_examples=300, deadline=None)
@given(phrases=st.lists(_PHRASES, min_size=1, max_size=4), texts=st.lists(_texts(), min_size=1, max_size=12))
def test_whose_phrase_holds_is_named(phrases: list[str], texts: list[str]) -> None:
    patterns: list[tuple[int, str, str]] = []
    for owner, phrase in enumerate(phrases):
        try:
            patterns.append((owner, phrase, pattern_of(phrase)))
        except PhraseError:
            continue
    if not patterns:
        return
    made = Outline((owner, phrase) for owner, phrase, _ in patterns)
    for text in texts:
        folded = fold(text).text
        found = names(made, folded)
        for owner, phrase, pattern in patterns:
            assert owner in found or not re2.compile(pattern).search(folded), (phrase, text)


@settings(max_examples=300, deadline=None)
@given(phrases=st.lists(_PHRASES, min_size=1, max_size=4), texts=st.lists(_texts(), min_size=1, max_size=12))
def test_whose_phrase_holds_in_a_sentence_is_named(phrases: list[str], texts: list[str]) -> None:
    patterns: list[tuple[str, str]] = []
    for phrase in phrases:
        try:
            patterns.append((phrase, pattern_of(phrase)))
        except PhraseError:
            continue
    made = Outline(enumerate(phrase for phrase, _ in patterns))
    for text in filter(str.isascii, texts):
        plain = _plain(fold(text).text, Ends.OF_LINES)
        found = made.owners_in(plain, stops=True)
        for span in sentences(text, [Span(0, len(text))]):
            sentence = fold(text[span.start : span.end]).text
            for owner, (phrase, pattern) in enumerate(patterns):
                assert owner in found or not re2.compile(pattern).search(sentence), (phrase, text)


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("it is not forward", True),
        ("it is not done. forward", False),
        ("it is not evtl. forward", True),
        ("it is not october.\f forward", False),
        ("it is not october.\fforward", True),
        ("it is not october! forward", True),
        ("it is not \2 forward", False),
        ("it is not\n\nforward", False),
    ],
)
def test_a_stretch_ends_where_a_sentence_surely_does(text: str, goes_on: bool) -> None:
    made = Outline([(7, "not ..4 forward")])
    assert (7 in made.owners_in(_plain(text, Ends.OF_LINES), stops=True)) is goes_on


def test_the_phrases_and_texts_above_meet() -> None:
    """Else the test above could not fail."""
    met: list[bool] = []

    @settings(max_examples=150, database=None, derandomize=True, deadline=None)
    @given(phrase=_PHRASES, text=_texts())
    def collect(phrase: str, text: str) -> None:
        try:
            met.append(re2.compile(pattern_of(phrase)).search(fold(text).text) is not None)
        except PhraseError:
            return

    collect()
    assert 0.03 < sum(met) / len(met) < 0.9


@cache
def rules() -> RuleSet:
    return load(PACKS, None)


def _nos() -> list[tuple[int, str]]:
    return [
        (index, phrase)
        for index, rule in enumerate(rules().rules)
        if rule.says == "rejection" and rule.weight >= SAYS_NO and "body" in rule.fields
        for phrase in rule.phrases
    ]


def test_shipped_rules_are_named_where_they_find_their_examples() -> None:
    made = Outline(_nos())
    options = re2.Options()
    options.max_mem = 64 << 20
    found = 0
    for index in {index for index, _ in _nos()}:
        rule = rules().rules[index]
        expression = re2.compile(rule.pattern, options)
        for text in (*rule.yes, *rule.no):
            folded = fold(text).text
            if expression.search(folded):
                found += 1
                assert index in names(made, folded), (rule.id, text)
    assert found > 100


def test_ordinary_prose_has_few() -> None:
    made = Outline(_nos())
    prose = (
        "Shall we meet at the lake on Saturday? I have the keys, and Ann will bring the boat. It was not easy to find the "
        "place last year, so take the train and walk along the shore for ten minutes. You cannot miss the red roof."
    )
    assert len(names(made, fold(prose).text)) <= 2


def test_a_set_without_memory_names_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline, "_MEMORY", 2 << 20)
    made = Outline(_nos())
    everyone = {index for index, _ in _nos()}
    answers = {names(made, fold(parse(path.read_bytes()).text).text) == everyone for path in CORPUS[:30]}
    assert True in answers


def test_what_is_kept_is_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_folder", None)
    fresh = load(PACKS, None)
    made = Outline(_nos())
    kept.use(tmp_path / "cache")
    first, second = load(PACKS, None), load(PACKS, None)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert first == second == fresh
    Outline(_nos())
    again = Outline(_nos())
    texts = [fold(parse(path.read_bytes()).text).text for path in CORPUS[::40]]
    assert [names(again, text) for text in texts] == [names(made, text) for text in texts]


def test_what_was_kept_of_other_packs_or_is_damaged_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_folder", tmp_path)
    digest = kept.digest_of([b"one"])
    kept.put("data", digest, [1, "two"])
    assert kept.get("data", digest) == [1, "two"]
    assert kept.get("data", kept.digest_of([b"other"])) is None
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    assert kept.get("data", digest) is None
    assert kept.get("nothing", digest) is None
    monkeypatch.setattr(kept, "_folder", file)
    kept.put("data", digest, [1])
    assert kept.get("data", digest) is None


def test_a_match_counts_within_a_sentence_only() -> None:
    rule = next(r for r in rules().rules if r.says == "rejection" and r.weight >= SAYS_NO and r.language == "en" and "body" in r.fields)
    own = Words([rule.__class__(**{f: getattr(rule, f) for f in rule.__slots__} | {"phrases": ("not ..3 forward",), "pattern": pattern_of("not ..3 forward")})], many=True)
    assert own.may_hold("we will not move it forward")
    assert own.may_hold("this is not october. we go forward")
    assert not own.may_hold("this is not october. we go forward", Ends.OF_WORDS)
    assert not own.may_hold("this is not done. we go forward", Ends.OF_WORDS)
    assert own.may_hold("this is not evtl. we go forward", Ends.OF_WORDS)
    assert own.may_hold("this is not\n\nwe go forward", Ends.OF_WORDS)
    assert not own.may_hold("this is not\n \nwe go forward", Ends.OF_LINES)
    assert own.may_hold("this is not inc. we go forward", Ends.OF_LINES)
