"""How fast mail is scanned, side by side in one run: `make bench`.

    python bench/scan.py [--mb 200] [--seed 1] [--repeat 3] [--keep FILE.mbox]

The mailbox is made from a seed (bench/mail_maker.py). Ours runs as a user runs it, with all rules, its start included; the best
of --repeat runs counts. It is held against the short scripts of bench/short_scripts.py twice: with the same phrases as ours,
which takes hours on a whole mailbox, so that a few mails spread over the file are read and the time is scaled (marked "~");
and with sixty well-known phrases, which find less and cost less.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mail_maker import Maker, write_mbox
from short_scripts import Phrases, few_phrases, same_phrases, search

_SOME_MAILS = 150
_SOME_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Timed:
    """A row of the table. seconds: wall clock; megabytes: the most memory of one process."""

    name: str
    seconds: float
    megabytes: float
    found: int


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


def short_script(name: str, path: Path, phrases: Phrases, most: int = 0) -> Timed:
    seconds, found = search(path, phrases, most)
    return Timed(name, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found)


def same_phrases_in_ripgrep(path: Path, folder: Path, phrases: Phrases) -> Timed:
    """ripgrep with our phrases takes half a minute for a megabyte, so it gets one, and its time without its start is scaled.

    It refuses so many phrases unless it may take more memory than it does by itself.
    """
    listed, empty, some = folder / "same.txt", folder / "empty", folder / "some.mbox"
    listed.write_text("\n".join(phrases.lines) + "\n", encoding="utf-8")
    empty.touch()
    with path.open("rb") as file:
        some.write_bytes(file.read(_SOME_BYTES))
    grep = ["sh", "-c", 'rg -ai --regex-size-limit 4G --dfa-size-limit 1G -f "$0" "$1" || test $? = 1', str(listed)]
    start = run("ripgrep, nothing to read", [*grep, str(empty)], 1).seconds
    seen = run("~ripgrep -ai -f the same phrases", [*grep, str(some)], 1)
    scale = path.stat().st_size / some.stat().st_size
    return Timed(seen.name, start + (seen.seconds - start) * scale, seen.megabytes, round(seen.found * scale))


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
    """rows: the short script with the same phrases first, then that with few; "cat" last."""
    same, few, *_, cat = (row.seconds for row in rows)
    grep = next((row.seconds for row in rows if row.name.startswith("ripgrep")), 0.0)
    print(f"\n{'':41}{'seconds':>9}{'MB/s':>9}{'x same':>9}{'x few':>8}{'x ripgrep':>11}{'x cat':>8}{'peak MB':>9}{'found':>8}")
    for row in rows:
        against = f"{grep / row.seconds:11.2f}" if grep else f"{'-':>11}"
        print(
            f"{row.name:41}{row.seconds:9.2f}{size / row.seconds / 1e6:9.2f}{same / row.seconds:9.1f}{few / row.seconds:8.1f}{against}"
            f"{cat / row.seconds:8.3f}{row.megabytes:9.0f}{row.found:8}"
        )
    print(f"~ {_SOME_MAILS} mails spread over the file, or its first megabyte, scaled to the whole of it")


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
    """The rows of the table, each measured in this run on that file."""
    ours = [sys.executable, "-m", "gmail_followup", "scan", str(path), "--json"]
    only = [*ours, "--only", "rejections", "--processes"]
    same, few = same_phrases(), few_phrases()
    listed = folder / "few.txt"
    listed.write_text("\n".join(few.lines) + "\n", encoding="utf-8")
    run("cat", ["cat", str(path)], 1)
    rows = [
        short_script(f"~mailbox + email + re, same {len(same.lines)} phrases", path, same, _SOME_MAILS),
        short_script(f"mailbox + email + re, {len(few.lines)} phrases", path, few),
        run("scan --only rejections, 1 process", [*only, "1"], repeat),
        run("scan --only rejections, 2 processes", [*only, "2"], repeat),
    ]
    if shutil.which("rg"):
        rows.append(run(f"ripgrep -aiF -f {len(few.lines)} phrases", ["rg", "-aiF", "-f", str(listed), str(path)], repeat))
        rows.append(same_phrases_in_ripgrep(path, folder, same))
    if plain:
        rows.append(run("scan --json (all, in full)", ours, 1))
    rows.append(run("cat", ["cat", str(path)], repeat))
    return rows


if __name__ == "__main__":
    main()
