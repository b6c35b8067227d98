"""What a letter can speak of: the documented variables, where they come from, and samples to preview with."""

import re
import unicodedata
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from gmail_followup.reading.values import Answerable, Application, Contact, Reason, Stage

MAX_VALUE = 200
"""Longest value, in characters, that a mail may bring into a letter."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the user says of himself in config.toml, `[me]`. Everything but the name may be ""."""

    name: str
    sign_off: str = ""
    """The line above the name; "" takes the letter's own ("Kind regards,")."""
    phone: str = ""
    tips_about: str = ""
    """What the tips should be about: a phrase that completes "tips about ..."."""
    pronouns: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """The person that the letter goes to, as templates see him; every field may be ""."""

    name: str = ""
    first_name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one letter may say. Strings are plain one-line text; what is not known is "", () or None.

    key: the application's own name; decides, with the place in the template, which wording `pick` takes.
    turn: how many letters this company had before (None if not known): then no wording repeats within three letters.
    names: words that proofing must leave alone.
    """

    company: str
    role: str
    roles: tuple[str, ...]
    stage: str
    reason: str
    answerable: str
    language: str
    contact: Person
    greeting_name: str
    rounds: int
    last_interview: datetime | None
    learned: str
    me: Profile
    to: str
    today: datetime
    key: str
    turn: int | None = None
    names: frozenset[str] = field(default=frozenset())
    tip: str = ""

    def context(self) -> dict[str, object]:
        """The variables that a template sees, by name."""
        return {variable.name: getattr(self, variable.name) for variable in VARIABLES if "." not in variable.name}


@dataclass(frozen=True, slots=True)
class Variable:
    """One documented variable: its type in a template author's words, what it means, an example as text."""

    name: str
    type: str
    meaning: str
    example: str


VARIABLES = (
    Variable("company", "text", 'the employer; "" if not known', "Acme"),
    Variable("role", "text", "the job, without job ids, (m/w/d) and places; may be empty", "Data Engineer"),
    Variable("roles", "list of texts", "all jobs that this application speaks of", "Data Engineer, Analyst"),
    Variable("stage", "text", "applied, interviewed, final or unknown", "interviewed"),
    Variable("reason", "text", "not_selected, filled, cancelled, on_hold or unknown", "not_selected"),
    Variable("answerable", "text", "yes, no_reply or refused", "yes"),
    Variable("language", "text", "the language of the letter: en, de, fr, es", "en"),
    Variable("to", "text", "thread for a reply, contact for a new message to a person", "thread"),
    Variable("contact", "person", "who the letter goes to", ""),
    Variable("contact.name", "text", "the full name; may be empty", "Mai Nguyen"),
    Variable("contact.first_name", "text", "the given name, only if it is certain", "Mai"),
    Variable(
        "contact.role", "text", "recruiter, hiring_manager, interviewer, coordinator, referrer, unknown", "recruiter"
    ),
    Variable("greeting_name", "text", "the name to greet with; empty unless it is certain", "Mai"),
    Variable("rounds", "number", "interviews that took place", "2"),
    Variable("last_interview", "date or nothing", "the last interview; print it with | date_words", "12 November"),
    Variable(
        "learned",
        "text",
        "something concrete from the interview, in your words, without a full stop; may be empty",
        "how your team plans its releases",
    ),
    Variable(
        "tip",
        "text",
        "one sentence of their feedback, without a full stop; may be empty",
        "Bring one example per requirement",
    ),
    Variable("me", "you", "what config.toml says of you", ""),
    Variable("me.name", "text", "your name", "Alex Doe"),
    Variable("me.sign_off", "text", "your own closing line; empty takes the letter's", "Warm regards,"),
    Variable("me.phone", "text", "your telephone number; may be empty", "+44 20 7946 0000"),
    Variable("me.tips_about", "text", 'completes "tips about ..."; may be empty', "how I present my projects"),
    Variable("me.pronouns", "text", "may be empty", "they/them"),
    Variable("today", "date", "the day the letter is written", "15 November"),
)

ATTRIBUTES: dict[type, tuple[str, ...]] = {
    Person: tuple(f.name for f in fields(Person)),
    Profile: tuple(f.name for f in fields(Profile)),
}

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def plain(value: str, limit: int = MAX_VALUE) -> str:
    """A value from a mail as one line of text: no controls, bidi overrides, zero-width or private-use characters.

    Longer than `limit` characters is cut at a blank.
    """
    spaced = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value).split())
    text = "".join(c for c in _UNSEEN.sub("", spaced) if unicodedata.category(c) not in ("Co", "Cs", "Cn"))
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit + 1].rsplit(" ", 1)[0][:limit].rstrip()


def gather(
    application: Application,
    *,
    reason: Reason,
    answerable: Answerable,
    language: str,
    contact: Contact | None,
    me: Profile,
    today: datetime,
    to: str = "thread",
    learned: str = "",
    tip: str = "",
    key: str = "",
    turn: int | None = None,
) -> Facts:
    """The facts of one letter. `key` defaults to company and role, so that another job gets other wordings."""
    from gmail_followup.reading.names import bare_name
    from gmail_followup.writing.filters import role_short

    company = plain(application.company)
    roles = tuple(short for short in (role_short(plain(role)) for role in application.roles) if short)
    person = Person()
    if contact is not None:
        certain = plain(contact.first_name)
        person = Person(plain(bare_name(contact.name) if certain else contact.name), certain, contact.role)
    profile = Profile(*(plain(getattr(me, f.name)) for f in fields(Profile)))
    people = [c.name for c in application.contacts] + [person.name, profile.name]
    return Facts(
        company=company,
        role=roles[0] if roles else "",
        roles=roles,
        stage=application.stage.value,
        reason=reason.value,
        answerable=answerable.value,
        language=language,
        contact=person,
        greeting_name=person.first_name,
        rounds=application.rounds,
        last_interview=application.last_interview,
        learned=plain(learned).rstrip(" .,;:"),
        me=profile,
        to=to,
        today=today,
        key=key or f"{company}\n{roles}",
        turn=turn,
        names=name_words(application.company, *application.roles, tip, *people),
        tip=plain(tip).rstrip(" .,;:!?"),
    )


def name_words(*names: str) -> frozenset[str]:
    """Every word of the names, bare of punctuation around it; words joined by hyphen count whole and in parts."""
    found: set[str] = set()
    for name in names:
        for word in plain(name).split():
            bare = word.strip(".,;:()[]\"'«»„“”/|&-–—")
            found.update(piece for piece in (bare, *re.split(r"[-/–]", bare)) if piece)
    return frozenset(found)


_SAMPLE_DAY = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)
_LEARNED = {
    "en": "how your team plans its releases",
    "de": "wie Ihr Team neue Versionen plant",
    "fr": "votre façon de préparer les mises en production",
    "es": "cómo su equipo prepara cada entrega",
}
_TIPS_ABOUT = {
    "en": "how I present my projects",
    "de": "Darstellung meiner Projekte",
    "fr": "la présentation de mes projets",
    "es": "la forma de presentar mis proyectos",
}

_TIP = {
    "en": "Bring one example for each requirement",
    "de": "Bringen Sie zu jeder Anforderung ein Beispiel mit",
    "fr": "Apportez un exemple pour chaque exigence",
    "es": "Traiga un ejemplo para cada requisito",
}


def sample_facts(language: str = "en") -> tuple[Facts, ...]:
    """Made-up applications to preview and lint with: each stage and reason, with everything known and with nothing."""
    samples = []
    for stage in Stage:
        for reason in Reason:
            for known in (True, False):
                samples.append(_sample(language, stage, reason, known))
    return tuple(samples)


def _sample(language: str, stage: Stage, reason: Reason, known: bool) -> Facts:
    met = stage in (Stage.INTERVIEWED, Stage.FINAL)
    answerable = Answerable.YES
    rounds = {Stage.INTERVIEWED: 1, Stage.FINAL: 3}.get(stage, 0)
    roles = ("Data Engineer",) if known else ()
    company = "Acme" if known else ""
    me = Profile("Alex Doe", "", "+44 20 7946 0000", _TIPS_ABOUT.get(language, "")) if known else Profile("Alex Doe")
    return Facts(
        company=company,
        role=roles[0] if roles else "",
        roles=roles,
        stage=stage.value,
        reason=reason.value,
        answerable=answerable.value,
        language=language,
        contact=Person("Mai Nguyen", "Mai", "recruiter") if known else Person(),
        greeting_name="Mai" if known else "",
        rounds=rounds if known else 0,
        last_interview=_SAMPLE_DAY.replace(day=12) if known and met else None,
        learned=_LEARNED.get(language, "") if known and met else "",
        me=me,
        to="thread",
        today=_SAMPLE_DAY,
        key=f"sample {stage} {reason} {known}",
        names=name_words(company, *roles, _TIP.get(language, ""), "Mai Nguyen", me.name),
        tip=_TIP.get(language, "") if known else "",
    )
