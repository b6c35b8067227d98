"""People's names: who is a person, and by which name to greet. Never guesses from an address like jobs@."""

import re
import unicodedata

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor herr frau hr fr monsieur madame mme mlle sr sra srta don doña dipl ing msc mba phd md ma ba bsc pmp shrm cp scp".split()
)
_SUFFIX = re.compile(r"\s*(?:,\s*(?:phd|md|mba|cpa|esq|jr|sr|ii|iii|shrm-[a-z]+|pmp|msc|bsc|ma)\.?)+\s*$", re.I)
_VIA = re.compile(r"\s+(?:via|through|par|über|from|at|@|bei|chez|de parte de)\s+.*$", re.I)
_BRACKETS = re.compile(r"\s*[(\[{<|/].*$|\s+[-–—|•·]\s+.*$")
_NOT_A_PERSON = re.compile(
    r"\b(?:team|careers?|jobs?|recruit(?:ing|ment|er|ers)?|hiring|talent|acquisition|human|resources|hr|rh|people|department|office|notifications?|support|"
    r"no-?reply|do ?not|automated|system|service|candidates?|applications?|staffing|inc|llc|ltd|gmbh|ag|corp|company|group|bewerb\w*|karriere|personal\w*|"
    r"recrutement|candidatures?|empleo|selecci[oó]n|ressources|humaines|recursos|humanos|university|hospital|bank|labs?|studio|solutions|technologies|software|"
    r"systems?|partners|consulting|agency|workday|greenhouse|lever|news(?:letter)?|alerts?|mailer|info|admin|desk|the|university|universität|school|council|trust|"
    r"committee|society|foundation|media|digital|global|international|services|assistant|bot|operations|onboarding|scheduling|calendar)\b",
    re.I,
)


def bare_name(name: str) -> str:
    """A display name without quotes, brackets, "via ..." and titles; family-name-first is turned round.

    "Nguyen, Thi Mai (HR)" → "Thi Mai Nguyen"; "Dr. Ada Byrne via Greenhouse" → "Ada Byrne".
    """
    text = unicodedata.normalize("NFC", " ".join(name.replace("\u00a0", " ").split())).strip("\"'“”‘’ ")
    text = _SUFFIX.sub("", _BRACKETS.sub("", _VIA.sub("", text)))
    family, comma, given = text.partition(",")
    if comma and given.strip() and len(family.split()) <= 3:
        text = f"{given.strip()} {family.strip()}"
    words = [w for w in text.split() if w.rstrip(".").lower() not in _TITLES]
    return " ".join(words).strip(" ,")


def is_person(name: str) -> bool:
    """Whether a display name reads like a person's: one to five words, letters only, no office in it."""
    if _NOT_A_PERSON.search(_BRACKETS.sub("", _VIA.sub("", name))):
        return False
    words = bare_name(name).split()
    if not 1 <= len(words) <= 5 or any(c.isdigit() or c in "@_/&+" for c in "".join(words)):
        return False
    return all(_is_name_word(w) for w in words) and any(_starts_like_name(w) for w in words)


def _is_name_word(word: str) -> bool:
    return all(c.isalpha() or c in ".'’-" or unicodedata.combining(c) for c in word)


def _starts_like_name(word: str) -> bool:
    first = word[0]
    return first.isupper() or (first.isalpha() and first.lower() == first.upper())


def given_name(name: str) -> str:
    """The name to greet with, "" unless it is certain: a person's name of at least two words, not an initial."""
    if not is_person(name):
        return ""
    words = bare_name(name).split()
    if len(words) < 2 or any(not _spaced_script(w) for w in words):
        return ""
    first = words[0]
    letters = first.replace(".", "")
    if len(letters) < 2 or "." in first or (first.isupper() and len(first) <= 3):
        return ""
    if first.isupper():
        return first.title()
    return first


def _spaced_script(word: str) -> bool:
    """Scripts that write the family name first without a comma (Han, Hangul, Kana) give no certain given name."""
    return not any("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in word)
