"""Recall and precision of the detector on the project's own labelled mails: `make eval`.

    python bench/eval_detection.py [--dev FILE.jsonl] [--show missed|false|kind|stage|company|role] [--half even|odd]

--dev measures a JSON Lines file of labelled mails (id, subject, from, body, label, stage, lang) instead.
"""

import argparse
import collections
import functools
import json
import math
import sys
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from gmail_followup.mail.parse import parse
from gmail_followup.reading.company_names import company_key
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Verdict
from gmail_followup.rules.fold import fold
from gmail_followup.rules.rule import load

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
PACKS = ROOT / "gmail_followup" / "rules" / "packs"


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled mail."""

    name: str
    language: str
    kind: str
    raw: bytes
    label: dict[str, str]


def own_cases(folder: Path = CORPUS) -> Iterator[Case]:
    """The project's mails: <language>/<kind>/<name>.eml with labels in <language>/<kind>.toml or beside the mails."""
    for labels in sorted((*folder.glob("*/*.toml"), *folder.glob("*/*/*-labels.toml"))):
        mails = labels.parent if labels.stem.endswith("-labels") else labels.with_suffix("")
        for name, label in tomllib.loads(labels.read_text(encoding="utf-8")).items():
            language = label.get("lang", mails.parent.name)
            path = mails / f"{name}.eml"
            yield Case(f"{language}/{mails.name}/{name}", language, mails.name, path.read_bytes(), label)


def blind_cases(folder: Path = CORPUS / "blind") -> Iterator[Case]:
    """Mails by authors who had read nothing of the program: a file of JSON Lines for each, named by language.

    For authors of rules a row also says which words carry the no, and which show that they met ("no", "met").
    """
    for path in sorted(folder.glob("*.jsonl")):
        yield from dev_cases(path)


def dev_cases(path: Path) -> Iterator[Case]:
    """A JSON Lines file of labelled mails."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        mail = EmailMessage()
        mail["From"] = row["from"] or "unknown@unknown.invalid"
        mail["Subject"] = " ".join(row["subject"].split())
        mail["Message-ID"] = f"<{row['id']}@dev.invalid>"
        is_html = row["mime"] == "html" or "<p>" in row["body"] or "<br" in row["body"].lower()
        mail.set_content(row["body"], subtype="html" if is_html else "plain")
        label = {field: row.get(field) or "" for field in ("stage", "company", "role")}
        if row["label"] == "own" and row["from"]:
            label["me"] = mail["From"].addresses[0].addr_spec
        yield Case(row["id"], row["lang"], row["label"], bytes(mail), label)


def wilson(hits: int, total: int) -> str:
    """A share with its 95 % Wilson score interval."""
    if not total:
        return "-"
    z, p = 1.96, hits / total
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return f"{p:.3f} [{max(0.0, centre - half):.2f}-{min(1.0, centre + half):.2f}] ({hits}/{total})"


@functools.cache
def reader(me: tuple[str, ...] = ()) -> Reader:
    """The detector with the shipped rules, made once for everybody."""
    return Reader(load(PACKS, None), load_senders(), me=me)


def same_company(found: str, wanted: str) -> bool:
    """Equal but for case, accents, legal form and blanks; one may be the beginning of the other."""
    a, b = company_key(found), company_key(wanted)
    return bool(a) and bool(b) and (a == b or (min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a))))


def same_role(found: str, wanted: str) -> bool:
    a, b = fold(found).text.strip(), fold(wanted).text.strip()
    return bool(a) and (a == b or a in b or b in a)


def measure(cases: list[Case]) -> list[tuple[Case, Verdict]]:
    """Every case with its verdict. One reader for all: whose mailbox a case is from makes no difference to the others."""
    plain = reader(tuple(sorted({c.label["me"] for c in cases if "me" in c.label})))
    return [(c, plain.read(parse(c.raw))) for c in cases]


def report(results: list[tuple[Case, Verdict]]) -> None:
    """Prints the tables."""
    languages = sorted({c.language for c, _ in results})
    print("language   recall                            precision")
    for language in languages:
        of = [(c, v) for c, v in results if c.language == language]
        positives = [v for c, v in of if c.kind == "rejection"]
        called = [c for c, v in of if v.is_rejection]
        hits = sum(v.is_rejection for v in positives)
        print(
            f"{language:10} {wilson(hits, len(positives)):33} {wilson(sum(c.kind == 'rejection' for c in called), len(called))}"
        )
    rejections = [(c, v) for c, v in results if c.kind == "rejection"]
    print("\nstage      recall of rejections              stage named right")
    for stage in ("applied", "interviewed", "final", "unknown"):
        of = [(c, v) for c, v in rejections if c.label.get("stage") == stage]
        print(
            f"{stage:10} {wilson(sum(v.is_rejection for _, v in of), len(of)):33} {wilson(sum(v.stage == stage for _, v in of), len(of))}"
        )
    for field in ("reason", "answerable"):
        of = [(c, v) for c, v in rejections if c.label.get(field, "unknown") != "unknown"]
        print(f"{field} right: {wilson(sum(getattr(v, field) == c.label[field] for c, v in of), len(of))}")
    job = [
        (c, v)
        for c, v in results
        if c.kind in ("rejection", "confirmation", "interview", "offer", "status", "assessment")
    ]
    of = [(c, v) for c, v in job if c.label.get("company")]
    print(f"company right: {wilson(sum(same_company(v.company, c.label['company']) for c, v in of), len(of))}")
    of = [(c, v) for c, v in job if c.label.get("role")]
    print(f"role right: {wilson(sum(same_role(v.role, c.label['role']) for c, v in of), len(of))}")
    print("\nwhat it is (row) and what it was called")
    table = collections.Counter((c.kind, v.kind.value) for c, v in results)
    for kind in sorted({k for k, _ in table}):
        row = ", ".join(f"{called} {n}" for (k, called), n in sorted(table.items(), key=lambda i: -i[1]) if k == kind)
        print(f"{kind:16} {row}")
    print("\nthe three worst sentences")
    wrong = [(c, v) for c, v in results if v.is_rejection != (c.kind == "rejection")]
    for c, v in sorted(wrong, key=lambda i: -abs(i[1].score - (i[0].kind == "rejection")))[:3]:
        heaviest = max(v.evidence, key=lambda e: e.weight, default=None)
        words = heaviest.text if heaviest else parse(c.raw).own_text.strip()[:90]
        print(f"{c.name}: {v.kind} {v.score:.2f}: {' '.join(words.split())!r}")


def show(results: list[tuple[Case, Verdict]], what: str) -> None:
    """Prints the cases that went wrong in one respect, for the author of rules."""
    for c, v in results:
        message = parse(c.raw)
        wrong = {
            "missed": c.kind == "rejection" and not v.is_rejection,
            "false": c.kind != "rejection" and v.is_rejection,
            "kind": c.kind != v.kind and c.kind != "rejection",
            "stage": c.kind == "rejection" and c.label.get("stage", v.stage) != v.stage,
            "reason": c.kind == "rejection" and c.label.get("reason", v.reason) != v.reason,
            "answerable": c.kind == "rejection" and c.label.get("answerable", v.answerable) != v.answerable,
            "company": bool(c.label.get("company")) and not same_company(v.company, c.label["company"]),
            "role": bool(c.label.get("role")) and not same_role(v.role, c.label["role"]),
        }[what]
        if wrong:
            found = {
                "company": v.company,
                "role": v.role,
                "stage": v.stage,
                "reason": v.reason,
                "answerable": v.answerable,
            }.get(what, v.kind)
            print(
                f"\n## {c.name} [{v.score:.2f}] {c.label.get(what, c.kind)} <> {found} | {message.from_} | {message.subject}"
            )
            print(" ".join(message.text.split())[:700])
            for e in (*v.evidence, *v.against):
                print(f"   {e.weight:+.1f} {e.rule} {' '.join(e.text.split())!r} {e.guard}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--dev", type=Path)
    arguments.add_argument("--blind", action="store_true", help="the mails of authors who had not seen the program")
    arguments.add_argument("--show", default="")
    arguments.add_argument("--half", choices=("even", "odd"))
    arguments.add_argument("--language")
    given = arguments.parse_args()
    cases = list(dev_cases(given.dev) if given.dev else blind_cases() if given.blind else own_cases())
    if given.half:
        cases = [c for c in cases if zlib.crc32(c.name.encode()) % 2 == (given.half == "odd")]
    if given.language:
        cases = [c for c in cases if c.language == given.language]
    results = measure(cases)
    if given.show:
        show(results, given.show)
        return
    report(results)


if __name__ == "__main__":
    sys.exit(main())
