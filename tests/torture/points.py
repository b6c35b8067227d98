"""Points between side effects, at which a child process can be made to die. Nothing of this is in the program.

`install` wraps what the program changes the world with: the transactions of the ledger, the draft's way into a Maildir,
and every POST to Gmail. Each wrapper announces where it is; the process ends itself with SIGKILL at the wanted count.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "TORTURE_KILL_AT"
_state: dict[str, Any] = {"count": 0, "at": 0, "report": -1, "posting": ""}


def install(at: int, report: int) -> None:
    """Dies at point number `at` (0: never) and writes the name of that point to the file descriptor `report`."""
    _state.update(count=0, at=at, report=report, posting="")
    _wrap_ledger()
    _wrap_maildir()
    _wrap_gmail()


def crossed() -> int:
    """How many points this process has passed."""
    return int(_state["count"])


def point(name: str) -> None:
    _state["count"] += 1
    if _state["count"] == _state["at"]:
        os.write(_state["report"], name.encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _next_is_the_end() -> bool:
    return bool(_state["count"] + 1 == _state["at"])


def _wrap_ledger() -> None:
    from gmail_followup.ledger.database import Database

    real = Database.transaction

    @contextmanager
    def transaction(self: Database) -> Iterator[None]:
        point("ledger: before a transaction")
        with real(self):
            yield
            point("ledger: written, not committed")
        point("ledger: committed")

    Database.transaction = transaction  # type: ignore[method-assign]


def _wrap_maildir() -> None:
    from gmail_followup.mailbox import maildir

    write, sync = maildir._write, maildir._sync_folder

    def half_and_whole(path: Path, data: bytes) -> None:
        point("maildir: before the draft is written")
        if _next_is_the_end():
            path.write_bytes(data[: len(data) // 2])
        point("maildir: draft half written")
        write(path, data)
        point("maildir: written to tmp, not renamed")

    def renamed(folder: Path) -> None:
        point("maildir: renamed, folder not synced")
        sync(folder)
        point("maildir: folder synced")

    maildir._write, maildir._sync_folder = half_and_whole, renamed


def _wrap_gmail() -> None:
    import http.client

    from gmail_followup.mailbox.gmail.wire import Wire

    send, answer = Wire._conn_request, http.client.HTTPConnection.getresponse

    def request(self: Any, conn: Any, uri: str, method: str, body: Any, headers: Any) -> Any:
        kind = uri.rpartition("/")[2].partition("?")[0] if method == "POST" else ""
        _state["posting"] = kind
        if kind:
            point(f"gmail: before POST {kind}")
        found = send(self, conn, uri, method, body, headers)
        if kind:
            point(f"gmail: POST {kind} answered")
        return found

    def getresponse(self: Any) -> Any:
        if _state["posting"]:
            point(f"gmail: POST {_state['posting']} sent, answer not read")
        return answer(self)

    Wire._conn_request = request  # type: ignore[method-assign]
    http.client.HTTPConnection.getresponse = getresponse  # type: ignore[method-assign]
