"""Does the address deserve an answer: a Reply-To that leads away, a failed sender check, a look-alike domain."""

import re
import unicodedata
from collections.abc import Sequence

from gmail_followup.mail.message import Address, Message, StoredMessage
from gmail_followup.reading.known import Known
from gmail_followup.reading.names import bare_name
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.rules.fold import fold

_FAILED = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(fail|softfail|permerror)\b", re.I)
_PASSED = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*pass\b", re.I)


def doubt(stored: StoredMessage, known: Sequence[Known], senders: Senders) -> str:
    """Why a draft to this sender should wait for the user's eye; "" if nothing speaks against it.

    known: facts of other mail, to notice a domain that only looks like one the user has met.
    Authentication-Results (RFC 8601): only the topmost field counts, which the user's own provider wrote.
    """
    message = stored.message
    return (
        _leads_away(message, senders)
        or _failed_checks(message)
        or _mixed_alphabets(message.from_)
        or _resembles(message.from_, known)
        or _borrowed_name(stored, known, senders)
    )


def _resembles(address: Address, known: Sequence[Known]) -> str:
    own = organisation(address.domain)
    for k in known:
        other = organisation(k.sender.domain)
        if other != own and not k.sent and _skeleton(other) == _skeleton(own):
            return f"its domain {own} looks like {other}, which you know, but is another"
    return ""


def _skeleton(domain: str) -> str:
    """What an eye in a hurry sees: look-alike letters made one (after Unicode TR 39, for Latin)."""
    text = domain
    for seen, meant in (
        ("rn", "m"),
        ("vv", "w"),
        ("cl", "d"),
        ("0", "o"),
        ("1", "l"),
        ("i", "l"),
        ("5", "s"),
        ("-", ""),
    ):
        text = text.replace(seen, meant)
    return text


def _borrowed_name(stored: StoredMessage, known: Sequence[Known], senders: Senders) -> str:
    """A person of this thread, suddenly writing from another organisation."""
    sender = stored.message.from_
    name = fold(bare_name(sender.name)).text
    for k in known:
        same_thread = k.thread_key and k.thread_key == stored.thread_key and not k.sent
        same_name = bool(name) and fold(bare_name(k.sender.name)).text == name
        elsewhere = organisation(k.sender.domain) != organisation(sender.domain) and not senders.is_ats(sender.domain)
        if same_thread and same_name and elsewhere:
            return f"{sender.email} uses the name of {k.sender.email}, but writes from another place"
    return ""


def _leads_away(message: Message, senders: Senders) -> str:
    if not message.reply_to:
        return ""
    reply, sender = message.reply_to[0].domain, message.from_.domain
    if not reply or organisation(reply) == organisation(sender) or senders.is_ats(reply):
        return ""
    if senders.is_ats(sender) and not senders.is_free(reply):
        return ""
    return f"an answer would go to {message.reply_to[0].email}, which is not where the mail came from ({message.from_.email})"


def _failed_checks(message: Message) -> str:
    results = message.header("Authentication-Results")
    failed = {method.lower() for method, _ in _FAILED.findall(results)}
    passed = {method.lower() for method in _PASSED.findall(results)}
    if "dmarc" in failed or (failed and "dmarc" not in passed and not passed & {"dkim", "spf"}):
        return f"your mail provider could not confirm the sender ({', '.join(sorted(failed))} failed)"
    return ""


def _mixed_alphabets(address: Address) -> str:
    domain = address.domain
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            return f"the sender's domain {address.domain} cannot be read"
    for label in domain.split("."):
        scripts = {unicodedata.name(c, "?").split()[0] for c in label if c.isalpha()}
        if len(scripts) > 1:
            return f"the sender's domain {address.domain} mixes letters of several alphabets"
    return ""
