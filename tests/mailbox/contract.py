"""What every server that speaks the Gmail REST API must do for us, seen through the official client.

The checks run on our fake (tests/support/fake_gmail) and on the npm package `emulate`, which we did not write: where
both agree, the fake has not just been bent to our own code. What `emulate` lacks or does differently is in ONLY_FAKE
with the reason; the rest of what the fake alone can show is in tests/support/test_fake_gmail_*.py.
"""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from googleapiclient.errors import HttpError

from tests.support.browser import ScriptedBrowser
from tests.support.mails import b64, mail, unb64

MODIFY = "https://www.googleapis.com/auth/gmail.modify"


class Peer(Protocol):
    """One account of one server."""

    address: str

    @property
    def endpoint(self) -> str: ...

    @property
    def revoke_uri(self) -> str: ...

    def client_secrets(self) -> dict[str, dict[str, Any]]: ...

    def browser(self) -> ScriptedBrowser: ...

    def service(self) -> Any: ...

    def deliver(self, raw: bytes, labels: tuple[str, ...] = ("INBOX", "UNREAD")) -> tuple[str, str]: ...


Check = Callable[[Peer], None]


def draft_body(
    peer: Peer, subject: str, answers: str, thread_id: str, message_id: str = "<d1@followup>"
) -> dict[str, Any]:
    raw = mail(subject, message_id, answers, sender=f"Jo <{peer.address}>", to="ann@acme.example")
    return {"message": {"raw": b64(raw), "threadId": thread_id}}


def _users(peer: Peer) -> Any:
    return peer.service().users()


# -- reading -----------------------------------------------------------------------------------------------------------


def raw_is_byte_exact(peer: Peer) -> None:
    """format=raw gives back the very bytes, whatever they are: 8 bit, long lines, odd folding."""
    odd = (
        b"From: Ann <ann@acme.example>\r\nTo: jo@example.org\r\nSubject: Your\r\n  application\r\n"
        b"Message-ID: <odd@acme.example>\r\nX-Odd:  two  blanks \r\nContent-Type: text/plain; charset=latin-1\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe " + b"x" * 900 + b"\r\n.\r\nlast line without an end"
    )
    key, _ = peer.deliver(odd)
    got = _users(peer).messages().get(userId="me", id=key, format="raw").execute()
    assert unb64(got["raw"]) == odd
    assert got["id"] == key
    assert set(got["labelIds"]) == {"INBOX", "UNREAD"}
    assert "payload" not in got


def full_has_headers_and_body(peer: Peer) -> None:
    key, _ = peer.deliver(mail("Your application", "<a@acme.example>"))
    got = _users(peer).messages().get(userId="me", id=key, format="full").execute()
    headers = {field["name"].lower(): field["value"] for field in got["payload"]["headers"]}
    assert headers["subject"] == "Your application"
    assert "moving forward" in unb64(_text_part(got["payload"])["body"]["data"]).decode()
    assert int(got["internalDate"]) > 0
    assert got["historyId"].isdigit()


def _text_part(part: dict[str, Any]) -> dict[str, Any]:
    return part if part["mimeType"] == "text/plain" else next(_text_part(child) for child in part["parts"])


def lists_page_by_page(peer: Peer) -> None:
    """Every message exactly once over all pages, and `labelIds` narrows."""
    wanted = {peer.deliver(mail(f"Mail {n}", f"<p{n}@acme.example>"))[0] for n in range(5)}
    peer.deliver(mail("Sent", "<s@example.org>"), ("SENT",))
    seen: list[str] = []
    messages = _users(peer).messages()
    request = messages.list(userId="me", labelIds=["INBOX"], maxResults=2)
    while request is not None:
        page = request.execute()
        assert len(page.get("messages", ())) <= 2
        seen += [item["id"] for item in page.get("messages", ())]
        request = messages.list_next(request, page)
    assert sorted(seen) == sorted(wanted)


def query_narrows(peer: Peer) -> None:
    """from: and subject:word, the two operators that both servers know."""
    hit, _ = peer.deliver(mail("Application received", "<q1@acme.example>"))
    peer.deliver(mail("Newsletter", "<q2@other.example>", sender="news@other.example"))
    messages = _users(peer).messages()
    for query in ("from:ann@acme.example", "subject:application", "from:ann@acme.example subject:received"):
        found = messages.list(userId="me", q=query).execute()
        assert [item["id"] for item in found["messages"]] == [hit], query


def missing_message_is_404(peer: Peer) -> None:
    with pytest.raises(HttpError) as error:
        _users(peer).messages().get(userId="me", id="19aaaaaaaaaaaaaa", format="raw").execute()
    assert error.value.status_code == 404


def unknown_token_is_401(peer: Peer) -> None:
    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery import build_from_document

    from tests.support.fake_gmail import discovery

    nobody = Credentials(token="nobody")  # type: ignore[no-untyped-call]
    service = build_from_document(discovery.document_for(peer.endpoint), credentials=nobody)
    with pytest.raises(Exception, match=r"401|refresh") as error:
        service.users().messages().list(userId="me").execute()
    assert type(error.value).__name__ in ("HttpError", "RefreshError")


# -- threads -----------------------------------------------------------------------------------------------------------


def answers_join_the_thread(peer: Peer) -> None:
    first, thread = peer.deliver(mail("Your application", "<t1@acme.example>"))
    second, same = peer.deliver(mail("Re: Your application", "<t2@acme.example>", "<t1@acme.example>"))
    other, another = peer.deliver(mail("Your application", "<t3@acme.example>"))
    assert same == thread != another
    got = _users(peer).threads().get(userId="me", id=thread, format="minimal").execute()
    assert [item["id"] for item in got["messages"]] == [first, second]
    listed = _users(peer).threads().list(userId="me").execute()
    assert {item["id"] for item in listed["threads"]} == {thread, another}
    assert other not in (first, second)


def missing_thread_is_404(peer: Peer) -> None:
    with pytest.raises(HttpError) as error:
        _users(peer).threads().get(userId="me", id="19aaaaaaaaaaaaaa").execute()
    assert error.value.status_code == 404


# -- drafts ------------------------------------------------------------------------------------------------------------


def draft_lives_in_the_thread(peer: Peer) -> None:
    """Created in the thread, read back byte for byte, listed, with the label DRAFT."""
    _, thread = peer.deliver(mail("Your application", "<r@acme.example>"))
    body = draft_body(peer, "Re: Your application", "<r@acme.example>", thread)
    drafts = _users(peer).drafts()
    made = drafts.create(userId="me", body=body).execute()
    assert made["message"]["threadId"] == thread
    back = drafts.get(userId="me", id=made["id"], format="raw").execute()
    assert back["id"] == made["id"]
    assert unb64(back["message"]["raw"]) == unb64(body["message"]["raw"])
    assert back["message"]["labelIds"] == ["DRAFT"]
    listed = drafts.list(userId="me").execute()["drafts"]
    assert listed == [{"id": made["id"], "message": {"id": made["message"]["id"], "threadId": thread}}]
    members = _users(peer).threads().get(userId="me", id=thread, format="minimal").execute()["messages"]
    assert made["message"]["id"] in [member["id"] for member in members]


def draft_update_keeps_the_draft_id(peer: Peer) -> None:
    _, thread = peer.deliver(mail("Your application", "<u@acme.example>"))
    drafts = _users(peer).drafts()
    made = drafts.create(
        userId="me", body=draft_body(peer, "Re: Your application", "<u@acme.example>", thread)
    ).execute()
    again = draft_body(peer, "Re: Your application", "<u@acme.example>", thread, "<d2@followup>")
    drafts.update(userId="me", id=made["id"], body=again).execute()
    back = drafts.get(userId="me", id=made["id"], format="raw").execute()
    assert unb64(back["message"]["raw"]) == unb64(again["message"]["raw"])
    assert [item["id"] for item in drafts.list(userId="me").execute()["drafts"]] == [made["id"]]


def missing_draft_is_404(peer: Peer) -> None:
    with pytest.raises(HttpError) as error:
        _users(peer).drafts().get(userId="me", id="r-1").execute()
    assert error.value.status_code == 404


# -- labels ------------------------------------------------------------------------------------------------------------


def labels_are_made_and_put_on(peer: Peer) -> None:
    key, _ = peer.deliver(mail("Your application", "<l@acme.example>"))
    users = _users(peer)
    label = users.labels().create(userId="me", body={"name": "followup/drafted"}).execute()
    assert label["name"] == "followup/drafted"
    listed = {item["id"]: item["name"] for item in users.labels().list(userId="me").execute()["labels"]}
    assert listed[label["id"]] == "followup/drafted"
    assert listed["INBOX"] == "INBOX"
    change = {"addLabelIds": [label["id"]], "removeLabelIds": ["UNREAD"]}
    users.messages().modify(userId="me", id=key, body=change).execute()
    got = users.messages().get(userId="me", id=key, format="minimal").execute()
    assert set(got["labelIds"]) == {"INBOX", label["id"]}
    found = users.messages().list(userId="me", labelIds=[label["id"]]).execute()
    assert [item["id"] for item in found["messages"]] == [key]


def batch_modify_changes_all(peer: Peer) -> None:
    keys = [peer.deliver(mail(f"Mail {n}", f"<b{n}@acme.example>"))[0] for n in range(3)]
    messages = _users(peer).messages()
    messages.batchModify(userId="me", body={"ids": keys, "addLabelIds": ["STARRED"]}).execute()
    for key in keys:
        assert "STARRED" in messages.get(userId="me", id=key, format="minimal").execute()["labelIds"]


def unknown_label_is_400(peer: Peer) -> None:
    key, _ = peer.deliver(mail("Your application", "<ul@acme.example>"))
    with pytest.raises(HttpError) as error:
        _users(peer).messages().modify(userId="me", id=key, body={"addLabelIds": ["Label_9999"]}).execute()
    assert error.value.status_code == 400


# -- history -----------------------------------------------------------------------------------------------------------


def history_says_what_changed(peer: Peer) -> None:
    """After a cursor: new mails, drafts and label changes; nothing of what was before; an empty answer when idle."""
    old, _ = peer.deliver(mail("Before", "<h0@acme.example>"))
    users = _users(peer)
    cursor = users.messages().get(userId="me", id=old, format="minimal").execute()["historyId"]
    idle = users.history().list(userId="me", startHistoryId=cursor).execute()
    assert idle.get("history", []) == []
    new, _ = peer.deliver(mail("After", "<h1@acme.example>"))
    users.messages().modify(userId="me", id=old, body={"addLabelIds": ["STARRED"]}).execute()
    found = users.history().list(userId="me", startHistoryId=cursor).execute()
    added = [item["message"]["id"] for r in found["history"] for item in r.get("messagesAdded", ())]
    starred = [item["message"]["id"] for r in found["history"] for item in r.get("labelsAdded", ())]
    assert added == [new]
    assert starred == [old]
    only = users.history().list(userId="me", startHistoryId=cursor, historyTypes=["messageAdded"]).execute()
    assert not any("labelsAdded" in record for record in only["history"])
    assert int(found["historyId"]) > int(cursor)
    assert users.history().list(userId="me", startHistoryId=found["historyId"]).execute().get("history", []) == []


# -- addresses and OAuth -----------------------------------------------------------------------------------------------


def send_as_names_the_account(peer: Peer) -> None:
    found = _users(peer).settings().sendAs().list(userId="me").execute()["sendAs"]
    assert [item["sendAsEmail"] for item in found if item["isDefault"]] == [peer.address]


def login_over_loopback_with_pkce(peer: Peer) -> None:
    """The official flow with its own loopback server; the token reads mail, is refreshed, and dies when revoked."""
    import google.auth.transport.requests
    import requests
    from google.auth.exceptions import RefreshError
    from google_auth_oauthlib.flow import InstalledAppFlow

    browser = peer.browser().register()
    flow = InstalledAppFlow.from_client_config(peer.client_secrets(), [MODIFY])
    granted = flow.run_local_server(port=0, browser=browser.name, timeout_seconds=10, authorization_prompt_message="")
    browser.join()
    assert "code_challenge_method=S256" in browser.visited[0]
    assert granted.refresh_token
    before = granted.token
    granted.refresh(google.auth.transport.requests.Request())
    assert granted.token != before
    assert requests.post(peer.revoke_uri, data={"token": granted.refresh_token}, timeout=10).status_code == 200
    with pytest.raises(RefreshError, match="invalid_grant"):
        granted.refresh(google.auth.transport.requests.Request())


ON_BOTH: tuple[Check, ...] = (
    raw_is_byte_exact,
    full_has_headers_and_body,
    lists_page_by_page,
    query_narrows,
    missing_message_is_404,
    unknown_token_is_401,
    answers_join_the_thread,
    missing_thread_is_404,
    draft_lives_in_the_thread,
    draft_update_keeps_the_draft_id,
    missing_draft_is_404,
    labels_are_made_and_put_on,
    batch_modify_changes_all,
    unknown_label_is_400,
    history_says_what_changed,
    send_as_names_the_account,
    login_over_loopback_with_pkce,
)


# -- what emulate 0.11.2 lacks or does otherwise: only on our fake -----------------------------------------------------


def profile_names_the_account(peer: Peer) -> None:
    """emulate has no getProfile."""
    found = _users(peer).getProfile(userId="me").execute()
    assert found["emailAddress"] == peer.address
    assert found["historyId"].isdigit()


def first_message_names_the_thread(peer: Peer) -> None:
    """emulate makes thread ids of their own."""
    key, thread = peer.deliver(mail("Your application", "<f@acme.example>"))
    assert key == thread


def drafts_are_found_by_message_id(peer: Peer) -> None:
    """emulate ignores `q` of drafts.list, and rfc822msgid everywhere."""
    drafts = _users(peer).drafts()
    for n in (1, 2):
        peer.deliver(mail(f"Job {n}", f"<m{n}@acme.example>"))
        raw = mail(f"Re: Job {n}", f"<d{n}@followup>", sender=peer.address, to="ann@acme.example")
        drafts.create(userId="me", body={"message": {"raw": b64(raw)}}).execute()
    found = drafts.list(userId="me", q="rfc822msgid:<d2@followup>").execute()["drafts"]
    back = drafts.get(userId="me", id=found[0]["id"], format="raw").execute()
    assert len(found) == 1
    assert b"<d2@followup>" in unb64(back["message"]["raw"])
    assert "drafts" not in drafts.list(userId="me", q="rfc822msgid:none@followup").execute()


def update_gives_a_new_inner_id(peer: Peer) -> None:
    """emulate keeps the inner message id; Gmail does not."""
    _, thread = peer.deliver(mail("Your application", "<i@acme.example>"))
    drafts = _users(peer).drafts()
    body = draft_body(peer, "Re: Your application", "<i@acme.example>", thread)
    made = drafts.create(userId="me", body=body).execute()
    again = drafts.update(userId="me", id=made["id"], body=body).execute()
    assert again["id"] == made["id"]
    assert again["message"]["id"] != made["message"]["id"]


def broken_draft_is_400(peer: Peer) -> None:
    """emulate saves anything."""
    with pytest.raises(HttpError) as error:
        _users(peer).drafts().create(userId="me", body={"message": {"raw": "!"}}).execute()
    assert error.value.status_code == 400


def same_label_twice_is_409(peer: Peer) -> None:
    """emulate answers 400."""
    labels = _users(peer).labels()
    labels.create(userId="me", body={"name": "followup"}).execute()
    with pytest.raises(HttpError) as error:
        labels.create(userId="me", body={"name": "FollowUp"}).execute()
    assert error.value.status_code == 409


def fields_cut_the_answer(peer: Peer) -> None:
    """emulate ignores `fields`."""
    key, thread = peer.deliver(mail("Your application", "<pf@acme.example>"))
    got = _users(peer).messages().get(userId="me", id=key, fields="threadId,payload/headers(name)").execute()
    assert set(got) == {"threadId", "payload"}
    assert got["threadId"] == thread
    assert {frozenset(field) for field in got["payload"]["headers"]} == {frozenset({"name"})}


def batches_answer_each_part(peer: Peer) -> None:
    """emulate has no /batch."""
    key, _ = peer.deliver(mail("Your application", "<bt@acme.example>"))
    got: dict[str, Any] = {}
    service = peer.service()
    batch = service.new_batch_http_request(callback=lambda name, answer, error: got.update({name: answer or error}))
    batch.add(service.users().messages().get(userId="me", id=key, format="minimal"), request_id="here")
    batch.add(service.users().messages().get(userId="me", id="19aaaaaaaaaaaaaa"), request_id="gone")
    batch.execute()
    assert got["here"]["id"] == key
    assert got["gone"].status_code == 404


ONLY_FAKE: tuple[Check, ...] = (
    profile_names_the_account,
    first_message_names_the_thread,
    drafts_are_found_by_message_id,
    update_gives_a_new_inner_id,
    broken_draft_is_400,
    same_label_twice_is_409,
    fields_cut_the_answer,
    batches_answer_each_part,
)
