"""Job titles in subjects and headings: "Acme - Data Engineer - Application Update"."""

import re
from collections.abc import Iterator

from gmail_followup.reading.titles import (
    DIGITS,
    GENDER,
    PLACE_HOLDER,
    Title,
    forwards,
    is_reference,
    title_of,
    tokens_of,
)
from gmail_followup.reading.words import bare, words

_SEPARATE = re.compile(r"\s+[-–—|•·]+\s+|\s*[|•;]\s*|:\s+|\s+<>\s+|\s*//\s*|,\s+|\s+@\s+|(?<=\w)\s*[!?]\s+")


def titles_in_subject(subject: str) -> Iterator[Title]:
    """Parts of a subject that hold a job title: "Acme - Data Engineer - Application Update"."""
    lists = words().title
    subject = GENDER.sub(" ", PLACE_HOLDER.sub(" | ", subject))
    for part in _SEPARATE.split(subject):
        tokens = list(tokens_of(part))
        first, last = 0, len(tokens)
        while first < last and (
            bare(tokens[first][0]) in lists.noise or is_reference(tokens, first) or not bare(tokens[first][0])
        ):
            first += 1
        while last > first and (bare(tokens[last - 1][0]) in lists.noise or bare(tokens[last - 1][0]) in lists.jobs):
            last -= 1
        taken, _ = forwards(tokens[:last], first)
        chosen = [tokens[i] for i in taken]
        closed = last < len(tokens) and bare(tokens[last][0]) in lists.jobs
        if not chosen or len(chosen) > 7:
            continue
        end = chosen[-1]
        title = title_of(part[chosen[0][1] : end[1] + len(end[0])], closed)
        if title.headed:
            yield title


def titles_with_reference(text: str) -> Iterator[Title]:
    """Lines of their own with a title and a requisition number: "25-00417 Sanitation Supervisor, 3rd Shift"."""
    for line in text[:600].splitlines() if DIGITS.search(text, 0, 600) else ():
        if len(line) < 80 and DIGITS.search(line) and line.rstrip()[-1:] not in ".!?":
            tokens = list(tokens_of(line))
            if any(is_reference(tokens, index) for index in range(len(tokens))):
                yield from titles_in_subject(line)


def segments(subject: str) -> list[str]:
    """The parts of a subject between its dashes, bars and colons."""
    return [part.strip(" \"'“”!?.,") for part in _SEPARATE.split(subject) if part.strip()]
