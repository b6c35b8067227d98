"""The labelled letters of this folder, read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from gmail_followup.proofing.finding import Finding

FOLDER = Path(__file__).with_name("letters")
_LABELS = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Faulty:
    file: str
    class_: str
    text: str
    at: int
    wrong: str
    right: str

    def __str__(self) -> str:
        return self.file

    @property
    def fixed(self) -> str:
        return self.text[: self.at] + self.right + self.text[self.at + len(self.wrong) :]

    def touched_by(self, finding: Finding) -> bool:
        return finding.start <= self.at + len(self.wrong) and self.at <= finding.end

    def fixed_by(self, finding: Finding) -> bool:
        return bool(finding.suggestions) and applied(self.text, finding) == self.fixed


@dataclass(frozen=True)
class Clean:
    file: str
    language: str
    names: frozenset[str]
    text: str


def applied(text: str, finding: Finding) -> str:
    """The text with the first suggestion in place."""
    return text[: finding.start] + finding.suggestions[0] + text[finding.end :]


FAULTY = [
    Faulty(e["file"], e["class"], (FOLDER / "faulty" / e["file"]).read_text("utf-8"), e["at"], e["wrong"], e["right"])
    for e in _LABELS["faulty"]
]
CLEAN = [
    Clean(e["file"], e["language"], frozenset(e["names"]), (FOLDER / "clean" / e["file"]).read_text("utf-8"))
    for e in _LABELS["clean"]
]
