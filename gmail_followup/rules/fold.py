"""Folding: what a person would call the same words becomes the same characters, and spans stay exact.

Case, accents, typographic quotes and dashes, and odd blanks are folded one code point to one; characters that nobody
sees (soft hyphen, zero-width joiners, bidi marks) are left out, and then a table leads back to the original offsets.
"""

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SAME = {
    **dict.fromkeys("‘’‚‛ʼ´`′＇", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    "ß": "s",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
    "æ": "a",
    "Æ": "a",
    "œ": "o",
    "Œ": "o",
    "ı": "i",
    "…": ".",
}


class _Table(dict[int, str]):
    """Code point to folded character, worked out on first use."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _SAME.get(char)
        if folded is None:
            base = unicodedata.normalize("NFKD", char)
            marks = base[1:]
            if len(base) > 1 and all(unicodedata.combining(c) for c in marks):
                char = base[0]
            elif len(base) == 1:
                char = base
            lowered = char.lower()
            folded = lowered if len(lowered) == 1 else char
        self[code] = folded
        return folded


_TABLE = _Table()
_ASCII = bytes(range(128))
_LONG = 200
_MANY = 40


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as the engine sees it. `offsets` is None where every code point kept its place."""

    text: str
    offsets: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of a span in the folded one."""
        if self.offsets is None:
            return start, end
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return self.offsets[start], last


def folded(text: str) -> str:
    """The text of `fold(text)`, where nobody asks for places."""
    return text.lower().replace("`", "'") if text.isascii() else fold(text).text


def fold(text: str) -> Folded:
    """The folded form of `text`; linear in its length."""
    if text.isascii():
        return Folded(text.lower().replace("`", "'"))
    if len(text) < _LONG:
        if _INVISIBLE.search(text) is None:
            return Folded(text.translate(_TABLE))
    else:
        rare = _beyond_ascii(text)
        if _INVISIBLE.search(rare) is None:
            return Folded(_translated(text, rare))
    kept = [i for i, char in enumerate(text) if not _INVISIBLE.match(char)]
    return Folded("".join(text[i] for i in kept).translate(_TABLE), (*kept, len(text)))


def _beyond_ascii(text: str) -> str:
    """The different characters of a text that ASCII does not have."""
    # In UTF-8 those are the bytes that ASCII does not use, so the others can be left out before decoding.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return "".join(dict.fromkeys(beyond.decode("utf-8", "surrogatepass")))


def _translated(text: str, rare: str) -> str:
    """`text.translate(_TABLE)`; where few letters are beyond ASCII, replacing those one by one is ten times as fast."""
    if len(rare) > _MANY:
        return text.translate(_TABLE)
    folded = [(char, _TABLE[ord(char)]) for char in rare]
    if any(to.lower() != to or _TABLE[ord(to)] != to for _, to in folded):
        return text.translate(_TABLE)
    for char, to in folded:
        text = text.replace(char, to)
    return text.lower().replace("`", "'")
