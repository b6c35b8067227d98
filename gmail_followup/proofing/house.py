"""The house rules: faults that no grammar engine finds in letters of this kind, at their exact places.

Pure and fast; no I/O apart from reading the phrase table once.
"""

import re
from collections.abc import Iterator

from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.house_agreement import agreement_findings, article_findings
from gmail_followup.proofing.house_frame import closing_findings, greeting_findings, remains_findings
from gmail_followup.proofing.house_marks import (
    capital_findings,
    doubled_findings,
    end_findings,
    mark_findings,
    pair_findings,
    repeated_findings,
)
from gmail_followup.proofing.house_sentences import (
    comma_findings,
    fragment_findings,
    question_findings,
    run_on_findings,
)
from gmail_followup.proofing.layout import Layout, body_sentences, layout
from gmail_followup.proofing.names import words_of
from gmail_followup.proofing.patterns import pattern_findings
from gmail_followup.proofing.phrases import phrases
from gmail_followup.proofing.spelling import misspelling_findings

WHOLE_SENTENCE = frozenset({"fragment", "style"})
"""Classes whose findings cover a whole sentence; another fault inside one is still worth telling."""


def check(text: str, *, names: frozenset[str], language: str) -> tuple[Finding, ...]:
    """What the house rules say of a letter.

    text: the letter, greeting to signature. names: words that must not be flagged. language: "en", "en-GB", "de" ...
    Returns findings in the order of the text, none overlapping another, except inside a fragment.
    `placeholder` findings and a greeting that greets nobody block; all else advises.
    """
    names = names | words_of(names)
    parts = layout(text)
    found = list(_all(text, parts, names, language))
    kept = [
        f
        for f in found
        if not _is_about_a_name(f, names)
        and f.text not in f.suggestions
        and not _cuts_a_word(f, text)
        and not _follows_a_name(f, text, names)
    ]
    return tuple(_without_overlaps(kept))


def _all(text: str, parts: Layout, names: frozenset[str], language: str) -> Iterator[Finding]:
    spans = body_sentences(text, parts)
    yield from remains_findings(text, parts, names, language)
    yield from greeting_findings(text, parts, language)
    yield from closing_findings(text, parts, language)
    if language.startswith("en"):
        yield from _english(text, parts, names)
        yield from agreement_findings(text, parts)
        yield from fragment_findings(text, spans)
        yield from comma_findings(text, spans)
        yield from run_on_findings(text, spans)
        yield from (f for f in pattern_findings(text, spans) if f.end <= parts.foot)
    yield from doubled_findings(text, parts, names)
    yield from repeated_findings(text, parts)
    yield from question_findings(text, spans, language)
    yield from mark_findings(text, parts, names, language)
    yield from capital_findings(text, parts, spans, names, language)
    yield from end_findings(text, parts)
    yield from pair_findings(text, parts)


def _english(text: str, parts: Layout, names: frozenset[str]) -> Iterator[Finding]:
    yield from misspelling_findings(text, names)
    yield from article_findings(text, parts)
    for phrase in phrases():
        for finding in phrase.findings(text):
            if finding.end <= parts.foot:
                yield finding


def _is_about_a_name(finding: Finding, names: frozenset[str]) -> bool:
    return (
        finding.severity is Severity.ADVISE
        and finding.text in names
        and finding.class_ in {"spelling", "capitalisation"}
    )


_OF_WHOLE_WORDS = frozenset({"verb_form", "agreement", "grammar", "confusion", "countable", "article"})


def _cuts_a_word(finding: Finding, text: str) -> bool:
    """Whether a finding is about a part of a word with a hyphen: the “know” in “know-how” is no verb."""
    if finding.class_ not in _OF_WHOLE_WORDS:
        return False
    around = text[max(0, finding.start - 2) : finding.start], text[finding.end : finding.end + 2]
    return bool(re.fullmatch(r"\w-", around[0]) or re.fullmatch(r"-\w", around[1]))


_MAY_BE_A_NAME = re.compile(r"(?P<w>\b(?:May|Will|Mark|Grace|Hope|Faith|Joy|Rich|Bill|Pat|Drew|Chase|April|June))\s+$")


def _follows_a_name(finding: Finding, text: str, names: frozenset[str]) -> bool:
    """Whether what looks like a verb before a finding is somebody's name: “Mark May told me”."""
    before = _MAY_BE_A_NAME.search(text, 0, finding.start)
    if before is None or finding.class_ not in {"verb_form", "agreement", "grammar"}:
        return False
    return before["w"] in names or re.search(r"[^.!?\s]\s+$", text[: before.start()]) is not None


def _without_overlaps(found: list[Finding]) -> Iterator[Finding]:
    """The first finding of each place: the order above is from the most telling to the least."""
    kept: list[Finding] = []
    for finding in found:
        clash = any(
            finding.start < other.end and other.start < finding.end
            for other in kept
            if (other.class_ in WHOLE_SENTENCE) == (finding.class_ in WHOLE_SENTENCE)
        )
        if not clash:
            kept.append(finding)
    return iter(sorted(kept, key=lambda finding: (finding.start, finding.end)))
