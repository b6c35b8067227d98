"""Coverage-guided fuzzing of one target: `python fuzz/fuzz_parser.py --seconds 60`.

atheris (libFuzzer) does the work: at most 500 MB of memory and 2 seconds of CPU time an input. Where it is not installed, mails are
put together and mutated by hypothesis, without guidance by coverage, under the same limits; that is said at the start.
A find is written to .cache-tests/fuzz, with its size, and ends the run with an exit code other than 0.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache-tests" / "fuzz"
MEMORY_MB = 500
SECONDS_AN_INPUT = 2
LARGEST = 16_384
Target = Callable[[bytes], None]


def seeds() -> Iterator[bytes]:
    """Mails of the tests to begin with: the torture shapes, earlier finds, the demo's and the scenarios' mails."""
    from tests.scanning.torture import TORTURE

    for mails in TORTURE.values():
        yield from mails
    for folder in ("tests/torture_mail", "gmail_followup/demo/mails", "tests/scenarios"):
        for path in sorted((ROOT / folder).rglob("*.eml")):
            yield path.read_bytes()


def main(name: str) -> None:
    """Fuzzes the target of that name in `targets` for the time given on the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=60, help="how long")
    arguments.add_argument("--without-atheris", action="store_true", help="mutate without coverage")
    given = arguments.parse_args()
    sys.path.insert(0, str(ROOT))
    WORK.mkdir(parents=True, exist_ok=True)
    atheris = None if given.without_atheris else _atheris()
    if atheris is None:
        print("atheris is not installed (pip install '.[fuzz]'): mails are mutated without guidance by coverage.")
        _plain(_target(name), name, given.seconds)
    else:
        _guided(atheris, name, given.seconds)


def _atheris() -> Any:
    try:
        import atheris  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return atheris


def _target(name: str) -> Target:
    from fuzz import targets

    target: Target = getattr(targets, name)
    return target


def _guided(atheris: Any, name: str, seconds: int) -> None:
    with atheris.instrument_imports(include=["gmail_followup"]):
        target = _target(name)
        for seed in list(seeds())[::40]:
            target(seed)

    def timed(data: bytes) -> None:
        # CPU time, instrumented: a mail that is slow only because the machine is busy is no find.
        began = time.process_time()
        target(data)
        took = time.process_time() - began
        if took > SECONDS_AN_INPUT:
            raise TimeoutError(f"{took:.1f} s of CPU time")

    corpus = WORK / name
    corpus.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds():
            if len(seed) <= LARGEST:
                (Path(folder) / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
        options = [
            f"-max_total_time={seconds}", f"-timeout={10 * SECONDS_AN_INPUT}", f"-rss_limit_mb={MEMORY_MB}",
            f"-max_len={LARGEST}", f"-artifact_prefix={WORK}/{name}-", "-print_final_stats=1",
            f"-dict={ROOT / 'fuzz' / 'mail.dict'}",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, str(corpus), folder], timed)
        atheris.Fuzz()


def _plain(target: Target, name: str, seconds: int) -> None:
    """Cuts mails of the tests into lines and puts them together anew, with characters that mean something in between."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    lines = sorted({line for mail in seeds() if len(mail) < 8_192 for line in mail.splitlines(keepends=True)})
    piece = (
        st.sampled_from(lines)
        | st.binary(max_size=12)
        | st.sampled_from([b"\n", b"\r\n", b"\n\n", b"--m\n", b"<", b"=?"])
    )
    until = time.monotonic() + seconds
    tried = 0

    @settings(
        max_examples=1_000,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(piece, max_size=60))
    def once(pieces: list[bytes]) -> None:
        nonlocal tried
        if time.monotonic() > until:
            return
        tried += 1
        _try(target, b"".join(pieces), name)

    _limit_memory()
    for seed in seeds():
        _try(target, seed, name)
    while time.monotonic() < until:
        once()
    print(f"{name}: {tried} inputs, no find.")


def _try(target: Target, data: bytes, name: str) -> None:
    began = time.monotonic()
    try:
        target(data)
        took = time.monotonic() - began
        if took > SECONDS_AN_INPUT:
            raise TimeoutError(f"{took:.1f} s")
    except Exception:
        place = WORK / f"{name}-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"
        place.write_bytes(data)
        print(f"Find: {place}", file=sys.stderr)
        raise


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MB << 20, MEMORY_MB << 20))
    except (ImportError, ValueError, OSError):
        print("The memory cannot be limited on this system.")
