"""Bytes to text when the label may lie: unknown, wrong or missing charsets."""

import codecs
import re
from functools import lru_cache

_NOT_FOR_TEXT = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos", "utf-7"}
)
_LATIN = frozenset({"iso8859-1", "latin-1", "latin1", "ascii"})
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=256)
def _codec(label: str) -> str:
    """Python's name of the charset that the label means, "" if there is none that is safe to use."""
    try:
        info = codecs.lookup(label.strip("\"' "))
    except (LookupError, ValueError):
        return ""
    if info.name in _NOT_FOR_TEXT or not getattr(info, "_is_text_encoding", True):
        return ""
    return info.name


def known(label: str) -> bool:
    """Whether a charset label ("" included) names something that can be decoded as it stands."""
    return not label or bool(_codec(label))


def decode(data: bytes, label: str = "") -> str:
    """Text of `data`. Tries the label, then UTF-8, then windows-1252 with replacement; never raises.

    ISO-8859-1 and US-ASCII are read as windows-1252 where bytes above 0x7f occur, as browsers do (WHATWG Encoding 4.2).
    """
    if data.isascii() and (not label or label.lower() in ("utf-8", "us-ascii", "iso-8859-1", "windows-1252")):
        return data.decode("ascii")
    name = _codec(label) if label else ""
    if name and name not in _LATIN:
        try:
            return tidy(data.decode(name))
        except (UnicodeError, ValueError):
            if name != "utf-8":
                return tidy(data.decode(name, "replace"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if name == "utf-8":
        # A cut multi-byte letter should cost one letter, not turn every umlaut into two.
        text = data.decode("utf-8", "replace")
        if any(char > "\x7f" and char != "\ufffd" for char in text):
            return text
    return data.decode("cp1252", "replace")


def tidy(text: str) -> str:
    """Replaces lone surrogates, which no file and no JSON can carry."""
    if text.isascii():
        return text
    return _LONE_SURROGATE.sub("\ufffd", text)
