"""How much the evidence in a mail weighs: plain arithmetic on the rules that spoke."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmail_followup.reading.values import Evidence, Kind
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Hit

JOB = "job"
SAYS_NO = 2.0
"""The least weight of a rule that says no; without one a mail is a rejection at most by its wording (see `manner`)."""
CONTRADICTS = 4.0
"""The least weight of evidence against a rejection that no plain word outweighs."""
_JOB_AGREES = 1.5
_JOB_MOST = 1.0
_FIELD_ORDER = {"subject": 0, "from": 1, "header": 2, "body": 3, "mail": 4}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A hit together with the field it was found in and the words it saw; own: the sender's own words, or a header."""

    hit: Hit
    field: str
    text: str
    own: bool = True

    @property
    def about_job(self) -> bool:
        return self.hit.rule.says.startswith(JOB)


def count_once(spoken: Sequence[Spoken], *, against: bool = False) -> tuple[Evidence, ...]:
    """Evidence in reading order, weighed as it counts: once a rule, nothing within the words of a heavier one, the
    heaviest in full and each further one by half of what the last one counted."""
    ranked = sorted(spoken, key=lambda s: (bool(s.hit.guard), -abs(_weight(s, against)), s.hit.start))
    rules_seen: set[str] = set()
    taken: list[tuple[str, int, int]] = []
    share = 1.0
    out: list[Evidence] = []
    for item in ranked:
        hit = item.hit
        if hit.guard:
            out.append(_evidence(item, 0.0))
            continue
        if hit.rule.id in rules_seen or any(f == item.field and s < hit.end and hit.start < e for f, s, e in taken):
            continue
        rules_seen.add(hit.rule.id)
        taken.append((item.field, hit.start, hit.end))
        out.append(_evidence(item, _weight(item, against) * share))
        share /= 2
    return in_order(out)


def job_context(spoken: Sequence[Spoken], ats_sender: str = "") -> tuple[Evidence, ...]:
    """The best word of jobs with its weight; others agree with it and add their part, up to a limit.

    Two words agree where they say different things (that the reader applied, and that it was for a job), or where each
    alone would do (a weight of 0 and more). "Job" and "position" say one thing twice.
    ats_sender: the sender, where it is an applicant-tracking system, which settles it.
    """
    if ats_sender:
        return (
            Evidence("sender-is-ats", ats_sender, "from", 0, len(ats_sender), _JOB_MOST, JOB, source="senders.toml"),
        )
    out: list[Evidence] = []
    taken: list[Spoken] = []
    said: set[str] = set()
    for item in sorted((s for s in spoken if not s.hit.guard), key=lambda s: -s.hit.rule.weight):
        rule = item.hit.rule
        if out and ((rule.says in said and rule.weight < 0) or any(_same_words(item, other) for other in taken)):
            continue
        total = sum(e.weight for e in out)
        weight = min(_JOB_AGREES, _JOB_MOST - total) if out else rule.weight
        taken.append(item)
        said.add(rule.says)
        if weight > 0 or not out:
            out.append(_evidence(item, weight))
    return tuple(out)


def _same_words(one: Spoken, other: Spoken) -> bool:
    if fold(one.text).text == fold(other.text).text:
        return True
    return one.field == other.field and one.hit.start < other.hit.end and other.hit.start < one.hit.end


def _evidence(item: Spoken, weight: float) -> Evidence:
    hit, rule = item.hit, item.hit.rule
    return Evidence(rule.id, item.text, item.field, hit.start, hit.end, weight, rule.says, hit.guard, rule.source)


def in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In reading order: subject, sender, headers, body."""
    return tuple(sorted(evidence, key=lambda e: (_FIELD_ORDER[e.field], e.start)))


def says_no(item: Spoken, least: float) -> bool:
    """Whether it speaks for a rejection with at least that weight, and no guard hinders it."""
    return item.hit.rule.says == "rejection" and item.hit.rule.weight >= least and not item.hit.guard


def contradicting(opposed: Iterable[Spoken]) -> list[Spoken]:
    """What of it no plain word outweighs."""
    return [s for s in opposed if s.hit.rule.against >= CONTRADICTS]


def within(item: Spoken, nos: Iterable[Spoken]) -> bool:
    """Whether a hit begins amid words that already say no: "not selected for" holds no "selected for".

    What is refused stands in such words too ("your visa application was refused"), so that is no reason to drop it.
    """
    return item.hit.rule.says != Kind.OTHER_REJECTION and any(
        no.field == item.field and no.hit.start < item.hit.start < no.hit.end for no in nos
    )


def different_words(spoken: Iterable[Spoken], says: str) -> int:
    """In how many different words something is said, however often each."""
    return len({fold(s.text).text for s in spoken if s.hit.rule.says == says and not s.hit.guard})


def heaviest(spoken: Sequence[Spoken], prefix: str) -> dict[str, float]:
    """What is said under a prefix (`stage.applied` under "stage"), each with its weight, where that is above nothing."""
    sums: dict[str, float] = {}
    for evidence in count_once([s for s in spoken if s.hit.rule.says.startswith(prefix + ".")]):
        name = evidence.says.partition(".")[2]
        sums[name] = sums.get(name, 0.0) + evidence.weight
    return {name: total for name, total in sums.items() if total > 0}


def _weight(item: Spoken, against: bool) -> float:
    return -item.hit.rule.against if against else item.hit.rule.weight
