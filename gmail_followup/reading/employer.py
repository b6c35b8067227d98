"""Which company a mail is from: phrases, sender, domain and signature vote; no vendor, person or reader wins."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gmail_followup.mail.message import Address, Message, Part
from gmail_followup.reading.company_names import (
    ABBREVIATION,
    AT,
    LONGEST,
    PARTS,
    SQUEEZE,
    VIA,
    clean_company,
    company_in_display_name,
    company_key,
    covers,
    german,
    holds_name_of,
    is_beginning_of,
    is_name_of,
    is_office,
    is_platform,
    shares_word,
    starts_name,
    strip_legal,
    without_offices,
)
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.subject_titles import segments
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

LEAST = 1.0
"""A name with less weight than this is not claimed."""
_READ = 6000
_OF = re.compile(
    r"((?:[A-Z]\w+ )?(?:University|County|City|Bank|College|Institute|Museum|Bureau|Université|Universidad|Ville)"
    r" (?:of|de|du) (?:the )?)$"
)
_NOWHERE = (".invalid", ".localhost", ".local")
"""Names that stand for no place (RFC 2606, RFC 6762)."""
_REGARDS = frozenset(("regards", "grußen", "grusen", "gruse", "cordialement", "saludos", "sincerely"))
_GREETING_WORDS = 7
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NO_CUSTOMERS = frozenset(
    "mail hire app talent jobs email notifications notification notify careers candidates candidate inbound reply noreply "
    "system team send smtp mailer info recruiting ats apply applications prod bounce outbound messages".split()
)
"""Parts of a vendor's own addresses."""


@dataclass(slots=True)
class Votes:
    """Names with what speaks for each. Keys are `company_key`s."""

    senders: Senders
    readers: frozenset[str]
    """Folded words of the reader's own name: "Hi Hannah"."""
    persons: frozenset[str] = frozenset()
    """Squeezed names of the people who write."""
    found: dict[str, tuple[str, float]] = field(default_factory=dict)

    def add(self, name: str, weight: float, *, is_sender: bool = False) -> None:
        """is_sender: the name is the sender's own, so that it may begin as a heading does ("No Fuss Freight")."""
        key = company_key(name)
        if not key or self.senders.is_ats_name(name) or not _names_something(name, self.readers, is_sender):
            return
        if key in self.persons:
            return
        known, total = self.found.get(key, (name, 0.0))
        if _beauty(name) > _beauty(known):
            known = name
        self.found[key] = (known, total + weight)

    def best(self) -> str:
        """The name with most weight; a name lends its weight to a longer or shorter form of itself."""
        sums: dict[str, float] = {}
        for key, (_, weight) in self.found.items():
            kin = [w for other, (_, w) in self.found.items() if other != key and _akin(key, other)]
            sums[key] = weight + 0.6 * sum(kin)
        chosen = max(sums, key=lambda k: (round(sums[k], 3), len(k)), default="")
        return strip_legal(self.found[chosen][0]) if chosen and sums[chosen] >= LEAST else ""


def employer_of(message: Message, text: str, votes: Votes, *, about_jobs: bool) -> str:
    """The company with most votes once sender, signature, subject and repetition have spoken as well; "" if none.

    text: the sender's own words. about_jobs: whether the mail names a role; else it must hold a word of jobs.
    """
    text = text[:_READ]
    if not (about_jobs or votes.found or _speaks_of_jobs(f"{message.from_}\n{message.subject}\n{text}")):
        return ""
    _from_display_name(message, votes)
    _from_signature(message, text, votes)
    _from_domain(message, text, votes)
    _from_subject(message, votes)
    _mentions(f"{message.subject}\n{text}", votes)
    return votes.best()


def _speaks_of_jobs(text: str) -> bool:
    if words().job.search(fold(text).text):
        return True
    return any(words().title.is_head(bare(token)) for token in text.split()[:150])


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
        if _is_their_own(address, senders.is_ats(address.domain))
        and not is_name_of(address.name, fold(organisation(address.domain).partition(".")[0]).text)
    ) - {""}


def _is_their_own(address: Address, vendor: bool = False) -> bool:
    """A person's name whose words (or an initial with one) stand in the address itself.

    vendor: the address is at a tracking system, where one word is a customer's (ostrander@), two are a person's.
    """
    name = bare_name(AT.sub("", VIA.sub("", address.name)))
    if not is_person(name):
        return False
    local = german(address.local.partition("+")[0])
    if _is_office_address(address):
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


def _from_display_name(message: Message, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        label = _label(address, votes.senders)
        shared = votes.senders.is_robot(address) or votes.senders.is_shared(address) or _is_office_address(address)
        eponymous = bool(label) and holds_name_of(address.name, label) and bool(re.search(r"\s", address.name))
        vendor = votes.senders.is_ats(address.domain)
        own = _is_their_own(address, vendor)
        kin = bool(label) and not own and shares_word(address.name, label)
        person = not eponymous and (own or (not vendor and not shared and not kin and is_person(address.name)))
        name = company_in_display_name(address.name, votes.senders, person=person)
        serves = re.match(r"(.+?) (?:for|für|pour|para) (\S.*)$", name)
        if serves and label and is_name_of(serves[1], label):
            name = serves[2]
        elif is_platform(label) or (
            label and not holds_name_of(name, label) and not (kin and shares_word(name, label))
        ):
            is_office = not is_platform(label) and name != address.name.strip()
            votes.add(name, 0.4 if is_office else 1.2, is_sender=True)
            continue
        votes.add(name, 1.0 if is_person(name) and not label else 2.2, is_sender=True)


def _label(address: Address, senders: Senders) -> str:
    """The word of the domain that may name the employer; "" for vendors and mail for everybody."""
    domain = address.domain
    if "." not in domain or domain.endswith(_NOWHERE) or senders.is_ats(domain) or senders.is_free(domain):
        return ""
    return fold(organisation(domain).partition(".")[0]).text


def _from_domain(message: Message, text: str, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        label = _label(address, votes.senders)
        if not label and votes.senders.is_ats(address.domain):
            label = _ats_label(address, votes.senders)
            spelled, whole = _spelled(message, text, label, votes) if label else ("", False)
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
            spelled, whole = _spelled(message, text, label, votes)
            if spelled and (whole or not known):
                votes.add(spelled, 2.0 if whole else 1.2, is_sender=True)
                known.append(spelled)
        if not known and (not is_platform(label) or _is_their_own(address)):
            if label.startswith("the") and len(label) > 8:
                label = f"the-{label[3:].strip('-')}"
            votes.add(
                " ".join(part.capitalize() if part.isalpha() else part for part in label.split("-")),
                LEAST,
                is_sender=True,
            )
        return


def _is_office_address(address: Address) -> bool:
    return any(word in words().company.offices for word in _BETWEEN_WORDS.split(address.local.lower()))


def _ats_label(address: Address, senders: Senders) -> str:
    """An employer's own part of a vendor's address: fenwrick@myworkday.com, jobs@almquelle.jobs.personio.de."""
    below = address.domain.removesuffix(organisation(address.domain)).strip(".").split(".")[0]
    if len(below) > 2 and below not in _NO_CUSTOMERS:
        return below
    if not senders.is_robot(address) and not senders.is_shared(address) and not _is_their_own(address, True):
        return re.split(r"[+_.]", address.local)[0]
    return ""


def _spelled(message: Message, text: str, label: str, votes: Votes) -> tuple[str, bool]:
    """The name a domain label stands for, as the mail spells it, and whether it is all of it.

    hollowayhospital: "Holloway Vale Hospital".
    """
    squeezed = SQUEEZE.sub("", label)
    best, best_whole = "", False
    if len(squeezed) < 2:
        return "", False
    for source in (message.from_.name, message.subject, text, _signature(message)):
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
            if (whole, _beauty(name)) > (best_whole, _beauty(best)):
                best, best_whole = name, whole
    return best, best_whole


@functools.lru_cache(maxsize=64)
def _starting_with(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@./-]){re.escape(letter)}")


def _begins_alike(folded: str, start: int, label: str) -> bool:
    """A word that begins as the label does, or with the label's first letter where the label may be initials."""
    return folded[start : start + 2] == label[:2] or len(label) <= 5 or folded.startswith("the ", start)


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


def _signature(message: Message) -> str:
    return "\n".join(message.text[span.start : span.end][:600] for span in message.spans(Part.SIGNATURE))


def _signature_lines(message: Message, text: str) -> Iterator[str]:
    own = [line for line in text.rstrip().splitlines() if line.strip()]
    yield from own[-5:]
    yield from _signature(message).splitlines()[:8]


def _from_signature(message: Message, text: str, votes: Votes) -> None:
    seen: set[str] = set()
    label = _label(message.from_, votes.senders)
    label = "" if is_platform(label) else label
    for line in _signature_lines(message, text):
        stripped = line.strip(" *_-–—\t")
        if not stripped or len(stripped) > 80 or len(stripped.split()) > 10 or stripped[-1] in ".!?":
            continue
        parts = PARTS.split(stripped)
        beside_office = len(parts) > 1 and any(_is_office(part) for part in parts)
        for part in parts:
            name = _signed(part, label, votes, beside_office=beside_office)
            if name and company_key(name) not in seen:
                seen.add(company_key(name))
                votes.add(name, 1.4)


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


def _from_subject(message: Message, votes: Votes) -> None:
    vendor = votes.senders.is_ats(message.from_.domain)
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


def _names_something(name: str, readers: frozenset[str], is_sender: bool) -> bool:
    """Not only words of offices, greetings and subjects, nor the reader himself."""
    lists = words()
    folded = [bare(token) for token in name.split()]
    folded = [word for word in folded if word]
    if "://" in name or "www." in name or any(word in _REGARDS for word in _BETWEEN_WORDS.split(fold(name).text)):
        return False
    if not folded or len(name) > LONGEST or not any(c.isalnum() for c in name):
        return False
    if all(word in lists.empty or word.isdigit() or (len(word) == 1 and word.isascii()) for word in folded):
        return False
    if all(word in readers for word in folded) or all(word in lists.company.legal for word in folded):
        return False
    if len(folded) == 2 and folded[1].isdigit() and lists.title.is_head(folded[0]):
        return False
    return (
        is_sender or folded[0] not in lists.title.noise or folded[0] in ("the", "el", "la", "le", "das", "die", "der")
    )


def _akin(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a))


def _beauty(name: str) -> tuple[bool, int]:
    """A spelling with a capital and more blanks is the better one."""
    return any(c.isupper() for c in name), name.count(" ")
