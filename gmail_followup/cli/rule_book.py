"""All rules that are in force, of mails and of letters, and how a rule of the user's comes into his file."""

import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmail_followup.cli.folder import MY_RULES, toml_text
from gmail_followup.config import Config
from gmail_followup.errors import FileError, UserError
from gmail_followup.home import Home, shipped
from gmail_followup.whole import write_whole

if TYPE_CHECKING:
    from gmail_followup.rules.rule import Rule, RuleSet

OF_LETTERS = ("tone.", "move.")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """rules: in force. off: switched off, by the configuration or in a file. problems: what could not be read."""

    rules: "tuple[Rule, ...]"
    off: "tuple[Rule, ...]"
    problems: tuple[UserError, ...]


def rule_book(home: Home, config: Config) -> RuleBook:
    """Everything that reads mails and letters, the user's rules included."""
    from gmail_followup.cli.setup import RULES
    from gmail_followup.proofing.rules import PACKS, load_letter_rules
    from gmail_followup.rules.rule import load

    reading, letters = load(RULES, home.rules, config.detection.off), load_letter_rules(home.rules)
    gone = {*reading.off, *letters.off}
    off = [r for folder in (RULES, PACKS) for r in load(folder, None).rules if r.id in gone] if gone else []
    rules = [r for r in reading.rules if not r.says.startswith(OF_LETTERS)]
    rules += [r for r in letters.rules if r.says.startswith(OF_LETTERS)]
    return RuleBook(tuple(rules), tuple(off), _problems(reading, letters))


def _problems(reading: "RuleSet", letters: "RuleSet") -> tuple[UserError, ...]:
    """Each once. That an id is not known counts only where neither the rules of mails nor those of letters have it."""
    known_to_letters = {problem.what for problem in letters.problems}
    found: dict[str, UserError] = {}
    for problem in (*reading.problems, *letters.problems):
        both = problem.what in known_to_letters and any(problem.what == p.what for p in reading.problems)
        if both or isinstance(problem, FileError):
            found.setdefault(problem.what, problem)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class NewRule:
    """What the user says of a rule to be."""

    id: str
    says: str
    language: str
    phrases: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    weight: float | None = None
    message: str = ""
    better: tuple[str, ...] = ()

    def toml(self) -> str:
        """The entry as it will stand in the file."""
        lines = ["[[rule]]", f"id = {toml_text(self.id)}", f"says = {toml_text(self.says)}"]
        lines += [f"weight = {self.weight}"] if self.weight is not None else []
        lines += [f"phrases = {_list(self.phrases)}"]
        lines += [f"message = {toml_text(self.message)}"] if self.message else []
        lines += [f"better = {_list(self.better)}"] if self.better else []
        return "\n".join([*lines, f"yes = {_list(self.yes)}", f"no = {_list(self.no)}", ""])


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(toml_text(value) for value in values)}]"


def add_rule(home: Home, book: RuleBook, new: NewRule) -> Path:
    """Appends a rule to the user's file of that language, after it has shown that it works; gives the file.

    Raises UserError if the id is taken, `says` is nothing that is listened to, a phrase is wrong, or an example fails.
    """
    from gmail_followup.rules.examples import check_rule, guards_for

    _check_names(book, new)
    rule = _read_alone(new)
    failures = list(check_rule(rule, guards_for(new.language, book.rules)))
    if failures:
        told = [f"{'--yes' if f.wanted else '--no'} “{f.example}”: {f.why}" for f in failures]
        fix = "Change the phrase or the example; nothing was written."
        raise UserError(f"The rule {new.id} does not do what its examples say.", why="\n".join(told), fix=fix)
    path = _file_of(home, new.language)
    before = path.read_text(encoding="utf-8") if path.exists() else f"[pack]\nlanguage = {toml_text(new.language)}\n"
    write_whole(path, f"{before.rstrip()}\n\n{new.toml()}".encode())
    return path


def _check_names(book: RuleBook, new: NewRule) -> None:
    same = next((r for r in (*book.rules, *book.off) if r.id == new.id and r.language == new.language), None)
    if same is not None:
        why = "Yours would take its place." if same.shipped else ""
        raise UserError(f"There is a rule {new.id} already ({same.source}).", why=why, fix="Choose another id.")
    known = sorted({r.says for r in (*book.rules, *book.off)})
    if new.says not in known and not new.says.startswith("tone."):
        raise UserError(f"Nothing listens to a rule that says {new.says!r}.", fix=f"Known: {', '.join(known)}.")
    if new.says.startswith("tone.") and not new.message:
        raise UserError("A rule of tone needs words for the person who reads it.", fix='Add --message "why it hurts".')


def _read_alone(new: NewRule) -> "Rule":
    """The rule as the loader reads it. Raises UserError without the name of the file it was tried in."""
    from gmail_followup.rules.rule import load

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        text = f"[pack]\nlanguage = {toml_text(new.language)}\n\n{new.toml()}"
        (place / "new.toml").write_text(text, encoding="utf-8")
        found = load(place, None)
    for problem in found.problems:
        what = problem.what.partition(": ")[2] if isinstance(problem, FileError) else problem.what
        raise UserError(what[:1].upper() + what[1:], fix=problem.fix)
    return found.rules[0]


def _file_of(home: Home, language: str) -> Path:
    """my-rules.toml where that is its language (a new one is made from the shipped), else my-rules-<language>.toml."""
    path = home.rules / MY_RULES
    home.rules.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes((shipped("rules") / "my-rules.example.toml").read_bytes())
    return path if _language_of(path) == language else home.rules / f"{path.stem}-{language}{path.suffix}"


def _language_of(path: Path) -> str:
    try:
        pack = tomllib.loads(path.read_text(encoding="utf-8")).get("pack", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(str(path), None, f"not valid TOML: {error}", fix="Mend the file first.") from None
    return str(pack.get("language", "")) if isinstance(pack, dict) else ""
