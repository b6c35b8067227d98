"""Job titles: what of a stretch of text is one. Word lists are in facts.toml."""

import re
from dataclasses import dataclass

from gmail_followup.reading.words import bare, words

MOST_WORDS = 10
_SHORT_STEM = 5
DIGITS = re.compile(r"\d")
GENDER = re.compile(
    r"[\s,]*[(\[/|]*\s*\b(?:[mwdfhxi]\s?[/|*,]\s?[mwdfhxi](?:\s?[/|*,]\s?[mwdfhxia])?|"
    r"all genders?|alle geschlechter|gn|d/f/m|m/f/x)\b\s*[)\]]*(?=\s|$|[,.;:!?)–-])",
    re.I,
)
PLACE_HOLDER = re.compile(r"[\[{<$%]\s*[{%]?\s*[\w .]+[\]}>%]")
_SHARE = re.compile(r"(?:['’]s|[\s,(]*(?:à\s)?\d{2,3}(?:\s?[-–]\s?\d{2,3})?\s?%\)?)$")
_NUMBERED = re.compile(r"[\s,(#–-]*\((?:[^()]*\d{3,}[^()]*)\)$")
_STARS = re.compile(r"(?<!\w)\*+|\*+(?!\w)")
"""Marks of bold print; the one in "Entwickler*in" is no such mark."""
_YEAR = re.compile(r"[\s,(#]*(?:\b(?:19|20)\d\d(?:/\d\d)?)$")
_OF = frozenset(["de", "del", "du", "al", "y", "et", "en"])
"""No title that is written in lower case holds one of these before it tells what somebody does."""
_QUOTES = "\"“”„«»‘’'*"
_TRAILING = " \t\"'“”„«»‘’*,.;:!?–—-|/&#"


@dataclass(frozen=True, slots=True)
class Title:
    """A job title and how it was told. closed: a word like "position" followed; headed: it names what a person does."""

    text: str
    closed: bool = False
    headed: bool = False


NO_TITLE = Title("")


def title_of(text: str, closed: bool) -> Title:
    """The title value of a stretch, or none if nothing title-like is left."""
    lists = words().title
    role = _without_ends(text)
    parts = role.split()
    folded = [bare(part) for part in parts]
    if folded and folded[0] in lists.occasions:
        return NO_TITLE
    if not role or not any(c.isalpha() for c in role) or len(role) < 2 or len(parts) > MOST_WORDS:
        return NO_TITLE
    if (
        len(parts) > 1
        and "hiring" not in folded
        and is_capital(parts[0])
        and is_capital(parts[-1])
        and lists.is_head(folded[-1])
    ):
        return Title(role, closed, True)
    joined = len(parts) > 2 and any(word in ("of", "de", "du") for word in folded) and lists.is_head(folded[0])
    if (
        (not joined and all(word in lists.generic or word in lists.stops or word in lists.leads for word in folded))
        or "@" in role
        or "://" in role
    ):
        return NO_TITLE
    heads = [index for index, word in enumerate(folded) if lists.is_head(word)]
    headed = bool(heads)
    if headed and not is_capital(parts[0]) and any(word in _OF for word in folded[: heads[0]]):
        return NO_TITLE
    if (
        not headed
        and not any(is_capital(part) and not part[0].isdigit() for part in parts)
        and not _is_agent(folded[0])
    ):
        return NO_TITLE
    return Title(role, closed, headed)


def _without_ends(text: str) -> str:
    """A stretch without genders, marks, numbers and places at its end; "" for a blank that was never filled in."""
    role = " ".join(_STARS.sub("", GENDER.sub(" ", text)).split()).strip(_TRAILING)
    if PLACE_HOLDER.search(role) or "{" in role or "[" in role:
        return ""
    role = _SHARE.sub("", role)
    if DIGITS.search(role):
        role = _YEAR.sub("", _NUMBERED.sub("", role).strip(_TRAILING))
    role = role.strip(_TRAILING)
    if role.count("(") != role.count(")"):
        role = (
            role.replace(")", "").strip()
            if ")" in role and "(" not in role
            else role.partition("(")[0].strip(_TRAILING)
        )
    parts = role.split()
    while (
        len(parts) > 1
        and parts[-1].strip("(),").lower() in words().title.places
        and parts[-2].endswith((",", "-", "–", "|"))
    ):
        parts.pop()
        parts[-1] = parts[-1].strip(",-–|")
        parts = [p for p in parts if p]
    return " ".join(parts).strip(_TRAILING)


def is_capital(token: str) -> bool:
    """Whether a word is written as in a name: with a capital, a number, or in a script that has no capitals."""
    plain = token.lstrip(_QUOTES + "(")
    return bool(plain) and (
        plain[0].isupper()
        or plain[0].isdigit()
        or (plain[0].isalpha() and plain[0].lower() == plain[0].upper())
        or any(c.isupper() for c in plain)
    )


def _is_agent(word: str) -> bool:
    """Whether a French or Spanish word looks like the name of somebody's work, listed or not."""
    stem = re.split(r"[/(·]", word)[0]
    return len(stem) > _SHORT_STEM and stem.endswith(words().title.agents)
