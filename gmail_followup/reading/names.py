"""People's names: who is a person, and by which name to greet. Never guesses from an address like jobs@."""

import functools
import re
import unicodedata

from gmail_followup.reading.words import bare
from gmail_followup.reading.words import words as lists


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "mr mrs ms miss mx dr prof professor herr frau hr fr monsieur madame mme mlle sr sra srta don doña dña lic dipl "
    "dipl.-ing ing mag msc mba phd md ma ba bsc pmp shrm cp scp rev sir ra"
)
_PARTICLES = _words(
    """
    de da do dos das del der den di du la las le los van von vom zu zur ten ter af bin ibn al el y e san santa
    st st. o'
    """
)
# Families of languages that put them first: the word after may be the given name, and nothing shows which it is.
_FAMILY_FIRST = _words(
    """
    nguyen nguyễn tran trần le lê pham phạm huynh huỳnh hoang hoàng phan vu vũ vo võ dang đặng bui bùi do đỗ
    ho hồ ngo ngô duong dương ly lý wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin
    gao luo zheng liang xie tang deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu ye du lu kim lee
    park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song hong yoo wong chan cheung
    lau ng leung tsang yeung chow tan ong goh teo sato suzuki takahashi tanaka watanabe ito yamamoto nakamura
    kobayashi kato yoshida yamada nagy szabó tóth horváth kovács varga
    """
)
_SUFFIX = re.compile(r"\s*(?:,\s*(?:phd|md|mba|cpa|esq|jr|sr|ii|iii|shrm-[a-z]+|pmp|msc|bsc|ma)\.?)+\s*$", re.I)
_VIA = re.compile(r"(?:^|\s+)(?:via|through|par|über|from|at|@|bei|chez|de parte de)\s+.*$", re.I)
_BRACKETS = re.compile(r"\s*[(\[{<|/].*$|\s+[-–—|•·]\s+.*$")
_NOT_A_PERSON = re.compile(
    r"\b(?:teams?|careers?|jobs?|recruit(?:ing|ment|er|ers)?|hiring|talents?|acquisition|human|resources|hr|rh|people|department|"
    r"office|notifications?|support|no-?reply|do ?not|automated|system|service|candidates?|applications?|staffing|"
    r"inc|llc|ltd|gmbh|ag|corp|company|group|groupe|grupo|gruppe|bewerb\w*|karriere|personal\w*|recrutement|candidatures?|empleo|selecci[oó]n|ressources|humaines|"
    r"recursos|humanos|university|hospital|hospice|bank|labs?|studios?|solutions|technolog\w+|software|systems?|partners|consulting|agency|"
    r"workday|greenhouse|lever|news(?:letter)?|alerts?|mailer|info|admin\w*|desk|the|universität|universidad|université|school|"
    r"college|council|trust|committee|society|foundation|institute|museum|theatre|media|digital|global|international|services|assistant|bot|operations|onboarding|scheduling|"
    r"calendar|energy|retail|logistics|foods?|insurance|capital|ventures|health(?:care)?|care|clinic|airlines?|airways|motors|"
    r"hotels?|restaurants?|district|county|city|police|court|church|club|analytics|networks?|industries|manufacturing|pharma\w*|biotech|"
    r"robotics|games|books|press|magazine|secretary|manager|director|coordinator|clerk|coach|mum|dad|billing|orders|delivery|reception|centre|center|direction|"
    r"bureau|mairie|ville|gesti[oó]n|\w{4,}team|talleres|camping|h[oô]tel|restaurante?|boulangerie|panader[ií]a|b[aä]ckerei|gasthof|gasthaus|ferme|"
    r"auberge|[eé]cole|[eé]tude|lyc[eé]e|colegio|instituto|escuela|cl[ií]nica|clinique|klinik(?:um)?|praxis|kanzlei|notar[ií]a|cabinet|"
    r"estudio|atelier|bodegas?|ferreter[ií]a|farmacias?|pharmacie|apotheke|supermercados?|librairie|librer[ií]a|"
    r"buchhandlung|verlag|[eé]ditions?|editorial|garage|g[aä]rtnerei|metzgerei|tischlerei|malerbetrieb|autohaus|werft|"
    r"horlogerie|menuiseries?|transportes|transports|granja|fundaci[oó]n|fondation|asociaci[oó]n|association|verein|"
    r"stiftung|ayuntamiento|stadtwerke|gemeinde|landratsamt|diputaci[oó]n|caf[eé]|kita|kindergarten|cr[eè]che|"
    r"guarder[ií]a|viñas|frutas|muebles|meubles|m[oö]bel|hermanos|fr[eè]res|s[oö]hne|hijos|et fils)\b",
    re.I,
)
_MOST_WORDS = 5


@functools.lru_cache(maxsize=4096)
def bare_name(name: str) -> str:
    """A display name without quotes, brackets, "via ..." and titles; family-name-first is turned round.

    "Nguyen, Thi Mai (HR)" → "Thi Mai Nguyen"; "DUPONT Jean" → "Jean DUPONT"; "Dr. Ada Byrne via Greenhouse" →
    "Ada Byrne".
    """
    text = unicodedata.normalize("NFC", " ".join(name.replace("\u00a0", " ").split())).strip("\"'“”‘’ ")
    text = _SUFFIX.sub("", _BRACKETS.sub("", _VIA.sub("", text)))
    family, comma, given = text.partition(",")
    if comma and given.strip() and len(family.split()) <= 3:
        text = f"{given.strip()} {family.strip()}"
    words = [w for w in text.split() if w.rstrip(".").lower() not in _TITLES]
    if not comma and len(words) == 2 and _is_shouted(words[0]) and words[1][1:].islower() and words[1][0].isupper():
        words.reverse()
    return " ".join(words).strip(" ,")


@functools.lru_cache(maxsize=4096)
def is_person(name: str) -> bool:
    """Whether a display name reads like a person's: one to five words, letters only, no office in it.

    The looks are no proof: "Cobalt Ferry" may be a ferry. `reading.employer` looks at the address as well.
    """
    if _NOT_A_PERSON.search(_BRACKETS.sub("", _VIA.sub("", name))):
        return False
    words = bare_name(name).split()
    if len(words) > 1 and bare(words[0]) in lists().company.kinds:
        return False
    if not 1 <= len(words) <= _MOST_WORDS or any(c.isdigit() or c in "@_/&+" for c in "".join(words)):
        return False
    return all(_is_name_word(w) for w in words) and any(_starts_like_name(w) for w in words)


def given_name(name: str) -> str:
    """The name to greet with, "" unless it is certain: a person's name of at least two words, not an initial.

    Not certain, and so "": single names, particles ("van Dyke"), names in scripts or languages that put the family
    first ("Nguyen Thi Mai", "Kim Min-jun", "田中 花子"), whichever way round this one may be.
    """
    if not is_person(name):
        return ""
    words = bare_name(name).split()
    if len(words) < 2 or any(not _spaced_script(w) for w in words):
        return ""
    first = words[0]
    letters = first.replace(".", "")
    if len(letters) < 2 or "." in first or not first[0].isupper() or (first.isupper() and len(first) <= 3):
        return ""
    if first.lower() in _PARTICLES or first.lower() in _FAMILY_FIRST or not any(c.isalpha() for c in first[1:]):
        return ""
    if len(words) > 2 and words[-1].lower() in _FAMILY_FIRST:
        return ""
    return _calmed(first) if first.isupper() else first


def _calmed(word: str) -> str:
    """ "JEAN-LUC" → "Jean-Luc", "D'ARCY" → "D'Arcy"."""
    return re.sub(r"[^\W\d_]+", lambda part: part.group()[0] + part.group()[1:].lower(), word)


def _is_shouted(word: str) -> bool:
    return len(word) > 3 and word.isupper() and "." not in word


def _is_name_word(word: str) -> bool:
    return all(c.isalpha() or c in ".'’-" or unicodedata.combining(c) for c in word) and any(c.isalpha() for c in word)


def _starts_like_name(word: str) -> bool:
    first = word[0]
    return first.isupper() or (first.isalpha() and first.lower() == first.upper())


def _spaced_script(word: str) -> bool:
    """Scripts that write the family name first without a comma (Han, Hangul, Kana) give no certain given name."""
    return not any("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in word)
