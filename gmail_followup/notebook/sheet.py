"""The call sheet (A4, A9, A10, A12): from a template and the people known, one page of Markdown, or of HTML to print."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from gmail_followup.errors import FileError
from gmail_followup.notebook.plan import plain_markdown
from gmail_followup.notebook.values import Page
from gmail_followup.reading.values import Answerable, Contact, Reason, Stage
from gmail_followup.writing.choose import choose
from gmail_followup.writing.letter import Letter
from gmail_followup.writing.render import render
from gmail_followup.writing.templates import TemplateSet
from gmail_followup.writing.variables import Facts, plain

PURPOSE = "call_sheet"
PEOPLE = "[people]"
"""Where a template wants the people: the program puts the list in its place."""
MOST_PEOPLE = 4
_PHONE = re.compile(r"(?<![\w.@/-])(?:\+|\(?0)[\d ()/.-]{5,24}\d(?![\w@])")
_NUMBER = re.compile(r"[\d+ ()/.-]*")
"""Nothing in it is Markdown, so that a number can be read and dialled as it stands."""
_DAY = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")


def written(templates: TemplateSet, facts: Facts, purpose: str) -> Letter:
    """The text of that purpose for these facts. Raises FileError for a broken or missing template."""
    choice = choose(
        templates,
        language=facts.language,
        stage=Stage(facts.stage),
        reason=Reason(facts.reason),
        answerable=Answerable(facts.answerable),
        to=facts.to,
        purpose=purpose,
    )
    if choice.template is None:
        raise choice.problem or FileError("templates", None, choice.why, fix="See: gmail-followup templates list.")
    return render(templates, choice.template, facts)


def call_sheet(templates: TemplateSet, facts: Facts, people: Sequence[Contact], page: Page) -> str:
    """The page as Markdown. people: best first; page: the user's notes, for telephone numbers. Raises FileError."""
    text = written(templates, _literal(facts), PURPOSE).text
    text = text.replace(PEOPLE, people_markdown(people[:MOST_PEOPLE], page, facts.language))
    # A template's paragraphs stand a blank line apart; the items of a list belong together.
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text) + "\n"


def people_markdown(people: Sequence[Contact], page: Page, language: str) -> str:
    """A numbered list: name, what he is, telephone if the notes name it, and why he is on the list."""
    words = _words().get(language, {})
    phones = phones_in(page)
    lines = []
    for number, person in enumerate(people, start=1):
        role = person.role.replace("_", " ")
        said = [f"**{_shown(person.name or person.email)}**"]
        said += [words.get(role, role)] if role != "unknown" else []
        said += [phone for phone, text in phones if _speaks_of(text, person)]
        why = "; ".join(_shown(words.get(reason, reason)) for reason in person.why)
        lines.append(f"{number}. {', '.join(said)}{': ' if why else ''}{why}")
    loose = [phone for phone, text in phones if not any(_speaks_of(text, person) for person in people)]
    if loose:
        lines += ["", f"{words.get('telephone', 'Telephone, from your notes')}: {', '.join(loose)}"]
    return "\n".join(lines)


def phones_in(page: Page) -> tuple[tuple[str, str], ...]:
    """The telephone numbers in the user's notes, each with the text that it stands in; days and ids are none."""
    texts = [*(note.text for note in page.notes), *(answer for _, answer in page.review.answers)]
    texts += [step.text for step in page.steps]
    found: dict[str, str] = {}
    for text in texts:
        for match in _PHONE.findall(text):
            number = " ".join(match.split())
            if 7 <= sum(c.isdigit() for c in number) <= 15 and not _DAY.fullmatch(number):
                found.setdefault(number, text)
    return tuple(found.items())


def _speaks_of(text: str, person: Contact) -> bool:
    names = [name for name in re.findall(r"\w+", person.name.casefold()) if len(name) > 1]
    return bool(set(names) & set(re.findall(r"\w+", text.casefold())))


def _shown(value: str) -> str:
    return plain_markdown(plain(value))


def _literal(facts: Facts) -> Facts:
    """The facts with what comes from mail written so that Markdown prints it as it stands."""
    return replace(
        facts,
        company=_shown(facts.company),
        role=_shown(facts.role),
        roles=tuple(_shown(role) for role in facts.roles),
        learned=_shown(facts.learned),
        tip=_shown(facts.tip),
        greeting_name=_shown(facts.greeting_name),
        contact=replace(facts.contact, name=_shown(facts.contact.name), first_name=_shown(facts.contact.first_name)),
        me=replace(
            facts.me,
            name=_shown(facts.me.name),
            phone=facts.me.phone if _NUMBER.fullmatch(facts.me.phone) else _shown(facts.me.phone),
            tips_about=_shown(facts.me.tips_about),
        ),
    )


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("call_words.toml").read_text(encoding="utf-8"))


def as_html(markdown: str, language: str) -> str:
    """The sheet as one HTML page that prints on one side; no scripts, nothing loaded from anywhere."""
    from jinja2 import Environment, StrictUndefined
    from markdown_it import MarkdownIt

    source = Path(__file__).with_name("sheet.html.j2").read_text(encoding="utf-8")
    body = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"]).render(markdown)
    title = next(_headings(markdown), "")
    return (
        Environment(autoescape=True, undefined=StrictUndefined)
        .from_string(source)
        .render(body=body, language=language, title=title)
    )


def _headings(markdown: str) -> Iterator[str]:
    return (re.sub(r"\\(.)", r"\1", line.lstrip("# ")) for line in markdown.splitlines() if line.startswith("# "))
