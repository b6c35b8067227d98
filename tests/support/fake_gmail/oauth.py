"""Google's OAuth 2.0 for installed apps: loopback redirect, PKCE, refresh and revocation.

Sources: RFC 6749, RFC 7636, RFC 8252, https://developers.google.com/identity/protocols/oauth2/native-app. Stricter than
Google: PKCE with S256 and a state are a must, and a loopback redirect may only be 127.0.0.1, [::1] or localhost.
"""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.fake_gmail.errors import ApiError

MODIFY = "https://www.googleapis.com/auth/gmail.modify"
CLIENT_ID = "1234567890-fake.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-fake"


@dataclass(slots=True)
class AccessToken:
    scopes: frozenset[str]
    expires: datetime
    refresh: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    client: str
    redirect: str
    challenge: str
    scopes: frozenset[str]
    offline: bool
    expires: datetime


@dataclass(slots=True)
class OAuth:
    """The authorisation server. A test sets what the person in the browser does.

    deny: the person says no. untick: scopes that the person leaves out. expires_in: life of access tokens in seconds.
    now: the fake's clock. with_refresh: False leaves the refresh token out, as Google does on a repeated consent.
    """

    now: datetime
    deny: bool = False
    untick: frozenset[str] = frozenset()
    expires_in: int = 3599
    with_refresh: bool = True
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, frozenset[str]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of every authorisation request."""
    grants: list[str] = field(default_factory=list)
    """The grant_type of every successful token request."""
    revoked: list[str] = field(default_factory=list)

    def issue(self, scopes: frozenset[str], refresh: str = "") -> str:
        token = "ya29." + secrets.token_urlsafe(24)
        self.access[token] = AccessToken(scopes, self.now + timedelta(seconds=self.expires_in), refresh)
        return token

    def issue_refresh(self, scopes: frozenset[str]) -> str:
        token = "1//" + secrets.token_urlsafe(24)
        self.refresh[token] = scopes
        return token

    def expire_access_tokens(self) -> None:
        """All access tokens are dead from now on; refresh tokens live."""
        self.access.clear()

    def kill_refresh_tokens(self) -> None:
        """As after seven days in testing mode, or when the user takes the access away."""
        self.refresh.clear()
        self.access.clear()

    def scopes_of(self, authorization: str) -> frozenset[str]:
        """The scopes of an Authorization header; raises the 401 of Google."""
        scheme, _, token = authorization.partition(" ")
        known = self.access.get(token)
        if scheme != "Bearer" or known is None or known.expires <= self.now:
            message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
            raise ApiError(401, message, headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})
        return known.scopes

    # -- /o/oauth2/v2/auth -----------------------------------------------------------------------------------------

    def authorise(self, query: str) -> tuple[int, str]:
        """(302, the address to go to), or (400, why Google shows an error page instead)."""
        many = parse_qs(query, keep_blank_values=True)
        wanted = {key: values[0] for key, values in many.items()}
        self.asked.append(wanted)
        redirect = urlsplit(wanted.get("redirect_uri", ""))
        problem = _request_problem(wanted, any(len(values) > 1 for values in many.values()))
        if problem:
            return 400, problem
        answer = {"state": wanted["state"]}
        scopes = frozenset(wanted["scope"].split()) - self.untick
        if self.deny or not scopes:
            answer["error"] = "access_denied"
        else:
            code = "4/0A" + secrets.token_urlsafe(24)
            self.codes[code] = Code(
                client=wanted["client_id"],
                redirect=wanted["redirect_uri"],
                challenge=wanted["code_challenge"],
                scopes=scopes,
                offline=wanted.get("access_type") == "offline",
                expires=self.now + timedelta(minutes=10),
            )
            answer |= {"code": code, "scope": " ".join(sorted(scopes)), "iss": "https://accounts.google.com"}
        return 302, redirect._replace(query=urlencode(answer)).geturl()

    # -- /token ----------------------------------------------------------------------------------------------------

    def token(self, body: bytes, authorization: str) -> tuple[int, bytes]:
        """Status and JSON body of the token endpoint."""
        try:
            many = parse_qs(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        except ValueError:
            return _refused(400, "invalid_request", "The body is not a form.")
        if any(len(values) > 1 for values in many.values()):
            return _refused(400, "invalid_request", "A parameter is given twice.")
        form = {key: values[0] for key, values in many.items()}
        if authorization.startswith("Basic "):
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            form |= {"client_id": client, "client_secret": secret}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused(401, "invalid_client", "The OAuth client was not found.")
        grant = form.get("grant_type", "")
        if grant == "authorization_code":
            return self._by_code(form)
        if grant == "refresh_token":
            return self._by_refresh(form)
        return _refused(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")

    def _by_code(self, form: dict[str, str]) -> tuple[int, bytes]:
        code = self.codes.pop(form.get("code", ""), None)  # a code is good for one try
        if code is None or code.expires <= self.now:
            return _refused(400, "invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            return _refused(400, "invalid_grant", "Invalid code verifier.")
        if form.get("redirect_uri") != code.redirect or form["client_id"] != code.client:
            return _refused(400, "redirect_uri_mismatch", "Bad Request")
        refresh = self.issue_refresh(code.scopes) if code.offline and self.with_refresh else ""
        return self._granted("authorization_code", code.scopes, refresh, show=True)

    def _by_refresh(self, form: dict[str, str]) -> tuple[int, bytes]:
        scopes = self.refresh.get(form.get("refresh_token", ""))
        if scopes is None:
            return _refused(400, "invalid_grant", "Token has been expired or revoked.")
        if "scope" in form:
            scopes &= frozenset(form["scope"].split())
            if not scopes:
                return _refused(400, "invalid_scope", "Some requested scopes were not granted.")
        return self._granted("refresh_token", scopes, form["refresh_token"], show=False)

    def _granted(self, grant: str, scopes: frozenset[str], refresh: str, *, show: bool) -> tuple[int, bytes]:
        self.grants.append(grant)
        answer: dict[str, object] = {
            "access_token": self.issue(scopes, refresh),
            "expires_in": self.expires_in,
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }
        if show and refresh:
            answer["refresh_token"] = refresh
        return 200, json.dumps(answer).encode()

    # -- /revoke ---------------------------------------------------------------------------------------------------

    def revoke(self, body: bytes, query: str) -> tuple[int, bytes]:
        """Either kind of token ends the whole grant."""
        token = (parse_qs(body.decode("ascii", "replace")) | parse_qs(query)).get("token", [""])[0]
        refresh = token if token in self.refresh else self.access[token].refresh if token in self.access else None
        if refresh is None:
            return _refused(400, "invalid_token", "Token expired or revoked")
        self.revoked.append(token)
        self.refresh.pop(refresh, None)
        self.access.pop(token, None)
        for key in [key for key, value in self.access.items() if refresh and value.refresh == refresh]:
            del self.access[key]
        return 200, b"{}"


def _request_problem(wanted: dict[str, str], twice: bool) -> str:
    redirect = urlsplit(wanted.get("redirect_uri", ""))
    checks = {
        "a parameter is given twice": twice,
        "invalid_client": wanted.get("client_id") != CLIENT_ID,
        "unsupported_response_type": wanted.get("response_type") != "code",
        "redirect_uri_mismatch": redirect.scheme != "http"
        or redirect.hostname not in ("127.0.0.1", "::1", "localhost")
        or not redirect.port
        or bool(redirect.query or redirect.fragment),
        "invalid_scope": not wanted.get("scope", "").startswith("https://"),
        "state is missing": len(wanted.get("state", "")) < 8,
        "code_challenge_method must be S256": wanted.get("code_challenge_method") != "S256",
        "code_challenge is malformed": not re.fullmatch(r"[A-Za-z0-9_-]{43}", wanted.get("code_challenge", "")),
    }
    return next((problem for problem, bad in checks.items() if bad), "")


def _refused(status: int, error: str, why: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": error, "error_description": why}).encode()
