"""Finds the one mail that a command speaks of: a file, standard input, or a Message-ID in the mailbox."""

import sys
from collections.abc import Sequence
from pathlib import Path

from gmail_followup.cli.setup import open_mailbox
from gmail_followup.config import Config
from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse


def find_message(what: str, where: str | None, home: Home, config: Config, me: Sequence[str]) -> Message:
    """what: a path to an .eml, `-`, or a Message-ID (with or without angle brackets). Raises UserError if it is nowhere."""
    if what == "-":
        return parse(sys.stdin.buffer.read())
    path = Path(what).expanduser()
    if path.is_file():
        return parse(path.read_bytes())
    message_id = what if what.startswith("<") else f"<{what}>"
    found = _in_mailbox(message_id, where, home, config, me)
    if found is None:
        raise UserError(
            f"No mail is known as {what}.",
            why="It is neither a file, nor a Message-ID that a run has seen in this mailbox.",
            fix="Give an .eml file, or the id that `gmail-followup scan --json` or `run --json` prints.",
        )
    return found


def _in_mailbox(message_id: str, where: str | None, home: Home, config: Config, me: Sequence[str]) -> Message | None:
    if not home.ledger.exists():
        return None
    ledger = Ledger(home.ledger)
    try:
        name, key = ledger.find(message_id)
    finally:
        ledger.close()
    if not key:
        return None
    mailbox = open_mailbox(where or name, home, config, me)
    try:
        stored = mailbox.fetch(key)
    except UserError as error:
        if error.code is Exit.ACCOUNT:
            raise
        return None
    finally:
        mailbox.close()
    return stored.message if stored else None
