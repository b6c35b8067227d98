"""What docs/ says is true: its phrases find what it says, its examples work, its keys are the program's."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.cli.checks import Check, Mark
from gmail_followup.cli.shapes import check_line, finding_shape
from gmail_followup.errors import Exit
from gmail_followup.home import shipped
from gmail_followup.proofing.finding import Finding, Report, Severity
from gmail_followup.reading.values import Answerable, Kind, Reason, Stage
from gmail_followup.rules.examples import check_examples, hits_in
from gmail_followup.rules.matcher import Matcher
from gmail_followup.rules.phrase import pattern_of
from gmail_followup.rules.rule import _KEYS, GUARDS, Rule, load
from gmail_followup.writing.edit import lint
from gmail_followup.writing.front import KEYS, WHEN_KEYS
from gmail_followup.writing.render import render
from gmail_followup.writing.sandbox import FILTERS, GLOBALS
from gmail_followup.writing.templates import load as load_templates
from gmail_followup.writing.variables import VARIABLES, sample_facts
from tests.cli.conftest import Run

DOCS = Path(__file__).resolve().parents[2] / "docs"
CELL = re.compile(r"(?<!\\)\|")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text_of(name))


def table(name: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    part = text_of(name).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip().replace(r"\|", "|") for cell in CELL.split(row)[1:-1]] for row in rows[2:]]


def bare(cell: str) -> str:
    return cell.strip("`")


# ---- rules.md


def phrase_rows() -> list[list[str]]:
    return table("rules.md", "Phrases")


@pytest.mark.parametrize("row", phrase_rows(), ids=lambda row: row[0])
def test_a_phrase_finds_what_its_row_says(row: list[str]) -> None:
    phrase, _, finds, leaves = row
    rule = Rule("r", "x", 1.0, pattern_of(bare(phrase)), "en", "docs", "docs", phrases=(bare(phrase),))
    assert hits_in(finds, rule, Matcher([rule]))
    assert not hits_in(leaves, rule, Matcher([rule]))


def test_the_slots_of_the_example_hold_role_and_company() -> None:
    phrase, _, finds, _ = next(row for row in phrase_rows() if "{role}" in row[0])
    rule = Rule("r", "fact", 1.0, pattern_of(bare(phrase)), "en", "docs", "docs", phrases=(bare(phrase),))
    (hit,) = hits_in(finds, rule, Matcher([rule]))
    assert {name: finds[s:e].strip(" .") for name, s, e in hit.slots} == {"role": "Data Engineer", "company": "Acme"}


def test_the_example_rule_works(tmp_path: Path) -> None:
    (example,) = blocks("rules.md", "toml")
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    found = load(shipped("rules") / "packs", tmp_path)
    assert not found.problems
    assert [r.id for r in found.rules if not r.shipped] == ["my-other-candidate"]
    assert not [f for f in check_examples(found.rules) if not f.rule.shipped]


@pytest.mark.parametrize("row", table("rules.md", "Guards"), ids=lambda row: row[0])
def test_a_guard_guards_its_example(row: list[str]) -> None:
    name, _, example = bare(row[0]), row[1], row[2]
    shipped_rules = [r for room in ("rules", "proofing") for r in load(shipped(room) / "packs", None).rules]
    guards = [r for r in shipped_rules if r.says == f"guard.{name}" and r.language == "en"]
    phrase = "select*"
    wanted = Rule("r", "x", 1.0, pattern_of(phrase), "en", "docs", "docs", phrases=(phrase,), guards=(name,))
    without = Rule("r", "x", 1.0, pattern_of(phrase), "en", "docs", "docs", phrases=(phrase,), guards=())
    assert [hit.guard.partition(":")[0] for hit in hits_in(example, wanted, Matcher([wanted, *guards]))] == [name]
    assert [hit.guard for hit in hits_in(example, without, Matcher([without, *guards]))] == [""]


def test_rules_md_names_all_keys_guards_and_what_rules_say() -> None:
    keys = {bare(key) for row in table("rules.md", "A rule") for key in row[0].split(", ")}
    assert keys == set(_KEYS)
    assert {bare(row[0]) for row in table("rules.md", "Guards")} == set(GUARDS)
    said = " ".join(row[0] for row in table("rules.md", "What rules say"))
    for rule in load(shipped("rules") / "packs", None).rules:
        prefix = rule.says.partition(".")[0]
        known = f"`{rule.says}`" in said or (prefix in ("guard", "tone") and f"`{prefix}." in said)
        assert known, rule.says


# ---- contracts.md and exit-codes.md


def keys_of(line: dict[str, Any]) -> list[str]:
    return sorted(line)


def test_the_lines_of_contracts_md_are_those_of_the_program(run: Run, tmp_path: Path) -> None:
    scan, ran, check = (json.loads(block) for block in blocks("contracts.md", "json"))
    mail = tmp_path / "no.eml"
    mail.write_text(
        "From: Ann <ann@acme.example>\nTo: jo@example.org\nDate: Mon, 02 Nov 2026 09:14:00 +0000\n"
        "Message-ID: <no-1@acme.example>\nSubject: Your application\n\n"
        "Thank you for applying for the Data Engineer role at Acme.\n"
        "Unfortunately we will not be moving forward with your application.\n",
        encoding="utf-8",
    )
    line = json.loads(run("scan", str(mail), "--json").out)
    assert keys_of(line) == keys_of(scan)
    assert line["verdict"] == "rejection"
    assert keys_of(line["evidence"][0]) == keys_of(scan["evidence"][0])
    box = tmp_path / "Maildir"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    (box / "new" / "1.a.b").write_bytes(mail.read_bytes())
    where = ("--mailbox", f"maildir:{box}", "--me", "jo@example.org")
    drafted = json.loads(run("run", *where, "--json", "--as-of", "2026-11-06T09:00:00Z").out)
    assert drafted["action"] == "drafted"
    assert keys_of(drafted) == keys_of(ran)
    assert keys_of(drafted["draft"]) == keys_of(ran["draft"])
    assert keys_of(drafted["application"]) == keys_of(ran["application"])
    finding = Finding("blame", Severity.BLOCK, 0, 1, "I", "why")
    assert keys_of(check_line("x", Report("I", (finding,), {}, "none"))) == keys_of(check)
    assert keys_of(finding_shape(finding)) == keys_of(check["findings"][0])


def test_contracts_md_names_every_value() -> None:
    text = text_of("contracts.md")
    for words in (Kind, Stage, Reason, Answerable, Mark):
        assert all(f"`{word.value}`" in text for word in words)
    for action in ("drafted", "waiting", "held", "needs_contact", "skipped"):
        assert f"`{action}`" in text
    assert Check.__dataclass_fields__.keys() >= {"says", "fix"}


def test_exit_codes_md_names_every_code() -> None:
    rows = re.findall(r"(?m)^\| (\d+) \|", text_of("exit-codes.md"))
    assert [int(code) for code in rows] == [int(code) for code in Exit]


# ---- templates.md


def test_the_example_letter_can_be_written(tmp_path: Path) -> None:
    (example,) = blocks("templates.md", "jinja")
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "warm.j2").write_text(example, encoding="utf-8")
    templates = load_templates([shipped("templates"), tmp_path])
    assert not templates.problems
    assert not [p for p in lint(templates) if p.path.endswith("warm.j2")]
    warm = templates.find("warm", "en")
    assert warm is not None
    texts = [render(templates, warm, facts).text for facts in sample_facts("en")]
    assert len(set(texts)) > 3
    assert all(text.startswith("Hello") for text in texts)


def test_templates_md_names_all_keys_variables_and_filters() -> None:
    text = text_of("templates.md")
    names = [*KEYS, *WHEN_KEYS, *GLOBALS, *(v.name for v in VARIABLES), *FILTERS]
    assert not [name for name in names if f"`{name}`" not in text]


def filter_rows() -> list[list[str]]:
    return table("templates.md", "Filters")


@pytest.mark.parametrize("row", filter_rows(), ids=lambda row: row[0])
def test_a_filter_gives_what_its_row_says(row: list[str], tmp_path: Path) -> None:
    name, _, example, gives = row[0], row[1], bare(row[2]), row[3]
    assert bare(name) in example
    head = '+++\nname = "f"\ndescription = "d"\nlanguage = "en"\n+++\n'
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "f.j2").write_text(head + example + "\n", encoding="utf-8")
    templates = load_templates([tmp_path])
    assert not templates.problems
    facts = next(f for f in sample_facts("en") if f.last_interview)
    assert facts.last_interview == datetime(2026, 11, 12, 9, tzinfo=UTC)
    assert render(templates, templates.usable[0], facts).text == gives
