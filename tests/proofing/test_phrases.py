"""The phrase table: every rule finds its own bad example, mends it to its good one, and no rule fires on any good
one."""

import pytest

from gmail_followup.proofing.phrases import Phrase, phrases


def mended(phrase: Phrase, text: str) -> str:
    for finding in reversed(list(phrase.findings(text))):
        text = text[: finding.start] + finding.suggestions[0] + text[finding.end :]
    return text


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.id)
def test_finds_its_bad_example_and_mends_it(phrase: Phrase) -> None:
    assert list(phrase.findings(phrase.bad)), phrase.bad
    assert mended(phrase, phrase.bad) == phrase.good


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.id)
def test_good_examples_are_quiet_for_all_rules(phrase: Phrase) -> None:
    loud = [(other.id, f.text) for other in phrases() for f in other.findings(phrase.good)]
    assert not loud


def test_ids_are_unique_and_every_rule_says_why() -> None:
    ids = [phrase.id for phrase in phrases()]
    assert len(ids) == len(set(ids)) > 140
    assert all(phrase.why.endswith(".") for phrase in phrases())


def test_a_capital_is_kept() -> None:
    (finding,) = [f for phrase in phrases() for f in phrase.findings("Thanks you for the talk.")]
    assert finding.suggestions == ("Thank you",)
