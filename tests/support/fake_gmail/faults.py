"""Ways in which a network and a service fail, to be set up by a test."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "status",
    "not_found",
    "reset_before_commit",
    "lost_response_after_commit",
    "truncated_json",
    "malformed_json",
    "slow_drip",
    "timeout",
]


@dataclass(slots=True)
class Fault:
    """One planned failure.

    after: how many matching requests go through first. times: how many then fail (None: all of them).
    status, reason, message, retry_after: for kind "status". commit: for kind "timeout", whether the work is done first.
    body: for kind "malformed_json", the bytes to answer instead.
    """

    method: str
    path: re.Pattern[str]
    kind: Kind
    times: int | None = 1
    after: int = 0
    status: int = 500
    reason: str = ""
    message: str = "Backend Error"
    retry_after: int | str | None = None
    commit: bool = False
    body: bytes = b'{"id": "18'
    hits: int = 0

    @property
    def before_commit(self) -> bool:
        """True if the server does not do the work of the request."""
        return self.kind in ("status", "not_found", "reset_before_commit") or (
            self.kind == "timeout" and not self.commit
        )


@dataclass(slots=True)
class Faults:
    """The planned failures of one server; the first that matches is taken."""

    planned: list[Fault] = field(default_factory=list)
    held: int = 0
    """How many requests hang right now because of kind "timeout"."""
    _free: threading.Event = field(default_factory=threading.Event)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, match: tuple[str, str], kind: Kind, times: int | None = 1, after: int = 0, **more: object) -> Fault:
        """Plans a failure. match: HTTP method ("*" for any) and a regular expression searched for in the path."""
        fault = Fault(match[0], re.compile(match[1]), kind, times, after, **more)  # type: ignore[arg-type]
        self._free.clear()
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        """Forgets all plans and lets hanging requests go."""
        self.planned.clear()
        self.release()

    def release(self) -> None:
        """Lets every hanging request end (its connection is then closed without an answer)."""
        self._free.set()

    def hang(self, at_most: float = 60.0) -> None:
        """Holds the calling thread until `release`; at most so many seconds."""
        with self._changed:
            self.held += 1
            self._changed.notify_all()
        self._free.wait(at_most)
        with self._changed:
            self.held -= 1
            self._changed.notify_all()

    def wait_held(self, seconds: float, count: int = 1) -> bool:
        """Waits until so many requests hang; False if that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self.held >= count, seconds)

    def take(self, method: str, path: str) -> Fault | None:
        """The failure that this request meets, if any."""
        for fault in self.planned:
            if fault.method not in ("*", method) or not fault.path.search(path):
                continue
            if fault.after > 0:
                fault.after -= 1
                return None
            if fault.times is None or fault.hits < fault.times:
                fault.hits += 1
                return fault
        return None
