"""Small words that letters need: names, lists, dates. Pure functions; templates reach them as filters."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

_AND = {"en": "and", "de": "und", "fr": "et", "es": "y"}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


def first_name(name: str) -> str:
    """The given name in a full name, "" unless it is certain.

    "Mai Nguyen" gives "Mai"; "mai.nguyen@example.org", "Acme Recruiting" and a single word give "".
    The rule is the reading room's (`reading.names`): one question, one answer.
    """
    from gmail_followup.reading.names import given_name

    return given_name(name)


def join_words(words: Iterable[str], language: str = "en") -> str:
    """A list as a person writes it: "A, B and C" (und, et, y). Empty words are left out; no words give ""."""
    kept = [str(word) for word in words if word]
    if len(kept) < 2:
        return "".join(kept)
    last = kept[-1]
    word = _AND.get(language, "and")
    if language == "es" and re.match(r"(?i)h?i(?![aeo])", last):
        word = "e"  # Spanish says "padres e hijos": y before the sound i
    return f"{', '.join(kept[:-1])} {word} {last}"


def date_words(day: date | None, language: str = "en") -> str:
    """A day as words without the year: "3 November", "3. November", "1er mars", "3 de marzo"; None gives ""."""
    if day is None:
        return ""
    month = _MONTHS.get(language, _MONTHS["en"]).split()[day.month - 1]
    if language == "de":
        return f"{day.day}. {month}"
    if language == "fr":
        return f"{'1er' if day.day == 1 else day.day} {month}"
    if language == "es":
        return f"{day.day} de {month}"
    return f"{day.day} {month}"


_SPELLED_WITH_A_VOWEL = frozenset("AEFHILMNORSX")
_SILENT_H = re.compile(r"(?i)(hour|honest|honou?r|heir)")
_SOUNDS_LIKE_YOU = re.compile(r"(?i)(uni(?!n|m)|use|usu|uti|eu|ewe|one|once|ux\b|ui\b|ur[ao])")


def a_an(phrase: str) -> str:
    """The phrase behind its English article: "an Engineer", "a UX Designer", "an HR Manager"; "" stays ""."""
    word = phrase.split(" ", 1)[0] if phrase else ""
    if not word:
        return ""
    letters = re.match(r"[^\W\d_]*", word)
    head = letters.group() if letters else ""
    if head.isupper() and (2 <= len(head) <= 3 or (head and not re.search(r"[AEIOU]", head[1:]))):
        vowel = head[0] in _SPELLED_WITH_A_VOWEL
    elif _SOUNDS_LIKE_YOU.match(word):
        vowel = False
    else:
        vowel = bool(_SILENT_H.match(word)) or word[0] in "aeiouAEIOU8"
    return f"{'an' if vowel else 'a'} {phrase}"


_PLACES = (
    "amsterdam|austin|barcelona|bengaluru|berlin|bern|boston|bordeaux|brussels|canada|chicago|cologne|denver|dublin|"
    "deutschland|düsseldorf|emea|españa|europe|france|frankfurt|geneva|germany|hamburg|india|ireland|köln|leipzig|"
    "lisbon|london|lyon|madrid|manchester|mexico|milan|munich|münchen|netherlands|new york|nyc|paris|poland|porto|"
    "san francisco|seattle|singapore|spain|stockholm|stuttgart|sweden|sydney|toronto|uk|united kingdom|usa|us|"
    "valencia|vancouver|vienna|warsaw|wien|zürich|zurich"
)
_WAYS = (
    r"(?:fully |100 ?% )?remote|hybrid|on-?site|in office|home ?office|full[- ]time|part[- ]time|vollzeit|teilzeit|"
    r"contract|permanent|unbefristet|befristet|cdi|cdd|télétravail|teletrabajo|temps plein|jornada completa"
)
_GENDERS = (
    r"(?:[mwfdhxi]\s*[/|,*]\s*){1,3}[mwfdhxig*]|all genders?|gn\*?|any gender|alle geschlechter|m/w/divers|"
    r"f/h/x|h/f|f/h|h/m|x/f/m"
)
_ID = (
    r"(?:(?:job|req(?:uisition)?|ref(?:erence)?|position|stellen)[\s.-]*(?:id|nr|no|number)?|jr|id|r)[\s.:#_-]*\d[\w-]*"
    r"|#\s?\d+|\d{4,}"
)
_BRACKETED = re.compile(rf"\s*[(\[]\s*(?:{_GENDERS}|{_ID}|(?:{_WAYS}|{_PLACES})(?:[,/ ].*?)?)\s*[)\]]", re.IGNORECASE)
_BARE_GENDERS = re.compile(r"(?i)\s+(?:m/w/d|w/m/d|m/f/d|f/m/d|m/f/x|f/m/x|d/m/w|h/f|f/h)(?=\s|$|[,|–-])")
_TAIL = re.compile(
    rf"\s*(?:[,|•·:]|\s[-–—/]|[-–—]\s)\s*(?:{_GENDERS}|{_ID}|(?:(?:{_WAYS}|{_PLACES})\b[\s,/&|-]*)+(?:[A-Z]{{2}})?)\s*$",
    re.IGNORECASE,
)
_LEADING_ID = re.compile(rf"^(?:{_ID})\s*[-–—:|,]+\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s+#\s?\d+$")
_TOWN_AND_STATE = re.compile(r"\s+[-–—|]\s+[A-ZÀ-Þ][\w.'-]+(?: [A-ZÀ-Þ][\w.'-]+)?, [A-ZÀ-Þ][\w.]+\s*$")


def role_short(role: str) -> str:
    """A role without what is not its name: job ids, (m/w/d), places, "Remote". Never empty if the role was not."""
    text = " ".join(role.split())
    if len(text) > 200:
        text = text[:200].rsplit(" ", 1)[0]
    before = None
    while before != text:
        before = text
        for pattern in (_BRACKETED, _BARE_GENDERS, _TOWN_AND_STATE, _NUMBER, _TAIL, _LEADING_ID):
            shorter = " ".join(pattern.sub("", text).split()).strip(" ,|–—-:")
            text = shorter or text
    return text


def possessive(name: str, language: str = "en") -> str:
    """The owner's form: "Acme's", "Atlas'" (en); "Acmes", "Atlas'" (de); "de Acme", "d'Acme" (fr, es); "" stays ""."""
    if not name:
        return ""
    if language == "de":
        return name + ("'" if name[-1] in "sxzßSXZ" else "s")
    if language == "fr":
        plain = unicodedata.normalize("NFD", name)[0].lower()
        return f"d'{name}" if plain in "aeiouy" else f"de {name}"
    if language == "es":
        return f"de {name}"
    return name + ("'" if name[-1] in "sS" else "'s")
