"""What a mail tells by the way: an address that is gone, a withdrawal, an interviewer named by a scheduling service."""

import re
from dataclasses import dataclass

from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.sentences import sentences
from gmail_followup.reading.names import bare_name, is_person
from gmail_followup.reading.senders import Senders
from gmail_followup.rules.fold import fold
from gmail_followup.rules.guards import apply_guards
from gmail_followup.rules.matcher import Matcher
from gmail_followup.rules.rule import RuleSet

_BOUNCERS = re.compile(r"mailer-daemon|postmaster|mail delivery|undelivered|delivery status", re.I)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LOOKED_AT = 8000
_TITLE_LINE = 70


@dataclass(frozen=True, slots=True)
class Notices:
    """gone: addresses that nobody reads any more. withdrew: the writer takes his application back.

    named: people whose address stands in the text of a scheduling mail. role: what the writer signs as, or "referrer";
    "unknown" if he does not say.
    """

    gone: tuple[str, ...] = ()
    withdrew: bool = False
    named: tuple[Address, ...] = ()
    role: str = "unknown"


class NoticeReader:
    """Reads notices. Build it once; `read` is pure."""

    def __init__(self, rules: RuleSet, senders: Senders) -> None:
        self._matcher = Matcher([*rules.about("notice"), *rules.about("guard")])
        self._titles = Matcher(rules.about("signs"))
        self._senders = senders

    def read(self, message: Message, *, own: bool, about_meeting: bool) -> Notices:
        """own: the user wrote it. about_meeting: an interview was invited to, moved or confirmed in it."""
        if own:
            return Notices(withdrew="notice.withdrew" in self._said(message))
        if _is_bounce(message):
            return Notices(gone=_bounced(message))
        automatic = message.header("Auto-Submitted").lower().startswith(("auto-replied", "auto-generated"))
        if (automatic or _says_automatic(message.subject)) and "notice.left" in self._said(message):
            return Notices(gone=(message.from_.email,))
        robot = self._senders.is_robot(message.from_) or self._senders.is_ats(message.from_.domain)
        if robot:
            return Notices(named=self._named(message) if about_meeting else ())
        return Notices(role=self._role(message))

    def _role(self, message: Message) -> str:
        """By the signature and the last lines before it; a friend who referred the user says so in the text."""
        if "notice.refers" in self._said(message):
            return "referrer"
        signed = [message.text[s.start : s.end] for s in message.spans(Part.SIGNATURE)]
        lines = [*message.own_text.rstrip().splitlines()[-4:], *"\n".join(signed).splitlines()[:6], message.from_.name]
        for line in lines:
            if len(line) <= _TITLE_LINE:
                folded = fold(line)
                for hit in self._titles.find(folded, Span(0, len(folded.text))):
                    return hit.rule.says.partition(".")[2]
        return "unknown"

    def _said(self, message: Message) -> frozenset[str]:
        found: set[str] = set()
        for sentence in sentences(message.text[:_LOOKED_AT], message.spans(Part.OWN)):
            folded = fold(message.text[sentence.start : sentence.end])
            hits = self._matcher.find(folded, Span(0, len(folded.text)))
            text = message.text[sentence.start : sentence.end]
            found |= {h.rule.says for h in apply_guards(hits, text, Span(0, len(text)), ()) if not h.guard}
        return frozenset(found)

    def _named(self, message: Message) -> tuple[Address, ...]:
        """Addresses in the text, each with a person's name from its line or the line before."""
        mine = {a.email for a in (*message.to, *message.cc)}
        lines = message.text[:_LOOKED_AT].splitlines()
        found: list[Address] = []
        for number, line in enumerate(lines):
            for match in _ADDRESS.finditer(line):
                address = Address("", match.group().lower().rstrip("."))
                if address.email in mine or self._senders.is_robot(address) or self._senders.is_ats(address.domain):
                    continue
                near = (line[: match.start()], lines[number - 1] if number else "")
                name = next((name for text in near if (name := _name_in(text))), "")
                found.append(Address(name, address.email))
        return tuple(dict.fromkeys(found))


def _says_automatic(subject: str) -> bool:
    return (
        re.search(
            r"automatic reply|auto(?:matic)?[- ]?reply|automatische antwort|abwesenheit|réponse automatique|respuesta automática",
            subject,
            re.I,
        )
        is not None
    )


def _is_bounce(message: Message) -> bool:
    return bool(_BOUNCERS.search(f"{message.from_} {message.subject}"))


def _bounced(message: Message) -> tuple[str, ...]:
    """The addresses that a delivery report (RFC 3464) names: Final-Recipient, X-Failed-Recipients, else those in its text."""
    mine = {a.email for a in (*message.to, message.from_)}
    text = f"{message.header('X-Failed-Recipients')}\n{message.text[:_LOOKED_AT]}"
    found = (match.group().lower().rstrip(".") for match in _ADDRESS.finditer(text))
    return tuple(dict.fromkeys(a for a in found if a not in mine and not _BOUNCERS.search(a)))


def _name_in(text: str) -> str:
    """The person's name at the end of a line: "Your interviewer: Priya Raman" → "Priya Raman"."""
    tail = re.split(r"[:|(<\[]|\b(?:with|by|mit|avec|con)\b", text.strip(" <([,-–"))[-1].strip(" ,;<([")
    words = tail.split()
    for start in range(max(0, len(words) - 4), len(words) - 1):
        name = " ".join(words[start:])
        if is_person(name) and all(w[0].isupper() for w in name.split()):
            return bare_name(name)
    return ""
