"""The words that proofing leaves alone: names of people, companies, roles and products known from the mail."""

import re
import unicodedata
from collections.abc import Iterable


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_](?:[\w.'’+#&-]*[\w+#])?")
_CAPITAL_BEFORE = re.compile(r"[A-Z]\w+\s\Z")
_LONGEST_WORD = 200
_KNOWN_SMALL = _words(
    "adidas eBay iOS iPhone iRobot macOS npm pytest jQuery gRPC nginx systemd kubectl pandas numpy scikit-learn dbt"
)


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Every single word of the names, as written, in both Unicode forms and without a possessive: `Zoë`, `O'Brien`,
    `Node.js`."""
    words: set[str] = set()
    for name in names:
        for match in _WORD.finditer(name):
            word = re.sub(r"['’]s$", "", match[0])
            words |= {word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}
    return frozenset(words)


def is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a flagged word is a known name: itself, its possessive, or a piece of a name with marks in it."""
    bare = re.sub(r"['’]s?$", "", word)
    if bare in names or word in names or bare in _KNOWN_SMALL:
        return True
    return any(bare in re.split(r"[.'’&+-]", name) for name in names if not name.isalnum())


def follows_a_capital(text: str, start: int) -> bool:
    """Whether the word before a place is written like a name: “Ros” before the “an” of “Ros an Mhíl”."""
    return _CAPITAL_BEFORE.search(text, max(0, start - _LONGEST_WORD), start) is not None


def looks_like_code(word: str) -> bool:
    """PostgreSQL, Node.js, C++, k8s: capitals inside, digits or marks are no matter for a speller."""
    return bool(re.search(r"[^\W\d_][A-Z]|\d|[+#@/_.]", word))
