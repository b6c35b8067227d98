"""Choosing an engine, falling back from a failing one, and joining findings."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.home import Home
from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.grammar import Checked, Grammar, GrammarSettings, choose, merge
from gmail_followup.proofing.languagetool import EngineFailed
from tests.proofing.conftest import like_languagetool, reply

NONE: frozenset[str] = frozenset()
TEXT = "Dear Ada,\n\nThank you for the talk, which I realy enjoyed.\n\nBest,\nSam"


class Failing:
    name = "languagetool 6.8"
    closed = False

    def __init__(self, good: int = 0) -> None:
        self.good = good

    def check(self, text: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]:
        if self.good > 0:
            self.good -= 1
            return ()
        raise EngineFailed("LanguageTool did not answer within 10 seconds.")

    def close(self) -> None:
        self.closed = True


def test_a_failing_engine_is_replaced_with_a_note() -> None:
    engine = Failing(good=1)
    grammar = Grammar(engine)
    assert grammar.examine(TEXT, "en", NONE) == Checked((), "languagetool 6.8")
    second = grammar.examine(TEXT, "en", NONE)
    assert second.engine == grammar.name == "harper 0.2.0" and engine.closed
    assert [f.text for f in second.findings] == ["realy"]
    assert any("did not answer" in note for note in second.notes) and grammar.notes == second.notes


def test_no_silent_pass_for_a_language_without_an_engine() -> None:
    checked = Grammar(Failing()).examine("Hallo", "de", NONE)
    assert checked.engine == "none" and any("German" in note for note in checked.notes)
    assert Grammar(None).examine("Hola", "es", NONE).notes


def test_switched_off_is_said(tmp_path: object) -> None:
    checked = choose(GrammarSettings(engine="none"), Home(tmp_path)).examine(TEXT, "en", NONE)  # type: ignore[arg-type]
    assert checked.engine == "none" and checked.findings == () and checked.notes


def test_nothing_installed_means_harper(tmp_path: object) -> None:
    checked = choose(GrammarSettings(), Home(tmp_path)).examine(TEXT, "en", NONE)  # type: ignore[arg-type]
    assert (checked.engine, checked.notes) == ("harper 0.2.0", ())


def test_asked_for_by_name_and_not_there_is_an_error(tmp_path: object) -> None:
    with pytest.raises(UserError, match="not installed"):
        choose(GrammarSettings(engine="languagetool"), Home(tmp_path))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["https://api.languagetool.org", "languagetool.org/api", "https://api.languagetoolplus.com/v2"]
)
def test_the_public_service_is_refused(url: str, tmp_path: object) -> None:
    with pytest.raises(UserError, match="public"):
        choose(GrammarSettings(url=url), Home(tmp_path))  # type: ignore[arg-type]


def test_a_configured_server_is_used(serve: object, tmp_path: object) -> None:
    url = serve(like_languagetool)  # type: ignore[operator]
    grammar = choose(GrammarSettings(url=url), Home(tmp_path))  # type: ignore[arg-type]
    assert grammar.examine(TEXT, "en", NONE) == Checked((), "languagetool 6.8")


def test_a_configured_server_that_is_ill_leaves_a_note(serve: object, tmp_path: object) -> None:
    url = serve(lambda request: reply(request, {}, 500))  # type: ignore[operator]
    grammar = choose(GrammarSettings(url=url), Home(tmp_path))  # type: ignore[arg-type]
    checked = grammar.examine(TEXT, "en", NONE)
    assert checked.engine == "harper 0.2.0" and any("does not answer" in note for note in checked.notes)
    with pytest.raises(UserError, match="does not answer"):
        choose(GrammarSettings(engine="languagetool", url=url), Home(tmp_path))  # type: ignore[arg-type]


def finding(start: int, end: int, engine: str, *words: str, class_: str = "grammar", block: bool = False) -> Finding:
    severity = Severity.BLOCK if block else Severity.ADVISE
    return Finding(class_, severity, start, end, "x" * (end - start), "why", words, engine)


def test_merge_keeps_the_more_telling_of_two() -> None:
    assert merge([finding(4, 6, "lt", "a")], [finding(3, 9, "house", "b")]) == (finding(3, 9, "house", "b"),)
    assert merge([finding(4, 6, "lt", "a")], [finding(3, 9, "house")]) == (finding(4, 6, "lt", "a"),)
    assert merge([finding(4, 6, "lt", "a")], [finding(3, 9, "house", block=True)]) == (
        finding(3, 9, "house", block=True),
    )
    both = (finding(0, 30, "house", class_="fragment"), finding(4, 6, "lt", "a"))
    assert merge([both[1]], [both[0]]) == both


SPANS = st.builds(
    lambda start, length, engine, words, class_: finding(start, start + length, engine, *words, class_=class_),
    st.integers(0, 60),
    st.integers(0, 9),
    st.sampled_from(["house", "lt"]),
    st.lists(st.just("a"), max_size=1),
    st.sampled_from(["grammar", "spelling", "fragment"]),
)


@given(st.lists(SPANS, max_size=12), st.lists(SPANS, max_size=12))
def test_merge_never_tells_twice_of_one_place_and_never_loses_one(engine: list[Finding], house: list[Finding]) -> None:
    merged = merge(engine, house)
    assert set(merged) <= {*engine, *house}
    words = [f for f in merged if f.class_ != "fragment"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(words))
    for lost in {*engine, *house} - set(merged):
        assert any(lost.start <= kept.end and kept.start <= lost.end for kept in merged)
    assert list(merged) == sorted(merged, key=lambda f: (f.start, f.end))
