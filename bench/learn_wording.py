"""Learns the tables in gmail_followup/reading/wording from the project's labelled mails. Takes some fifty seconds.

    python -m bench.learn_wording                     writes the tables of all languages
    python -m bench.learn_wording --language de       one of them
    python -m bench.learn_wording --held en-1,b3-odd  leaves mails out: authors' sets by name, b3, b3-odd
    python -m bench.learn_wording --to FOLDER         writes them elsewhere

Logistic regression with L2 on rareness-weighted signs of unit length, both kinds counting the same; plain Python. Of
rejections two more things are learned likewise: whether writer and reader met, and whether it was the last round.
The lists bench/wording/LANGUAGE/*.txt (kind|subject|words) were written to teach, and nothing is measured on them.
"""

import argparse
import collections
import mailbox
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.eval_detection import blind_cases, own_cases
from gmail_followup.mail.parse import parse
from gmail_followup.reading.language import language_of
from gmail_followup.reading.wording import signs
from gmail_followup.rules.fold import fold

ROOT = Path(__file__).resolve().parent.parent
PERSONAL = ROOT / "tests" / "corpus" / "personal"
LISTS = Path(__file__).with_name("wording")
TABLES = ROOT / "gmail_followup" / "reading" / "wording"
LANGUAGES = ("en", "de", "fr", "es")
_LEAST_MAILS = 3
_STRENGTH = 10.0
_ROUNDS = 80
_STEEP = 0.2
_MOST_STEP = 1.0
_NAMES = frozenset(("alex", "morton"))
"""Whom the ordinary mails are written to: their name is no sign of anything."""
_GREETED = re.compile(
    r"(?:^(?:dear|hi|hello|hey|liebe[rs]?|hallo|moin|servus|bonjour|salut|ch[eè]re?|hola|buen[oa]s d[ií]as|querid[oa]|estimad[oa]s?)"
    r"|\b(?:herrn?|frau|mr|mrs|ms|dr|prof|monsieur|madame|mme|m|se[nñ]ora?|sra?|don|do[nñ]a))\.?,? +((?:[^\W\d_][\w'’-]+ ?){1,3})",
    re.MULTILINE | re.IGNORECASE,
)
"""Whoever is greeted is no sign either, unless the word is written small somewhere (_SMALL), as in "Dear applicant"."""
_SMALL = re.compile(r"\b[a-zß-ž][\w'’-]*")
_MET = frozenset(("interviewed", "final"))
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled mail. stage: of a rejection, "" where it is not told. greeted, small: who is greeted in it, and which of
    its words are written small, folded."""

    signs: frozenset[str]
    is_rejection: bool
    stage: str = ""
    greeted: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """By sign its rareness, and what it weighs for a rejection, for having met and for a last round; "" is the base."""

    rareness: Weights
    rejection: Weights
    met: Weights
    final: Weights


def is_odd(name: str) -> bool:
    """Which half of the mails a name belongs to, as in eval_detection."""
    return zlib.crc32(name.encode()) % 2 == 1


def samples(language: str, held: frozenset[str] = frozenset()) -> Iterator[Sample]:
    """Every labelled mail in a language but those held back."""
    for case in (*own_cases(), *blind_cases()):
        if case.language == language and not _is_held(case.name, held):
            message = parse(case.raw)
            stage = case.label.get("stage", "") if case.kind == "rejection" else ""
            yield _sample(message.subject, message.own_text, case.kind, stage)
    for path in sorted((LISTS / language).glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, subject, body = line.split("|", 2)
            yield _sample(subject, body, kind)
    yield from _ordinary(language, held)


def _sample(subject: str, body: str, kind: str, stage: str = "") -> Sample:
    return Sample(
        frozenset(signs(subject, body)),
        kind == "rejection",
        stage,
        frozenset(fold(name).text for names in _GREETED.findall(body) for name in names.split()),
        frozenset(fold(word).text for word in _SMALL.findall(body)),
    )


def _ordinary(language: str, held: frozenset[str]) -> Iterator[Sample]:
    """The mails of every day that are written in a language; in English where that is not clear."""
    for path in sorted(PERSONAL.glob("*.mbox")):
        for mail in mailbox.mbox(path, create=False):
            if "b3" in path.name and _is_held(f"/b3-{mail['Message-ID'] or ''}", held):
                continue
            message = parse(bytes(mail))
            if (language_of(message.own_text) or "en") == language:
                yield _sample(message.subject, message.own_text, "other")


def _is_held(name: str, held: frozenset[str]) -> bool:
    if "/b3-" in name:
        return "b3" in held or ("b3-odd" in held and is_odd(name))
    return name.rpartition("-")[0] in held


def learn(data: Sequence[Sample]) -> Table:
    """What every sign in at least three mails weighs."""
    counts = collections.Counter(sign for sample in data for sign in sample.signs)
    greeted = frozenset().union(*(sample.greeted for sample in data)) - frozenset().union(*(s.small for s in data))
    names = greeted | _NAMES
    rareness = {
        s: math.log((1 + len(data)) / (1 + n)) + 1 for s, n in counts.items() if _is_kept(s, n, names)
    }
    staged = [sample for sample in data if sample.stage in ("applied", *_MET)]
    met = [sample for sample in staged if sample.stage in _MET]
    return Table(
        rareness,
        _weights(data, [sample.is_rejection for sample in data], rareness),
        _weights(staged, [sample.stage in _MET for sample in staged], rareness),
        _weights(met, [sample.stage == "final" for sample in met], rareness),
    )


def _is_kept(sign: str, mails: int, names: frozenset[str]) -> bool:
    return mails >= _LEAST_MAILS and names.isdisjoint(sign.removeprefix("s:").split())


def _weights(data: Sequence[Sample], labels: Sequence[bool], rareness: Weights) -> Weights:
    """What every sign weighs for one label against the other. The base has no sign."""
    rows: list[tuple[list[tuple[str, float]], float, float]] = []
    positives = sum(labels)
    if not 0 < positives < len(labels):
        return {"": 0.0}
    for sample, label in zip(data, labels, strict=True):
        known = sorted(sample.signs & rareness.keys())
        length = math.sqrt(sum(rareness[s] ** 2 for s in known)) or 1.0
        share = len(labels) / (2 * (positives if label else len(labels) - positives))
        rows.append(([(s, rareness[s] / length) for s in known], float(label), share))
    found = sorted({s for known, _, _ in rows for s, _ in known})
    return _descend(rows, found)


def _descend(rows: list[tuple[list[tuple[str, float]], float, float]], signs_: Sequence[str]) -> Weights:
    """Accelerated full steps, the base set anew in each: slower than others, but short, and the same every time."""
    weights = dict.fromkeys(signs_, 0.0)
    ahead, base, momentum = dict(weights), 0.0, 1.0
    step = 1.0 / (0.25 * _STRENGTH * sum(share for _, _, share in rows) * _STEEP + 1.0)
    for _ in range(_ROUNDS):
        slope = dict(ahead)
        error_sum, bend = 0.0, 1e-9
        for known, label, share in rows:
            total = base + sum(ahead[s] * v for s, v in known)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            error = share * (chance - label)
            error_sum += error
            bend += share * chance * (1 - chance)
            for s, v in known:
                slope[s] += _STRENGTH * error * v
        base -= max(-_MOST_STEP, min(_MOST_STEP, error_sum / bend))
        following = (1 + math.sqrt(1 + 4 * momentum * momentum)) / 2
        push = (momentum - 1) / following
        new = {s: ahead[s] - step * slope[s] for s in ahead}
        ahead = {s: new[s] + push * (new[s] - weights[s]) for s in new}
        weights, momentum = new, following
    return {"": base, **weights}


def write(table: Table, path: Path) -> None:
    """One sign a line: sign, rareness, and its weights (rejection, met, final), those of nothing left out at the end."""
    lines = []
    for sign in ("", *sorted(table.rareness)):
        weights = [of.get(sign, 0.0) for of in (table.rejection, table.met, table.final)]
        cells = [sign, f"{table.rareness.get(sign, 0.0):.2f}", *(f"{w:.2f}" for w in weights)]
        while cells[-1] in ("0.00", "-0.00") and len(cells) > 3:
            cells.pop()
        lines.append("\t".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--held", default="", help="names of sets, with commas between")
    arguments.add_argument("--language", choices=LANGUAGES)
    arguments.add_argument("--to", type=Path, default=TABLES)
    given = arguments.parse_args()
    for language in (given.language,) if given.language else LANGUAGES:
        data = list(samples(language, frozenset(filter(None, given.held.split(",")))))
        table = learn(data)
        write(table, given.to / f"{language}.tsv")
        print(f"{language}: {len(data)} mails, {sum(s.is_rejection for s in data)} rejections, {len(table.rareness)} signs")


if __name__ == "__main__":
    main()
