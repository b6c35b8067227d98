"""Which language a text is in, by its small words. Enough for letters; see docs/decisions for why no library."""

import functools
import re
import tomllib
from collections import Counter
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+")
_BLANKS_FOR_OTHERS = bytes(code if code < 128 and chr(code).isalpha() else 32 for code in range(256))
"""For ASCII; several times as fast as the expression."""
_ENOUGH_WORDS = 3
_FIRST_FOREIGN = "\u0370"
_LOOKED_AT = 4000
_SCRIPTS = (
    ("ru", "\u0400", "\u04ff"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
    ("ko", "\uac00", "\ud7af"),
    ("el", "\u0370", "\u03ff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("hi", "\u0900", "\u097f"),
)


@functools.lru_cache(maxsize=1)
def _small_words() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
    index: dict[str, list[str]] = {}
    for language, words in data.items():
        for word in words.split():
            index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


def _by_script(sample: str) -> str:
    """The language whose script most letters of a text are of, "" for Latin ones."""
    if sample.isascii():
        return ""
    foreign = {char for char in set(sample) if char >= _FIRST_FOREIGN}
    for language, first, last in _SCRIPTS:
        script = {char for char in foreign if first <= char <= last}
        if script and sum(map(script.__contains__, sample)) > 0.3 * sum(map(str.isalpha, sample)) > 0:
            return language
    return ""


def _words(text: str) -> list[str]:
    """The runs of letters of a text in lower case."""
    if text.isascii():
        return text.encode().translate(_BLANKS_FOR_OTHERS).decode().split()
    return _WORD.findall(text)


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of `text`, "" if too little is there to tell."""
    sample = text[:_LOOKED_AT]
    found = _by_script(sample)
    if found:
        return found
    index = _small_words()
    scores: dict[str, float] = {}
    for word, times in Counter(filter(index.__contains__, _words(sample.lower()))).items():
        languages = index[word]
        for language in languages:
            scores[language] = scores.get(language, 0.0) + times / len(languages)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _ENOUGH_WORDS:
        return ""
    if len(ranked) > 1 and ranked[1][1] > ranked[0][1] * 0.9:
        return ""
    return ranked[0][0]
