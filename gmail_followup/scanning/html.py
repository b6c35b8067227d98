"""What an HTML mail may show, roughly and fast: enough to say that certain words are not in it."""

import html as entities
import re
from functools import lru_cache

from gmail_followup.scanning.expressions import expression
from gmail_followup.scanning.outline import SEAM

_COMMENT = rb"<!--"
_TITLE = rb"<title"
_STYLE = rb"<s(?:tyle|cript)\b[^<>]*>"
_COMMENT_END = b"-->"
_HIDDEN = (
    rb"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*[0.;!\"']|max-height\s*:\s*0|font-size\s*:\s*[0.]"
    rb"|<[^<>]*[\s\"'/]hidden[\s=>/]|style\s*=\s*[\"'][^\"'<>]*(?:&(?:#|colon|tab|newline)|[\x80-\xff])"
)
_UNUSUAL = (
    rb"<(?:noscript|template|svg|object|iframe|select|textarea|map|video|audio|canvas|xmp|plaintext|noembed|noframes"
    rb"|listing|style|script|title|!\[cdata)|<[^a-z/!?]|--!>"
    # What stands in a table outside its cells is shown before the table.
    rb"|(?:</t[dhr]\b[^<>]*>|<t(?:r|able|body|head|foot)\b[^<>]*>)\s*(?:[^<\s]|<[^t/]|</[^t])"
)
_ALL = _HIDDEN + b"|" + _UNUSUAL
_EMPTY_HIDDEN = re.compile(rb"<(div|span|p|td|font)\b[^<>]*>[^<>]*</\1>")
_BREAKS = re.compile(
    rb"/?(?:br|hr|p|h[1-6]|div|t[drh]|table|thead|tbody|tfoot|li|ul|ol|dl|dt|dd|blockquote|pre|section|article|header"
    rb"|footer|main|nav|aside|center|form|address|figure|figcaption|caption|body|html|fieldset|legend)(?![^\s/])"
)
"""Tags at which `html_to_text` puts a line break or a tab; any other joins what stands on its two sides."""
_PARAGRAPHS = re.compile(rb"(?:/?p|h[1-6]|table|ul|ol|dl|hr)(?![^\s/])")
"""Tags at which `html_to_text` surely leaves a line empty; an end tag may be a stray one, which parsers pass over."""
_SURE_BREAKS = re.compile(
    rb"(?:br|li|dt|dd|div|blockquote|pre|center|section|article|header|footer|main|nav|aside|address|figure|figcaption"
    rb"|fieldset)(?![^\s/])"
)
"""Tags that parsers never pass over: there is a blank in the text that is read. Of others nobody knows."""
_PERHAPS = b"\f"
_APART = b" " + SEAM.encode() + b" "
"""For what no sentence crosses."""
_MOST_SEAMS = 5_000
_LONG_TAG = 200
_LONGEST_NAME = 12
"""One more than the longest of the names above with a slash before it."""
_INLINE = b"\1"
_BRACKETS = bytes(set(range(256)) - set(b"<>"))
_MOST_TAGS = 4_900


def shown(html: bytes) -> str | None:
    """A text that holds every run of words that `html_to_text` would find, lower case, entities decoded.

    Where no sentence goes on there is a `SEAM`. html: ASCII or UTF-8.
    None where the mail hides text, nests strangely or is otherwise beyond a rough look.
    """
    if b"\0" in html or b"\1" in html or b"\2" in html:
        return None
    low = html.lower()
    if expression(_COMMENT).search(low) and (found := _without_comments(low)) is not None:
        low = found
    if expression(_TITLE).search(low):
        low = _without_title(low)
    low = _without_styles(low)
    if expression(_ALL).search(low):
        low = _EMPTY_HIDDEN.sub(_without_hidden, low)
        if expression(_ALL).search(low):
            return None
    brackets = low.translate(None, _BRACKETS)
    if len(brackets) % 2 or brackets != b"<>" * (len(brackets) // 2) or len(brackets) > 2 * _MOST_TAGS:
        return None
    pieces = low.replace(b">", b"<").split(b"<")
    pieces[1::2] = map(_SEAMS.__getitem__, pieces[1::2])
    # "re<b>gret</b>" is one word, "<td>re</td><td>gret</td>" is two.
    return _text(b"".join(pieces).replace(_INLINE, b""))


class _Seams(dict[bytes, bytes]):
    """What stands in place of a tag: a blank, a seam where a paragraph ends, or a mark that is taken out in the end.

    It remembers tags that may come again and again, and works the others out.
    """

    def __missing__(self, tag: bytes) -> bytes:
        seam = _seam(tag[:_LONGEST_NAME].split(None, 1)[0] if tag and tag[0] > 32 else b"")
        if len(self) < _MOST_SEAMS and len(tag) < _LONG_TAG:
            self[tag] = seam
        return seam


_SEAMS = _Seams()


@lru_cache(maxsize=1024)
def _seam(name: bytes) -> bytes:
    """name: what stands in a tag before the first blank, or as much of it as matters."""
    if _PARAGRAPHS.match(name):
        return _APART
    if _BREAKS.match(name):
        return b" " if _SURE_BREAKS.match(name) else _PERHAPS
    return _INLINE


def _text(data: bytes) -> str:
    text = data.replace(b"\n", b" ").replace(b"&nbsp;", b" ").decode("utf-8", "replace")
    return entities.unescape(text) if "&" in text else text


def _without_comments(low: bytes) -> bytes | None:
    """None where a comment begins within a tag, or is of a kind that ends in other ways."""
    kept: list[bytes] = []
    position = 0
    while True:
        at = low.find(b"<!--", position)
        if at < 0:
            break
        end = low.find(_COMMENT_END, at + 4)
        if end < 0 or low[at + 4 : at + 5] == b">" or low[at + 4 : at + 6] == b"->" or _is_in_tag(low, at):
            return None
        kept.append(low[position:at])
        position = end + 3
    kept.append(low[position:])
    return b"".join(kept)


def _is_in_tag(low: bytes, at: int) -> bool:
    return low.rfind(b"<", 0, at) > low.rfind(b">", 0, at)


def _without_title(low: bytes) -> bytes:
    at = low.find(b"<title>")
    end = low.find(b"</title>", at)
    if at < 0 or end < 0 or b"<" in low[at + 7 : end] or _is_in_tag(low, at):
        return low
    return low[:at] + low[end + 8 :]


def _without_styles(low: bytes) -> bytes:
    """Without style and script elements, where they are plainly that."""
    position = 0
    while True:
        match = expression(_STYLE).search(low, position)
        if match is None:
            return low
        closing = b"</style" if low.startswith(b"<style", match.start()) else b"</script"
        end = low.find(closing, match.end())
        stop = low.find(b">", end)
        if end < 0 or stop < 0 or _is_in_tag(low, match.start()):
            return low
        inner = low[match.end() : end]
        if b"<" in inner.replace(b"<!--", b"") or inner.count(b"<!--") != inner.count(b"-->"):
            return low
        # Between two tags there is no word to cut.
        seam = b"" if low[match.start() - 1 : match.start()] == b">" and low[stop + 1 : stop + 2] == b"<" else b"\1"
        low = low[: match.start()] + seam + low[stop + 1 :]
        position = match.start()


def _without_hidden(match: re.Match[bytes]) -> bytes:
    """An element that shows nothing and holds no other is left out, as `html_to_text` does."""
    whole = match[0]
    opening = whole[: whole.index(b">") + 1]
    style = re.search(rb'style\s*=\s*"([^"]*)"', opening)
    if style and opening.count(b"style") == 1 and re.search(rb"display\s*:\s*none|visibility\s*:\s*hidden", style[1]):
        return b" " if match[1] in (b"div", b"p", b"td") else b"\1"
    return whole
