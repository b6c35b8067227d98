"""The user's own copies of the letters: make, compare, check, bring up to date (`gmail-followup templates`)."""

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gmail_followup.errors import FileError, UserError
from gmail_followup.home import shipped
from gmail_followup.whole import write_whole
from gmail_followup.writing.templates import SUFFIX, Template, TemplateSet

MANIFEST = ".shipped.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


@dataclass(frozen=True, slots=True)
class Update:
    """What `update` or `copy_to` did, as relative paths.

    beside: files that the user has changed; the newer shipped text lies beside them as `<name>.j2.new`.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def copy_to(folder: Path, source: Path | None = None) -> Update:
    """Copies the shipped letters to the user's folder; files that are there already stay as they are."""
    source = source or shipped("templates")
    added, kept, manifest = [], [], _manifest(folder)
    for key, path in _files(source):
        target = folder / key
        if target.exists():
            kept.append(key)
            continue
        _write(target, path.read_bytes())
        manifest[key] = _sum(path)
        added.append(key)
    _save(folder, manifest)
    return Update(added=tuple(added), unchanged=tuple(kept))


def update(folder: Path, source: Path | None = None) -> Update:
    """Brings newer shipped letters to the user's folder without losing a word of his.

    A copy that is still as it was shipped is replaced; a changed one stays, and the newer text is put beside it as
    `<name>.j2.new`, once for each new version. A copy that the user has deleted stays deleted.
    """
    source = source or shipped("templates")
    manifest = _manifest(folder)
    added, replaced, beside, unchanged = [], [], [], []
    for key, path in _files(source):
        target, new = folder / key, _sum(path)
        if not target.exists():
            if key not in manifest:
                _write(target, path.read_bytes())
                added.append(key)
        elif _sum(target) == new or manifest.get(key) == new:
            unchanged.append(key)
        elif _sum(target) == manifest.get(key):
            _write(target, path.read_bytes())
            replaced.append(key)
        else:
            _write(target.with_name(target.name + ".new"), path.read_bytes())
            beside.append(key)
        manifest[key] = new
    _save(folder, manifest)
    return Update(tuple(added), tuple(replaced), tuple(beside), tuple(unchanged))


def new(folder: Path, name: str, from_template: Template) -> Path:
    """Writes a new letter `<folder>/<language>/<name>.j2` that begins as a copy of another; gives its path.

    Raises UserError if the name cannot be used or is taken.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"{name!r} cannot be the name of a letter", fix="Use small letters, digits, - and _.")
    target = folder / from_template.language / f"{name}{SUFFIX}"
    if target.exists():
        raise UserError(f"{target} is there already", fix="Choose another name, or edit that file.")
    text = re.sub(r"(?m)^(\s*name\s*=\s*).*$", lambda m: f'{m.group(1)}"{name}"', from_template.source, count=1)
    _write(target, text.encode("utf-8"))
    return target


def diff(shipped_folder: Path, user: Path) -> str:
    """How the user's letters differ from the shipped ones, as a unified diff; "" if they do not."""
    out: list[str] = []
    ours, theirs = dict(_files(shipped_folder)), dict(_files(user))
    for key in sorted(theirs):
        before = _lines(ours[key]) if key in ours else []
        after = _lines(theirs[key])
        out.extend(
            difflib.unified_diff(before, after, f"shipped/{key}" if key in ours else "/dev/null", f"yours/{key}")
        )
    return "".join(line if line.endswith("\n") else line + "\n" for line in out)


def lint(templates: TemplateSet) -> list[FileError]:
    """Every mistake that can be found without a real mail: what `load` found, and what shows when each letter is
    written for all the sample applications (errors, too many words, leftovers of a template)."""
    problems = list(templates.problems)
    for template in templates.usable:
        problems.extend(_lint_one(templates, template))
    return problems


def _lint_one(templates: TemplateSet, template: Template) -> Iterator[FileError]:
    from gmail_followup.writing.render import render
    from gmail_followup.writing.variables import sample_facts

    said: set[str] = set()
    for facts in sample_facts(template.language):
        try:
            letter = render(templates, template, facts)
        except FileError as error:
            if str(error) not in said:
                said.add(str(error))
                yield error
            continue
        words = count_words(letter.text)
        if words > letter.max_words and "words" not in said:
            said.add("words")
            fix = "Shorten it, or raise max_words in its head."
            yield FileError(template.path, None, f"up to {words} words; max_words is {letter.max_words}", fix=fix)
        for index, line in enumerate(letter.text.split("\n")):
            left = re.search(r"\{\{|\}\}|\{%|%\}|\bNone\b|\[\s*\]|,\s*,|\(\s*\)", line)
            if left and left.group() not in said:
                said.add(left.group())
                fix = "Ask with {% if ... %} whether the value is known."
                yield FileError(template.path, letter.lines[index], f"the letter would show {left.group()!r}", fix=fix)
    front = template.front
    if front is not None and front.when.to == "contact" and not front.subject:
        fix = 'Add subject = "..." to the head.'
        yield FileError(template.path, None, "a new message to a person needs a subject", fix=fix)


def count_words(text: str) -> int:
    """Words as a reader counts them: what stands between blanks and holds a letter or a digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines(keepends=True)


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def _manifest(folder: Path) -> dict[str, str]:
    """What was shipped when each copy was made; a damaged manifest counts as none, so every copy counts as changed."""
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}


def _save(folder: Path, manifest: dict[str, str]) -> None:
    _write(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
