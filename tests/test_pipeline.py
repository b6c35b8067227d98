"""The whole way, on a Maildir: what is drafted, what waits, what is left in peace, and never twice."""

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.config import Config, Me, PolicyTable
from gmail_followup.decision import Action
from gmail_followup.errors import Exit, UserError
from gmail_followup.ledger.records import State
from gmail_followup.ledger.store import Ledger
from gmail_followup.mailbox.mbox import MboxMailbox
from gmail_followup.mailbox.protocol import AmbiguousWrite
from gmail_followup.rooms import Outcome
from tests.support.rooms import INTERVIEW_REJECTION, ME, NOW, REJECTION, drafts_in, go, maildir, on_maildir, rooms, wire

BETA = REJECTION.replace("Acme", "Beta").replace("Ann Lee", "Bo Berg")
BETA_INTERVIEW = INTERVIEW_REJECTION.replace("Acme", "Beta").replace("Ann Lee", "Bo Berg")


def only(outcomes: list[Outcome]) -> Outcome:
    assert len(outcomes) == 1, [(o.id, o.action, o.why) for o in outcomes]
    return outcomes[0]


def test_a_rejection_from_a_person_becomes_a_draft_in_its_thread(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", wire())
    outcome = only(go(on_maildir(box)))
    assert (outcome.action, outcome.application.company, outcome.application.role) == (
        Action.DRAFTED,
        "Acme",
        "Data Engineer",
    )
    (raw,) = drafts_in(box)
    draft = email.message_from_bytes(raw, policy=email.policy.default)
    assert draft["To"].addresses[0].addr_spec == "ann@acme.example"
    assert draft["From"].addresses[0].addr_spec == ME
    assert draft["Subject"] == "Re: Your application to Acme"
    assert draft["In-Reply-To"] == draft["References"] == "<r1@acme.example>"
    assert [part.get_content_type() for part in draft.iter_parts()] == ["text/plain", "text/html"]
    body = draft.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.startswith("Hello Ann,")
    assert "two or three" in text
    assert "Jo Doe" in text
    assert "> Thank you for applying" in text


def test_a_second_run_says_nothing_and_writes_nothing(tmp_path: Path) -> None:
    box = maildir(
        tmp_path / "m",
        wire(),
        wire(BETA, id="<w@beta.example>", days=1, sender="Bo Berg <bo@beta.example>", subject="Beta"),
    )
    r = on_maildir(box)
    assert {o.action for o in go(r)} == {Action.DRAFTED, Action.WAITING}
    assert go(r) == []
    assert len(drafts_in(box)) == 1


def test_cooling_off_survives_a_restart_and_then_drafts(tmp_path: Path) -> None:
    box, file = maildir(tmp_path / "m", wire(days=1)), tmp_path / "ledger.sqlite3"
    outcome = only(go(on_maildir(box, ledger=Ledger(file))))
    assert outcome.action is Action.WAITING
    assert outcome.not_before == NOW + timedelta(days=1)
    assert go(on_maildir(box, ledger=Ledger(file)), NOW + timedelta(hours=23)) == []
    assert only(go(on_maildir(box, ledger=Ledger(file)), NOW + timedelta(days=1))).action is Action.DRAFTED


def test_no_wait_leaves_the_cool_off_out(tmp_path: Path) -> None:
    assert only(go(on_maildir(maildir(tmp_path / "m", wire(days=0.1))), no_wait=True)).action is Action.DRAFTED


def test_a_dry_run_writes_nothing_anywhere(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", wire())
    ledger = Ledger(tmp_path / "l.sqlite3")
    outcome = only(go(on_maildir(box, ledger=ledger.copy_in_memory()), dry_run=True))
    assert outcome.action is Action.DRAFTED
    assert outcome.letter is not None
    assert drafts_in(box) == []
    assert ledger.rejections() == ()


def test_an_mbox_is_only_read(tmp_path: Path) -> None:
    file = tmp_path / "mail.mbox"
    file.write_bytes(b"From ann@acme.example Mon Nov  2 08:00:00 2026\n" + wire().replace(b"\r\n", b"\n") + b"\n")
    before = file.read_bytes()
    outcome = only(go(rooms(MboxMailbox(file))))
    assert (outcome.action, outcome.draft_id) == (Action.DRAFTED, "")
    assert file.read_bytes() == before


def test_answered_meanwhile_nothing_is_drafted(tmp_path: Path) -> None:
    reply = wire(
        "Thanks for telling me.",
        id="<own@example.org>",
        days=4,
        sender=ME,
        to="ann@acme.example",
        answers="<r1@acme.example>",
    )
    outcome = only(go(on_maildir(maildir(tmp_path / "m", wire(), sent=(reply,)))))
    assert outcome.action is Action.SKIPPED
    assert "answered" in outcome.why


def test_a_robot_and_nobody_known_needs_a_contact(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", wire(sender="Acme <no-reply@greenhouse-mail.io>"))
    assert only(go(on_maildir(box))).action is Action.NEEDS_CONTACT
    assert drafts_in(box) == []


def test_a_robot_and_a_known_person_makes_a_new_mail_to_that_person(tmp_path: Path) -> None:
    earlier = wire(
        "Hi Jo,\n\nIt was good to talk. I look forward to our interview on Tuesday for the Data Engineer role at Acme.\n\nMai",
        id="<i@acme.example>", days=20, sender="Mai Nguyen <mai@acme.example>", subject="Interview on Tuesday",
    )  # fmt: skip
    box = maildir(tmp_path / "m", earlier, wire(INTERVIEW_REJECTION, sender="Acme <no-reply@greenhouse-mail.io>"))
    outcome = only(go(on_maildir(box)))
    assert outcome.action is Action.DRAFTED
    assert outcome.envelope is not None
    assert [a.email for a in outcome.envelope.to] == ["mai@acme.example"]
    assert outcome.envelope.in_reply_to == ""


def test_two_mails_about_one_rejection_give_one_draft(tmp_path: Path) -> None:
    again = wire(id="<r2@acme.example>", days=4, subject="Data Engineer at Acme")
    box = maildir(tmp_path / "m", wire(), again)
    assert sorted(o.action for o in go(on_maildir(box))) == [Action.DRAFTED, Action.SKIPPED]
    assert len(drafts_in(box)) == 1


def test_too_old_is_left_in_peace(tmp_path: Path) -> None:
    outcome = only(go(on_maildir(maildir(tmp_path / "m", wire(days=45)))))
    assert (outcome.action, "older than 30 days" in outcome.why) == (Action.SKIPPED, True)


def test_a_reopened_process_is_left_in_peace(tmp_path: Path) -> None:
    again = wire("Hi Jo,\n\nPlans changed: we would like to invite you to an interview for the Data Engineer role.\n\nAnn",
                 id="<again@acme.example>", days=3, answers="<r1@acme.example>")  # fmt: skip
    outcome = only(go(on_maildir(maildir(tmp_path / "m", wire(), again))))
    assert (outcome.action, "open again" in outcome.why) == (Action.SKIPPED, True)


@pytest.mark.parametrize(
    ("policy", "action"), [("skip", Action.SKIPPED), ("ask", Action.HELD), ("draft", Action.DRAFTED)]
)
def test_the_policy_by_stage(tmp_path: Path, policy: str, action: Action) -> None:
    config = Config(me=Me(name="Jo Doe", addresses=(ME,)), policy=PolicyTable(applied=policy))  # type: ignore[arg-type]
    assert only(go(on_maildir(maildir(tmp_path / "m", wire()), config=config))).action is action


@pytest.mark.parametrize(
    "headers",
    [
        {"Reply_To": "ann@acme-careers.invalid"},
        {"Authentication_Results": "mx.example.org; dmarc=fail header.from=acme.example; spf=fail"},
    ],
)
def test_an_address_that_looks_wrong_is_held(tmp_path: Path, headers: dict[str, str]) -> None:
    box = maildir(tmp_path / "m", wire(**headers))
    outcome = only(go(on_maildir(box)))
    assert (outcome.action, "address looks wrong" in outcome.why) == (Action.HELD, True)
    assert drafts_in(box) == []


def test_a_letter_that_would_hurt_is_held_and_named(tmp_path: Path) -> None:
    from gmail_followup.home import shipped
    from gmail_followup.writing.templates import load

    mine = tmp_path / "templates" / "en"
    mine.mkdir(parents=True)
    source = (shipped("templates") / "en" / "applied.j2").read_text(encoding="utf-8")
    (mine / "applied.j2").write_text(source + "\nYour team wasted my time.\n", encoding="utf-8")
    templates = load([shipped("templates"), tmp_path / "templates"])
    box = maildir(tmp_path / "m", wire())
    outcome = only(go(on_maildir(box, templates=templates)))
    assert outcome.action is Action.HELD
    assert outcome.report is not None
    blame = next(f for f in outcome.report.findings if f.class_ == "blame")
    assert blame.text == "Your team wasted"
    assert blame.template_line == len(source.splitlines()) + 2
    assert drafts_in(box) == []


def test_a_broken_template_of_the_user_holds_only_its_letters(tmp_path: Path) -> None:
    from gmail_followup.home import shipped
    from gmail_followup.writing.templates import load

    mine = tmp_path / "templates" / "en"
    mine.mkdir(parents=True)
    source = (shipped("templates") / "en" / "applied.j2").read_text(encoding="utf-8")
    (mine / "applied.j2").write_text(source + "{{ compny }}", encoding="utf-8")
    templates = load([shipped("templates"), tmp_path / "templates"])
    other = wire(BETA_INTERVIEW, id="<b@beta.example>", sender="Bo Berg <bo@beta.example>", subject="Beta")
    outcomes = go(on_maildir(maildir(tmp_path / "m", wire(), other), templates=templates))
    assert {o.id: o.action for o in outcomes} == {"<r1@acme.example>": Action.HELD, "<b@beta.example>": Action.DRAFTED}
    held = next(o for o in outcomes if o.action is Action.HELD)
    assert "applied.j2" in held.why
    assert "compny" in held.why


class Dying(Exception):
    """Stands for a process that is killed."""


def test_killed_between_intent_and_draft_then_one_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box, file = maildir(tmp_path / "m", wire()), tmp_path / "l.sqlite3"
    first = on_maildir(box, ledger=Ledger(file))
    monkeypatch.setattr(first.mailbox, "create_draft", lambda *_: (_ for _ in ()).throw(Dying()))
    with pytest.raises(Dying):
        go(first)
    assert Ledger(file).rejections()[0].state is State.INTENDED
    assert only(go(on_maildir(box, ledger=Ledger(file)))).action is Action.DRAFTED
    assert len(drafts_in(box)) == 1


def test_killed_after_the_draft_was_made_it_is_adopted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box, file = maildir(tmp_path / "m", wire()), tmp_path / "l.sqlite3"
    first = on_maildir(box, ledger=Ledger(file))
    real = first.mailbox.create_draft

    def dies_afterwards(mime: bytes, thread_key: str) -> object:
        real(mime, thread_key)
        raise Dying

    monkeypatch.setattr(first.mailbox, "create_draft", dies_afterwards)
    with pytest.raises(Dying):
        go(first)
    assert len(drafts_in(box)) == 1
    assert only(go(on_maildir(box, ledger=Ledger(file)))).action is Action.DRAFTED
    assert len(drafts_in(box)) == 1


def test_an_answer_that_is_lost_is_looked_for_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = maildir(tmp_path / "m", wire())
    r = on_maildir(box)
    real = r.mailbox.create_draft

    def lost(mime: bytes, thread_key: str) -> object:
        real(mime, thread_key)
        raise AmbiguousWrite("the line went dead")

    monkeypatch.setattr(r.mailbox, "create_draft", lost)
    assert only(go(r)).action is Action.DRAFTED
    assert len(drafts_in(box)) == 1


def test_a_draft_that_the_user_deleted_is_not_written_again(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", wire())
    r = on_maildir(box)
    go(r)
    for path in (box / ".Drafts" / "cur").iterdir():
        path.unlink()
    assert [(o.action, o.standing, o.why[:21]) for o in go(r)] == [("closed", "closed", "you deleted the draft")]
    assert go(r, NOW + timedelta(days=3)) == []
    assert drafts_in(box) == []


def test_no_network_stops_the_run_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = maildir(
        tmp_path / "m", wire(), wire(BETA, id="<b@beta.example>", sender="Bo Berg <bo@beta.example>", subject="Beta")
    )
    r = on_maildir(box)

    def down(*_: object) -> None:
        raise UserError("No network.", code=Exit.ACCOUNT)

    with monkeypatch.context() as patch:
        patch.setattr(r.mailbox, "create_draft", down)
        with pytest.raises(UserError):
            go(r)
    assert len([o for o in go(r) if o.action is Action.DRAFTED]) == 2
    assert len(drafts_in(box)) == 2


def test_no_words_of_a_mail_reach_the_ledger(tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite3"
    ledger = Ledger(file)
    go(
        on_maildir(
            maildir(tmp_path / "m", wire(REJECTION.replace("Best regards", "Xylophone marmalade"))), ledger=ledger
        )
    )
    ledger.close()
    stored = b"".join(p.read_bytes() for p in tmp_path.glob("l.sqlite3*"))
    assert b"acme.example" in stored
    for words in (b"Xylophone", b"careful consideration", b"two or three", b"Hello Ann"):
        assert words not in stored


_TEXTS = st.sampled_from(
    [REJECTION, INTERVIEW_REJECTION, "Thank you for your application. We will be in touch.", "Lunch on Friday?"]
)
_SENDERS = st.sampled_from(
    [
        "Ann Lee <ann@acme.example>",
        "Acme <no-reply@acme.example>",
        f"Jo Doe <{ME}>",
        "donotreply@lever.co",
        "Bo <bo@beta.example>",
        "",
    ]
)
_MAILS = st.lists(
    st.tuples(
        _TEXTS,
        _SENDERS,
        st.integers(0, 40),
        st.booleans(),
        st.sampled_from(["", "ann@acme.example", "noreply@acme.example", ME]),
    ),
    max_size=6,
)


@given(mails=_MAILS, passes=st.lists(st.integers(0, 6), min_size=1, max_size=4))
def test_whatever_the_mailbox_at_most_one_draft_a_rejection_and_never_to_nobody(
    tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[str, str, int, bool, str]], passes: list[int]
) -> None:
    raws = [
        wire(text, id=f"<{n}@acme.example>", days=days, sender=sender or ME, answers=f"<{n - 1}@acme.example>" if threaded and n else "",
             **({"Reply_To": reply} if reply else {}))
        for n, (text, sender, days, threaded, reply) in enumerate(mails)
    ]  # fmt: skip
    box = maildir(tmp_path_factory.mktemp("m"), *raws)
    r = on_maildir(box)
    drafted: list[str] = []
    for day in passes:
        drafted += [o.id for o in go(r, NOW + timedelta(days=day)) if o.action is Action.DRAFTED]
    assert len(drafted) == len(set(drafted)) == len(drafts_in(box))
    for raw in drafts_in(box):
        (to,) = email.message_from_bytes(raw, policy=email.policy.default)["To"].addresses
        assert to.addr_spec not in ("", ME)
        assert "reply" not in to.username
