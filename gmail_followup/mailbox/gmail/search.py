"""Gmail's search language, as much of it as is needed. A search only narrows what is fetched; it never decides.

Dates are epoch seconds: a date in words means midnight Pacific time (Gmail API, "Filtering").
"""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

_LONGEST = 1200
"""Code points of a query once percent-encoded. Above 2,048 for the whole address google-api-python-client turns the GET
into a POST with a method override, which is the path of messages.insert; the gate would refuse it."""
_SINGLES = 5
"""How many of the queries are asked one by one at most."""
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?")
_SYNTAX = re.compile(r"[^\w&+.'\-]+")


def since_query(since: datetime | None) -> str:
    """Mails not older than `since`; a second early, as `after:` may or may not include its own second."""
    return "" if since is None else f"after:{int(since.timestamp()) - 1}"


def message_id_query(message_id: str) -> str:
    """The mail with that Message-ID."""
    return f"rfc822msgid:{message_id}"


def related_queries(words: Iterable[str], domains: Iterable[str], before: datetime) -> tuple[str, ...]:
    """Mails before a time, from or to one of `domains` (with their subdomains), or with all of `words`.

    The first query asks for all of it at once, in braces (OR); the others ask one by one, for a server that does not
    know braces. () for nothing to ask. Words come out of mails: whatever could be an operator is taken out, and each
    stands in quotation marks.
    """
    phrases = [phrase for word in words if (phrase := _SYNTAX.sub(" ", word).strip(" -.'+&"))]
    choices = [" ".join(f'"{phrase}"' for phrase in phrases)] if phrases else []
    for domain in domains:
        if _DOMAIN.fullmatch(domain.lower()):
            choices += [f"from:{domain.lower()}", f"to:{domain.lower()}"]
    start = f"before:{int(before.timestamp()) + 1}"
    taken: list[str] = []
    for choice in choices:
        if len(quote(f"{start} {' '.join([*taken, choice])}")) <= _LONGEST:
            taken.append(choice)
    if not taken:
        return ()
    grouped = " ".join(f"({choice})" if choice.startswith('"') else choice for choice in taken)
    return (f"{start} {{{grouped}}}", *(f"{start} {choice}" for choice in taken[:_SINGLES]))
