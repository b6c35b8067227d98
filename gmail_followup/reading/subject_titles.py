"""Job titles in subjects and headings: "Acme - Data Engineer - Application Update"."""

import re
from collections.abc import Iterator

from gmail_followup.reading.title_bounds import forwards, is_reference, tokens_of
from gmail_followup.reading.titles import DIGITS, GENDER, PLACE_HOLDER, Title, title_of
from gmail_followup.reading.words import bare, words

_SEPARATE = re.compile(r"\s+[-–—|•·]+\s+|\s*[|•;]\s*|:\s+|\s+<>\s+|\s*//\s*|,\s+|\s+@\s+|(?<=\w)\s*[!?]\s+")
_BRACKETS = re.compile(r"[()\[\]]")
_MOST_WORDS = 7


def titles_in_subject(subject: str) -> Iterator[Title]:
    """Parts of a subject that hold a job title: "Acme - Data Engineer - Application Update"."""
    subject = GENDER.sub(" ", PLACE_HOLDER.sub(" | ", subject))
    for part in _SEPARATE.split(subject):
        first, slash, rest = part.partition(" / ")
        if slash and not any(words().title.is_head(bare(token)) for token in first.split()):
            part = rest
        title = _title_in(part)
        if title.headed:
            yield title
        else:
            yield from (inside for piece in _BRACKETS.split(part)[1:] if (inside := _title_in(piece)).headed)


def _title_in(part: str) -> Title:
    """The title in one part of a subject, without the words around it that subjects are made of."""
    lists = words().title
    tokens = list(tokens_of(part))
    first, last = 0, len(tokens)
    while first < last and (
        bare(tokens[first][0]) in lists.noise or is_reference(tokens, first) or not bare(tokens[first][0])
    ):
        first += 1
    while last > first and (bare(tokens[last - 1][0]) in lists.noise or bare(tokens[last - 1][0]) in lists.jobs):
        last -= 1
    taken, _ = forwards(tokens[:last], first)
    if not taken or len(taken) > _MOST_WORDS:
        return Title("")
    closed = last < len(tokens) and bare(tokens[last][0]) in lists.jobs
    end = tokens[taken[-1]]
    return title_of(part[tokens[taken[0]][1] : end[1] + len(end[0])], closed)


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
