"""The embedded grammar engine: Harper, English only, no Java, nothing to download. The only module that imports it."""

import re
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import metadata
from typing import Any

from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.layout import Layout, layout
from gmail_followup.proofing.lexicon import tags_of
from gmail_followup.proofing.names import looks_like_code, words_of
from gmail_followup.proofing.spelling import distance, is_left_alone, is_near, is_variant, ranked


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The rules that found seeded faults and were quiet on clean letters (tests/proofing). Of Harper's 900 the others misfire on
# letters of this kind: on names, on British spelling, on typography, on style; what they could find the house rules do.
# LookingForwardTo is off because it prints to standard output, where scripts read our JSON.
_ON = _words(
    "SpellCheck MassNouns NounVerbConfusion PronounVerbAgreement SimplePastToPastParticiple DidPast ThenThan ModalOf "
    "CapitalizePersonalPronouns TheirToThere ThereToTheir TheyreToTheir ToTo ToLoseTooLoose InterestedIn "
    "ItsContraction ItsPossessive MultipleSequentialPronouns InflectedVerbAfterTo Months SinceDuration DoubleModal "
    "PronounInflectionBe OpenCompounds QuiteQuiet DespiteOf PronounContraction LookForwardTo OneOfTheSingular "
    "SingleBe GoodAt ArriveTo WereWhere WrongApostrophe Didnt IAmAgreement ThereIsAgreement MoreBetter AdjectiveDoubleDegree "
    "ExitedExcitedContext ModalBeAdjective ProgressiveNeedsBe WillNonLemma ResponsibleFor PeaceOfMind Theres"
)

_CLASS_BY_KIND = {
    "Agreement": "agreement",
    "BoundaryError": "spelling",
    "Capitalization": "capitalisation",
    "Eggcorn": "confusion",
    "Enhancement": "style",
    "Formatting": "punctuation",
    "Grammar": "grammar",
    "Malapropism": "confusion",
    "Miscellaneous": "grammar",
    "Nonstandard": "grammar",
    "Punctuation": "punctuation",
    "Readability": "style",
    "Redundancy": "style",
    "Regionalism": "style",
    "Repetition": "doubled",
    "Spelling": "spelling",
    "Style": "style",
    "Typo": "spelling",
    "Usage": "grammar",
    "WordChoice": "confusion",
}
_CLASS_BY_RULE = {
    "MassNouns": "countable",
    "SimplePastToPastParticiple": "verb_form",
    "DidPast": "verb_form",
}
_SILENT_KINDS = frozenset({"Style", "Enhancement", "Readability", "Redundancy", "Regionalism", "Formatting"})
_MAY_REPEAT = frozenset({"had had", "that that", "is is", "do do", "so so", "very very"})
_MASS = _words(
    "advice information feedback equipment furniture knowledge research software homework progress luggage evidence guidance "
    "advices informations feedbacks equipments knowledges researches softwares"
)
# Rule ("" is any), what stands in front, the flagged words, what follows; each with what was flagged for nothing.
_FINE = (
    ("", "", r"It's|quite|thanks|[Nn]ew [Ll]ine", ""),  # "It's butter tarts", "quite clean", "I owe you thanks"
    ("", "", r"(?i:every one|any one)", " of "),
    ("PronounContraction", "", "Were", ""),
    ("NounVerbConfusion", r"(?:kindly|please|to|could you|would you) $", ".*", ""),
    ("ModalBeAdjective", "", "[A-Z].*", ""),  # "Would volunteering help?"
    ("ThereToTheir", r"\b(?:are|is|was|were) $", ".*", ""),  # "Are there books"
    ("PronounInflectionBe", r"\bof us $", ".*", ""),  # "None of us was"
    (
        "PronounVerbAgreement",
        r"\b(?:was|is|are|were|do|does|did|owe)\s(?:he|she|they|it|you|we|I)\s$",
        ".*",
        "",
    ),  # "Was she right?"
    ("MassNouns", "", ".*", " of "),  # "a knowledge of dyes"
    ("WereWhere", "", ".*", r" (?:an?|the) "),  # "if every no were a dollar"
    ("SingleBe", r"['’]s$", ".*", ""),  # "everyone's is different"
)
_TOKEN_END = re.compile(r"[\w.@+#/'’-]*$")
_TOKEN_START = re.compile(r"^[\w.@+#/-]*")
_LONG = 6
_START_OF_SENTENCE = re.compile(r"(?:^|[.!?]\s+|\n\s*)[\"“'(]*$")


class HarperEngine:
    """Harper behind the protocol `grammar.Engine`.

    It takes two seconds of another processor to be ready; the first letter waits for what is left of them, and a letter
    takes 10 to 30 ms after that. Safe to share between threads: Harper itself is not, so a lock stands in front of it.
    """

    def __init__(self) -> None:
        import harper

        self.name = f"harper {metadata.version('harper-py')}"
        self.notes: tuple[str, ...] = ()
        self._lock = threading.Lock()
        # Harper lets other threads run, so rules and templates are read meanwhile.
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="harper")
        self._linter: Future[Any] = worker.submit(_warm_linter, harper)
        worker.shutdown(wait=False)

    def check(self, text: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]:
        """The findings in an English text; nothing for another language. names: words to leave alone."""
        if not language.lower().startswith("en") or not text.strip():
            return ()
        words = words_of(names)
        # Importing the names into Harper's dictionary costs more than a second for each letter with new ones, so
        # they are
        # taken out of its answer instead.
        with self._lock:
            by_rule = self._linter.result().organized_lints(text, language="plaintext")
        parts = layout(text)
        found = [
            finding
            for rule, lints in by_rule.items()
            for lint in lints
            if (finding := self._finding(rule, lint, text, parts, names | words)) is not None
        ]
        return tuple(sorted(found, key=lambda finding: (finding.start, finding.end)))

    def close(self) -> None:
        """Nothing to end: Harper lives in this process."""

    def _finding(self, rule: str, lint: Any, text: str, parts: Layout, names: frozenset[str]) -> Finding | None:
        start, end = lint.span.start, lint.span.end
        words = text[start:end]
        if lint.lint_kind in _SILENT_KINDS or words.lower() in _MAY_REPEAT:
            return None
        if rule == "MassNouns" and words.lower().split()[-1] not in _MASS:
            return None
        if rule == "OneOfTheSingular" and not re.fullmatch("[NUv]+", tags_of(words.split()[-1].lower(), first=False)):
            return None  # "one of the best", "one of the last three"
        if _is_fine(rule, words, text[max(0, start - 20) : start], text[end : end + 12]):
            return None
        suggestions = tuple(dict.fromkeys(_wording(words, suggestion) for suggestion in lint.suggestions))
        if rule == "SpellCheck":
            if not _is_misspelt(text, start, end, suggestions, parts, names):
                return None
            suggestions = ranked(words, suggestions)[:5]
            message = f"“{words}” looks misspelt."
        else:
            if not suggestions or not parts.in_body(start, end) or _touches_name(words, names) or is_variant(words, ()):
                return None
            message = _plain(lint.message)
        class_ = _CLASS_BY_RULE.get(rule) or _CLASS_BY_KIND.get(lint.lint_kind, "grammar")
        return Finding(class_, Severity.ADVISE, start, end, words, message, suggestions, self.name)


def _warm_linter(harper: Any) -> Any:
    """A linter with our rules on. The first word far from any known one costs 1.2 s, once, so it is met here."""
    linter = harper.Linter()
    config = linter.get_lint_config()
    config.update({rule: rule in _ON for rule in config})
    linter.set_lint_config(config)
    linter.lint("Thsi is a sentense by Featherstonehaugh.", language="plaintext")
    return linter


def _is_fine(rule: str, words: str, before: str, after: str) -> bool:
    """Whether a finding is one of those that we know to be wrong, by the words around it."""
    return any(
        (not known or rule == known)
        and re.search(front, before, re.IGNORECASE)
        and re.fullmatch(flagged, words)
        and re.match(behind, after)
        for known, front, flagged, behind in _FINE
    )


def _wording(words: str, suggestion: Any) -> str:
    kind = suggestion.kind.name
    if kind == "REMOVE":
        return ""
    return words + str(suggestion.replacement_text) if kind == "INSERT_AFTER" else str(suggestion.replacement_text)


def _is_misspelt(
    text: str, start: int, end: int, suggestions: tuple[str, ...], parts: Layout, names: frozenset[str]
) -> bool:
    word = text[start:end]
    token = (
        _TOKEN_END.findall(text[max(0, start - 40) : start])[0] + word + _TOKEN_START.findall(text[end : end + 40])[0]
    )
    if is_left_alone(text, start, end, suggestions, parts, names, english=True) or looks_like_code(token.rstrip(".")):
        return False
    if "-" in token and token[0].isupper():
        return False
    if "-" in token and len(word) < _LONG:
        return False  # half of a compound: "med-surg"
    if not is_near(word, suggestions):
        return False
    if not word[0].isupper():
        return not re.search(r"[A-Z][\w'’]*\s+(?:\w+\s)?$", text[max(0, start - 20) : start]) or (
            bool(suggestions[:1]) and word not in _PARTICLES
        )
    # A capital inside a sentence is a name; at its start it is a slip only where a very close common word exists.
    at_start = _START_OF_SENTENCE.search(text[max(0, start - 8) : start]) is not None
    close = [s for s in suggestions if len(word) > 4 and distance(word.lower(), s.lower()) <= 0.6 and not s.isupper()]
    return at_start and bool(close)


_PARTICLES = _words(
    "van der den de da del della di du la le von zu zur ter ten bin ibn al el y e dos das san ní ó mac af av"
)


def _touches_name(words: str, names: frozenset[str]) -> bool:
    return any(word in names for word in re.findall(r"[\w'’]+", words) if word[0].isupper() or not word.islower())


def _plain(message: str) -> str:
    return re.sub(r"[`*]", "", message).strip()
