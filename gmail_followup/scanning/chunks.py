"""An mbox file in stretches of 8 MiB, so that several processes can each take some and no mail is read twice.

A mail belongs to the stretch in which its "From " line begins, however far it goes on. What separates mails, and what
is cut off them, is said in `mailbox.mbox.split`; tests hold the two to the same mails.
"""

import os
from bisect import bisect
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from gmail_followup.mailbox.mbox import LARGEST_MAIL, LONGEST_SEPARATOR, separates, unescape, without_blank_line
from gmail_followup.scanning.expressions import expression

CHUNK = 8 * 1024 * 1024
_STEP = 256 * 1024
_BEFORE = 3
_AFTER = LONGEST_SEPARATOR + 1
_LINE_END, _ESCAPE = b"\n>"


def count_chunks(size: int, chunk: int = CHUNK) -> int:
    """How many stretches a file of that size has."""
    return -(-size // chunk)


def mails_of_chunk(path: Path, index: int, chunk: int = CHUNK) -> Iterator[bytes]:
    """The mails that begin in the stretch with that index, in order, unescaped; b"" for one that is empty.

    Holds a stretch and one mail at a time, of the mail at most 64 MB. Raises OSError.
    """
    with path.open("rb", buffering=0) as file:
        descriptor = file.fileno()
        size = os.fstat(descriptor).st_size
        base, data, starts, escaped = _look(descriptor, index * chunk, min((index + 1) * chunk, size))
        for at, following in zip_longest(starts, starts[1:]):
            body = data.find(b"\n", at - base) + 1 or len(data)
            if following is not None:
                mail = data[body : following - base]
                is_escaped = bisect(escaped, following) > bisect(escaped, at)
                yield _tidy(mail, is_escaped)
            else:
                yield _tidy(_rest(descriptor, base + body, min((index + 1) * chunk, size), size), True)


def _look(
    descriptor: int, begin: int, end: int, *, only_first: bool = False
) -> tuple[int, bytes, list[int], list[int]]:
    """Bytes around a stretch, where they begin, where separator lines begin in it, and where ">From " may stand."""
    base = max(0, begin - _BEFORE)
    data = os.pread(descriptor, end - base + _AFTER, base)
    starts: list[int] = []
    escaped: list[int] = []
    if begin == 0 and data.startswith(b"From ") and separates(data, 0, is_first=True):
        starts.append(0)
    # One search for both: it is what reading an mbox costs.
    for match in expression(b"From ").finditer(data, max(begin - base, 1)):
        found = match.start()
        if (only_first and starts) or base + found >= end:
            break
        before = data[found - 1]
        if before == _LINE_END and separates(data, found, is_first=base == 0):
            starts.append(base + found)
        elif before == _ESCAPE:
            escaped.append(base + found)
    return base, data, starts, escaped


def _rest(descriptor: int, body: int, known: int, size: int) -> bytes:
    """The last mail of a stretch: from `body` to the next separator, which is not before `known`, or to the end."""
    position = known
    end = size
    while position < size:
        _, _, starts, _ = _look(descriptor, position, min(position + _STEP, size), only_first=True)
        if starts:
            end = starts[0]
            break
        position += _STEP
    # Two bytes more than the most, so that a blank line at the cut is told from one before a separator.
    return os.pread(descriptor, min(end - body, LARGEST_MAIL + 2), body)


def _tidy(data: bytes, may_be_escaped: bool) -> bytes:
    end = min(without_blank_line(data, len(data)), LARGEST_MAIL)
    data = data[:end] if end < len(data) else data
    data = unescape(data) if may_be_escaped else data
    return b"" if data.isspace() else data
