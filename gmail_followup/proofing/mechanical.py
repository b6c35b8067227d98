"""The few corrections that are safe without asking: double blanks, doubled words, a blank before a comma or full
stop."""

import re

from gmail_followup.proofing.house_marks import doubled_words, is_doubled
from gmail_followup.proofing.layout import is_bullet, layout
from gmail_followup.proofing.names import words_of

_BLANKS = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_BEFORE_MARK = re.compile(r"(?<=[\w)\]\"”'’])[ \u00a0]+(?P<m>[,.])(?=\s|$)")


def fix(text: str, names: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The text with those corrections made, and each of them in words. Names are never touched; doing it twice
    changes nothing.

    A doubled word goes only where both stand in one line, are written in small letters and cannot be right (“had had”,
    “that that” stay). Columns, list marks and the signature stay as they are.
    """
    done: list[str] = []
    names = names | words_of(names)
    while True:
        changed = _doubled(_marks(_blanks(text, done), done), names, done)
        if changed == text:
            return text, tuple(dict.fromkeys(done))
        text = changed


def _blanks(text: str, done: list[str]) -> str:
    foot = layout(text).foot

    def one(match: re.Match[str]) -> str:
        start = text.rfind("\n", 0, match.start()) + 1
        if match.start() >= foot or not text[start : match.start()].strip() or is_bullet(text, start):
            return match[0]
        done.append(f"One blank instead of {len(match[0])} after “{_word_before(text, match.start())}”.")
        return " "

    return _BLANKS.sub(one, text)


def _marks(text: str, done: list[str]) -> str:
    foot = layout(text).foot
    empty = re.compile(r"(?:^|\s)(?:at|with|from|by|for|as|of|in|the|an?|your|my|our|dear|hello|hi)$", re.IGNORECASE)

    def closed_up(match: re.Match[str]) -> str:
        # “at ,” is a value that is missing, not a blank too many: it stays to be seen.
        if match.start() >= foot or empty.search(text[max(0, match.start() - 12) : match.start()]):
            return match[0]
        name = "comma" if match["m"] == "," else "full stop"
        done.append(f"No blank before the {name} after “{_word_before(text, match.start())}”.")
        return match["m"]

    return _BEFORE_MARK.sub(closed_up, text)


def _doubled(text: str, names: frozenset[str], done: list[str]) -> str:
    foot = layout(text).foot
    for match in doubled_words(text):
        safe = match["gap"].strip(" \u00a0") == "" and match["again"].islower() and match["w"].lower() == match["again"]
        if safe and match.end() <= foot and is_doubled(match, names):
            done.append(f"“{match['w']}” once instead of twice.")
            return text[: match.start("gap")] + text[match.end("again") :]
    return text


def _word_before(text: str, at: int) -> str:
    match = re.search(r"\S+$", text[max(0, at - 40) : at])
    return match[0] if match else ""
