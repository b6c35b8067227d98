"""Files that a command writes where the user says: whole, or not at all."""

from contextlib import suppress
from pathlib import Path

from gmail_followup.errors import Exit, UserError


def write_file(path: Path, data: bytes) -> None:
    """Raises UserError if the place cannot be written to."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise UserError(
            f"{path} could not be written.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Name a folder that is there, and that is yours.",
            code=Exit.ACCOUNT,
        ) from None
