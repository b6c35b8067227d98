"""What somebody would write in an afternoon to find rejections, for bench/scan.py to be held against.

The short Python script is `mailbox.mbox`, `email` with policy.default, `get_body`, and one `re` alternation; the shell's way is
ripgrep, which decodes nothing. Both are given either the phrases of our own rules that say no, or sixty that are well known.
"""

import email
import email.policy
import mailbox
import re
import time
from dataclasses import dataclass
from pathlib import Path

FEW_PHRASES = """not be moving forward|not to move forward|not moving forward|decided not to proceed|not be proceeding|other candidates
another candidate|other applicants|more closely match|more closely aligned|regret to inform|we regret|not been selected|not selected for
were not selected|not be progressing|unable to offer you|unable to move forward|position has been filled|role has been filled
no longer recruiting|no longer under consideration|no longer being considered|not successful on this occasion|been unsuccessful
application was unsuccessful|pursue other candidates|moving forward with other|proceed with other|decided to pursue|not a match
not the right fit|not a good fit|not shortlisted|keep your resume on file|keep your cv on file|every success in your|best of luck in your
wish you success|job search|after careful consideration|after careful review|difficult decision|large number of applications
high volume of applications|many qualified|position has been cancelled|role on hold|hiring freeze|leider|absage|bedauern
nicht berücksichtigen|andere bewerber|viel erfolg|malheureusement|pas retenu|autre candidat|lamentamos|no ha sido seleccionad|otro candidato"""
_GROUP = re.compile(r"\(\?P<\w+>")
_NEEDLESS = re.compile(r"\\([^\w\s.\\+*?()|\[\]{}^$#&~-])")
"""An escape that RE2 and `re` allow and ripgrep does not."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One expression for `re`, and a line for each phrase as ripgrep takes it."""

    expression: re.Pattern[str]
    lines: tuple[str, ...]


def few_phrases() -> Phrases:
    """Sixty literal phrases."""
    lines = tuple(FEW_PHRASES.replace("\n", "|").split("|"))
    return Phrases(re.compile("|".join(map(re.escape, lines)), re.IGNORECASE), lines)


def same_phrases() -> Phrases:
    """The phrases by which our rules say no, in all languages, written as `re` and as ripgrep write them."""
    from gmail_followup.cli.setup import rules_of
    from gmail_followup.config import load_config
    from gmail_followup.home import find_home
    from gmail_followup.reading.weigh import SAYS_NO
    from gmail_followup.rules.phrase import pattern_of

    home = find_home()
    rules = [r for r in rules_of(home, load_config(home)).rules if r.says == "rejection" and r.weight >= SAYS_NO]
    patterns = [pattern_of(phrase) for rule in rules if not rule.regex for phrase in rule.phrases]
    plain = [_GROUP.sub("(?:", pattern).replace(r"\pL\pN", r"\w") for pattern in patterns]
    return Phrases(re.compile("|".join(plain), re.IGNORECASE), tuple(_NEEDLESS.sub(r"\1", line) for line in plain))


def search(path: Path, phrases: Phrases, most: int = 0) -> tuple[float, int]:
    """Seconds that the short Python script takes, and how many mails it finds.

    most: not more mails than that are read, spread over the file, and what reading them took is multiplied accordingly.
    """
    begin = time.perf_counter()
    box = mailbox.mbox(str(path), factory=lambda file: email.message_from_binary_file(file, policy=email.policy.default))
    keys = box.keys()
    listed = time.perf_counter()
    chosen = keys[:: -(-len(keys) // most)] if most else keys
    found = sum(_found(box[key], phrases) for key in chosen)
    scale = len(keys) / max(1, len(chosen))
    return (listed - begin) + (time.perf_counter() - listed) * scale, round(found * scale)


def _found(mail: email.message.EmailMessage, phrases: Phrases) -> bool:
    body = mail.get_body(preferencelist=("plain", "html"))
    try:
        text = body.get_content() if body else ""
    except (LookupError, ValueError, KeyError):
        text = ""
    return phrases.expression.search(f"{mail['subject']}\n{text}") is not None
