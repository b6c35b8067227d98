"""Subjects and conversations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse
from gmail_followup.mail.threads import base_subject, group, reply_subject, roots, thread_ids


@pytest.mark.parametrize(
    "subject",
    ["Re: Job", "RE: Re: Job", "Aw: WG: Job", "Fwd: Job", "FW: Job", "SV: Job", "RE[2]: Job", "Re(3): Job", "TR : Job",
     "RV: Job", "[Fwd: Job]", "Re: [Fwd: Job]", "  re:job", "Job", "Antwort: Job", "Re:\r\n  Job", "Re：Job"],
)  # fmt: skip
def test_base_subject(subject: str) -> None:
    assert base_subject(subject).lower() == "job"


@pytest.mark.parametrize("subject", ["Regarding: Job", "Research: Job", "Forward: Job", "Job Re: x", "[Acme] Job"])
def test_other_words_are_kept(subject: str) -> None:
    assert base_subject(subject) == subject


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Job", "Re: Job"),
        ("Re: Job", "Re: Job"),
        ("AW: Job", "AW: Job"),
        ("Fwd: Job", "Re: Fwd: Job"),
        ("", "Re:"),
        ("RE[2]: Job", "RE[2]: Job"),
    ],
)
def test_reply_subject(subject: str, wanted: str) -> None:
    assert reply_subject(subject) == wanted


MARKS = st.lists(st.sampled_from(["Re: ", "Fwd:", "[Fwd: ", "AW : ", "RE[2]:", "x", "]", " ", "Job"]), max_size=8).map(
    "".join
)


@given(MARKS | st.text(max_size=60))
def test_subjects_settle(subject: str) -> None:
    base = base_subject(subject)
    assert base_subject(base) == base
    reply = reply_subject(subject)
    assert reply_subject(reply) == reply
    assert base_subject(reply) == base
    assert "\n" not in reply


def mail(
    number: int, answers: tuple[int, ...] = (), reply_to: int | None = None, subject: str = "Your application"
) -> Message:
    head = f"Message-ID: <{number}@x>\nDate: Mon, 2 Nov 2026 09:{number:02d}:00 +0000\nSubject: {subject}\n"
    if answers:
        head += "References: " + " ".join(f"<{one}@x>" for one in answers) + "\n"
    if reply_to is not None:
        head += f"In-Reply-To: <{reply_to}@x>\n"
    return parse((head + "\nwords").encode())


def numbers(messages: list[Message]) -> list[list[str]]:
    return [[one.id[1:-3] for one in thread] for thread in group(messages)]


def test_threads_by_ids_alone() -> None:
    mails = [mail(5, (1, 2)), mail(1), mail(3), mail(4, reply_to=3), mail(2, (1,))]
    assert numbers(mails) == [["1", "2", "5"], ["3", "4"]]


def test_a_missing_parent_still_joins() -> None:
    assert numbers([mail(2, (1,)), mail(3, (1,)), mail(4)]) == [["2", "3"], ["4"]]


def test_thread_ids_are_in_order_and_once() -> None:
    assert thread_ids(mail(3, (1, 2), reply_to=2)) == ("<1@x>", "<2@x>", "<3@x>")


@given(st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=3)), max_size=15))
def test_sharing_an_id_is_the_same_thread(items: list[tuple[int, list[int]]]) -> None:
    keyed = [
        (index, [f"<{number}>", *(f"<{other}>" for other in others)]) for index, (number, others) in enumerate(items)
    ]
    names = roots(keyed)
    for first, ids in keyed:
        for second, others in keyed:
            if set(ids) & set(others):
                assert names[first] == names[second]
    assert all(names[index] in {one for _, ids in keyed for one in ids} for index, _ in keyed)
    sets: list[set[str]] = []
    for _, ids in keyed:
        touching = [one for one in sets if one & set(ids)]
        sets = [one for one in sets if not one & set(ids)] + [set(ids).union(*touching)]
    assert len(set(names.values())) == len(sets)


def test_a_long_chain_is_no_trouble() -> None:
    names = roots((n, (f"<{n}>", f"<{n + 1}>")) for n in range(50_000))
    assert len(set(names.values())) == 1
