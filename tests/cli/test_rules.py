"""`rules`: what is listed is what is in force, and only a rule that works is written."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.cli.rule_book import NewRule, rule_book
from gmail_followup.config import Config, load_config
from gmail_followup.home import Home
from tests.cli.conftest import Ran, Run

NEW = ("rules", "new", "another-way", "--says", "rejection", "--weight", "3")
PHRASE = ("--phrase", "go* ..2 different direction")
YES, NO = ("--yes", "We are going in a different direction."), ("--no", "Take a different exit.")


def rows(done: Ran) -> list[list[str]]:
    return [line.split() for line in done.out.splitlines()[1:]]


def test_list_shows_every_rule_in_force(run: Run, home: Home) -> None:
    found = rows(run("rules", "list"))
    book = rule_book(home, Config())
    assert sorted((row[0], row[1]) for row in found) == sorted((r.id, r.says) for r in book.rules)
    assert {"rejection", "tone.blame", "move.thanks", "guard.conditional"} <= {row[1] for row in found}


def test_list_can_be_narrowed(run: Run) -> None:
    assert {row[1] for row in rows(run("rules", "list", "--says", "stage"))} == {
        "stage.final", "stage.interviewed", "stage.applied"
    }  # fmt: skip
    assert {row[1] for row in rows(run("rules", "list", "--says", "rejection", "--language", "en"))} == {"rejection"}
    assert "No such rules" in run("rules", "list", "--mine").out


def test_what_is_switched_off_is_marked(run: Run, home: Home) -> None:
    home.rules.mkdir(parents=True)
    (home.rules / "off.toml").write_text('[[rule]]\nid = "kept-on-file"\noff = true\n', encoding="utf-8")
    home.config.write_text('[detection]\noff = ["stage-final"]\n', encoding="utf-8")
    found = {row[0]: row for row in rows(run("rules", "list", "--language", "en"))}
    assert found["kept-on-file"][-1] == "off"
    assert found["stage-final"][-1] == "off"
    assert found["stage-interviewed"][-1] != "off"
    assert "switched off" in run("rules", "show", "kept-on-file").out
    assert {"kept-on-file", "stage-final"}.isdisjoint(r.id for r in rule_book(home, load_config(home)).rules)


def test_show(run: Run) -> None:
    done = run("rules", "show", "kept-on-file")
    assert done.code == 0
    for words in ("rejection.toml:", "weight", "phrases:", "finds:", "leaves alone:"):
        assert words in done.out
    wrong = run("rules", "show", "kept-on-fiel")
    assert wrong.code == 2
    assert "kept-on-file" in wrong.err


def test_the_shipped_rules_pass(run: Run) -> None:
    done = run("rules", "test")
    assert done.code == 0, done.out
    assert "all well" in done.out


def test_test_names_the_rule_that_fails(run: Run, home: Home) -> None:
    home.rules.mkdir(parents=True)
    rule = 'id = "a"\nsays = "rejection"\nphrases = ["no"]\nyes = ["If no, then no."]\nno = ["Just no."]\n'
    (home.rules / "mine.toml").write_text(f'[pack]\nlanguage = "en"\n[[rule]]\n{rule}', encoding="utf-8")
    done = run("rules", "test", "--mine")
    assert done.code == 1
    assert f"{home.rules / 'mine.toml'}:3: rule a should find “If no, then no.”" in done.out
    assert "guard" in done.out
    assert "should leave alone “Just no.”" in done.out
    assert "1 rules, 2 examples" in done.out


def test_new_writes_a_rule_that_is_in_force(run: Run, home: Home) -> None:
    done = run(*NEW, *PHRASE, *YES, *NO)
    assert done.code == 0, done.err
    text = (home.rules / "my-rules.toml").read_text(encoding="utf-8")
    assert text.startswith("# Your own phrase rules.")
    (rule,) = [r for r in rule_book(home, Config()).rules if not r.shipped]
    assert (rule.id, rule.says, rule.weight, rule.language) == ("another-way", "rejection", 3.0, "en")
    assert run("rules", "test", "--mine").code == 0
    assert rows(run("rules", "list", "--mine"))[0][0] == "another-way"


def test_new_keeps_what_stands_in_the_file(run: Run, home: Home) -> None:
    home.rules.mkdir(parents=True)
    path = home.rules / "my-rules.toml"
    path.write_text('# mine\n[pack]\nlanguage = "en"\n', encoding="utf-8")
    assert run(*NEW, *PHRASE, *YES, *NO).code == 0
    assert path.read_text(encoding="utf-8").startswith('# mine\n[pack]\nlanguage = "en"\n\n[[rule]]\n')
    german = ("--phrase", "andere* Weg", "--yes", "Wir gehen andere Wege.", "--no", "Hallo.", "--language", "de")
    # "Wege" is not the word "Weg".
    assert run("rules", "new", "weg", "--says", "rejection", *german).code == 2
    ending = tuple("andere* Weg*" if word == "andere* Weg" else word for word in german)
    assert run("rules", "new", "weg", "--says", "rejection", *ending).code == 0
    assert (home.rules / "my-rules-de.toml").is_file()
    assert {r.language for r in rule_book(home, Config()).rules if not r.shipped} == {"en", "de"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*NEW, *PHRASE, "--yes", "Hello.", *NO), "not found"),
        ((*NEW, *PHRASE, *YES, "--no", "We go in a different direction."), "found in"),
        ((*NEW, *PHRASE, "--yes", "If we go in a different direction, we call.", *NO), "guard"),
        ((*NEW, "--phrase", "(go", *YES, *NO), "'(' without its"),
        ((*NEW, "--phrase", "..3", *YES, *NO), "needs at least one word"),
        ((*NEW[:3], "--says", "rejektion", *PHRASE, *YES, *NO), "Nothing listens"),
        ((*NEW[:3], "--says", "tone.blame", *PHRASE, *YES, *NO), "--message"),
        ((*NEW[:2], "kept-on-file", *NEW[3:], *PHRASE, *YES, *NO), "already"),
        ((*NEW[:5], "--weight", "99", *PHRASE, *YES, *NO), "between -20 and 20"),
        ((*NEW, *PHRASE, *YES), "--no"),
    ],
)
def test_a_rule_that_does_not_work_is_not_written(run: Run, home: Home, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert words in done.err
    assert not home.rules.exists()


def test_a_rule_of_tone_reaches_the_letters(run: Run, home: Home) -> None:
    tone = ("--says", "tone.pleading", "--phrase", "fingers crossed", "--message", "Too small.", "--better", "Please")
    assert run("rules", "new", "pretty", *tone, "--yes", "Fingers crossed.", "--no", "Please.").code == 0
    home.config.write_text('[proofing]\nengine = "none"\n', encoding="utf-8")
    letter = home.root / "letter.txt"
    letter.write_text("Hello,\n\nMy fingers crossed, I wait.\n", encoding="utf-8")
    assert "Too small." in run("check", str(letter), "--language", "en").out


def test_a_broken_file_of_rules_is_told_and_not_touched(run: Run, home: Home) -> None:
    home.rules.mkdir(parents=True)
    path = home.rules / "my-rules.toml"
    path.write_text("[[rule\n", encoding="utf-8")
    done = run(*NEW, *PHRASE, *YES, *NO)
    assert (done.code, str(path) in done.err) == (2, True)
    assert path.read_text(encoding="utf-8") == "[[rule\n"


TEXT = st.text(max_size=30).map(lambda t: t.encode("utf-8", "ignore").decode())


@given(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple), TEXT)
def test_what_is_typed_is_what_is_written(rule_id: str, says: str, texts: tuple[str, ...], message: str) -> None:
    new = NewRule(rule_id, says, "en", texts, texts, texts, 2.5, message, texts)
    (entry,) = tomllib.loads(new.toml())["rule"]
    assert (entry["id"], entry["says"], entry["weight"]) == (rule_id, says, 2.5)
    assert tuple(entry["phrases"]) == tuple(entry["yes"]) == tuple(entry["no"]) == tuple(entry["better"]) == texts
    assert entry.get("message", "") == message
