"""Does the address deserve an answer: a Reply-To that leads away, a failed sender check, a look-alike domain."""

import re
import unicodedata

from gmail_followup.mail.message import Address, Message
from gmail_followup.reading.senders import Senders, organisation

_FAILED = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(fail|softfail|permerror)\b", re.I)
_PASSED = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*pass\b", re.I)


def doubt(message: Message, senders: Senders) -> str:
    """Why a draft to this sender should wait for the user's eye; "" if nothing speaks against it.

    Authentication-Results (RFC 8601): only the topmost field counts, which the user's own provider wrote.
    """
    return _leads_away(message, senders) or _failed_checks(message) or _look_alike(message.from_)


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


def _look_alike(address: Address) -> str:
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
