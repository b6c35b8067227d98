"""Recall and false alarms of the tone rules on our own labelled letters, a line a class, in two halves.

    python bench/eval_tone.py                 both halves, the numbers only
    python bench/eval_tone.py --verbose even  what was missed and what was a false alarm, in one half

A fault counts as found where a finding of its class touches the labelled words (a missing move and a letter that is too
long have none). A clean letter with any finding is a false alarm, and so is any other class on a faulty one (told apart).
Files fall into the even or the odd half by the checksum of their name: tune on even. One author wrote both halves and
the rules, so odd is not unseen; tests/proofing/tone/sentences.txt tells what the rules found in each round at first sight.
"""

import argparse
import sys
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LETTERS = Path(__file__).resolve().parent.parent / "tests" / "proofing" / "tone"
sys.path.insert(0, str(LETTERS.parent.parent.parent))

from gmail_followup.proofing import house  # noqa: E402
from gmail_followup.proofing.finding import Finding  # noqa: E402
from gmail_followup.proofing.rules import MOVES, LetterRules, load_letter_rules  # noqa: E402

HALVES = ("even", "odd")


@dataclass(frozen=True)
class Labelled:
    """A letter of the set. class_: "" for a clean one; words: what is at fault, "" for the whole letter."""

    file: str
    text: str
    class_: str = ""
    words: str = ""
    part: bool = False  # not a whole letter: it need not make the moves

    @property
    def half(self) -> str:
        return HALVES[zlib.crc32(self.file.encode()) % 2]


def labelled() -> Iterator[Labelled]:
    """All letters of the set, faulty ones first."""
    labels = tomllib.loads((LETTERS / "labels.toml").read_text(encoding="utf-8"))
    for entry in labels["faulty"]:
        text = (LETTERS / "faulty" / entry["file"]).read_text(encoding="utf-8")
        yield Labelled(entry["file"], text, entry["class"], entry["words"], entry.get("part", False))
    for entry in labels["clean"]:
        text = (LETTERS / "clean" / entry["file"]).read_text(encoding="utf-8")
        yield Labelled(entry["file"], text, part=entry.get("part", False))


def findings(rules: LetterRules, text: str, required: Sequence[str] = MOVES) -> list[Finding]:
    """Tone, moves and length, and the placeholders that the house rules look for."""
    own = house.check(text, names=frozenset(), language="en")
    return [*rules.check(text, "en", required=required), *(f for f in own if f.class_ == "placeholder")]


def is_found(letter: Labelled, found: list[Finding]) -> bool:
    """Whether a finding of the letter's class touches its words."""
    at = letter.text.find(letter.words)
    same = [f for f in found if f.class_ == letter.class_]
    return any(not letter.words or (f.start < at + len(letter.words) and at < f.end) for f in same)


def evaluate(half: str, verbose: bool) -> None:
    """Prints the table of one half."""
    rules = LetterRules(load_letter_rules())
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    clean = alarms = wrongly_missing = 0
    for letter in labelled():
        if letter.half != half:
            continue
        found = findings(rules, letter.text, () if letter.part else MOVES)
        others = [f for f in found if f.class_ != letter.class_]
        if letter.class_:
            row = rows[letter.class_]
            hit = is_found(letter, found)
            row[0], row[1], row[2] = row[0] + 1, row[1] + hit, row[2] + bool(others)
            if verbose and not hit:
                print(f"  missed {letter.file}: {letter.words!r}")
        else:
            clean, alarms = clean + 1, alarms + bool(found)
        wrongly_missing += sum(f.class_.startswith("missing_") for f in others)
        if verbose:
            for f in others:
                print(f"  alarm {letter.file}: {f.class_} {f.text!r}")
    total = [sum(row[i] for row in rows.values()) for i in range(3)]
    print(f"\n{half}\n{'class':20}{'letters':>8}{'found':>8}{'also another class':>20}")
    for class_, row in [*sorted(rows.items()), ("all", total)]:
        print(f"{class_:20}{row[0]:8}{row[1]:8}{row[2]:20}")
    print(f"recall {total[1] / total[0]:.2f}; false alarms: {alarms} of {clean} clean letters")
    print(f"moves: {wrongly_missing} of {len(MOVES) * (clean + total[0])} told missing although they are there")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("half", nargs="?", choices=HALVES, help="only this one")
    parser.add_argument("--verbose", action="store_true", help="name each miss and each false alarm")
    options = parser.parse_args()
    for half in [options.half] if options.half else HALVES:
        evaluate(half, options.verbose)


if __name__ == "__main__":
    main()
