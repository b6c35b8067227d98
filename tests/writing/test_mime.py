"""Drafts as bytes: read back by two parsers, compared with golden files, and attacked through every header."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.errors import UserError
from gmail_followup.mail.message import Address
from gmail_followup.mail.parse import parse
from gmail_followup.writing.headers import clean
from gmail_followup.writing.letter import Envelope
from gmail_followup.writing.mime import compose, html_body, plain_body

from .conftest import make_envelope, make_letter

GOLDEN = Path(__file__).parent / "golden"
LONG = "This is one paragraph that goes on, unwrapped, " * 40


def _read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert [d for part in mail.walk() for d in part.defects] == []
    return mail


def _bodies(raw: bytes) -> tuple[str, str]:
    mail = _read(raw)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


REPLY = make_envelope(
    cc=(Address("Böhm, Jörg (HR)", "joerg@acme.example"),),
    in_reply_to="<reject-1@mail.acme.example>",
    references=("<apply-1@mail.acme.example>", "<reject-1@mail.acme.example>"),
    quoted="Dear Alex,\n\nWe have chosen someone else.\n> older\n",
    quoted_intro="On Fri, 13 Nov 2026 at 10:00, Mai Nguyen <mai@acme.example> wrote:",
    signature_html='<div dir="ltr">Alex Doe<br><a href="https://example.org">example.org</a></div>',
    signature_text="Alex Doe\nexample.org",
)
CASES: dict[str, tuple[Any, Envelope]] = {
    "reply": (make_letter("Hello Mai,\n\nThank you & <all>.\n\nRegards,\nAl", "Re: Your application – Größe"), REPLY),
    "new": (make_letter("Buenos días:\n\n" + LONG.strip() + "\n\nUn saludo,\nÁlex", "Gracias"), make_envelope()),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_golden(name: str) -> None:
    letter, envelope = CASES[name]
    assert compose(letter, envelope) == (GOLDEN / f"{name}.eml").read_bytes()


def test_headers_of_a_reply() -> None:
    mail = _read(compose(make_letter(), REPLY))
    assert mail["From"] == "Alex Doe <alex@example.org>"
    assert [(a.display_name, a.addr_spec) for a in mail["Cc"].addresses] == [("Böhm, Jörg (HR)", "joerg@acme.example")]
    assert mail["In-Reply-To"] == "<reject-1@mail.acme.example>"
    assert mail["References"].split() == ["<apply-1@mail.acme.example>", "<reject-1@mail.acme.example>"]
    assert mail["Message-ID"] == "<draft-1@gmail-followup.invalid>"
    assert mail["Date"].datetime == REPLY.date
    assert mail["MIME-Version"] == "1.0" and mail.get_content_type() == "multipart/alternative"
    assert "Bcc" not in mail and "Sender" not in mail


def test_a_new_message_has_no_thread_headers() -> None:
    mail = _read(compose(make_letter(), make_envelope()))
    assert "In-Reply-To" not in mail and "References" not in mail


def test_long_ids_are_never_folded_or_encoded() -> None:
    ids = tuple(f"<{'x' * 150}.{i}@{'mail' * 20}.example>" for i in range(60))
    raw = compose(make_letter(), make_envelope(in_reply_to=ids[-1], references=ids))
    assert b"=?" not in raw.split(b"\r\n\r\n", 1)[0]
    kept = _read(raw)["References"].split()
    assert kept == [ids[0], *ids[-39:]]
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_broken_ids_are_left_out() -> None:
    mail = _read(
        compose(
            make_letter(), make_envelope(in_reply_to="not an id", references=("<a b@c>", "<ok@x>", "<ü@x>", "<ok@x>"))
        )
    )
    assert "In-Reply-To" not in mail and mail["References"] == "<ok@x>"


def test_paragraphs_stay_on_one_line_and_lines_on_the_wire_stay_short() -> None:
    raw = compose(make_letter("Hello,\n\n" + LONG.strip() + "\n\nAlex"), make_envelope())
    assert max(map(len, raw.split(b"\r\n"))) <= 78 and b"\n" not in raw.replace(b"\r\n", b"")
    plain, html = _bodies(raw)
    assert plain.split("\n")[2] == LONG.strip()
    assert f"<div>{LONG.strip()}</div>" in html and "<p" not in html


def test_html_is_escaped_and_has_an_empty_line_between_paragraphs() -> None:
    html = html_body(make_letter("A <b> & 'c'\n\nB"), make_envelope())
    assert "<div>A &lt;b&gt; &amp; &#x27;c&#x27;</div>\n<div><br></div>\n<div>B</div>" in html


def test_the_signature_comes_once_above_the_quoted_mail() -> None:
    letter = make_letter()
    text, html = plain_body(letter, REPLY), html_body(letter, REPLY)
    assert text.count("\n-- \nAlex Doe\nexample.org\n") == 1 and text.index("-- ") < text.index("> Dear Alex")
    assert html.count("gmail_signature_prefix") == 1 and html.count("example.org</a>") == 1
    assert html.index("gmail_signature") < html.index("gmail_quote")
    signed = make_letter("Hello,\n\nThanks.\n\nAlex Doe\nexample.org")
    assert plain_body(signed, REPLY).count("example.org") == 1 and html_body(signed, REPLY).count("example.org") == 1


def test_a_signature_in_html_only_or_with_its_own_delimiter() -> None:
    only_html = make_envelope(signature_html="<div>Alex<br>Tel. 1</div>")
    assert plain_body(make_letter(), only_html).endswith("\n\n-- \nAlex\nTel. 1\n")
    delimited = make_envelope(signature_text="-- \nAlex\n")
    assert plain_body(make_letter("Hi"), delimited) == "Hi\n\n-- \nAlex\n"
    assert "<div>Alex</div>" in html_body(make_letter("Hi"), delimited)


def test_the_quoted_mail_is_marked_as_gmail_marks_it() -> None:
    text, html = plain_body(make_letter(), REPLY), html_body(make_letter(), REPLY)
    assert text.endswith("wrote:\n> Dear Alex,\n>\n> We have chosen someone else.\n>> older\n")
    assert '<div class="gmail_quote">' in html and "&lt;mai@acme.example&gt; wrote:<br>" in html
    message = parse(compose(make_letter(), REPLY))
    assert "We have chosen" not in message.own_text and "Thank you." in message.own_text


def test_the_same_draft_twice_is_the_same_bytes() -> None:
    assert compose(make_letter(), REPLY) == compose(make_letter(), REPLY)
    other = compose(make_letter(), make_envelope(message_id="<draft-2@gmail-followup.invalid>"))
    assert _read(other).get_boundary() != _read(compose(make_letter(), make_envelope())).get_boundary()


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@", "@b", "a b@c.d", "a@b c", "a@b\r\nBcc: x@y.z", "a@b,c@d", "<a@b>", "ü@x.de"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(UserError) as caught:
        compose(make_letter(), make_envelope(to=(Address("Mai", email),)))
    assert "address" in caught.value.what and "\r" not in caught.value.what


def test_a_domain_with_other_letters_gets_its_ascii_form() -> None:
    mail = _read(compose(make_letter(), make_envelope(to=(Address("", "jobs@müller.example"),))))
    assert mail["To"] == "jobs@xn--mller-kva.example"


def test_a_draft_without_addressee_is_possible() -> None:
    assert "To" not in _read(compose(make_letter(), make_envelope(to=())))


NASTY = st.text(
    st.characters() | st.sampled_from("\r\n\0\u2028\u2029\u202e\u200b\ufeff\"\\<>,;:@()=?_[]. éß漢😀"), max_size=120
) | st.sampled_from(["x\r\nBcc: evil@example.org", '"a" <b@c>, "d"', "=?utf-8?q?evil?=", "a" * 300, "ü" * 200,
     "Re: " + "wort " * 60]
)  # fmt: skip
HEADERS = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
]


@settings(max_examples=150, deadline=None)
@given(
    subject=NASTY,
    name=NASTY,
    to_name=NASTY,
    reply=NASTY,
    references=st.lists(NASTY, max_size=3),
    text=NASTY,
    quoted=NASTY,
)
def test_whatever_the_strings_no_header_is_injected_and_all_comes_back(
    subject: str, name: str, to_name: str, reply: str, references: list[str], text: str, quoted: str
) -> None:
    envelope = make_envelope(
        from_=Address(name, "alex@example.org"),
        to=(Address(to_name, "mai@acme.example"), Address("", "bo@acme.example")),
        cc=(Address(name, "cc@acme.example"),),
        in_reply_to=reply,
        references=tuple(references),
        quoted=quoted,
        quoted_intro=name,
        signature_text=to_name,
    )
    raw = compose(make_letter(text, subject), envelope)
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    names = [line.split(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    assert names == [h for h in HEADERS if h in names] and len(names) >= 8
    assert max(map(len, raw.split(b"\r\n"))) <= 998 and re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None
    mail = _read(raw)
    assert [a.addr_spec for h in ("From", "To", "Cc") for a in mail[h].addresses] == [
        "alex@example.org", "mai@acme.example", "bo@acme.example", "cc@acme.example"
    ]  # fmt: skip
    ours = parse(raw)
    assert ours.subject == clean(subject)
    assert _bare(mail["From"].addresses[0].display_name) == _bare(_shown(name, "alex@example.org"))
    assert _bare(mail["To"].addresses[0].display_name) == _bare(_shown(to_name, "mai@acme.example"))
    assert _bare(ours.from_.name) == _bare(_shown(name, "alex@example.org"))
    assert [a.email for a in (ours.from_, *ours.to, *ours.cc)] == [
        "alex@example.org", "mai@acme.example", "bo@acme.example", "cc@acme.example"
    ]  # fmt: skip
    assert ours.id == envelope.message_id


def _bare(name: str) -> str:
    """Without quotation marks (our parser drops outer ones) and blanks (the standard library adds one between adjacent
    encoded words, against RFC 2047 section 6.2)."""
    return re.sub(r"[\s\"'\\]", "", name)


def _shown(name: str, email: str) -> str:
    return "" if clean(name).lower() == email else clean(name)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=200),
        min_size=1,
        max_size=6,
    )
)
def test_the_words_of_a_letter_come_back_as_they_were(lines: list[str]) -> None:
    text = "\n".join(lines)
    plain, _ = _bodies(compose(make_letter(text), make_envelope()))
    assert plain == text + "\n"
