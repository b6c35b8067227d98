"""What each call costs, in units of Gmail's quota, per user and minute of the fake's clock.

Two tables: projects made before 1 May 2026 and after (https://developers.google.com/workspace/gmail/api/reference/quota).
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tests.support.fake_gmail.errors import ApiError

OLD: dict[str, int] = {
    "getProfile": 1,
    "messages.list": 5,
    "messages.get": 5,
    "messages.attachments.get": 5,
    "messages.modify": 5,
    "messages.batchModify": 50,
    "messages.send": 100,
    "messages.insert": 25,
    "messages.import": 25,
    "messages.delete": 10,
    "messages.batchDelete": 50,
    "messages.trash": 5,
    "messages.untrash": 5,
    "threads.list": 10,
    "threads.get": 10,
    "threads.modify": 10,
    "threads.trash": 10,
    "threads.untrash": 10,
    "threads.delete": 20,
    "history.list": 2,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.get": 5,
    "drafts.list": 5,
    "drafts.delete": 10,
    "drafts.send": 100,
    "labels.list": 1,
    "labels.get": 1,
    "labels.create": 5,
    "labels.update": 5,
    "labels.patch": 5,
    "labels.delete": 5,
    "settings.sendAs.list": 1,
    "settings.sendAs.get": 1,
    "watch": 100,
    "stop": 50,
}
NEW: dict[str, int] = OLD | {
    "messages.get": 20,
    "messages.attachments.get": 20,
    "threads.get": 40,
    "drafts.get": 20,
}
LIMITS = {"old": 15_000, "new": 6_000}


@dataclass(slots=True)
class Quota:
    """Counts units and refuses when a minute holds too many.

    table: which price list. limit: units per 60 s, None for no limit. status: 429, or 403 as older projects see it.
    retry_after: seconds named in the Retry-After header, None for no such header.
    """

    table: Literal["old", "new"] = "new"
    limit: int | None = None
    status: int = 429
    retry_after: int | None = None
    used: int = 0
    _minute: deque[tuple[datetime, int]] = field(default_factory=deque)

    def units(self, method: str) -> int:
        """The price of a method; methods outside the published table count 1."""
        return (NEW if self.table == "new" else OLD).get(method, 1)

    def charge(self, method: str, now: datetime) -> int:
        """Takes the units off and returns them; raises the refusal, which costs nothing, if the minute is full."""
        price = self.units(method)
        while self._minute and self._minute[0][0] <= now - timedelta(seconds=60):
            self._minute.popleft()
        if self.limit is not None and sum(u for _, u in self._minute) + price > self.limit:
            headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            reason = "rateLimitExceeded" if self.status == 429 else "userRateLimitExceeded"
            raise ApiError(self.status, "Quota exceeded for 'Queries' per minute per user", reason, headers)
        self._minute.append((now, price))
        self.used += price
        return price
