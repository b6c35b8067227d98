"""Files that are written in one step: a crash, a full disk or Ctrl-C leaves the old file or the new one, never half."""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """The folder must be there. private: nobody else may read the file, at no moment. Raises OSError; then nothing changed."""
    part = path.with_name(f".{path.name}.part")
    try:
        # What a run that died left behind may have other rights.
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
