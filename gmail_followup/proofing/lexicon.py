"""What the words of a letter can be: tags for the patterns, from lexicon.toml, and the forms of the verbs in it."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gmail_followup.proofing import morphology

_FILE = Path(__file__).with_name("lexicon.toml")

# One letter a tag; patterns.toml explains them. Words that are no verb, noun, adjective, adverb or preposition.
_CLOSED = {
    "D": "a an the",
    "S": "my your his her its our their",
    "T": "this that",
    "H": "these those",
    "Q": "some any no each every another either neither both all enough much such what which whose one more most less",
    "Z": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand several many few both various",
    "i": "i we you they i'm we're you're they're i've we've you've they've i'll we'll you'll they'll i'd we'd you'd they'd",
    "h": "he she it everyone everybody someone somebody nobody anyone anybody everything something nothing he's she's it's",
    "o": "me him us them her you it everyone everybody someone",
    "M": "can could may might must shall should will would cannot can't couldn't won't wouldn't shouldn't mustn't i'll we'll "
    "you'll they'll he'll she'll it'll",
    "b": "am is are was were isn't aren't wasn't weren't i'm you're we're they're he's she's it's that's there's",
    "x": "have has had haven't hasn't hadn't i've we've you've they've having",
    "y": "do does did don't doesn't didn't",
    "C": "and or but so because if when that while although though since as after before until unless whether than where",
    "W": "what which who whom whose when where why how",
    "Y": "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays",
    "O": "january february april june july august september october november december",
}
_SHORT = 6
"""Letters of an adjective that is compared by an ending: “tougher”, but “more careful”."""
_AUXILIARIES = {"be": ("was", "been"), "have": ("had", "had"), "do": ("did", "done")}
_NEVER_VERB = frozenset("thing things".split())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """tags: word to its tags. bases: form of a verb to its base. verbs: base to (past, participle)."""

    tags: dict[str, str]
    bases: dict[str, str]
    verbs: dict[str, tuple[str, str]]
    singles: dict[str, str]
    common: frozenset[str]

    def base(self, word: str) -> str:
        return self.bases.get(word, word)

    def past(self, word: str) -> str:
        return self.verbs.get(self.base(word), (morphology.past(self.base(word)),))[0]

    def participle(self, word: str) -> str:
        base = self.base(word)
        return self.verbs[base][1] if base in self.verbs else morphology.participle(base)

    def gerund(self, word: str) -> str:
        return morphology.gerund(self.base(word))

    def third(self, word: str) -> str:
        return morphology.third(self.base(word))

    def single(self, word: str) -> str:
        return self.singles.get(word, word.removesuffix("s"))


def is_common(word: str) -> bool:
    """Whether a word, or the word that its ending was put to, is in the lexicon."""
    lower = word.lower()
    known = lexicon().common
    return lower in known or any(
        re.sub(ending, stem, lower) in known
        for ending, stem in (
            (r"(?:ly|ness|ment|s|ed|ful|ing|d|'s)$", ""),
            (r"ily$", "y"),
            (r"(?:ies|ied)$", "y"),
            (r"ing$", "e"),
        )
        if re.search(ending, lower)
    )


def is_compound(word: str) -> bool:
    """Whether a word is two known ones written together, or one with a usual beginning: “chairside”, “subunits”."""
    lower, known = word.lower(), lexicon().common
    if any(lower.startswith(p) and len(lower) > len(p) + 3 and _is_form(lower[len(p) :]) for p in _BEGINNINGS):
        return True
    return any(lower[:at] in known and lower[at:] in known for at in range(4, len(lower) - 3))


_BEGINNINGS = tuple(
    "anti auto counter hyper inter macro micro mini mono multi non over para poly post pre semi sub super tele trans ultra "
    "under".split()
)


def _is_form(word: str) -> bool:
    """A known word, or one with a regular ending."""
    known = lexicon().common
    stems = (word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("d"), word.removesuffix("ing"))
    return any(stem in known for stem in stems)


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    tags: dict[str, set[str]] = defaultdict(set)
    verbs = _verbs(data["verbs"], data["irregular"])
    bases: dict[str, str] = {}
    for base, (past, done) in verbs.items():
        forms = {"v": base, "z": morphology.third(base), "d": past, "n": done, "g": morphology.gerund(base)}
        for tag, form in forms.items():
            tags[form].add(tag)
            bases.setdefault(form, base)
    for base, (past, done) in _AUXILIARIES.items():
        for form in (base, past, done, morphology.gerund(base), morphology.third(base)):
            bases.setdefault(form, base)
    for form, tag in (
        ("be", "v"),
        ("been", "n"),
        ("being", "g"),
        ("have", "v"),
        ("do", "v"),
        ("done", "n"),
        ("doing", "g"),
    ):
        tags[form].add(tag)
    bases.update({"am": "be", "is": "be", "are": "be", "were": "be"})
    singles = {}
    for noun in data["nouns"].split():
        tags[noun].add("N")
        tags[morphology.plural(noun)].add("K")
        singles[morphology.plural(noun)] = noun
    for tag, name in (("U", "mass"), ("A", "adjectives"), ("N", "verb_nouns"), ("R", "adverbs"), ("P", "prepositions")):
        _add(tags, tag, data[name].split())
    for adjective in data["for_adverbs"].split():
        tags[adjective].add("a")
    for adjective in data["adjectives"].split():
        if len(adjective) <= _SHORT or adjective.endswith("y"):
            more, most = morphology.degrees(adjective)
            tags[more] |= {"A", "E"}
            tags[most].add("A")
    for tag, words in _CLOSED.items():
        _add(tags, tag, words.split())
    written = {word: "".join(sorted(found)) for word, found in tags.items()}
    return Lexicon(written, bases, verbs, singles, frozenset(tags) | frozenset(data["common"].split()))


def _verbs(regular: str, irregular: str) -> dict[str, tuple[str, str]]:
    verbs = {base: (morphology.past(base), morphology.participle(base)) for base in regular.split()}
    verbs = {
        base: (forms[0], forms[0] if forms[1] == morphology.past(base) else forms[1]) for base, forms in verbs.items()
    }
    for entry in irregular.split(";"):
        base, past, done = entry.split()
        verbs[base] = (past, done)
    for base in morphology.VERBS:
        verbs.setdefault(base, (morphology.past(base), morphology.participle(base)))
    return verbs


def _add(tags: dict[str, set[str]], tag: str, words: Iterable[str]) -> None:
    for word in words:
        tags[word].add(tag)


_GUESSES = (
    (re.compile(r"ly$"), "R"),
    (re.compile(r"(?:ful|ous|able|ible|ic|less)$"), "A"),
    (re.compile(r"(?:ness|ship|ism|ity)$"), "U"),
    (re.compile(r"\w{3}[^\Wsuic]s$"), "Ku"),
)


def tags_of(word: str, *, first: bool) -> str:
    """The tags of a word as it stands in a letter; first: it starts a sentence, so its capital means nothing."""
    lower = word.lower().replace("’", "'")
    if word[0].isdigit():
        return "m" if lower in {"1", "0"} else "Zm"
    if word[0].isupper() and not first and lower != "i" and not lower.startswith("i'"):
        return {"May": "O", "March": "O"}.get(word) or lexicon().tags.get(lower, "") + "L"
    known = lexicon().tags.get(lower)
    if known is not None:
        return known
    if lower.endswith("'s"):
        return "G"
    return next((tag for pattern, tag in _GUESSES if pattern.search(lower)), "u")
