"""Learns the tables in gmail_followup/reading/wording from the project's labelled mails. Takes some ten seconds.

    python bench/learn_wording.py            writes the tables
    python bench/learn_wording.py --held b3-odd   leaves some mails out (b3, b3-odd), writes to the file named by --to

Logistic regression with L2 on rareness-weighted signs of unit length, both kinds counting the same; plain Python.
The lists bench/wording/*.txt (kind|subject|words) were written to teach, and nothing is measured on them.
"""

import argparse
import collections
import mailbox
import math
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.eval_detection import own_cases
from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse
from gmail_followup.reading.wording import signs

ROOT = Path(__file__).resolve().parent.parent
PERSONAL = ROOT / "tests" / "corpus" / "personal"
TABLES = ROOT / "gmail_followup" / "reading" / "wording"
_LEAST_MAILS = 3
_STRENGTH = 5.0
_ROUNDS = 60
_NOS = frozenset(
    "not decided unfortunately unable regret regrets cannot won't can't couldn't didn't rejected declined unsuccessful "
    "sorry afraid however forward further selected chosen another other others successful filled candidates "
    "proceed proceeding progress progressing move moving pursue pursuing continue continuing no".split()
)
"""Words of a no may speak for one only: that most of our other mails were chosen because they say no as well is no
reason to hear them as a yes."""
_NAMES = frozenset(("alex", "morton"))
"""Whom the ordinary mails are written to: their name is no sign of anything."""
Sample = tuple[set[str], bool]


def is_odd(name: str) -> bool:
    """Which half of the mails a name belongs to, as in eval_detection."""
    return zlib.crc32(name.encode()) % 2 == 1


def samples(held: str = "") -> Iterator[Sample]:
    """Every labelled English mail but those held back: its signs, and whether it is a rejection of the reader."""
    for case in own_cases():
        if case.language == "en" and not _is_held(case.name, "/b3-" in case.name, held):
            yield _signs(parse(case.raw)), case.kind == "rejection"
    for path in sorted(PERSONAL.glob("*.mbox")):
        for mail in mailbox.mbox(path, create=False):
            if not _is_held(mail["Message-ID"] or "", "b3" in path.name, held):
                yield _signs(parse(bytes(mail))), False
    for path in sorted((ROOT / "bench" / "wording").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, subject, body = line.split("|", 2)
            yield signs(subject, body), kind == "rejection"


def _signs(message: Message) -> set[str]:
    return signs(message.subject, message.own_text)


def _is_held(name: str, is_b3: bool, held: str) -> bool:
    return is_b3 and (held == "b3" or (held == "b3-odd" and is_odd(name)))


def learn(data: list[Sample]) -> tuple[dict[str, tuple[float, float]], float]:
    """The rareness and weight of every sign in at least three mails, and the base."""
    counts = collections.Counter(sign for found, _ in data for sign in found)
    rareness = {s: math.log((1 + len(data)) / (1 + n)) + 1 for s, n in counts.items() if _is_kept(s, n)}
    rows: list[tuple[list[tuple[str, float]], float, float]] = []
    positives = sum(label for _, label in data)
    for found, label in data:
        known = sorted(found & rareness.keys())
        length = math.sqrt(sum(rareness[s] ** 2 for s in known)) or 1.0
        share = len(data) / (2 * (positives if label else len(data) - positives))
        rows.append(([(s, rareness[s] / length) for s in known], float(label), share))
    return _descend(rows, rareness)


def _is_kept(sign: str, mails: int) -> bool:
    return mails >= _LEAST_MAILS and _NAMES.isdisjoint(sign.removeprefix("s:").split())


def _descend(
    rows: list[tuple[list[tuple[str, float]], float, float]], rareness: dict[str, float]
) -> tuple[dict[str, tuple[float, float]], float]:
    """Accelerated full steps: slower than others, but short, and the same every time."""
    weights = dict.fromkeys(rareness, 0.0)
    floor = {s: -math.inf if _NOS.isdisjoint(s.removeprefix("s:").split()) else 0.0 for s in rareness}
    ahead, base, base_ahead, momentum = dict(weights), 0.0, 0.0, 1.0
    step = 1.0 / (0.25 * _STRENGTH * sum(share for _, _, share in rows) * 0.2 + 1.0)
    for _ in range(_ROUNDS):
        slope = dict(ahead)
        base_slope = 0.0
        for known, label, share in rows:
            total = base_ahead + sum(ahead[s] * v for s, v in known)
            error = _STRENGTH * share * (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - label)
            base_slope += error
            for s, v in known:
                slope[s] += error * v
        following = (1 + math.sqrt(1 + 4 * momentum * momentum)) / 2
        push = (momentum - 1) / following
        new = {s: max(floor[s], ahead[s] - step * slope[s]) for s in ahead}
        new_base = base_ahead - step * base_slope
        ahead = {s: new[s] + push * (new[s] - weights[s]) for s in new}
        base_ahead = new_base + push * (new_base - base)
        weights, base, momentum = new, new_base, following
    return {s: (rareness[s], w) for s, w in weights.items()}, base


def write(table: dict[str, tuple[float, float]], base: float, path: Path) -> None:
    """One sign a line: sign, rareness, weight; the base has no sign."""
    lines = [f"\t0\t{base:.4f}", *(f"{sign}\t{r:.2f}\t{w:.3f}" for sign, (r, w) in sorted(table.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--held", choices=("", "b3", "b3-odd"), default="")
    arguments.add_argument("--to", type=Path, default=TABLES / "en.tsv")
    given = arguments.parse_args()
    data = list(samples(given.held))
    table, base = learn(data)
    write(table, base, given.to)
    print(f"{len(data)} mails, {len(table)} signs -> {given.to}")


if __name__ == "__main__":
    main()
