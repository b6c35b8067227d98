"""Rules mails out as rejections without reading them in full; never one that the full reading would call a rejection.

A rejection needs a word of jobs anywhere, and the words of a rule that says no (`says = "rejection"`, weight `SAYS_NO`
or more) in its subject or body, unless it is short and reads like one (gmail_followup.reading.decide). Both are looked
for with the rules' own expressions, on text that is decoded and folded as cheaply as its form allows. What is written in
an unusual way is not ruled out.
"""

import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from gmail_followup.mail import charset
from gmail_followup.mail.headers import addresses, decode_header, message_ids
from gmail_followup.mail.html import html_to_text
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.manner import SHORT, SPEAKS_OF_JOBS
from gmail_followup.reading.weigh import SAYS_NO
from gmail_followup.rules.fold import folded
from gmail_followup.rules.rule import Rule, RuleSet
from gmail_followup.scanning.html import shown
from gmail_followup.scanning.outline import SEAM
from gmail_followup.scanning.parts import Head, Odd, Piece, read_pieces, usual
from gmail_followup.scanning.words import Ends, Words

_LONGEST_TEXT = 2_000_000
_NOT_READ = frozenset({"text/calendar", "application/ics", "text/x-amp-html", "text/watch-html"})
_LIKE_ASCII = re.compile(r"(?:utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d)?\Z", re.IGNORECASE)
_SURELY_CHOSEN = 450
_SURELY_LONG = 3 * SHORT // 2
"""Words of a text as it is decoded here. In the text that is read they may be fewer, but not by so many."""
_FIRST_LOOK = 2_500
"""Characters that hold so many words in most texts that are long, so that few are taken apart whole."""
_BASE64_BLANKS = b"\r\n \t"


class Chance(Enum):
    """How a mail may be a rejection: not at all, by its wording alone (no rule says no in it), or in any way."""

    NONE = 0
    BY_WORDING = 1
    ANY = 2


class Sieve:
    """Made once from a reader; `chance_of` is pure and safe to call in several processes."""

    def __init__(self, rules: RuleSet, reader: Reader, correction: Callable[[str], object] | None = None) -> None:
        """rules, correction: those that the reader was made from."""
        spoken = [r for r in rules.rules if not r.says.startswith(("tone.", "move.", "answer.", "note.", "area."))]
        nos = [r for r in spoken if r.says == "rejection" and r.weight >= SAYS_NO]
        jobs = [r for r in spoken if r.says.startswith("job")]
        self._reader = reader
        self._correction = correction
        # Without a threshold above nothing, a mail needs no words to reach it.
        self._idle = reader.threshold <= 0 or any("header" in r.fields for r in nos)
        self._no = {"body": Words(_of(nos, "body"), many=True)}
        plain_jobs = [r for r in jobs if r.weight >= SPEAKS_OF_JOBS]
        self._job = {"body": Words(_of(jobs, "body"))}
        self._plain_job = {"body": Words(_of(plain_jobs, "body"))}
        for field in ("subject", "from"):
            self._no[field] = Words(_of(nos, field), as_read=True)
            self._job[field] = Words(_of(jobs, field), as_read=True)
            self._plain_job[field] = Words(_of(plain_jobs, field), as_read=True)
        self._job_anywhere = any("header" in r.fields for r in jobs)

    def chance_of(self, raw: bytes) -> Chance:
        """Never less than how `Reader.read(parse(raw))` comes to call it a rejection."""
        if self._idle:
            return Chance.ANY
        try:
            return self._chance_of(usual(raw))
        except Odd:
            return Chance.ANY

    def _chance_of(self, data: bytes) -> Chance:
        head, root = read_pieces(data)
        if self._correction is not None and _corrected(head, self._correction):
            return Chance.ANY
        texts = [text for piece in _wanted(data, root) for text in _texts(data, piece)]
        subject = folded(decode_header(_ascii(head.get(b"subject"))))
        sender = _ascii(head.get(b"from"))
        # The questions in the order of what they rule out for their price.
        says_no = (
            self._no["subject"].may_hold(subject)
            or any(self._no["body"].may_hold(text.folded, text.ends) for text in texts)
            or bool(self._no["from"].rules and self._no["from"].may_hold(_sender(head, sender)[0]))
        )
        if not says_no and texts and all(_is_long(text.folded) for text in texts):
            return Chance.NONE
        jobs = self._job if says_no else self._plain_job
        if not self._is_about_job(jobs, head, root, [text.folded for text in texts], subject, sender):
            return Chance.NONE
        return Chance.ANY if says_no else Chance.BY_WORDING

    def _is_about_job(
        self, jobs: dict[str, Words], head: Head, root: Piece, texts: list[str], subject: str, sender: str
    ) -> bool:
        # A mail inside the mail, and lines that flow, are put together in ways that are not repeated here.
        if self._job_anywhere or any(p.flowed or p.kind.startswith("message/") for p in _all(root)):
            return True
        name, domain = _sender(head, sender)
        return (
            self._reader.senders.is_ats(domain)
            or jobs["from"].may_hold(name)
            or jobs["subject"].may_hold(subject)
            or any(map(jobs["body"].may_hold, texts))
        )


def _is_long(folded_text: str) -> bool:
    """Whether a text has surely more words than what is judged by its wording alone."""
    begun = len(folded_text[:_FIRST_LOOK].split())
    return begun > _SURELY_LONG or (len(folded_text) > _FIRST_LOOK and len(folded_text.split()) > _SURELY_LONG)


def _corrected(head: Head, correction: Callable[[str], object]) -> bool:
    """Whether the user had a word about this mail, or might have had one."""
    found = message_ids(decode_header(_ascii(head.get(b"message-id"))))
    return not found or correction(found[0]) is not None


def _of(rules: Iterable[Rule], field: str) -> list[Rule]:
    return [r for r in rules if field in r.fields]


def _ascii(value: bytes | None) -> str:
    """A header value as `email` hands it over."""
    return (value or b"").decode("ascii", "surrogateescape")


def _sender(head: Head, value: str) -> tuple[str, str]:
    """The folded sender and the domain, as `parse` finds them."""
    found = addresses(value) or addresses(_ascii(head.get(b"sender")))
    return (folded(str(found[0])), found[0].domain) if found else ("", "")


def _all(piece: Piece) -> Iterator[Piece]:
    yield piece
    for part in piece.inside:
        yield from _all(part)


def _wanted(data: bytes, root: Piece) -> Iterator[Piece]:
    """The leaves whose words may be the sender's own: all of those that `read_body` reads are among them."""
    stack = [root]
    while stack:
        piece = stack.pop()
        if piece.kind.startswith("multipart/"):
            chosen = _chosen(data, piece) if piece.kind == "multipart/alternative" else None
            stack.extend([chosen] if chosen else reversed(piece.inside))
        elif piece.kind.startswith("message/") or piece.kind in _NOT_READ:
            continue
        elif piece is root or (piece.kind.startswith("text/") and piece.disposition != b"attachment"):
            yield piece


def _chosen(data: bytes, piece: Piece) -> Piece | None:
    """The plain text of an alternative if it says so much that nothing else is read."""
    plain = next((p for p in piece.inside if p.kind == "text/plain"), None)
    if plain is None or plain.end - plain.start < _SURELY_CHOSEN:
        return None
    text = charset.decode(_decoded(data, plain), plain.charset).strip()
    return plain if len(text) >= _SURELY_CHOSEN and not text.startswith("<") else None


def _decoded(data: bytes, piece: Piece) -> bytes:
    """The bytes of a leaf without its transfer encoding. Raises Odd where decoders disagree."""
    body = data[piece.start : piece.end]
    if piece.encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    if piece.encoding == b"base64":
        try:
            return binascii.a2b_base64(body.translate(None, _BASE64_BLANKS), strict_mode=True)
        except binascii.Error:
            raise Odd("base64") from None
    if piece.encoding not in (b"", b"7bit", b"8bit", b"binary"):
        raise Odd("transfer encoding")
    return body


class _Text(NamedTuple):
    """folded: the words of a leaf, and what is known of their sentences' ends."""

    folded: str
    ends: Ends = Ends.UNKNOWN


def _texts(data: bytes, piece: Piece) -> list[_Text]:
    """The text of a leaf; several where it can be read in more than one way."""
    content = _decoded(data, piece)
    if len(content) > _LONGEST_TEXT:
        raise Odd("a very long text")
    if piece.kind == "text/html":
        return [_html_text(content, piece.charset)]
    plain = content.isascii() and _LIKE_ASCII.match(piece.charset) is not None
    text = content.decode("ascii") if plain else charset.decode(content, piece.charset)
    _check(text)
    # Some call HTML plain text, and `read_body` reads it as what it is.
    if text.startswith("<") or text[:250].lstrip()[:1] == "<":
        return [_Text(folded(text)), _html_text(content, piece.charset)]
    if piece.flowed or "\0" in text:
        return [_Text(folded(text))]
    return [_Text(folded(text), Ends.OF_LINES if text.isascii() else Ends.UNKNOWN)]


def _check(text: str) -> None:
    if SEAM in text:
        raise Odd("a control character")


def _html_text(content: bytes, label: str) -> _Text:
    if not _LIKE_ASCII.match(label) or not content.isascii():
        text = charset.decode(content, label)
        content = text.encode("utf-8", "replace")
    found = shown(content)
    if found is None:
        text = html_to_text(content.decode("utf-8"))
        _check(text)
        return _Text(folded(text), Ends.OF_LINES if text.isascii() else Ends.UNKNOWN)
    return _Text(folded(found), Ends.OF_WORDS if found.isascii() else Ends.UNKNOWN)
