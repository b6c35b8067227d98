"""What is new in the mailbox: Gmail's history, or a bounded look through it where the history is lost."""

from datetime import datetime
from typing import Any

from gmail_followup.mailbox.gmail import search
from gmail_followup.mailbox.gmail.failures import Refused
from gmail_followup.mailbox.gmail.service import Api, Json
from gmail_followup.mailbox.gmail.stored import labels_of
from gmail_followup.mailbox.protocol import Changes

_PAGE = 500
_NOT_MAIL = frozenset(("DRAFT", "SPAM", "TRASH"))


def changes_since(api: Api, cursor: str) -> Changes | None:
    """Messages added, or moved into the inbox (out of spam, say), since `cursor`; 2 units a page of 500.

    None if Gmail no longer knows that cursor (404): ids are kept for a week or so, sometimes only for hours.
    The new cursor comes from the first page: what happens while the other pages are read is told again next time.
    """
    pages = api.pages(
        api.users.history().list,
        startHistoryId=cursor,
        historyTypes=["messageAdded", "labelAdded"],
        maxResults=_PAGE,
    )
    after = ""
    keys: dict[str, None] = {}
    try:
        for page in pages:
            after = after or str(page.get("historyId") or "")
            for record in page.get("history") or ():
                keys.update(dict.fromkeys(_new_in(record)))
    except Refused as error:
        if error.status == 404:
            return None
        raise
    return Changes(keys=tuple(keys), cursor=after or cursor)


def _new_in(record: Json) -> list[str]:
    added = [entry.get("message") or {} for entry in record.get("messagesAdded") or ()]
    moved = [
        entry.get("message") or {}
        for entry in record.get("labelsAdded") or ()
        if "INBOX" in (entry.get("labelIds") or ())
    ]
    if not any(name in record for name in ("messagesAdded", "labelsAdded", "messagesDeleted", "labelsRemoved")):
        # A record may say only which messages changed, not how.
        added = list(record.get("messages") or ())
    return [str(message["id"]) for message in (*added, *moved) if message.get("id") and not _is_no_mail(message)]


def _is_no_mail(message: Json) -> bool:
    """Drafts, spam, trash. Unknown labels count as mail: the reader looks again. What the user sent is told as well:
    it shows whom he knows at an employer, and that he has answered."""
    return bool(labels_of(message) & _NOT_MAIL)


def look_through(api: Api, since: datetime | None, limit: int, *, lost: bool) -> Changes:
    """The newest `limit` messages that are not older than `since`, oldest first; 5 units a page of 500.

    A short list (5 units) tells which are drafts: cheaper than reading them for 20 each. The cursor is taken before the
    lists. lost: there was a cursor, and Gmail no longer knows it.
    """
    cursor = _history_id(api)
    query = search.since_query(since)
    keys, more = _ids(api, query, limit)
    if keys:
        drafts = set(_ids(api, query, limit, ["DRAFT"])[0])
        keys = [key for key in keys if key not in drafts]
    return Changes(keys=tuple(reversed(keys)), cursor=cursor, note=_note(since, limit, lost=lost, more=more))


def _history_id(api: Api) -> str:
    """Where the history stands now. A server without getProfile is asked for its newest message."""
    profile = api.find(api.users.getProfile(userId="me"))
    if profile and profile.get("historyId"):
        return str(profile["historyId"])
    newest, _more = _ids(api, "", 1)
    if not newest:
        return ""
    message = api.find(api.users.messages().get(userId="me", id=newest[0], format="minimal")) or {}
    return str(message.get("historyId") or "")


def _ids(api: Api, query: str, limit: int, labels: list[str] | None = None) -> tuple[list[str], bool]:
    """At most `limit` ids, newest first, and whether there are more."""
    arguments: dict[str, Any] = {"maxResults": min(limit, _PAGE)}
    if query:
        arguments["q"] = query
    if labels:
        arguments["labelIds"] = labels
    found: dict[str, None] = {}
    for page in api.pages(api.users.messages().list, **arguments):
        found.update((str(entry["id"]), None) for entry in page.get("messages") or ())
        if len(found) >= limit:
            return list(found)[:limit], len(found) > limit or bool(page.get("nextPageToken"))
    return list(found), False


def _note(since: datetime | None, limit: int, *, lost: bool, more: bool) -> str:
    parts = []
    if lost:
        start = "all mail" if since is None else f"the mail since {since.date().isoformat()}"
        parts.append(f"Gmail no longer knew what had changed since the last run; looked through {start}")
    if more:
        parts.append(f"only the newest {limit} messages were taken ([gmail] resync_limit)")
    return "; ".join(parts)
