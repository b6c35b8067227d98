"""What `[gmail]` in config.toml may say, with Google's own values as defaults."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args
from urllib.parse import urlsplit

from gmail_followup.errors import UserError

ScopesMode = Literal["modify", "readonly+compose"]
TokenStoreKind = Literal["auto", "keyring", "file"]
QuotaVersion = Literal["2026", "2024"]

SCOPE_PREFIX = "https://www.googleapis.com/auth/"
MODIFY = SCOPE_PREFIX + "gmail.modify"
READONLY = SCOPE_PREFIX + "gmail.readonly"
COMPOSE = SCOPE_PREFIX + "gmail.compose"

_SCOPES: dict[ScopesMode, tuple[str, ...]] = {"modify": (MODIFY,), "readonly+compose": (READONLY, COMPOSE)}
_LABELS = MappingProxyType({"drafted": "Follow-up/Drafted", "waiting": "Follow-up/Waiting", "held": "Follow-up/Held"})


def is_loopback(host: str) -> bool:
    """True for this very machine: `localhost`, 127.0.0.0/8, ::1. Plain http is allowed nowhere else."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class GmailSettings:
    """The `[gmail]` table. Raises UserError (code USAGE) on a value that cannot work.

    endpoint: where the API lives, its paths begin with `gmail/v1/`. revoke_uri: "" means: beside token_uri.
    account: the address to expect, "" for whichever account logged in. timeout_s: seconds for one connection or one
    read. resync_limit: how many messages a first look, or a look after a lost history, may name.
    labels: what the program calls a label to what it is called in Gmail.
    """

    endpoint: str = "https://gmail.googleapis.com/"
    auth_uri: str = "https://accounts.google.com/o/oauth2/auth"
    token_uri: str = "https://oauth2.googleapis.com/token"
    revoke_uri: str = ""
    client_secrets: Path = Path("credentials.json")
    scopes_mode: ScopesMode = "modify"
    token_store: TokenStoreKind = "auto"
    account: str = ""
    timeout_s: float = 30.0
    quota: QuotaVersion = "2026"
    labels: Mapping[str, str] = field(default_factory=lambda: _LABELS)
    resync_limit: int = 2000

    def __post_init__(self) -> None:
        object.__setattr__(self, "endpoint", self.endpoint.rstrip("/") + "/")
        if not self.revoke_uri:
            object.__setattr__(self, "revoke_uri", self.token_uri.rpartition("/")[0] + "/revoke")
        for name in ("endpoint", "auth_uri", "token_uri", "revoke_uri"):
            _check_address(name, getattr(self, name))
        for name, kind in (("scopes_mode", ScopesMode), ("token_store", TokenStoreKind), ("quota", QuotaVersion)):
            if getattr(self, name) not in get_args(kind):
                raise UserError(
                    f"[gmail] {name} = {getattr(self, name)!r} is not known.",
                    fix=f"Choose one of: {', '.join(get_args(kind))}.",
                )
        if not 0 < self.timeout_s <= 600:
            raise UserError(
                f"[gmail] timeout_s = {self.timeout_s} cannot work.", fix="Choose a number of seconds from 1 to 600."
            )
        if self.resync_limit < 1:
            raise UserError(
                f"[gmail] resync_limit = {self.resync_limit} cannot work.", fix="Choose a number from 1 upwards."
            )

    @property
    def scopes(self) -> tuple[str, ...]:
        """The OAuth scopes to ask for: gmail.modify, or gmail.readonly and gmail.compose (then no labels)."""
        return _SCOPES[self.scopes_mode]

    @property
    def can_label(self) -> bool:
        """Whether these scopes allow users.messages.modify."""
        return self.scopes_mode == "modify"


def _check_address(name: str, value: str) -> None:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in ("http", "https") or port == 0 or parts.username is not None:
        raise UserError(f"[gmail] {name} = {value!r} is not a web address.", fix="Write it as https://host/path.")
    if parts.query or parts.fragment:
        raise UserError(f"[gmail] {name} = {value!r} has more than a path.", fix="Leave out what follows ? and #.")
    if parts.scheme == "http" and not is_loopback(host):
        raise UserError(
            f"[gmail] {name} = {value!r} is plain http.",
            why="Your token and your mail would cross the network unprotected.",
            fix="Use https. Plain http is allowed only to this machine (127.0.0.1, localhost).",
        )
