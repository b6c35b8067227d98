"""The values of the writing room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gmail_followup.mail.message import Address


class Move(StrEnum):
    """What a letter must do (advice A6, A7, A8)."""

    THANKS = "thanks"
    TIPS = "tips"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered letter, before it becomes MIME.

    text: paragraphs separated by one blank line, lines never wrapped, no trailing blank.
    lines: for each line of `text` (0-based index), the line number in the template file it came from (1-based).
    names: words that proofing must neither flag nor change (people, company, role, product names from the mail).
    """

    template: str
    path: str
    language: str
    subject: str
    text: str
    moves: tuple[Move, ...]
    lines: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    max_words: int = 120
    never: tuple[Move, ...] = ()
    """Moves that this kind of letter must not make: a thank-you asks for nothing (A13)."""
    to_fill: bool = False
    """It has places in square brackets that the user fills in before he sends it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a draft that is not its words.

    message_id: deterministic, chosen before the draft is made. in_reply_to "" and references () start a new thread.
    quoted: the text to quote below the letter ("" for none) and the line that introduces it.
    """

    from_: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    quoted: str = ""
    quoted_intro: str = ""
    signature_html: str = ""
    signature_text: str = ""
