"""Errors as Google words them (https://developers.google.com/workspace/gmail/api/guides/handle-errors)."""

import json
from dataclasses import dataclass, field

_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_REASONS = {
    400: "invalidArgument",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "aborted",
    429: "rateLimitExceeded",
    500: "backendError",
    502: "backendError",
    503: "backendError",
    504: "backendError",
}
_USAGE = ("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "accessNotConfigured")


@dataclass(slots=True)
class ApiError(Exception):
    """An answer that is an error. reason: Google's machine word; "" for the usual one of that status."""

    status: int
    message: str
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    details: list[dict[str, object]] = field(default_factory=list)

    def body(self) -> bytes:
        """The JSON document that Google sends with this error."""
        reason = self.reason or _REASONS.get(self.status, "unknown")
        domain = "usageLimits" if reason in _USAGE else "global"
        error: dict[str, object] = {
            "code": self.status,
            "message": self.message,
            "errors": [{"message": self.message, "domain": domain, "reason": reason}],
            "status": _STATUS_NAMES.get(self.status, "UNKNOWN"),
        }
        if self.details:
            error["details"] = self.details
        return json.dumps({"error": error}).encode()


def not_found() -> ApiError:
    return ApiError(404, "Requested entity was not found.")
