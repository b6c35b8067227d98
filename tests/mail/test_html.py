"""HTML to the text that a reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.html import html_to_text
from gmail_followup.mail.message import Part
from gmail_followup.mail.quoting import split_parts


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One<div>Two</div></div>", "One\nTwo"),
        ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
        ("One\n  two\tthree", "One two three"),
        ("<b>un</b>happy", "unhappy"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        (
            "<table><tr><td>Role</td><td>Engineer</td></tr><tr><td>City</td><td>Rome</td></tr></table>",
            "Role\tEngineer\nCity\tRome",
        ),
        ('<a href="https://x.example">here</a>', "here"),
        ("caf&eacute; &amp; &lt;b&gt; &#8217;", "café & <b> ’"),
        ("a&nbsp;b", "a\u00a0b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<title>t</title><style>s</style><script>x</script>seen", "seen"),
        ("<!-- c -->seen<!--[if mso]>not<![endif]-->", "seen"),
        ("", ""),
        ("plain", "plain"),
        ("<h1>Head</h1>body", "Head\n\nbody"),
    ],
)
def test_layout(html: str, wanted: str) -> None:
    assert html_to_text(html) == wanted


@pytest.mark.parametrize(
    "tag",
    [
        '<div style="display:none">',
        '<div style="DISPLAY: none !important; color:red">',
        '<span style="visibility:hidden">',
        '<div style="font-size:0px">',
        '<div style="font-size:0">',
        '<div style="max-height:0;overflow:hidden">',
        '<div style="max-height:0px">',
        '<div style="opacity:0;">',
        '<div style="opacity:0">',
        "<div hidden>",
        '<p hidden="hidden">',
    ],
)
def test_hidden_words_are_left_out(tag: str) -> None:
    name = tag[1:].split()[0].rstrip(">")
    assert html_to_text(f"seen {tag}not <b>this</b></{name}> again").split() == ["seen", "again"]


@pytest.mark.parametrize(
    "tag",
    [
        '<div style="font-size:0.9em">',
        '<div style="font-size:10px">',
        '<div style="max-height:100px">',
        '<div style="opacity:0.9">',
        '<div style="line-height:0">',
    ],
)
def test_small_or_pale_words_are_kept(tag: str) -> None:
    assert html_to_text(f"{tag}kept</div>") == "kept"


def test_layout_boxes_with_font_size_zero_keep_their_words() -> None:
    assert html_to_text('<td style="font-size:0"><div style="font-size:13px">kept</div></td>') == "kept"


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote>theirs</blockquote>",
        '<blockquote type="cite">theirs</blockquote>',
        '<div class="gmail_quote"><div class="gmail_attr">Il giorno lun 2 nov, A ha scritto:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0;border-left:1px solid">theirs</blockquote></div>',
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: A</div>theirs</div>",
        '<div id="divRplyFwdMsg"><b>Da:</b> A</div><div>theirs</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt"><p><b>Fra:</b> A</p></div><p>theirs</p>',
        '<div class="yahoo_quoted">theirs</div>',
        "<hr><b>From:</b> A &lt;a@b.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> J<br>"
        "<b>Subject:</b> x<br><br>theirs",
    ],
)
def test_quoted_mail_is_marked(quote: str) -> None:
    text = html_to_text(f"<div>mine</div>{quote}")
    own = "".join(text[span.start : span.end] for span, part in split_parts(text) if part is Part.OWN)
    assert own.split() == ["mine"]
    assert "theirs" in text


def test_own_words_between_and_below_quotes_stay_own() -> None:
    text = html_to_text(
        "<p>a</p><blockquote>q1<blockquote>q2</blockquote></blockquote><p>b</p><blockquote>q3</blockquote>c"
    )
    assert text.split("\n") == ["a", "", "> q1", ">", "> > q2", "", "b", "", "> q3", "", "c"]


def test_an_indented_paragraph_is_no_quote() -> None:
    assert html_to_text('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>') == "mine"


def test_gmail_signatures_are_seen() -> None:
    text = html_to_text('<div>Hi</div><div class="gmail_signature">Ann<br>Acme</div>')
    assert [part for _, part in split_parts(text)] == [Part.OWN, Part.SIGNATURE]


FRAGMENTS = st.sampled_from(
    ["<div>", "</div>", "<p>", "<td>", "<table>", "</table>", "<blockquote>", "</blockquote>", "<br>", "<pre>",
     "<li>", "&nbsp;", "&#xD800;", "<", ">", "<!--", "-->", "<![CDATA[", "<svg>", "<math>", "<template>",
     ' style="font-size:0"', "words", "\x00", "\ud800", "<plaintext>", "<select>", "<frameset>",
     '<div class="gmail_quote">', '<div hidden style="', "</body>"]
)  # fmt: skip


@given(st.lists(FRAGMENTS | st.text(max_size=10), max_size=30).map("".join))
def test_never_raises(html: str) -> None:
    text = html_to_text(html)
    assert "\x00" not in text


@given(
    st.lists(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1, max_size=8),
    st.sampled_from(["p", "div", "td", "span"]),
)
def test_every_visible_word_is_kept_in_order(words: list[str], tag: str) -> None:
    assert html_to_text(" ".join(f"<{tag}>{word}</{tag}>" for word in words)).split() == words


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<blockquote>", "<table><tr><td>", "<x>", "<span>"])
def test_deep_nesting_ends_soon(tag: str) -> None:
    assert "found" in html_to_text(tag * 20_000 + "found")
