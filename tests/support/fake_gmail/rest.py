"""The methods of the Gmail API that the program may use, on a Mailbox; every other method is recorded and refused."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.support.fake_gmail import mime
from tests.support.fake_gmail.errors import ApiError, not_found
from tests.support.fake_gmail.mailbox import Event, Mail, Mailbox
from tests.support.fake_gmail.query import QueryError, compile_query

Json = dict[str, Any]
METADATA = "https://www.googleapis.com/auth/gmail.metadata"


@dataclass(slots=True)
class Alias:
    """One of the user's addresses (users.settings.sendAs)."""

    email: str
    name: str = ""
    signature: str = ""
    default: bool = False
    primary: bool = False
    verified: bool = True


@dataclass(slots=True)
class Quirks:
    """Things that Google may do and a client must stand.

    page_cap: a page never holds more than this, whatever maxResults says. empty_first_page: list answers start with a
    page without items. bare_history: history records hold ids only. search_lag: a new message is not found with `q`
    before that time has gone by on the fake's clock.
    """

    page_cap: int | None = None
    empty_first_page: bool = False
    bare_history: bool = False
    search_lag: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Request:
    """One checked request. query: lists, as a parameter may be repeated. scopes: those of the access token."""

    method: str
    ids: dict[str, str]
    query: dict[str, list[str]]
    body: Json
    scopes: frozenset[str] = frozenset()

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    @property
    def metadata_only(self) -> bool:
        return self.scopes <= {METADATA}


@dataclass(slots=True)
class Rest:
    """Answers of the API. `handle` returns the JSON body, or None for 204."""

    box: Mailbox
    aliases: list[Alias]
    quirks: Quirks = field(default_factory=Quirks)

    def handlers(self) -> dict[str, Callable[[Request], Json | None]]:
        return {
            "getProfile": self.profile,
            "messages.list": self.list_messages,
            "messages.get": self.get_message,
            "messages.attachments.get": self.get_attachment,
            "messages.modify": self.modify,
            "messages.batchModify": self.batch_modify,
            "threads.list": self.list_threads,
            "threads.get": self.get_thread,
            "history.list": self.list_history,
            "drafts.create": self.create_draft,
            "drafts.update": self.update_draft,
            "drafts.get": self.get_draft,
            "drafts.list": self.list_drafts,
            "labels.list": self.list_labels,
            "labels.get": self.get_label,
            "labels.create": self.create_label,
            "settings.sendAs.list": self.list_aliases,
            "settings.sendAs.get": self.get_alias,
        }

    # -- messages --------------------------------------------------------------------------------------------------

    def profile(self, request: Request) -> Json:
        mails = self.box.mails.values()
        return {
            "emailAddress": self.box.email,
            "messagesTotal": len(mails),
            "threadsTotal": len({mail.thread_id for mail in mails}),
            "historyId": str(self.box.history_id),
        }

    def list_messages(self, request: Request) -> Json:
        found = self._search(request, self.box.newest_first())
        return self._page(request, "messages", [{"id": mail.id, "threadId": mail.thread_id} for mail in found])

    def get_message(self, request: Request) -> Json:
        names = request.query.get("metadataHeaders")
        return self._message(self.box.get(request.ids["id"]), request.one("format", "full"), request, names)

    def get_attachment(self, request: Request) -> Json:
        data = mime.attachment(self.box.get(request.ids["messageId"]).mime, request.ids["id"])
        if data is None:
            raise not_found()
        return {"size": len(data), "data": mime.encode(data)}

    def modify(self, request: Request) -> Json:
        mail = self.box.get(request.ids["id"])
        add, remove = self._label_change(request.body)
        self._relabel(mail, add, remove)
        return {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}

    def batch_modify(self, request: Request) -> None:
        ids = request.body.get("ids", [])
        if not 0 < len(ids) <= 1000:
            raise ApiError(400, "batchModify takes 1 to 1000 ids")
        mails = [self.box.get(key) for key in ids]
        add, remove = self._label_change(request.body)
        for mail in mails:
            self._relabel(mail, add, remove)

    def _label_change(self, body: Json) -> tuple[set[str], set[str]]:
        if set(body) - {"addLabelIds", "removeLabelIds", "ids"}:
            raise ApiError(400, "Classification labels are not in use here")
        add, remove = set(body.get("addLabelIds", [])), set(body.get("removeLabelIds", []))
        for label in add | remove:
            if label not in self.box.labels:
                raise ApiError(400, f"Invalid label: {label}")
            if label in ("SENT", "DRAFT", "CHAT"):
                raise ApiError(400, f"Invalid label: {label}")
        if not add | remove:
            raise ApiError(400, "No label add or removes specified")
        if add & remove or len(add) > 100 or len(remove) > 100:
            raise ApiError(400, "Cannot both add and remove the same label, nor more than 100")
        return add, remove

    def _relabel(self, mail: Mail, add: set[str], remove: set[str]) -> None:
        if "DRAFT" in mail.labels:
            raise ApiError(400, "Invalid label: drafts cannot carry labels")
        self.box.relabel(mail, add, remove)

    def _message(self, mail: Mail, shape: str, request: Request, names: list[str] | None = None) -> Json:
        if request.metadata_only and shape in ("full", "raw"):
            raise ApiError(403, f"Metadata scope doesn't allow format {shape.upper()}", "forbidden")
        found: Json = {
            "id": mail.id,
            "threadId": mail.thread_id,
            "labelIds": sorted(mail.labels),
            "snippet": mime.snippet(mail.mime),
            "historyId": str(mail.history_id),
            "internalDate": str(mail.internal_ms),
            "sizeEstimate": len(mail.raw),
        }
        if shape == "raw":
            found["raw"] = mime.encode(mail.raw)
        elif shape == "full":
            found["payload"] = mime.payload(mail.mime)
        elif shape == "metadata":
            found["payload"] = mime.payload(mail.mime, only=names, bodies=False)
        return found

    # -- threads ---------------------------------------------------------------------------------------------------

    def list_threads(self, request: Request) -> Json:
        seen: dict[str, Mail] = {}
        for mail in self._search(request, self.box.newest_first()):
            seen.setdefault(mail.thread_id, mail)
        found = [
            {"id": key, "snippet": mime.snippet(mail.mime), "historyId": self._thread_history(key)}
            for key, mail in seen.items()
        ]
        return self._page(request, "threads", found)

    def get_thread(self, request: Request) -> Json:
        key = request.ids["id"]
        mails = self.box.thread(key)
        if not mails:
            raise not_found()
        shape, names = request.one("format", "full"), request.query.get("metadataHeaders")
        messages = [self._message(mail, shape, request, names) for mail in mails]
        return {"id": key, "historyId": self._thread_history(key), "messages": messages}

    def _thread_history(self, key: str) -> str:
        return str(max(mail.history_id for mail in self.box.thread(key)))

    # -- search and pages ------------------------------------------------------------------------------------------

    def _search(self, request: Request, mails: list[Mail]) -> list[Mail]:
        wanted = set(request.query.get("labelIds", ()))
        for label in wanted - set(self.box.labels):
            raise ApiError(400, f"Invalid label: {label}")
        text = request.one("q")
        hidden = {"SPAM", "TRASH"} - wanted
        if request.one("includeSpamTrash") == "true":
            hidden = set()
        if text:
            if request.metadata_only:
                raise ApiError(403, "Metadata scope does not support 'q' parameter", "forbidden")
            try:
                query = compile_query(text, now=self.box.now, label_names=self._label_names())
            except QueryError as error:
                raise ApiError(400, f"q: {error}", "badQuery") from error
            indexed = self.box.now - self.quirks.search_lag
            mails = [mail for mail in mails if mail.added <= indexed and query.test(mail)]
            hidden = set() if query.places else hidden
        return [mail for mail in mails if not mail.labels & hidden and wanted <= mail.labels]

    def _label_names(self) -> dict[str, str]:
        return {name.lower(): key for key, name in self.box.labels.items()}

    def _page(self, request: Request, name: str, items: list[Json]) -> Json:
        """One page of a list; the token is bound to the question, so that nobody mixes pages of two questions."""
        size = int(request.one("maxResults", "100"))
        if not 0 < size <= 500:
            raise ApiError(400, "maxResults must be between 1 and 500")
        asked = {k: v for k, v in request.query.items() if k not in ("pageToken", "maxResults", "fields")}
        mark = hashlib.sha256(repr((request.method, sorted(asked.items()))).encode()).hexdigest()[:8]
        token = request.one("pageToken")
        at = 0
        if token:
            hit = re.fullmatch(r"(\d+)x([0-9a-f]{8})", token)
            if hit is None or hit[2] != mark:
                raise ApiError(400, "Invalid page token")
            at = int(hit[1])
        elif self.quirks.empty_first_page and items:
            return {"nextPageToken": f"0x{mark}"} | ({} if name == "history" else {"resultSizeEstimate": len(items)})
        size = min(size, self.quirks.page_cap or size)
        page: Json = {name: items[at : at + size]} if items[at : at + size] else {}
        if at + size < len(items):
            page["nextPageToken"] = f"{at + size}x{mark}"
        if name != "history":
            page["resultSizeEstimate"] = len(items)
        return page

    # -- history ---------------------------------------------------------------------------------------------------

    def list_history(self, request: Request) -> Json:
        start = request.one("startHistoryId")
        if not start:
            raise ApiError(400, "Missing required parameter: startHistoryId")
        if not self.box.oldest_history_id <= int(start) <= self.box.history_id:
            raise not_found()
        kinds = self._kinds(request)
        label = request.one("labelId")
        records = [
            self._record(event)
            for event in self.box.events
            if event.id > int(start)
            and event.kind in kinds
            and (not label or label in event.labels or label in event.now)
        ]
        return self._page(request, "history", records) | {"historyId": str(self.box.history_id)}

    def _kinds(self, request: Request) -> set[str]:
        names = {
            "messageAdded": "messagesAdded",
            "messageDeleted": "messagesDeleted",
            "labelAdded": "labelsAdded",
            "labelRemoved": "labelsRemoved",
        }
        return {names[kind] for kind in request.query.get("historyTypes", names)}

    def _record(self, event: Event) -> Json:
        bare: Json = {"id": event.message_id, "threadId": event.thread_id}
        record: Json = {"id": str(event.id), "messages": [bare]}
        if self.quirks.bare_history:
            return record
        if event.kind.startswith("messages"):
            record[event.kind] = [{"message": bare | {"labelIds": list(event.labels)}}]
        else:
            record[event.kind] = [{"message": bare | {"labelIds": list(event.now)}, "labelIds": list(event.labels)}]
        return record

    # -- drafts ----------------------------------------------------------------------------------------------------

    def _draft_input(self, request: Request) -> tuple[bytes, str | None]:
        """The bytes and the thread of a draft that is fit to be saved."""
        message = request.body.get("message", {})
        if set(request.body) - {"message", "id"} or set(message) - {"raw", "threadId"} or "raw" not in message:
            raise ApiError(400, "A draft takes message.raw and message.threadId and nothing else", "badDraft")
        if request.body.get("id", request.ids.get("id")) != request.ids.get("id"):
            raise ApiError(400, "The draft's id is not for the client to choose", "badDraft")
        raw = mime.decode(message["raw"])
        problems = mime.draft_problems(raw, {alias.email for alias in self.aliases if alias.verified})
        if problems:
            raise ApiError(400, "; ".join(problems), "badDraft")
        thread = message.get("threadId")
        if thread is not None:
            self.box.check_joins(raw, thread)
        return raw, thread

    def create_draft(self, request: Request) -> Json:
        raw, thread = self._draft_input(request)
        return self._draft(self.box.new_draft(raw, thread))

    def update_draft(self, request: Request) -> Json:
        key = request.ids["id"]
        self.box.draft(key)
        raw, thread = self._draft_input(request)
        self.box.replace_draft(key, raw, thread)
        return self._draft(key)

    def get_draft(self, request: Request) -> Json:
        mail = self.box.draft(request.ids["id"])
        return {"id": request.ids["id"], "message": self._message(mail, request.one("format", "full"), request)}

    def list_drafts(self, request: Request) -> Json:
        keys = {message: key for key, message in self.box.drafts.items()}
        found = self._search(request, [mail for mail in self.box.newest_first() if mail.id in keys])
        return self._page(
            request,
            "drafts",
            [{"id": keys[mail.id], "message": {"id": mail.id, "threadId": mail.thread_id}} for mail in found],
        )

    def _draft(self, key: str) -> Json:
        mail = self.box.draft(key)
        return {"id": key, "message": {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}}

    # -- labels and addresses --------------------------------------------------------------------------------------

    def list_labels(self, request: Request) -> Json:
        return {"labels": [self._label(key) for key in self.box.labels]}

    def get_label(self, request: Request) -> Json:
        key = request.ids["id"]
        if key not in self.box.labels:
            raise not_found()
        mails = [mail for mail in self.box.mails.values() if key in mail.labels]
        unread = [mail for mail in mails if "UNREAD" in mail.labels]
        return self._label(key) | {
            "messagesTotal": len(mails),
            "messagesUnread": len(unread),
            "threadsTotal": len({mail.thread_id for mail in mails}),
            "threadsUnread": len({mail.thread_id for mail in unread}),
        }

    def create_label(self, request: Request) -> Json:
        name = request.body.get("name", "")
        if set(request.body) - {"name", "labelListVisibility", "messageListVisibility", "color", "type"}:
            raise ApiError(400, "A label's id and counts are not for the client to choose")
        if not name or name != name.strip() or len(name) > 225 or request.body.get("type", "user") != "user":
            raise ApiError(400, "Invalid label name")
        existing = self._label_names()
        if existing.get(name.lower(), "") == name.upper():
            raise ApiError(400, "Invalid label name")  # the name of a system label
        if name.lower() in existing:
            raise ApiError(409, "Label name exists or conflicts")
        return self._label(self.box.new_label(name))

    def _label(self, key: str) -> Json:
        kind = "system" if key == self.box.labels[key] else "user"
        label: Json = {"id": key, "name": self.box.labels[key], "type": kind}
        if kind == "user":
            label |= {"messageListVisibility": "show", "labelListVisibility": "labelShow"}
        return label

    def list_aliases(self, request: Request) -> Json:
        return {"sendAs": [self._alias(alias) for alias in self.aliases]}

    def get_alias(self, request: Request) -> Json:
        for alias in self.aliases:
            if alias.email == request.ids["sendAsEmail"]:
                return self._alias(alias)
        raise not_found()

    def _alias(self, alias: Alias) -> Json:
        found: Json = {"sendAsEmail": alias.email, "displayName": alias.name, "signature": alias.signature}
        found |= {"replyToAddress": "", "isDefault": alias.default}
        if alias.primary:
            return found | {"isPrimary": True}
        status = "accepted" if alias.verified else "pending"
        return found | {"treatAsAlias": True, "verificationStatus": status}
