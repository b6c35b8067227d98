"""Which parts of a MIME tree a person reads, as one text."""

import re
from dataclasses import dataclass, field
from email.message import Message as Node

from gmail_followup.mail import charset
from gmail_followup.mail.headers import decode_header
from gmail_followup.mail.html import html_to_text
from gmail_followup.mail.message import Invitation, Part, Span
from gmail_followup.mail.quoting import split_parts
from gmail_followup.mail.tree import children, content_type, disposition, holds_mail, parameter, payload

_LONGEST_TEXT = 500_000
_MOST_PARTS = 2_000
_STUB = re.compile(
    r"does ?n[o'’]t (?:support|display|understand) html|html[- ](?:capable|compatible|fähig|format)|html version"
    r"|(?:view|read|see) (?:this|the|it)\b.{0,60}\b(?:browser|html|online)|(?:im|in your) browser|kein html"
    r"|ne supporte pas|no (?:soporta|admite) html|part of this message is html",
    re.IGNORECASE | re.DOTALL,
)
_LOOKS_LIKE_HTML = re.compile(r"\s{0,200}<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_QUOTE_PREFIX = re.compile(r">[> ]*")
_UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\ufffd\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Body:
    """What `read_body` found. `has_mail_inside`: there is a message/rfc822 part; its words are QUOTED."""

    text: str
    parts: tuple[tuple[Span, Part], ...]
    invitations: tuple[Invitation, ...]
    attachments: tuple[str, ...]
    defects: tuple[str, ...]
    html_only: bool
    has_mail_inside: bool


@dataclass(slots=True)
class _Found:
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    """Text, and whether it is another mail's."""
    invitations: list[Invitation] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    plain: bool = False
    html: bool = False
    mail_inside: bool = False
    length: int = 0


def read_body(tree: Node) -> Body:
    """The readable text of a mail, its parts, calendars and attachment names; never raises.

    multipart/alternative: text/plain if it says something, else the richest other part. Inline texts of other
    multiparts are joined. A mail inside the mail counts as quoted.
    """
    found = _Found()
    # Node, whether its text is wanted, whether it is another mail's.
    stack: list[tuple[Node, bool, bool]] = [(tree, True, False)]
    seen = 0
    while stack:
        node, wanted, quoted = stack.pop()
        seen += 1
        if seen > _MOST_PARTS:
            found.defects.append("too many parts")
            break
        inside = children(node)
        kind = content_type(node)
        if not inside:
            _leaf(node, kind, wanted, quoted, found, is_root=node is tree)
        elif holds_mail(node):
            found.mail_inside = True
            _attachment(node, found)
            _mail_head(inside[0], wanted, found)
            stack.extend((child, wanted, True) for child in reversed(inside))
        elif kind == "multipart/alternative":
            best = _best(inside)
            stack.extend((child, wanted and child is best, quoted) for child in reversed(inside))
        elif not kind.startswith("message/"):
            stack.extend((child, wanted, quoted) for child in reversed(inside))
    return _body(found)


def _body(found: _Found) -> Body:
    text = ""
    parts: list[tuple[Span, Part]] = []
    for piece, quoted in found.pieces:
        if not piece:
            continue
        if text and not text.endswith("\n\n"):
            gap = "\n\n" if not text.endswith("\n") else "\n"
            last, kind = parts[-1]
            parts[-1] = (Span(last.start, last.end + len(gap)), kind)
            text += gap
        new = ((Span(0, len(piece)), Part.QUOTED),) if quoted else split_parts(piece)
        for span, kind in new:
            start, end = span.start + len(text), span.end + len(text)
            if parts and parts[-1][1] is kind:
                parts[-1] = (Span(parts[-1][0].start, end), kind)
            else:
                parts.append((Span(start, end), kind))
        text += piece
    return Body(
        text=text,
        parts=tuple(parts),
        invitations=tuple(dict.fromkeys(found.invitations)),
        attachments=tuple(found.attachments),
        defects=tuple(found.defects),
        html_only=found.html and not found.plain,
        has_mail_inside=found.mail_inside,
    )


def _leaf(node: Node, kind: str, wanted: bool, quoted: bool, found: _Found, *, is_root: bool) -> None:
    if kind in ("text/calendar", "application/ics"):
        _calendar(node, found)
        if kind != "text/calendar" or _file_name(node):
            _attachment(node, found)
        return
    is_text = kind.startswith("text/") or is_root or kind.startswith("multipart/") or kind == "message/rfc822"
    if not is_text or kind in ("text/x-amp-html", "text/watch-html"):
        _attachment(node, found)
        return
    # Some mailers name the body itself ("message.html"); any later named text is an attachment.
    if not is_root and (disposition(node) == "attachment" or (found.pieces and _file_name(node))):
        _attachment(node, found)
        return
    if not wanted or found.length >= _LONGEST_TEXT:
        return
    text, html = _read_text(node, kind, found)
    if not text.strip():
        return
    if not quoted:
        found.html, found.plain = found.html or html, found.plain or not html
    found.pieces.append((text, quoted or kind == "text/rfc822-headers"))
    found.length += len(text)


def _read_text(node: Node, kind: str, found: _Found | None) -> tuple[str, bool]:
    """The text of a leaf, and whether it was HTML."""
    label = parameter(node, "charset")
    data = payload(node)
    if len(data) > _LONGEST_TEXT:
        data = data[:_LONGEST_TEXT]
        if found:
            found.defects.append("text cut at half a million bytes")
    if found and not charset.known(label):
        found.defects.append("unknown charset")
    text = charset.decode(data, label)
    if kind == "text/html" or (kind == "text/plain" and _LOOKS_LIKE_HTML.match(text)):
        return html_to_text(text), True
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if "flowed" in str(node.get("content-type", "")).lower() and parameter(node, "format").lower() == "flowed":
        text = unflow(text, delete_space=parameter(node, "delsp").lower() == "yes")
    return text, False


def _best(inside: list[Node]) -> Node | None:
    """The alternative to read: plain text unless it only says that there is something better."""
    plain = [child for child in inside if content_type(child) == "text/plain"]
    others = [
        child for child in inside if content_type(child) == "text/html" or content_type(child).startswith("multipart/")
    ]
    for child in plain:
        text = _read_text(child, "text/plain", None)[0].strip()
        if text and not (others and len(text) < 400 and _STUB.search(text)):
            return child
    if others:
        return others[-1]
    return plain[0] if plain else next((child for child in inside if content_type(child).startswith("text/")), None)


def _mail_head(mail: Node, wanted: bool, found: _Found) -> None:
    """The head of a mail inside the mail, as mail programs show it above a forwarded text."""
    if not wanted:
        return
    lines = ["---------- Forwarded message ---------"]
    for name in ("From", "Date", "Subject", "To"):
        value = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), None)
        if value:
            lines.append(f"{name}: {decode_header(str(value))[:1000]}")
    found.pieces.append(("\n".join(lines), True))


def _calendar(node: Node, found: _Found) -> None:
    from gmail_followup.mail.calendar import BrokenCalendar, invitations

    try:
        found.invitations.extend(invitations(payload(node)[:_LONGEST_TEXT]))
    except BrokenCalendar:
        found.defects.append("broken calendar")


def _attachment(node: Node, found: _Found) -> None:
    name = _file_name(node)
    if name:
        found.attachments.append(name)


def _file_name(node: Node) -> str:
    raw = parameter(node, "filename", "content-disposition") or parameter(node, "name")
    if not raw:
        return ""
    name = decode_header(raw).replace("\\", "/").rpartition("/")[2]
    return charset.tidy(_UNSAFE_IN_NAMES.sub("", name)).strip(" .")[:255]


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Joins the soft line breaks of format=flowed text (RFC 3676 section 4), quoted lines only at equal depth."""
    done: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        quote = _QUOTE_PREFIX.match(line) if line.startswith(">") else None
        # Space-stuffing hides leading blanks and ">" (section 4.4); it ends the run of quote marks.
        depth = len(line) - len(line.lstrip(">")) if quote else 0
        content = line[depth:]
        content = content.removeprefix(" ")
        signature = content == "-- "
        if open_depth == depth and not signature:
            done[-1] += content
        else:
            done.append(">" * depth + (" " if depth else "") + content)
        flowed = content.endswith(" ") and not signature
        open_depth = depth if flowed else -1
        if flowed and delete_space:
            done[-1] = done[-1][:-1]
    return "\n".join(done)
