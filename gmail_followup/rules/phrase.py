"""The little language of phrases, and its translation to an RE2 pattern.

    we (will|shall) not [be] (move|moving) forward     words, alternatives, an optional word
    decided ..3 other candidate*                       up to three words between; a word that begins so
    the {role} (position|role) at {company}            a slot: its words are reported under that name;
                                                       at the end of the phrase, only the first of them

Case, accents and typographic quotes do not matter: phrases are folded as texts are (see `fold`). Everything is linear
in the length of the text, because RE2 is; a phrase cannot say anything that RE2 could not run in linear time.
"""

import re
from functools import lru_cache

from gmail_followup.rules.fold import fold

GAP_DEFAULT = 4
GAP_LIMIT = 12
SLOTS = {
    "company": r"[^;:!?()<>|\[\]]{1,70}",
    "role": r"[^;:!?<>|]{2,110}",
    "name": r"[^\n;:!?()<>|,]{2,60}",
}
_MARKED = r"[^\s;!?<>|]\S*"
"""A slot at the end of a phrase takes one word: it marks where a name begins; `reading.facts` reads on from there."""
_SEPARATOR = r"[\s,*\"_]+"
_GOES_ON = r"[\pL\pN'-]*(?:[:*·_/.(][a-z]+\)?s?){0,2}"
"""How a word may end: also in both genders, as in "Bewerber:innen", "candidat(e)s", "elegido/a"."""
_ORDINARY = re.compile(r"[^()\[\]|{} ]+")


class PhraseError(ValueError):
    """A phrase that cannot be read: says what is wrong and near which words."""


def pattern_of(phrase: str) -> str:
    """The RE2 pattern of a phrase; raises PhraseError. The pattern has one group a slot and none otherwise."""
    parser = _Parser(fold(" ".join(phrase.split())).text)
    if not parser.text:
        raise PhraseError("the phrase is empty")
    pattern = parser.sequence(until="")
    if parser.position < len(parser.text):
        raise PhraseError(f"an unexpected {parser.text[parser.position]!r} near {parser.near()!r}")
    return pattern


class _Parser:
    """Recursive descent over one phrase. Items are joined by a separator; an optional item takes its own along."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def near(self) -> str:
        return self.text[max(0, self.position - 12) : self.position + 12]

    def sequence(self, until: str) -> str:
        items: list[tuple[str, str]] = []
        while self.position < len(self.text) and self.text[self.position] not in (until or "\0"):
            if self.text[self.position] == " ":
                self.position += 1
            elif self.text[self.position] in ")]|":
                break
            else:
                items.append(self.item())
        if not items:
            raise PhraseError(f"nothing between the brackets near {self.near()!r}")
        return _join(items)

    def item(self) -> tuple[str, str]:
        char = self.text[self.position]
        if char == "(":
            return "word", self.alternatives("(", ")")
        if char == "[":
            return "optional", self.alternatives("[", "]")
        if char == "{":
            return "slot", self.slot()
        if self.text.startswith("..", self.position):
            return "gap", self.gap()
        return "word", self.word()

    def alternatives(self, opening: str, closing: str) -> str:
        self.position += 1
        choices = [self.sequence(until=closing + "|")]
        while self.peek() == "|":
            self.position += 1
            choices.append(self.sequence(until=closing + "|"))
        if self.peek() != closing:
            raise PhraseError(f"a {opening!r} without its {closing!r} near {self.near()!r}")
        self.position += 1
        return f"(?:{'|'.join(choices)})"

    def peek(self) -> str:
        return self.text[self.position] if self.position < len(self.text) else ""

    def slot(self) -> str:
        end = self.text.find("}", self.position)
        name = self.text[self.position + 1 : end] if end > 0 else ""
        if name not in SLOTS:
            raise PhraseError(f"no slot {{{name}}}; there are {', '.join('{' + s + '}' for s in SLOTS)}")
        self.position = end + 1
        if not self.text[self.position :].strip():
            return f"(?P<{name}>{_MARKED if name != 'name' else SLOTS[name]})"
        return f"(?P<{name}>{SLOTS[name]}?)"

    def gap(self) -> str:
        start = self.position
        while self.peek() == ".":
            self.position += 1
        digits = self.position
        while self.peek().isdigit():
            self.position += 1
        number = self.text[digits : self.position]
        most = int(number) if number else GAP_DEFAULT
        if not 1 <= most <= GAP_LIMIT:
            raise PhraseError(
                f"a gap of {most} words near {self.text[start : self.position]!r}; 1 to {GAP_LIMIT} are allowed"
            )
        return str(most)

    def word(self) -> str:
        run = _ORDINARY.match(self.text, self.position)
        word = run[0] if run else ""
        self.position += len(word)
        prefix = word.endswith("*")
        word = word.rstrip("*")
        if not word or "*" in word:
            raise PhraseError(f"'*' stands only at the end of a word, near {self.near()!r}")
        return _pattern_of_word(word, prefix)


@lru_cache(maxsize=8192)
def _pattern_of_word(word: str, prefix: bool) -> str:
    return _literal(word) + (_GOES_ON if prefix else "") + _edge(word[-1], prefix)


def _literal(word: str) -> str:
    opening = r"\b" if word[0].isascii() and word[0].isalnum() else ""
    return opening + "".join(c if c.isalnum() or not c.isascii() else "\\" + c for c in word)


def _edge(last: str, prefix: bool) -> str:
    return "" if prefix or not (last.isascii() and last.isalnum()) else r"\b"


def _join(items: list[tuple[str, str]]) -> str:
    """Puts separators where words meet; an optional item or a gap brings its separator with it."""
    words = [kind for kind, _ in items]
    if all(kind in ("optional", "gap") for kind in words):
        raise PhraseError("a phrase (or an alternative) needs at least one word that must be there")
    out: list[str] = []
    pending = False  # a required item stands before, and the next required one must be separated from it
    for kind, pattern in items:
        if kind == "gap":
            out.append(rf"(?:{_SEPARATOR}\S+){{0,{pattern}}}?" if pending else rf"(?:\S+{_SEPARATOR}){{0,{pattern}}}?")
        elif kind == "optional":
            out.append(f"(?:{_SEPARATOR}{pattern})?" if pending else f"(?:{pattern}{_SEPARATOR})?")
        else:
            out.append((_SEPARATOR if pending else "") + pattern)
            pending = True
    return "".join(out)
