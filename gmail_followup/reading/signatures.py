"""The employer in a signature: a line of its own, or beside an office."""

import re
from collections.abc import Iterator

from gmail_followup.mail.message import Message, Part
from gmail_followup.reading.company_names import (
    AT,
    PARTS,
    SQUEEZE,
    clean_company,
    company_key,
    covers,
    holds_name_of,
    is_beginning_of,
    is_office,
    is_platform,
    starts_name,
    strip_legal,
    without_offices,
)
from gmail_followup.reading.full_names import is_kind
from gmail_followup.reading.names import is_person
from gmail_followup.reading.votes import Votes
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

_HOUSE = 2.0
"""Weight of a name that is a line of a signature."""
_LONGEST_HOUSE = 8
_BEHIND = re.compile(r"(?<=\.)\s+(?=[A-Z])")


def signature(message: Message) -> str:
    return "\n".join(message.text[span.start : span.end][:600] for span in message.spans(Part.SIGNATURE))


def _signature_lines(text: str, signed: str) -> Iterator[str]:
    own = [line for line in text.rstrip().splitlines() if line.strip()]
    yield from own[-5:]
    yield from signed.splitlines()[:8]


def from_signature(text: str, signed: str, votes: Votes, label: str) -> None:
    """signed: the mail's `signature`; a name may stand in the last lines of the text as well."""
    seen: set[str] = set()
    label = "" if is_platform(label) else label
    for line in _signature_lines(text, signed):
        stripped = line.strip(" *_-–—\t")
        if not stripped or len(stripped) > 80 or len(stripped.split()) > 10 or stripped[-1] in ".!?":
            continue
        parts = PARTS.split(stripped)
        beside_office = len(parts) > 1 and any(_is_office(part) for part in parts)
        for part in parts:
            house = _house(part, label)
            name = house or _signed(part, label, votes, beside_office=beside_office)
            if name and company_key(name) not in seen:
                seen.add(company_key(name))
                votes.add(name, _HOUSE if house else 1.4)


def _house(part: str, label: str) -> str:
    """A part of a line that is a company's name and shows it: the sender's domain stands for it, or it tells its kind."""
    text = strip_legal(_BEHIND.split(part)[0].strip(" .,;:|*_"))
    tokens = text.split()
    if not 1 < len(tokens) <= _LONGEST_HOUSE or not starts_name(tokens[0]) or clean_company(text) != text:
        return ""
    first, last = bare(tokens[0]), bare(tokens[-1])
    if is_office(first) or is_office(last) or words().title.is_head(first) or words().title.is_head(last):
        return ""
    if label and (covers(text, label) or (is_beginning_of(tokens[0], label) and not is_person(text))):
        return text
    return text if is_kind(first) and not label else ""


def _is_office(part: str) -> bool:
    """Only words of offices: "Talent Acquisition"."""
    tokens = [token for token in part.split() if bare(token)]
    return bool(tokens) and all(is_office(token) for token in tokens)


def _signed(part: str, label: str, votes: Votes, *, beside_office: bool = False) -> str:
    """The company in one part of a signature line: "The Acme Team", "Talent Acquisition at Acme", "Acme GmbH"."""
    lists = words().company
    at = AT.search(part)
    text = at[1] if at else part
    tokens = text.split()
    office = beside_office or at is not None or any(is_office(token) for token in part.split())
    name = without_offices(text, votes.senders)
    if not name or (clean_company(name) != name and not any(c.isupper() for c in name)):
        return ""
    known = (
        company_key(name) in votes.found and (holds_name_of(name, label) if label else not is_person(name))
    ) or any(SQUEEZE.sub("", fold(token).text) in lists.legal for token in tokens[1:])
    if words().title.is_head(bare(name.split()[-1])) or words().title.is_head(bare(name.split()[0])):
        return ""
    return clean_company(name) if (office and len(name.split()) <= 5) or known else ""
