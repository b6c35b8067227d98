"""GmailMailbox on the fake Gmail: every method, its cost, and what it must never ask for."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gmail_followup.errors import Exit, UserError
from gmail_followup.mail.message import StoredMessage
from gmail_followup.mailbox.gmail.allowed import ROUTES
from gmail_followup.mailbox.gmail.settings import COMPOSE, READONLY
from gmail_followup.mailbox.protocol import AmbiguousWrite, Mailbox
from tests.mailbox.gmail_setup import mail, open_mailbox, reply
from tests.support.fake_gmail import FakeGmail
from tests.support.fake_gmail.mailbox import Mailbox as FakeBox

pytest_plugins = ["tests.support.fixtures"]


def cost(fake: FakeGmail, before: int) -> int:
    return fake.units - before


def asked(fake: FakeGmail) -> list[str]:
    return [request.name for request in fake.requests]


def fetched(stored: StoredMessage | None) -> StoredMessage:
    assert stored is not None
    return stored


# -- everything once -----------------------------------------------------------------------------------------------


def test_every_method_stays_on_the_list(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box: Mailbox = open_mailbox(fake_gmail, tmp_path, login="")
    first = fake_gmail.deliver(mail(1))
    assert box.name == "gmail:jo@example.org"
    assert box.can_draft
    assert [entry.address.email for entry in box.send_as()] == ["jo@example.org"]
    changes = box.changes("", None)
    assert changes.keys == (first.id,)
    box.changes(changes.cursor, None)
    stored = fetched(box.fetch(first.id))
    box.thread(stored)
    list(box.related(["Acme"], ["acme.example"], fake_gmail.now, 10))
    assert box.find_draft("<none@x>", first.thread_id) is None
    draft = box.create_draft(reply(1, first.message_id), first.thread_id)
    assert box.get_draft(draft.id) == draft
    assert box.drafts() == (draft,)
    box.label(first.id, ["Follow-up/Drafted"], [])
    box.label(first.id, [], ["Follow-up/Drafted"])
    box.close()
    allowed = {(route.method, route.path) for route in ROUTES}
    for request in fake_gmail.requests:
        path = request.path.removeprefix("/gmail/v1/users/me/").split("/")
        if len(path) > 1 and path[0] != "settings":
            path[1] = "ID"
        assert (request.method, "/".join(path)) in allowed
    walked = {request.name for request in fake_gmail.requests}
    assert walked == {route.name.removeprefix("users.") for route in ROUTES}


def test_spent_is_what_the_server_charged(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    box.changes("", None)
    box.thread(fetched(box.fetch(first.id)))
    box.create_draft(reply(1, first.message_id), first.thread_id)
    box.label(first.id, ["Follow-up/Drafted"], [])
    assert sum(box.spent.values()) == fake_gmail.units


# -- changes -------------------------------------------------------------------------------------------------------


def test_idle_poll_costs_two_units(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    cursor = box.changes("", None).cursor
    before = fake_gmail.units
    assert box.changes(cursor, None).keys == ()
    assert cost(fake_gmail, before) == 2


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("cap", [None, 1])
def test_history_names_new_mail_in_order(fake_gmail: FakeGmail, tmp_path: Path, bare: bool, cap: int | None) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    cursor = box.changes("", None).cursor
    fake_gmail.quirks.bare_history = bare
    fake_gmail.quirks.page_cap = cap
    fake_gmail.quirks.empty_first_page = True
    new = [fake_gmail.deliver(mail(n, subject=f"Subject {n}")).id for n in range(4)]
    changes = box.changes(cursor, None)
    assert list(changes.keys) == new
    assert changes.note == ""
    assert box.changes(changes.cursor, None).keys == ()


def test_history_skips_drafts_and_spam_but_tells_what_the_user_sent(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    cursor = box.changes("", None).cursor
    fake_gmail.deliver(mail(2, subject="spam"), labels=["SPAM"])
    sent = fake_gmail.user_replies(first.id)
    box.create_draft(reply(1, first.message_id), first.thread_id)
    box.label(first.id, ["Follow-up/Drafted"], [])
    archived = fake_gmail.deliver(mail(3, subject="archived by a filter"), labels=["UNREAD"])
    assert box.changes(cursor, None).keys == (sent.id, archived.id)


def test_history_sees_mail_taken_out_of_spam(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    spam = fake_gmail.deliver(mail(1), labels=["SPAM"])
    cursor = box.changes("", None).cursor
    fake_gmail.user_labels(spam.id, add=["INBOX"], remove=["SPAM"])
    assert box.changes(cursor, None).keys == (spam.id,)


def test_first_look_is_bounded_by_time_and_number(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path, resync_limit=3)
    now = fake_gmail.now
    old = fake_gmail.deliver(mail(0, subject="old"), at=now - timedelta(days=40))
    new = [fake_gmail.deliver(mail(n, subject=f"s{n}"), at=now - timedelta(days=9 - n)).id for n in range(1, 6)]
    changes = box.changes("", now - timedelta(days=30))
    assert list(changes.keys) == new[-3:]
    assert "only the newest 3" in changes.note
    assert old.id not in changes.keys


@pytest.mark.parametrize("cap", [None, 2])
def test_first_look_leaves_out_drafts_and_spam_but_not_what_the_user_sent(
    fake_gmail: FakeGmail, tmp_path: Path, cap: int | None
) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    fake_gmail.quirks.page_cap = cap
    first = fake_gmail.deliver(mail(1))
    sent = fake_gmail.user_replies(first.id)
    fake_gmail.deliver(mail(2, subject="spam"), labels=["SPAM"])
    to_self = fake_gmail.deliver(mail(3, subject="note", sender="jo@example.org"), labels=["SENT", "INBOX"])
    box.create_draft(reply(1, first.message_id), first.thread_id)
    assert box.changes("", None).keys == (first.id, sent.id, to_self.id)


def test_lost_history_means_a_look_through_and_a_note(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    cursor = box.changes("", None).cursor
    first = fake_gmail.deliver(mail(1))
    fake_gmail.expire_history()
    since = fake_gmail.now - timedelta(days=30)
    changes = box.changes(cursor, since)
    assert changes.keys == (first.id,)
    assert "no longer knew" in changes.note
    assert since.date().isoformat() in changes.note
    assert box.changes(changes.cursor, since).keys == ()


def test_mail_that_comes_while_looking_is_not_missed(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    rest = fake_gmail._rest
    listing = type(rest).list_messages
    late: list[str] = []

    def arrives_after(self: object, request: object) -> object:
        answer = listing(rest, request)  # type: ignore[arg-type]
        if not late:
            late.append(fake_gmail.box.add(mail(9), {"INBOX"}, None).id)
        return answer

    monkeypatch.setattr(type(rest), "list_messages", arrives_after)
    changes = box.changes("", None)
    assert late[0] not in changes.keys
    assert box.changes(changes.cursor, None).keys == (late[0],)


def test_a_cursor_of_another_kind_is_a_look_through(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    assert box.changes("maildir-7", None).keys == (first.id,)


def test_a_server_without_profile(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path, login="")
    fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/profile$"), "not_found", times=None)
    assert box.name == "gmail:jo@example.org"
    changes = box.changes("", None)
    assert changes.cursor.isdigit()
    second = fake_gmail.deliver(mail(2, subject="two"))
    assert box.changes(changes.cursor, None).keys == (second.id,)


# -- reading -------------------------------------------------------------------------------------------------------


def test_fetch_reads_raw_and_labels(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    stored = fetched(box.fetch(first.id))
    assert stored.message.id == "<mail-1@acme.example>"
    assert "moving forward" in stored.message.text
    assert stored.labels >= {"INBOX", "UNREAD"}
    assert stored.thread_key == first.thread_id
    assert fake_gmail.units == 20


def test_fetch_of_a_mail_without_date_uses_its_arrival(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    raw = mail(1).replace(b"Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n", b"")
    at = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
    assert fetched(box.fetch(fake_gmail.deliver(raw, at=at).id)).message.date == at


def test_a_message_that_is_gone(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    stored = fetched(box.fetch(first.id))
    fake_gmail.user_deletes(first.id)
    assert box.fetch(first.id) is None
    assert box.thread(stored).messages == (stored,)
    box.label(first.id, ["Follow-up/Drafted"], [])


def test_a_mail_that_is_too_large_comes_without_body(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1, text="x" * 60 + "\n" * 20_000))
    monkeypatch.setattr(box._api._http._wire, "_largest", 10_000)
    stored = fetched(box.fetch(first.id))
    assert stored.message.id == "<mail-1@acme.example>"
    assert stored.message.subject == "Your application"
    assert "too large to read" in stored.message.defects
    assert stored.message.text.strip() == ""


def test_thread_holds_replies_and_drafts_oldest_first(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    fake_gmail.tick(60)
    own = fake_gmail.user_replies(first.id, "I am sorry to hear that.")
    fake_gmail.tick(60)
    draft = box.create_draft(reply(1, first.message_id), first.thread_id)
    other = fake_gmail.deliver(mail(2, subject="Another thread"))
    thread = box.thread(fetched(box.fetch(first.id)))
    assert [m.key for m in thread.messages] == [first.id, own.id, draft.message.key]
    assert [(m.is_sent, m.is_draft) for m in thread.messages] == [(False, False), (True, False), (False, True)]
    assert thread.messages[2].draft_id == draft.id
    assert other.id not in [m.key for m in thread.messages]


def test_thread_of_one_costs_forty_and_nothing_is_read_twice(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    stored = fetched(box.fetch(first.id))
    before = fake_gmail.units
    assert box.thread(stored).messages == (stored,)
    assert cost(fake_gmail, before) == 40
    fake_gmail.user_replies(first.id)
    box.thread(stored)
    before = fake_gmail.units
    assert len(box.thread(stored).messages) == 2
    assert cost(fake_gmail, before) == 40


def related(fake: FakeGmail, folder: Path, words: Iterable[str], domains: Iterable[str], limit: int = 10) -> list[str]:
    return list(open_mailbox(fake, folder).related(words, domains, fake.now + timedelta(hours=1), limit))


def test_related_by_domain_or_words_newest_first(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    by_domain = fake_gmail.deliver(mail(1, subject="Thanks for applying"))
    fake_gmail.tick(60)
    fake_gmail.deliver(mail(2, sender="x@other.example", subject="Newsletter", text="nothing"))
    fake_gmail.tick(60)
    to_them = fake_gmail.user_sends(mail(3, sender="jo@example.org", to="hr@jobs.acme.example", subject="Hello"))
    fake_gmail.tick(60)
    by_words = fake_gmail.deliver(mail(4, sender="x@agency.example", text="About Acme Robotics: good news"))
    found = related(fake_gmail, tmp_path, ["Acme Robotics"], ["acme.example"])
    assert found == [by_words.id, to_them.id, by_domain.id]


def test_related_is_bounded_and_before(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    for number in range(5):
        fake_gmail.deliver(mail(number, subject=f"s{number}"))
    fake_gmail.quirks.page_cap = 2
    assert len(related(fake_gmail, tmp_path, [], ["acme.example"], limit=3)) == 3
    box = open_mailbox(fake_gmail, tmp_path)
    past = fake_gmail.now - timedelta(days=1)
    assert list(box.related([], ["acme.example"], past, 10)) == []
    before = len(fake_gmail.requests)
    assert list(box.related([], [], fake_gmail.now, 10)) == []
    assert list(box.related(['"'], ["not a domain"], fake_gmail.now, 10)) == []
    assert len(fake_gmail.requests) == before


def test_related_asks_simply_where_or_is_not_known(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = type(fake_gmail._rest)
    search = rest._search
    monkeypatch.setattr(
        rest, "_search", lambda self, request, mails: [] if "{" in request.one("q") else search(self, request, mails)
    )
    first = fake_gmail.deliver(mail(1))
    later = fake_gmail.now + timedelta(hours=1)
    box = open_mailbox(fake_gmail, tmp_path)
    assert list(box.related(["moving"], ["acme.example"], later, 10)) == [first.id]
    before = fake_gmail.units
    assert list(box.related(["moving"], ["acme.example"], later, 10)) == [first.id]
    assert cost(fake_gmail, before) == 15


def test_related_asks_once_where_or_is_known(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.deliver(mail(1))
    later = fake_gmail.now + timedelta(hours=1)
    box = open_mailbox(fake_gmail, tmp_path)
    assert len(list(box.related([], ["acme.example"], later, 10))) == 1
    before = fake_gmail.units
    assert list(box.related(["nothing of the kind"], ["nowhere.example"], later, 10)) == []
    assert cost(fake_gmail, before) == 5


def test_related_takes_hostile_words_and_many_domains(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.deliver(mail(1))
    related(fake_gmail, tmp_path, ['Acme" OR in:anywhere {x} -(y):', "Ünïcode GmbH & Co. KG"], ["acme.example"])
    related(fake_gmail, tmp_path, ["Acme" * 500], [f"domain{n}.example" for n in range(200)])
    assert set(asked(fake_gmail)) == {"messages.list"}


def test_send_as_default_first_with_signature(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    fake_gmail.add_alias("jobs@jo.example", "Jo D.", "<div>Jo</div>")
    fake_gmail.add_alias("new@jo.example", verified=False)
    found = open_mailbox(fake_gmail, tmp_path).send_as()
    assert [(s.address.email, s.is_default, s.verified) for s in found] == [
        ("jo@example.org", True, True),
        ("jobs@jo.example", False, True),
        ("new@jo.example", False, False),
    ]
    assert found[1].signature_html == "<div>Jo</div>"
    assert found[1].address.name == "Jo D."


# -- drafts --------------------------------------------------------------------------------------------------------


def test_create_draft_joins_the_thread_and_keeps_its_bytes(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    letter = reply(1, first.message_id)
    draft = box.create_draft(letter, first.thread_id)
    assert draft.thread_key == first.thread_id
    assert draft.message.is_draft
    assert draft.message.draft_id == draft.id
    assert [held.raw for held in fake_gmail.drafts.values()] == [letter]
    assert fake_gmail.units == 15


def test_create_draft_in_a_new_thread(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    draft = box.create_draft(reply(1, "", subject="Thank you"), "")
    assert draft.thread_key
    assert box.find_draft("<reply-1@gmail-followup.invalid>", "") == draft


def test_a_draft_outside_the_thread_is_held(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    make = FakeBox.new_draft
    monkeypatch.setattr(FakeBox, "new_draft", lambda self, raw, thread: make(self, raw, None))
    with pytest.raises(UserError) as caught:
        box.create_draft(reply(1, first.message_id), first.thread_id)
    assert caught.value.code is Exit.HELD
    assert "outside the conversation" in caught.value.what
    assert next(iter(fake_gmail.drafts)) in caught.value.why


@pytest.mark.parametrize("keep_original", [False, True])
def test_a_draft_under_another_message_id(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep_original: bool
) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    make = FakeBox.new_draft
    old = b"Message-ID: <reply-1@gmail-followup.invalid>"
    new = b"Message-ID: <CA-1@mail.gmail.com>"
    if keep_original:
        new += b"\r\nX-Google-Original-Message-ID: <reply-1@gmail-followup.invalid>"
    monkeypatch.setattr(FakeBox, "new_draft", lambda self, raw, thread: make(self, raw.replace(old, new), thread))
    if keep_original:
        draft = box.create_draft(reply(1, first.message_id), first.thread_id)
        assert box.find_draft("<reply-1@gmail-followup.invalid>", first.thread_id) == draft
    else:
        with pytest.raises(UserError, match="another Message-ID"):
            box.create_draft(reply(1, first.message_id), first.thread_id)


def test_a_refused_draft_is_held(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    with pytest.raises(UserError) as caught:
        box.create_draft(reply(1, "<mail-1@acme.example>"), "18f0000000000000")
    assert caught.value.code is Exit.HELD
    assert fake_gmail.drafts == {}


@pytest.mark.parametrize(
    "kind", ["lost_response_after_commit", "truncated_json", "malformed_json", "slow_drip", "timeout"]
)
def test_a_lost_answer_is_ambiguous_and_the_draft_is_found(fake_gmail: FakeGmail, tmp_path: Path, kind: str) -> None:
    box = open_mailbox(fake_gmail, tmp_path, timeout_s=0.3)
    first = fake_gmail.deliver(mail(1))
    more = {"commit": True} if kind == "timeout" else {}
    fake_gmail.faults.add(("POST", "/drafts$"), kind, times=None, **more)  # type: ignore[arg-type]
    letter = reply(1, first.message_id)
    if kind == "slow_drip":
        box.create_draft(letter, first.thread_id)
    else:
        with pytest.raises(AmbiguousWrite):
            box.create_draft(letter, first.thread_id)
    assert len(fake_gmail.drafts) == 1
    assert asked(fake_gmail).count("drafts.create") == 1
    found = box.find_draft("<reply-1@gmail-followup.invalid>", first.thread_id)
    assert found is not None
    assert found.id == next(iter(fake_gmail.drafts))


def test_a_request_that_died_on_the_way_is_ambiguous_too(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("POST", "/drafts$"), "reset_before_commit", times=None)
    with pytest.raises(AmbiguousWrite):
        box.create_draft(reply(1, first.message_id), first.thread_id)
    assert box.find_draft("<reply-1@gmail-followup.invalid>", first.thread_id) is None
    assert len([r for r in fake_gmail.requests if r.method == "POST"]) == 1


def test_a_draft_that_cannot_be_read_back_is_ambiguous(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("GET", "/drafts"), "status", times=None, status=500)
    with pytest.raises(AmbiguousWrite, match="not read back"):
        box.create_draft(reply(1, first.message_id), first.thread_id)
    fake_gmail.faults.clear()
    fake_gmail.quirks.search_lag = timedelta(minutes=5)
    fake_gmail.faults.add(("GET", "/drafts/"), "not_found")
    with pytest.raises(AmbiguousWrite, match="not found again"):
        box.create_draft(reply(2, first.message_id), first.thread_id)


def test_find_draft_costs_little_and_reads_no_foreign_drafts(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    for number in range(3):
        other = fake_gmail.deliver(mail(10 + number, subject=f"Other {number}"))
        box.create_draft(reply(10 + number, other.message_id, f"Re: Other {number}"), other.thread_id)
    before = fake_gmail.units
    assert box.find_draft("<reply-1@gmail-followup.invalid>", first.thread_id) is None
    assert cost(fake_gmail, before) == 10
    box.create_draft(reply(1, first.message_id), first.thread_id)
    before = fake_gmail.units
    assert box.find_draft("<reply-1@gmail-followup.invalid>", first.thread_id) is not None
    assert cost(fake_gmail, before) == 25


@pytest.mark.parametrize("thread_known", [False, True])
def test_find_draft_does_not_need_the_search_index(fake_gmail: FakeGmail, tmp_path: Path, thread_known: bool) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    fake_gmail.quirks.search_lag = timedelta(hours=1)
    first = fake_gmail.deliver(mail(1))
    box.create_draft(reply(1, first.message_id), first.thread_id)
    key = first.thread_id if thread_known else ""
    assert box.find_draft("<reply-1@gmail-followup.invalid>", key) is not None


def test_find_draft_by_search_when_it_left_its_thread(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    draft = box.create_draft(reply(1, first.message_id), first.thread_id)
    other = fake_gmail.deliver(mail(2, subject="Another"))
    found = box.find_draft("<reply-1@gmail-followup.invalid>", other.thread_id)
    assert found is not None
    assert found.id == draft.id


def test_get_draft_follows_edits_sending_and_deleting(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    letter = reply(1, first.message_id)
    draft = box.create_draft(letter, first.thread_id)
    fake_gmail.user_edits_draft(draft.id, letter.replace(b"Thank you", b"Many thanks"))
    edited = box.get_draft(draft.id)
    assert edited is not None
    assert edited.id == draft.id
    assert edited.message.key != draft.message.key
    assert "Many thanks" in edited.message.message.text
    fake_gmail.user_sends_draft(draft.id)
    assert box.get_draft(draft.id) is None
    second = box.create_draft(reply(2, first.message_id), first.thread_id)
    fake_gmail.user_deletes_draft(second.id)
    assert box.get_draft(second.id) is None
    assert box.drafts() == ()


def test_drafts_reads_all_pages(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    made = {box.create_draft(reply(n, "", subject=f"Letter {n}"), "").id for n in range(3)}
    fake_gmail.quirks.page_cap = 1
    fake_gmail.quirks.empty_first_page = True
    assert {draft.id for draft in box.drafts()} == made


# -- labels --------------------------------------------------------------------------------------------------------


def test_labels_are_made_once_parent_first(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    mails = [fake_gmail.deliver(mail(n, subject=f"s{n}")) for n in range(2)]
    for one in mails:
        box.label(one.id, ["Follow-up/Drafted"], ["Follow-up/Waiting"])
    assert all("Follow-up/Drafted" in fake_gmail.labels_of(one.id) for one in mails)
    assert asked(fake_gmail) == [
        "labels.list",
        "labels.create",
        "labels.create",
        "messages.modify",
        "messages.modify",
    ]
    assert "Follow-up" in fake_gmail.box.labels.values()
    assert "Follow-up/Waiting" not in fake_gmail.box.labels.values()


def test_a_label_that_exists_in_another_case(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1), labels=["INBOX", "follow-up/drafted"])
    box.label(first.id, [], ["Follow-up/Drafted"])
    assert fake_gmail.labels_of(first.id) == {"INBOX"}


def test_a_label_that_somebody_else_made_meanwhile(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    box.label(first.id, ["Other"], [])
    second = fake_gmail.deliver(mail(2, subject="x"), labels=["INBOX", "Drafted"])
    box.label(first.id, ["Drafted"], [])
    assert "Drafted" in fake_gmail.labels_of(first.id)
    assert second.labels & first.labels >= {fake_gmail.box.label_id("Drafted")}


def test_a_label_whose_answer_was_lost_is_made_once(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    fake_gmail.faults.add(("POST", "/labels$"), "lost_response_after_commit")
    box.label(first.id, ["Drafted"], [])
    assert "Drafted" in fake_gmail.labels_of(first.id)
    assert asked(fake_gmail).count("labels.create") == 1


def test_a_label_that_the_user_deleted_is_made_again(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    box.label(first.id, ["Drafted"], [])
    old = fake_gmail.box.label_id("Drafted")
    del fake_gmail.box.labels[old]
    first.labels.discard(old)
    box.label(first.id, ["Drafted"], [])
    assert "Drafted" in fake_gmail.labels_of(first.id)
    assert [v.kind for v in fake_gmail.take_violations()] == ["bad_request"]


@pytest.mark.parametrize("name", ["INBOX", "Trash", "spam", "STARRED"])
def test_gmails_own_labels_are_left_alone(fake_gmail: FakeGmail, tmp_path: Path, name: str) -> None:
    box = open_mailbox(fake_gmail, tmp_path)
    first = fake_gmail.deliver(mail(1))
    with pytest.raises(UserError, match="did not accept the label"):
        box.label(first.id, [name], [])
    with pytest.raises(UserError, match="did not accept the label"):
        box.label(first.id, [], [name])
    assert fake_gmail.labels_of(first.id) == {"INBOX", "UNREAD"}


def test_without_the_right_to_label_nothing_is_asked(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    box = open_mailbox(fake_gmail, tmp_path, scopes_mode="readonly+compose")
    first = fake_gmail.deliver(mail(1))
    box.label(first.id, ["Drafted"], [])
    assert fake_gmail.requests == []
    fetched(box.fetch(first.id))
    box.create_draft(reply(1, first.message_id), first.thread_id)
    assert box.changes("", None).keys == (first.id,)
    assert {READONLY, COMPOSE} == set(box._settings.scopes)
