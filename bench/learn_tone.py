"""Learns the table in gmail_followup/proofing/wording from the labelled letters in tests/proofing. Takes some fifteen seconds.

    python bench/learn_tone.py                   writes the table
    python bench/learn_tone.py --held a8,a9      leaves the letters of these sets out (by the end of their names)
    python bench/learn_tone.py --to FILE         writes another file

Logistic regression with L2 on rareness-weighted signs of unit length, fault and no fault counting the same, then one
against the others for the kinds; plain Python, and the same every time.
"""

import argparse
import collections
import json
import math
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.rules.signs import signs_of

ROOT = Path(__file__).resolve().parent.parent
TONE = ROOT / "tests" / "proofing" / "tone"
LETTERS = ROOT / "tests" / "proofing" / "letters"
TEMPLATES = ROOT / "templates" / "en"
_TAG = re.compile(r"\A\+\+\+.*?^\+\+\+|\{#.*?#\}|\{%.*?%\}", re.DOTALL | re.MULTILINE)
_FILLED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SHIPPED_TIMES = 5
"""The letters that the program writes itself must never be hinted at."""
TABLE = ROOT / "gmail_followup" / "proofing" / "wording" / "en.tsv"
_NOT_HEARD = ("missing", "shouting", "length", "placeholder")
_LEAST_SENTENCES = 2
_LEAST_OVERLAP = 8
_ROUNDS = 20
_STEP = 0.2
_DECAY = 0.0005
_LEAST_WEIGHT = 1.0
_LEAST_VOTE = 8.0
Row = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """signs: of a sentence. class_: its fault, or ""."""

    signs: frozenset[str]
    class_: str


def samples(held: frozenset[str]) -> Iterator[Sample]:
    """Every sentence of every labelled English letter but those held back, and of the shipped templates."""
    labels = tomllib.loads((TONE / "labels.toml").read_text(encoding="utf-8"))
    for label in labels["faulty"]:
        if not label["class"].startswith(_NOT_HEARD) and label.get("words") and not _is_held(label["file"], held):
            yield from _of_letter((TONE / "faulty" / label["file"]).read_text("utf-8"), label["class"], label["words"])
    for label in labels["clean"]:
        if not _is_held(label["file"], held):
            yield from _of_letter((TONE / "clean" / label["file"]).read_text("utf-8"))
    for label in tomllib.loads((LETTERS / "labels.toml").read_text(encoding="utf-8"))["clean"]:
        if label["language"] == "en" and not _is_held(label["file"], held):
            yield from _of_letter((LETTERS / "clean" / label["file"]).read_text("utf-8"))
    for line in (LETTERS / "clean.jsonl").read_text(encoding="utf-8").splitlines():
        yield from _of_letter(json.loads(line)["text"])
    for path in sorted(TEMPLATES.rglob("*.j2")):
        letter = _FILLED.sub("Ada", _TAG.sub("", path.read_text(encoding="utf-8")))
        for _ in range(_SHIPPED_TIMES):
            yield from _of_letter(letter)
    for line in (TONE / "sentences.txt").read_text(encoding="utf-8").splitlines():
        language, _, rest = line.partition("|")
        class_, _, sentence = rest.partition("|")
        if language == "en" and not class_.startswith(_NOT_HEARD):
            yield Sample(frozenset(signs_of(sentence)), "" if class_ == "clean" else class_)


def _is_held(file: str, held: frozenset[str]) -> bool:
    return file.removesuffix(".txt").rpartition("-")[2] in held


def _of_letter(text: str, class_: str = "", words: str = "") -> Iterator[Sample]:
    at = text.find(words) if words else -1
    for span in sentences(text, (Span(0, len(text)),)):
        overlap = min(span.end, at + len(words)) - max(span.start, at) if words else 0
        is_fault = overlap >= min(_LEAST_OVERLAP, len(words)) if words else False
        yield Sample(frozenset(signs_of(text[span.start : span.end])), class_ if is_fault else "")


def rareness_of(data: list[Sample]) -> dict[str, float]:
    """Of every sign in at least two sentences."""
    counts = collections.Counter(sign for sample in data for sign in sample.signs)
    return {s: math.log(len(data) / n) for s, n in counts.items() if n >= _LEAST_SENTENCES}


def row_of(sample: Sample, rareness: dict[str, float]) -> Row:
    """The signs of a sentence with their share in it."""
    known = sorted(sample.signs & rareness.keys())
    length = math.sqrt(sum(rareness[s] ** 2 for s in known)) or 1.0
    return [(s, rareness[s] / length) for s in known]


def learn(rows: list[Row], labels: list[bool]) -> tuple[dict[str, float], float]:
    """Weights and base, by steps that grow smaller for signs that were often seen (AdaGrad)."""
    weights: dict[str, float] = collections.defaultdict(float)
    seen: dict[str, float] = collections.defaultdict(lambda: 1e-6)
    base, base_seen = 0.0, 1e-6
    positives = sum(labels)
    share = {True: len(labels) / (2 * positives), False: len(labels) / (2 * (len(labels) - positives))}
    order = list(range(len(rows)))
    dice = random.Random(1)
    for _ in range(_ROUNDS):
        dice.shuffle(order)
        for at in order:
            total = base + sum(weights[s] * v for s, v in rows[at])
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - labels[at]) * share[labels[at]]
            for s, v in rows[at]:
                slope = error * v + _DECAY * weights[s]
                seen[s] += slope * slope
                weights[s] -= _STEP * slope / math.sqrt(seen[s])
            base_seen += error * error
            base -= _STEP * error / math.sqrt(base_seen)
    return dict(weights), base


def table_of(data: list[Sample]) -> list[str]:
    """The lines of the table: sign, rareness, weight, and what kinds of fault it speaks for; the base has no sign."""
    rareness = rareness_of(data)
    rows = [row_of(sample, rareness) for sample in data]
    weights, base = learn(rows, [bool(sample.class_) for sample in data])
    faults = [at for at, sample in enumerate(data) if sample.class_]
    votes: dict[str, list[str]] = collections.defaultdict(list)
    for class_ in sorted({data[at].class_ for at in faults}):
        kind, kind_base = learn([rows[at] for at in faults], [data[at].class_ == class_ for at in faults])
        votes[""].append(f"{class_}={kind_base:.2f}")
        for sign, weight in kind.items():
            if abs(weight) * rareness[sign] >= _LEAST_VOTE:
                votes[sign].append(f"{class_}={weight:.1f}")
    kept = sorted(s for s, w in weights.items() if abs(w) >= _LEAST_WEIGHT or s in votes)
    lines = [f"{s}\t{rareness[s]:.2f}\t{weights[s]:.2f}\t{' '.join(votes[s])}" for s in kept]
    return [f"\t0\t{base:.3f}\t{' '.join(votes[''])}", *lines]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--held", default="", help="names of sets, with commas between")
    arguments.add_argument("--to", type=Path, default=TABLE)
    given = arguments.parse_args()
    data = list(samples(frozenset(given.held.split(",")) if given.held else frozenset()))
    lines = table_of(data)
    given.to.parent.mkdir(exist_ok=True)
    given.to.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(data)} sentences, {sum(bool(s.class_) for s in data)} of them faults, {len(lines)} signs -> {given.to}")


if __name__ == "__main__":
    main()
