"""A letter and its envelope as the bytes of a mail.

Plain text and HTML side by side: Gmail's web page hard-wraps a draft that has only plain text. The HTML is made of
<div> and <br>, as Gmail makes it; <p> would come with margins. Same letter, same envelope: same bytes.
"""

import re
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, EmailPolicy
from hashlib import sha256
from html import escape
from typing import Any

from gmail_followup.writing.headers import fields
from gmail_followup.writing.letter import Envelope, Letter

_QUOTE_STYLE = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
_DELIMITER = "-- "
"""The line before a signature (RFC 3676 section 4.3): two hyphens and a blank."""


class _AsWritten(EmailPolicy):
    """Writes header fields exactly as they were given.

    The standard library would fold a long id in References into an encoded word, which breaks the thread; `headers`
    has cleaned and folded every value already.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return name, value

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The draft as a complete RFC 5322 message with CRLF line ends.

    Signature and quoted original come after the letter, the signature once. Raises UserError if an address cannot
    be used, ValueError if the envelope has no aware date or no valid Message-ID (our mistake).
    """
    mail = EmailMessage(policy=_AsWritten(linesep="\r\n"))
    for name, value in fields(envelope, letter.subject):
        mail[name] = value
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/alternative; boundary="{_boundary(envelope.message_id)}"'
    mail.set_payload([_part(plain_body(letter, envelope), "plain"), _part(html_body(letter, envelope), "html")])
    return mail.as_bytes()


def plain_body(letter: Letter, envelope: Envelope) -> str:
    """The text/plain body: the letter, "-- " and signature, then the quoted mail behind "> "."""
    blocks = [_clean_text(letter.text)]
    signature = signature_text(envelope)
    if signature and not _has_signature(letter.text, signature):
        blocks.append(f"{_DELIMITER}\n{signature}")
    if envelope.quoted.strip():
        lines = [f"> {line}" if line and not line.startswith(">") else f">{line}" for line in _quoted_lines(envelope)]
        intro = [_clean_text(envelope.quoted_intro).strip()] if envelope.quoted_intro.strip() else []
        blocks.append("\n".join([*intro, *lines]))
    return "\n\n".join(blocks) + "\n"


def html_body(letter: Letter, envelope: Envelope) -> str:
    """The text/html body: one <div> a line, an empty one between paragraphs, Gmail's own classes for the rest."""
    out = ['<div dir="ltr">', _divs(_clean_text(letter.text).split("\n"))]
    signature = signature_text(envelope)
    if signature and not _has_signature(letter.text, signature):
        own = envelope.signature_html.strip()
        lines = own if own else _divs(signature.split("\n"))
        out.append(f'<div><br></div><span class="gmail_signature_prefix">{_DELIMITER}</span><br>')
        out.append(f'<div dir="ltr" class="gmail_signature">{lines}</div>')
    out.append("</div>")
    if envelope.quoted.strip():
        intro = _line(_clean_text(envelope.quoted_intro).strip())
        out.append('<br><div class="gmail_quote">')
        if intro:
            out.append(f'<div dir="ltr" class="gmail_attr">{intro}<br></div>')
        quoted = _divs(_quoted_lines(envelope))
        out.append(f'<blockquote class="gmail_quote" style="{_QUOTE_STYLE}">{quoted}</blockquote></div>')
    return "\n".join(out) + "\n"


def signature_text(envelope: Envelope) -> str:
    """The signature as text: as given, else what its HTML shows; without a delimiter of its own."""
    text = envelope.signature_text
    if not text.strip() and envelope.signature_html.strip():
        from gmail_followup.mail.html import html_to_text

        text = html_to_text(envelope.signature_html)
    lines = [line.rstrip() for line in _clean_text(text).strip().split("\n")]
    if lines and lines[0].strip() == "--":
        lines = lines[1:]
    return "\n".join(lines).strip()


def _has_signature(text: str, signature: str) -> bool:
    """The user's template already ends with his signature: once is enough."""
    ending = " ".join(text.split())
    wanted = " ".join(signature.split())
    return ending == wanted or ending.endswith(f" {wanted}")


def _boundary(message_id: str) -> str:
    """Cannot occur in a quoted-printable body, where every = is written =3D."""
    return f"=_{sha256(message_id.encode()).hexdigest()[:24]}"


def _part(text: str, subtype: str) -> MIMEPart:
    """A text part in quoted-printable: long lines are folded invisibly (RFC 2045 section 6.7)."""
    part = MIMEPart(policy=SMTP)
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")
    return part


def _clean_text(text: str) -> str:
    """Line ends are \\n; no NUL, no other controls, no lone surrogates."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]", "", text)


def _quoted_lines(envelope: Envelope) -> list[str]:
    return [line.rstrip() for line in _clean_text(envelope.quoted).strip("\n").split("\n")]


def _divs(lines: list[str]) -> str:
    return "\n".join(f"<div>{_line(line) or '<br>'}</div>" for line in lines)


def _line(line: str) -> str:
    """One line as HTML; runs of blanks keep their width."""
    return re.sub(r" (?= )|^ ", "&nbsp;", escape(line))
