"""How well answers are told apart, and tips found and sorted, on the project's own labelled mails: `make eval`.

python bench/eval_answers.py [--half even|odd] [--written first|second|third|fourth|fifth] [--language en] [--show kind|tips|sort|area|filled]
"""

import argparse
import collections
import sys
import tomllib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.eval_detection import wilson
from gmail_followup.answers.reader import AnswerReader
from gmail_followup.answers.values import Answer, Tip
from gmail_followup.mail.parse import parse
from gmail_followup.reading.senders import load_senders
from gmail_followup.rules.fold import fold
from gmail_followup.rules.rule import load

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "answers" / "corpus"
PACKS = ROOT / "gmail_followup" / "rules" / "packs"
_SAME_WORDS = 0.6


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled mail. written: "first" before there were rules, "second" to "fifth" later, each before it was measured."""

    name: str
    language: str
    kind: str
    filled: bool
    tips: tuple[Tip, ...]
    written: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What was read in it. pairs: labelled tips with those that were found for them."""

    case: Case
    answer: Answer
    pairs: tuple[tuple[Tip, Tip], ...]

    @property
    def missed(self) -> list[Tip]:
        return [t for t in self.case.tips if t not in [wanted for wanted, _ in self.pairs]]

    @property
    def extra(self) -> list[Tip]:
        return [t for t in self.answer.tips if t not in [found for _, found in self.pairs]]


def cases(folder: Path = CORPUS) -> Iterator[Case]:
    """<language>/<kind>/<name>.eml with its labels in <name>.toml beside it."""
    for path in sorted(folder.glob("*/*/*.eml")):
        label = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        tips = tuple(Tip(t["text"], t["sort"], t["area"]) for t in label.get("tip", ()))
        language = path.parent.parent.name
        name = f"{language}/{path.parent.name}/{path.stem}"
        yield Case(name, language, label["kind"], label["filled"], tips, label["written"], path.read_bytes())


def measure(chosen: Iterable[Case]) -> list[Result]:
    """Every case with its answer."""
    reader = AnswerReader(load(PACKS, None), load_senders())
    results = []
    for case in chosen:
        answer = reader.read(parse(case.raw))
        results.append(Result(case, answer, tuple(_pairs(case.tips, answer.tips))))
    return results


def _pairs(wanted: Iterable[Tip], found: Iterable[Tip]) -> Iterator[tuple[Tip, Tip]]:
    left = list(found)
    for tip in wanted:
        match = next((f for f in left if same_tip(tip.text, f.text)), None)
        if match is not None:
            left.remove(match)
            yield tip, match


def same_tip(a: str, b: str) -> bool:
    """One holds the other, or they share most of their words."""
    a, b = (" ".join(fold(t).text.split()).strip(" .") for t in (a, b))
    one, two = set(a.split()), set(b.split())
    return a in b or b in a or len(one & two) >= _SAME_WORDS * len(one | two)


def half_of(case: Case) -> str:
    return "odd" if zlib.crc32(case.name.encode()) % 2 else "even"


def accuracy(results: list[Result]) -> float:
    """The share of kinds that are right."""
    return sum(r.answer.kind == r.case.kind for r in results) / len(results)


def report(results: list[Result]) -> None:
    """Prints the tables."""
    print(f"kinds right: {wilson(sum(r.answer.kind == r.case.kind for r in results), len(results))}")
    for what in ("language", "kind"):
        for name in sorted({getattr(r.case, what) for r in results}):
            of = [r for r in results if getattr(r.case, what) == name]
            print(f"  {name:11} {wilson(sum(r.answer.kind == r.case.kind for r in of), len(of))}")
    print("what it is (row) and what it was called")
    table = collections.Counter((r.case.kind, r.answer.kind.value) for r in results)
    for kind in sorted({k for k, _ in table}):
        row = ", ".join(f"{called} {n}" for (k, called), n in sorted(table.items(), key=lambda i: -i[1]) if k == kind)
        print(f"  {kind:11} {row}")
    pairs = [pair for r in results for pair in r.pairs]
    wanted, found = sum(len(r.case.tips) for r in results), sum(len(r.answer.tips) for r in results)
    print(f"tips found: {wilson(len(pairs), wanted)}, of those found right: {wilson(len(pairs), found)}")
    print(f"sort right: {wilson(sum(w.sort == f.sort for w, f in pairs), len(pairs))}")
    print(f"area right: {wilson(sum(w.area == f.area for w, f in pairs), len(pairs))}")
    print(f"filled right: {wilson(sum(r.answer.filled == r.case.filled for r in results), len(results))}")


def show(results: list[Result], what: str) -> None:
    """Prints what went wrong in one respect, for the author of rules."""
    for r in results:
        wrong = {
            "kind": [r.answer.kind] if r.answer.kind != r.case.kind else [],
            "filled": [r.answer.filled] if r.answer.filled != r.case.filled else [],
            "tips": [*(f"- {t.text}" for t in r.missed), *(f"+ {t.text}" for t in r.extra)],
            "sort": [f"{w.sort} <> {f.sort}: {f.text}" for w, f in r.pairs if w.sort != f.sort],
            "area": [f"{w.area} <> {f.area}: {f.text}" for w, f in r.pairs if w.area != f.area],
        }[what]
        if wrong:
            print(f"## {r.case.name} [{r.answer.language}]", *wrong, sep="\n   ")
        if wrong and what in ("kind", "filled"):
            print("  ", " ".join(parse(r.case.raw).own_text.split())[:600])
            for e in r.answer.evidence:
                print(f"   {e.weight:+.1f} {e.says} {e.rule} {e.text!r}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--half", choices=("even", "odd"))
    arguments.add_argument("--written", choices=("first", "second", "third", "fourth", "fifth"))
    arguments.add_argument("--language")
    arguments.add_argument("--show", choices=("kind", "tips", "sort", "area", "filled"))
    given = arguments.parse_args()
    chosen = [
        c
        for c in cases()
        if given.half in (None, half_of(c))
        and given.written in (None, c.written)
        and given.language in (None, c.language)
    ]
    results = measure(chosen)
    if given.show:
        show(results, given.show)
    else:
        report(results)


if __name__ == "__main__":
    sys.exit(main())
