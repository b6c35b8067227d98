"""What a mail is to a job seeker, where it is no rejection: the kind that most speaks for, each kind heard by itself."""

from collections.abc import Sequence

from gmail_followup.mail.message import Message
from gmail_followup.mail.threads import base_subject
from gmail_followup.reading.values import Evidence, Kind
from gmail_followup.reading.weigh import Spoken, count_once

_PRECEDENCE = (
    Kind.OTHER_REJECTION,
    Kind.OFFER,
    Kind.INTERVIEW,
    Kind.ASSESSMENT,
    Kind.STATUS,
    Kind.OUTREACH,
    Kind.NEWSLETTER,
    Kind.CONFIRMATION,
    Kind.OTHER,
)
"""Of two kinds that are said alike the one that says more comes first: an invitation thanks for the application too."""
_OF_AN_APPLICATION = frozenset(
    {Kind.CONFIRMATION, Kind.INTERVIEW, Kind.OFFER, Kind.ASSESSMENT, Kind.STATUS, Kind.OUTREACH}
)
_LEAST = 1.0
_LEAST_OF_A_LIST = 1.5
_LEAST_OF_OUTREACH = 3.0
_LEAST_WITHOUT_JOB = 4.5
"""Friends, dentists and landlords meet, offer and cancel as well: the less a mail speaks of a job, the plainer it must be."""
_REFUSES = frozenset({"rejection", "refuses"})
_IN_SUBJECT = 1.25
_IN_SUBJECT_OF_AN_ANSWER = 0.25
_OF_A_WHOLE_THREAD = frozenset({Kind.OTHER_REJECTION, Kind.OFFER})
"""A subject is chosen to say what a mail is; that of an answer was chosen for the mail it answers, and tells what is
refused or offered in all of them, but not what this one does."""
_CALENDAR = 3.0
_SOMETHING_ELSE = 0.5
"""What contradicts a rejection since it is talk of others' applications, orders or accounts speaks for no kind, too."""


def kind_of(message: Message, spoken: Sequence[Spoken], job: Sequence[Evidence]) -> Kind:
    """The kind that the evidence speaks for most; OTHER where little does.

    spoken: every rule that found its words. job: the words of jobs among them, as `job_context` weighs them.
    """
    answers = base_subject(message.subject) != " ".join(message.subject.split())
    sums = _sums(spoken, _IN_SUBJECT_OF_AN_ANSWER if answers else _IN_SUBJECT)
    if job and any(i.start for i in message.invitations):
        sums[Kind.INTERVIEW] = sums.get(Kind.INTERVIEW, 0.0) + _CALENDAR
    said = {kind: total for kind, total in sums.items() if total >= _least(kind, job)}
    return max(said, key=lambda kind: (said[kind], -_PRECEDENCE.index(kind)), default=Kind.OTHER)


def _least(kind: Kind, job: Sequence[Evidence]) -> float:
    if kind not in _OF_AN_APPLICATION:
        return _LEAST_OF_A_LIST if kind is Kind.NEWSLETTER else _LEAST
    most = _LEAST_OF_OUTREACH if kind is Kind.OUTREACH else _LEAST_WITHOUT_JOB
    lacking = 1.0 - sum(e.weight for e in job) if job else most
    return min(most, _LEAST + max(0.0, lacking))


def _sums(spoken: Sequence[Spoken], in_subject: float) -> dict[Kind, float]:
    """What speaks for each kind: each rule once, the heaviest in full and each further one by half of the last."""
    by_kind: dict[Kind, list[Spoken]] = {}
    for item in spoken:
        if item.hit.rule.says in _PRECEDENCE:
            by_kind.setdefault(Kind(item.hit.rule.says), []).append(item)
    if not any(item.hit.rule.says in _REFUSES and not item.hit.guard for item in spoken):
        by_kind.pop(Kind.OTHER_REJECTION, None)
    sums = {kind: sum(_worth(e, in_subject) for e in count_once(items)) for kind, items in by_kind.items()}
    if Kind.OTHER in by_kind:
        against = sum(e.weight for e in count_once(by_kind[Kind.OTHER], against=True))
        sums[Kind.OTHER] = max(sums[Kind.OTHER], -_SOMETHING_ELSE * against)
    return sums


def _worth(evidence: Evidence, in_subject: float) -> float:
    if evidence.field != "subject":
        return evidence.weight
    return evidence.weight * (_IN_SUBJECT if evidence.says in _OF_A_WHOLE_THREAD else in_subject)
