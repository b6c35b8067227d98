"""Which mails belong to one conversation, by their ids alone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from gmail_followup.mail.message import Message

K = TypeVar("K")

_PREFIX = re.compile(
    r"\s*(?:\[?\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|res|odp|ynt|r|fwd?|wg|tr|rv|enc|i|doorst)\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,3})?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")
_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs|ref|rif|res|odp)\s*(?:\[\d{1,4}\]|\(\d{1,4}\))?\s*[:：]", re.IGNORECASE)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def base_subject(subject: str) -> str:
    """The subject without reply and forward marks (Re: Aw: SV: Fwd: WG: TR: RE[2]: ...), blanks squeezed."""
    text = _BLANKS.sub(" ", subject).strip()
    while match := _PREFIX.match(text):
        rest = text[match.end() :].strip()
        if "[" in match[0] and "]" not in match[0] and rest.endswith("]"):
            rest = rest[:-1].strip()
        text = rest
    return text


def reply_subject(subject: str) -> str:
    """The subject of a reply: as it is if it already is one's ("Re:", "Aw:", ...), else with "Re: " before it.

    Gmail keeps a reply in its thread only if the subjects agree, so nothing else is changed but line breaks and blanks.
    """
    text = _BLANKS.sub(" ", subject).strip()
    return text if _REPLY.match(text) else f"Re: {text}".strip()


def thread_ids(message: Message) -> tuple[str, ...]:
    """The ids that tie a mail to others, oldest first: References, In-Reply-To, its own (RFC 5322, 3.6.4)."""
    ids = (*message.references, message.in_reply_to, message.id)
    return tuple(dict.fromkeys(one for one in ids if one))


def roots(items: Iterable[tuple[K, Iterable[str]]]) -> dict[K, str]:
    """For each key the name of its thread: the first id known of that thread. Items that share any id share the name.

    Linear in the number of ids (union-find). The name depends on the order of `items` only through which id came first.
    """
    parent: dict[str, str] = {}

    def find(one: str) -> str:
        root = one
        while parent[root] != root:
            root = parent[root]
        while parent[one] != root:
            parent[one], one = root, parent[one]
        return root

    first: dict[K, str] = {}
    for key, ids in items:
        anchor = ""
        for one in ids:
            parent.setdefault(one, one)
            root = find(one)
            if anchor:
                parent[root] = anchor
            else:
                anchor = root
        first[key] = anchor
    return {key: find(anchor) if anchor else "" for key, anchor in first.items()}


def group(messages: Iterable[Message]) -> tuple[tuple[Message, ...], ...]:
    """Conversations by References and In-Reply-To (after J. Zawinski's threading), each oldest first, by first mail.

    Mails with only the subject in common stay apart: "Your application" is everybody's subject.
    """
    known = tuple(messages)
    names = roots((index, thread_ids(message)) for index, message in enumerate(known))
    threads: dict[str, list[Message]] = {}
    for index, message in enumerate(known):
        threads.setdefault(names[index], []).append(message)
    ordered = [tuple(sorted(one, key=lambda message: message.date or _LONG_AGO)) for one in threads.values()]
    return tuple(sorted(ordered, key=lambda one: one[0].date or _LONG_AGO))
