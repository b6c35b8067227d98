"""650 correct letters of many trades and voices: the proof must leave them alone, whichever engine checks them."""

import json
from collections.abc import Callable, Iterator

import pytest

from gmail_followup.proofing import house
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.grammar import merge
from gmail_followup.proofing.harper import HarperEngine
from gmail_followup.proofing.languagetool import LanguageToolEngine
from tests.proofing.labelled import FOLDER

LETTERS = [json.loads(line) for line in (FOLDER / "clean.jsonl").read_text("utf-8").splitlines()]
_HOUSE = {
    "c3-031",  # "If I were ten years younger I would ask": the comma that most put there is left out.
    "c5-122",  # "fine; which ones should I go for": taken for a clause with "which".
}
_LANGUAGETOOL = {
    "c1-122",  # a sentence that starts with "What" and is no question
    "c2-062",  # "I appreciate your being straight with me"
    "c2-076",  # "Ten seconds feels like an hour"
    "c4-104",  # "How much physics"
    "c5-015",  # "so would knowing what tipped the balance"
    "c5-068",  # "it need only hoot"
}


def alarmed(check: Callable[[str, str, frozenset[str]], tuple[Finding, ...]], letters: list[dict[str, str]]) -> set[str]:
    """The ids of the letters in which an engine and the house rules find something."""
    loud = set()
    for letter in letters:
        text, names = letter["text"], frozenset(letter["names"])
        if merge(check(text, "en", names), house.check(text, names=names, language="en")):
            loud.add(letter["id"])
    return loud


@pytest.fixture
def harper() -> Iterator[HarperEngine]:
    engine = HarperEngine()
    yield engine
    engine.close()


def test_harper_and_the_house_rules_are_quiet(harper: HarperEngine) -> None:
    assert alarmed(harper.check, LETTERS) == _HOUSE


def test_languagetool_and_the_house_rules_are_quiet(languagetool: str) -> None:
    # Every sixth letter: the server takes its time, and the house rules have read them all above.
    some = LETTERS[::6]
    known = (_HOUSE | _LANGUAGETOOL) & {letter["id"] for letter in some}
    assert alarmed(LanguageToolEngine(languagetool, answer_seconds=60).check, some) == known
