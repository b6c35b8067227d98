"""Files that a command writes where the user says: whole, or not at all."""

from pathlib import Path

from gmail_followup.errors import Exit, UserError
from gmail_followup.whole import write_whole


def write_file(path: Path, data: bytes) -> None:
    """Raises UserError if the place cannot be written to."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise UserError(
            f"{path} could not be written.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Name a folder that is there, and that is yours.",
            code=Exit.ACCOUNT,
        ) from None
