"""config.toml as a value. Every key is optional; a wrong one is named with its line and what is allowed."""

import dataclasses
import difflib
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gmail_followup.errors import FileError, UserError
from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.settings import GmailSettings
from gmail_followup.writing.variables import Profile

Policy = Literal["draft", "ask", "skip"]


@dataclass(frozen=True, slots=True)
class Me:
    """[me]: who signs the letters."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    sign_off: str = ""
    phone: str = ""
    tips_about: str = ""
    pronouns: str = ""

    def profile(self) -> Profile:
        """What templates see as `me`."""
        return Profile(self.name, self.sign_off, self.phone, self.tips_about, self.pronouns)


@dataclass(frozen=True, slots=True)
class MailboxTable:
    """[mailbox]: where mail lives when `--mailbox` is not given, and how far back a first look goes."""

    use: str = "gmail"
    since_days: int = 90


@dataclass(frozen=True, slots=True)
class Timing:
    """[timing]: days of cool-off (A1), and the age in days after which a rejection is left in peace."""

    cool_off_days: float = 2.0
    oldest_days: float = 30.0


@dataclass(frozen=True, slots=True)
class Detection:
    """[detection]: the sum from which a mail is a rejection, and rules that are switched off by id."""

    threshold: float = 3.0
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """[policy]: by stage, whether to draft at once, to ask first (`status` offers the letter), or not to write."""

    applied: Policy = "draft"
    interviewed: Policy = "draft"
    final: Policy = "draft"
    unknown: Policy = "draft"


NextLetter = Literal["offer", "draft", "never"]


@dataclass(frozen=True, slots=True)
class Later:
    """[later]: what follows the letter (A13, A17, A18, A20).

    thanks: whether feedback is thanked for with a draft. silent_days: after so many without an answer the application
    rests. second_chance, leads, keep_in_touch: "offer" tells you, "draft" writes the draft, "never" keeps still.
    """

    thanks: Literal["draft", "never"] = "draft"
    silent_days: float = 21.0
    second_chance: NextLetter = "offer"
    second_chance_days: float = 30.0
    leads: NextLetter = "offer"
    leads_weeks: float = 4.0
    keep_in_touch: NextLetter = "offer"
    keep_in_touch_months: float = 6.0


@dataclass(frozen=True, slots=True)
class Labels:
    """[labels]: what the labels on the rejection are called."""

    drafted: str = "Follow-up/Drafted"
    waiting: str = "Follow-up/Waiting"
    held: str = "Follow-up/Needs attention"

    def names(self) -> tuple[str, ...]:
        return (self.drafted, self.waiting, self.held)


@dataclass(frozen=True, slots=True)
class LetterTable:
    """[letter]: whether the rejection is quoted below the reply."""

    quote_original: bool = True


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """[ledger]: how many days the facts of a mail are kept; then only digests stay, so that nothing is written twice."""

    keep_days: int = 730


@dataclass(frozen=True, slots=True)
class Proofing:
    """[proofing]: which grammar engine, words never to flag, and classes that hold a draft back or only advise."""

    engine: Literal["auto", "languagetool", "harper", "none"] = "auto"
    url: str = ""
    allow_public: bool = False
    dictionary: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    advise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GmailTable:
    """[gmail]: the account and its endpoints; the defaults are Google's."""

    account: str = ""
    client_secrets: str = "credentials.json"
    endpoint: str = ""
    auth_uri: str = ""
    token_uri: str = ""
    revoke_uri: str = ""
    scopes: Literal["modify", "readonly+compose"] = "modify"
    token_store: Literal["auto", "keyring", "file"] = "auto"
    timeout_seconds: float = 30.0
    quota: Literal["2026", "2024"] = "2026"


@dataclass(frozen=True, slots=True)
class NotifyTable:
    """[notify]: whether the desktop says that a draft is ready."""

    enabled: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of config.toml."""

    me: Me = field(default_factory=Me)
    mailbox: MailboxTable = field(default_factory=MailboxTable)
    timing: Timing = field(default_factory=Timing)
    detection: Detection = field(default_factory=Detection)
    policy: PolicyTable = field(default_factory=PolicyTable)
    later: Later = field(default_factory=Later)
    labels: Labels = field(default_factory=Labels)
    letter: LetterTable = field(default_factory=LetterTable)
    ledger: LedgerTable = field(default_factory=LedgerTable)
    proofing: Proofing = field(default_factory=Proofing)
    gmail: GmailTable = field(default_factory=GmailTable)
    notify: NotifyTable = field(default_factory=NotifyTable)

    def gmail_settings(self, home: Home) -> GmailSettings:
        """What the Gmail room wants to know; a relative client_secrets is looked for in the home folder."""
        g = self.gmail
        secrets = Path(g.client_secrets).expanduser()
        addresses = {name: getattr(g, name) for name in ("endpoint", "auth_uri", "token_uri", "revoke_uri")}
        return GmailSettings(
            **{name: value for name, value in addresses.items() if value},
            client_secrets=secrets if secrets.is_absolute() else home.root / secrets,
            scopes_mode=g.scopes,
            token_store=g.token_store,
            account=g.account,
            timeout_s=g.timeout_seconds,
            quota=g.quota,
        )


_LIMITS = {
    ("timing", "cool_off_days"): (0, 60),
    ("timing", "oldest_days"): (1, 3650),
    ("later", "silent_days"): (3, 365),
    ("later", "second_chance_days"): (1, 365),
    ("later", "leads_weeks"): (1, 52),
    ("later", "keep_in_touch_months"): (1, 36),
    ("mailbox", "since_days"): (1, 3650),
    ("ledger", "keep_days"): (90, 36500),
    ("detection", "threshold"): (0.5, 20),
    ("gmail", "timeout_seconds"): (1, 600),
}


def load_config(home: Home) -> Config:
    """Reads the home folder's config.toml; without one, the defaults. Raises FileError naming line and fix."""
    path = home.config
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError:
        raise FileError(str(path), None, "this file is not UTF-8", fix="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise FileError(
            str(path),
            int(found[1]) if found else None,
            f"not valid TOML: {error}",
            fix='Texts stand in quotation marks: name = "Alex".',
        ) from None
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}.", fix="See that the file is yours and readable."
        ) from None
    return parse_config(data, text, str(path))


def parse_config(data: Mapping[str, Any], text: str, path: str) -> Config:
    """data: what tomllib read from `text`; path: for messages."""
    tables = {f.name: f for f in dataclasses.fields(Config)}
    values: dict[str, Any] = {}
    for name, table in data.items():
        if name not in tables:
            line = _line(text, rf"\s*\[?\s*{re.escape(name)}\b")
            raise FileError(path, line, f"unknown part [{name}]", fix=_nearest(name, tables))
        if not isinstance(table, dict):
            raise FileError(path, _line(text, rf"\s*{re.escape(name)}\b"), f"[{name}] is a part, not a value")
        kind = typing.cast(type, tables[name].type if isinstance(tables[name].type, type) else object)
        values[name] = _table(kind, name, table, text, path)
    return Config(**values)


def _table(kind: type, section: str, table: Mapping[str, Any], text: str, path: str) -> Any:
    hints = typing.get_type_hints(kind)
    for key, value in table.items():
        line = _line(text, rf"\s*{re.escape(key)}\s*=", section)
        if key not in hints:
            raise FileError(path, line, f"unknown key {key!r} in [{section}]", fix=_nearest(key, hints))
        problem = _mismatch(hints[key], value)
        if problem:
            raise FileError(path, line, f"[{section}] {key} = {_shown(value)}: {problem}")
        low, high = _LIMITS.get((section, key), (None, None))
        if low is not None and high is not None and not low <= value <= high:
            raise FileError(
                path, line, f"[{section}] {key} = {value} is out of range", fix=f"Choose a number from {low} to {high}."
            )
    return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in table.items()})


def _mismatch(hint: Any, value: Any) -> str:
    """What is allowed, if `value` is not; "" if it is."""
    if typing.get_origin(hint) is Literal:
        allowed = typing.get_args(hint)
        return "" if value in allowed else f"allowed are {', '.join(repr(a) for a in allowed)}"
    if typing.get_origin(hint) is tuple:
        good = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return "" if good else 'a list of texts is wanted: ["one", "two"]'
    if hint is bool:
        return "" if isinstance(value, bool) else "true or false is wanted"
    if hint in (int, float):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole or (hint is float and isinstance(value, float)) else "a number is wanted"
    return "" if isinstance(value, str) else 'a text in quotation marks is wanted: "..."'


def _shown(value: Any) -> str:
    return repr(value) if len(repr(value)) < 60 else "..."


def _line(text: str, pattern: str, section: str = "") -> int | None:
    """The line on which a key stands, within its section."""
    inside = not section
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w.]+)\s*\]", line)
        if header and section:
            inside = header[1].split(".")[0] == section
        elif inside and re.match(pattern, line):
            return number
    return None


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
