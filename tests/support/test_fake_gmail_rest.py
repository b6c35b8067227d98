"""The fake is strict: what it refuses, what it records, and Gmail's rules of threads, drafts and history."""

import re
from datetime import timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.support.fake_gmail import FakeGmail, discovery
from tests.support.mails import b64, mail, unb64

ME = "jo@example.org"


def kinds(fake: FakeGmail) -> list[str]:
    return [violation.kind for violation in fake.take_violations()]


def refused(request: Any) -> tuple[int, str]:
    """Status and message of a request that must fail."""
    with pytest.raises(HttpError) as error:
        request.execute()
    return error.value.status_code, str(error.value.reason)


def reply(subject: str = "Re: Your application", answers: str = "<a@acme.example>", message_id: str = "<d@x>") -> bytes:
    return mail(subject, message_id, answers, sender=f"Jo <{ME}>", to="ann@acme.example")


# -- drafts and threads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (reply(subject="Re: Another job"), "Subject"),
        (reply(answers="<other@acme.example>"), "In-Reply-To"),
        (reply(answers=""), "In-Reply-To"),
        (reply().replace(b"References: <a@acme.example>\r\n", b""), "References"),
        (reply().replace(b"In-Reply-To: <a@acme.example>\r\n", b""), "In-Reply-To"),
        (reply().replace(b"References: <a@", b"References: <zz@"), "References"),
    ],
)
def test_a_draft_joins_a_thread_only_by_all_three_rules(fake_gmail: FakeGmail, raw: bytes, why: str) -> None:
    thread = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).thread_id
    drafts = fake_gmail.service().users().drafts()
    status, message = refused(drafts.create(userId="me", body={"message": {"raw": b64(raw), "threadId": thread}}))
    assert (status, why in message) == (400, True), message
    assert not fake_gmail.drafts
    assert kinds(fake_gmail) == ["bad_request"]


def test_a_draft_in_an_unknown_thread_is_404(fake_gmail: FakeGmail) -> None:
    drafts = fake_gmail.service().users().drafts()
    body = {"message": {"raw": b64(reply()), "threadId": "19aaaaaaaaaaaaaa"}}
    assert refused(drafts.create(userId="me", body=body))[0] == 404


def test_an_update_without_thread_leaves_the_thread(fake_gmail: FakeGmail) -> None:
    """[U] of Google; the harder reading, so that nobody forgets the threadId."""
    thread = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).thread_id
    drafts = fake_gmail.service().users().drafts()
    made = drafts.create(userId="me", body={"message": {"raw": b64(reply()), "threadId": thread}}).execute()
    moved = drafts.update(userId="me", id=made["id"], body={"message": {"raw": b64(reply())}}).execute()
    assert moved["message"]["threadId"] != thread


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw.replace(b"From: Jo <jo@example.org>", b"From: eve@evil.example"), "From"),
        (lambda raw: raw.replace(b"From: Jo <jo@example.org>", b"From: pending@example.org"), "From"),
        (lambda raw: re.sub(rb"To: ann@acme\.example\r\n", b"", raw), "'to' is missing"),
        (lambda raw: raw.replace(b"To: ann@acme.example", b"To: undisclosed-recipients:;"), "To names nobody"),
        (lambda raw: raw.replace(b"Message-ID: <d@x>\r\n", b""), "'message-id' is missing"),
        (lambda raw: raw.replace(b"Message-ID: <d@x>", b"Message-ID: d@x"), "Message-ID is malformed"),
        (lambda raw: raw.replace(b"MIME-Version: 1.0\r\n", b""), "'mime-version' is missing"),
        (lambda raw: b"Subject: twice\r\n" + raw, "'subject' appears more than once"),
        (lambda raw: b"X-Mine: 1\r\nX-Mine: 2\r\n" + raw, "'x-mine' appears more than once"),
        (lambda raw: raw + b"bare\nline", "mixed line ends"),
        (lambda raw: raw + b"x" * 999, "longer than 998"),
        (lambda raw: raw.replace(b"Subject: ", "Subject: ü".encode()), "not ASCII"),
        (lambda raw: b"no header line\r\n" + raw, "no header field"),
        (lambda raw: raw + b"\0", "NUL"),
    ],
)
def test_an_unfit_draft_is_refused(fake_gmail: FakeGmail, change: Any, why: str) -> None:
    fake_gmail.add_alias("pending@example.org", verified=False)
    raw = change(reply(answers=""))
    assert raw != reply(answers="")
    drafts = fake_gmail.service().users().drafts()
    status, message = refused(drafts.create(userId="me", body={"message": {"raw": b64(raw)}}))
    assert (status, why in message) == (400, True), message
    assert kinds(fake_gmail) == ["bad_draft"]
    assert not fake_gmail.messages


@pytest.mark.parametrize(
    "body",
    [
        {"message": {"raw": b64(reply(answers="")), "labelIds": ["INBOX"]}},
        {"id": "r-1", "message": {"raw": b64(reply(answers=""))}},
        {"message": {"snippet": "no raw"}},
        {},
    ],
)
def test_a_draft_takes_nothing_but_raw_and_thread(fake_gmail: FakeGmail, body: Any) -> None:
    assert refused(fake_gmail.service().users().drafts().create(userId="me", body=body))[0] == 400
    assert kinds(fake_gmail) == ["bad_draft"]


def test_an_alias_may_write_when_it_is_verified(fake_gmail: FakeGmail) -> None:
    fake_gmail.add_alias("jo@work.example", "Jo at work", "<div>Jo</div>")
    users = fake_gmail.service().users()
    raw = reply(answers="").replace(ME.encode(), b"jo@work.example")
    users.drafts().create(userId="me", body={"message": {"raw": b64(raw)}}).execute()
    found = users.settings().sendAs().list(userId="me").execute()["sendAs"]
    assert [(item["sendAsEmail"], item["signature"], item["isDefault"]) for item in found] == [
        (ME, "", True),
        ("jo@work.example", "<div>Jo</div>", False),
    ]


def test_what_the_user_does_with_a_draft(fake_gmail: FakeGmail) -> None:
    """Editing keeps the draft id; sending and deleting end it; a sent mail may lose our Message-ID."""
    thread = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).thread_id
    drafts = fake_gmail.service().users().drafts()
    made = drafts.create(userId="me", body={"message": {"raw": b64(reply()), "threadId": thread}}).execute()
    edited = reply().replace(b"moving", b"going")
    fake_gmail.user_edits_draft(made["id"], edited)
    back = drafts.get(userId="me", id=made["id"], format="raw").execute()
    assert unb64(back["message"]["raw"]) == edited
    assert back["message"]["threadId"] == thread
    assert back["message"]["id"] != made["message"]["id"]
    sent = fake_gmail.user_sends_draft(made["id"])
    assert refused(drafts.get(userId="me", id=made["id"]))[0] == 404
    assert (sent.thread_id, sent.labels) == (thread, {"SENT"})
    assert sent.message_id != "<d@x>"
    assert sent.id not in (made["message"]["id"], back["message"]["id"])
    second = drafts.create(userId="me", body={"message": {"raw": b64(reply()), "threadId": thread}}).execute()
    fake_gmail.user_deletes_draft(second["id"])
    assert drafts.list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_a_reply_by_hand_is_in_the_thread(fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail("Your application", "<a@acme.example>"))
    answer = fake_gmail.user_replies(first.id, "Thanks")
    assert answer.thread_id == first.thread_id
    assert fake_gmail.labels_of(answer.id) == {"SENT"}
    assert b"In-Reply-To: <a@acme.example>" in answer.raw


# -- what must never be called -----------------------------------------------------------------------------------------


def forbidden(users: Any) -> list[tuple[str, Any]]:
    raw = {"raw": b64(reply(answers=""))}
    messages, drafts, threads, settings = users.messages(), users.drafts(), users.threads(), users.settings()
    return [
        ("sent", messages.send(userId="me", body=raw)),
        ("sent", drafts.send(userId="me", body={"id": "r-1"})),
        ("deleted", messages.delete(userId="me", id="1")),
        ("deleted", messages.trash(userId="me", id="1")),
        ("deleted", messages.batchDelete(userId="me", body={"ids": ["1"]})),
        ("deleted", threads.delete(userId="me", id="1")),
        ("deleted", threads.trash(userId="me", id="1")),
        ("deleted", drafts.delete(userId="me", id="1")),
        ("deleted", users.labels().delete(userId="me", id="1")),
        ("inserted", messages.insert(userId="me", body=raw)),
        ("inserted", messages.import_(userId="me", body=raw)),
        ("settings", settings.updateAutoForwarding(userId="me", body={"enabled": True})),
        ("settings", settings.forwardingAddresses().create(userId="me", body={"forwardingEmail": "e@x.example"})),
        ("settings", settings.filters().create(userId="me", body={})),
        ("settings", settings.sendAs().create(userId="me", body={"sendAsEmail": "e@x.example"})),
        ("forbidden", users.watch(userId="me", body={})),
        ("forbidden", threads.modify(userId="me", id="1", body={"addLabelIds": ["INBOX"]})),
    ]


def test_forbidden_methods_are_recorded_and_do_nothing(fake_gmail: FakeGmail) -> None:
    fake_gmail.deliver(mail("Your application", "<a@acme.example>"))
    before = dict(fake_gmail.messages)
    for kind, request in forbidden(fake_gmail.service().users()):
        assert refused(request)[0] == 403
        assert kinds(fake_gmail) == [kind], request.methodId
    assert fake_gmail.messages == before


def test_a_send_inside_a_batch_or_as_an_upload_is_recorded(fake_gmail: FakeGmail) -> None:
    service = fake_gmail.service()
    batch = service.new_batch_http_request(callback=lambda *_: None)
    batch.add(service.users().messages().send(userId="me", body={"raw": b64(reply(answers=""))}))
    batch.execute()
    assert kinds(fake_gmail) == ["sent"]
    path = fake_gmail.endpoint + "/upload/gmail/v1/users/me/messages/send?uploadType=media"
    headers, _ = service._http.request(path, method="POST", body=reply(), headers={"Content-Type": "message/rfc822"})
    assert headers.status == 403
    assert kinds(fake_gmail) == ["sent"]


def test_the_bin_as_a_label_counts_as_deleting(fake_gmail: FakeGmail) -> None:
    key = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).id
    messages = fake_gmail.service().users().messages()
    messages.modify(userId="me", id=key, body={"addLabelIds": ["TRASH"]}).execute()
    assert kinds(fake_gmail) == ["deleted"]


def test_drafts_and_system_states_carry_no_labels(fake_gmail: FakeGmail) -> None:
    users = fake_gmail.service().users()
    key = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).id
    made = users.drafts().create(userId="me", body={"message": {"raw": b64(reply(answers=""))}}).execute()
    for message, body in (
        (made["message"]["id"], {"addLabelIds": ["STARRED"]}),
        (key, {"addLabelIds": ["SENT"]}),
        (key, {"removeLabelIds": ["DRAFT"]}),
        (key, {}),
        (key, {"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]}),
    ):
        assert refused(users.messages().modify(userId="me", id=message, body=body))[0] == 400
    assert kinds(fake_gmail) == ["bad_request"] * 5


# -- Google's own description, on both sides ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("GET", "/gmail/v1/users/me/messages?maxresults=5", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/messages?maxResults=many", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/messages?maxResults=1&maxResults=2", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/messages?access_token=x", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/threads/1?format=raw", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/history?startHistoryId=-1", None, "bad_request"),
        ("GET", "/gmail/v1/users/me/nothing", None, "unknown_path"),
        ("GET", "/v1/users/me/messages", None, "unknown_path"),
        ("POST", "/gmail/v1/users/me/labels", b'{"name": "x", "colour": "red"}', "bad_request"),
        ("POST", "/gmail/v1/users/me/labels", b'{"name": 5}', "bad_request"),
        ("POST", "/gmail/v1/users/me/labels", b"name=x", "bad_request"),
    ],
)
def test_what_google_does_not_know_is_refused(
    fake_gmail: FakeGmail, method: str, path: str, body: bytes | None, kind: str
) -> None:
    http = fake_gmail.service()._http
    headers = {"Content-Type": "application/json"} if body else {}
    answer, _ = http.request(fake_gmail.endpoint + path, method=method, body=body, headers=headers)
    assert answer.status == 400
    assert kinds(fake_gmail) == [kind]


def test_a_wrong_answer_of_the_fake_would_be_seen(fake_gmail: FakeGmail, monkeypatch: pytest.MonkeyPatch) -> None:
    service = fake_gmail.service()
    monkeypatch.setattr(type(fake_gmail._rest), "profile", lambda self, request: {"historyId": 5, "colour": "red"})
    status, message = refused(service.users().getProfile(userId="me"))
    assert status == 500
    assert "unknown field 'colour'" in message
    assert "historyId is no string" in message
    assert kinds(fake_gmail) == ["bad_answer"]


def test_every_method_of_the_fake_is_in_googles_description(fake_gmail: FakeGmail) -> None:
    assert set(fake_gmail._rest.handlers()) <= {method.id for method in discovery.methods()}


@pytest.mark.parametrize(
    ("schema", "value", "good"),
    [
        ("Profile", {"messagesTotal": 2**31}, False),
        ("Profile", {"messagesTotal": True}, False),
        ("Profile", {"historyId": str(2**64 - 1)}, True),
        ("Profile", {"historyId": str(2**64)}, False),
        ("Message", {"raw": "a+b"}, False),
        ("Message", {"payload": {"parts": [{"headers": [{"nam": "x"}]}]}}, False),
        ("Message", {"labelIds": "INBOX"}, False),
        ("Message", {"id": None}, False),
        ("Label", {"type": "mine"}, False),
        ("Draft", {"id": "r-1", "message": {"id": "1", "threadId": "1"}}, True),
    ],
)
def test_schemas(schema: str, value: Any, good: bool) -> None:
    assert (discovery.schema_problems(schema, value) == []) is good


# -- lists, pages, history ---------------------------------------------------------------------------------------------


def test_pages_may_be_small_or_empty_and_belong_to_one_question(fake_gmail: FakeGmail) -> None:
    for n in range(7):
        fake_gmail.deliver(mail(f"Mail {n}", f"<{n}@acme.example>"))
    fake_gmail.quirks.page_cap = 3
    fake_gmail.quirks.empty_first_page = True
    messages = fake_gmail.service().users().messages()
    first = messages.list(userId="me", maxResults=500).execute()
    assert "messages" not in first
    seen: list[str] = []
    request = messages.list_next(messages.list(userId="me"), first)
    while request is not None:
        page = request.execute()
        assert len(page["messages"]) <= 3
        seen += [item["id"] for item in page["messages"]]
        request = messages.list_next(request, page)
    assert sorted(seen) == sorted(fake_gmail.messages)
    assert refused(messages.list(userId="me", q="from:ann", pageToken=first["nextPageToken"]))[0] == 400
    assert kinds(fake_gmail) == ["bad_request"]


def test_spam_and_bin_are_hidden_unless_named(fake_gmail: FakeGmail) -> None:
    spam = fake_gmail.deliver(mail("Spam", "<s@acme.example>"), labels=("SPAM",)).id
    kept = fake_gmail.deliver(mail("Ham", "<h@acme.example>")).id
    messages = fake_gmail.service().users().messages()

    def found(**asked: Any) -> set[str]:
        return {item["id"] for item in messages.list(userId="me", **asked).execute().get("messages", ())}

    assert found() == found(q="from:acme.example") == {kept}
    assert found(includeSpamTrash=True) == found(q="in:anywhere") == {spam, kept}
    assert found(q="in:spam") == found(labelIds=["SPAM"]) == {spam}


def test_search_may_lag_behind_a_new_draft(fake_gmail: FakeGmail) -> None:
    fake_gmail.quirks.search_lag = timedelta(seconds=30)
    drafts = fake_gmail.service().users().drafts()
    made = drafts.create(userId="me", body={"message": {"raw": b64(reply(answers=""))}}).execute()
    assert "drafts" not in drafts.list(userId="me", q="rfc822msgid:d@x").execute()
    assert [item["id"] for item in drafts.list(userId="me").execute()["drafts"]] == [made["id"]]
    fake_gmail.tick(30)
    assert [item["id"] for item in drafts.list(userId="me", q="rfc822msgid:d@x").execute()["drafts"]] == [made["id"]]


def test_history_ids_are_text_beyond_int64_and_too_old_is_404(fake_gmail: FakeGmail) -> None:
    users = fake_gmail.service().users()
    start = users.getProfile(userId="me").execute()["historyId"]
    assert int(start) > 2**63
    key = fake_gmail.deliver(mail("Your application", "<a@acme.example>")).id
    fake_gmail.user_labels(key, add=["STARRED"], remove=["UNREAD"])
    fake_gmail.user_deletes(key)
    records = users.history().list(userId="me", startHistoryId=start).execute()["history"]
    order = [next(name for name in record if name not in ("id", "messages")) for record in records]
    assert order == ["messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    only = users.history().list(userId="me", startHistoryId=start, historyTypes="messageAdded").execute()["history"]
    assert [record["id"] for record in only] == [records[0]["id"]]
    fake_gmail.quirks.bare_history = True
    bare = users.history().list(userId="me", startHistoryId=start).execute()["history"]
    assert {frozenset(record) for record in bare} == {frozenset({"id", "messages"})}
    fake_gmail.expire_history()
    assert refused(users.history().list(userId="me", startHistoryId=start))[0] == 404
    now = users.getProfile(userId="me").execute()["historyId"]
    fake_gmail.advance_history(10**6)
    idle = users.history().list(userId="me", startHistoryId=now).execute()
    assert "history" not in idle
    assert int(idle["historyId"]) == int(now) + 10**6
    assert refused(users.history().list(userId="me", startHistoryId=str(int(now) + 10**9)))[0] == 404


def test_delivery_threads_by_references_and_subject(fake_gmail: FakeGmail) -> None:
    first = fake_gmail.deliver(mail("Your application", "<a@acme.example>"))
    same = fake_gmail.deliver(mail("AW: Re: Your application", "<b@acme.example>", "<a@acme.example>"))
    other = fake_gmail.deliver(mail("A new subject", "<c@acme.example>", "<a@acme.example>"))
    assert first.id == first.thread_id == same.thread_id
    assert other.thread_id == other.id


def test_attachments_are_fetched_by_their_id(fake_gmail: FakeGmail) -> None:
    raw = (
        b"From: a@acme.example\r\nTo: jo@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n'
        b'--b\r\nContent-Type: text/calendar; name="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="invite.ics"\r\n\r\nQkVHSU4=\r\n--b--\r\n'
    )
    key = fake_gmail.deliver(raw).id
    messages = fake_gmail.service().users().messages()
    part = messages.get(userId="me", id=key).execute()["payload"]["parts"][1]
    assert (part["filename"], part["body"]["size"]) == ("invite.ics", 5)
    assert "data" not in part["body"]
    got = messages.attachments().get(userId="me", messageId=key, id=part["body"]["attachmentId"]).execute()
    assert unb64(got["data"]) == b"BEGIN"
