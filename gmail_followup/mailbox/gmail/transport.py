"""The HTTP object under google-api-python-client: the gate, the quota, the login, retries, and errors for people.

Its layers: `service` builds the library's resource on a `GmailHttp`; `GmailHttp` (here) decides about trying again;
`Wire` sends one request once; `allowed` holds the list of what may be sent at all.
"""

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail import failures
from gmail_followup.mailbox.gmail.allowed import Gate, NotAllowed, Route
from gmail_followup.mailbox.gmail.failures import Kind, Trouble
from gmail_followup.mailbox.gmail.quota import Clock, Quota, Sleep
from gmail_followup.mailbox.gmail.wire import TooLarge, Unreachable, Wire, WireError
from gmail_followup.mailbox.protocol import AmbiguousWrite

__all__ = ["GmailHttp", "NotAllowed", "Patience"]

SAFETY_MARGIN_S = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to keep trying: `attempts` in all, `total_s` seconds in all, pauses of random(0, min(cap, base * 2^n)).

    Full jitter, as in Google's "Truncated exponential backoff". Where the quota is used up, `rate_attempts` reach over
    the minute for which it counts. A connection that cannot be made at all is given up after `unreachable` attempts:
    without a network nobody wants to wait.
    """

    attempts: int = 6
    rate_attempts: int = 10
    total_s: float = 120.0
    base_s: float = 1.0
    cap_s: float = 32.0
    unreachable: int = 2


class Access(Protocol):
    """Who we are: hands out the Authorization header."""

    def header(self) -> str:
        """`Bearer ...`, renewed first if it has run out. Raises UserError."""

    def renew(self) -> None:
        """Gets a new access token, because the server refused the one at hand. Raises UserError."""


class GmailHttp:
    """Looks like an httplib2.Http to google-api-python-client. Not thread-safe.

    GET and messages.modify are tried again after 429, 403 rate limits, 5xx and lost answers; Retry-After is honoured.
    drafts.create and labels.create are sent once and only once: a lost or unclear answer raises AmbiguousWrite. The one
    exception is a 401: there the server has not looked at the request, so it is sent again with a new token.
    """

    def __init__(
        self,
        wire: Wire,
        gate: Gate,
        access: Access,
        quota: Quota,
        scopes: tuple[str, ...],
        *,
        patience: Patience | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._wire = wire
        self._gate = gate
        self._access = access
        self.quota = quota
        self._scopes = scopes
        self._patience = patience or Patience()
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - the signature is httplib2's
        connection_type: Any = None,  # noqa: ARG002
    ) -> tuple[Any, bytes]:
        """One API request with all its retries. Returns httplib2's (Response, bytes) for 2xx and plain refusals (4xx).

        Raises NotAllowed, AmbiguousWrite, or UserError (code ACCOUNT).
        """
        route = self._gate.check(method, uri, body, headers)
        if route is None:
            raise NotAllowed("The token endpoint is not part of the API.")
        until = self._clock() + self._patience.total_s
        renewed = False
        tries = 0
        while True:
            tries += 1
            outcome = self._once(route, uri, method, body, headers)
            if isinstance(outcome, WireError):
                self._wait_for_network(route, outcome, uri, tries, until)
                continue
            response, content, trouble = outcome
            if trouble.kind in (Kind.DONE, Kind.REFUSED):
                return response, content
            if trouble.kind is Kind.LOGIN and not renewed:
                renewed = True
                self._access.renew()
                continue
            self._wait_for_server(route, trouble, response, tries, until)

    def _once(
        self, route: Route, uri: str, method: str, body: Any, headers: Mapping[str, str] | None
    ) -> WireError | tuple[Any, bytes, Trouble]:
        sent = {**(headers or {}), "authorization": self._access.header()}
        self.quota.spend(route.name)
        try:
            response, content = self._wire.request(uri, method, body, sent)
        except WireError as error:
            return error
        return response, content, failures.read_trouble(response.status, content)

    def _wait_for_network(self, route: Route, error: WireError, uri: str, tries: int, until: float) -> None:
        """Sleeps if it makes sense to try again, raises otherwise."""
        sent = not isinstance(error, Unreachable)
        if sent and not route.again:
            raise AmbiguousWrite(f"{route.name}: {error}") from None
        most = self._patience.attempts if sent else self._patience.unreachable
        pause = self._pause(tries)
        if isinstance(error, TooLarge) or tries >= most or self._clock() + pause > until:
            raise Unanswered(error, urlsplit(uri).hostname or "") from None
        self._sleep(pause)

    def _wait_for_server(self, route: Route, trouble: Trouble, response: Any, tries: int, until: float) -> None:
        """Sleeps if it makes sense to try again, raises otherwise."""
        if not route.again and trouble.kind is Kind.SERVER:
            raise AmbiguousWrite(f"{route.name}: status {trouble.status}")
        asked = retry_after(response)
        pause = max(self._pause(tries), asked)
        may_pass = route.again and trouble.kind in (Kind.RATE, Kind.SERVER)
        most = self._patience.rate_attempts if trouble.kind is Kind.RATE else self._patience.attempts
        if not may_pass or tries >= most or self._clock() + pause > until:
            error = failures.explain(trouble, self._scopes)
            if asked > 0:
                error.why = f"It asks to wait for {asked:.0f} seconds."
                error.wait_s = asked
            raise error
        self._sleep(pause)

    def _pause(self, tries: int) -> float:
        return self._chance() * min(self._patience.cap_s, self._patience.base_s * 2.0 ** (tries - 1))

    def close(self) -> None:
        """Closes the connections."""
        self._wire.close()


class Unanswered(UserError):
    """No answer, after all retries. `cause` says in which way."""

    def __init__(self, cause: WireError, host: str) -> None:
        told = failures.no_answer(cause, host)
        super().__init__(told.what, why=told.why, fix=told.fix, code=Exit.ACCOUNT)
        self.cause = cause


def retry_after(response: Mapping[str, str]) -> float:
    """Seconds that an answer asks to wait (RFC 9110 section 10.2.3), 0 if it does not.

    A date is counted from the answer's own Date field, so that a wrong clock on this machine does not matter.
    """
    value = response.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), 1e6) + SAFETY_MARGIN_S
    try:
        then = email.utils.parsedate_to_datetime(value)
        now = email.utils.parsedate_to_datetime(response.get("date", ""))
        return max(0.0, (then - now).total_seconds()) + SAFETY_MARGIN_S
    except (ValueError, TypeError):
        return 0.0
