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
_OURS = frozenset("our your my their this that these all any each both we you they it unser unsere unserem unserer ihr ihre ihrem ihrer notre votre nos vos nuestra nuestro su sus".split())
_A_JOB = frozenset("position role job vacancy opening post poste puesto stelle".split())
_PLACE_HOLDER = re.compile(r"[\[{}\]$%<>]")
_OF = re.compile(r"((?:[A-Z]\w+ )?(?:University|County|City|Bank|College|Institute|Museum|Bureau|Universität|Université|Universidad|Stadt|Ville) (?:of|de|du) (?:the )?)$")
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


@functools.lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """What two spellings of one employer share: folded, without "The", legal form, blanks and marks; "ue" is as good as "ü"."""
    key = _SQUEEZE.sub("", re.sub(r"^the\s+(?=\w)", "", fold(strip_legal(name)).text).replace("&", "and"))
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u") or key


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
    while tokens and tokens[0].strip("*\"“„") in ("the", "der", "die", "das", "dem", "den", "la", "le", "el", "los", "las", "les", "l'", "l’"):
        tokens.pop(0)
    if tokens and (bare(tokens[0]) in _OURS or any(c.isdigit() for c in tokens[0][-3:]) and len(tokens[0]) > 4):
        return ""
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
    if len(taken) < len(tokens) and bare(tokens[len(taken)]) in _A_JOB and taken and taken[-1][-1] not in ",.":
        return ""
    while taken and (bare(taken[-1]) in lists.joiners or bare(taken[-1]) in lists.institution_joiners or not bare(taken[-1])):
        taken.pop()
    name = re.sub(r"['’]s$", "", " ".join(taken).strip(" ,;:!?'’\"–-&")) if taken and taken[-1][0] != "'" else ""
    return _trimmed(name)


def company_before(text: str, end: int) -> str:
    """The company name whose last word stands before `end`: "Unfortunately, [Acme] has decided"."""
    line = text[max(0, end - 80) : end]
    tokens = line.split()
    first = len(tokens)
    while first > 0:
        token = tokens[first - 1]
        joins = first < len(tokens) and (bare(token) in words().company.joiners or token in ("&", "+"))
        if token[-1] in ",.:;!?" and not _ABBREVIATION.search(token) or not (joins or _starts_name(token)):
            break
        first -= 1
    return clean_company(" ".join(tokens[first:]))


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
    while first < last and ((first and bare(tokens[first]) in ("de", "del", "des", "du", "der", "of")) or bare(tokens[first]) in lists.offices or bare(tokens[first]) in ("the", "team", "das", "at", "&", "and", "su", "votre", "ihr", "your", "friends", "")):
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
        company_key(bare_name(_AT.sub("", address.name)))
        for address in (message.from_, *message.reply_to)
        if _is_their_own(address, senders.is_ats(address.domain)) and not is_name_of(address.name, fold(organisation(address.domain).partition(".")[0]).text)
    ) - {""}


def _is_their_own(address: Address, vendor: bool = False) -> bool:
    """A person's name whose words (or an initial with one) stand in the address itself.

    vendor: the address is at a tracking system, where one word is the customer's (ostrander@) and only two are a person's.
    """
    name = bare_name(_AT.sub("", _VIA.sub("", address.name)))
    if not is_person(name):
        return False
    local = _german(address.local.partition("+")[0])
    if any(word in words().company.offices for word in re.split(r"[^\w]+", address.local.lower())):
        return False
    parts = [spelled(word) for word in re.split(r"[\s-]+", name) for spelled in (_german, company_key)]
    parts = [part for part in parts if part]
    initials = "".join(part[0] for part in parts)
    if vendor:
        return sum(word in parts for word in re.split(r"[._-]+", address.local.partition("+")[0])) >= 2
    return bool(local) and (any(len(part) > 2 and (part in local or (len(local) > 2 and part.startswith(local))) for part in parts) or local == initials)


def _from_display_name(message: Message, votes: Votes) -> None:
    for address in (message.from_, *message.reply_to[:1]):
        label = _label(address, votes.senders)
        shared = votes.senders.is_robot(address) or votes.senders.is_shared(address)
        eponymous = bool(label) and _holds_name_of(address.name, label) and bool(re.search(r"\s", address.name))
        vendor = votes.senders.is_ats(address.domain)
        person = not eponymous and (_is_their_own(address, vendor) or (not vendor and not shared and is_person(address.name)))
        name = company_in_display_name(address.name, votes.senders, person=person)
        serves = re.match(r"(.+?) (?:for|für|pour|para) (\S.*)$", name)
        if serves and label and is_name_of(serves[1], label):
            name = serves[2]
        elif _is_platform(label) or (label and not _holds_name_of(name, label)):
            is_office = not _is_platform(label) and name != address.name.strip()
            votes.add(name, 0.4 if is_office else 1.2, is_sender=True)
            continue
        votes.add(name, 1.0 if is_person(name) and not label else 2.2, is_sender=True)


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
            spelled, whole = _spelled(message, text, label, votes) if label else ("", False)
            votes.add(spelled, 1.5 if whole else 0.8)
            continue
        if not label:
            continue
        known = [key for key, (name, _) in votes.found.items() if _holds_name_of(name, label)]
        for key in known:
            votes.found[key] = (votes.found[key][0], votes.found[key][1] + (0.4 if _is_platform(label) else 1.6))
        if not any(_holds_name_of(votes.found[key][0], label, whole=True) for key in known):
            spelled, whole = _spelled(message, text, label, votes)
            if spelled and (whole or not known):
                votes.add(spelled, 2.0 if whole else 1.2, is_sender=True)
                known.append(spelled)
        if not known and not _is_platform(label):
            if label.startswith("the") and len(label) > 8:
                label = f"the-{label[3:].strip('-')}"
            votes.add(" ".join(part.capitalize() if part.isalpha() else part for part in label.split("-")), LEAST, is_sender=True)
        return


def _ats_label(address: Address, senders: Senders) -> str:
    """An employer's own part of a vendor's address: fenwrick@myworkday.com, jobs@almquelle.jobs.personio.de."""
    if not senders.is_robot(address) and not senders.is_shared(address) and not _is_their_own(address, True):
        return re.split(r"[+_.]", address.local)[0]
    vendor = organisation(address.domain)
    below = address.domain.removesuffix(vendor).strip(".").split(".")[0]
    return "" if below in ("", "us", "eu", "mail", "hire", "app", "talent", "jobs", "email", "notifications", "careers", "my", "e") else below


def _spelled(message: Message, text: str, label: str, votes: Votes) -> tuple[str, bool]:
    """The name a domain label stands for, as the mail spells it, and whether it is all of it.

    hollowayhospital: "Holloway Vale Hospital".
    """
    squeezed = _SQUEEZE.sub("", label)
    best, best_whole = "", False
    if len(squeezed) < 2:
        return "", False
    for source in (message.from_.name, message.subject, text, _signature(message)):
        folded = fold(source).text
        if len(folded) != len(source):
            continue
        for match in re.finditer(rf"(?<![\w@./-]){re.escape(squeezed[:1])}", folded):
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
        if count > 1 and not _starts_name(token) and bare(token) not in words().company.joiners and token not in ("&", "+"):
            break
        if _starts_name(token) and _is_beginning_of(name, label):
            part = name
        if token[-1] in ".!?;" and not _ABBREVIATION.search(token):
            break
    return part, False


def is_name_of(name: str, label: str) -> bool:
    """Whether a domain label stands for the name, or begins with it: "Kearns Electrical" and kearnselectricaldublin."""
    return covers(name, label) or _is_beginning_of(name, label)


def _holds_name_of(name: str, label: str, *, whole: bool = False) -> bool:
    """Whether the name or its last words are what the label stands for: "Colegio San Telmo" and santelmo."""
    if not whole and is_name_of(name, label):
        return True
    tokens = name.split()
    rests = [" ".join(tokens[i:]) for i in range(min(len(tokens), 4))]
    return any(covers(rest, label) or (not whole and _is_beginning_of(rest, label)) for rest in rests)


def _is_platform(label: str) -> bool:
    return any(part in label for part in words().company.platforms)


def _is_beginning_of(name: str, label: str) -> bool:
    key = _SQUEEZE.sub("", fold(name).text)
    return len(key) >= 5 and _SQUEEZE.sub("", label).startswith(key)


@functools.lru_cache(maxsize=4096)
def covers(name: str, label: str) -> bool:
    """Whether a domain label is made of words of the name, in order: hollowayhospital, fernandflint; or its initials."""
    plain = _SQUEEZE.sub("", label)
    spelled = name.replace("&", " and ").replace("+", " plus ").replace("'", "").replace("’", "")
    parts = [_SQUEEZE.sub("", fold(part).text) for part in re.split(r"[\s/-]+|(?<=\w)\.(?=\w)", spelled)]
    parts = [part for part in parts if part]
    if not plain or not parts:
        return False
    whole = "".join(parts)
    if whole == plain or (len(plain) >= 4 and whole.startswith(plain)):
        return True
    initials = "".join(part[0] for part in parts if part not in ("of", "the", "and", "for", "de", "der", "und"))
    if len(initials) >= 3 and plain in (initials, "".join(part[0] for part in parts)):
        return True
    if len(plain) >= 4 and _made_of(plain, tuple(parts)):
        return True
    key = _german(name)
    return key == plain or (len(plain) >= 5 and key.startswith(plain))


def _german(name: str) -> str:
    """The name squeezed as German addresses spell it: "Brückenwerk" is brueckenwerk."""
    for letter, spelled in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ø", "oe"), ("ß", "ss")):
        name = name.lower().replace(letter, spelled)
    return _SQUEEZE.sub("", fold(name).text)


def _made_of(label: str, parts: tuple[str, ...]) -> bool:
    """Some of the words, in order and each whole, make the label, beginning with the first (or the second after "The")."""
    start = 1 if parts[0] == "the" and len(parts) > 1 else 0
    if not label.startswith(parts[start]):
        return False
    ends = {len(parts[start])}
    for part in parts[start + 1 :]:
        ends |= {end + len(part) for end in ends if label.startswith(part, end)}
    return len(label) in ends


def _signature(message: Message) -> str:
    return "\n".join(message.text[span.start : span.end][:600] for span in message.spans(Part.SIGNATURE))


def _signature_lines(message: Message, text: str) -> Iterator[str]:
    own = [line for line in text.rstrip().splitlines() if line.strip()]
    yield from own[-5:]
    yield from _signature(message).splitlines()[:8]


def _from_signature(message: Message, text: str, votes: Votes) -> None:
    seen: set[str] = set()
    label = _label(message.from_, votes.senders)
    label = "" if _is_platform(label) else label
    for line in _signature_lines(message, text):
        stripped = line.strip(" *_-–—\t")
        if not stripped or len(stripped) > 80 or len(stripped.split()) > 10 or stripped[-1] in ".!?":
            continue
        for part in _PARTS.split(stripped):
            name = _signed(part, label, votes)
            if name and company_key(name) not in seen:
                seen.add(company_key(name))
                votes.add(name, 1.4)


def _signed(part: str, label: str, votes: Votes) -> str:
    """The company in one part of a signature line: "The Acme Team", "Talent Acquisition at Acme", "Acme GmbH"."""
    lists = words().company
    at = _AT.search(part)
    text = at[1] if at else part
    tokens = text.split()
    office = at is not None or any(bare(token) in lists.offices for token in part.split())
    name = _without_offices(text, votes.senders)
    if not name or clean_company(name) != name and not any(c.isupper() for c in name):
        return ""
    known = (company_key(name) in votes.found and (_holds_name_of(name, label) if label else not is_person(name))) or any(_SQUEEZE.sub("", fold(token).text) in lists.legal for token in tokens[1:])
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


def _names_something(name: str, readers: frozenset[str], is_sender: bool) -> bool:
    """Not only words of offices, greetings and subjects, nor the reader himself."""
    lists = words()
    folded = [bare(token) for token in name.split()]
    folded = [word for word in folded if word]
    if not folded or len(name) > _LONGEST or not any(c.isalnum() for c in name):
        return False
    if all(word in lists.empty or word.isdigit() for word in folded) or all(word in readers for word in folded):
        return False
    return is_sender or folded[0] not in lists.title.noise or folded[0] in ("the", "el", "la", "le", "das", "die", "der")


def _akin(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a))


def _beauty(name: str) -> tuple[bool, int]:
    """A spelling with a capital and more blanks is the better one."""
    return any(c.isupper() for c in name), name.count(" ")


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
