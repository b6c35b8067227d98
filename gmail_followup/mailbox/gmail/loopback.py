"""The other end of the login: a web server on this machine that waits for the browser to come back (RFC 8252, 7.3)."""

import hmac
import socketserver
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail.quota import Clock

_AGAIN = "Run `gmail-followup auth login` again."
_PAGE = "<!doctype html><meta charset=utf-8><title>gmail-followup</title><p>{}</p>"
_SLICE_S = 0.5


class Loopback:
    """Listens on a free port of 127.0.0.1. Requests that are not the redirect (favicons, scanners) are sent away.

    google-auth-oauthlib's own server takes the first request, whatever it is, for the answer, and prints the address
    without flushing; hence this one.
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(self, state: str, timeout_s: float, clock: Clock = time.monotonic) -> str:
        """The authorization code of the redirect that carries `state`. UserError if denied or after `timeout_s`."""
        server = self._server
        server.state = state
        server.timeout = _SLICE_S
        until = clock() + timeout_s
        while not server.code and not server.error:
            if clock() > until:
                raise UserError(
                    "Nobody came back from Google's page in time.",
                    why=f"Waited for {timeout_s:.0f} seconds. The page may have been closed.",
                    fix=_AGAIN,
                    code=Exit.ACCOUNT,
                )
            server.handle_request()
        if server.error == "access_denied":
            raise UserError(
                "Access was denied on Google's page.",
                why="Either you said no, or your address is not among the test users of the Google project.",
                fix=f"Nothing was changed. {_AGAIN}",
                code=Exit.ACCOUNT,
            )
        if server.error:
            raise UserError(f"Google's page ended with an error ({server.error}).", fix=_AGAIN, code=Exit.ACCOUNT)
        return server.code

    def close(self) -> None:
        """Stops listening."""
        self._server.server_close()


class _Server(socketserver.TCPServer):
    allow_reuse_address = False
    state = ""
    code = ""
    error = ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no reason to print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/" or not hmac.compare_digest(query.get("state", "").encode(), self.server.state.encode()):
            return self._answer(404, "Nothing here.")
        if "error" in query:
            self.server.error = "".join(c for c in query["error"] if c.isalnum() or c == "_")[:40] or "unknown"
            return self._answer(200, "Access was not given. You can close this page.")
        if not query.get("code"):
            return self._answer(400, "The code is missing.")
        self.server.code = query["code"]
        return self._answer(200, "Thank you. You can close this page and go back to the terminal.")

    def _answer(self, status: int, words: str) -> None:
        page = _PAGE.format(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """The default prints the code of the redirect on stderr."""
