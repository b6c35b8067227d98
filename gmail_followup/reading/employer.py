"""Which company a mail is from: phrases, sender, domain and signature vote; no vendor, person or reader wins."""

import re

from gmail_followup.mail.message import Message
from gmail_followup.reading.agencies import from_client
from gmail_followup.reading.company_names import (
    SQUEEZE,
    VIA,
    clean_company,
    company_in_display_name,
    company_key,
    covers,
    german,
    holds_name_of,
    is_name_of,
    is_office,
    is_platform,
    shares_word,
    strip_legal,
    without_offices,
)
from gmail_followup.reading.domain_names import from_domain, in_full, label_of
from gmail_followup.reading.full_names import full_form, is_kind
from gmail_followup.reading.names import is_person
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.signatures import from_signature, signature
from gmail_followup.reading.subject_titles import segments
from gmail_followup.reading.votes import LEAST, Votes
from gmail_followup.reading.words import bare, words
from gmail_followup.reading.writers import is_office_address, is_their_own, signs_for_a_house
from gmail_followup.rules.fold import fold

_SERVES = re.compile(
    r"(.+?) (?:for|für|pour|para|(on behalf of|im auftrag (?:von|der)|pour le compte de|en nombre de)) (\S.*)$", re.I
)
"""Somebody who writes for the employer: "GoodTime for Acme"."""
_OF = re.compile(r"\w+ (?:de|of|from|von|d['’]) ?(\S.*)$")
"""Somebody of the employer's: "Camila de Acme"."""
_READ = 6000


def employer_of(message: Message, text: str, votes: Votes, *, about_jobs: bool) -> str:
    """The company with most votes once sender, signature, subject and repetition have spoken as well; "" if none.

    text: the sender's own words. about_jobs: whether the mail names a role; else it must hold a word of jobs.
    """
    text = text[:_READ]
    if not (about_jobs or votes.found or _speaks_of_jobs(f"{message.from_}\n{message.subject}\n{text}")):
        return ""
    label = label_of(message.from_, votes.senders)
    _from_display_name(message, votes)
    signed = signature(message)
    sources = (message.from_.name, message.subject, text, signed)
    from_signature(text, signed, votes, label)
    from_domain(message, sources, votes)
    _from_subject(message, votes)
    from_client(message, text, label, votes)
    _mentions(f"{message.subject}\n{text}", votes)
    return full_form(in_full(_of_office(votes.best(), votes.senders), label), sources)


def _of_office(name: str, senders: Senders) -> str:
    """ "Talento de Acme" is Acme."""
    tokens = name.split()
    of = len(tokens) > 2 and bare(tokens[1]) in ("de", "del") and is_office(tokens[0]) and not is_kind(bare(tokens[0]))
    return without_offices(name, senders) or name if of else name


def _speaks_of_jobs(text: str) -> bool:
    if words().job.search(fold(text).text):
        return True
    return any(words().title.is_head(bare(token)) for token in text.split()[:150])


def _from_display_name(message: Message, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        label = label_of(address, votes.senders)
        shared = votes.senders.is_robot(address) or votes.senders.is_shared(address) or is_office_address(address)
        eponymous = bool(label) and holds_name_of(address.name, label) and bool(re.search(r"\s", address.name))
        vendor = votes.senders.is_vendor(address.domain)
        own = is_their_own(address, vendor)
        kin = bool(label) and not own and shares_word(address.name, label)
        signs = bool(label) and signs_for_a_house(address, label)
        person = signs or (
            not eponymous and (own or (not vendor and not shared and not kin and is_person(address.name)))
        )
        name = _whole(address.name, label) or company_in_display_name(address.name, votes.senders, person=person)
        serves = _SERVES.match(address.name)
        if serves and (
            vendor or votes.senders.is_ats_name(serves[1]) or (label and is_name_of(serves[1], label)) or serves[2]
        ):
            name = without_offices(serves[3], votes.senders)
        elif label and (of := _OF.match(name)) and covers(of[1], label) and not is_kind(bare(name.split()[0])):
            name = of[1]
        elif is_platform(label) or (
            label and not holds_name_of(name, label) and not (kin and shares_word(name, label))
        ):
            is_office = not is_platform(label) and name != address.name.strip()
            votes.add(name, 0.4 if is_office else 1.2, is_sender=True)
            continue
        votes.add(name, 1.0 if is_person(name) and not label else 2.2, is_sender=True)


def _whole(display: str, label: str) -> str:
    """The words at the beginning of a display name that are the whole domain, though one of them is an office's."""
    tokens = VIA.sub("", display).split()
    wholes = (" ".join(tokens[:count]) for count in range(len(tokens), 1, -1) if tokens[count - 1][-1].isalnum())
    squeezed = SQUEEZE.sub("", label)
    return next(
        (strip_legal(whole) for whole in wholes if squeezed and squeezed in (german(whole), company_key(whole))), ""
    )


def _from_subject(message: Message, votes: Votes) -> None:
    vendor = votes.senders.is_vendor(message.from_.domain)
    parts = segments(message.subject)
    for part in parts:
        key = company_key(part)
        if key in votes.found:
            name, weight = votes.found[key]
            votes.found[key] = (name, weight + 1.0)
        elif (
            vendor
            and len(parts) > 1
            and clean_company(part) == part
            and not any(words().title.is_head(bare(word)) for word in part.split())
        ):
            votes.add(part, LEAST)


def _mentions(text: str, votes: Votes) -> None:
    """A name that the mail keeps repeating is more likely the employer. Whole words only: HP is not in PHP."""
    folded = fold(text).text
    for key, (name, weight) in list(votes.found.items()):
        wanted = fold(name).text
        votes.found[key] = (name, weight + 0.3 * _times(wanted, folded, 4))


def _times(name: str, text: str, most: int) -> int:
    """How often a name stands in a text as whole words; up to `most`."""
    count, at = 0, text.find(name)
    while at >= 0 and count < most:
        end = at + len(name)
        before, after = text[at - 1 : at] if at else "", text[end : end + 1]
        count += not (before.isalnum() or before == "_" or after.isalnum() or after == "_")
        at = text.find(name, end)
    return count
