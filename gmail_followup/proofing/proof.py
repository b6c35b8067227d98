"""One letter through all checks: mechanical fixes (ours only), tone and moves, house rules, a grammar engine. → `Report`."""

from collections.abc import Sequence
from dataclasses import replace

from gmail_followup.proofing import house
from gmail_followup.proofing.finding import Finding, Report, Severity
from gmail_followup.proofing.grammar import Grammar, merge
from gmail_followup.proofing.mechanical import fix
from gmail_followup.proofing.rules import MOVES, LetterRules
from gmail_followup.writing.letter import Letter, Move


class Proofreader:
    """Checks letters. Holds the grammar engine (close it when done); the rest is pure.

    dictionary: words of the user that are never flagged. severities win over what the checks themselves say.
    """

    def __init__(self, rules: LetterRules, grammar: Grammar, dictionary: frozenset[str] = frozenset()) -> None:
        self.rules = rules
        self.grammar = grammar
        self.dictionary = dictionary

    def close(self) -> None:
        self.grammar.close()

    def proof(self, letter: Letter) -> Report:
        """The report on a letter of ours: its own moves and length, and findings that name the template line."""
        text, fixed = fix(letter.text, letter.names | self.dictionary)
        report = self.check(
            text, letter.language, required=tuple(letter.moves), max_words=letter.max_words, names=letter.names
        )
        findings = (*_unwanted(letter, report), *(_to_fill(f, letter) for f in report.findings))
        report = replace(report, fixed=fixed, findings=findings)
        # Mending never adds or removes a line, so lines still tell where words came from.
        return replace(report, findings=tuple(_with_line(f, report.text, letter) for f in report.findings))

    def check(
        self,
        text: str,
        language: str,
        *,
        required: Sequence[str] = MOVES,
        max_words: int = 120,
        names: frozenset[str] = frozenset(),
    ) -> Report:
        """The report on any text, which is left as it is."""
        known = names | self.dictionary
        self.grammar.prepare(language)
        rules, moves = self.rules.read(text, language, required=required, max_words=max_words, names=known)
        own = house.check(text, names=known, language=language)
        checked = self.grammar.examine(text, language, known)
        findings = merge(checked.findings, own)
        together = (self._weighed(f) for f in (*rules, *_apart(findings, rules)))
        return Report(
            text=text,
            findings=tuple(sorted(together, key=lambda f: (f.start, f.end, f.class_))),
            moves=moves,
            engine=checked.engine,
            notes=checked.notes,
        )

    def _weighed(self, finding: Finding) -> Finding:
        severity = self.rules.severity(finding.class_, finding.severity)
        return finding if severity is finding.severity else replace(finding, severity=severity)


def _unwanted(letter: Letter, report: Report) -> list[Finding]:
    """A question in a letter that is to ask for nothing (A13): it thanks them and leaves it there."""
    if Move.TIPS not in letter.never:
        return []
    at = report.text.find("?")
    message = "This letter asks for something; it should only thank them and leave it there (A13)."
    return [Finding("unwanted_tips", Severity.BLOCK, at, at + 1, "?", message)] if at >= 0 else []


def _to_fill(finding: Finding, letter: Letter) -> Finding:
    """What the user is to fill in holds no draft back: he sees it there, and a later check reminds him."""
    if letter.to_fill and finding.class_ == "placeholder" and finding.text.startswith("["):
        return replace(finding, severity=Severity.ADVISE, message="This is for you to fill in before you send it.")
    return finding


def _apart(findings: Sequence[Finding], tone: Sequence[Finding]) -> list[Finding]:
    """Leaves out what a tone finding already says of the very same words."""
    return [f for f in findings if not any((t.start, t.end) == (f.start, f.end) and t.end for t in tone)]


def _with_line(finding: Finding, text: str, letter: Letter) -> Finding:
    if not letter.lines or finding.end == 0 or text.count("\n") != letter.text.count("\n"):
        return finding
    line = text.count("\n", 0, finding.start)
    return replace(finding, template_line=letter.lines[line]) if line < len(letter.lines) else finding


def severities(block: Sequence[str], advise: Sequence[str]) -> dict[str, Severity]:
    """The user's own severities, from `[proofing] block` and `advise` in config.toml."""
    return {**dict.fromkeys(block, Severity.BLOCK), **dict.fromkeys(advise, Severity.ADVISE)}
