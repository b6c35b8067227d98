"""A rule as a value, and how rule files are read. What a rule file may say is in docs/rules.md."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from gmail_followup.errors import FileError, UserError
from gmail_followup.rules import kept
from gmail_followup.rules.phrase import PhraseError, pattern_of

FIELDS = ("body", "subject", "from", "header")
GUARDS = ("conditional", "future", "negated", "refused", "quoted", "question", "calm", "elsewhere")
_KEYS = {
    "id": str,
    "says": str,
    "weight": (int, float),
    "against": (int, float),
    "field": (str, list),
    "phrases": list,
    "regex": str,
    "guards": list,
    "yes": list,
    "no": list,
    "off": bool,
    "note": str,
    "message": str,
    "better": list,
    "severity": str,
    "area": str,
    "limit": int,
}
_REJECTION_GUARDS = ("conditional", "future", "negated", "quoted", "question")
_WEIGHT_LIMIT = 20.0
_SURELY_SMALL = 20_000
"""What phrases make is valid by construction, and below this length not too large for RE2's memory: no need to try."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a pack.

    says: what it is evidence of (`rejection`, `stage.final`, `confirmation`, `tone.blame` ...).
    weight: what it adds to that; against: what it takes from "rejection". pattern: RE2, for folded text.
    guards: circumstances of the sentence in which it counts nothing. source: file and line, for `explain`.
    """

    id: str
    says: str
    weight: float
    pattern: str
    language: str
    source: str
    pack: str
    fields: tuple[str, ...] = ("body",)
    against: float = 0.0
    guards: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    note: str = ""
    message: str = ""
    better: tuple[str, ...] = ()
    severity: str = ""
    area: str = ""
    limit: int = 0
    regex: str = ""
    shipped: bool = True


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules in force, and what could not be read (each problem names file and line; the rest goes on)."""

    rules: tuple[Rule, ...]
    problems: tuple[UserError, ...] = ()
    off: tuple[str, ...] = field(default=())

    def languages(self) -> frozenset[str]:
        """Languages that have a rejection pack."""
        return frozenset(r.language for r in self.rules if r.says == "rejection" and r.language)

    def about(self, prefix: str) -> tuple[Rule, ...]:
        """The rules whose `says` is `prefix` or begins with `prefix.`."""
        return tuple(r for r in self.rules if r.says == prefix or r.says.startswith(prefix + "."))


def load(shipped: Path, user: Path | None, switched_off: Iterable[str] = ()) -> RuleSet:
    """Reads the shipped packs, then the user's: a rule of the same id and language replaces the shipped one.

    switched_off: ids from the configuration; a rule file may say `off = true` as well.
    """
    found: dict[tuple[str, str], Rule] = {}
    problems: list[UserError] = []
    off = set(switched_off)
    for folder, is_shipped in ((shipped, True), (user, False)):
        if folder is None or not folder.is_dir():
            continue
        for rules, mistakes, gone in _read_shipped(folder) if is_shipped else _read_own(folder):
            problems += mistakes
            off |= gone
            found.update({(r.language, r.id): r for r in rules})
    known = {rule_id for _, rule_id in found}
    problems += [_unknown_off(name, known) for name in sorted(off - known)]
    return RuleSet(tuple(r for r in found.values() if r.id not in off), tuple(problems), tuple(sorted(off & known)))


_Read = tuple[list[Rule], list[UserError], set[str]]


def _read_own(folder: Path) -> list[_Read]:
    return [_read(path, str(path), False) for path in sorted(folder.rglob("*.toml"))]


def _read_shipped(folder: Path) -> list[_Read]:
    """The shipped packs, as they were kept when they were last read: to make a thousand patterns takes its time."""
    labels = {path: path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.toml"))}
    digest = kept.digest_of(data for path, label in labels.items() for data in (label.encode(), path.read_bytes()))
    names = tuple(field.name for field in fields(Rule))
    found = kept.get("packs", digest)
    if found is not None:
        return [([Rule(*values) for values in rules], [], set(off)) for rules, off in found]
    read = [_read(path, label, True) for path, label in labels.items()]
    if not any(mistakes for _, mistakes, _ in read):
        made = [
            ([tuple(getattr(rule, name) for name in names) for rule in rules], tuple(off)) for rules, _, off in read
        ]
        kept.put("packs", digest, made)
    return read


def _unknown_off(name: str, known: set[str]) -> UserError:
    return UserError(f"No rule has the id {name!r}, so it cannot be switched off.", fix=_nearest(name, known))


def _read(path: Path, label: str, shipped: bool) -> tuple[list[Rule], list[UserError], set[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [FileError(label, line, "this file is not UTF-8", fix="Save it as UTF-8.")], set()
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        return [], [FileError(label, int(found[1]) if found else None, f"not valid TOML: {error}")], set()
    except OSError as error:
        return [], [UserError(f"{label}: cannot be read: {error.strerror}")], set()
    return _rules_of(data, text, label, shipped, path.stem)


def _rules_of(
    data: Mapping[str, Any], text: str, label: str, shipped: bool, stem: str
) -> tuple[list[Rule], list[UserError], set[str]]:
    problems: list[UserError] = []
    lines = [text[: m.start()].count("\n") + 1 for m in re.finditer(r"(?m)^[ \t]*\[\[\s*rule\s*\]\]", text)]
    pack = data.get("pack", {})
    if not isinstance(pack, dict) or set(data) - {"pack", "words", "rule"}:
        extra = ", ".join(sorted(set(data) - {"pack", "words", "rule"})) or "pack"
        fix = "A rule file has [pack], [words] and [[rule]] parts."
        problems.append(FileError(label, 1, f"unknown part {extra!r}", fix=fix))
        pack = pack if isinstance(pack, dict) else {}
    rules: list[Rule] = []
    off: set[str] = set()
    entries = data.get("rule", [])
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        line = lines[index] if index < len(lines) else None
        if isinstance(entry, dict) and entry.get("off") is True and set(entry) <= {"id", "off", "note"}:
            off.add(str(entry.get("id", "")))
            continue
        try:
            spelled = _with_words(entry, data.get("words", {}), label, line)
            rule = _rule(spelled, str(pack.get("language", "")), str(pack.get("name", stem)), label, line)
            rules.append(replace(rule, shipped=shipped))
        except FileError as mistake:
            problems.append(mistake)
    return rules, problems, off


def _with_words(entry: Any, words: Any, label: str, line: int | None) -> Any:
    """Writes out `<name>` in phrases: a named list of words from the file's [words] part."""
    if not isinstance(entry, dict) or not isinstance(entry.get("phrases"), list):
        return entry

    def spelled(match: re.Match[str]) -> str:
        if not isinstance(words, dict) or not isinstance(words.get(match[1]), str):
            known = ", ".join(words) if isinstance(words, dict) else ""
            raise FileError(label, line, f"no words named <{match[1]}>", fix=f"[words] has: {known or 'nothing yet'}.")
        return f"({words[match[1]]})"

    phrases = [re.sub(r"<([a-z_]+)>", spelled, p) if isinstance(p, str) else p for p in entry["phrases"]]
    return {**entry, "phrases": phrases}


def _rule(entry: Any, language: str, pack: str, label: str, line: int | None) -> Rule:
    if not isinstance(entry, dict):
        raise FileError(label, line, "a [[rule]] needs keys and values")
    _check_keys(entry, label, line)
    rule_id, says = entry.get("id", ""), entry.get("says", "")
    if not rule_id or not says:
        fix = 'Add id = "..." and says = "rejection".'
        raise FileError(label, line, "a rule needs an id and what it says", fix=fix)
    weight = float(entry.get("weight", 1.0))
    if not abs(weight) <= _WEIGHT_LIMIT:
        raise FileError(label, line, f"rule {rule_id}: weight {weight} is not between -20 and 20")
    fields = entry.get("field", "body")
    fields = (fields,) if isinstance(fields, str) else tuple(fields)
    for name in fields:
        if name not in FIELDS:
            raise FileError(label, line, f"rule {rule_id}: no field {name!r}", fix=f"Fields: {', '.join(FIELDS)}.")
    guards = tuple(entry.get("guards", _REJECTION_GUARDS if says == "rejection" else ()))
    for name in guards:
        if name not in GUARDS:
            raise FileError(label, line, f"rule {rule_id}: no guard {name!r}", fix=f"Guards: {', '.join(GUARDS)}.")
    return Rule(
        id=rule_id,
        says=says,
        weight=weight,
        pattern=_pattern(entry, rule_id, label, line),
        language=language,
        source=label if line is None else f"{label}:{line}",
        pack=pack,
        fields=fields,
        against=float(entry.get("against", 0.0)),
        guards=guards,
        phrases=tuple(entry.get("phrases", ())),
        yes=tuple(entry.get("yes", ())),
        no=tuple(entry.get("no", ())),
        **{key: entry[key] for key in ("note", "message", "severity", "area", "limit", "regex") if key in entry},
        better=tuple(entry.get("better", ())),
    )


def _check_keys(entry: Mapping[str, Any], label: str, line: int | None) -> None:
    for key, value in entry.items():
        if key not in _KEYS:
            raise FileError(label, line, f"unknown key {key!r}", fix=_nearest(key, _KEYS))
        wanted = _KEYS[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):  # type: ignore[arg-type]
            raise FileError(label, line, f"{key} has a value of the wrong kind: {value!r}")
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise FileError(label, line, f"{key} takes a list of texts in quotation marks")
    if not entry.get("yes") or not entry.get("no"):
        raise FileError(
            label,
            line,
            f"rule {entry.get('id', '?')} needs at least one example each way",
            fix='Add yes = ["a sentence it must find"] and no = ["one it must leave alone"].',
        )


def _pattern(entry: Mapping[str, Any], rule_id: str, label: str, line: int | None) -> str:
    parts: list[str] = []
    for phrase in entry.get("phrases", ()):
        try:
            parts.append(pattern_of(phrase))
        except PhraseError as error:
            raise FileError(label, line, f"rule {rule_id}: {error}", fix=f"The phrase is: {phrase}") from None
    if "regex" in entry:
        parts.append(f"(?:{entry['regex']})")
    if not parts:
        raise FileError(label, line, f"rule {rule_id} has no phrases", fix='Add phrases = ["..."] or regex = "...".')
    pattern = _one_group_each("|".join(parts)) if len(parts) > 1 else parts[0]
    if "regex" not in entry and len(pattern) < _SURELY_SMALL:
        return pattern
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode() if isinstance(reason, bytes) else reason
        raise FileError(
            label,
            line,
            f"rule {rule_id}: this expression is not one that runs in linear time: {reason}",
            fix="Look-around and back-references are not available; alternatives, gaps and guards usually do.",
        ) from None
    return pattern


def _one_group_each(pattern: str) -> str:
    """RE2 wants group names to be unique: the second {company} of a rule becomes company_2, and so on."""
    seen: dict[str, int] = {}

    def renamed(match: re.Match[str]) -> str:
        name = match[1]
        seen[name] = seen.get(name, 0) + 1
        return f"(?P<{name}_{seen[name]}>" if seen[name] > 1 else match[0]

    return re.sub(r"\(\?P<([a-z]+)>", renamed, pattern)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(sorted(known)[:20])}."
