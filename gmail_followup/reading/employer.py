"""Which company a mail is from: phrases, display name, domain and signature vote; a vendor, a person or the reader never wins."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gmail_followup.mail.message import Address, Message, Part
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.titles import segments
from gmail_followup.reading.words import bare, words
from gmail_followup.rules.fold import fold

LEAST = 1.0
"""A name with less weight than this is not claimed."""
_READ = 6000
_LONGEST = 60
_SQUEEZE = re.compile(r"[^\w]|_")
_ABBREVIATION = re.compile(r"(?:^|[^\w])(?:St|Dr|Bros|Dept|Mt|Ft|Co|Inc|Ltd|No|[A-Z])\.$")
_VIA = re.compile(r"\s+(?:via|through|powered by|par|über|por medio de)\s+\S.*$", re.I)
_AT = re.compile(r"\s+(?:at|@|from|bei|von|chez|de chez)\s+(.+)$", re.I)
_BRACKET = re.compile(r"[(\[]([^)\]]+)[)\]]")
_PARTS = re.compile(r"\s+[-–—|·•@]\s+|\s*\|\s*|,\s+|\s*:\s+")
_PLACE_HOLDER = re.compile(r"[\[{}\]$%<>]")
_GREETING_WORDS = 7


@dataclass(slots=True)
class Votes:
    """Names with what speaks for each. Keys are `company_key`s."""

    senders: Senders
    readers: frozenset[str]
    """Folded words of the reader's own name: "Hi Hannah"."""
    persons: frozenset[str] = frozenset()
    """Squeezed names of the people who write."""
    found: dict[str, tuple[str, float]] = field(default_factory=dict)

    def add(self, name: str, weight: float) -> None:
        key = company_key(name)
        if not key or self.senders.is_ats_name(name) or not _names_something(name, self.readers):
            return
        if key in self.persons:
            return
        known, total = self.found.get(key, (name, 0.0))
        if _prettier(name, known):
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


def company_key(name: str) -> str:
    """What two spellings of one employer share: folded, without legal form, blanks and marks."""
    return _SQUEEZE.sub("", fold(strip_legal(name)).text)


def strip_legal(name: str) -> str:
    """The name without its legal form: "Acme GmbH & Co. KG" is Acme."""
    parts = name.split()
    legal = words().company.legal
    while len(parts) > 1 and (_SQUEEZE.sub("", fold(parts[-1]).text) in legal or parts[-1] in ("&", "+")):
        parts.pop()
    return " ".join(parts).rstrip(" ,")


def clean_company(text: str) -> str:
    """The company name at the beginning of a stretch of text; "" if it starts with none."""
    lists = words().company
    tokens = text.replace("\u00a0", " ").replace("*", "").split()
    taken: list[str] = []
    while tokens and bare(tokens[0]) in ("our", "your", "unser", "unserem", "der", "die", "dem", "den"):
        tokens.pop(0)
    for index, token in enumerate(tokens[:9]):
        word = bare(token)
        if _PLACE_HOLDER.search(token):
            return ""
        if token in ("&", "+", "|", "-", "–", "—") or word in lists.joiners or word in lists.institution_joiners:
            if token in ("|", "-", "–", "—") or (token == "The" and taken) or not (taken or word in ("the", "la", "le", "les", "los", "las", "el") and token[0].isupper()):
                break
            if not _joins(tokens, index, taken):
                break
            taken.append(token)
            continue
        if not word or not _starts_name(token) or (token[0] in "(\"“„«" and taken):
            break
        if word in words().title.stops and not token.isupper() and taken:
            break
        taken.append(token.strip("\"“”„«»()"))
        if token[-1] in ".!?,;:)\"”" and not (_ABBREVIATION.search(token) or (token[-1] == "," and _is_legal(tokens, index + 1))):
            break
    while taken and (bare(taken[-1]) in lists.joiners or bare(taken[-1]) in lists.institution_joiners or not bare(taken[-1])):
        taken.pop()
    name = re.sub(r"['’]s$", "", " ".join(taken).strip(" ,;:!?'’\"–-&")) if taken and taken[-1][0] != "'" else ""
    return _trimmed(name)


def company_in_display_name(name: str, senders: Senders, *, person: bool | None = None) -> str:
    """The employer in a display name: "Acme Careers", "Mai Nguyen at Acme", "Acme via Greenhouse"; "" if none.

    person: whether the name before "at" is known to be a person's (None: it is judged by its looks).
    """
    text = _VIA.sub("", " ".join(name.strip("\"' ").split()))
    looks = is_person if person is None else (lambda part: person and is_person(part))
    if at := _AT.search(text):
        return _without_offices(at[1], senders)
    if bracket := _BRACKET.search(text):
        before = text[: bracket.start()].strip()
        inside = _without_offices(bracket[1], senders)
        if is_person(before) and inside:
            return inside
        text = before or bracket[1]
    parts = [part for part in _PARTS.split(text) if part.strip()]
    if len(parts) > 1:
        if "," in text and len(parts) == 2 and len(parts[0].split()) == 1 and is_person(parts[1]) and is_person(text):
            return "" if looks(text) else _without_offices(text, senders)
        named = [found for part in parts[(1 if is_person(parts[0]) else 0) :] if (found := _without_offices(part, senders))]
        return named[0] if named else ""
    return "" if looks(text) else _without_offices(text, senders)


def _without_offices(text: str, senders: Senders) -> str:
    lists = words().company
    tokens = text.split()
    first, last = 0, len(tokens)
    while first < last and (bare(tokens[first]) in lists.offices or bare(tokens[first]) in ("the", "team", "das", "at", "&", "and", "su", "votre", "ihr", "your", "friends", "")):
        if tokens[first] == "The" and last - first > 2 and bare(tokens[first + 1]) not in lists.offices and bare(tokens[last - 1]) not in lists.offices:
            break
        first += 1
    while last > first and (
        bare(tokens[last - 1]) in lists.offices or bare(tokens[last - 1]) in ("", "the", "and", "&", "und", "et", "y", "de", "of", "for", "management")
        or (last - first > 2 and bare(tokens[last - 1]) == "onboarding")
    ):
        last -= 1
    name = " ".join(tokens[first:last]).strip(" -–—|:,@")
    if not name or "@" in name or senders.is_ats_name(name) or _PLACE_HOLDER.search(name):
        return ""
    return _trimmed(name)


def employer_of(message: Message, votes: Votes) -> str:
    """The company with most votes once sender, signature, subject and repetition have spoken as well; "" if none."""
    text = message.own_text[:_READ]
    about_jobs = bool(votes.found) or words().job.search(fold(f"{message.subject}\n{text}").text) is not None
    if not about_jobs:
        return ""
    _from_display_name(message, votes)
    _from_signature(message, text, votes)
    _from_domain(message, text, votes)
    _from_subject(message, votes)
    _mentions(f"{message.subject}\n{text}", votes)
    return votes.best()


def readers_of(message: Message, text: str) -> frozenset[str]:
    """Folded words of the reader's name, from To and the greeting line."""
    names = [word for address in message.to for word in address.name.split()]
    for line in text.lstrip()[:300].splitlines()[:3]:
        if 1 < len(line.split()) <= _GREETING_WORDS or line.rstrip().endswith((",", "!")) and len(line.split()) == 1:
            names += line.split()
            break
    return frozenset(bare(word) for word in names)


def writers_of(message: Message) -> frozenset[str]:
    """Squeezed names of those who write the mail, where their address shows that they are persons."""
    return frozenset(
        company_key(bare_name(address.name)) for address in (message.from_, *message.reply_to) if _is_their_own(address)
    ) - {""}


def _is_their_own(address: Address) -> bool:
    """A person's name whose words (or an initial with one) stand in the address itself."""
    name = bare_name(_AT.sub("", _VIA.sub("", address.name)))
    if not is_person(name):
        return False
    local = _SQUEEZE.sub("", fold(address.local.partition("+")[0]).text)
    parts = [_SQUEEZE.sub("", fold(word).text) for word in re.split(r"[\s-]+", name)]
    parts = [part for part in parts if part]
    initials = "".join(part[0] for part in parts)
    return bool(local) and (any(len(part) > 2 and (part in local or (len(local) > 2 and part.startswith(local))) for part in parts) or local == initials)


def _from_display_name(message: Message, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        own = _is_their_own(address)
        certain = own or not (votes.senders.is_robot(address) or votes.senders.is_shared(address))
        label = _label(address, votes.senders)
        if not own and certain and label and is_name_of(address.name, label):
            certain = False
        name = company_in_display_name(address.name, votes.senders, person=own or (certain and is_person(address.name)))
        if name:
            foreign = bool(label) and not is_name_of(name, label)
            votes.add(name, 1.2 if foreign or is_person(name) else 2.2)


def _label(address: Address, senders: Senders) -> str:
    """The word of the domain that may name the employer; "" for vendors and mail for everybody."""
    domain = address.domain
    if not domain or senders.is_ats(domain) or senders.is_free(domain):
        return ""
    return fold(organisation(domain).partition(".")[0]).text


def _from_domain(message: Message, text: str, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        label = _label(address, votes.senders)
        if not label and votes.senders.is_ats(address.domain):
            label = _ats_label(address, votes.senders)
            if label and (spelled := _spelled(message, text, label, votes)):
                votes.add(spelled, 1.5)
            continue
        if not label:
            continue
        known = [key for key, (name, _) in votes.found.items() if is_name_of(name, label)]
        for key in known:
            votes.found[key] = (votes.found[key][0], votes.found[key][1] + 1.6)
        if not known and (spelled := _spelled(message, text, label, votes)):
            votes.add(spelled, 2.0)
        elif not known and not any(part in label for part in words().company.platforms):
            votes.add(" ".join(part.capitalize() if part.isalpha() else part for part in label.split("-")), LEAST)
        return


def _ats_label(address: Address, senders: Senders) -> str:
    """An employer's own part of a vendor's address: fenwrick@myworkday.com, jobs@almquelle.jobs.personio.de."""
    if not senders.is_robot(address) and not senders.is_shared(address) and not _is_their_own(address):
        return re.split(r"[+_.]", address.local)[0]
    vendor = organisation(address.domain)
    below = address.domain.removesuffix(vendor).strip(".").split(".")[0]
    return "" if below in ("", "us", "eu", "mail", "hire", "app", "talent", "jobs", "email", "notifications", "careers", "my", "e") else below


def _spelled(message: Message, text: str, label: str, votes: Votes) -> str:
    """The name that a domain label stands for, as the mail spells it: "hollowayhospital" → "Holloway Vale Hospital"."""
    squeezed = _SQUEEZE.sub("", label)
    if len(squeezed) < 3:
        return ""
    best = ""
    for source in (message.from_.name, message.subject, text, _signature(message)):
        folded = fold(source).text
        if len(folded) != len(source):
            continue
        for match in re.finditer(rf"(?<![\w@./-]){re.escape(squeezed[:2])}", folded):
            name = _covering(source[match.start() : match.start() + 90].partition("\n")[0], squeezed)
            if name and (not best or _prettier(name, best)) and company_key(name) not in votes.persons:
                best = name
        if best:
            break
    return best


def _covering(stretch: str, label: str) -> str:
    """As many words from the beginning of `stretch` as the label needs; "" if they do not make it."""
    tokens = stretch.split()[:8]
    for count in range(1, len(tokens) + 1):
        if "@" in tokens[count - 1] or "://" in tokens[count - 1]:
            return ""
        name = " ".join(tokens[:count]).strip(" .,;:!?'’\"”)(")
        if is_name_of(name, label) and any(c.isupper() for c in name):
            return re.sub(r"['’]s$", "", name) if company_key(re.sub(r"['’]s$", "", name)) == label else name
        if count > 1 and not _starts_name(tokens[count - 1]) and bare(tokens[count - 1]) not in words().company.joiners and tokens[count - 1] not in ("&", "+"):
            return ""
        if tokens[count - 1][-1] in ".!?;" and not _ABBREVIATION.search(tokens[count - 1]):
            return ""
    return ""


@functools.lru_cache(maxsize=2048)
def is_name_of(name: str, label: str) -> bool:
    """Whether a domain label is made of words of the name, in order: hollowayhospital, fernandflint, and initials."""
    plain = _SQUEEZE.sub("", label)
    parts = [_SQUEEZE.sub("", fold(part).text) for part in re.split(r"[\s/-]+|(?<=\w)\.(?=\w)", name.replace("&", " and ").replace("+", " plus "))]
    parts = [part for part in parts if part]
    if not plain or not parts:
        return False
    whole = "".join(parts)
    if whole == plain or whole.replace("and", "") == plain or (len(plain) >= 4 and whole.startswith(plain)):
        return True
    initials = "".join(part[0] for part in parts if part not in ("of", "the", "and", "for", "de", "der", "und"))
    if len(initials) >= 3 and plain in (initials, "".join(part[0] for part in parts)):
        return True
    if len(plain) >= 4 and _made_of(plain, tuple(parts)):
        return True
    digraphs = fold(name.lower().replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ø", "oe")).text
    folded = _SQUEEZE.sub("", digraphs)
    return folded == plain or (len(plain) >= 5 and folded.startswith(plain)) or (len(folded) >= 5 and plain.startswith(folded))


def _made_of(label: str, parts: tuple[str, ...]) -> bool:
    """Some of the words, in order and each whole, make the label, beginning with the first."""
    reached = {0: -1}
    if not label.startswith(parts[0]):
        return len(whole := "".join(parts)) >= 5 and label.startswith(whole)
    ends = {len(parts[0])}
    del reached
    for part in parts[1:]:
        ends |= {end + len(part) for end in ends if label.startswith(part, end)}
    return len(label) in ends or (len(parts) == 1 and len(parts[0]) >= 5)


def _signature(message: Message) -> str:
    return "\n".join(message.text[span.start : span.end][:600] for span in message.spans(Part.SIGNATURE))


def _signature_lines(message: Message, text: str) -> Iterator[str]:
    own = [line for line in text.rstrip().splitlines() if line.strip()]
    yield from own[-5:]
    yield from _signature(message).splitlines()[:8]


def _from_signature(message: Message, text: str, votes: Votes) -> None:
    seen: set[str] = set()
    for line in _signature_lines(message, text):
        stripped = line.strip(" *_-–—\t")
        if not stripped or len(stripped) > 80 or len(stripped.split()) > 10 or stripped[-1] in ".!?":
            continue
        for part in _PARTS.split(stripped):
            name = _signed(part, votes)
            if name and company_key(name) not in seen:
                seen.add(company_key(name))
                votes.add(name, 1.4)


def _signed(part: str, votes: Votes) -> str:
    """The company in one part of a signature line: "The Acme Team", "Talent Acquisition at Acme", "Acme GmbH"."""
    lists = words().company
    at = _AT.search(part)
    text = at[1] if at else part
    tokens = text.split()
    office = at is not None or any(bare(token) in lists.offices for token in part.split())
    name = _without_offices(text, votes.senders)
    if not name or clean_company(name) != name and not any(c.isupper() for c in name):
        return ""
    known = company_key(name) in votes.found or any(_SQUEEZE.sub("", fold(token).text) in lists.legal for token in tokens[1:])
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
        elif vendor and len(parts) > 1 and clean_company(part) == part and not any(words().title.is_head(bare(word)) for word in part.split()):
            votes.add(part, LEAST)


def _mentions(text: str, votes: Votes) -> None:
    """A name that the mail keeps repeating is more likely the employer. Whole words only: HP is not in PHP."""
    folded = fold(text).text
    for key, (name, weight) in list(votes.found.items()):
        wanted = fold(name).text
        if wanted not in folded:
            continue
        count = len(re.findall(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded))
        votes.found[key] = (name, weight + 0.3 * min(count, 4))


def _names_something(name: str, readers: frozenset[str]) -> bool:
    """Not only words of offices, greetings and subjects, nor the reader himself."""
    lists = words()
    folded = [bare(token) for token in name.split()]
    folded = [word for word in folded if word]
    if not folded or len(name) > _LONGEST or not any(c.isalnum() for c in name):
        return False
    empty = lists.company.not_names | lists.company.offices | lists.company.joiners | lists.title.noise
    if all(word in empty or word.isdigit() for word in folded) or all(word in readers for word in folded):
        return False
    return folded[0] not in lists.title.noise or folded[0] in ("the", "el", "la", "le", "good", "great", "a") or len(folded) > 2 and folded[0] in ("and",)


def _akin(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a))


def _prettier(name: str, known: str) -> bool:
    """A spelling with capitals and blanks is a better one."""
    return (any(c.isupper() for c in name[1:]), name.count(" ")) > (any(c.isupper() for c in known[1:]), known.count(" "))


def _starts_name(token: str) -> bool:
    plain = token.strip("\"'“”‘’„(),")
    return bool(plain) and (plain[0].isupper() or plain[0].isdigit() or not plain[0].isascii() or any(c.isupper() for c in plain) or "." in plain[1:-1])


def _joins(tokens: list[str], index: int, taken: list[str]) -> bool:
    lists = words().company
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    word = bare(tokens[index])
    if word in lists.institution_joiners and not any(bare(token) in lists.institutions for token in taken):
        return False
    if bare(following) in lists.joiners and index + 2 < len(tokens):
        following = tokens[index + 2]
    if not following or not _starts_name(following) or bare(following) in ("i", "we", "you", "your", "our", "thank", "the", "wir", "sie", "ihr", "nous", "vous"):
        return False
    return True


def _is_legal(tokens: list[str], index: int) -> bool:
    return index < len(tokens) and _SQUEEZE.sub("", fold(tokens[index]).text) in words().company.legal


def _trimmed(name: str) -> str:
    """The name if it may be one: not too long, not a word that means us."""
    text = name.strip(" .,;:'’\"“”–-&") if not re.search(r"\b[A-Z]\.$|(?:Inc|Ltd|Co|Corp)\.$", name) else name.strip(" ,;:'’\"“”–-&")
    folded = [bare(token) for token in text.split()]
    if len(text) > _LONGEST or not folded or all(word in words().company.not_names for word in folded):
        return ""
    return text
