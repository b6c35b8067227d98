"""The shipped packs are read once a process: to make the patterns of a thousand rules takes a second, and each command
reads them twice. Whatever keeps them itself (`kept.use`, as `scan` does) reads them as ever, and so does a changed file."""

from pathlib import Path
from typing import Any

from gmail_followup.rules import kept, rule

_read = rule._read_shipped
_known: dict[Any, Any] = {}


def _read_once(folder: Path) -> Any:
    if kept._folder is not None:
        return _read(folder)
    files = sorted(folder.rglob("*.toml"))
    state = (folder, *((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))
    if state not in _known:
        _known[state] = _read(folder)
    return [(list(rules), list(mistakes), set(off)) for rules, mistakes, off in _known[state]]


rule._read_shipped = _read_once
