"""Company and role, as a mail tells them. What is not told is ""; a wrong name is worse than none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gmail_followup.mail.message import Message
from gmail_followup.reading.company_names import clean_company, company_before, company_key
from gmail_followup.reading.employer import employer_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.subject_titles import titles_in_subject, titles_with_reference
from gmail_followup.reading.title_bounds import title_after, title_before
from gmail_followup.reading.titles import Title
from gmail_followup.reading.votes import Votes
from gmail_followup.reading.words import bare, words
from gmail_followup.reading.writers import readers_of, writers_of
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Hit

_READ_ON = 110
_LEAST = 1.0
_SURE = 2.0
"""A rule of less weight than this is believed only where the title names what a person does."""
_LIST_ITEMS = 12
_WRAPPED_LINE = 45
_SHOPS = frozenset(("conductor", "agent", "assistant", "chef", "concierge", "supervisor", "stage", "monitor"))
"""Words that begin a Spanish or French title, and English names."""
_JOINED = re.compile(r"[\s,;)]{1,3}((?:and|und|et|y|&)\s+)(?=[\w-]*\d{3})")


_LONGEST = 160
"""Characters of a job's name: more is no name, whatever stands around it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one mail says of employer and role; "" where it does not."""

    company: str = ""
    role: str = ""
    roles: tuple[str, ...] = ()
    """Every role the mail is about, in the order of the mail; the first is `role`."""


@dataclass(slots=True)
class _Roles:
    """Titles with what speaks for each; keys are folded."""

    found: dict[str, tuple[str, float, int]] = field(default_factory=dict)
    in_text: set[str] = field(default_factory=set)

    def add(self, title: Title, weight: float, place: int) -> None:
        """place: where in the body, or -1 for the subject."""
        if not title.text or (not title.headed and weight < _SURE):
            return
        weight *= 1.0 if title.headed else 0.7 if title.closed else 0.5
        key = fold(title.text).text
        if place >= 0:
            self.in_text.add(title.text)
        text, total, first = self.found.get(key, (title.text, 0.0, place))
        self.found[key] = (text, total + weight, min(first, place))

    def best(self) -> tuple[str, ...]:
        """The titles that are told, the likeliest first; a shorter form lends its weight to the longer one."""
        sums = {
            key: weight + sum(0.8 * w for other, (_, w, _) in self.found.items() if other != key and other in key)
            for key, (_, weight, _) in self.found.items()
        }
        ranked = sorted(sums, key=lambda key: (-round(sums[key], 3), self.found[key][2]))
        return tuple(self.found[key][0] for key in ranked[:1] if sums[key] >= _LEAST)


def facts_of(message: Message, hits: Iterable[tuple[Hit, str]], senders: Senders) -> Facts:
    """hits: matches of `fact` rules, each with the field it was found in.

    A slot at the end of a phrase is read on from where it starts; one at the beginning, back from where it ends. A
    rule without slots ("you applied for several positions") says that the lines that follow list roles.
    """
    own = message.own_text
    votes = Votes(senders, readers_of(message, own), writers_of(message, senders))
    roles = _Roles()
    listed: list[str] = []
    for hit, place in hits:
        text = message.subject if place == "subject" else message.text
        if not hit.slots:
            listed += _listed(text, hit.end)
        believed = True
        for slot, start, end in hit.slots:
            if slot == "role":
                title, several = _role_at(text, start, end, hit)
                roles.add(title, hit.rule.weight, -1 if place == "subject" else start)
                listed += several
                believed = title.headed or hit.rule.weight >= _SURE
        for slot, start, end in hit.slots:
            if slot == "company" and believed:
                votes.add(_company_at(text, start, end, hit), hit.rule.weight)
    for title in titles_in_subject(message.subject):
        roles.add(title, 2.2, -1)
    for title in titles_with_reference(own):
        roles.add(title, 1.5, 0)
    for role in roles.in_text:
        # "the Proofreader position" in the text settles what "application for Proofreader" in the subject means.
        votes.found.pop(company_key(role), None)
    company = employer_of(message, own, votes, about_jobs=bool(roles.found))
    told = tuple(_one_form(_without_company(name, company)) for name in (*listed, *roles.best()))
    told = tuple(dict.fromkeys(name for name in told if 0 < len(name) <= _LONGEST))
    return Facts(company, told[0] if told else "", told if listed else told[:1])


def _company_at(text: str, start: int, end: int, hit: Hit) -> str:
    if start <= hit.start and end < hit.end:
        return company_before(text, end)
    stretch = text[start : start + _READ_ON] if end >= hit.end else text[start:end]
    line, _, below = stretch.partition("\n")
    wrapped = start - text.rfind("\n", 0, start) + len(line) > _WRAPPED_LINE
    name = clean_company(f"{line} {below.partition(chr(10))[0]}" if wrapped else line)
    tokens = name.split()
    if not tokens or (words().title.is_head(bare(tokens[-1])) and not name.endswith("s")):
        return ""
    return "" if bare(tokens[0]) in words().title.heads_first and bare(tokens[0]) not in _SHOPS else name


def _role_at(text: str, start: int, end: int, hit: Hit) -> tuple[Title, list[str]]:
    """The title of one slot, and all where several are told in one breath ("2501 Analyst II and 2502 Clerk")."""
    if start <= hit.start and end < hit.end:
        return title_before(text, end), []
    if end < hit.end:
        title, _ = title_after(text, start, end)
        return title if title.text else title_before(text, end, start), []
    first, after = title_after(text, start)
    several, title = [first.text], first
    while title.headed and len(several) < _LIST_ITEMS:
        joined = _JOINED.match(text, after)
        if not joined:
            break
        title, after = title_after(text, joined.end(1))
        if title.headed:
            several.append(title.text)
    return first, several if len(several) > 1 else []


def _listed(text: str, start: int) -> list[str]:
    """Titles of the list items that follow `start`, until the list ends."""
    found: list[str] = []
    for line in text[start : start + 1500].splitlines()[1:]:
        stripped = line.strip()
        is_item = stripped.startswith(("-", "*", "•", "·", "–")) or stripped[:1].isdigit()
        if not is_item and stripped and (found or len(found) >= _LIST_ITEMS):
            break
        title, _ = title_after(stripped.lstrip("-*•·– "), 0)
        if is_item and title.text:
            found.append(title.text)
    return found


def _one_form(role: str) -> str:
    """German titles that name both genders, as one: "Datenanalystin / Datenanalyst" is "Datenanalyst"."""
    first, slash, second = (part.strip() for part in role.partition("/"))
    if slash and " " not in first + second:
        if first == f"{second}in":
            return second
        if second in (f"{first}in", "in", "-in"):
            return first
    return role


def _without_company(role: str, company: str) -> str:
    """The title without the employer's name in front of it."""
    if not company:
        return role
    folded, name = fold(role).text, fold(company).text
    if folded == name or len(folded) != len(role) or company_key(role) == company_key(company):
        return ""
    if folded.startswith(name + " "):
        rest = role[len(name) :].strip(" -–—|:,'’")
        return rest if len(rest) > 1 and rest[0].isalnum() else role
    return role
