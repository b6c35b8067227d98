"""What Gmail's refusals mean, in words for the person who runs the program. No mail and no token ends up in them."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail.wire import AnswerLost, TooLarge, Unreachable, WireError

LOGIN = "gmail-followup auth login"
LATER = "Nothing is lost: the next run goes on where this one stopped."
_TESTING = (
    "While the Google project is in 'Testing', Google ends every login after 7 days. It also ends when the password "
    "changes or when access is taken back in the Google account."
)


class Kind(Enum):
    """What to make of an answer."""

    DONE = "done"
    LOGIN = "login"
    SCOPE = "scope"
    RATE = "rate"
    SERVER = "server"
    DISABLED = "disabled"
    POLICY = "policy"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


class Refused(UserError):
    """Gmail answered with an error that concerns this one request: 404 gone, 409 exists, 400 not acceptable ..."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            f"Gmail refused a request with status {status}.",
            why=reason,
            fix=f"Try again later. If it stays, please report it with the line above. {LATER}",
            code=Exit.ACCOUNT,
        )
        self.status = status


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer with an error status, taken apart. `reason` is Google's code word, `says` its sentence ("" if none)."""

    kind: Kind
    status: int
    reason: str = ""
    says: str = ""


_RATE = frozenset(("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"))
_RATE_STATUS = "RESOURCE_EXHAUSTED"
_SCOPE = frozenset(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
_DISABLED = frozenset(("accessNotConfigured", "SERVICE_DISABLED"))
_POLICY = frozenset(("domainPolicy", "delegationDenied", "failedPrecondition"))


def read_trouble(status: int, content: bytes) -> Trouble:
    """What an answer with that status and body means. Never raises, whatever the body."""
    reasons, says = _reasons(content)
    reason = next(iter(reasons), "")
    if 200 <= status < 300:
        kind = Kind.DONE
    elif 300 <= status < 400:
        kind = Kind.ELSEWHERE
    elif status == 401:
        kind = Kind.LOGIN
    elif status == 429 or (status == 403 and (reasons & _RATE or _RATE_STATUS in reasons)):
        kind = Kind.RATE
    elif status == 403 and reasons & _SCOPE:
        kind = Kind.SCOPE
    elif status == 403 and reasons & _DISABLED:
        kind = Kind.DISABLED
    elif status == 403 and reasons & _POLICY:
        kind = Kind.POLICY
    elif status >= 500 or status == 408:
        kind = Kind.SERVER
    else:
        kind = Kind.REFUSED
    return Trouble(kind, status, reason, says)


def _reasons(content: bytes) -> tuple[set[str], str]:
    # Google's error body: {"error": {"code", "message", "status", "errors": [{"reason"}], "details": [{"reason"}]}}
    try:
        error: Any = json.loads(content)["error"]
        entries = [entry for name in ("errors", "details") for entry in error.get(name) or []]
        words = [entry.get("reason") for entry in entries if isinstance(entry, dict)] + [error.get("status")]
        return {word for word in words if isinstance(word, str)}, str(error.get("message") or "")[:200]
    except (ValueError, LookupError, TypeError, AttributeError):
        return set(), ""


def explain(trouble: Trouble, scopes: tuple[str, ...]) -> UserError:
    """The error for a person. scopes: what the program asked for, so that the missing one can be named."""
    names = " and ".join(scope.rpartition("/")[2] for scope in scopes)
    match trouble.kind:
        case Kind.LOGIN:
            return login_again()
        case Kind.SCOPE:
            what = f"Gmail refused: the login does not include everything that is needed ({names})."
            fix = f"Run `{LOGIN}` and leave every box on Google's page ticked."
            return UserError(what, fix=fix, code=Exit.ACCOUNT)
        case Kind.RATE:
            return UserError("Gmail asks for a pause: too many requests in a short time.", fix=LATER, code=Exit.ACCOUNT)
        case Kind.SERVER:
            what = f"Gmail has a problem of its own at the moment (status {trouble.status})."
            return UserError(what, fix=f"Try again in a few minutes. {LATER}", code=Exit.ACCOUNT)
        case Kind.DISABLED:
            fix = "Open the Google Cloud console, choose your project, and enable 'Gmail API' in its library."
            return UserError("The Gmail API is not switched on in your Google project.", fix=fix, code=Exit.ACCOUNT)
        case Kind.POLICY:
            what = "This account does not let programs in."
            fix = "It belongs to an organisation: ask its administrator, or use a private account."
            return UserError(what, why=trouble.says, fix=fix, code=Exit.ACCOUNT)
        case Kind.ELSEWHERE:
            what = f"The server sent us to another address (status {trouble.status}); we do not follow."
            fix = "Log in to your Wi-Fi if it asks for it, and check [gmail] endpoint in config.toml."
            return UserError(what, fix=fix, code=Exit.ACCOUNT)
        case _:
            return Refused(trouble.status, trouble.reason or trouble.says)


def login_again(reason: str = "") -> UserError:
    """The login has ended: what to do. reason: Google's code word, as `invalid_grant`."""
    what = "Gmail no longer accepts this login" + (f" ({reason})." if reason else ".")
    return UserError(what, why=_TESTING, fix=f"Run `{LOGIN}` once more.", code=Exit.ACCOUNT)


def unreadable() -> UserError:
    """An answer that is not what the Gmail API sends."""
    what = "Gmail's answer could not be read."
    fix = f"Check that nothing stands between this machine and Gmail (a Wi-Fi login, a proxy). {LATER}"
    return UserError(what, fix=fix, code=Exit.ACCOUNT)


def no_answer(error: WireError, host: str) -> UserError:
    """A request that got no answer. host: who should have answered."""
    match error:
        case Unreachable(kind="dns"):
            what, why = f"{host} was not found.", "There seems to be no network, or no name service."
        case Unreachable(kind="tls"):
            what, why = (
                f"No secure connection to {host}.",
                "Its certificate was not accepted: a proxy or a Wi-Fi login may stand between, or the clock is wrong.",
            )
        case Unreachable(kind="timeout"):
            what, why = f"{host} did not answer in time.", ""
        case Unreachable():
            what, why = f"No connection to {host}.", "There seems to be no network, or the server is down."
        case TooLarge():
            what, why = f"{host} sent an answer of more than 64 MB.", ""
        case AnswerLost(timed_out=True):
            what, why = f"{host} did not answer in time.", ""
        case _:
            what, why = f"The connection to {host} broke off.", ""
    return UserError(what, why=why, fix=f"Check the network and try again. {LATER}", code=Exit.ACCOUNT)
