"""What the wording of a whole mail counts for, beside the rules and where none says no (docs/decisions/0007)."""

import math
from collections.abc import Sequence

from gmail_followup.mail.message import Message
from gmail_followup.reading.values import Evidence, Kind, Stage
from gmail_followup.reading.weigh import CONTRADICTS, Spoken, contradicting, heaviest, says_no
from gmail_followup.reading.wording import Reading, turns, wording_of

SHORT = 200
"""Words of a mail, quoted ones too. Longer ones are not judged by their wording alone."""
_TOO_SHORT = 20
"""Words of a mail below which its wording tells too little to stand alone."""
SPEAKS_OF_JOBS = -0.5
"""The least weight of a word of jobs in a mail that is judged by its wording alone."""
_SURE_ALONE = {
    Kind.OTHER: 1.0,
    Kind.STATUS: 2.0,
    Kind.ASSESSMENT: 1.75,
    Kind.NEWSLETTER: 1.75,
    Kind.INTERVIEW: 2.25,
    Kind.OUTREACH: 2.25,
    Kind.CONFIRMATION: 2.5,
}
"""How sure the wording must be of a rejection where no rule says no, by what else the mail would be; an offer or a refusal
of something else is worded too much like one."""
_MOST_ALONE = 1.0
"""Above the threshold: without a rule that says no nobody is surer than that."""
SURELY_OF_A_JOB = 2.5
"""From there on one word of another world does not make the no of a mail that of another world."""
_LEAST_OF_PLAIN = -1.5
"""A plain no to somebody who did apply is not talked down by more than this."""
_LEAST_OF_UNNAMED = -0.5
"""Nor is one that names no job, where nothing else speaks against it."""
_OF_NO_JOB = -1.5
"""Below this the mail names no job, and reading like a rejection does not make it one of a job."""
_LEAST_STAGE = 1.0
_SURELY_MET, _RULE_OF_STAGE = 0.5, 1.0
"""What the wording must say of a meeting where no rule does; and what it weighs that a rule speaks of a last round, or none."""


def read(message: Message, language: str) -> Reading | None:
    """How a mail reads; None in a language without a table."""
    wording = wording_of(language)
    return wording.read(message.subject, message.own_text) if wording else None


def shift(
    reading: Reading,
    spoken: Sequence[Spoken],
    nos: Sequence[Spoken],
    job: Sequence[Evidence],
    opposed: Sequence[Spoken],
) -> float:
    """What the wording adds to a no, or takes away; it does not talk down rules of the user's own.

    nos, opposed: what of the spoken says no, and what speaks against a rejection. job: the words of jobs as they weigh.
    """
    context = sum(e.weight for e in job)
    least = -math.inf
    if any(says_no(s, CONTRADICTS) for s in nos):
        applied = not opposed and any(s.hit.rule.says == "job.applied" and s.hit.rule.weight >= -1 for s in spoken)
        least = _LEAST_OF_PLAIN if context >= 1 else _LEAST_OF_UNNAMED if applied else least
    doubtful = context < _OF_NO_JOB or bool(contradicting(opposed))
    found = max(least, min(0.0 if doubtful else math.inf, reading.shift))
    return 0.0 if found < 0 and any(not s.hit.rule.shipped for s in nos) else found


def may_stand_alone(
    message: Message, spoken: Sequence[Spoken], opposed: Sequence[Spoken], language: str, *, from_ats: bool
) -> bool:
    """Whether a mail in which no rule says no could be a rejection by its wording: short, of a job, and it turns somewhere."""
    of_a_job = any(s.about_job and not s.hit.guard and s.hit.rule.weight >= SPEAKS_OF_JOBS for s in spoken)
    return (of_a_job or from_ats) and not contradicting(opposed) and _is_short_and_turns(message, language)


def may_be_sure(message: Message, language: str) -> bool:
    """Whether such a mail reads enough like one, whatever else it would be."""
    if not _is_short_and_turns(message, language):
        return False
    reading = read(message, language)
    return reading is not None and reading.rejection >= min(_SURE_ALONE.values())


def _is_short_and_turns(message: Message, language: str) -> bool:
    return _TOO_SHORT <= len(message.text.split()) <= SHORT and turns(message.own_text, language)


def alone(reading: Reading, other: Kind, threshold: float) -> float:
    """The sum of such a mail: the threshold where the wording is just sure enough. other: what it would be otherwise."""
    sure = _SURE_ALONE.get(other)
    return min(threshold * reading.rejection / sure, threshold + _MOST_ALONE) if sure else 0.0


def told(reading: Reading, weight: float, language: str) -> Evidence:
    """The wording as a piece of evidence."""
    words = ", ".join(reading.words)
    return Evidence("manner-of-the-mail", words, "mail", 0, 0, weight, source=f"wording/{language}.tsv")


def stage_of(spoken: Sequence[Spoken], kind: Kind, reading: Reading | None) -> Stage:
    """How far it came, by what is said, and in a rejection by its wording; a no that speaks of no meeting comes before
    one (the mailbox may know better)."""
    sums = heaviest(spoken, "stage")
    stages = (Stage.FINAL, Stage.INTERVIEWED, Stage.APPLIED)
    said = next((stage for stage in stages if sums.get(stage.value, 0.0) >= _LEAST_STAGE), None)
    if kind is not Kind.REJECTION:
        return said or Stage.UNKNOWN
    own_rule = any(s.hit.rule.says.startswith("stage.") and not s.hit.rule.shipped for s in spoken)
    if reading is None or own_rule:
        return said or Stage.APPLIED
    if said not in (Stage.FINAL, Stage.INTERVIEWED) and reading.met < _SURELY_MET:
        return Stage.APPLIED
    final = reading.final + (_RULE_OF_STAGE if said is Stage.FINAL else -_RULE_OF_STAGE)
    return Stage.FINAL if final >= 0 else Stage.INTERVIEWED
