"""HTML bodies as the text that a reader sees."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED = frozenset(
    {"head", "style", "script", "title", "noscript", "template", "svg", "object", "iframe", "select", "textarea",
     "meta", "link", "img", "map", "video", "audio", "canvas", "-comment", "!doctype", "-doctype"}
)  # fmt: skip
_LINE = frozenset(
    {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "main", "nav", "aside", "center", "form",
     "address", "figure", "figcaption", "caption", "thead", "tbody", "tfoot", "body", "html", "fieldset", "legend"}
)  # fmt: skip
_PARAGRAPH = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "pre", "hr"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0*\.?0*\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px|em|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"(?<![\w-])font-size\s*:\s*([\d.]+)", re.IGNORECASE)
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)\s+1\.0pt", re.IGNORECASE)
_INDENT = re.compile(r"border\s*:\s*(?:none|0)|border-left\s*:\s*(?:none|0)", re.IGNORECASE)
_QUOTE_CLASSES = ("yahoo_quoted", "protonmail_quote", "moz-forward-container", "zmail_extra")
_REST_IDS = ("divrplyfwdmsg", "olk_src_body_section", "mail-editor-reference-message-container")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile("  +")
_CELLS = re.compile(r" *\t[ \t]*")
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|dt|dd|br|hr|img|meta|link|input|col|wbr|option|tbody|area|base)\b)[a-z]", re.IGNORECASE
)
_MANY_TAGS = 5_000
_DEEPEST = 1_000
_DEEPEST_QUOTE = 20
_LONG_STYLE = 500
_TAGS = re.compile(r"<[^<>]{0,2000}>")


@lru_cache(maxsize=2)
def html_to_text(html: str) -> str:
    """The visible text of an HTML mail, lines separated by \\n, paragraphs by one blank line; never raises.

    Quoted mails (blockquote, Gmail's and Outlook's reply blocks) come as lines that start with "> ", so that `quoting`
    sees them as it sees plain text. Table cells are separated by a tab. No-break spaces stay as they are.
    """
    from selectolax.lexbor import LexborHTMLParser

    clean = html.replace("\x00", "\ufffd").encode("utf-8", "replace")
    if _too_deep(html):
        return _TAGS.sub(" ", html).strip()
    try:
        root = LexborHTMLParser(clean).root
    except Exception:
        # The parser promises no exception type of its own; markup that it gives up on is still worth reading.
        return _TAGS.sub(" ", html).strip()
    if root is None:
        return ""
    return _Writer().write(root)


def _too_deep(html: str) -> bool:
    """Whether tags nest so deep that the HTML algorithm, which searches its stack at each tag, would take minutes."""
    if html.count("<") < _MANY_TAGS:
        return False
    depth = deepest = 0
    for match in _NESTING.finditer(html):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


class _Look(NamedTuple):
    """What a style says. tiny: of the size of letters, None if nothing."""

    hidden: bool
    tiny: bool | None
    outlook_rule: bool


def _look(style: str) -> _Look:
    return _known_look(style) if len(style) < _LONG_STYLE else _known_look.__wrapped__(style)


@lru_cache(maxsize=2048)
def _known_look(style: str) -> _Look:
    """A newsletter says the same styles hundreds of times."""
    size = _FONT_SIZE.search(style)
    return _Look(
        hidden=_HIDDEN.search(style) is not None,
        tiny=not size[1].strip("0.") if size else None,
        outlook_rule=_OUTLOOK_RULE.search(style) is not None,
    )


class _Writer:
    """Walks the tree with its own stack, so that ten thousand nested tags cost memory and not the process."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._margin = False
        self._depth = 0
        self._last_depth = 0
        self._pre = 0

    def write(self, root: "LexborNode") -> str:
        stack: list[tuple[LexborNode | None, bool, str]] = [(root, False, "")]
        while stack:
            node, tiny, leave = stack.pop()
            if node is None:
                self._leave(leave)
                continue
            following = node.next
            if following is not None and node is not root:
                stack.append((following, tiny, ""))
            tag = node.tag or ""
            if tag == "-text":
                if not tiny:
                    self._text(node.text_content or "")
                continue
            if tag in _SKIPPED:
                continue
            attributes = node.attributes if tag not in ("br", "b", "i", "strong", "em", "tbody") else {}
            style = attributes.get("style") or ""
            if style or "hidden" in attributes:
                look = _look(style)
                if look.hidden or "hidden" in attributes:
                    continue
                # Newsletter frameworks put font-size:0 on layout boxes and a real size on the words inside.
                tiny = tiny if look.tiny is None else look.tiny
            leaving = self._enter(node, tag, attributes, style)
            if leaving:
                stack.append((None, False, leaving))
            child = node.child
            if child is not None:
                stack.append((child, tiny, ""))
        self._flush()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines)

    def _text(self, text: str) -> None:
        if self._pre:
            first, *others = text.split("\n")
            self._line.append(first)
            for other in others:
                self._break()
                self._line.append(other)
        else:
            self._line.append(_BLANKS.sub(" ", text))

    def _enter(self, node: "LexborNode", tag: str, attributes: dict[str, str | None], style: str) -> str:
        """Starts an element; the answer names what to undo at its end."""
        if tag == "br":
            self._break()
            return ""
        if tag in ("td", "th"):
            self._line.append("\t")
            return ""
        quoted = self._quotes(node, tag, attributes, style)
        if tag in _PARAGRAPH:
            self._flush()
            self._margin = True
        elif tag in _LINE:
            self._flush()
        elif not quoted:
            return ""
        if quoted == "rest":
            self._flush()
            self._depth += 1
            return "line"
        if quoted:
            self._flush()
            self._depth += 1
            return "quote"
        if tag == "pre":
            self._pre += 1
            return "pre"
        if tag == "li":
            self._line.append("- ")
        return "paragraph" if tag in _PARAGRAPH else "line"

    def _quotes(self, node: "LexborNode", tag: str, attributes: dict[str, str | None], style: str) -> str:
        """ "quote" if the element holds quoted mail, "rest" if everything from here to the end is, else ""."""
        names = attributes.get("class") or ""
        if tag == "blockquote":
            indent = style and _INDENT.search(style) and "gmail_quote" not in names
            return "" if indent and attributes.get("type") != "cite" else "quote"
        if tag != "div":
            return ""
        if (attributes.get("id") or "").lower() in _REST_IDS or (style and _look(style).outlook_rule):
            return "rest"
        if not names:
            return ""
        if "gmail_signature" in names.split():
            self._flush()
            if not self._lines or self._lines[-1].rstrip() != "--":
                self._lines.append("-- ")
            return ""
        if "gmail_attr" in names.split() or "moz-cite-prefix" in names:
            return "quote"
        if "gmail_quote" in names:
            line = node.css_first(".gmail_attr")
            return "quote" if line is not None and line.text(strip=True).startswith("--") else ""
        return "quote" if any(name in names for name in _QUOTE_CLASSES) else ""

    def _leave(self, what: str) -> None:
        if not what:
            return
        self._flush()
        if what == "quote":
            self._depth -= 1
            self._margin = True
        elif what == "paragraph":
            self._margin = True
        elif what == "pre":
            self._pre -= 1
            self._margin = True

    def _flush(self) -> None:
        """Ends the line if there is something on it."""
        if not self._line:
            return
        text = self._joined()
        if text:
            self._put(text)

    def _break(self) -> None:
        """Ends the line, even an empty one."""
        text = self._joined()
        if text or not self._lines or self._lines[-1].strip("> "):
            self._put(text)

    def _joined(self) -> str:
        text = "".join(self._line)
        self._line.clear()
        if self._pre:
            return text.rstrip(" \t")
        if "\t" in text:
            text = _CELLS.sub("\t", text)
        if "  " in text:
            text = _SPACES.sub(" ", text)
        return text.strip(" \t")

    def _put(self, text: str) -> None:
        if self._margin and self._lines and self._lines[-1].strip("> "):
            self._lines.append(("> " * min(self._depth, self._last_depth)).rstrip())
        self._margin = False
        self._last_depth = min(self._depth, _DEEPEST_QUOTE)
        self._lines.append("> " * self._last_depth + text)
