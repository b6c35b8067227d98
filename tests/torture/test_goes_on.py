"""What was read stays read, what the user did stays done."""

from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.decision import Action
from gmail_followup.ledger.store import Ledger
from gmail_followup.mailbox.gmail.adapter import GmailMailbox
from tests.mailbox.gmail_setup import open_mailbox
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW, drafts_in, go, maildir, on_maildir, rooms
from tests.torture.mails import message_id, rejection, small_talk


class Dying(Exception):
    """Stands for a process that is killed."""


def test_a_first_look_that_was_killed_goes_on_and_reads_nothing_twice(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """230 mails; the process dies at the 170th. What was read in whole batches of 100 is not asked for again."""
    fake_gmail.now = NOW
    for number in range(229):
        fake_gmail.deliver(small_talk(number))
    fake_gmail.deliver(rejection(0))
    read: list[str] = []
    real = GmailMailbox.fetch

    def fetch(self: GmailMailbox, key: str) -> object:
        if len(read) == 170:
            raise Dying
        read.append(key)
        return real(self, key)

    file = tmp_path / "l.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(GmailMailbox, "fetch", fetch)
        with pytest.raises(Dying):
            go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)))
    before = fake_gmail.units
    done = [r.path for r in fake_gmail.requests if r.name == "messages.get"]
    assert [o.action for o in go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)))] == [Action.DRAFTED]
    again = [r.path for r in fake_gmail.requests if r.name == "messages.get"][len(done) :]
    assert len(again) == 130
    assert not set(done[:100]) & set(again)
    assert fake_gmail.units - before < 130 * 20 + 100


def test_one_mail_that_cannot_be_had_stops_nothing_else(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    """It stopped every run at the same place, and no draft was ever written again."""
    fake_gmail.now = NOW
    keys = [fake_gmail.deliver(rejection(number)).id for number in range(3)]
    fake_gmail.faults.add(("GET", f"/messages/{keys[1]}$"), "status", None, status=500)
    file = tmp_path / "l.sqlite3"
    told = go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)))
    assert {o.id for o in told if o.action is Action.DRAFTED} == {message_id(0), message_id(2)}
    fake_gmail.faults.clear()
    told = go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)))
    assert {o.id for o in told if o.action is Action.DRAFTED} == {message_id(1)}
    assert len(fake_gmail.drafts) == 3


def test_a_draft_that_the_user_changed_is_never_written_over(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", rejection(0))
    r = on_maildir(box, ledger=Ledger(tmp_path / "l.sqlite3"))
    go(r)
    (path,) = (box / ".Drafts" / "cur").iterdir()
    mine = path.read_bytes().replace(b"Hello", b"Dear friend,\r\nhello")
    path.write_bytes(mine)
    for day in range(1, 60, 7):
        go(r, NOW + timedelta(days=day))
    assert drafts_in(box) == [mine]


def test_a_draft_that_the_user_changed_in_gmail_is_never_written_over(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.now = NOW
    fake_gmail.deliver(rejection(0))
    r = rooms(open_mailbox(fake_gmail, tmp_path), Ledger(tmp_path / "l.sqlite3"))
    go(r)
    (key,) = fake_gmail.drafts
    fake_gmail.user_edits_draft(key, fake_gmail.drafts[key].raw.replace(b"Hello", b"Dear friend,\r\nhello"))
    mine = fake_gmail.drafts[key].raw
    for day in range(1, 40, 7):
        go(r, NOW + timedelta(days=day))
    assert [mail.raw for mail in fake_gmail.drafts.values()] == [mine]


@pytest.mark.parametrize("fate", ["deletes", "sends"])
def test_a_draft_that_the_user_deleted_or_sent_is_never_written_again(fake_gmail: FakeGmail, tmp_path: Path, fate: str) -> None:
    fake_gmail.now = NOW
    fake_gmail.deliver(rejection(0))
    file = tmp_path / "l.sqlite3"
    go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)))
    (key,) = fake_gmail.drafts
    {"deletes": fake_gmail.user_deletes_draft, "sends": fake_gmail.user_sends_draft}[fate](key)
    for day in range(1, 20, 5):
        go(rooms(open_mailbox(fake_gmail, tmp_path), Ledger(file)), NOW + timedelta(days=day))
    assert fake_gmail.drafts == {}
