"""`make torture`: everything that must hold whatever dies, at full length, and one table of it.

    python -m tests.torture.run [MINUTES]

The parts run in processes of their own, two at a time. MINUTES (default 15): each part stops beginning anything new when
its share is over, and says how far it came. Exit code 1 if anything was lost, doubled or wrong.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KILLS = 520
LOOKS = 10_000


def main(minutes: float) -> int:
    begun = time.monotonic()
    share = str(int(minutes * 60 * 0.8))
    parts = {
        "crash maildir": ["tests.torture.crash", "maildir", str(KILLS), "200", share],
        "crash gmail": ["tests.torture.crash", "gmail", str(KILLS), "200", share],
        "faults": ["tests.torture.run", "--faults", share],
        "soak": ["tests.torture.soak", str(LOOKS)],
        "hostile": ["tests.torture.run", "--hostile", share],
    }
    with ThreadPoolExecutor(2) as pool:
        done = dict(zip(parts, pool.map(_part, parts, parts.values()), strict=True))
    return _table(done, time.monotonic() - begun)


def _part(name: str, line: list[str]) -> dict[str, Any]:
    print(f"  begun: {name}", file=sys.stderr, flush=True)
    ended = subprocess.run([sys.executable, "-m", *line], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"})
    try:
        found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        found = {"problems": [f"{name} came to nothing: {ended.stderr.strip()[-600:]}"]}
    print(f"  done:  {name}", file=sys.stderr, flush=True)
    return found


def faults(seconds: float) -> dict[str, Any]:
    """Every fault at every request of a run; those at the same request together, so that a short time sees all kinds."""
    from tests.support.fake_gmail import FakeGmail
    from tests.torture.faults import FAULTS, play, requests_of_a_clean_run

    until = time.monotonic() + seconds
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    drafts = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        with FakeGmail() as fake:
            requests = requests_of_a_clean_run(fake, _folder(name, 0))
        for index in range(requests):
            for fault in FAULTS:
                if time.monotonic() > until:
                    break
                with FakeGmail() as fake:
                    case = play(fake, _folder(name, sum(tried.values()) + 1), fault, index)
                    drafts += len(fake.drafts)
                tried[fault.name] += 1
                wrong += [f"{case.fault} at request {index}: {case.wrong}"] if case.wrong else []
    return {"tried": dict(tried), "requests": requests, "of": requests * len(FAULTS), "found": drafts, "problems": wrong}


def _folder(name: str, number: int) -> Path:
    folder = Path(name) / str(number)
    folder.mkdir()
    return folder


def hostile(seconds: float) -> dict[str, Any]:
    """The tests of hostile mail (tests/security), counted as far as the time goes; {} where there are none."""
    where = ROOT / "tests" / "security"
    if not where.is_dir():
        return {}
    line = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", str(where)]
    running = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    cut_off = False
    try:
        out, _ = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        cut_off = True
        running.send_signal(signal.SIGINT)
        try:
            out, _ = running.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            running.kill()
            out, _ = running.communicate()
    counts = Counter(re.findall(r"^\S+::.* (PASSED|FAILED|ERROR)\b", out, re.M))
    bad = counts["FAILED"] + counts["ERROR"]
    crashed = bad or int(not cut_off and running.returncode not in (0, 5))
    problems = [line for line in out.splitlines() if line.startswith(("FAILED", "ERROR"))][:10]
    return {"tried": counts.total(), "crashes": crashed, "problems": problems, "cut off": cut_off}


def _table(done: dict[str, dict[str, Any]], seconds: float) -> int:
    crash, soak, fault = [done["crash maildir"], done["crash gmail"]], done["soak"], done["faults"]
    kills: Counter[str] = Counter()
    for part in crash:
        kills.update(part.get("kills", {}))
    print("\nkills (SIGKILL), by where the process was")
    for name, many in sorted(kills.items(), key=lambda item: (-item[1], item[0])):
        print(f"  {many:6}  {name}")
    print(f"  {kills.total():6}  in all")
    print(f"\nfaults of network and Gmail, each at the requests of a run ({fault.get('requests', 0)} of them)")
    for name, many in fault.get("tried", {}).items():
        print(f"  {many:6}  {name}")
    print(f"  {sum(fault.get('tried', {}).values()):6}  in all, of {fault.get('of', 0)}")
    print(f"\nwatch: {soak.get('looks', 0)} looks, {soak.get('failed looks', 0)} of them failed; faults by kind")
    for name, many in sorted(soak.get("faults", {}).items()):
        if name:
            print(f"  {many:6}  {name}")
    growth = ", ".join(f"{name} {value:+}" for name, value in soak.get("growth", {}).items() if name != "traced")
    print(f"  growth over the second half (MB, handles, threads, kB, kB): {growth}")
    return _sums(done, crash, seconds)


def _sums(done: dict[str, dict[str, Any]], crash: list[dict[str, Any]], seconds: float) -> int:
    counted = [*crash, done["soak"]]
    sums = {name: sum(part.get(name, 0) for part in counted) for name in ("expected", "found", "duplicates", "lost", "astray")}
    sums["unlabelled"] = sum(part.get("unlabelled", 0) for part in crash)
    tried = done["hostile"].get("tried", 0)
    crashes = done["hostile"].get("crashes", 0) + int(done["soak"].get("code", 0) != 0)
    problems = [problem for part in done.values() for problem in part.get("problems", [])]
    problems += done["soak"].get("violations", [])
    memory = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000, done["soak"].get("rss", 0))
    print("\ndrafts")
    for name, words in {"expected": "expected", "found": "found", "duplicates": "duplicates", "lost": "lost",
                        "astray": "outside their thread", "unlabelled": "mails without their label"}.items():  # fmt: skip
        print(f"  {sums[name]:6}  {words}")
    print(f"  {done['faults'].get('found', 0):6}  more in the runs with faults, each counted there")
    print(f"\n  {tried:6}  bad inputs tried (tests/security)\n  {crashes:6}  crashes\n  {memory:6.0f}  MB peak memory of one process")
    print(f"  {seconds:6.0f}  seconds")
    for problem in problems:
        print(f"WRONG: {problem}")
    wrong = problems or crashes or any(sums[name] for name in ("duplicates", "lost", "astray", "unlabelled"))
    return 1 if wrong or sums["expected"] != sums["found"] else 0


if __name__ == "__main__":
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first == "--faults":
        print(json.dumps(faults(float(sys.argv[2]))))
    elif first == "--hostile":
        print(json.dumps(hostile(float(sys.argv[2]))))
    else:
        sys.exit(main(float(first or 15)))
