"""Which template fits an application, and why."""

from dataclasses import dataclass

from gmail_followup.errors import FileError
from gmail_followup.reading.values import Answerable, Reason, Stage
from gmail_followup.writing.front import When
from gmail_followup.writing.templates import Template, TemplateSet


@dataclass(frozen=True, slots=True)
class Choice:
    """The template to use, or None with the reason in `why`.

    problem: the chosen file has a mistake; the letter must be held, not written from another file.
    """

    template: Template | None
    why: str
    problem: FileError | None = None


def choose(
    templates: TemplateSet,
    *,
    language: str,
    stage: Stage,
    reason: Reason,
    answerable: Answerable,
    to: str,
    purpose: str = "ask",
) -> Choice:
    """The template for these facts: the most specific one, then the one of highest priority, then by name.

    Most specific: the most conditions in `when`, then the fewest words in them. language: "de-AT" takes "de".
    to: thread (a reply) or contact (a new message).
    """
    spoken = language.lower().replace("_", "-").partition("-")[0]
    ours = [
        t
        for t in templates.templates
        if t.language == spoken and t.front is not None and t.front.when.purpose == purpose
    ]
    fitting = [t for t in ours if t.front is not None and _fits(t.front.when, stage, reason, answerable, to)]
    if not fitting:
        return Choice(None, _why_none(templates, ours, spoken, purpose, f"{stage}, {reason}, {answerable}, to {to}"))
    ranked = sorted(fitting, key=_rank)
    best = ranked[0]
    if best.problem is not None:
        return Choice(
            None, f"{best.key} would be the letter for this, but it has a mistake: {best.problem.what}", best.problem
        )
    return Choice(best, _why(ranked))


def _fits(when: When, stage: Stage, reason: Reason, answerable: Answerable, to: str) -> bool:
    return (
        (not when.stage or stage in when.stage)
        and (not when.reason or reason in when.reason)
        and (not when.answerable or answerable in when.answerable)
        and when.to in ("any", to)
    )


def _conditions(template: Template) -> tuple[int, int]:
    """How many conditions a template names, and how many words they leave open."""
    if template.front is None:
        return 0, 0
    when = template.front.when
    lists = [words for words in (when.stage, when.reason, when.answerable) if words]
    return len(lists) + (when.to != "any"), sum(len(words) for words in lists)


def _priority(template: Template) -> int:
    return template.front.priority if template.front is not None else 0


def _rank(template: Template) -> tuple[int, int, int, str]:
    count, words = _conditions(template)
    return -count, words, -_priority(template), template.key


def _why(ranked: list[Template]) -> str:
    best = ranked[0]
    if len(ranked) == 1:
        return f"{best.key} is the only letter that fits"
    other = ranked[1]
    if _conditions(best) != _conditions(other):
        return f"{best.key} fits more closely than {other.key}"
    if _priority(best) != _priority(other):
        return f"{best.key} and {other.key} fit equally; priority decided ({_priority(best)} over {_priority(other)})"
    return f"{best.key} and {other.key} fit equally, with the same priority; the name decided (alphabetical order)"


def _why_none(templates: TemplateSet, ours: list[Template], language: str, purpose: str, case: str) -> str:
    if language not in templates.languages:
        have = ", ".join(templates.languages) or "none at all"
        return f"there are no letters in the language {language or 'unknown'!r} (there are: {have})"
    if not ours:
        return f"there is no letter in {language!r} with the purpose {purpose!r}"
    return f"no letter in {language!r} fits {case}"
