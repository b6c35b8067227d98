"""How fast mail is scanned, side by side in one run: `make bench`.

    python bench/scan.py [--mb 200] [--seed 1] [--repeat 3] [--keep FILE.mbox]

The mailbox is made from a seed (bench/mail_maker.py). The baseline is what a short Python script would do: `mailbox.mbox`,
`email` with policy.default, `get_body`, and one `re` alternation of the phrases below; ripgrep gets the same phrases (and
decodes nothing). Ours runs as a user runs it, with all rules, its start included. The best of --repeat runs counts.
"""

import argparse
import email
import email.policy
import mailbox
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mail_maker import Maker, write_mbox

PHRASES = """not be moving forward|not to move forward|not moving forward|decided not to proceed|not be proceeding|other candidates
another candidate|other applicants|more closely match|more closely aligned|regret to inform|we regret|not been selected|not selected for
were not selected|not be progressing|unable to offer you|unable to move forward|position has been filled|role has been filled
no longer recruiting|no longer under consideration|no longer being considered|not successful on this occasion|been unsuccessful
application was unsuccessful|pursue other candidates|moving forward with other|proceed with other|decided to pursue|not a match
not the right fit|not a good fit|not shortlisted|keep your resume on file|keep your cv on file|every success in your|best of luck in your
wish you success|job search|after careful consideration|after careful review|difficult decision|large number of applications
high volume of applications|many qualified|position has been cancelled|role on hold|hiring freeze|leider|absage|bedauern
nicht berücksichtigen|andere bewerber|viel erfolg|malheureusement|pas retenu|autre candidat|lamentamos|no ha sido seleccionad|otro candidato"""
ALL = re.compile("|".join(map(re.escape, PHRASES.replace("\n", "|").split("|"))), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timed:
    """A row of the table. seconds: wall clock; megabytes: the most memory of one process."""

    name: str
    seconds: float
    megabytes: float
    found: int


def baseline(path: Path) -> int:
    """Rejections as the short script finds them."""
    found = 0
    for mail in mailbox.mbox(str(path), factory=lambda file: email.message_from_binary_file(file, policy=email.policy.default)):
        body = mail.get_body(preferencelist=("plain", "html"))
        try:
            text = body.get_content() if body else ""
        except (LookupError, ValueError, KeyError):
            text = ""
        found += ALL.search(f"{mail['subject']}\n{text}") is not None
    return found


def run(name: str, command: list[str], repeat: int) -> Timed:
    """The best of several runs of a command; what it prints is counted by lines."""
    best, lines, memory = float("inf"), 0, 0.0
    for _ in range(repeat):
        with tempfile.TemporaryFile() as out:
            begin = time.perf_counter()
            done = subprocess.run(_measured(command), stdout=out, stderr=subprocess.PIPE, check=False)
            best = min(best, time.perf_counter() - begin)
            if done.returncode:
                raise SystemExit(f"{name} failed, so there is nothing to compare:\n{done.stderr.decode()[-2000:]}")
            out.seek(0)
            text = out.read() if name != "cat" else b""
        *rows, last = text.splitlines() or [b"0"]
        lines, memory = len(rows), max(memory, int(last) / 1024 if last.isdigit() else 0.0)
    return Timed(name, best, memory, lines)


def _measured(command: list[str]) -> list[str]:
    """The command, with the most memory of any of its processes printed as the last line."""
    if command[0] == "cat":
        return command
    code = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; sys.stdout.flush(); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    return [sys.executable, "-S", "-c", code, *command]


def in_process(name: str, work: Callable[[], int]) -> Timed:
    begin = time.perf_counter()
    found = work()
    return Timed(name, time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found)


def decide_one(seed: int) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, from the bytes of a fetched mail to whether it is a rejection."""
    from gmail_followup.cli.scan import make_judge

    judge = make_judge((), True)
    mails = [raw for raw, _ in Maker(seed).mails(12_000_000)]
    for raw in mails:
        judge.read(raw)
    times: list[float] = []
    for raw in mails:
        begin = time.perf_counter()
        judge.read(raw)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def read_one(seed: int) -> float:
    """The median, in milliseconds, with the full verdict (kind, company, role, evidence) for every mail."""
    from gmail_followup.cli.scan import make_judge

    judge = make_judge((), False)
    mails = [raw for raw, _ in Maker(seed).mails(4_000_000)]
    times: list[float] = []
    for _ in range(2):
        times.clear()
        for raw in mails:
            begin = time.perf_counter()
            judge.read(raw)
            times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def table(rows: list[Timed], size: int) -> None:
    base = rows[0].seconds
    grep = next((row.seconds for row in rows if row.name.startswith("ripgrep")), 0.0)
    cat = next(row.seconds for row in rows if row.name == "cat")
    print(f"\n{'':38}{'seconds':>9}{'MB/s':>9}{'x baseline':>12}{'x ripgrep':>11}{'x cat':>8}{'peak MB':>9}{'found':>8}")
    for row in rows:
        against = f"{grep / row.seconds:11.2f}" if grep else f"{'-':>11}"
        print(
            f"{row.name:38}{row.seconds:9.2f}{size / row.seconds / 1e6:9.0f}{base / row.seconds:12.1f}{against}"
            f"{cat / row.seconds:8.3f}{row.megabytes:9.0f}{row.found:8}"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mb", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--keep", type=Path, help="use this mailbox; it is made where it is missing")
    options.add_argument("--no-plain", action="store_true", help="leave out the scan of every mail in full")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "bench.mbox"
        if not path.exists():
            count, rejections = write_mbox(str(path), chosen.seed, chosen.mb * 1_000_000)
            print(f"{count} mails, {rejections} of them rejections, from seed {chosen.seed}")
        rows = measure(path, Path(folder), chosen.repeat, plain=not chosen.no_plain)
        table(rows, path.stat().st_size)
    median, late = decide_one(chosen.seed + 1)
    print(f"\nis one fetched mail a rejection?  median {median:.3f} ms, 95 of 100 within {late:.3f} ms (goal: under 1 ms)")
    print(f"one fetched mail read in full     median {read_one(chosen.seed + 1):.3f} ms")
    helped = run("--help", [sys.executable, "-m", "gmail_followup", "--help"], 7)
    print(f"gmail-followup --help             {helped.seconds * 1000 - _shell():.0f} ms (goal: under 80 ms)")


def _shell() -> float:
    """What starting the measuring process costs, in milliseconds."""
    return run("true", ["true"], 7).seconds * 1000


def measure(path: Path, folder: Path, repeat: int, *, plain: bool) -> list[Timed]:
    ours = [sys.executable, "-m", "gmail_followup", "scan", str(path), "--json"]
    only = [*ours, "--only", "rejections", "--processes"]
    phrases = folder / "phrases.txt"
    phrases.write_text(PHRASES.replace("|", "\n") + "\n", encoding="utf-8")
    run("cat", ["cat", str(path)], 1)
    rows = [in_process("mailbox + email + one re", lambda: baseline(path))]
    rows.append(run("scan --only rejections, 1 process", [*only, "1"], repeat))
    rows.append(run("scan --only rejections, 2 processes", [*only, "2"], repeat))
    if shutil.which("rg"):
        rows.append(run("ripgrep -aiF -f phrases", ["rg", "-aiF", "-f", str(phrases), str(path)], repeat))
    if plain:
        rows.append(run("scan --json (all, in full)", ours, 1))
    rows.append(run("cat", ["cat", str(path)], repeat))
    return rows


if __name__ == "__main__":
    main()
