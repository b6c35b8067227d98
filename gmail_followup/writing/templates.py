"""The folder of letters: the shipped files with the user's over them, each read, checked and kept with its mistakes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmail_followup.errors import FileError
from gmail_followup.writing.front import Front, nearest, read_front

if TYPE_CHECKING:
    from gmail_followup.writing.sandbox import Sandbox

LANGUAGES = ("en", "de", "fr", "es")
PARTS = "parts"
SUFFIX = ".j2"
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Template:
    """One letter's file. key: "en/applied.j2", the same in every folder. path: the file that counts.

    front: the checked head; for a broken file the head of the copy below it, if there is one (only to know which
    letters it holds up). problem: why it cannot be used, None if it can.
    """

    key: str
    path: str
    language: str
    source: str
    front: Front | None
    problem: FileError | None = None

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2].removesuffix(SUFFIX)

    @property
    def usable(self) -> bool:
        return self.front is not None and self.problem is None


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """All templates of some folders. `held` are those that a mistake keeps from being used: a letter for which one of
    them would have been chosen is held back, never written from the file below it."""

    templates: tuple[Template, ...]
    problems: tuple[FileError, ...]
    engine: "Sandbox" = field(compare=False, repr=False)
    paths: Mapping[str, str] = field(compare=False, repr=False, default_factory=dict)

    @property
    def usable(self) -> tuple[Template, ...]:
        return tuple(template for template in self.templates if template.usable)

    @property
    def held(self) -> tuple[Template, ...]:
        return tuple(template for template in self.templates if template.problem is not None)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({template.language for template in self.templates}))

    def find(self, name: str, language: str) -> Template | None:
        """The template of that name, broken or not."""
        return next((t for t in self.templates if t.name == name and t.language == language), None)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as read: its text, or why there is none."""

    path: str
    text: str
    problem: FileError | None = None


def load(folders: Sequence[Path]) -> TemplateSet:
    """Reads template folders, the shipped one first; a later folder wins file by file.

    Never raises for what is in the files: each mistake is a FileError in `problems` and holds up only its own letter
    (a mistake in a part: the letters that include the part). Missing and empty folders are fine.
    """
    from gmail_followup.writing.sandbox import Sandbox

    layers: dict[str, list[_File]] = {}
    for folder in folders:
        for key, path in _files(folder):
            layers.setdefault(key, []).append(_read(path))
    parts = {key: files[-1] for key, files in layers.items() if _is_part(key)}
    mains = {key: files for key, files in layers.items() if not _is_part(key)}
    sources = {key: (file.text, file.path) for key, file in parts.items() if file.problem is None}
    engine = Sandbox(sources)
    broken = {key: problem for key, file in parts.items() if (problem := file.problem or _syntax(engine, key))}
    templates = []
    for key, files in sorted(mains.items()):
        templates.append(_template(key, files, engine, broken, sources))
    problems = [*broken.values(), *(t.problem for t in templates if t.problem is not None)]
    paths = {key: files[-1].path for key, files in layers.items()}
    return TemplateSet(tuple(templates), tuple(dict.fromkeys(problems)), engine, paths)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(key, path) of each template file, in a stable order: <language>/<name>.j2 and <language>/parts/<name>.j2."""
    for pattern in (f"*/*{SUFFIX}", f"*/{PARTS}/*{SUFFIX}"):
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(folder).as_posix(), path


def _is_part(key: str) -> bool:
    return f"/{PARTS}/" in key


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _File(
            str(path),
            "",
            FileError(str(path), None, f"cannot be read ({error.strerror})", fix="Check the file's permissions."),
        )
    if len(data) > MAX_BYTES:
        return _File(
            str(path),
            "",
            FileError(
                str(path), None, f"larger than {MAX_BYTES // 1024} KB: that is no letter", fix="Shorten the file."
            ),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return _File(
            str(path),
            "",
            FileError(str(path), line, "not written in UTF-8", fix="Save the file as UTF-8 in your editor."),
        )
    return _File(str(path), text.replace("\r\n", "\n").replace("\r", "\n"))


def _template(
    key: str,
    files: list[_File],
    engine: "Sandbox",
    broken: Mapping[str, FileError],
    sources: dict[str, tuple[str, str]],
) -> Template:
    file, language = files[-1], key.partition("/")[0]
    fronts: list[Front | None] = []
    problem = file.problem
    for layer in files:
        try:
            fronts.append(None if layer.problem else _front(layer, key))
        except FileError as error:
            fronts.append(None)
            if layer is file:
                problem = error
    front = fronts[-1] or next((f for f in reversed(fronts) if f is not None), None)
    if problem is None and front is not None:
        sources[key] = (_body(file.text, front.body_line), file.path)
        problem = _syntax(engine, key) or _subject(engine, front, file.path) or _included(engine, key, broken)
    return Template(key, file.path, language, file.text, front, problem)


def _front(file: _File, key: str) -> Front:
    language, _, name = key.partition("/")
    return read_front(file.text, file.path, name=name.removesuffix(SUFFIX), language=language)


def _body(text: str, body_line: int) -> str:
    """The text to compile: the head becomes a comment of as many lines, so that line numbers stay those of the file."""
    body = text.split("\n")[body_line - 1 :]
    return "{#" + "\n" * (body_line - 1) + "#}" + "\n".join(body)


def _subject(engine: "Sandbox", front: Front, path: str) -> FileError | None:
    return _check(engine, front.subject, None, path, front.subject_line - 1)


def _syntax(engine: "Sandbox", key: str) -> FileError | None:
    if key not in engine.loader.sources:  # type: ignore[union-attr]
        return None
    text, path = engine.loader.sources[key]  # type: ignore[union-attr]
    return _check(engine, text, key, path, 0, names=not _is_part(key))


def _check(
    engine: "Sandbox", text: str, name: str | None, path: str, offset: int, *, names: bool = True
) -> FileError | None:
    """The first mistake that can be seen without rendering: syntax, unknown names, unknown filters."""
    from jinja2 import TemplateError, TemplateSyntaxError

    if name is None and "{" not in text:
        return None
    try:
        tree = engine.parse(text, name, path)
        if name is not None:
            engine.trees[name] = tree
        found = _unknown_filter(tree) or (_unknown_name(tree) if names else None)
        if found is None:
            return None
        line, what, fix = found
        return FileError(path, line + offset, what, fix=fix)
    except TemplateSyntaxError as error:
        return FileError(path, error.lineno + offset, _plain_words(error.message or ""), fix=_hint(error.message or ""))
    except (TemplateError, RecursionError, SyntaxError, MemoryError, ValueError, OverflowError):
        return FileError(path, None, "too deeply nested to be read", fix="Write it with fewer brackets and blocks.")


def _unknown_filter(tree: Any) -> tuple[int, str, str] | None:
    from jinja2 import nodes

    from gmail_followup.writing.front import instead
    from gmail_followup.writing.sandbox import FILTERS

    for node in tree.find_all(nodes.Filter):
        if node.name not in FILTERS:
            return node.lineno, f"there is no filter `{node.name}`", instead(node.name, FILTERS)
    return None


def _unknown_name(tree: Any) -> tuple[int, str, str] | None:
    """A variable that no letter has, or a part that the person or profile does not have, even in an untaken branch."""
    from jinja2 import meta, nodes

    from gmail_followup.writing.front import instead
    from gmail_followup.writing.sandbox import GLOBALS, TOP_NAMES
    from gmail_followup.writing.variables import ATTRIBUTES, Person, Profile

    known = {*TOP_NAMES, *GLOBALS, "_step"}
    names = [(node.name, node.ctx) for node in tree.find_all(nodes.Name)]
    loaded, assigned = ({n for n, ctx in names if (ctx == "load") is read} for read in (True, False))
    # The exact answer compiles the template, which costs as much as all the rest: only where there is a doubt.
    unknown = meta.find_undeclared_variables(tree) - known if loaded - known - assigned else set()
    shapes = {"contact": ATTRIBUTES[Person], "me": ATTRIBUTES[Profile]}
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        if isinstance(node, nodes.Name):
            if node.ctx != "load" and node.name.startswith("_"):
                return node.lineno, f"`{node.name}`: names that begin with _ are taken", "Choose another name."
            if node.name in unknown and node.ctx == "load":
                return node.lineno, f"there is no variable `{node.name}`", instead(node.name, (*TOP_NAMES, *GLOBALS))
        elif isinstance(node.node, nodes.Name) and node.node.name in shapes:
            owner, parts = node.node.name, shapes[node.node.name]
            if node.attr not in parts and node.attr.startswith("_"):
                return node.lineno, f"`{owner}.{node.attr}` reaches into Python itself", "Use the documented variables."
            if node.attr not in parts:
                close = nearest(node.attr, parts)
                fix = f"Did you mean `{owner}.{close}`?" if close else f"Known are: {', '.join(parts)}."
                return node.lineno, f"there is no `{owner}.{node.attr}`", fix
    return None


def _included(engine: "Sandbox", key: str, broken: Mapping[str, FileError]) -> FileError | None:
    """A mistake in a part that this letter includes, directly or through other parts."""
    from jinja2 import nodes

    from gmail_followup.writing.front import instead

    sources = engine.loader.sources  # type: ignore[union-attr]
    todo, seen = [key], {key}
    while todo:
        current = todo.pop()
        path, tree = sources[current][1], engine.trees.get(current)
        if tree is None:
            continue
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            wanted = getattr(node, "template", None)
            if not isinstance(wanted, nodes.Const) or not isinstance(wanted.value, str):
                continue
            target = engine.join_path(wanted.value, current)
            if target in broken:
                return broken[target]
            if target not in sources and not getattr(node, "ignore_missing", False):
                parts = [k.partition("/")[2] for k in sources if _is_part(k) and k.startswith(current[:3])]
                return FileError(
                    path, node.lineno, f"there is no file `{wanted.value}` to include", fix=instead(wanted.value, parts)
                )
            if target in sources and target not in seen:
                seen.add(target)
                todo.append(target)
    return None


def _plain_words(message: str) -> str:
    """Jinja2's message without its grammar talk."""
    message = message.strip().rstrip(".")
    if "end of template" in message or "Unexpected end" in message:
        return "the file ends inside a block or a tag that is still open"
    return f"not valid template syntax: {re.sub(r'[Jj]inja (was )?', '', message)}"


def _hint(message: str) -> str:
    found = re.search(r"innermost block that needs to be closed is '(\w+)'", message)
    if found:
        return f"Close it with {{% end{found.group(1)} %}}."
    return "Check the braces and quotation marks on this line; {{ ... }} prints a value, {% ... %} decides."
