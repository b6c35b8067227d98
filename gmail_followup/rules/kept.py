"""What takes long to work out from files of the program, kept in a folder for the next start.

Each is a file: a digest of everything that it was made from, then the data. Without a folder (`use`), or where it cannot
be written to, it is worked out anew each time. Like a compiled module it is believed: the folder is the user's own.
"""

import contextlib
import marshal
import os
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

_folder: Path | None = None
_MADE_BY = ("rules/*.py", "scanning/outline.py")


@cache
def _makers() -> bytes:
    """The code that works things out, and the Python that runs it."""
    digest = blake2b(sys.version.encode())
    package = Path(__file__).parent.parent
    for pattern in _MADE_BY:
        for path in sorted(package.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.digest()


def use(folder: Path) -> None:
    """From now on things are kept there; it need not exist."""
    global _folder
    _folder = folder


def digest_of(sources: Iterable[bytes]) -> bytes:
    """For `get` and `put`: changes with any of the sources, and with the program."""
    digest = blake2b(_makers(), digest_size=32)
    for source in sources:
        digest.update(len(source).to_bytes(8, "big") + source)
    return digest.digest()


def get(name: str, digest: bytes) -> Any:
    """What was put under that name with that digest; None if there is none."""
    if _folder is None:
        return None
    try:
        data = _path(_folder, name).read_bytes()
        return marshal.loads(data[32:]) if data.startswith(digest) else None
    except (OSError, EOFError, ValueError, TypeError):
        return None


def put(name: str, digest: bytes, data: Any) -> None:
    """Keeps numbers, texts, tuples, lists and dicts of such. Never raises: if it cannot be kept, so be it."""
    if _folder is None:
        return
    path = _path(_folder, name)
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(digest + marshal.dumps(data))
        part.replace(path)
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            part.unlink()


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.{sys.implementation.cache_tag}"
