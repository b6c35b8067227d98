"""Tone and required moves: the phrase rules of the letter packs, run over a letter sentence by sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gmail_followup.mail.message import Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.proofing.capitals import ACRONYMS, SHOUTED
from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.lexicon import is_common
from gmail_followup.proofing.wording import CALM, HEARD, Heard, wording_of
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards
from gmail_followup.rules.matcher import Hit, Matcher
from gmail_followup.rules.rule import RuleSet, load

PACKS = Path(__file__).with_name("packs")
MOVES = ("thanks", "tips", "future")
LONG_SENTENCE = 35
_MISSING = {
    "thanks": ("The letter does not thank them for anything (A7).", "Thank you for the opportunity to apply."),
    "tips": (
        "The letter does not ask for two or three tips (A6).",
        "Could you share two or three tips on what I could improve?",
    ),
    "future": (
        "The letter does not say that you would love to be considered again (A8).",
        "I would love to be considered again.",
    ),
}
_CAPITALS = re.compile(
    r"(?<![\w.@/&+#-])[A-ZÀ-Þ]{2,}(?:['’][A-ZÀ-Þ]{1,2})?(?:[ ,]+[A-ZÀ-Þ]+(?:['’][A-ZÀ-Þ]{1,2})?)*(?![\w@/&+#-])"
)
_ACRONYM_MOST = 5
_LONGEST_NAME = 7
_ENDING = re.compile(r"(?:OUS|FUL|BLE|AL|ENT|ANT|LY|NESS|[TS]ION|IVE|ORY|LESS|ITY|MENT|ISH|ISM|IC)$")
_RAISED = re.compile(
    r"\b(?:am|was|were|is|are|be|been|so|too|very|really|not|never|i'm|it's|that's)\s\Z", re.IGNORECASE
)
_AFTER_A_NAME = re.compile(
    r"\b(?!(?:You|They|We|He|She|It|This|That|The|Your|My|Not|Are|Was|Why|How|What|But|And|So|Have|Did) )[A-ZÀ-Þ][a-zß-ÿ]+[ -]\Z"
)
_EXCLAMATION = re.compile(r"\b([\w’']+)?[\"”)]?\s?(?:[?!]*\?)?(!!+|!(?=[\"”)]?\s*(?:$|\n|[\"“(]?[A-ZÀ-Þ¡¿])))")
_MARK_OF_A_NAME = re.compile(r"! [a-z]")
_PERHAPS_THE_END = re.compile(r"(?:\s(?:Inc|Ltd|Corp|Co|Jr|Sr|Bros|Cie|etc|S\.A|S\.L|e\.V)\.)\s+(?=[¿¡\"“«]?[A-ZÀ-Þ])")
_WARM = re.compile(
    r"^(?:please give|best of|all the best|good luck|congratulations|hello|hi |have a)"
    r"|\b(?:thank you|thanks|in touch|if another|so many|fun|enjoyed|lovely|do (?:shout|call|say|give|let))\b",
    re.IGNORECASE,
)
_LOUD = re.compile(
    r"\b(?:never|want|wanted|need|please|can't|cannot|can’t|believe|deserved?|why|how|still|nothing|nobody|"
    r"everything|hire|hired|chance|job|answer|reply|desperate|anything|extremely|absolutely|totally|incredibly|again|wrong|fair|unfair|"
    r"shame|pity|oh no|typical|ridiculous)\b",
    re.IGNORECASE,
)
_NAMES_WITH_A_MARK = frozenset({"yahoo", "joomla", "jeopardy"})


_TAKES_BACK = frozenset({"guard.negated", "guard.calm", "guard.quoted"})
"""Guards in whose sentence the wording alone says nothing: “I do not ask you to change your decision.”"""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence: what the rules heard in it, how its wording reads, and the fault that is hinted at, or ""."""

    span: Span
    hits: tuple[Hit, ...]
    hint: str
    heard: Heard


def load_letter_rules(user: Path | None = None) -> RuleSet:
    """The shipped tone and move packs, and the user's rules that say `tone.` or `move.`."""
    return load(PACKS, user)


class LetterRules:
    """Tone and moves for letters. Build once; `check` is pure.

    severities: class to severity, from the configuration; wins over the rule's own.
    """

    def __init__(self, rules: RuleSet, severities: Mapping[str, Severity] | None = None) -> None:
        # The user's own guards speak of mails that arrive; here only the packs' own count.
        self._matcher = Matcher(
            r
            for r in rules.rules
            if r.says.startswith(("tone.", "move.")) or (r.shipped and r.says.startswith("guard."))
        )
        self._severities = dict(severities or {})
        self.languages = frozenset(r.language for r in self._matcher.rules)

    def moves(self, text: str, language: str) -> dict[str, bool]:
        """Which of the three moves the letter makes; a language without rules is given the benefit of the doubt."""
        return self._moves(self._said(text, language), language)

    def _moves(self, said: list[_Said], language: str) -> dict[str, bool]:
        if language not in self.languages:
            return dict.fromkeys(MOVES, True)
        heard = {hit.rule.says for sentence in said for hit in sentence.hits}
        return {move: f"move.{move}" in heard for move in MOVES}

    def check(
        self,
        text: str,
        language: str,
        *,
        required: Sequence[str] = MOVES,
        max_words: int = 120,
        names: frozenset[str] = frozenset(),
    ) -> tuple[Finding, ...]:
        """Tone findings, missing moves, length. required: the moves that this kind of letter must make."""
        return self.read(text, language, required=required, max_words=max_words, names=names)[0]

    def read(
        self, text: str, language: str, *, required: Sequence[str], max_words: int, names: frozenset[str]
    ) -> tuple[tuple[Finding, ...], dict[str, bool]]:
        """What `check` and `moves` tell, at the price of one."""
        said = self._said(text, language)
        findings = [
            *self._tone(text, language, said),
            *self._missing(said, language, required),
            *self._length(text, max_words),
        ]
        findings += [*self._capitals(text, names), *self._exclamations(text, names)]
        return tuple(sorted(findings, key=lambda f: (f.start, f.end, f.class_))), self._moves(said, language)

    def _said(self, text: str, language: str) -> list[_Said]:
        """What each sentence says; what a guard of the packs takes back is left out."""
        wording = wording_of(language)
        found: list[_Said] = []
        for span in sentences(text, (Span(0, len(text)),)):
            words = text[span.start : span.end]
            folded = fold(words)
            hits = [
                h for h in self._matcher.find(folded, Span(0, len(folded.text))) if h.rule.language in (language, "")
            ]
            left = [hit for hit in apply_guards(hits, words, Span(0, len(words)), ()) if not hit.guard]
            placed = tuple(Hit(hit.rule, hit.start + span.start, hit.end + span.start) for hit in left)
            takes_back = any(hit.rule.says in _TAKES_BACK for hit in hits)
            # Without a table for the language the rules have the say alone.
            heard = wording.hear(words) if wording else Heard(CALM, "")
            found.append(_Said(span, placed, heard.class_ if heard.chance >= HEARD and not takes_back else "", heard))
        return found

    def _tone(self, text: str, language: str, said: list[_Said]) -> list[Finding]:
        """One finding a class and sentence; a rule with a limit speaks only when it is heard that often."""
        hits = [
            (hit, sentence.span)
            for sentence in said
            for hit in sentence.hits
            if hit.rule.says.startswith("tone.") and not (hit.rule.shipped and sentence.heard.chance < CALM)
        ]
        seen: set[tuple[str, int]] = set()
        findings: list[Finding] = []
        for hit, sentence in sorted(hits, key=lambda pair: pair[0].start):
            class_ = hit.rule.says.partition(".")[2]
            often = sum(h.rule.id == hit.rule.id for h, _ in hits)
            if (class_, sentence.start) in seen or often < hit.rule.limit:
                continue
            seen.add((class_, sentence.start))
            words = text[hit.start : hit.end]
            severity = self.severity(class_, Severity(hit.rule.severity or "advise"))
            findings.append(Finding(class_, severity, hit.start, hit.end, words, hit.rule.message, hit.rule.better))
        told = {start for _, start in seen}
        hinted = (sentence for sentence in said if sentence.hint and sentence.span.start not in told)
        return findings + [self._hint(text, sentence.span, sentence.hint, language) for sentence in hinted]

    def _hint(self, text: str, sentence: Span, class_: str, language: str) -> Finding:
        """What no rule knows but the wording gives away, with the words of the class's first rule; it only advises."""
        says = f"tone.{class_}"
        rule = next((r for r in self._matcher.rules if r.says == says and r.language == language and r.shipped), None)
        message = f"It may be heard so: {rule.message[:1].lower()}{rule.message[1:]}" if rule else "This may hurt."
        severity = self.severity(class_, Severity.ADVISE)
        words = text[sentence.start : sentence.end]
        return Finding(class_, severity, sentence.start, sentence.end, words, message, rule.better if rule else ())

    def _missing(self, said: list[_Said], language: str, required: Sequence[str]) -> list[Finding]:
        made = self._moves(said, language)
        return [
            Finding(f"missing_{move}", self.severity(f"missing_{move}", Severity.BLOCK), 0, 0, "", *_message(move))
            for move in required
            if not made[move]
        ]

    def _length(self, text: str, max_words: int) -> list[Finding]:
        findings: list[Finding] = []
        words = len(text.split())
        if words > max_words * 1.1:
            message = f"The letter has {words} words; up to about {max_words} are read to the end."
            findings.append(Finding("length", self.severity("length", Severity.ADVISE), 0, 0, "", message))
        for sentence in sentences(text, (Span(0, len(text)),)):
            # Whether "Inc." before a capital ends a sentence nobody can tell: here the writer gets the benefit of the doubt.
            count = max(len(part.split()) for part in _PERHAPS_THE_END.split(text[sentence.start : sentence.end]))
            if count > LONG_SENTENCE:
                words_ = text[sentence.start : sentence.end]
                message = f"This sentence has {count} words; two shorter ones read more easily."
                findings.append(
                    Finding(
                        "length",
                        self.severity("length", Severity.ADVISE),
                        sentence.start,
                        sentence.end,
                        words_,
                        message,
                    )
                )
        return findings

    def _capitals(self, text: str, names: frozenset[str]) -> list[Finding]:
        known = {word.upper() for name in names for word in name.split()} | ACRONYMS
        findings: list[Finding] = []
        for match in _CAPITALS.finditer(text):
            words = [w for w in re.split(r"[ ,]+", match.group()) if w not in known]
            surname = _AFTER_A_NAME.search(text, max(0, match.start() - 40), match.start()) is not None
            alone = len(words) == 1 and (
                not _is_a_word(words[0]) or _MARK_OF_A_NAME.match(text, match.end()) is not None
            )
            raised = _RAISED.search(text, max(0, match.start() - 12), match.start()) is not None
            if any(
                w in SHOUTED
                or (raised and len(w) > 2 and is_common(w.lower()))
                or (len(w) > _ACRONYM_MOST and not surname and not alone)
                for w in words
            ):
                message = "Capitals read as shouting."
                severity = self.severity("shouting", Severity.ADVISE)
                findings.append(
                    Finding("shouting", severity, *match.span(), match.group(), message, (match.group().lower(),))
                )
        return findings

    def _exclamations(self, text: str, names: frozenset[str]) -> list[Finding]:
        message = "No exclamation marks: calm reads as confident (A22)."
        severity = self.severity("shouting", Severity.ADVISE)
        known = _NAMES_WITH_A_MARK | {
            word[:-1].lower() for name in names for word in name.split() if word.endswith("!")
        }
        marks = [m for m in _EXCLAMATION.finditer(text) if m[2] != "!" or (m[1] or "").lower() not in known]
        if len(marks) == 1 and marks[0][2] == "!" and not _is_loud(text, marks[0].start(2)):
            return []
        return [Finding("shouting", severity, *mark.span(2), mark[2], message, (".",)) for mark in marks]

    def severity(self, class_: str, shipped: Severity) -> Severity:
        """The user's severity for a class of findings, else the shipped one."""
        return self._severities.get(class_, shipped)


def _is_a_word(capitals: str) -> bool:
    """NEBOSH and HAZWOPER are names of something; WITHOUT and HUMILIATING are words that are shouted."""
    if len(capitals) > _ACRONYM_MOST and capitals.endswith(("ING", "ED")):
        return True
    return is_common(capitals.lower()) or (len(capitals) > _LONGEST_NAME and _ENDING.search(capitals) is not None)


def _is_loud(text: str, at: int) -> bool:
    """Whether the only exclamation mark of a letter raises its voice; after thanks or a wish it is but warm."""
    if text[max(0, at - 1) : at] == "?":
        return True
    around = next((text[s.start : s.end] for s in sentences(text, (Span(0, len(text)),)) if s.start <= at < s.end), "")
    return _LOUD.search(around) is not None and _WARM.search(around) is None


def _message(move: str) -> tuple[str, tuple[str, ...]]:
    message, better = _MISSING[move]
    return message, (better,)
