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
    compounds: tuple[str, ...]
    """What a German compound may end in."""

    def is_head(self, word: str) -> bool:
        """Whether a folded word names what a person does, in the singular or plural, alone, hyphenated or compound."""
        return word in self.heads or (len(word) > 2 and _is_head(self, word))


@functools.lru_cache(maxsize=32_768)
def _is_head(lists: "TitleWords", word: str) -> bool:
    for part in _PARTS.split(word.removesuffix("'s").partition("(")[0]):
        singulars = (part, part.removesuffix("s"), part.removesuffix("innen"))
        if any(single in lists.heads for single in singulars) or part.endswith(lists.compounds):
            return True
    return False


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
    title["heads"] |= title["heads_first"]
    compounds = tuple(sorted({head for head in title["heads"] if len(head) >= _COMPOUND} | title.pop("endings")))
    return Words(
        TitleWords(**title, compounds=compounds),
        CompanyWords(**company, platforms=platforms, kind_endings=kind_endings),
        re.compile(rf"\b(?:{'|'.join(re.escape(stem) for stem in stems)})"),
        frozenset(fold(data["mail"]["greetings"]).text.split()),
        data["abbreviations"],
        title["places"] | company["not_names"] | company["offices"] | company["joiners"] | title["noise"],
    )
