"""The word lists of facts.toml, ready to be asked."""

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gmail_followup.rules.fold import fold

_DATA = Path(__file__).with_name("facts.toml")
_EDGES = "\"'“”‘’„‚«»‹›*_`.,;:!?()[]{}<>"
_PARTS = re.compile(r"[-/:·•*]|\.(?=\w)")
"""Between two genders or two jobs: "Chef-Dreher", "Dreher:in", "chargé.e"."""
_FEMININE = {
    "teur": "trice teuse",
    "eur": "euse eure",
    "ien": "ienne",
    "ier": "iere",
    "ant": "ante",
    "if": "ive",
    "e": "ee",
    "or": "ora",
    "o": "a",
    "ero": "era",
}
"""Endings of French and Spanish words for men, and what women's words end in instead."""
_SHORT = 4
_COMPOUND = 7
"""Letters that a head needs before it may end a German compound: "leitung" ends "Bauleitung", "lead" no "Mislead"."""


@dataclass(frozen=True, slots=True, eq=False)
class TitleWords:
    """Words that begin, end or make a job title; facts.toml says what each list is."""

    heads: frozenset[str]
    heads_first: frozenset[str]
    jobs: frozenset[str]
    stops: frozenset[str]
    joiners: frozenset[str]
    leads: frozenset[str]
    generic: frozenset[str]
    noise: frozenset[str]
    places: frozenset[str]
    occasions: frozenset[str]
    agents: tuple[str, ...]
    """What French and Spanish words for a person's work end in."""
    endings: tuple[str, ...]
    """What a German compound may end in, beside the longer heads."""

    def is_head(self, word: str) -> bool:
        """Whether a folded word names what a person does, in the singular or plural, alone, hyphenated or compound."""
        return word in self.heads or (len(word) > 2 and _is_head(self, word))

    def begins(self, word: str) -> bool:
        """Whether a title that goes on in lower case may begin so: "charge", "chargé(e)", "técnico/a"."""
        return word in self.heads_first or _PARTS.split(word.partition("(")[0])[0] in self.heads_first


@functools.lru_cache(maxsize=32_768)
def _is_head(lists: "TitleWords", word: str) -> bool:
    for part in _PARTS.split(word.removesuffix("'s").partition("(")[0]):
        singulars = (part, part.removesuffix("s"), part.removesuffix("innen"), part.removesuffix("in"))
        if any(single in lists.heads for single in singulars) or part.endswith(lists.endings):
            return True
        if any(part[start:] in lists.heads for start in range(1, len(part) - _COMPOUND + 1)):
            return True
    return False


def _both_genders(words: frozenset[str]) -> frozenset[str]:
    """French and Spanish words with their feminine forms; a form that does not exist does no harm."""
    made = {
        word.removesuffix(ending) + feminine
        for word in words
        for ending, feminines in _FEMININE.items()
        if word.endswith(ending) and len(word) > _SHORT
        for feminine in feminines.split()
    }
    return words | made


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """Words that a company's name holds, or does not; facts.toml says what each list is."""

    joiners: frozenset[str]
    institutions: frozenset[str]
    institution_joiners: frozenset[str]
    kinds: frozenset[str]
    adjectives: frozenset[str]
    ours: frozenset[str]
    one_job: frozenset[str]
    legal: frozenset[str]
    offices: frozenset[str]
    agencies: frozenset[str]
    not_names: frozenset[str]
    platforms: tuple[str, ...]
    kind_endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All lists."""

    title: TitleWords
    company: CompanyWords
    job: re.Pattern[str]
    """Finds in folded text whether a mail speaks of a job at all."""
    greetings: frozenset[str]
    abbreviations: dict[str, str]
    empty: frozenset[str]
    """Words that name no company, alone or among themselves."""


@functools.lru_cache(maxsize=32_768)
def bare(token: str) -> str:
    """A token folded, without the marks around it."""
    return fold(token.strip(_EDGES)).text


@functools.lru_cache(maxsize=1)
def words() -> Words:
    """The shipped lists."""
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    title = {key: frozenset(fold(value).text.split()) for key, value in data["title"].items()}
    company = {key: frozenset(fold(value).text.split()) for key, value in data["company"].items()}
    platforms, kind_endings = (tuple(sorted(company.pop(key))) for key in ("platforms", "kind_endings"))
    stems = sorted(frozenset(fold(data["mail"]["jobs"]).text.split()))
    title["heads_first"] = _both_genders(title["heads_first"])
    title["heads"] |= title["heads_first"]
    agents, endings = (tuple(sorted(title.pop(key))) for key in ("agents", "endings"))
    return Words(
        TitleWords(**title, agents=agents, endings=endings),
        CompanyWords(**company, platforms=platforms, kind_endings=kind_endings),
        re.compile(rf"\b(?:{'|'.join(re.escape(stem) for stem in stems)})"),
        frozenset(fold(data["mail"]["greetings"]).text.split()),
        data["abbreviations"],
        title["places"] | company["not_names"] | company["offices"] | company["joiners"] | title["noise"],
    )
