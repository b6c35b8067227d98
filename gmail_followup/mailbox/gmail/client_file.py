"""The client file that the user downloads once from the Google Cloud console."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gmail_followup.errors import FileError, UserError

_STEP = (
    "In the Google Cloud console: APIs & Services > Credentials > Create credentials > OAuth client ID > Desktop app. "
    "Download the JSON file"
)


@dataclass(frozen=True, slots=True)
class Client:
    """The program's own identity at Google. A desktop program's secret is not really one (RFC 8252); hidden anyway."""

    client_id: str
    client_secret: str = field(repr=False)


def read_client(path: Path) -> Client:
    """The `installed` client in that file. UserError with the step of the set-up that is missing."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"The client file {path} is not there.",
            why="Google gives every program its own client file; you make one once.",
            fix=f"{_STEP}, save it as {path}, and run `gmail-followup auth login` again.",
        ) from None
    except OSError as error:
        raise UserError(f"The client file {path} cannot be read.", why=error.strerror or "") from None
    except ValueError:
        raise FileError(str(path), None, "this is not a JSON file.", fix=f"{_STEP} again.") from None
    kinds = data if isinstance(data, dict) else {}
    if "web" in kinds and "installed" not in kinds:
        raise FileError(
            str(path),
            None,
            "this client was made for a web site.",
            fix=f"Make another one and choose 'Desktop app'. {_STEP}.",
        )
    inner = kinds.get("installed")
    words = [inner.get(name) if isinstance(inner, dict) else None for name in ("client_id", "client_secret")]
    if not all(isinstance(word, str) and word for word in words):
        raise FileError(str(path), None, "this is not a client file of a desktop app.", fix=f"{_STEP} again.")
    return Client(*words)  # type: ignore[arg-type]
