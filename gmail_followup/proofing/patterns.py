"""House rules that are data and need to know what a word can be: patterns of words and tags (patterns.toml).

A sentence is written out as `word|TAGS ` for each of its words and marks, and a pattern becomes one regular expression over
that, so a rule about “a modal and then a past” covers every verb of lexicon.toml.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gmail_followup.mail.message import Span
from gmail_followup.proofing import morphology
from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.lexicon import lexicon, tags_of

_FILE = Path(__file__).with_name("patterns.toml")
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*|[^\w\s]")
_SLOT = re.compile(r"\{(?:(?P<form>\w+):)?(?P<n>-?\d+)(?P<rest>\.\.)?\}")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence written out. spans: of each token in the letter's text; at: where each begins in `line`."""

    line: str
    spans: tuple[tuple[int, int], ...]
    at: tuple[int, ...]
    words: frozenset[str]


def tagged(text: str, span: Span) -> Tagged:
    """Write out the sentence `span` of `text`."""
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    at: list[int] = []
    length = 0
    first = True
    for match in _TOKEN.finditer(text, span.start, span.end):
        token = match[0]
        if token[0].isalnum():
            piece = f"{token.lower().replace('’', chr(39))}|{tags_of(token, first=first)} "
            first = False
        else:
            piece = f"{token}|F "
        pieces.append(piece)
        spans.append(match.span())
        at.append(length)
        length += len(piece)
    return Tagged("".join(pieces), tuple(spans), tuple(at), frozenset(piece.partition("|")[0] for piece in pieces))


# --- from a pattern to a regular expression -------------------------------------------------------

_QUANTIFIED = re.compile(r"(?P<atom>.+?)(?P<q>\?|\*|\+|\{\d,\d\d?\})?")
_TAGS = re.compile(r"<(?P<yes>[A-Za-z.]+)(?:-(?P<no>[A-Za-z]+))?>")


def expanded(source: str, macros: dict[str, str]) -> str:
    """A pattern with its macros written out."""
    for name, value in macros.items():
        source = source.replace(f"%{name}%", f"( {value} )")
    return source


@cache
def compiled(source: str) -> re.Pattern[str]:
    """The regular expression of a pattern; made when a sentence first may match it, for most never do."""
    pieces: list[str] = []
    for part in source.split():
        # An alternative may point elsewhere, and a group's name must be its own.
        pieces.append(f"(?P<x{len(pieces)}>" if part == "[" else _part(part))
    return re.compile("".join(pieces))


def _part(part: str) -> str:
    simple = {"(": "(?:", "|": "|", "^": "^", "$": "$", "]": ")", "!(": "(?!", "=(": "(?=", "<start>": r"(?:^|(?<= ))"}
    if part in simple:
        return simple[part]
    if part.startswith(")"):
        return part
    if part[0] in "!=" and len(part) > 1:
        return f"(?{part[0]}{_part(part[1:])})"
    match = _QUANTIFIED.fullmatch(part)
    assert match is not None
    return f"(?:{_atom(match['atom'])} ){match['q'] or ''}"


def _atom(atom: str) -> str:
    return "(?<![^ ])(?:" + "|".join(_choice(choice) for choice in atom.split("/")) + ")"


def _choice(choice: str) -> str:
    match = _TAGS.fullmatch(choice)
    if match is None:
        word = re.escape(choice).replace("\\~", "[^| ]*").replace("~", "[^| ]*")
        return rf"{word}\|[^ ]*"
    no = f"(?![^ ]*[{match['no']}])" if match["no"] else ""
    yes = "(?!F)[^ ]*" if match["yes"] == "." else f"[^ ]*[{match['yes']}][^ ]*"
    return rf"[^| ]+\|{no}{yes}"


def needed_words(source: str) -> tuple[frozenset[str], ...]:
    """Of each of these sets a sentence must hold a word, or the pattern cannot match: cheaper to ask than to search."""
    needed: list[frozenset[str]] = []
    depth = 0
    for part in source.split():
        if part in {"(", "!(", "=("}:
            depth += 1
        elif part.startswith(")"):
            depth -= 1
        elif depth == 0 and part[0] not in "!^$[]|" and not re.search(r"[<~?*+{]", part):
            needed.append(frozenset(part.removeprefix("=").split("/")))
    return tuple(needed)


# --- rules ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule. bad and good are its examples; other: `good` is no correction of `bad`."""

    id: str
    class_: str
    find: str
    use: tuple[str, ...]
    why: str
    bad: str
    good: str
    other: bool = False
    needs: tuple[frozenset[str], ...] = ()

    def findings(self, text: str, sentence: Tagged) -> Iterator[Finding]:
        if any(words.isdisjoint(sentence.words) for words in self.needs):
            return
        for match in compiled(self.find).finditer(sentence.line):
            begin, stop = match.span(str(match.lastgroup))
            first = sentence.at.index(begin)
            last = sentence.line.count(" ", 0, stop) - 1
            spans = sentence.spans[first : last + 1]
            start, end = spans[0][0], spans[-1][1]
            words = tuple(dict.fromkeys(_recased(text[start:end], _filled(use, text, spans)) for use in self.use))
            if text[start:end] not in words and not (self.class_ == "agreement" and _is_unreal(sentence, begin)):
                yield Finding(self.class_, Severity.ADVISE, start, end, text[start:end], self.why, words, "house")


def _is_unreal(sentence: Tagged, begin: int) -> bool:
    """“If the director were willing”, “suggest that a candidate bring a sample”: forms that are no plural."""
    if _SUBJUNCTIVE.search(sentence.line, 0, begin):
        return True
    return sentence.line.startswith("were|", begin) and _UNREAL.search(sentence.line, 0, begin) is not None


_SUBJUNCTIVE = re.compile(
    r"(?:^| )(?:(?:suggest|recommend|insist|propos|request|prefer|ask|demand)[a-z]*|essential|vital|important)\|[^ ]* that\|"
    r"(?:[^ ]* ){0,5}$"
)
_UNREAL = re.compile(r"(?:^| )(?:if|wish|though|unless|suppose|imagine)\|[^,;]*$")


@cache
def _forms() -> dict[str, Callable[[str], str]]:
    words = lexicon()
    return {
        "base": words.base,
        "past": words.past,
        "done": words.participle,
        "ing": words.gerund,
        "third": words.third,
        "plural": morphology.plural,
        "single": words.single,
        "adv": _adverb,
        "more": lambda word: morphology.degrees(word)[0],
        "a": lambda word: f"{morphology.article(word)} {word}",
        "small": str.lower,
        "poss": lambda word: words.single(word) + "'s",
        "ys": lambda word: word[:-1] + "'s",
        "noun": _noun,
        "cap": lambda word: word[0].upper() + word[1:],
        "deg": lambda word: "its" if word == "it's" else word.replace("'", ""),
        "was": lambda word: _MANY_AND_ONE.get(word) or words.third(word),
        "were": lambda word: _ONE_AND_MANY.get(word) or words.base(word),
        "fix": lambda word: _fixed().get(word, word),
    }


_ONE_AND_MANY = {
    "was": "were",
    "is": "are",
    "has": "have",
    "does": "do",
    "doesn't": "don't",
    "isn't": "aren't",
    "wasn't": "weren't",
    "hasn't": "haven't",
}
_MANY_AND_ONE = {many: one for one, many in _ONE_AND_MANY.items()}
_NOUNS = {
    "attentive": "attention",
    "strong": "strength",
    "hopeful": "hope",
    "courageous": "courage",
    "motivated": "motivation",
    "energetic": "energy",
    "pleasant": "pleasure",
    "pleasured": "pleasure",
    "honoured": "honour",
    "honored": "honor",
    "patient": "patience",
    "confident": "confidence",
    "honest": "honesty",
    "generous": "generosity",
    "considerate": "consideration",
    "grateful": "gratitude",
    "helpful": "help",
    "flexible": "flexibility",
    "important": "importance",
    "different": "difference",
}


def _noun(word: str) -> str:
    return _NOUNS.get(word, re.sub("y$", "i", word) + "ness")


def _adverb(word: str) -> str:
    if word.endswith("le"):
        return word[:-1] + "y"
    return {"good": "well", "true": "truly", "full": "fully", "easy": "easily", "happy": "happily"}.get(
        word, word + "ly"
    )


def _filled(use: str, text: str, spans: tuple[tuple[int, int], ...]) -> str:
    def slot(part: re.Match[str]) -> str:
        number = int(part["n"])
        number = number - 1 if number > 0 else number + len(spans)
        if part["rest"]:
            return text[spans[number][0] : spans[-1][1]] if number < len(spans) else ""
        word = text[slice(*spans[number])]
        if part["form"]:
            made = _forms()[part["form"]](word.lower().replace("’", "'"))
            return (
                made
                if part["form"] in {"small", "cap"} or not (word[0].isupper() and number == 0)
                else made[0].upper() + made[1:]
            )
        return word

    return _SLOT.sub(slot, use).strip()


def _recased(found: str, wording: str) -> str:
    return (
        wording[0].upper() + wording[1:]
        if found[:1].isupper() and wording[:1].islower() and not re.match(r"I\b", found)
        else wording
    )


@cache
def _data() -> dict[str, object]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _fixed() -> dict[str, str]:
    table = _data()["fixed"]
    assert isinstance(table, dict)
    return {str(wrong): str(right) for wrong, right in table.items()}


@cache
def patterns() -> tuple[Pattern, ...]:
    """All pattern rules, read once."""
    data = _data()
    macros, entries = data["macros"], data["pattern"]
    assert isinstance(macros, dict) and isinstance(entries, list)
    return tuple(
        Pattern(
            id=e["id"],
            class_=e["class"],
            find=expanded(e["find"], macros),
            use=tuple(e["use"]),
            why=e["why"],
            bad=e["bad"],
            good=e["good"],
            other=e.get("other", False),
            needs=needed_words(expanded(e["find"], macros)),
        )
        for e in entries
    )


def pattern_findings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    """What the patterns find in the sentences of a letter."""
    for span in spans:
        sentence = tagged(text, span)
        for pattern in patterns():
            yield from pattern.findings(text, sentence)
