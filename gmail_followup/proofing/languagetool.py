"""LanguageTool over HTTP, through language-tool-python. The only module that imports it (it is GPL-3.0, as we are).

Guards against what was measured of version 3.4: a hung server blocks for ten minutes (its time-out is 300 s, tried
twice);
`check()` from two threads corrupts offsets, through state it keeps on a class; its errors have no common base and
one is
SystemExit. `correct()` is never called: it changed “Zoë” to “Zoe”.
"""

import re
import threading
import time
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gmail_followup.errors import UserError
from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.layout import Layout, in_foreign_closing, layout
from gmail_followup.proofing.lexicon import is_compound
from gmail_followup.proofing.names import follows_a_capital, is_name, looks_like_code, words_of
from gmail_followup.proofing.spelling import distance, is_a_trade, is_left_alone, is_near, misspellings, ranked


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


T = TypeVar("T")

ANSWER_SECONDS = 10.0
"""The longest a letter waits for the server, all tries together."""
FIRST_ANSWER_SECONDS = 90.0
"""The same for the first letter in a language other than English, while the server reads its dictionaries.

German takes 18 s of processor time: 6 to 9 s on an idle machine, a minute on a busy one. English is there before a
server of ours counts as ready.
"""
CONNECT_SECONDS = 4.0

_PUBLIC = re.compile(r"(?:^|\.)(?:languagetool\.org|languagetoolplus\.com|languagetool\.com)$", re.IGNORECASE)

# Style, register and typography that are a matter of taste; the tone of a letter is the business of proofing/tone.py.
_DISABLED_CATEGORIES = _words(
    "STYLE REDUNDANCY PLAIN_ENGLISH WIKIPEDIA REPETITIONS_STYLE BRITISH_ENGLISH AMERICAN_ENGLISH_STYLE COLLOQUIALISMS "
    "GENDER_NEUTRALITY CREATIVE_WRITING TEXT_ANALYSIS MISUSED_TERMS_EU_PUBLICATIONS WORD_CHOICE_STYLE ACADEMIC_WRITING "
    "INCLUSIVE_LANGUAGE COMPOUNDING CAT_TOURS_CRITIQUES CAT_REGLES_DE_BASE_STYLE CAT_PLEONASMES"
)
_DISABLED_RULES = _words(
    "EN_COMPOUNDS_WELL_PREPARED IN_FUTURE EN_QUOTES DASH_RULE WHITESPACE_RULE PHRASE_REPETITION "
    "UPPERCASE_SENTENCE_START "
    "EN_UNPAIRED_QUOTES DATE_NEW_YEAR EMPTY_SENTENCE PARAGRAPH_REPEAT_BEGINNING_RULE TYPOGRAPHISCHE_ANFUEHRUNGSZEICHEN "
    "FRENCH_WHITESPACE FRENCH_WHITESPACE_STRICT APOS_TYP ES_QUESTION_MARK ELLIPSIS OXFORD_SPELLING_Z_NOT_S ETC_PERIOD "
    "COMMA_COMPOUND_SENTENCE COMMA_COMPOUND_SENTENCE_2 PAS_DE_VIRGULE GET_A_JOB_IN_WITH "
    "PRP_VBG POSSESSIVE_APOSTROPHE A_INFINITIVE EN_SPECIFIC_CASE IT_IS INTERJECTIONS_PUNCTUATION "
    "MISSING_COMMA_AFTER_INTRODUCTORY_PHRASE ARE_WE_HAVE BEEN_PART_AGREEMENT PRP_COMMA "
    "NO_COMMA_BEFORE_SO BE_PART_AGREEMENT_2 CONFUSION_WORSE_WORST NOWADAYS_COMMA THANKS_SENT_END_COMMA "
    "BELIEF_BELIEVE FILL_OF_WITH SENT_START_CONJUNCTIVE_LINKING_ADVERB_COMMA FINAL_ADVERB_COMMA CONDITIONAL_CLAUSE WHOS"
)
_DISABLED_PREFIXES = (
    "EN_COMPOUNDS_",
    "EN_DIACRITICS_",
    "ENGLISH_WORD_REPEAT_BEGINNING",
    "OXFORD_SPELLING",
    "TOO_LONG_",
)

_CLASS_BY_CATEGORY = {
    "CASING": "capitalisation",
    "CONFUSED_WORDS": "confusion",
    "COLLOCATIONS": "grammar",
    "FALSE_FRIENDS": "confusion",
    "GRAMMAR": "grammar",
    "NONSTANDARD_PHRASES": "grammar",
    "PUNCTUATION": "punctuation",
    "REPETITIONS": "doubled",
    "TYPOGRAPHY": "spacing",
    "TYPOS": "spelling",
    "CAT_TYPOGRAPHIE": "spacing",
    "CAT_MAJUSCULES": "capitalisation",
    "CAT_GRAMMAIRE": "grammar",
    "CAT_HOMONYMES_PARONYMES": "confusion",
    "DIACRITICS": "spelling",
    "MAYBE": "confusion",
    "PROPER_NOUNS": "capitalisation",
    "EMPFOHLENE_RECHTSCHREIBUNG": "spelling",
    "REPETITIONS_STYLE": "style",
}
_CLASS_BY_RULE = (
    (re.compile(r"WORD_REPEAT"), "doubled"),
    (re.compile(r"^EN_A_VS_AN|^(?:A|AN|THE)_|ARTICLE|_DET_|MISSING_DETERMINER|^DT_"), "article"),
    (
        re.compile(
            r"AGREEMENT_SENT_START|_VERB_AGR|AGREEMENT|SUBJECT_VERB|THERE_S_|NON3PRS|BASE_FORM|THIS_NNS|"
            r"PLURAL_VERB|SINGULAR"
        ),
        "agreement",
    ),
    (re.compile(r"MASS_NOUN|UNCOUNTABLE|CD_NN|MANY_NN|MUCH_COUNT|NNS?_IN_NN|ADVICES|INFORMATIONS"), "countable"),
    (re.compile(r"_VB|PART_|INFINITIVE|GERUND|LOOK_FORWARD|DO_WITH|TENSE|VERB_FORM|MD_|_VBG|_VBN"), "verb_form"),
    (re.compile(r"I_LOWERCASE|UPPERCASE|LOWERCASE|CASING"), "capitalisation"),
    (re.compile(r"IT_IS|YOUR|THEIR|MODAL_OF|AFFECT|THAN|THEN|LOOSE|HERE_HEAR|CONFUSION"), "confusion"),
    (re.compile(r"CONTRACTION|APOSTROPHE|QUESTION_MARK|DOUBLE_PUNCTUATION"), "punctuation"),
)
_SHORT = 7
"""Up to so many letters, two words run into one are a slip: “alot”, “infact”."""
_DEGREES = _words("MSc BSc PhD MPhil BEng MEng MRes MBA BA MA")  # written so in Britain
_VARIANT = {"en": "en-US", "de": "de-DE", "pt": "pt-PT"}


class EngineFailed(Exception):
    """The engine could not check a text. The message is one plain sentence; the caller falls back to another engine."""


class LanguageToolEngine:
    """A LanguageTool server behind the protocol `grammar.Engine`.

    url: of the server, without /v2. allow_public: whether the public service may be used; it is refused otherwise,
    because
    letters are private. Raises UserError where the address cannot be used, EngineFailed where nothing answers there.
    """

    def __init__(
        self,
        url: str,
        *,
        allow_public: bool = False,
        answer_seconds: float = ANSWER_SECONDS,
        first_answer_seconds: float = FIRST_ANSWER_SECONDS,
    ) -> None:
        self.url = checked_url(url, allow_public=allow_public)
        self.notes: tuple[str, ...] = ()
        self._seconds = answer_seconds
        self._first_seconds = first_answer_seconds
        self._lock = threading.Lock()
        self._tools: dict[str, Any] = {}
        self._failed = ""
        self.name = f"languagetool {server_version(self.url)}".strip()

    def check(self, text: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]:
        """The findings in a text. names: words to leave alone. Raises EngineFailed; after that once, always and at
        once."""
        if not text.strip():
            return ()
        # Offsets are counted in UTF-16 there and mended with class-wide state here: without astral characters both
        # are right.
        plain = re.sub("[\U00010000-\U0010ffff]", "☺", text)
        deadline = time.monotonic() + self._seconds
        if not self._lock.acquire(timeout=self._seconds):
            raise EngineFailed("LanguageTool is still busy with another letter.")
        try:
            if self._failed:
                raise EngineFailed(self._failed)
            matches = self._matches(plain, language, deadline)
        except EngineFailed as failed:
            self._failed = str(failed)
            raise
        finally:
            self._lock.release()
        return _findings(matches, text, words_of(names) | names, self.name, english=language.startswith("en"))

    def close(self) -> None:
        """Forget the server; one of ours is ended by languagetool_server.stop or at exit."""
        self._tools.clear()

    def _matches(self, text: str, language: str, deadline: float) -> list[Any]:
        tag = _VARIANT.get(language, language)
        tool = self._tools.get(tag)
        if tool is None:
            tool = _bounded(lambda: _connect(tag, self.url), min(CONNECT_SECONDS, self._seconds))
            self._tools[tag] = tool
            # Only a server that has just answered gets the long wait; one that is dumb is told by _connect.
            if not tag.startswith("en"):
                deadline = time.monotonic() + self._first_seconds
        seconds = max(0.5, deadline - time.monotonic())
        matches: list[Any] = _bounded(lambda: tool.check(text), seconds)
        return matches


def checked_url(url: str, *, allow_public: bool) -> str:
    """The server's address without /v2 and without a slash at its end; UserError where it cannot be one."""
    address = url if "://" in url else f"http://{url}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(
            f"“{url}” is not the address of a LanguageTool server.", fix="Write it like http://127.0.0.1:8081."
        )
    if is_public(address) and not allow_public:
        raise UserError(
            "The public LanguageTool service would see your letters.",
            why="Your letters stay on this machine unless you ask for something else by name.",
            fix="Set allow_public = true beside the address, or run a server of your own.",
        )
    return re.sub(r"/v2/?$", "", address).rstrip("/")


def is_public(url: str) -> bool:
    """Whether an address belongs to the public LanguageTool service."""
    host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    return _PUBLIC.search(host) is not None


def server_version(url: str, seconds: float = CONNECT_SECONDS) -> str:
    """What the server says of itself (/v2/info), for instance "6.8"; "" where it only answers. EngineFailed if it
    does not."""
    import requests

    def ask() -> str:
        answer = requests.get(f"{url}/v2/info", timeout=(seconds, seconds), allow_redirects=False)
        if answer.status_code >= 500:
            raise EngineFailed(f"The LanguageTool server answered with error {answer.status_code}.")
        try:
            return str(answer.json()["software"]["version"])
        except (ValueError, KeyError, TypeError):
            return ""

    return _bounded(ask, seconds)


def _connect(tag: str, url: str) -> Any:
    import language_tool_python

    # The last part of the address must not be lost when the library joins "v2/" to it.
    tool = language_tool_python.LanguageTool(tag, remote_server=url + "/")
    tool.disabled_categories = set(_DISABLED_CATEGORIES)
    tool.disabled_rules = set(_DISABLED_RULES)
    return tool


def _bounded(work: Callable[[], T], seconds: float) -> T:
    """Run `work` in a thread of its own for at most so long, and turn everything it may raise into EngineFailed.

    The library's own time-out cannot be set, and one on the socket would not stop a server that sends a byte now
    and then.
    The thread is a daemon: a hung one ends with the program.
    """
    box: list[T] = []
    error: list[BaseException] = []

    def run() -> None:
        try:
            box.append(work())
        except BaseException as problem:  # SystemExit is one of the errors it raises
            error.append(problem)

    thread = threading.Thread(target=run, name="languagetool", daemon=True)
    thread.start()
    thread.join(seconds)
    if box:
        return box[0]
    if error:
        raise _failed(error[0]) from error[0]
    raise EngineFailed(f"LanguageTool did not answer within {seconds:.0f} seconds.")


def _failed(problem: BaseException) -> EngineFailed:
    if isinstance(problem, EngineFailed):
        return problem
    name = type(problem).__name__
    if "Timeout" in name:
        return EngineFailed("LanguageTool did not answer in time.")
    if name == "RateLimitError":
        return EngineFailed("The LanguageTool service wants you to slow down.")
    if isinstance(problem, KeyError | TypeError | ValueError | AttributeError):
        return EngineFailed("What answered does not talk like LanguageTool.")
    # The library's own texts may hold a piece of the letter, so they are not passed on.
    return EngineFailed(f"The LanguageTool server cannot be reached or failed ({name}).")


# --- from a match to a finding --------------------------------------------------------------------


def _findings(
    matches: list[Any], text: str, names: frozenset[str], engine: str, *, english: bool
) -> tuple[Finding, ...]:
    parts = layout(text)
    found = (_finding(match, text, parts, names, engine, english=english) for match in matches)
    return tuple(sorted((f for f in found if f is not None), key=lambda f: (f.start, f.end)))


def _finding(
    match: Any, text: str, parts: Layout, names: frozenset[str], engine: str, *, english: bool
) -> Finding | None:
    start = int(match.offset)
    end = min(len(text), start + int(match.error_length))
    words = text[start:end]
    suggestions = tuple(dict.fromkeys(str(word) for word in match.replacements))
    if match.rule_id.startswith(_DISABLED_PREFIXES) or match.rule_id in _DISABLED_RULES:
        return None
    if match.category in _DISABLED_CATEGORIES or match.rule_issue_type in {"style", "locale-violation", "register"}:
        return None
    if _is_speller(match):
        if not _is_misspelt(text, start, end, suggestions, parts, names, english=english):
            return None
        if english and words.islower() and not is_near(words.partition(" ")[0], suggestions):
            return None
        return _spelling(text, start, end, suggestions, engine)
    if match.rule_id == "EN_A_VS_AN" and follows_a_capital(text, start):
        return None  # part of a name: “Ros an Mhíl”
    if words in _DEGREES or any(word.replace("-", "") == re.sub(r"[\s-]", "", words) for word in suggestions[:1]):
        return None  # “tea room” or “tearoom” is a matter of taste
    if (parts.in_greeting(end) or in_foreign_closing(parts, start)) and match.category in (
        "MISC",
        "MULTITOKEN_SPELLING",
    ):
        return None
    if start >= parts.foot or _only_names(words, names) or (not words.strip() and not suggestions):
        return None
    message = re.sub(r"\s+", " ", match.message).strip()
    class_ = _class(match.rule_id, match.category)
    return Finding(class_, Severity.ADVISE, start, end, words, message, suggestions[:5], engine)


def _spelling(text: str, start: int, end: int, suggestions: tuple[str, ...], engine: str) -> Finding:
    word = text[start:end]
    first = ranked(word, suggestions[:12])[:5]
    return Finding("spelling", Severity.ADVISE, start, end, word, f"“{word}” looks misspelt.", first, engine)


def _is_speller(match: Any) -> bool:
    return bool(
        re.match(r"MORFOLOGIK_|GERMAN_SPELLER|HUNSPELL|FR_SPELLING|AUSTRIAN_GERMAN|SWISS_GERMAN", match.rule_id)
    )


def _class(rule: str, category: str) -> str:
    for pattern, class_ in _CLASS_BY_RULE:
        if pattern.search(rule):
            return class_
    return _CLASS_BY_CATEGORY.get(category, "grammar")


def _is_misspelt(
    text: str,
    start: int,
    end: int,
    suggestions: tuple[str, ...],
    parts: Layout,
    names: frozenset[str],
    *,
    english: bool,
) -> bool:
    word = text[start:end]
    if is_left_alone(text, start, end, suggestions, parts, names, english=english) or looks_like_code(word):
        return False
    if word not in misspellings() and _is_a_term(word, suggestions):
        return False
    if not word[:1].isupper():
        return not _in_a_name(text, start)
    at_start = re.search(r"(?:^|[.!?]\s+|\n\s*)[\"“'(]*$", text[max(0, start - 8) : start]) is not None
    close = [s for s in suggestions if len(word) > 4 and distance(word.lower(), s.lower()) <= 0.6]
    return at_start and bool(close)


def _is_a_term(word: str, suggestions: tuple[str, ...]) -> bool:
    """Whether a word is likelier one that the dictionary lacks than a slip."""
    if word.islower() and is_compound(word):
        return True
    return _is_borrowed(word, suggestions) or is_a_trade(word, suggestions) or _is_joined(word, suggestions)


def _is_borrowed(word: str, suggestions: tuple[str, ...]) -> bool:
    """“kōrero”: accents, and no word like it without them, so it is of another language."""
    plain = _without_accents(word.lower())
    return not word.isascii() and all(distance(plain, _without_accents(s.lower())) > 1 for s in suggestions)


def _is_joined(word: str, suggestions: tuple[str, ...]) -> bool:
    """“stonemasonry”, “polytunnel”: a term that the dictionary has in two words, or knows nothing like."""
    longer = len(word) > _SHORT and word.islower()
    return longer and (not suggestions or any(s != word and re.sub(r"[\s-]", "", s) == word for s in suggestions))


def _without_accents(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _in_a_name(text: str, start: int) -> bool:
    """“van der Berg”, “da Silva”: a small word between capitals."""
    before = re.search(r"([A-Z]\w*\.?)\s+(?:(?:van|von|de|du|da|la|le|zu)\s+)?$", text[max(0, start - 25) : start])
    following = re.match(r"\w+\s+[A-Z]", text[start : start + 25])
    return before is not None and following is not None


def _only_names(words: str, names: frozenset[str]) -> bool:
    capitals = [word for word in re.findall(r"[\w'’-]+", words) if word[0].isupper()]
    return bool(capitals) and all(is_name(word, names) for word in re.findall(r"[\w'’-]+", words))
