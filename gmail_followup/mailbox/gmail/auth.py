"""Log in to Gmail, log out, and say who is logged in."""

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO
from urllib.parse import urlencode, urlsplit

from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home
from gmail_followup.mailbox.gmail import failures
from gmail_followup.mailbox.gmail.access import missing_scopes
from gmail_followup.mailbox.gmail.allowed import Gate
from gmail_followup.mailbox.gmail.client_file import Client, read_client
from gmail_followup.mailbox.gmail.loopback import Loopback
from gmail_followup.mailbox.gmail.settings import COMPOSE, MODIFY, READONLY, GmailSettings, is_loopback
from gmail_followup.mailbox.gmail.tokens import Token, open_store
from gmail_followup.mailbox.gmail.wire import Wire, WireError

_AGAIN = "Run `gmail-followup auth login` again"
_BOXES = {
    MODIFY: ("Read, compose and send emails from your Gmail account", "neither reading mails nor saving drafts works"),
    READONLY: ("View your email messages and settings", "no mail can be read"),
    COMPOSE: ("Manage drafts and send emails", "no draft can be saved"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """Who is logged in, as far as this machine knows (nothing is asked over the network).

    where: the place of the login. missing: wanted scopes that the login does not have.
    """

    logged_in: bool
    where: str
    account: str = ""
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """What `logout` did. deleted: there was a login on this machine. revoked: Google has forgotten it as well.

    why: in words, why Google was not told or did not agree; "" if it was, or if there was nothing to tell.
    """

    deleted: bool
    revoked: bool
    why: str = field(default="", compare=False)


def login(
    settings: GmailSettings, home: Home, *, browser: bool, out: TextIO, err: TextIO, timeout: float = 300.0
) -> Status:
    """The OAuth flow for desktop programs (RFC 8252 with PKCE S256) on a free loopback port; saves the token.

    browser: open the system's browser; otherwise the address to open is the last line on `out`.
    timeout: seconds to wait for the person. Raises UserError; on Ctrl-C nothing is saved.
    """
    client = read_client(settings.client_secrets)
    store = open_store(home, settings.token_store)
    _silence()
    loopback = Loopback()
    try:
        flow = _flow(settings, client, loopback.address)
        with _oauthlib_settings(settings.auth_uri):
            address, state = flow.authorization_url(access_type="offline", prompt="consent")
        _show(address, browser=browser, out=out, err=err)
        code = loopback.wait(state, timeout)
    finally:
        loopback.close()
    token = _exchange(flow, code, settings, client)
    missing = missing_scopes(settings, token.scopes)
    if missing:
        _revoke(settings, token.refresh_token or token.access_token)
        raise _unticked(missing)
    if not token.refresh_token:
        raise UserError(
            "Google gave no lasting login.",
            why="It does so only the first time a program is let in.",
            fix=f"Remove the program at myaccount.google.com > Security > Third-party access. {_AGAIN}.",
            code=Exit.ACCOUNT,
        )
    if settings.account and token.account and settings.account.lower() != token.account.lower():
        _revoke(settings, token.refresh_token)
        raise UserError(
            f"You logged in as {token.account}, but config.toml names {settings.account}.",
            fix=f"{_AGAIN} and choose the other account, or change [gmail] account.",
            code=Exit.ACCOUNT,
        )
    store.save(token)
    return Status(True, store.where, token.account, token.scopes)


def status(settings: GmailSettings, home: Home) -> Status:
    """Who is logged in."""
    store = open_store(home, settings.token_store)
    token = store.load()
    if token is None:
        return Status(False, store.where)
    return Status(True, store.where, token.account, token.scopes, missing_scopes(settings, token.scopes))


def logout(settings: GmailSettings, home: Home) -> LoggedOut:
    """Takes the login back at Google if it can be reached (RFC 7009), and deletes it here in any case."""
    store = open_store(home, settings.token_store)
    try:
        token = store.load()
        unread = ""
    except UserError as error:
        # A file that is damaged or open to others is a reason to delete it, not to keep it.
        token, unread = None, f"the saved login could not be read ({error.what})"
    revoked, why = False, ""
    try:
        if token is None:
            why = unread
        elif token.token_uri != settings.token_uri:
            # The token is shown to nobody but the server that gave it.
            why = "the login is another server's: [gmail] token_uri has changed since"
        else:
            why = _why_not_revoked(settings, token.refresh_token)
            revoked = not why
    finally:
        deleted = store.delete()
    return LoggedOut(deleted, revoked, why if deleted else "")


def _flow(settings: GmailSettings, client: Client, redirect: str) -> Any:
    from google_auth_oauthlib.flow import InstalledAppFlow

    config = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "auth_uri": settings.auth_uri,
        "token_uri": settings.token_uri,
    }
    flow = InstalledAppFlow.from_client_config({"installed": config}, scopes=list(settings.scopes))
    flow.redirect_uri = redirect
    session = flow.oauth2session
    session.max_redirects = 0
    if is_loopback(urlsplit(settings.token_uri).hostname or ""):
        session.trust_env = False
    return flow


def _show(address: str, *, browser: bool, out: TextIO, err: TextIO) -> None:
    if browser:
        import webbrowser

        opened = False
        with contextlib.suppress(webbrowser.Error):
            opened = webbrowser.open(address, new=1)
        if opened:
            print("Your browser shows Google's page now. If it does not, open this address yourself:", file=err)
        else:
            print("No browser could be started. Open this address yourself, on this machine:", file=err)
    else:
        print("Open this address in a browser on this machine and say yes:", file=err)
    err.flush()
    print(address, file=out, flush=True)


def _exchange(flow: Any, code: str, settings: GmailSettings, client: Client) -> Token:
    """The code against a token."""
    import requests
    from oauthlib.oauth2 import OAuth2Error

    host = urlsplit(settings.token_uri).hostname or ""
    try:
        with _oauthlib_settings(settings.token_uri):
            answer = flow.fetch_token(code=code, timeout=settings.timeout_s)
        access, refresh = str(answer["access_token"]), str(answer.get("refresh_token") or "")
        granted = answer.get("scope") or settings.scopes
        expiry = flow.credentials.expiry
    except requests.exceptions.SSLError:
        raise UserError(f"No secure connection to {host}.", fix=f"{_AGAIN} later.", code=Exit.ACCOUNT) from None
    except requests.exceptions.RequestException:
        raise UserError(
            f"{host} could not be reached, so the login was not completed.",
            fix=f"Check the network. {_AGAIN}.",
            code=Exit.ACCOUNT,
        ) from None
    except OAuth2Error as error:
        raise _refused(error, settings) from None
    except (ValueError, KeyError, TypeError):
        raise failures.unreadable() from None
    return Token(
        account=_account(settings, access),
        client_id=client.client_id,
        client_secret=client.client_secret,
        refresh_token=refresh,
        access_token=access,
        expiry=expiry.isoformat() if expiry else "",
        scopes=tuple(granted.split() if isinstance(granted, str) else granted),
        token_uri=settings.token_uri,
    )


def _refused(error: Any, settings: GmailSettings) -> UserError:
    word = str(error.error or "")
    if word in ("invalid_client", "unauthorized_client"):
        fix = f"Download the client file again and save it as {settings.client_secrets}. {_AGAIN}."
        return UserError("Google does not know this client file.", why=word, fix=fix, code=Exit.ACCOUNT)
    return UserError("Google did not complete the login.", why=word, fix=f"{_AGAIN}.", code=Exit.ACCOUNT)


def _unticked(missing: tuple[str, ...]) -> UserError:
    boxes = [_BOXES[scope] for scope in missing]
    return UserError(
        "On Google's page a box was left empty: " + " and ".join(f"'{box}'" for box, _ in boxes) + ".",
        why="Without it " + ", and ".join(harm for _, harm in boxes) + ". The login was not saved.",
        fix=f"{_AGAIN} and tick every box. (The program never sends; Google has no permission for drafts alone.)",
        code=Exit.ACCOUNT,
    )


def _account(settings: GmailSettings, access_token: str) -> str:
    """The address that logged in; "" if the server cannot say (it is asked again later)."""
    import json

    wire = _wire(settings)
    try:
        headers = {"authorization": f"Bearer {access_token}"}
        response, content = wire.request(f"{settings.endpoint}gmail/v1/users/me/profile", headers=headers)
        return str(json.loads(content).get("emailAddress") or "") if response.status == 200 else ""
    except (WireError, ValueError, AttributeError):
        return ""
    finally:
        wire.close()


def _revoke(settings: GmailSettings, secret: str) -> bool:
    return not _why_not_revoked(settings, secret)


def _why_not_revoked(settings: GmailSettings, secret: str) -> str:
    """Takes a login back (RFC 7009). "" if the server has forgotten it, else why not, in words."""
    host = urlsplit(settings.revoke_uri).hostname or ""
    wire = _wire(settings)
    try:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        response, content = wire.request(settings.revoke_uri, "POST", urlencode({"token": secret}), headers)
    except WireError as error:
        return failures.no_answer(error, host).what.rstrip(".")
    finally:
        wire.close()
    # Google answers 400 invalid_token for what it no longer knows: an ended login is a login taken back.
    if response.status == 200 or (response.status == 400 and b"invalid_token" in content):
        return ""
    return f"{host} answered with status {response.status}"


def _wire(settings: GmailSettings) -> Wire:
    return Wire(Gate(settings), timeout_s=settings.timeout_s, clock=time.monotonic)


@contextlib.contextmanager
def _oauthlib_settings(uri: str) -> Iterator[None]:
    """oauthlib has only environment variables for this; they hold for one call.

    RELAX_TOKEN_SCOPE: otherwise an un-ticked box is an exception with a useless text; the scopes are checked here.
    INSECURE_TRANSPORT: only for plain http on this machine.
    """
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    parts = urlsplit(uri)
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _silence() -> None:
    """These libraries write tokens into their DEBUG logs."""
    for name in ("requests_oauthlib", "oauthlib", "google_auth_oauthlib", "google.auth"):
        logging.getLogger(name).setLevel(logging.INFO)
