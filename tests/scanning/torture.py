"""Mails that are written in unusual, broken or hostile ways; most of them say no to an applicant."""

import base64
import quopri

NO = "Thank you for your application for the position. We have decided not to move forward with your application."
HEAD = "From: Acme Careers <jobs@acme.example>\nSubject: Your application\nMessage-ID: <t@acme.example>\nMIME-Version: 1.0\n"


def _plain(body: str = NO, fields: str = "Content-Type: text/plain; charset=utf-8\n", head: str = HEAD) -> bytes:
    return f"{head}{fields}\n{body}\n".encode()


def _html(body: str) -> bytes:
    return _plain(body, "Content-Type: text/html; charset=utf-8\n")


def _mixed(*parts: str, mark: str = "m", kind: str = "mixed", declared: str = "") -> bytes:
    inner = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: multipart/{kind}; boundary={declared or mark}\n\n{inner}--{mark}--\n".encode()


def _deep(levels: int) -> bytes:
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(levels))
    return f"{HEAD}{opening}Content-Type: text/plain\n\n{NO}\n".encode() + b"".join(
        f"--b{i}--\n".encode() for i in reversed(range(levels))
    )


_B64 = base64.encodebytes(NO.encode()).decode()
_QP = quopri.encodestring(NO.encode()).decode()
_PART = f"Content-Type: text/plain\n\n{NO}"
_SPLIT = "Thank you for your application for the position. We have decided not to mo%sve forward with your application."

TORTURE: dict[str, list[bytes]] = {
    "plain": [_plain(), _plain(fields=""), _plain(head=HEAD.lower()), b"\xef\xbb\xbf\n\n" + _plain()],
    "heads": [
        _plain(head=HEAD.replace("Subject: ", "Subject:\n ")),
        _plain(head=HEAD + "this line is no field\n"),
        _plain(head=" begins with a blank\n" + HEAD),
        _plain(head="From me@example.com Mon Jan 1 08:00:00 2024\n" + HEAD),
        _plain(head=HEAD, fields="Content-Type: text/plain\nContent-Type: text/html\n"),
        _plain(head=HEAD, fields=": no name\nContent-Type: text/plain\n"),
        _plain(head=HEAD, fields="Content-Type: text/plain; name=" + "x" * 9_000 + "\n"),
        _plain(head=HEAD, fields="Content-Type: text\n"),
        _plain(head=HEAD, fields="Content-Type: =?utf-8?q?text/html?=\n"),
        _plain(head=HEAD, fields="Content-Type: image/png\n"),
        _plain(head=HEAD, fields="Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n"),
    ],
    "encodings": [
        _plain(_B64, "Content-Transfer-Encoding: base64\n"),
        _plain(_B64 + "not base64 at all!", "Content-Transfer-Encoding: base64\n"),
        _plain(_B64.replace("\n", "\n\n "), "Content-Transfer-Encoding: BASE64\n"),
        _plain(_B64.rstrip("=\n"), "Content-Transfer-Encoding: base64\n"),
        _plain(_B64 + _B64, "Content-Transfer-Encoding: base64\n"),
        _plain("$" + _B64, "Content-Transfer-Encoding: base64\n"),
        _plain(_QP.replace("not", "n=6Ft").replace("move", "mo=\nve"), "Content-Transfer-Encoding: quoted-printable\n"),
        _plain(_QP + "=", "Content-Transfer-Encoding: Quoted-Printable\n"),
        _plain(NO, "Content-Transfer-Encoding: base64\n"),
        _plain(NO, "Content-Transfer-Encoding: x-unknown\n"),
        _plain(NO, "Content-Transfer-Encoding: base64 (really)\n"),
        _plain("begin 644 a\n" + NO + "\nend", "Content-Transfer-Encoding: uuencode\n"),
    ],
    "charsets": [
        HEAD.encode() + b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(NO.encode("utf-16")),
        HEAD.encode() + b"Content-Type: text/html; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(f"<p>{NO}</p>".encode("utf-16le")),
        HEAD.encode() + b"Content-Type: text/plain; charset=cp037\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(NO.encode("cp037")),
        HEAD.encode() + b"Content-Type: text/plain; charset=utf-8\n\n\xff\xfe " + NO.encode(),
        HEAD.encode() + b"Content-Type: text/plain; charset*=utf-8''utf-8\n\n" + NO.encode(),
        HEAD.encode() + b"Content-Type: text/plain; charset=utf-8; charset=utf-16\n\n" + NO.encode(),
        _plain(NO, "Content-Type: text/plain; charset=hz\n"), _plain(NO, "Content-Type: text/plain; charset=klingon\n"),
        _plain(NO.replace("move", "mo\u00adve").replace("not", "n\u200bot")),
        _plain(NO.replace(" ", "\u00a0")), _plain(NO.replace("o", "ó").replace("e", "ê")), _plain(NO.replace("We ", "We’ve — ")),
        _plain(NO.upper()), _plain(NO + " 日本語 Ω ❤ " * 50), _plain("日本語 " * 300 + NO),
    ],
    "html": [
        _html(f"<p>{NO}</p>"), _html(NO), _html(f"<P>{NO.upper()}</P>"), _html(f"<div>{NO.replace(' ', '<br>')}</div>"),
        *[_html(f"<p>{_SPLIT % cut}</p>") for cut in (
            "<b></b>", "&shy;", "&#173;", "\u00ad", "<wbr>", "&#8203;", "<!-- x -->", "<!-- a > b -->", "<i>", "<span title='>'>",
            "<span style='display:none'>zz</span>", '<span style="display:none">zz</span>', "<span hidden>zz</span>", "<o:p></o:p>",
            "<span style='font-size:0'>zz</span>", "<!---->", "<!-->", "<!--->", "<!-- x --!>", "<title>x</title>", "<style>p{}</style>",
            "<noscript>zz</noscript>", "<script>zz</script>", "<xmp></xmp>", "</b>", "<img src='x'>", "<a href='>'></a>",
            "<span style='d&#105;splay:none'>zz</span>", "<svg><text>zz</text></svg>", "<textarea>zz</textarea>", "<select><option>z</select>",
            "<b\n>", "<b\t class=x></b\n>", "<hr>", "<p>", "<x-y>", "<?php echo ?>", "<![CDATA[x]]>", "<!doctype x>",
        )],
        _html("<p>We will not <span style='display:none'>at all ever again today</span> move forward with your application for the position.</p>"),
        _html("<table><tr><td>Your application for the position.</td></tr></table><table>We will not <tr><td>x</td></tr>move forward with your application</table>"),
        _html("<table><tr>We have decided not to <td>Your application for the position</td>move forward with your application</tr></table>"),
        _html(f"<a title='<!--'>{NO}<b title='-->'>x</b>"), _html(f"a < b {NO} c > d"), _html(f"<style>p > a {{}}</style><p>{NO}</p>"),
        _html(f"<!-- <style> --> {NO} <style>x</style>"), _html(f"<style><!-- p {{}} --></style>{NO}"), _html(f"<plaintext>{NO}"),
        _html(f"<style>a</style{NO}"), _html(f"<script>if (a < b) {{}}</script>{NO}"), _html(f"{NO}<!-- never closed"),
        _html(f"<xmp><{NO}></xmp>"), _html(f"<div style='font-size:0px'><span style='font-size:12px'>{NO}</span></div>"),
        _html("<b>" * 3_000 + NO), _html("<p>x</p>" * 6_000 + NO), _html(f"\0<p>{NO}</p>"), _html(f"\1<p>{NO}</p>"),
        _html(f"<p>{NO.replace('not', '&#110;&#x6f;t')}</p>"), _html(f"<p>{NO.replace(' ', '&nbsp;&#32;')}</p>"),
        # Stray ends of elements are passed over, so that here no sentence ends.
        *[_html(f"<p>Thank you for your application for the position. We will not today.{tag}move forward with your application.</p>") for tag in (
            "</div>", "</td>", "</table>", "</h1>", "<td>", "<tr>", "<body>", "</form>", "</li>",
        )],
        *[_html(f"<p>Thank you for your application for the position.</p><p>We will not{tag}move forward with your application.</p>") for tag in (
            "</div> ", " </td>", " </table>", " </h1> ", " <td>", " <tr>", " <body>", " </ul> ", " </blockquote> ", " </pre> ", " <form> ",
        )],
        _html(f"<pre>\n{NO.replace(' ', chr(10))}</pre>"), _html("&lt;p&gt;" + NO), _plain(f"<html><body><p>{NO}</p></body></html>"),
        _plain(f"   \n <!DOCTYPE html><p>{NO.replace('move', 'mo<b>ve</b>')}</p>"), _plain(f"<https://acme.example> {NO}"),
    ],
    "multiparts": [
        _mixed(_PART), _mixed("Content-Type: image/png\n\nxx", _PART), _mixed(_PART, declared='"m"'), _mixed(_PART, declared="other"),
        _mixed(_PART, kind="digest"), _mixed(_PART, kind="alternative"), _mixed(f"\n{NO}"), _mixed(NO), _mixed(_PART, mark="m x", declared='"m x"'),
        _mixed("Content-Type: text/plain\n\nshort", f"Content-Type: text/html\n\n<p>{NO}</p>", kind="alternative"),
        _mixed("Content-Type: text/plain\n\n" + "Please view this in your browser. " * 30, f"Content-Type: text/html\n\n<p>{NO}</p>", kind="alternative"),
        _mixed("Content-Type: text/plain\n\n", f"Content-Type: text/html\n\n<p>{NO}</p>", kind="alternative"),
        _mixed("Content-Type: text/plain\n\n" + "<p>x</p>" * 100, f"Content-Type: text/html\n\n<p>{NO}</p>", kind="alternative"),
        _mixed(f"Content-Type: message/rfc822\n\n{_plain().decode()}"), _mixed(f"{_PART}\n", f"Content-Type: message/rfc822\n\n{_plain('Hi').decode()}"),
        _mixed("Content-Type: text/plain\n\nhi", mark="m").replace(b"--m--", b"--m-- x"), _mixed(_PART).replace(b"--m--\n", b""),
        _mixed(_PART).replace(b"--m\n", b"--m \t\n"), _mixed(_PART).replace(b"--m\n", b"--mm\n"), b"--m--\n".join([_mixed("x"), _PART.encode()]),
        _mixed(f"Content-Type: multipart/mixed; boundary=mm\n\n--mm\n{_PART}\n--mm--"), _mixed(f"Content-Type: multipart/mixed\n\n--zz\n{_PART}\n--zz--"),
        _mixed("x", declared='m; boundary="n"'), _mixed(_PART, declared="m; name=\"; boundary=n\""), _mixed(_PART, declared="m\n\tfolded=yes"),
        _mixed(_PART).replace(b"boundary=m", b"boundary*=us-ascii''m"), _mixed(_PART).replace(b"boundary=m", b"boundary*0=m"),
        _mixed(_PART).replace(b"\n", b"\r"), _mixed(_PART).replace(b"\n--m", b"\r--m"), _mixed(*["Content-Type: text/plain\n\nhi"] * 700, _PART),
        _deep(3), _deep(29), _deep(40), _deep(70), _deep(200),
        _plain("\nboundary=x" * 80 + "\n" + NO), _mixed("Content-Type: text/plain\n\n" + "boundary=x\n" * 80 + NO),
    ],
    "quoting": [
        _plain(f"{NO}\n\nOn Mon, 6 May 2024, A <a@b.example> wrote:\n> Your offer\n"), _plain("> " + NO), _plain(f">From here on: {NO}"),
        _plain(NO.replace(" ", " \n"), "Content-Type: text/plain; format=flowed\n"),
        _plain("We will not mo \nve forward with your application.", "Content-Type: text/plain; format=flowed; delsp=yes\n"),
        _plain("We will not move forward with you.\n\nOn Mon, 6 May 2024, A <a@b.example> wrote:\n> I applied \n> for the \n> position of clerk.\n",
               "Content-Type: text/plain; format=flowed\n", "From: A <a@b.example>\nSubject: Re: Hi\n"),
        _plain("We will not move forward with you.\n\n-- \nAnn, Hiring Manager, Acme Recruiting\n", head="From: A <a@b.example>\nSubject: Hi\n"),
        _plain("We will not move forward with you.", head="From: A <a@greenhouse.io>\nSubject: Hi\n"),
        _plain("We will not move forward with you.", head="Sender: A <a@greenhouse.io>\nSubject: Hi\n"),
        _plain("Hello.", head="From: Jobs <jobs@a.example>\nSubject: =?utf-8?q?Your_application_has_been_unsuccess?=\n =?utf-8?q?ful?=\n"),
        _plain("Hello.", head="From: Jobs <jobs@a.example>\nSubject: Your application has been\n unsuccessful\n"),
    ],
    "broken": [b"", b"\n", b"\x00" * 50, b"From: ", HEAD.encode(), bytes(range(256)) * 20, _plain()[:-200], _plain().replace(b"\n", b"\r")],
}  # fmt: skip
