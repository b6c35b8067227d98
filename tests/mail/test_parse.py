"""Bytes to Message: charsets, headers, MIME, and that nothing whatever makes it raise."""

import base64
import quopri
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gmail_followup.mail.body import unflow
from gmail_followup.mail.message import Address, Message, Part
from gmail_followup.mail.parse import parse


def consistent(message: Message) -> None:
    """What Message's docstrings promise, for any bytes."""
    assert message.id.startswith("<") and message.id.endswith(">") and " " not in message.id
    assert message.date is None or (message.date.utcoffset() is not None and not message.date.utcoffset())
    assert "".join(message.text[span.start : span.end] for span, _ in message.parts) == message.text
    assert all(
        first.end == second.start for (first, _), (second, _) in zip(message.parts, message.parts[1:], strict=False)
    )
    assert "\r" not in message.text and "\x00" not in message.text
    for text in (message.text, message.subject, message.from_.name, *message.attachments):
        text.encode()
    for address in (*message.to, *message.cc, *message.reply_to):
        assert address.email == address.email.lower() and "@" in address.email
    assert not any("/" in name or "\x00" in name for name in message.attachments)


@given(st.binary(max_size=2000))
@example(b"")
@example(b"\x00")
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
@example(b"Content-Type: text/plain; charset=zlib\n\n\xff")
@example(b"Content-Type: text/plain; charset=idna\n\n\xff")
@example(b'Content-Type: text/plain; charset="\x00"\n\n\xff')
@example(b"Content-Type: text/plain; charset=utf-7\n\n+2AA-")
@example(b"Content-Type: text/html\n\n&#xD800;&#0;")
@example(b"Content-Type: text/plain; name*99999999999999999999=x\n\nhi")
@example(b"Content-Transfer-Encoding: x-uuencode\n\nbegin\n\xff\nend")
@example(b"Date: Mon, 99 Nov 99999 99:99:99 +9999\n\n")
@example(b"Date: 1 Jan 0001 00:00:00 +2300\n\n")
@example(b"Content-Type: message/rfc822\n\n")
@example(b"Content-Type: message/delivery-status\n\nA: b\n\nC: d")
@example(b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x\nEND:VEVENT")
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    consistent(parse(raw))


HEADS = st.sampled_from(
    [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Content-Type", b"Content-Transfer-Encoding", b"References",
     b"Content-Disposition", b"Received", b"Reply-To"]
)  # fmt: skip
TOKENS = st.sampled_from(
    [b"=?utf-8?q?=C3?=", b"=?utf-8?b?w6Q?=", b"=?x?b?!?=", b"<a@b.example>", b'"', b"(", b";", b"multipart/mixed",
     b"multipart/alternative", b"; boundary=x", b"text/html", b"; charset=utf-8", b"message/rfc822", b"base64",
     b"quoted-printable", b"text/calendar", b'; filename="../../e.txt"', b"attachment", b"\xfc", b"\r\n ", b", ",
     b"x@y"]
)  # fmt: skip
LINES = st.sampled_from(
    [b"--x", b"--x--", b"", b"Content-Type: text/html", b"Content-Type: text/plain; format=flowed", b"> q", b"<p>hi",
     b"On 1 May, A <a@b.example> wrote:", b"-- ", b"Regards,", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"w6Q=", b"=C3=A4"]
)  # fmt: skip


@given(
    st.lists(st.tuples(HEADS, st.lists(TOKENS, max_size=5)), max_size=6),
    st.lists(LINES, max_size=20),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_broken_mime_of_every_kind(fields: list[tuple[bytes, list[bytes]]], lines: list[bytes], end: bytes) -> None:
    head = b"".join(name + b": " + b"".join(tokens) + end for name, tokens in fields)
    consistent(parse(head + end + end.join(lines)))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)


@given(WORDS, st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["7bit", "base64", "quoted-printable"]))
@settings(max_examples=60)
def test_what_email_writes_is_read_back(subject: str, lines: list[str], encoding: str) -> None:
    text = "\n".join(lines)
    made = EmailMessage(policy=SMTP)
    made["From"] = "Ann <ann@acme.example>"
    made["Message-ID"] = "<1@acme.example>"
    made["Subject"] = subject
    made.set_content(text, cte=None if encoding == "7bit" else encoding)
    made.add_attachment(b"x", maintype="application", subtype="pdf", filename="cv.pdf")
    message = parse(made.as_bytes())
    consistent(message)
    assert message.text.rstrip("\n") == text.rstrip("\n")
    assert " ".join(message.subject.split()) == " ".join(subject.split())
    assert message.attachments == ("cv.pdf",)


def mail(head: str, body: str | bytes = b"") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return head.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n" + data


class TestHeaders:
    @pytest.mark.parametrize(
        ("raw", "wanted"),
        [
            (b"=?utf-8?q?J=C3=B6rg_M?=", "Jörg M"),
            (b"=?utf-8?b?w7xi?= =?UTF-8?b?ZXI=?=", "über"),
            (b"=?utf-8?b?w?= =?utf-8?b?w7w=?=", "ü"),
            (b"=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
            (b"=?utf-8?q?with blank?=", "with blank"),
            (b"=?nonsense?q?=FC?=", "ü"),
            (b"=?iso-8859-1?q?=93x=94?=", "“x”"),
            (b"=?utf-8*de?q?hei=C3=9F?=", "heiß"),
            (b"=?utf-8?q?cut", "=?utf-8?q?cut"),
            (b"Gr\xfc\xdfe", "Grüße"),
            ("Grüße".encode(), "Grüße"),
            (b"a\r\n b\r\n\tc", "a b c"),
            (b"a =?utf-8?q?b?= c", "a b c"),
            (b"=?utf-8?b?YQ?=", "a"),
        ],
    )
    def test_subjects(self, raw: bytes, wanted: str) -> None:
        assert parse(b"Subject: " + raw + b"\r\n\r\n").subject == wanted

    @pytest.mark.parametrize(
        ("raw", "wanted"),
        [
            (b"Ann Lee <Ann@Acme.Example>", Address("Ann Lee", "ann@acme.example")),
            (b'"Lee, Ann" <ann@acme.example>', Address("Lee, Ann", "ann@acme.example")),
            (b"=?utf-8?q?Lee=2C_J=C3=B6rg?= <j@acme.example>", Address("Lee, Jörg", "j@acme.example")),
            (b'"=?utf-8?q?J=C3=B6rg?=" <j@acme.example>', Address("Jörg", "j@acme.example")),
            (b"J\xf6rg <j@acme.example>", Address("Jörg", "j@acme.example")),
            (b"ann@acme.example (Ann Lee)", Address("Ann Lee", "ann@acme.example")),
            (b"Ann at Acme, Inc. <ann@acme.example>", Address("Inc.", "ann@acme.example")),
            (b"<ann@acme.example", Address("", "ann@acme.example")),
            (b"=?utf-8?q?Ann_=3Cann=40acme=2Eexample=3E?=", Address("Ann", "ann@acme.example")),
            (b"undisclosed-recipients:;", Address("", "")),
            (b"", Address("", "")),
        ],
    )
    def test_senders(self, raw: bytes, wanted: Address) -> None:
        assert parse(b"From: " + raw + b"\r\n\r\n").from_ == wanted

    def test_dates(self) -> None:
        wanted = datetime(2026, 11, 2, 17, 14, tzinfo=UTC)
        assert parse(b"Date: Mon, 2 Nov 2026 09:14:00 -0800\n\n").date == wanted
        assert parse(b"Date: Mon, 2 Nov 2026 17:14:00 -0000\n\n").date == wanted
        by_received = parse(b"Received: from a\n by b; Mon, 2 Nov 2026 09:14:00 -0800\nReceived: x\nDate: nonsense\n\n")
        assert by_received.date == wanted
        assert "no readable date" in by_received.defects
        assert parse(b"Subject: x\n\n").date is None

    def test_ids(self) -> None:
        message = parse(
            b"Message-ID:\r\n <a\r\n b@c>\r\nIn-Reply-To: <d@e> (his mail)\r\n"
            b"References: <f@g>\r\n\t<d@e> <f@g>\r\n\r\n"
        )
        assert (message.id, message.in_reply_to, message.references) == ("<ab@c>", "<d@e>", ("<f@g>", "<d@e>"))
        assert parse(b"Message-ID: bare@example.org\n\n").id == "<bare@example.org>"

    def test_a_missing_id_is_made_of_the_bytes(self) -> None:
        one, same, other = parse(b"Subject: x\n\n1"), parse(b"Subject: x\n\n1"), parse(b"Subject: x\n\n2")
        assert one.id == same.id != other.id
        assert one.id.endswith("@missing.invalid>")
        assert "no message id" in one.defects


class TestBodies:
    def test_the_plain_alternative_wins(self) -> None:
        made = EmailMessage()
        made.set_content("plain words\n")
        made.add_alternative("<p>html words</p>", subtype="html")
        message = parse(made.as_bytes())
        assert message.text.strip() == "plain words"
        assert not message.html_only

    @pytest.mark.parametrize(
        "stub", ["", " \n", "Your mail program does not support HTML.", "View this email in your browser"]
    )
    def test_a_stub_does_not(self, stub: str) -> None:
        made = EmailMessage()
        made.set_content(stub)
        made.add_alternative("<p>html words</p>", subtype="html")
        message = parse(made.as_bytes())
        assert message.text == "html words"
        assert message.html_only

    def test_mixed_parts_are_joined_and_files_only_named(self) -> None:
        made = EmailMessage()
        made.set_content("first\n")
        made.add_attachment("never read", filename="../secret\u202e/not\x07es.txt")
        made.add_attachment("<p>second</p>", subtype="html", disposition="inline")
        message = parse(made.as_bytes())
        assert message.text.split() == ["first", "second"]
        assert message.attachments == ("notes.txt",)

    @pytest.mark.parametrize(
        ("label", "data", "wanted"),
        [
            ("utf-8", "Grüße – 1".encode(), "Grüße – 1"),
            ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
            ("iso-8859-1", b"\x93x\x94", "“x”"),
            ("us-ascii", "Grüße".encode(), "Grüße"),
            ("us-ascii", "Grüße".encode("cp1252"), "Grüße"),
            ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
            ("utf-8", "Grüße".encode() + b"\xc3", "Grüße\ufffd"),
            ("no-such-thing", "Grüße".encode(), "Grüße"),
            ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
            ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
            ("", b"a\x00b", "a\ufffdb"),
        ],
    )
    def test_charsets(self, label: str, data: bytes, wanted: str) -> None:
        head = f"Content-Type: text/plain; charset={label}" if label else "Subject: x"
        assert parse(mail(head, data)).text == wanted
        coded = mail(f"{head}\nContent-Transfer-Encoding: base64", base64.encodebytes(data))
        assert parse(coded).text == wanted
        printable = mail(f"{head}\nContent-Transfer-Encoding: quoted-printable", quopri.encodestring(data))
        assert parse(printable).text.rstrip("\n") == wanted

    def test_unknown_transfer_encoding_is_taken_as_none(self) -> None:
        assert parse(mail("Content-Transfer-Encoding: x-magic", "words")).text == "words"

    def test_html_labelled_as_plain(self) -> None:
        message = parse(mail("Content-Type: text/plain", "<!DOCTYPE html><html><p>Hi</p></html>"))
        assert (message.text, message.html_only) == ("Hi", True)

    @pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
    def test_line_ends(self, line_end: bytes) -> None:
        raw = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\ntwo\n--b--\n".replace(
            b"\n", line_end
        )
        assert parse(raw).text == "one\ntwo"

    @pytest.mark.parametrize("boundary", ["", "; boundary=wrong"])
    def test_a_missing_or_wrong_boundary_is_guessed(self, boundary: str) -> None:
        body = (
            "--abcdef\nContent-Type: text/plain\n\nfound\n--abcdef\nContent-Type: text/html\n\n<p>too</p>\n--abcdef--\n"
        )
        message = parse(mail(f"Content-Type: multipart/mixed{boundary}", body))
        assert message.text.split() == ["found", "too"]

    def test_a_mail_in_the_mail_is_quoted(self) -> None:
        inner = EmailMessage()
        inner["From"] = "Acme <jobs@acme.example>"
        inner["Subject"] = "Your application"
        inner.set_content("Unfortunately, no.\n")
        outer = EmailMessage()
        outer["Subject"] = "see below"
        outer.set_content("Look at this.\n")
        outer.add_attachment(inner)
        message = parse(outer.as_bytes())
        assert message.forwarded
        assert message.own_text.strip() == "Look at this."
        quoted = "".join(message.text[span.start : span.end] for span in message.spans(Part.QUOTED))
        assert "Unfortunately, no." in quoted and "jobs@acme.example" in quoted

    def test_a_delivery_report_shows_no_machine_text(self) -> None:
        body = (
            "--b\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: x\n\n"
            "Action: failed\n--b--\n"
        )
        assert (
            parse(mail("Content-Type: multipart/report; boundary=b", body)).text.strip() == "It could not be delivered."
        )

    def test_calendar_alternatives_become_invitations(self) -> None:
        calendar = (
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:Interview\n"
            "DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nORGANIZER;CN=Ann Lee:mailto:Ann@acme.example\n"
            "ATTENDEE;CN=Jo:mailto:jo@example.org\nEND:VEVENT\nEND:VCALENDAR\n"
        )
        made = EmailMessage()
        made.set_content("Please come.\n")
        made.add_alternative(calendar, subtype="calendar")
        (found,) = parse(made.as_bytes()).invitations
        assert (found.summary, found.method, found.cancelled) == ("Interview", "REQUEST", False)
        assert found.start == datetime(2026, 11, 5, 10, tzinfo=UTC)
        assert found.organizer == Address("Ann Lee", "ann@acme.example")
        assert found.attendees == (Address("Jo", "jo@example.org"),)

    def test_a_broken_calendar_is_a_defect(self) -> None:
        message = parse(mail("Content-Type: text/calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;x\n"))
        assert message.invitations == ()
        assert "broken calendar" in message.defects


class TestFlowed:
    @pytest.mark.parametrize(
        ("raw", "wanted"),
        [
            ("one \ntwo\nthree", "one two\nthree"),
            ("> one \n> two\nown", "> one two\nown"),
            ("> one \nown", "> one \nown"),
            (">> a \n>> b", ">> a b"),
            ("-- \nAnn", "-- \nAnn"),
            (" >not quoted", ">not quoted"),
            (" From here", "From here"),
            ("end ", "end "),
        ],
    )
    def test_soft_breaks(self, raw: str, wanted: str) -> None:
        assert unflow(raw) == wanted

    def test_delsp(self) -> None:
        raw = mail("Content-Type: text/plain; format=flowed; delsp=yes", "long \nword\r\n")
        assert parse(raw).text.strip() == "longword"

    @given(st.text("ab >\n-", max_size=80))
    def test_never_loses_words(self, text: str) -> None:
        assert sorted(unflow(text).replace(">", "").split()) or not text.replace(">", "").split()
        assert unflow(text).replace("\n", "").replace(" ", "").replace(">", "") == (
            text.replace("\n", "").replace(" ", "").replace(">", "")
        )


class TestSizes:
    @pytest.mark.parametrize("depth", [50, 200, 3000])
    def test_deep_nesting(self, depth: int) -> None:
        levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
        message = parse(b"".join(levels) + b"Content-Type: text/plain\n\nfound me\n")
        assert message.text.strip() == "found me"

    def test_mails_within_mails_without_end(self) -> None:
        message = parse(b"Content-Type: message/rfc822\n\n" * 3000 + b"Subject: x\n\nwords")
        consistent(message)

    def test_a_text_about_boundaries_is_still_a_text(self) -> None:
        body = "boundary=a \n--a\n" * 200
        assert parse(mail("Content-Type: text/plain", body)).text == body

    def test_a_huge_attachment_is_not_decoded_and_a_huge_text_is_cut(self) -> None:
        head = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
        head += b"Content-Type: application/zip; name=a.zip\n"
        raw = (
            head + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 19 + b"\n" * 2 + (b"QUJD" * 19 + b"\n") * 60_000
        )
        message = parse(raw)
        assert (message.text, message.attachments) == ("hello", ("a.zip",))
        long = parse(b"Subject: x\n\n" + b"words and words\n" * 200_000)
        assert len(long.text) <= 2_000_000
        assert any("cut" in defect for defect in long.defects)

    def test_a_thousand_parameters(self) -> None:
        consistent(parse(b"Content-Type: text/plain" + b"; a=b" * 200_000 + b"\n\nwords"))
