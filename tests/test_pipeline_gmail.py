"""The whole way through the official Gmail client: on our strict fake, and on the npm emulator."""

from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.decision import Action
from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail.adapter import GmailMailbox, open_gmail
from tests.mailbox.gmail_setup import Time, home_in, save_login, settings_for
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW, REJECTION, go, rooms, wire


@pytest.fixture
def gmail(fake_gmail: FakeGmail, tmp_path: Path) -> GmailMailbox:
    fake_gmail.now = NOW
    settings = settings_for(fake_gmail, tmp_path)
    home = home_in(tmp_path)
    save_login(fake_gmail, settings, home)
    time = Time(fake_gmail)
    return open_gmail(settings, home, clock=time.clock, sleep=time.sleep)


def test_a_draft_appears_in_the_thread_and_the_mail_is_labelled(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    key = fake_gmail.deliver(wire()).id
    r = rooms(gmail)
    (outcome,) = go(r)
    assert (outcome.action, outcome.why) == (Action.DRAFTED, "cooled off; the sender reads answers")
    (draft,) = fake_gmail.drafts
    assert outcome.thread_key == key
    assert "Follow-up/Drafted" in fake_gmail.labels_of(key)
    assert draft
    assert go(r) == []
    assert len(fake_gmail.drafts) == 1


def test_waiting_is_labelled_and_the_label_changes_when_the_draft_is_written(
    fake_gmail: FakeGmail, gmail: GmailMailbox
) -> None:
    key = fake_gmail.deliver(wire(days=1)).id
    r = rooms(gmail)
    assert [o.action for o in go(r)] == [Action.WAITING]
    assert "Follow-up/Waiting" in fake_gmail.labels_of(key)
    assert [o.action for o in go(r, NOW + timedelta(days=2))] == [Action.DRAFTED]
    assert {"Follow-up/Drafted"} == {name for name in fake_gmail.labels_of(key) if name.startswith("Follow-up")}


def test_an_idle_look_costs_two_units_and_new_mail_comes_through_history(
    fake_gmail: FakeGmail, gmail: GmailMailbox
) -> None:
    fake_gmail.deliver(wire("Lunch on Friday?", id="<l@x.example>", subject="Lunch"))
    r = rooms(gmail)
    go(r)
    before = fake_gmail.units
    assert go(r) == []
    assert fake_gmail.units - before == 2
    fake_gmail.deliver(wire())
    assert [o.action for o in go(r)] == [Action.DRAFTED]


def test_a_history_that_is_too_old_is_looked_through_again_without_a_second_draft(
    fake_gmail: FakeGmail, gmail: GmailMailbox
) -> None:
    fake_gmail.deliver(wire())
    r = rooms(gmail)
    go(r)
    fake_gmail.expire_history()
    fake_gmail.deliver(
        wire(
            REJECTION.replace("Acme", "Beta"), id="<b@beta.example>", sender="Bo Berg <bo@beta.example>", subject="Beta"
        )
    )
    assert [o.action for o in go(r)] == [Action.DRAFTED]
    assert len(fake_gmail.drafts) == 2


def test_a_lost_answer_gives_one_draft(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    fake_gmail.deliver(wire())
    fake_gmail.faults.add(("POST", "/drafts$"), "lost_response_after_commit")
    r = rooms(gmail)
    go(r)
    go(r)
    assert len(fake_gmail.drafts) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_stops_the_run_and_the_next_one_goes_on(
    fake_gmail: FakeGmail, gmail: GmailMailbox, status: int
) -> None:
    fake_gmail.deliver(wire())
    r = rooms(gmail)
    fake_gmail.faults.add(("GET", "/messages"), "status", times=50, status=status)
    with pytest.raises(UserError) as caught:
        go(r)
    assert caught.value.code is Exit.ACCOUNT
    fake_gmail.faults.clear()
    assert [o.action for o in go(r)] == [Action.DRAFTED]


def test_the_user_answered_in_gmail(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    key = fake_gmail.deliver(wire(days=4)).id
    fake_gmail.user_replies(key, "Thank you for telling me.")
    outcomes = go(rooms(gmail), NOW + timedelta(minutes=5))
    assert [(o.action, "answered" in o.why) for o in outcomes] == [(Action.SKIPPED, True)]
    assert not fake_gmail.drafts


def test_the_signature_of_the_alias_stands_once_in_both_parts(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    fake_gmail.deliver(wire())
    r = rooms(gmail)
    from dataclasses import replace

    from gmail_followup.mail.message import Address
    from gmail_followup.mailbox.protocol import SendAs

    own = SendAs(Address("Jo Doe", "jo@example.org"), True, True, "<div>Jo Doe<br>+44 20 7946 0000</div>")
    (outcome,) = go(replace(r, send_as=(own,)))
    draft = gmail.get_draft(outcome.draft_id)
    assert draft is not None
    assert draft.message.message.text.count("7946 0000") == 1


def test_what_a_rejection_costs(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    """Units on the 2026 table: 2 history, 20 to read it, 5 for the list of drafts, 10 + 5 draft and look, 5 label."""
    r = rooms(gmail)
    fake_gmail.deliver(
        wire(
            REJECTION.replace("Acme", "Beta"), id="<b@beta.example>", sender="Bo Berg <bo@beta.example>", subject="Beta"
        )
    )
    go(r)
    before = fake_gmail.units
    fake_gmail.deliver(wire())
    assert [o.action for o in go(r)] == [Action.DRAFTED]
    assert fake_gmail.units - before == 47


def test_a_dry_run_asks_but_changes_nothing(fake_gmail: FakeGmail, gmail: GmailMailbox) -> None:
    fake_gmail.deliver(wire())
    fake_gmail.deliver(
        wire(REJECTION.replace("Acme", "Beta"), id="<b@beta.example>", days=1, sender="Bo Berg <bo@beta.example>")
    )
    go(rooms(gmail), dry_run=True)
    assert {method for method, _, _ in fake_gmail.calls} <= {"GET"} | {
        m for m, p, _ in fake_gmail.calls if "token" in p
    }
    assert not fake_gmail.drafts
