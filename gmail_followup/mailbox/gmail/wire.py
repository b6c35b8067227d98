"""One HTTP request, sent once. The layer under everything that talks to Gmail or to the token endpoint.

httplib2 re-sends by itself: after a `BadStatusLine` (the server took the request and then hung up) it connects again
and posts the same body, whatever the caller asked for; with drafts.create that makes two drafts and looks like success.
`Wire` replaces the method in which that happens and keeps the rest of httplib2: connections, TLS, proxies.
"""

import http.client
import socket
import ssl
import zlib
from collections.abc import Mapping
from typing import Any

import httplib2

from gmail_followup.mailbox.gmail.allowed import Gate
from gmail_followup.mailbox.gmail.quota import Clock

LARGEST = 64 * 1024 * 1024
"""Bytes of an answer, before and after decompression. Gmail takes in mails of up to 50 MB."""
_SLOWEST = 10
"""An answer may take this many timeouts in all: a server that drips a byte now and then is a hanging server."""
_BLOCK = 256 * 1024
_Http: Any = httplib2.Http


class WireError(Exception):
    """A request that got no answer."""


class Unreachable(WireError):
    """No connection could be made: nothing was sent. `kind` is dns, tls, timeout, proxy or refused."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class AnswerLost(WireError):
    """The request may have been carried out, but its answer did not arrive whole.

    timed_out: the connection stood, but the answer took too long.
    """

    def __init__(self, *, timed_out: bool = False) -> None:
        super().__init__("timed out" if timed_out else "connection lost")
        self.timed_out = timed_out


class TooLarge(WireError):
    """The answer is larger than LARGEST."""


def _proxy(scheme: str) -> Any:
    # Plain http goes to this machine only, and no proxy is needed to get there.
    return httplib2.proxy_info_from_environment("https") if scheme == "https" else None


class Wire(_Http):  # type: ignore[misc]
    """An httplib2.Http that asks the gate, tries once, never follows a redirect, and bounds time and size.

    Not thread-safe (httplib2 is not). Raises NotAllowed, Unreachable, AnswerLost, TooLarge.
    """

    def __init__(self, gate: Gate, *, timeout_s: float, clock: Clock, largest: int = LARGEST) -> None:
        super().__init__(timeout=timeout_s, proxy_info=_proxy)
        if not callable(getattr(_Http, "_conn_request", None)):
            raise RuntimeError("httplib2 has changed: _conn_request is gone, and it may send a POST twice.")
        self.follow_redirects = False
        self._gate = gate
        self._clock = clock
        self._largest = largest

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - the signature is httplib2's
        connection_type: Any = None,  # noqa: ARG002
    ) -> tuple[Any, bytes]:
        """Sends one request, once. Returns httplib2's (Response, bytes), whatever the status."""
        self._gate.check(method, uri, body, headers)
        sent = {**(headers or {}), "accept-encoding": "gzip"}
        response, content = super().request(uri, method=method, body=body, headers=sent, redirections=0)
        return response, content

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> tuple[Any, bytes]:
        if method != "GET":
            # The server may have closed an idle connection; finding out with a POST would leave it in doubt.
            conn.close()
        try:
            if conn.sock is None:
                conn.connect()
        except (OSError, httplib2.HttpLib2Error, http.client.HTTPException) as error:
            conn.close()
            raise Unreachable(_kind(error)) from None
        try:
            conn.request(method, request_uri, body, headers)
            answer = conn.getresponse()
            content = self._read(answer)
        except (OSError, http.client.HTTPException) as error:
            conn.close()
            raise AnswerLost(timed_out=isinstance(error, TimeoutError)) from None
        except WireError:
            conn.close()
            raise
        return httplib2.Response(answer), content

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        expected = answer.length
        if expected is not None and expected > self._largest:
            raise TooLarge
        until = self._clock() + self.timeout * _SLOWEST
        blocks: list[bytes] = []
        size = 0
        # read1 returns what is there; it keeps no count of its own before Python 3.12, so the count is kept here.
        while size != expected:
            block = answer.read1(_BLOCK if expected is None else min(_BLOCK, expected - size))
            if not block:
                break
            blocks.append(block)
            size += len(block)
            if size > self._largest:
                raise TooLarge
            if self._clock() > until:
                raise AnswerLost(timed_out=True)
        answer.close()
        if expected is not None and size != expected:
            raise AnswerLost
        content = b"".join(blocks)
        return self._unzip(content) if answer.getheader("content-encoding", "").lower() == "gzip" else content

    def _unzip(self, content: bytes) -> bytes:
        unzip = zlib.decompressobj(wbits=31)
        try:
            plain = unzip.decompress(content, self._largest + 1)
        except zlib.error:
            raise AnswerLost from None
        if len(plain) > self._largest:
            raise TooLarge
        if not unzip.eof:
            raise AnswerLost
        return plain


def _kind(error: Exception) -> str:
    if isinstance(error, socket.gaierror | httplib2.ServerNotFoundError):
        return "dns"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "refused" if isinstance(error, OSError) else "proxy"
