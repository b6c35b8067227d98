"""Promises of the reader of answers that hold for any mail."""

import string
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.eval_answers import cases
from gmail_followup.answers.reader import AnswerReader
from gmail_followup.answers.values import AnswerKind
from gmail_followup.mail.message import Address, Message, Part, Span
from gmail_followup.mail.parse import parse
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.rules.rule import RuleSet
from tests.answers.conftest import mail, shipped_reader
from tests.support.rooms import shipped_rules

MACHINE = {AnswerKind.AWAY, AnswerKind.LEFT}


@cache
def bodies() -> tuple[str, ...]:
    """What people really wrote, and what they quoted."""
    return tuple(parse(case.raw).own_text.strip() for case in cases() if case.language == "en")


@cache
def telling() -> tuple[str, ...]:
    """Own sentences of mails that are of one of a person's kinds."""
    return tuple(
        line.strip()
        for case in cases()
        if case.kind in ("feedback", "call", "promise", "refusal", "invitation")
        for line in parse(case.raw).own_text.splitlines()
        if len(line) > 20
    )


TEXT = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=string.printable, max_size=400),
    st.deferred(lambda: st.sampled_from(bodies())),
    st.deferred(lambda: st.lists(st.sampled_from(telling()), max_size=6).map("\n".join)),
)


@given(body=TEXT, subject=st.text(alphabet=string.ascii_letters + " :?", max_size=40))
def test_what_answers_by_itself_is_away_or_left(body: str, subject: str) -> None:
    answer = shipped_reader().read(mail(body, "Auto-Submitted: auto-replied", subject=subject))
    assert answer.kind in MACHINE
    assert not answer.tips


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied (vacation)", "X-Autoreply: yes", "X-Autorespond: away", "Precedence: auto_reply"],
)
@given(body=TEXT)
def test_older_marks_of_auto_replies_count_as_well(header: str, body: str) -> None:
    assert shipped_reader().read(mail(body, header)).kind in MACHINE


@given(body=TEXT)
def test_a_persons_mailbox_that_writes_by_itself_is_no_persons_word(body: str) -> None:
    answer = shipped_reader().read(mail(body, "Auto-Submitted: auto-generated"))
    assert answer.kind in {*MACHINE, AnswerKind.OTHER}


@given(lines=st.deferred(lambda: st.lists(st.sampled_from(telling()), min_size=1, max_size=8)))
def test_quoted_words_never_count(lines: list[str]) -> None:
    quoted = "\n".join(f"> {line}" for line in lines)
    for body in (
        f"Many thanks, Jo.\n\nOn Mon, 9 Nov 2026, Jo Miller <jo@example.org> wrote:\n{quoted}\n",
        f"{quoted}\n\nMany thanks, Jo.\n",
        f"FYI\n\n---------- Forwarded message ---------\nFrom: Tom <tom@acme.example>\nDate: Mon, 9 Nov 2026\n"
        f"Subject: x\nTo: Ann <ann@acme.example>\n\n{chr(10).join(lines)}\n",
    ):
        answer = shipped_reader().read(mail(body))
        assert answer.kind is AnswerKind.OTHER, (body, answer)
        assert not answer.tips
        assert not answer.filled


@given(lines=st.deferred(lambda: st.lists(st.sampled_from(telling()), min_size=1, max_size=5)), own=TEXT)
def test_a_quotation_below_changes_nothing(lines: list[str], own: str) -> None:
    own = " ".join(own.split())
    below = "\n\nOn Mon, 9 Nov 2026, Jo Miller <jo@example.org> wrote:\n" + "\n".join(f"> {line}" for line in lines)
    plain = mail(f"Hello Jo,\n\n{own}\n")
    quoting = mail(f"Hello Jo,\n\n{own}\n{below}\n")
    if plain.own_text.strip() == quoting.own_text.strip():
        assert shipped_reader().read(plain) == shipped_reader().read(quoting)


def spans(cuts: list[int], length: int, kinds: list[Part]) -> tuple[tuple[Span, Part], ...]:
    edges = sorted({0, length, *(c % (length + 1) for c in cuts)})
    return tuple((Span(a, b), kinds[i % len(kinds)]) for i, (a, b) in enumerate(pairwise(edges)))


@st.composite
def messages(draw: st.DrawFn) -> Message:
    text = draw(TEXT)
    address = st.builds(Address, st.text(max_size=20), st.text(max_size=30))
    parts = spans(
        draw(st.lists(st.integers(0, 500), max_size=6)),
        len(text),
        draw(st.lists(st.sampled_from(list(Part)), min_size=1, max_size=4)),
    )
    headers = draw(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), max_size=5))
    return Message(
        id="<x@x>",
        date=None,
        from_=draw(address),
        reply_to=(),
        to=(),
        cc=(),
        subject=draw(st.text(max_size=60)),
        text=text,
        parts=parts,
        in_reply_to=draw(st.sampled_from(["", "<y@y>"])),
        references=(),
        headers=tuple(headers),
        forwarded=draw(st.booleans()),
    )


@given(messages())
def test_any_message_can_be_read_and_is_read_the_same_again(message: Message) -> None:
    answer = shipped_reader().read(message)
    assert answer == shipped_reader().read(message)
    own = " ".join(message.own_text.split())
    for tip in answer.tips:
        assert tip.text.strip()
    for evidence in answer.evidence:
        if evidence.field == "body":
            assert message.text[evidence.start : evidence.end] == evidence.text
            assert " ".join(evidence.text.split()) in own


@given(st.binary(max_size=600))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    assert shipped_reader().read(parse(raw)).kind in set(AnswerKind)


def test_evidence_names_the_words_and_the_rule(reader: AnswerReader) -> None:
    body = "Hi Jo,\n\nI will send you some feedback next week.\n\nAnn\n"
    answer = reader.read(mail(body))
    assert answer.kind is AnswerKind.PROMISE
    heaviest = max(answer.evidence, key=lambda e: e.weight)
    assert (heaviest.rule, heaviest.says) == ("promise-of-feedback", "answer.promise")
    assert "en/answers.toml:" in heaviest.source


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("We cannot give feedback. But your SQL skills were too weak for the team.", AnswerKind.FEEDBACK),
        ("Your SQL skills were too weak. Are you free for a call on Friday?", AnswerKind.FEEDBACK),
        ("Are you free for a call on Friday?", AnswerKind.CALL),
        ("We would like to invite you to an interview. Are you free for a call on Friday?", AnswerKind.INVITATION),
        ("We cannot give written feedback. Are you free for a call on Friday?", AnswerKind.CALL),
        ("We cannot give feedback today. I will send you some notes next week.", AnswerKind.PROMISE),
        ("If we can, we will send you some feedback one day.", AnswerKind.OTHER),
        ("You are very welcome!", AnswerKind.OTHER),
        ("", AnswerKind.OTHER),
    ],
)
def test_which_word_goes_first(reader: AnswerReader, body: str, kind: AnswerKind) -> None:
    assert reader.read(mail(f"Hi Jo,\n\n{body}\n\nBest,\nAnn\n")).kind is kind


def test_reports_of_delivery(reader: AnswerReader) -> None:
    report = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
    sender = "Mail Delivery Subsystem <mailer-daemon@mx.example>"
    gone = mail("The address was not found.", sender=sender, subject="Undeliverable: x")
    assert reader.read(gone).kind is AnswerKind.LEFT
    late = mail("Delivery is delayed. The server will keep trying.", sender=sender, subject="Delayed: x")
    assert reader.read(late).kind is AnswerKind.AWAY
    bare = replace(gone, headers=(("Content-Type", report.partition(": ")[2]),), from_=Address("", ""), subject="x")
    assert reader.read(bare).kind is AnswerKind.LEFT


def test_a_users_rule_takes_the_place_of_a_shipped_one(reader: AnswerReader) -> None:
    text = mail("Hi Jo,\n\nThe wombat committee has spoken.\n")
    assert reader.read(text).kind is AnswerKind.OTHER
    rules = shipped_rules()
    refusal = next(r for r in rules.rules if r.id == "refusal-cannot-give-feedback" and r.language == "en")
    mine = replace(refusal, pattern=r"\bwombat committee\b", phrases=("wombat committee",), shipped=False)
    changed = RuleSet(tuple(mine if r is refusal else r for r in rules.rules))
    own = AnswerReader(changed, load_senders())
    assert own.read(text).kind is AnswerKind.REFUSAL
    assert own.read(mail("Hello,\n\nwe are not in a position to provide feedback.\n")).kind is AnswerKind.OTHER


def test_the_detector_does_not_hear_rules_about_answers() -> None:
    rules = shipped_rules()
    without = RuleSet(tuple(r for r in rules.rules if not r.says.startswith(("answer.", "note.", "area."))))
    assert len(without.rules) < len(rules.rules)
    senders = load_senders()
    for case in list(cases())[::9]:
        message = parse(case.raw)
        assert Reader(rules, senders).read(message) == Reader(without, senders).read(message)
