"""Company and role, as a mail tells them. What is not told is ""; a wrong name is worse than none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gmail_followup.mail.message import Message
from gmail_followup.reading.employer import Votes, clean_company, company_in_display_name, company_key, employer_of, readers_of, writers_of
from gmail_followup.reading.senders import Senders
from gmail_followup.reading.titles import Title, clean_role, title_after, title_before, titles_in_subject
from gmail_followup.rules.fold import fold
from gmail_followup.rules.matcher import Hit

__all__ = ["Facts", "clean_company", "clean_role", "company_in_display_name", "company_key", "facts_of"]

_READ_ON = 110
_LEAST = 1.0
_SURE = 2.0
"""A rule of less weight than this is believed only where the title names what a person does."""
_LIST_ITEMS = 12


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

    def add(self, title: Title, weight: float, place: int) -> None:
        if not title.text or (not title.headed and weight < _SURE):
            return
        weight *= 1.0 if title.headed else 0.7 if title.closed else 0.5
        key = fold(title.text).text
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
    votes = Votes(senders, readers_of(message, own), writers_of(message))
    roles = _Roles()
    listed: list[str] = []
    for hit, place in hits:
        text = message.subject if place == "subject" else message.text
        if not hit.slots:
            listed += _listed(text, hit.end)
        for slot, start, end in hit.slots:
            if slot == "company":
                votes.add(_company_at(text, start, end, end >= hit.end), hit.rule.weight)
            elif slot == "role":
                listed += _role_at(text, start, end, hit, roles, -1 if place == "subject" else start)
    for title in titles_in_subject(message.subject):
        roles.add(title, 2.2, -1)
    company = employer_of(message, votes)
    told = tuple(_without_company(role, company) for role in (*listed, *roles.best()))
    told = tuple(dict.fromkeys(role for role in told if role))
    return Facts(company, told[0] if told else "", told if listed else told[:1])


def _company_at(text: str, start: int, end: int, reads_on: bool) -> str:
    stretch = text[start : start + _READ_ON] if reads_on else text[start:end]
    line, _, below = stretch.partition("\n")
    line_start = text.rfind("\n", 0, start) + 1
    wrapped = start - line_start + len(line) > 45
    return clean_company(f"{line} {below.partition(chr(10))[0]}" if wrapped else line)


def _role_at(text: str, start: int, end: int, hit: Hit, roles: _Roles, place: int) -> list[str]:
    """Adds the title of one slot; returns all where several are told in one breath ("2501 Analyst II and 2502 Clerk")."""
    if start <= hit.start and end < hit.end:
        roles.add(title_before(text, end), hit.rule.weight, place)
        return []
    reads_on = end >= hit.end
    title, after = title_after(text, start, None if reads_on else end)
    roles.add(title, hit.rule.weight, place)
    if not reads_on:
        if not title.text:
            roles.add(title_before(text, end, start), hit.rule.weight, place)
        return []
    several = [title.text] if title.headed else []
    while title.headed and len(several) < _LIST_ITEMS:
        joined = text[after : after + 8].lstrip(" ,)")
        at = after + text[after : after + 8].find(joined)
        if not joined.startswith(("and ", "und ", "et ", "y ")) or not any(c.isdigit() for c in text[at + 4 : at + 20].split(" ")[0]):
            break
        title, after = title_after(text, at + len(joined.split(" ")[0]) + 1)
        if title.headed:
            several.append(title.text)
    return several if len(several) > 1 else []


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


def _without_company(role: str, company: str) -> str:
    """The title without the employer's name in front of it."""
    if not company:
        return role
    folded, name = fold(role).text, fold(company).text
    if folded == name or len(folded) != len(role) or company_key(role) == company_key(company):
        return ""
    if folded.startswith(name + " "):
        rest = role[len(name) :].strip(" -–—|:,'’")
        return rest if len(rest) > 1 else role
    return role
