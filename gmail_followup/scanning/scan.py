"""Every mail of files, folders and mboxes with its verdict, in order, worked on by all cores."""

import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Message
from gmail_followup.mailbox.mbox import looks_like_mbox
from gmail_followup.mailbox.sources import OnSkip, file_messages, files, messages
from gmail_followup.reading.values import Verdict
from gmail_followup.rules.needs import keep
from gmail_followup.scanning.chunks import CHUNK, count_chunks, mails_of_chunk
from gmail_followup.scanning.judge import Judge

_FILES_AT_ONCE = 48
_WORTH_PROCESSES = 3
Shape = Callable[[Message, Verdict], str]
"""What the caller wants of a message and its verdict. With several processes it must be a function of a module."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A mail that was read. source: `inbox.mbox#17` or the name of a file."""

    source: str
    kind: str
    stage: str
    is_rejection: bool
    shown: str


@dataclass(frozen=True, slots=True)
class _Job:
    """A stretch of an mbox, or some files. chunk: -1 for files. chunk_size: bytes in a stretch."""

    files: tuple[tuple[str, Path], ...]
    chunk: int = -1
    chunk_size: int = CHUNK


@dataclass(slots=True)
class _Done:
    """What came of a job. In an mbox the mails are numbered from 1 within the stretch."""

    count: int = 0
    found: list[tuple[int, Scanned]] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)


def scan(
    paths: Sequence[str],
    judge: Judge,
    make: Callable[[], Judge],
    shape: Shape,
    on_skip: OnSkip,
    *,
    processes: int = 0,
    chunk_size: int = CHUNK,
    on_count: Callable[[int], None] = lambda count: None,  # noqa: ARG005
) -> Iterator[Scanned]:
    """The mails in `paths` (as `mailbox.sources.messages` takes them; "-" is standard input) that the judge let through.

    make: makes the same judge where a process does not inherit it; it must be picklable. processes: 0 for as many as
    there are cores. chunk_size: bytes of an mbox that are read as one job. on_skip(name, why): what could not be read.
    on_count(n): n more mails were looked at. Standard input comes first, then the others in order, and their mails
    within them. Raises UserError.
    """
    for path in paths:
        if path == "-":
            yield from _one_stream(judge, shape, on_skip, on_count)
    jobs = _jobs([path for path in paths if path != "-"], on_skip, chunk_size)
    first = list(islice(jobs, _WORTH_PROCESSES))
    wanted = processes or os.cpu_count() or 1
    alone = wanted == 1 or len(first) < _WORTH_PROCESSES
    everything = chain(first, jobs)
    done = _in_turn(everything, judge, shape) if alone else _in_processes(everything, judge, make, shape, wanted)
    before = 0
    for job, result in done:
        name, _ = job.files[0]
        before = before if job.chunk > 0 else 0
        for number, why, of in result.skipped:
            on_skip(f"{name}#{before + number}" if number else of, why)
        for number, item in result.found:
            yield replace(item, source=f"{name}#{before + number}") if number else item
        before += result.count
        on_count(result.count)


def _scanned(judge: Judge, raw: bytes, shape: Shape, source: str) -> Scanned | None:
    read = judge.read(raw)
    if read is None:
        return None
    message, verdict = read
    return Scanned(source, verdict.kind.value, verdict.stage.value, verdict.is_rejection, shape(message, verdict))


def _one_stream(judge: Judge, shape: Shape, on_skip: OnSkip, on_count: Callable[[int], None]) -> Iterator[Scanned]:
    for source, raw in messages("-", on_skip):
        on_count(1)
        item = _scanned(judge, raw, shape, source)
        if item is not None:
            yield item


def _jobs(paths: Sequence[str], on_skip: OnSkip, chunk_size: int) -> Iterator[_Job]:
    waiting: list[tuple[str, Path]] = []
    for name, place in _named_files(paths, on_skip):
        chunks = _chunks_of(place, chunk_size)
        if chunks:
            if waiting:
                yield _Job(tuple(waiting))
                waiting = []
            for index in range(chunks):
                yield _Job(((name, place),), index, chunk_size)
            continue
        waiting.append((name, place))
        if len(waiting) == _FILES_AT_ONCE:
            yield _Job(tuple(waiting))
            waiting = []
    if waiting:
        yield _Job(tuple(waiting))


def _named_files(paths: Sequence[str], on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    """Files with names that tell them apart: of two paths that end alike, all of the path is told."""
    ends = Counter(Path(path).expanduser().name for path in paths)
    folders = sum(Path(path).expanduser().is_dir() for path in paths)
    for path in paths:
        place = Path(path).expanduser()
        alike = ends[place.name] > 1
        for name, file in files(place, on_skip):
            if place.is_dir():
                yield (f"{place if alike else place.name}/{name}" if folders > 1 else name), file
            else:
                yield (str(path) if alike else name), file


def _chunks_of(place: Path, chunk_size: int) -> int:
    """How many stretches a file is read in; 0 if it is no mbox or cannot be read (which `file_messages` then tells)."""
    try:
        with place.open("rb") as file:
            is_mbox = looks_like_mbox(file.read(4096))
        return count_chunks(place.stat().st_size, chunk_size) if is_mbox and place.is_file() else 0
    except OSError:
        return 0


def _work(judge: Judge, job: _Job, shape: Shape) -> _Done:
    done = _worked(judge, job, shape)
    keep()
    return done


def _worked(judge: Judge, job: _Job, shape: Shape) -> _Done:
    done = _Done()
    if job.chunk >= 0:
        name, place = job.files[0]
        try:
            for raw in mails_of_chunk(place, job.chunk, job.chunk_size):
                done.count += 1
                item = _scanned(judge, raw, shape, "") if raw else None
                if not raw:
                    done.skipped.append((done.count, "empty", ""))
                if item is not None:
                    done.found.append((done.count, item))
        except OSError as error:
            done.skipped.append((0, error.strerror or type(error).__name__, name))
        return done
    for name, place in job.files:
        for source, raw in file_messages(name, place, lambda of, why: done.skipped.append((0, why, of))):
            done.count += 1
            item = _scanned(judge, raw, shape, source)
            if item is not None:
                done.found.append((0, item))
    return done


def _in_turn(jobs: Iterable[_Job], judge: Judge, shape: Shape) -> Iterator[tuple[_Job, _Done]]:
    for job in jobs:
        yield job, _work(judge, job, shape)


_judge: Judge | None = None
"""The judge of this process, where it is one of several."""


def _start(make: Callable[[], Judge] | None) -> None:
    import signal

    global _judge
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if make is not None:
        _judge = make()


def _work_here(job: _Job, shape: Shape) -> _Done:
    assert _judge is not None
    return _work(_judge, job, shape)


def _in_processes(
    jobs: Iterable[_Job], judge: Judge, make: Callable[[], Judge], shape: Shape, processes: int
) -> Iterator[tuple[_Job, _Done]]:
    """Results in order; not more jobs are under way than keep the processes busy, so that memory stays small."""
    global _judge
    forks = sys.platform == "linux" and threading.active_count() == 1
    # A forked process has the compiled rules at once; elsewhere each one makes its own.
    _judge = judge
    context = get_context("fork" if forks else "spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=(None if forks else make,))
    under_way: deque[tuple[_Job, Future[_Done]]] = deque()
    try:
        for job in chain(jobs, (None,)):
            if job is not None:
                under_way.append((job, pool.submit(_work_here, job, shape)))
            while under_way and (job is None or len(under_way) > 3 * processes):
                first, future = under_way.popleft()
                yield first, future.result()
    except BrokenProcessPool:
        raise UserError(
            "One of the processes that read mail was ended.",
            why="Perhaps there was not enough memory.",
            fix="Try again with --processes 1.",
        ) from None
    finally:
        _judge = None
        pool.shutdown(wait=True, cancel_futures=True)
