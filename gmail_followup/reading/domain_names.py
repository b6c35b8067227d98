"""Which name the domain of an address stands for, and how the mail spells it."""

import functools
import re
from collections.abc import Sequence

from gmail_followup.mail.message import Address, Message
from gmail_followup.reading.company_names import (
    ABBREVIATION,
    SQUEEZE,
    VIA,
    company_key,
    covers,
    holds_name_of,
    is_beginning_of,
    is_name_of,
    is_platform,
    starts_name,
)
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.votes import LEAST, Votes, beauty
from gmail_followup.reading.words import bare, words
from gmail_followup.reading.writers import is_their_own, signs_for_a_house
from gmail_followup.rules.fold import fold

_NOWHERE = (".invalid", ".localhost", ".local")
"""Names that stand for no place (RFC 2606, RFC 6762)."""
_NEXT_WORD = re.compile(r"\w+[ .-]+(?:(?:de|del|des|du|la|las|los|of|for|fur|the|der) )*(?:[ld]['’])?(\w)")
_INITIALS = 3
_AS_GOOD = ("TU", "The", "No", "My", "Our")
"""What one says rather than what it is short for."""
_SPOKEN = re.compile(
    r"(?:the|(?:[bcdfgkpt]l|[bcdfgkptvw]r|[cgkpst]h|[sz]w|tw|gn|kn|ps|qu|ts|s[cklmnpqt]|s[cpt]r|sch[lmnrw]?|spl|squ|chr|thr"
    r"|ph[lr]|wh|dw|[a-z])?[aeiouy])"
)
"""A beginning that one can speak."""
_OF = re.compile(
    r"((?:[A-Z]\w+ )?(?:University|County|City|Bank|College|Institute|Museum|Bureau|Université|Universidad|Ville)"
    r" (?:of|de|du) (?:the )?)$"
)
_NO_CUSTOMERS = frozenset(
    "mail hire app talent jobs email notifications notification notify careers candidates candidate inbound reply noreply "
    "system team send smtp mailer info recruiting ats apply applications prod bounce outbound messages".split()
)
"""Parts of a vendor's own addresses."""


def label_of(address: Address, senders: Senders) -> str:
    """The word of the domain that may name the employer; "" for vendors and mail for everybody."""
    domain = address.domain
    through = VIA.search(address.name)
    if through and is_name_of(through[0].split()[-1], fold(organisation(domain).partition(".")[0]).text):
        return ""
    if "." not in domain or domain.endswith(_NOWHERE) or senders.is_vendor(domain) or senders.is_free(domain):
        return ""
    return fold(organisation(domain).partition(".")[0]).text


def from_domain(message: Message, sources: Sequence[str], votes: Votes) -> None:
    """sources: the texts of the mail that may spell the name."""
    for address in (message.from_, *message.reply_to[:1]):
        label = label_of(address, votes.senders)
        if not label and votes.senders.is_vendor(address.domain):
            label = ats_label(address, votes.senders)
            spelled, whole = _spelled(sources, label, votes) if label else ("", False)
            votes.add(spelled, 1.5 if whole else 0.8)
            if not spelled and label.isalpha() and address.domain.startswith(f"{label}."):
                votes.add(label.capitalize(), 1.2, is_sender=True)
            continue
        if not label:
            continue
        known = [key for key, (name, _) in votes.found.items() if holds_name_of(name, label)]
        for key in known:
            name, weight = votes.found[key]
            votes.found[key] = (name, weight * 0.4 if is_platform(label) else weight + 1.6)
        if not any(holds_name_of(votes.found[key][0], label, whole=True) for key in known):
            spelled, whole = _spelled(sources, label, votes)
            if "-" in label and not whole and spelled in address.name and signs_for_a_house(address, label):
                spelled = ""
            if spelled and (whole or not known):
                votes.add(spelled, 2.0 if whole else 1.2, is_sender=True)
                known.append(spelled)
        if not known and (not is_platform(label) or is_their_own(address)):
            votes.add(name_in_label(label), LEAST, is_sender=True)
        return


def name_in_label(label: str) -> str:
    """The name that a domain's word may be by itself; "" where it is more likely short for one, as nobody spells it.

    gp-recht, iea, tmrosario: letters that one cannot speak and beginnings of up to three letters are initials, but for
    those that everybody knows ("uni-", "lk-").
    """
    parts = label.split("-")
    known = words().abbreviations.get(parts[0], "") if len(parts) > 1 else ""
    if not known and (len(parts[0]) <= _INITIALS or not _SPOKEN.match(parts[0])):
        return ""
    if len(parts) == 1:
        parts = _parted(label)
    named = [part.capitalize() if part.isalpha() else part for part in parts]
    return " ".join([known, *named[1:]] if known else named)


def in_full(name: str, label: str) -> str:
    """ "HS Holmtal" is "Hochschule Holmtal" where the domain, hs-holmtal, shows what the letters are."""
    short, _, rest = name.partition(" ")
    known = words().abbreviations.get(short.lower(), "") if label.startswith(f"{short.lower()}-") else ""
    return f"{known} {rest}" if known and rest and short not in _AS_GOOD else name


def _parted(label: str) -> list[str]:
    """A squeezed label parted after "the", and beside the kind of house that it begins or ends with: talleresruiz."""
    kinds = words().company.kinds
    if (
        label.startswith("the")
        and len(label) > 8
        and not label.startswith(("theat", "therap", "thesis", "theolog", "thermo"))
    ):
        return ["the", label[3:]]
    for size in range(len(label) - 4, 5, -1):
        if label[:size] in kinds:
            return [label[:size], label[size:]]
        if label[-size:] in kinds:
            return [label[:-size], label[-size:]]
    return [label]


def ats_label(address: Address, senders: Senders) -> str:
    """An employer's own part of a vendor's address: fenwrick@myworkday.com, jobs@almquelle.jobs.personio.de."""
    below = address.domain.removesuffix(organisation(address.domain)).strip(".").split(".")[0]
    if len(below) > 2 and below not in _NO_CUSTOMERS:
        return below
    if not senders.is_robot(address) and not senders.is_shared(address) and not is_their_own(address, True):
        return re.split(r"[+_.]", address.local)[0]
    return ""


def _spelled(sources: Sequence[str], label: str, votes: Votes) -> tuple[str, bool]:
    """The name a domain label stands for, as the mail spells it, and whether it is all of it.

    hollowayhospital: "Holloway Vale Hospital".
    """
    squeezed = SQUEEZE.sub("", label)
    best, best_whole = "", False
    if len(squeezed) < 2:
        return "", False
    for source in sources:
        folded = fold(source).text
        if len(folded) != len(source):
            continue
        for match in _starting_with(squeezed[:1]).finditer(folded):
            if not _begins_alike(folded, match.start(), squeezed):
                continue
            name, whole = _covering(source[match.start() : match.start() + 90].partition("\n")[0], squeezed)
            if not name or company_key(name) in votes.persons or bare(name) in votes.readers:
                continue
            if before := _OF.search(source[max(0, match.start() - 40) : match.start()]):
                name = before[1] + name
            if (whole, beauty(name)) > (best_whole, beauty(best)):
                best, best_whole = name, whole
    return best, best_whole


@functools.lru_cache(maxsize=64)
def _starting_with(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@./-]){re.escape(letter)}")


def _begins_alike(folded: str, start: int, label: str) -> bool:
    """A word that begins as the label does, or with the label's first letter where the label may be initials."""
    if folded[start : start + 2] == label[:2] or len(label) <= 5 or folded.startswith("the ", start):
        return True
    following = _NEXT_WORD.match(folded, start)
    return following is not None and following[1] == label[1]


def _covering(stretch: str, label: str) -> tuple[str, bool]:
    """As many words from the beginning of `stretch` as the label needs, and whether they make all of it."""
    tokens = stretch.split()[:9]
    part = ""
    for count in range(1, len(tokens) + 1):
        token = tokens[count - 1]
        if "@" in token or "://" in token:
            break
        name = " ".join(tokens[:count]).strip(" .,;:!?'’\"”)(")
        if covers(name, label) and any(c.isupper() for c in name):
            return re.sub(r"['’]s$", "", name) if covers(re.sub(r"['’]s$", "", name), label) else name, True
        if (
            count > 1
            and not starts_name(token)
            and bare(token) not in words().company.joiners
            and token not in ("&", "+")
        ):
            break
        if starts_name(token) and is_beginning_of(name, label):
            part = name
        if token[-1] in ".!?;" and not ABBREVIATION.search(token):
            break
    return part, False
