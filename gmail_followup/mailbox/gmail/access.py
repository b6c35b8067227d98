"""The saved login at work: an access token for each request, renewed when it has run out."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail import failures
from gmail_followup.mailbox.gmail.quota import Sleep
from gmail_followup.mailbox.gmail.settings import MODIFY, GmailSettings
from gmail_followup.mailbox.gmail.tokens import Secret, Token, TokenStore
from gmail_followup.mailbox.gmail.wire import Wire, WireError

_ATTEMPTS = 3
_PAUSE_S = 1.0


class SavedAccess:
    """Implements transport.Access on a stored token; a renewed token is stored at once. Its repr shows no secret."""

    def __init__(self, token: Token, store: TokenStore, wire: Wire, *, sleep: Sleep = time.sleep) -> None:
        self._token = token
        self._store = store
        self._wire = wire
        self._sleep = sleep
        self._credentials: Any = make_credentials(token)

    @property
    def account(self) -> str:
        """The address that logged in; "" if the server did not say."""
        return self._token.account

    def header(self) -> str:
        if not self._credentials.valid:
            self.renew()
        return Secret(f"Bearer {self._credentials.token}")

    def renew(self) -> None:
        from google.auth.exceptions import GoogleAuthError

        for tries in range(1, _ATTEMPTS + 1):
            try:
                self._credentials.refresh(self._ask)
                break
            except (_TokenServerDown, WireError) as error:
                if tries == _ATTEMPTS:
                    raise _not_renewed(error, self._token.token_uri) from None
                self._sleep(_PAUSE_S * tries)
            except GoogleAuthError as error:
                raise failures.login_again(_code_word(error)) from None
        self._token = take_token(self._credentials, self._token)
        self._store.save(self._token)

    def _ask(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - google.auth's signature; the wire has its own
        **_more: object,
    ) -> Any:
        """google.auth.transport.Request over the wire. A failing server is raised, or google-auth sleeps on its own."""
        response, content = self._wire.request(url, method, body, headers)
        if response.status >= 500 or response.status in (408, 429):
            raise _TokenServerDown(response.status)
        return _Answer(response.status, dict(response), content)


class _TokenServerDown(Exception):
    """The token endpoint answered with a passing failure."""


class _Answer:
    """google.auth.transport.Response."""

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = headers
        self.data = data


def open_access(settings: GmailSettings, store: TokenStore, wire: Wire, *, sleep: Sleep = time.sleep) -> SavedAccess:
    """The saved login. UserError if there is none, if it lacks a scope, or if it belongs to another server."""
    token = store.load()
    if token is None:
        raise UserError("You are not logged in to Gmail.", fix=f"Run `{failures.LOGIN}`.", code=Exit.ACCOUNT)
    if token.token_uri != settings.token_uri:
        # A refresh token is shown to nobody but the server that gave it.
        raise UserError(
            f"The saved login belongs to another server ({urlsplit(token.token_uri).hostname}).",
            why="[gmail] token_uri in config.toml has changed since.",
            fix=f"Run `{failures.LOGIN}`, or put token_uri back.",
            code=Exit.ACCOUNT,
        )
    missing = [scope.rpartition("/")[2] for scope in missing_scopes(settings, token.scopes)]
    if missing:
        raise UserError(
            f"The saved login does not include {' and '.join(missing)}.",
            fix=f"Run `{failures.LOGIN}` and leave every box on Google's page ticked.",
            code=Exit.ACCOUNT,
        )
    return SavedAccess(token, store, wire, sleep=sleep)


def missing_scopes(settings: GmailSettings, granted: Iterable[str]) -> tuple[str, ...]:
    """Which of the wanted scopes are not granted. gmail.modify includes what readonly and compose allow."""
    granted = set(granted)
    return () if MODIFY in granted else tuple(scope for scope in settings.scopes if scope not in granted)


def make_credentials(token: Token) -> Any:
    """google.oauth2's Credentials, built field by field: its from_authorized_user_info forces Google's token_uri."""
    from google.oauth2 import credentials

    # google-auth logs token answers at DEBUG.
    logging.getLogger("google.auth").setLevel(logging.INFO)
    untyped: Any = credentials.Credentials
    return untyped(
        token=token.access_token or None,
        refresh_token=token.refresh_token,
        token_uri=token.token_uri,
        client_id=token.client_id,
        client_secret=token.client_secret,
        scopes=list(token.scopes),
        expiry=datetime.fromisoformat(token.expiry) if token.expiry else None,
    )


def take_token(credentials: Any, before: Token) -> Token:
    """What the credentials hold now, with the rest as before."""
    return Token(
        account=before.account,
        client_id=before.client_id,
        client_secret=before.client_secret,
        refresh_token=credentials.refresh_token,
        access_token=credentials.token,
        expiry=credentials.expiry.isoformat() if credentials.expiry else "",
        scopes=before.scopes,
        token_uri=before.token_uri,
    )


def _code_word(error: Exception) -> str:
    """OAuth's code word (RFC 6749 section 5.2) out of google-auth's `("invalid_grant: Bad Request", {...})`."""
    word = str(error.args[0] if error.args else "").partition(":")[0].strip()
    return word if word.isascii() and word.replace("_", "").isalpha() and len(word) < 40 else ""


def _not_renewed(error: Exception, token_uri: str) -> UserError:
    host = urlsplit(token_uri).hostname or ""
    if isinstance(error, WireError):
        return failures.no_answer(error, host)
    return UserError(
        f"{host} has a problem of its own at the moment, so the login could not be renewed.",
        fix=f"Try again in a few minutes. {failures.LATER}",
        code=Exit.ACCOUNT,
    )
