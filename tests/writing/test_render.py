"""Rendering: lines, layout, bounds, the sandbox, and what values cannot do."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmail_followup.errors import FileError
from gmail_followup.reading.values import Answerable, Application, Contact, Reason, Stage
from gmail_followup.writing.letter import Letter
from gmail_followup.writing.render import render
from gmail_followup.writing.templates import TemplateSet, load
from gmail_followup.writing.variables import Facts, Person, Profile, gather

from .conftest import DAY, make_facts

Write = Callable[..., Path]


def _render(root: Path, facts: Facts | None = None, subject: str = "") -> Letter:
    found = load([root])
    assert found.problems == ()
    return render(found, found.templates[0], facts or make_facts(), thread_subject=subject)


def test_each_line_knows_the_template_line_it_came_from(write: Write) -> None:
    body = (
        "{# 7: teaches\n   8 #}\n"
        '{% include "parts/greeting.j2" %}\n'  # 9
        "\n"
        "First {{ role }}\n"  # 11
        "{# a comment alone #}\n"
        "{% if company %}\n"
        "and {{ company }}.\n"
        "{% endif %}\n"
        "\n"
        "{% if not company %}gone{% endif %}\n"
        "{% for i in range(2) %}\n"
        "x{{ i }}\n"  # 19
        "{% endfor %}\n"
        "\n\n\n"
        "Kind regards,\n"  # 24
        "{{ me.name }}\n"
    )
    root = write("a", body)
    write("parts/greeting", "{# 1\n #}\nHello {{ greeting_name }},\n")
    letter = _render(root)
    assert letter.text == "Hello Mai,\n\nFirst Data Engineer and Acme.\n\nx0 x1\n\nKind regards,\nAlex Doe"
    assert letter.lines == (9, 9, 11, 11, 19, 19, 24, 25)


def test_an_inline_condition_does_not_swallow_the_paragraph(write: Write) -> None:
    letter = _render(write("a", "Hello{% if greeting_name %} {{ greeting_name }}{% endif %}\n\nText.\n"))
    assert letter.text == "Hello Mai\n\nText."


def test_a_line_with_only_tags_prints_no_line(write: Write) -> None:
    body = "One was withdrawn\n{% if role %}\n{# why #}\ntwo\n  {% endif %}\nthree.\n"
    assert _render(write("a", body)).text == "One was withdrawn two three."
    raw = "{% raw %}\n{{ four }}\n{% endraw %}\n"
    assert _render(write("a", body + raw)).text.endswith("{{ four }}")


def test_only_a_closing_keeps_its_lines(write: Write) -> None:
    letter = _render(write("a", "Hi,\nthere.\n\nA longer paragraph of which\nthe lines are joined.\n"))
    assert letter.text == "Hi, there.\n\nA longer paragraph of which the lines are joined."


def test_captured_text_is_measured_and_compared_without_marks(write: Write) -> None:
    body = "{% set a %}{{ role }}{% endset %}{% macro m() %}{{ company }}{% endmacro %}\n"
    same = "{{ a | length }} {% if a == role and m() == company %}same{% endif %}\n"
    letter = _render(write("a", body + same))
    assert letter.text == "13 same"


def test_a_reply_keeps_the_subject_of_its_thread(write: Write) -> None:
    root = write("a", "x\n", more='subject = "About {{ role }}"')
    assert _render(root).subject == "About Data Engineer"
    assert _render(root, subject="Your application").subject == "Re: Your application"
    assert _render(root, subject="Re: Your application").subject == "Re: Your application"


def test_two_full_stops_never_meet(write: Write) -> None:
    letter = _render(write("a", "At {{ company }}. And so on ...\n"), make_facts(company="Acme Inc."))
    assert letter.text == "At Acme Inc. And so on ..."


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("\n{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", 8, "too long"),
        ("{% for a in range(1000000000) %}{% endfor %}", 7, "at most"),
        ("{% for a in range(1000) %}{{ 'long text' }}" + "x" * 100 + "{% endfor %}", 7, "more than 20,000"),
        ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", 7, "without end"),
        ('{% include "parts/loop.j2" %}', 1, "without end"),
        ("{{ 'x' * 10 ** 9 }}", 7, "small numbers"),
        ("{{ 9 ** 9 ** 9 }}", 7, "small numbers"),
        ("{{ [1] * 10000000 }}", 7, "small numbers"),
        ("{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}", 7, "too large"),
        ("{% set x = 'ab' %}" + "{% set x = x + x %}" * 60 + "{{ x }}", 7, "too large"),
        ("{% set x %}ab{% endset %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60 + "{{ x }}", 7, "more than 20,000"),
        ("{% set n = namespace(x='ab') %}{% for i in range(15) %}{% set n.x = n.x ~ n.x %}{% endfor %}", 7, "large"),
        ("{% set y = 'a' %}" + "{% set y = y | replace('a', 'aaaaaaaaaa') %}" * 12, 7, "too large"),
        ("{{ '%1000000000d' % 1 }}", 7, "numbers only"),
        ("{{ 'x'.center(1000000000) }}", 7, "Python"),
        ("{{ '{:1000000000}'.format(1) }}", 7, "Python"),
        ("{{ ''.__class__.__mro__ }}", 7, "Python"),
        ("{{ [].append(1) }}", 7, "Python"),
        ("{{ pick.__globals__ }}", 7, "Python"),
        ("{{ me['__class__'] }}", 7, "Python"),
        ("{{ self.__init__.__globals__ }}", 7, "Python"),
        ("{{ last_interview }}", 7, "date_words"),
        ("{{ roles }}", 7, "join_words"),
        ("{{ none }}", 7, "not known here"),
        ("{{ 1 / 0 }}", 7, "ZeroDivisionError"),
        ("{{ company.split(',')[7] }}", 7, "7"),
        ("{{ pick() }}", 7, "at least one"),
        ("{% include company %}", 7, "no file"),
        ("{{ contact['nme'] }}", 7, "did you mean `name`"),
    ],
)  # fmt: skip
def test_what_a_template_cannot_do_is_said_with_file_and_line(write: Write, body: str, line: int, what: str) -> None:
    root = write("a", body)
    write("parts/loop", '{% include "parts/loop.j2" %}')
    found = load([root])
    assert found.problems == ()
    started = time.process_time()
    with pytest.raises(FileError) as caught:
        render(found, found.templates[0], make_facts())
    assert time.process_time() - started < 3
    assert caught.value.line == line and what in caught.value.what, caught.value.what
    assert ".j2:" in caught.value.what and caught.value.fix


def test_the_bounds_leave_no_trace_for_the_next_letter(write: Write) -> None:
    root = write("bad", "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}")
    write("good", "{% for a in range(50) %}{{ a }} {% endfor %}")
    found = load([root])
    for _ in range(3):
        with pytest.raises(FileError):
            render(found, found.templates[0], make_facts())
        assert render(found, found.templates[1], make_facts()).text.startswith("0 1 2")


def test_pick_is_stable_and_gives_another_wording_for_another_turn(write: Write) -> None:
    root = write("a", '{{ pick("one", "two", "three") }} {{ pick("one", "two", "three") }}\n')
    found = load([root])
    first = [render(found, found.templates[0], make_facts(key=str(i))).text for i in range(40)]
    assert first == [render(load([root]), found.templates[0], make_facts(key=str(i))).text for i in range(40)]
    assert len(set(first)) == 9
    turns = [render(found, found.templates[0], make_facts(turn=i, key=str(i))).text.split() for i in range(3)]
    assert {w for w, _ in turns} == {w for _, w in turns} == {"one", "two", "three"}


TEXT = st.text(max_size=60) | st.sampled_from(
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{# c #}",
        "{{ me.__class__ }}",
        "a\r\nBcc: x@y.z",
        "\ue0f0\ue101\ue0f1",
        "\u202egnp.exe",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=TEXT, role=TEXT, name=TEXT, me=TEXT, learned=TEXT, about=TEXT)
def test_values_stay_text_whatever_they_hold(
    letters: TemplateSet, company: str, role: str, name: str, me: str, learned: str, about: str
) -> None:
    application = Application(company, (role,) if role else (), Stage.INTERVIEWED, 1, DAY)
    facts = gather(
        application,
        reason=Reason.NOT_SELECTED,
        answerable=Answerable.YES,
        language="en",
        contact=Contact(name, "x@example.org"),
        me=Profile(me, "", "", about),
        today=DAY,
        learned=learned,
    )
    for template in letters.usable:
        if template.language != "en":
            continue
        letter = render(letters, template, facts)
        given_by_values = "".join((company, role, name, me, learned, about))
        for sign in ("{{", "{%", "{#"):
            assert letter.text.count(sign) <= 4 * given_by_values.count(sign)
        assert "49" not in letter.text or "49" in given_by_values
        assert not any("\ue000" <= c <= "\uf8ff" or c in "\r\x00\u202e\u200b" for c in letter.text + letter.subject)
        assert "\n" not in letter.subject
        assert len(letter.lines) == letter.text.count("\n") + 1
        assert all(1 <= line <= template.source.count("\n") + 1 for line in letter.lines)
        assert "\n\n\n" not in letter.text and not any(line != line.strip(" \t") for line in letter.text.split("\n"))


def test_gather_takes_names_and_short_roles_from_the_application() -> None:
    application = Application(
        "Acme Inc.",
        ("Data Engineer (m/w/d) - Berlin", "Analyst"),
        Stage.FINAL,
        3,
        DAY,
        (Contact("Bo Li", "bo@acme.example"),),
    )
    facts = gather(
        application,
        reason=Reason.FILLED,
        answerable=Answerable.YES,
        language="de",
        contact=Contact("Nguyen, Mai (HR)", "mai@acme.example", "recruiter"),
        me=Profile("Alex Doe"),
        today=DAY,
    )
    assert facts.roles == ("Data Engineer", "Analyst") and facts.role == "Data Engineer"
    assert facts.contact == Person("Mai Nguyen", "Mai", "recruiter") and facts.greeting_name == "Mai"
    assert {
        "Acme",
        "Inc",
        "Data",
        "Engineer",
        "Berlin",
        "Analyst",
        "Bo",
        "Li",
        "Mai",
        "Nguyen",
        "Alex",
        "Doe",
    } <= facts.names


def test_a_team_is_not_greeted_by_name() -> None:
    application = Application("Acme", (), Stage.APPLIED)
    for name in ("Acme Recruiting Team", "mai.nguyen@acme.example", "Mai", ""):
        facts = gather(
            application,
            reason=Reason.UNKNOWN,
            answerable=Answerable.YES,
            language="en",
            contact=Contact(name, "jobs@acme.example"),
            me=Profile("Alex Doe"),
            today=DAY,
        )
        assert facts.greeting_name == ""
