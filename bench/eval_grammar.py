"""Recall, exact fixes and false alarms of the grammar engines on our own labelled letters, a line a class.

    python bench/eval_grammar.py                      house rules, Harper, and LanguageTool where it is installed
    python bench/eval_grammar.py --url http://127.0.0.1:8081    with a LanguageTool server that runs already

A fault counts as found where a finding touches it, as fixed where the first suggestion gives the right letter. A clean
letter with any finding is a false alarm.
"""

import argparse
import os
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

LETTERS = Path(__file__).resolve().parent.parent / "tests" / "proofing" / "letters"
sys.path.insert(0, str(LETTERS.parent.parent.parent))

from gmail_followup.proofing import house  # noqa: E402
from gmail_followup.proofing.finding import Finding  # noqa: E402
from gmail_followup.proofing.grammar import merge  # noqa: E402

Check = Callable[[str, str, frozenset[str]], tuple[Finding, ...]]


def evaluate(name: str, check: Check, verbose: bool) -> None:
    labels = tomllib.loads((LETTERS / "labels.toml").read_text(encoding="utf-8"))
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    times: list[float] = []
    for label in labels["faulty"]:
        text = (LETTERS / "faulty" / label["file"]).read_text(encoding="utf-8")
        findings = _timed(check, text, "en", frozenset(), times)
        touching = [f for f in findings if touches(f, label)]
        row = found[label["class"]]
        row[0] += 1
        row[1] += bool(touching)
        row[2] += any(is_exact(f, text, label) for f in touching)
        if verbose and not touching:
            print(f"  missed {label['file']}: {label['wrong']!r} -> {label['right']!r}")
    alarms = 0
    for label in labels["clean"]:
        text = (LETTERS / "clean" / label["file"]).read_text(encoding="utf-8")
        findings = _timed(check, text, label["language"], frozenset(label["names"]), times)
        alarms += bool(findings)
        if verbose:
            for f in findings:
                print(f"  false alarm {label['file']}: {f.class_} {f.text!r} {f.suggestions[:2]}")
    print(f"\n{name}\n{'class':16}{'letters':>8}{'found':>8}{'fixed':>8}")
    for class_, row in sorted(found.items()):
        print(f"{class_:16}{row[0]:8}{row[1]:8}{row[2]:8}")
    totals = [sum(row[i] for row in found.values()) for i in range(3)]
    print(f"{'all':16}{totals[0]:8}{totals[1]:8}{totals[2]:8}")
    middle = sorted(times)[len(times) // 2]
    print(f"false alarms: {alarms} of {len(labels['clean'])} clean letters; {middle * 1000:.0f} ms a letter (middle)")


def touches(finding: Finding, label: dict[str, object]) -> bool:
    start = int(str(label["at"]))
    return finding.start <= start + len(str(label["wrong"])) and start <= finding.end


def is_exact(finding: Finding, text: str, label: dict[str, object]) -> bool:
    start, wrong = int(str(label["at"])), str(label["wrong"])
    wanted = text[:start] + str(label["right"]) + text[start + len(wrong) :]
    return bool(finding.suggestions) and text[: finding.start] + finding.suggestions[0] + text[finding.end :] == wanted


def _timed(check: Check, text: str, language: str, names: frozenset[str], times: list[float]) -> tuple[Finding, ...]:
    before = time.perf_counter()
    findings = check(text, language, names)
    times.append(time.perf_counter() - before)
    return findings


def _with_house(check: Check) -> Check:
    return lambda text, language, names: merge(
        check(text, language, names), house.check(text, names=names, language=language)
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", help="of a LanguageTool server")
    options.add_argument("--verbose", action="store_true", help="print what was missed and every false alarm")
    chosen = options.parse_args()
    evaluate("house", lambda text, language, names: house.check(text, names=names, language=language), chosen.verbose)
    from gmail_followup.proofing.harper import HarperEngine

    harper = HarperEngine()
    evaluate(f"{harper.name} alone", harper.check, False)
    evaluate(f"{harper.name} + house", _with_house(harper.check), chosen.verbose)
    url, why_not = (chosen.url, "") if chosen.url else _server()
    if not url:
        print(f"\nLanguageTool is missing, so it was NOT measured: {why_not}")
        return
    from gmail_followup.proofing.languagetool import LanguageToolEngine

    server = LanguageToolEngine(url, answer_seconds=60)
    evaluate(f"{server.name} alone", server.check, False)
    evaluate(f"{server.name} + house", _with_house(server.check), chosen.verbose)


def _server() -> tuple[str, str]:
    """A server out of the user's folder or the tests' cache, started for this run; else "" and why there is none."""
    from gmail_followup.errors import UserError
    from gmail_followup.home import find_home
    from gmail_followup.proofing import languagetool_server

    cache = Path(os.environ.get("GMAIL_FOLLOWUP_TEST_CACHE") or LETTERS.parents[2] / ".cache-tests") / "languagetool"
    for folder in (find_home().languagetool, cache):
        if languagetool_server.installed(folder):
            try:
                return languagetool_server.ensure_running(folder), ""
            except UserError as problem:
                return "", f"{problem.what} {problem.why}".strip()
    return "", "it is not installed. `gmail-followup languagetool install` fetches it; --url names a running server."


if __name__ == "__main__":
    main()
