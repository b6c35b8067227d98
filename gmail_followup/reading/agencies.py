"""Agencies, which write for a client: where the mail names the client, he is the employer."""

import re
from collections.abc import Iterable

from gmail_followup.mail.message import Message
from gmail_followup.reading.company_names import clean_company, company_key, holds_name_of
from gmail_followup.reading.full_names import is_kind
from gmail_followup.reading.subject_titles import segments
from gmail_followup.reading.votes import Votes
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

_CLIENT = 2.5
_AGENCYS_SHARE = 0.4
_ENDINGS = ("search", "recruit", "recruitment", "interim", "headhunting", "personalberatung")
_WORD = re.compile(r"[a-z]+")
_NAMED = re.compile(
    r"\b(?:on behalf of|our client,?|my client,?|the client,?|(?:chair|ceo|board|owners?|partners|team|people) (?:\w+ \w+ )?(?:of|at)"
    r"|unser(?:e[nmrs]?)? (?:mandant(?:en|in)?|kunden?|auftraggeber),?|notre client,?|votre (?:entretien|candidature) chez"
    r"|nuestro cliente,?|en nombre de|proceso con|cliente:?)\s+"
)


def is_agency(*names: str) -> bool:
    """Whether the names and domain of a sender are of an agency: "Harcourt Executive Search", altexis-rh."""
    marks = words().company.agencies
    return any(
        word in marks or (word.endswith(_ENDINGS) and not word.endswith("research"))
        for name in names
        for word in _WORD.findall(fold(name).text)
    )


def from_client(message: Message, text: str, label: str, votes: Votes) -> None:
    """Names of the client get a vote, and the agency's own ones count less where there are such."""
    own = [key for key, (name, _) in votes.found.items() if _is_own(name, label)]
    if not is_agency(label, *(votes.found[key][0] for key in own)):
        return
    clients = [name for name in _clients(message, text) if not _is_own(name, label) and not is_agency(name)]
    for name in dict.fromkeys(clients):
        votes.add(name, _CLIENT)
    if any(company_key(name) in votes.found for name in clients):
        for key in own:
            name, weight = votes.found[key]
            votes.found[key] = (name, weight * _AGENCYS_SHARE)


def _is_own(name: str, label: str) -> bool:
    return is_agency(name) or (bool(label) and holds_name_of(name, label))


def _clients(message: Message, text: str) -> Iterable[str]:
    """Names that begin a subject and stand in the text or tell their kind, and those that the text calls clients."""
    folded = fold(text).text
    parts = segments(message.subject)
    for part in parts if len(parts) > 1 else ():
        named = clean_company(part)
        is_title = any(words().title.is_head(bare(word)) for word in part.split())
        if not named or named != part or is_title:
            continue
        kind = any(is_kind(bare(word)) for word in named.split())
        if kind or re.search(rf"\b{re.escape(bare(named.split()[0]))}\b", folded):
            yield named
    if len(folded) == len(text):
        for match in _NAMED.finditer(folded):
            if named := clean_company(text[match.end() : match.end() + 80].partition("\n")[0]):
                yield named
