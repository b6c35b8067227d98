"""The values of the proofing room."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCK = "block"
    """The draft is held back for the user's eye."""
    ADVISE = "advise"
    """Goes along in the report."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a letter that its writer should see.

    class_: blame, pleading, missing_thanks, spelling, agreement ... (the list is in docs/findings.md).
    start, end: code points in the letter's text; both 0 where the finding is about the whole letter.
    message: one friendly sentence that says why. suggestions: better wordings, best first.
    engine: who found it: `rules`, `house`, `languagetool 6.8`, `harper 0.2.0`.
    template_line: the line in the template file that produced the words; None if there is no template.
    """

    class_: str
    severity: Severity
    start: int
    end: int
    text: str
    message: str
    suggestions: tuple[str, ...] = ()
    engine: str = "rules"
    template_line: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What proofing says of one letter.

    engine: the grammar engine that ran, with its version; "none" if none could (then `notes` says why).
    fixed: mechanical corrections that were applied to `text`, each in words.
    """

    text: str
    findings: tuple[Finding, ...]
    moves: dict[str, bool]
    engine: str
    notes: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(f.severity is Severity.BLOCK for f in self.findings)

    @property
    def ok(self) -> bool:
        return not self.findings
