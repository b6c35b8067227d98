"""The parts of a letter: the greeting, the paragraphs of its body, the closing line and what is below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences

_GREETING = re.compile(
    r"(?:dear|deer|dera|deaar|hello|helo|hi|hey|good\s+(?:morning|afternoon|evening|day)|"
    r"greetings|to\s+whom\s+it\s+may\s+concern|"
    r"hallo|liebe[rs]?|sehr\s+geehrte[rs]?|guten\s+(?:tag|morgen|abend)|"
    r"bonjour|bonsoir|ch[eè]re?s?|madame|monsieur|hola|estimad[oa]s?|querid[oa]s?|"
    r"buen[oa]s\s+(?:días|tardes)|muy\s+señor)\b",
    re.IGNORECASE,
)

_THANKS = (
    r"(?:many\s+|warm\s+)?thanks(?:\s+(?:again|so\s+much|a\s+lot|"
    r"in\s+advance))?(?:\s+and\s+(?:best|kind|warm)\s+(?:wishes|regards))?|"
    r"thank\s+you(?:\s+(?:again|so\s+much|very\s+much|in\s+advance))?|with\s+(?:many\s+thanks|"
    r"thanks|gratitude|appreciation)|gratefully"
)
_CLOSING_WORDS = (
    r"(?:with\s+)?(?:my\s+|our\s+)?(?:very\s+)?(?:best|kind(?:est)?|warm(?:est)?|sincere|cordial|friendly|good)?\s*"
    r"(?:regards|regrads|wishes|greetings)(?:\s+(?:from|to)\s+[^,\n]{1,40}|\s+and\s+[^,\n]{1,30})?|"
    r"(?:yours\s+|very\s+)?(?:sincerely|sincerly|sincerley|faithfully|truly|respectfully|"
    r"cordially|gratefully|warmly)(?:\s+yours)?|"
    r"yours|best|cheers|xo|xoxo|ta-ra|ta|all\s+(?:the|my)\s+best|take\s+care|warmly|until\s+(?:then|soon)|talk\s+soon|"
    r"have\s+a\s+\w+\s+(?:day|week|weekend)|" + _THANKS
)
_CLOSING = re.compile(rf"(?:{_CLOSING_WORDS})\s*[,.;:!–—-]*", re.IGNORECASE)
_OTHER_CLOSING = re.compile(
    r"(?:mit\s+(?:freundlichen|besten|herzlichen|vielen)\s+gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|"
    r"liebe|herzliche|freundliche|schöne)\s+"
    r"gr(?:ü|ue)(?:ß|ss)e(?:\s+[^,\n]{1,30})?|hochachtungsvoll|mit\s+bestem\s+dank|"
    r"(?:bien\s+|très\s+)?cordialement|sincères\s+salutations|bien\s+à\s+vous|respectueusement|"
    r"(?:un\s+)?(?:cordial\s+|atento\s+)?saludo|is\s+mise(?:\s+le\s+meas)?|le\s+(?:gach\s+dea-ghuí|meas)|ngā\s+mihi(?:\s+\w+)?|cofion(?:\s+\w+)?|saludos(?:\s+cordiales)?|atentamente|cordialmente)\s*[,.;:!]*",
    re.IGNORECASE,
)
_NAME = re.compile(r"\w[\w.'’-]*(?:\s+\w[\w.'’-]*){0,4}")
_BULLET = re.compile(r"\s*(?:[-*•·–]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its line break and outer blanks."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a letter are; greeting and closing are None where the letter has none.

    body: the paragraphs between them. foot: where the names and addresses under the closing begin (the length of the
    text where nothing is below). lines: all lines that are not blank.
    """

    greeting: Line | None
    closing: Line | None
    body: tuple[Span, ...]
    foot: int
    lines: tuple[Line, ...]

    def in_greeting(self, end: int) -> bool:
        return self.greeting is not None and end <= self.greeting.end

    def in_body(self, start: int, end: int) -> bool:
        return any(span.start <= start and end <= span.end for span in self.body)


def layout(text: str) -> Layout:
    """The parts of `text`. Pure; works for English, German, French and Spanish letters."""
    lines = tuple(_lines(text))
    greeting = lines[0] if lines and (is_greeting(lines[0].text) or _greets_by_shape(text, lines)) else None
    number = _closing(lines[1:] if greeting else lines)
    closing = None
    foot = len(text)
    first = 1 if greeting else 0
    if number is not None:
        closing = lines[first + number]
        foot = closing.end
    body_start = greeting.end if greeting else 0
    body_end = closing.start if closing else len(text)
    return Layout(greeting, closing, tuple(_paragraphs(text, body_start, body_end)), foot, lines)


def is_greeting(line: str) -> bool:
    """Whether a first line greets: it starts like one and is short, or stops at its comma."""
    if not _GREETING.match(line):
        return False
    return len(line.split()) <= 8 and not re.search(
        r"(?<!\b[MD]r)(?<!\bM[sx])(?<!\bMrs)(?<!\bProf)[.!?]\s+\w+\s+\w+\s+\w+", line
    )


def _greets_by_shape(text: str, lines: tuple[Line, ...]) -> bool:
    """A greeting nobody listed: a short first line that ends with a comma, a blank line below it: “Kia ora Aroha,”."""
    first = lines[0]
    short = len(first.text.split()) <= 7 and first.text.endswith(",") and first.text[0].isupper()
    return short and len(lines) > 2 and text.count("\n", first.end, lines[1].start) > 1


def is_english_closing(line: str) -> bool:
    return _CLOSING.fullmatch(line) is not None


def is_closing(line: str) -> bool:
    """Whether a line closes a letter in any of the four languages."""
    return is_english_closing(line) or _OTHER_CLOSING.fullmatch(line) is not None


_ENGLISH_IN_CLOSING = re.compile(
    r"\b(?:best|kind|warm|yours|regard|wish|thank|sincere|faithful|respect|with|all|many|love|cheers|cordial|grateful|until|take|have)",
    re.IGNORECASE,
)


def in_foreign_closing(parts: Layout, start: int) -> bool:
    """Whether a place is in a closing line of another language: “Vänliga hälsningar,” under an English letter."""
    line = parts.closing
    return line is not None and line.start <= start < line.end and _ENGLISH_IN_CLOSING.search(line.text) is None


def is_bullet(text: str, start: int) -> bool:
    return _BULLET.match(text, start) is not None


def looks_like_name(line: str) -> bool:
    """Whether a line may be a signature: a few words with no end mark, the first of them a capital."""
    return bool(_NAME.fullmatch(line)) and line[0].isupper()


def body_sentences(text: str, parts: Layout) -> tuple[Span, ...]:
    """The sentences of the body."""
    return sentences(text, parts.body)


def _lines(text: str) -> Iterator[Line]:
    at = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = at + raw.index(stripped[0])
            yield Line(start, start + len(stripped), stripped)
        at += len(raw) + 1


def _closing(lines: tuple[Line, ...]) -> int | None:
    """The number of the closing line: the last one among the last lines that reads like one."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 10), -1):
        line = lines[number].text
        if _CLOSING.fullmatch(line) or _OTHER_CLOSING.fullmatch(line):
            return number
    return _closing_by_shape(lines)


def _closing_by_shape(lines: tuple[Line, ...]) -> int | None:
    """A closing nobody listed: a short line over a name in the very last paragraph."""
    if len(lines) < 3:
        return None
    last, above = lines[-1], lines[-2]
    together = last.start - above.end <= 2
    short = (1 <= len(above.text.split()) <= 6 and above.text[0].isupper() and above.text[-1] in ",!") or _plain(
        above.text
    )
    return len(lines) - 2 if together and short and looks_like_name(last.text) else None


def _plain(line: str) -> bool:
    return 2 <= len(line.split()) <= 5 and line[-1].isalnum() and line[0].isupper() and line.split()[-1][0].islower()


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    for match in re.finditer(r"\S(?:.|\n(?![^\S\n]*\n))*", text[start:end]):
        stop = start + match.start() + len(match[0].rstrip())
        yield Span(start + match.start(), stop)
