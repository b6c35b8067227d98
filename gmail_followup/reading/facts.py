"""Company and role, as a mail tells them: its phrases, display name, signature and domain vote; the vendor never wins."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmail_followup.mail.message import Message, Part
from gmail_followup.reading.names import is_person
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Hit

_JOINERS = frozenset("of and & the for de la le les des du del der die das und et y von van e + - – at in".split())
_LEGAL = re.compile(r"[,\s]+(?:inc|llc|ltd|limited|gmbh(?:\s*&\s*co\.?\s*kg)?|ag|se|plc|corp|corporation|co|s\.?a\.?(?:s|rl)?|s\.?l\.?|b\.?v|oy|ab|kg|pty|llp)\.?$", re.I)
_NOT_COMPANY = frozenset(
    "us our your the this that we you it our team the team team candidate hiring recruiting application position role job company a an i here time me my "
    "unternehmen haus uns unserem ihrer unser team notre nous votre equipe entreprise empresa nosotros nuestra equipo process our company".split()
)
_DISPLAY_TAIL = re.compile(
    r"\s*[-–—|:,@]?\s*\b(?:the\s+)?(?:talent(?: acquisition| team| partner| community)?|careers?|jobs?|recruit(?:ing|ment|er|ers)|hiring|human resources|people(?: team| ops| operations| & culture| and culture)?|"
    r"hr|staffing|team|notifications?|no-?reply|do not reply|candidates?|applications?|application system|karriere|bewerbung\w*|bewerbermanagement|personal\w*|recrutement|candidatures?|rh|ressources humaines|"
    r"empleo|selecci[oó]n|rrhh|recursos humanos|talento|system|portal|workday|ats|resourcing|employment|acquisition|department|office|via)\b.*$",
    re.I,
)
_DISPLAY_HEAD = re.compile(r"^(?:the|team|recruiting|talent|careers?|jobs?|hr|hiring|karriere|recrutement|your friends)\s+(?:team\s+)?(?:at|@|bei|chez|de|en|from)\s+", re.I)
_AT = re.compile(r"\s+(?:at|@|from|bei|chez)\s+(.+)$", re.I)
_VIA = re.compile(r"^(.*?)\s+(?:via|through|powered by)\s+\S.*$", re.I)
_SIGN = re.compile(
    r"^[\s*_—–-]*(?:the|your|das|ihr|dein|l['’]équipe|el equipo de|equipo de|team)?\s*(?P<company>[^\n,|]{2,60}?)\s+"
    r"(?:talent acquisition|talent|people|recruiting|recruitment|hiring|hr|human resources|careers?|team|recruiting-team|personalabteilung|resourcing|university recruiting|campus recruiting)\b[^\n]*$",
    re.I,
)
_SIGN_AT = re.compile(
    r"^[^\n,|]{0,60}?\b(?:team|talent|recruiting|recruiter|recruitment|hiring|acquisition|resources|hr|people|partner|manager|coordinator|director|lead|officer)\b[^\n]{0,30}?\s(?:at|@|,|-|–|\|)\s*(?P<company>[^\n,|]{2,60})$",
    re.I,
)
_ROLE_TAIL = re.compile(
    r"\s*(?:[-–—|,/]\s*)?(?:\(?\b(?:req(?:uisition)?|job|ref|id|nr|no|posting|kennziffer|vacancy)\b[\s.:#-]*(?:id)?[\s.:#-]*[\w-]*\d[\w-]*\)?|#\s*\w*\d\w*|\b[A-Z]{0,4}-?\d{4,}\b)\s*$",
    re.I,
)
_ROLE_LEAD = re.compile(
    r"^(?:(?:the|a|an|our|open|current|following|available|als|einer?|eines?|die|der|das|unsere[rn]?|le|la|du|de|de la|el|los|un|una|position|role|post|job|stelle|poste|puesto|vacante)\b(?:\s+(?:of|as|als|de|du|:))?\s*)+",
    re.I,
)
_ROLE_CUT = re.compile(
    r"\s+(?:position|role|opening|vacancy|opportunity|at|with|here|within|and (?:for|your|the|we|appreciate|taking)|we|you|your|has|have|is|was|which|that|posted|bei|beworben|dans|chez|au sein|en nuestra|"
    r"but|because|in our|on our|for (?:which|your|the time)|as (?:well|we)|this time|with us)\b.*$",
    re.I,
)
_GENERIC_ROLES = frozenset(
    "position role job opening vacancy opportunity this that team company application interest us our future other roles positions process candidacy employment it new "
    "stelle position bewerbung poste candidature puesto vacante consideration review".split()
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one mail says of employer and role; "" where it does not."""

    company: str = ""
    role: str = ""


def facts_of(message: Message, hits: Iterable[tuple[Hit, str]], senders: Senders) -> Facts:
    """hits: matches of `fact` rules (with slots), each with the field it was found in."""
    companies: dict[str, tuple[str, float]] = {}
    roles: list[tuple[float, int, str]] = []
    for hit, field in hits:
        text = message.subject if field == "subject" else message.text
        for slot, start, end in hit.slots:
            if slot == "company":
                _vote(companies, clean_company(text[start:end]), hit.rule.weight, senders)
            elif slot == "role" and (role := clean_role(text[start:end])):
                roles.append((-hit.rule.weight, len(roles), role))
    _from_sender(message, companies, senders)
    _from_signature(message, companies, senders)
    _mentions(message, companies)
    company = max(companies.values(), key=lambda found: found[1], default=("", 0.0))[0]
    role = min(roles)[2] if roles else ""
    return Facts(company, "" if fold(role).text == fold(company).text else role)


def _vote(companies: dict[str, tuple[str, float]], name: str, weight: float, senders: Senders) -> None:
    if not name or senders.is_ats_name(name):
        return
    key = re.sub(r"[^\w]", "", _LEGAL.sub("", fold(name).text))
    if not key or key in _NOT_COMPANY:
        return
    known, sum_ = companies.get(key, (name, 0.0))
    companies[key] = (known, sum_ + weight)


def clean_company(text: str) -> str:
    """The leading run of capitalised words (and what joins them) of a captured stretch; "" if it starts with none."""
    words: list[str] = []
    for word in text.replace("\u00a0", " ").replace("*", "").split():
        bare = word.strip("\"'“”‘’(),")
        if not bare:
            break
        starts_name = bare[0].isupper() or bare[0].isdigit() or not bare[0].isascii() or any(c.isupper() for c in bare) or "." in bare[1:-1]
        if not starts_name and (bare.lower() not in _JOINERS or not words):
            break
        if not words and bare.lower() in ("the", "our", "your"):
            words.append(bare)
            continue
        words.append(bare)
        if word[-1] in ",.!" and not _LEGAL.search(" x " + word):
            break
    while words and (words[-1].lower() in _JOINERS):
        words.pop()
    name = " ".join(words).strip(" .,'’\"-–&")
    name = re.sub(r"^(?:the|our|your)\s+", "", name, flags=re.I) if len(words) > 2 else name
    name = re.sub(r"['’]s$", "", name)
    if len(name) > 60 or name.lower() in _NOT_COMPANY or name.lower() in ("the", "our"):
        return ""
    return name


def clean_role(text: str) -> str:
    """A job title without article, requisition number and what follows it; "" if nothing title-like is left."""
    role = " ".join(text.replace("\u00a0", " ").replace("*", "").split())
    role = _ROLE_LEAD.sub("", role.strip(" \"'“”‘’„»«:–-"))
    role = _ROLE_CUT.sub("", " " + role + " ").strip()
    for _ in range(3):
        role = _ROLE_TAIL.sub("", role).strip(" \"'“”‘’„»«,.:;–—-|/")
    if role.count("(") != role.count(")"):
        role = role.partition("(")[0].strip()
    words = role.split()
    if not words or len(words) > 12 or len(role) < 2 or all(w.lower() in _GENERIC_ROLES for w in words):
        return ""
    if not any(w[0].isupper() or not w[0].isascii() for w in words) and len(words) > 5:
        return ""
    return role


def company_in_display_name(name: str, senders: Senders) -> str:
    """The employer in a display name: "Acme Careers", "Mai Nguyen at Acme", "Acme via Greenhouse"; "" if none."""
    text = " ".join(name.strip("\"' ").split())
    if via := _VIA.match(text):
        text = via[1]
    if at := _AT.search(text):
        text = at[1]
    else:
        bracket = re.search(r"\(([^)]+)\)|\[([^\]]+)\]|[-–—|,]\s+(.+)$", text)
        if bracket and is_person(text[: bracket.start()]):
            text = next(group for group in bracket.groups() if group)
        elif is_person(text):
            return ""
    text = _DISPLAY_HEAD.sub("", text)
    text = _DISPLAY_TAIL.sub("", text).strip(" -–—|:,@")
    if not text or "@" in text or senders.is_ats_name(text) or text.lower() in _NOT_COMPANY:
        return ""
    return text


def _from_sender(message: Message, companies: dict[str, tuple[str, float]], senders: Senders) -> None:
    _vote(companies, company_in_display_name(message.from_.name, senders), 2.0, senders)
    for address in (message.from_, *message.reply_to[:1]):
        domain = address.domain
        if domain and not senders.is_ats(domain) and not senders.is_free(domain):
            label = organisation(domain).partition(".")[0]
            spelled = _spelled_in(message, label)
            known = next((k for k in companies if k == re.sub(r"[^\w]", "", label) or (len(label) > 4 and k.startswith(label))), "")
            if known:
                companies[known] = (companies[known][0], companies[known][1] + 1.5)
            elif spelled:
                _vote(companies, spelled, 1.5, senders)
            elif label:
                _vote(companies, label.capitalize() if label.isalpha() else label, 0.4, senders)
            return
        if senders.is_ats(domain) and message.from_.local and not senders.is_robot(message.from_) and not senders.is_shared(message.from_):
            label = re.sub(r"[^\w]", "", message.from_.local.partition("+")[0])
            if (spelled := _spelled_in(message, label)) and not is_person(message.from_.name):
                _vote(companies, spelled, 1.5, senders)


def _spelled_in(message: Message, label: str) -> str:
    """The name that a domain label stands for, as the mail spells it: "northwindlabs" → "Northwind Labs"."""
    if len(label) < 3:
        return ""
    joined = r"[\s.&'’-]*".join(re.escape(c) for c in re.sub(r"[^\w]", "", label))
    for text in (message.from_.name, message.subject, message.text[:6000]):
        for match in re.finditer(rf"(?<![\w@./]){joined}(?![\w@])(?!\.\w)", text, re.I):
            found = match.group().strip()
            if any(c.isupper() for c in found) and "\n" not in found:
                return found
    return ""


def _from_signature(message: Message, companies: dict[str, tuple[str, float]], senders: Senders) -> None:
    lines: list[str] = []
    for span in message.spans(Part.SIGNATURE):
        lines += message.text[span.start : span.end].splitlines()[:8]
    own = [line for line in message.own_text.rstrip().splitlines() if line.strip()]
    lines += own[-4:]
    for line in lines:
        stripped = line.strip(" *_-–—\t")
        for pattern in (_SIGN, _SIGN_AT):
            match = pattern.match(stripped)
            if match and len(stripped) < 90:
                _vote(companies, clean_company(match["company"]), 1.5, senders)
                break


def _mentions(message: Message, companies: dict[str, tuple[str, float]]) -> None:
    """A name that the mail keeps repeating is more likely the employer."""
    text = fold(f"{message.subject}\n{message.own_text[:6000]}").text
    for key, (name, weight) in list(companies.items()):
        count = text.count(fold(name).text)
        companies[key] = (name, weight + 0.3 * min(count, 4))


def company_key(name: str) -> str:
    """What two spellings of one employer share: folded, without legal form, blanks and marks."""
    return re.sub(r"[^\w]", "", _LEGAL.sub("", fold(name).text))


def longest(names: Sequence[str]) -> str:
    """The fullest spelling among several."""
    return max(names, key=len, default="")
