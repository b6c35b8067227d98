"""How a sentence may be heard: hints where no rule speaks, calm where a rule's words hurt nobody."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.proofing.finding import Severity
from gmail_followup.proofing.rules import LetterRules, load_letter_rules
from gmail_followup.proofing.wording import CALM, HEARD, Heard, Wording, wording_of

RULES = LetterRules(load_letter_rules())
TABLE = wording_of("en")


def heard(sentence: str) -> Heard:
    assert TABLE is not None
    return TABLE.hear(sentence)


def test_hurt_and_calm_are_told_apart() -> None:
    assert heard("Nobody on your side even bothered to look at my work.").chance > 0.8
    assert heard("Thank you for the kind letter and for your time last week.").chance < 0.2
    assert heard("You never gave me a fair chance.").class_ == "blame"
    assert heard("I am begging you for one more chance, my family depends on it.").class_ == "pleading"


@pytest.mark.parametrize("text", ["", "Hi Tom,", "Best,", "123", "  \n "])
def test_what_says_nothing_hurts_nobody(text: str) -> None:
    assert heard(text).chance < CALM


@given(st.text(max_size=400))
def test_a_chance_is_a_chance_and_always_the_same(text: str) -> None:
    first = heard(text)
    assert 0.0 <= first.chance <= 1.0 and math.isfinite(first.chance)
    assert heard(text) == first


def test_a_language_without_a_table_has_none() -> None:
    assert wording_of("xx") is None
    assert wording_of("../en") is None


def table(weight: float) -> Wording:
    """Hears every sentence with “window” in it in the same way."""
    return Wording({"window": (1.0, weight)}, 0.0, {"sarcasm": {"window": 1.0}})


def test_a_hint_advises_and_says_the_whole_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmail_followup.proofing.rules.wording_of", lambda language: table(20.0))
    text = "Thank you for the talk. There was a window in the room."
    (finding,) = RULES.check(text, "en", required=())
    assert (finding.class_, finding.severity, finding.text) == ("sarcasm", Severity.ADVISE, "There was a window in the room.")
    assert finding.message.startswith("It may be heard so: ") and finding.suggestions


def test_what_is_taken_back_is_no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmail_followup.proofing.rules.wording_of", lambda language: table(20.0))
    assert not RULES.check("I do not question the decision about the window.", "en", required=())


def test_a_shipped_rule_is_not_believed_in_a_calm_sentence_but_the_users_own_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = "Your team was rude about the window."
    assert [f.class_ for f in RULES.check(said, "en", required=())] == ["blame"]
    monkeypatch.setattr("gmail_followup.proofing.rules.wording_of", lambda language: table(-20.0))
    assert not RULES.check(said, "en", required=())
    (tmp_path / "mine.toml").write_text(
        '[[rule]]\nid = "my-window"\nsays = "tone.blame"\nphrases = ["the window"]\nweight = 1.0\n'
        'message = "No windows."\nyes = ["about the window"]\nno = ["about the door"]\n',
        encoding="utf-8",
    )
    mine = LetterRules(load_letter_rules(tmp_path))
    assert [f.message for f in mine.check(said, "en", required=())] == ["No windows."]


def test_without_a_table_the_rules_have_the_say_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmail_followup.proofing.rules.wording_of", lambda language: None)
    assert [f.class_ for f in RULES.check("Your team was rude to me.", "en", required=())] == ["blame"]


def test_the_bounds_are_chances() -> None:
    assert 0 < CALM < HEARD < 1
