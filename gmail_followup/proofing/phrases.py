"""House rules that are data: a phrase, what to write instead, and why (phrases.toml)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gmail_followup.proofing import morphology
from gmail_followup.proofing.finding import Finding, Severity

_FILE = Path(__file__).with_name("phrases.toml")
_SLOT = re.compile(r"\{(?:(?P<form>\w+):)?(?P<group>\w+)\}")

_FIXED = {
    "was": "were",
    "is": "are",
    "has": "have",
    "does": "do",
    "helps": "help",
    "makes": "make",
    "stands": "stand",
    "were": "was",
    "are": "is",
    "have": "has",
    "do": "does",
    "this": "these",
    "that": "those",
    "these": "this",
    "those": "that",
    "feedbacks": "feedback",
    "advices": "advice",
    "informations": "information",
    "knowledges": "knowledge",
    "equipments": "equipment",
    "researches": "research",
    "softwares": "software",
    "homeworks": "homework",
    "progresses": "progress",
    "evidences": "evidence",
    "luggages": "luggage",
    "furnitures": "furniture",
    "guidances": "guidance",
    "assistances": "assistance",
    "experties": "expertise",
    "loose": "lose",
    "loosing": "losing",
    "affect": "effect",
    "affects": "effects",
    "principle": "principal",
    "principal": "principle",
    "moral": "morale",
    "bean": "been",
    "peace": "piece",
    "peaces": "pieces",
    "aswell": "as well",
    "infact": "in fact",
    "atleast": "at least",
    "eventhough": "even though",
    "incase": "in case",
    "inspite": "in spite",
    "thankyou": "thank you",
    "eachother": "each other",
    "noone": "no one",
    "abit": "a bit",
    "inorder": "in order",
    "everytime": "every time",
    "ofcourse": "of course",
    "upto": "up to",
    "nothing": "anything",
    "nobody": "anybody",
    "nowhere": "anywhere",
    "never": "ever",
    "interesting": "interested",
    "exciting": "excited",
    "disappointing": "disappointed",
    "surprising": "surprised",
    "impressing": "impressed",
    "motivating": "motivated",
}


def _single(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") else noun


def _there(word: str) -> str:
    plural = {"there is": "there are", "there's": "there are", "there’s": "there are", "there was": "there were"}
    single = {"there are": "there is", "there were": "there was"}
    key = " ".join(word.split())
    return plural.get(key) or single.get(key, word)


_FORMS: dict[str, Callable[[str], str]] = {
    "ing": morphology.gerund,
    "ing_past": lambda word: morphology.gerund(_base_of_done(word)),
    "base": morphology.base,
    "done": morphology.participle,
    "plural": morphology.plural,
    "single": _single,
    "third": morphology.third,
    "much": lambda phrase: re.sub(r"^much", "many", re.sub(r"^less", "fewer", phrase)),
    "there_plural": _there,
    "there_single": _there,
}


def _base_of_done(word: str) -> str:
    known = morphology.base(word)
    return (
        known
        if known != word
        else {"given": "give", "taken": "take", "written": "write", "shown": "show"}.get(word, word)
    )


def _form(name: str, word: str) -> str:
    maker = _FORMS.get(name)
    return maker(word) if maker else _FIXED.get(word, word)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One rule. bad and good are its examples; other: `good` is no correction of `bad`."""

    id: str
    class_: str
    find: re.Pattern[str]
    use: tuple[str, ...]
    why: str
    bad: str
    good: str
    unless_before: re.Pattern[str] | None = None
    other: bool = False

    def findings(self, text: str) -> Iterator[Finding]:
        for match in self.find.finditer(text):
            start, end = self._span(match)
            if self.unless_before and self.unless_before.search(text, 0, start):
                continue
            found = text[start:end]
            words = tuple(dict.fromkeys(_recase(found, self._fill(use, match)) for use in self.use))
            if found in words:
                continue
            yield self._finding(start, end, found, words)

    def _finding(self, start: int, end: int, found: str, words: tuple[str, ...]) -> Finding:
        # A pattern may take the blank after its words along; it belongs to neither side.
        if found.endswith(" ") and all(word.endswith(" ") for word in words):
            end, found, words = end - 1, found[:-1], tuple(word[:-1] for word in words)
        return Finding(self.class_, Severity.ADVISE, start, end, found, self.why, words, "house")

    def _span(self, match: re.Match[str]) -> tuple[int, int]:
        for name in ("x", "y"):
            if name in self.find.groupindex and match.start(name) >= 0:
                return match.span(name)
        return match.span()

    def _fill(self, template: str, match: re.Match[str]) -> str:
        def slot(part: re.Match[str]) -> str:
            group, form = part["group"], part["form"]
            if group.endswith("_") and group != "a_n":
                word = match[group[:-1]] or ""
                return f"{word.lower().strip()} " if word else ""
            if group == "a_n":
                return morphology.article(match["n"])
            start, end = self._span(match)
            word = match.string[start:end] if group == "x" else (match[group] or "")
            return _form(form, word.lower()) if form else word

        return _SLOT.sub(slot, template)


def _recase(found: str, wording: str) -> str:
    """A better wording starts with a capital where the words it replaces did; “I” is left as it is."""
    if found[:1].isupper() and wording[:1].islower() and not re.match(r"I\b", found):
        return wording[0].upper() + wording[1:]
    return wording


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrase rules, read once."""
    import tomllib

    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    macros = dict(data["macros"])
    macros["VERB"] = _any(morphology.VERBS)
    macros["PAST"] = _any(morphology.PASTS)
    return tuple(_phrase(entry, macros) for entry in data["phrase"])


def _any(words: frozenset[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


def _phrase(entry: dict[str, object], macros: dict[str, str]) -> Phrase:
    source = str(entry["find"])
    for name, value in macros.items():
        source = source.replace(f"<{name}>", value)
    before = entry.get("unless_before")
    uses = entry["use"]
    assert isinstance(uses, list)
    return Phrase(
        id=str(entry["id"]),
        class_=str(entry["class"]),
        find=re.compile(source, re.IGNORECASE),
        use=tuple(str(use) for use in uses),
        why=str(entry["why"]),
        bad=str(entry["bad"]),
        good=str(entry["good"]),
        unless_before=re.compile(str(before), re.IGNORECASE) if before else None,
        other=bool(entry.get("other", False)),
    )
