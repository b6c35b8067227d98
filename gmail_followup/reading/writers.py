"""Who writes a mail and who reads it: their names are no company's."""

import re

from gmail_followup.mail.message import Address, Message
from gmail_followup.reading.company_names import AT, SQUEEZE, VIA, company_key, german, is_name_of
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.votes import BETWEEN_WORDS
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

_GREETING_WORDS = 7
_DOORS = ("info", "office", "contact", "kontakt", "mail")
"""Addresses of small houses, where their owner writes."""
_TRADE = 4


def readers_of(message: Message, text: str) -> frozenset[str]:
    """Folded words of the reader's name, from To and the greeting line."""
    names = [word for address in message.to for word in address.name.split()]
    greeting = text.lstrip()[:200].partition("\n")[0]
    greets = greeting.rstrip().endswith((",", "!", ":")) or bare(greeting.partition(" ")[0]) in words().greetings
    if greets and len(greeting.split()) <= _GREETING_WORDS:
        names += greeting.split()
    elif greeting.partition(" ")[0].endswith(","):
        names.append(greeting.split()[0])
    return frozenset(bare(word) for word in names)


def writers_of(message: Message, senders: Senders) -> frozenset[str]:
    """Squeezed names of those who write the mail, where their address shows that they are persons."""
    return frozenset(
        company_key(bare_name(AT.sub("", address.name)))
        for address in (message.from_, *message.reply_to)
        if is_their_own(address, senders.is_vendor(address.domain))
        and not is_name_of(address.name, fold(organisation(address.domain).partition(".")[0]).text)
    ) - {""}


def is_their_own(address: Address, vendor: bool = False) -> bool:
    """A person's name whose words (or an initial with one) stand in the address itself.

    vendor: the address is at a tracking system, where one word is a customer's (ostrander@), two are a person's.
    """
    name = bare_name(AT.sub("", VIA.sub("", address.name)))
    if not is_person(name):
        return False
    local = german(address.local.partition("+")[0])
    if is_office_address(address):
        return False
    parts = [spelled(word) for word in re.split(r"[\s-]+", name) for spelled in (german, company_key)]
    parts = [part for part in parts if part]
    initials = "".join(part[0] for part in parts)
    if vendor:
        return sum(word in parts for word in re.split(r"[._-]+", address.local.partition("+")[0])) >= 2
    return bool(local) and (
        any(len(part) > 2 and (part in local or (len(local) > 2 and part.startswith(local))) for part in parts)
        or local == initials
    )


def is_office_address(address: Address) -> bool:
    return any(word in words().company.offices for word in BETWEEN_WORDS.split(address.local.lower()))


def signs_for_a_house(address: Address, label: str) -> bool:
    """A person whose family name is in the domain of his house, beside its trade: "Sepp Huber" at elektro-huber."""
    name = address.name
    parts = [part for part in bare_name(name).split() if part]
    if len(parts) < 2 or not is_person(name) or is_name_of(name, label) or bare(parts[0]) in words().company.offices:
        return False
    if (is_office_address(address) and address.local not in _DOORS) or len(label) < len(parts[-1]) + _TRADE:
        return False
    squeezed = SQUEEZE.sub("", label)
    first, last = ({german(part), company_key(part)} for part in (parts[0], parts[-1]))
    return any(part in squeezed for part in last if len(part) > 2) and not any(part in squeezed for part in first)
