"""Every shipped rule does what its own examples say, and every example is one that a person could have written."""

from pathlib import Path

import pytest

from gmail_followup.rules.examples import check_examples
from gmail_followup.rules.rule import load

ROOT = Path(__file__).resolve().parents[2] / "gmail_followup"
PACKS = {"mails": ROOT / "rules" / "packs", "letters": ROOT / "proofing" / "packs"}


@pytest.mark.parametrize("which", PACKS)
def test_packs_can_be_read(which: str) -> None:
    found = load(PACKS[which], None)
    assert not [str(problem) for problem in found.problems]
    assert len(found.rules) >= 10


@pytest.mark.parametrize("which", PACKS)
def test_rules_do_what_their_examples_say(which: str) -> None:
    failures = check_examples(load(PACKS[which], None).rules)
    told = [f"{f.rule.source} {f.rule.id} ({'yes' if f.wanted else 'no'}) {f.example!r}: {f.why}" for f in failures]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("which", PACKS)
def test_no_id_is_there_twice_in_one_language(which: str) -> None:
    """The second of the same id would silently take the place of the first."""
    import re
    import tomllib

    seen: dict[tuple[str, str], str] = {}
    for path in sorted(PACKS[which].rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        language = tomllib.loads(text).get("pack", {}).get("language", "")
        for rule_id in re.findall(r'(?m)^id = "([^"]+)"', text):
            assert (language, rule_id) not in seen, f"{path}: {rule_id} is in {seen.get((language, rule_id))} as well"
            seen[language, rule_id] = path.name
