"""The user's folder: made once, never overwritten."""

import os
import re
from collections.abc import Iterator

from gmail_followup.errors import UserError
from gmail_followup.home import Home, shipped
from gmail_followup.whole import write_whole

MY_RULES = "my-rules.toml"
CREDENTIALS_EXAMPLE = "credentials.example.json"


def make_home(home: Home) -> Iterator[str]:
    """Makes what is missing and says so, a line each. Raises UserError if the folder cannot be made."""
    from gmail_followup.writing.edit import copy_to

    try:
        yield f"Your folder: {home.root}" + ("" if home.root.is_dir() else " (new)")
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and home.root.stat().st_uid == os.getuid():
            # It will hold the login and what is known of your applications.
            home.root.chmod(0o700)
        yield _copy(home, "config.toml", shipped("config.example.toml").read_bytes(), "settings")
        letters = copy_to(home.templates)
        yield _letters(len(letters.added), len(letters.unchanged))
        home.rules.mkdir(exist_ok=True)
        example = shipped("rules") / "my-rules.example.toml"
        yield _copy(home, f"rules/{MY_RULES}", example.read_bytes(), "rules of your own, with examples")
        yield _copy(home, CREDENTIALS_EXAMPLE, shipped(CREDENTIALS_EXAMPLE).read_bytes(), "how Google's file looks")
    except OSError as error:
        raise UserError(
            f"{error.filename or home.root} cannot be written.",
            why=error.strerror or "",
            fix="See that the folder is yours, or set GMAIL_FOLLOWUP_HOME to another one.",
        ) from None


def _copy(home: Home, name: str, data: bytes, what: str) -> str:
    path = home.root / name
    try:
        # Exclusive: a file that is there is never written over, not even one that appears at this moment.
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        return f"  {name}: there already, left as it is"
    return f"  {name}: {what}"


def _letters(added: int, kept: int) -> str:
    if not added:
        return f"  templates/: there already, left as it is ({kept} files)"
    there = f" ({kept} were there already)" if kept else ""
    return f"  templates/: {added} files of letters to make your own{there}"


def set_name(home: Home, name: str) -> str:
    """Writes the name into config.toml where it is still empty, and says what was done. Nothing else is changed."""
    from gmail_followup.config import load_config
    from gmail_followup.writing.variables import plain

    wanted = plain(name)
    known = load_config(home).me.name
    if not wanted or wanted == known:
        return f"Your letters are signed: {known or '(no name yet)'}"
    text = home.config.read_text(encoding="utf-8")
    filled = re.sub(r'(?m)^(\s*name\s*=\s*)""', lambda m: m[1] + toml_text(wanted), text, count=1)
    if known or filled == text:
        signed = f"signed: {known}" if known else "not signed yet"
        line = f"name = {toml_text(wanted)}"
        return f"Your letters are {signed}. To change that, write {line} under [me] in {home.config}"
    write_whole(home.config, filled.encode("utf-8"))
    return f"Your letters are signed: {load_config(home).me.name}"


def toml_text(value: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's, but for DEL (toml.io v1.0.0, String)."""
    import json

    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
