"""The log of `run` and `watch`: JSON Lines in the home folder, rotated, without words of mails, names or addresses.

What may stand in it is decided here and nowhere else: each kind of event has a method, and a method takes only what it
may write. Ids and addresses are replaced by keyed hashes (the key lies beside the log, so that a log that is sent to
somebody tells nothing), unless `debug` was asked for. Bodies and logins never get here, with or without it.
"""

import json
import logging
import logging.handlers
import os
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gmail_followup.errors import Exit, FileError, UserError
from gmail_followup.home import Home

if TYPE_CHECKING:
    from gmail_followup.rooms import Outcome

LARGEST = 1_000_000
"""Bytes of one file; with `FILES` of them the log stops growing at 5 MB."""
FILES = 5
_LONGEST = 300
_FRAMES = 12
_LOOKED_AT = 1_000
_WORD = re.compile(r"[^\s<>\"'(),;:]+")
# Google's access tokens, refresh tokens, codes and client secrets; and whatever follows the words of a header or a form.
_SECRET = re.compile(
    r"ya29\.[\w.\-]+|1//[\w\-]+|4/0[\w\-]+|GOCSPX-[\w\-]+"
    r"|(?i:\b(?:bearer|basic)\s+[\w.~+/=\-]+|\b(?:access_token|refresh_token|client_secret|code|token)[\"']?\s*[=:]\s*[\"']?[^\s&\"',}]+)"
)


def log_folder(home: Home) -> Path:
    """`logs/` in the home folder."""
    return home.root / "logs"


def log_file(home: Home) -> Path:
    """The newest file; older ones have .1 to .4 behind their name."""
    return log_folder(home) / "gmail-followup.log"


def read_last(home: Home, lines: int) -> list[str]:
    """The last `lines` lines, oldest first, across rotated files; [] if there is no log or it cannot be read."""
    found: list[str] = []
    newest = log_file(home)
    for path in (newest, *(newest.with_name(f"{newest.name}.{n}") for n in range(1, FILES))):
        try:
            here = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            break
        found = here[-(lines - len(found)) :] + found
        if len(found) >= lines:
            break
    return found


def last_line(home: Home) -> str:
    """The last line; "" without a log."""
    return next(iter(read_last(home, 1)), "")


def announcement(home: Home) -> str:
    """What `--debug` says before anything is written."""
    return (
        f"Debug: from now on {log_file(home)} holds the ids and subjects of mails, addresses and reasons in clear text. "
        "It still holds no text of any mail and no login."
    )


def masked(text: str) -> str:
    """A sentence for people without addresses, logins, and the name of the user's folder."""
    text = _SECRET.sub("[secret]", text[:_LOOKED_AT])
    text = _WORD.sub(lambda word: "[address]" if "@" in word[0] else word[0], text)
    own = str(Path.home())
    return (text.replace(own, "~") if len(own) > 1 else text)[:_LONGEST]


class Log:
    """Writes events. `key`: for the hashes. debug: ids, addresses and subjects in clear text."""

    def __init__(self, logger: logging.Logger, key: bytes, *, debug: bool = False) -> None:
        self._logger = logger
        self._key = key
        self._debug = debug

    def started(self, command: str, version: str, mailbox: str | None) -> None:
        """mailbox: as given by the user; only its kind is written."""
        kind = (mailbox or "configured").partition(":")[0]
        self._write("started", command=command, version=version, mailbox=kind, debug=self._debug)

    def looked(self, outcomes: "Sequence[Outcome]") -> None:
        """One pass: a line for each rejection of which there is news, and one for the pass."""
        for outcome in outcomes:
            self._outcome(outcome)
        self._write("looked", news=len(outcomes))

    def _outcome(self, outcome: "Outcome") -> None:
        envelope, letter = outcome.envelope, outcome.letter
        to = [address.email for address in envelope.to] if envelope else []
        facts: dict[str, Any] = {
            "id": self._id(outcome.id),
            "action": str(outcome.action.value),
            "stage": str(outcome.application.stage.value),
            "draft": self._id(outcome.draft_id),
            "to": [self._id(address) for address in to],
            "template": letter.template if letter else "",
            "findings": sorted({f.class_ for f in outcome.report.findings}) if outcome.report else [],
        }
        if self._debug:
            facts |= {"subject": _cut(outcome.subject), "why": _cut(_SECRET.sub("[secret]", outcome.why))}
        self._write("outcome", **{name: value for name, value in facts.items() if value})

    def told(self, error: UserError) -> None:
        """An error that the person saw. Of one in a file only file and line: the sentence may quote what stands there."""
        if isinstance(error, FileError):
            place = f"{Path(error.path).name}:{error.line or '?'}"
            self._write("error", kind=type(error).__name__, code=int(error.code), where=place)
        else:
            self._write("error", kind=type(error).__name__, code=int(error.code), what=masked(error.what))

    def bug(self, error: BaseException) -> None:
        """A mistake of ours: its type and where it happened; neither its words nor any values."""
        self._write("bug", kind=type(error).__name__, trace=frames(error))

    def waits(self, seconds: float) -> None:
        """`watch` could not look and tries again after so many seconds."""
        self._write("waits", seconds=round(seconds))

    def stopped(self, code: int) -> None:
        """The end, with the exit code."""
        self._write("stopped", code=code)

    def _id(self, text: str) -> str:
        if not text or self._debug:
            return _cut(text)
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=6).hexdigest()

    def _write(self, event: str, **facts: Any) -> None:
        self._logger.info(event, extra={"facts": facts})


def frames(error: BaseException) -> list[str]:
    """Where an error came from: `file:line function`, innermost last. No values of variables, no words of the error."""
    found: list[str] = []
    place = error.__traceback__
    while place is not None:
        code = place.tb_frame.f_code
        found.append(f"{Path(code.co_filename).name}:{place.tb_lineno} {code.co_name}")
        place = place.tb_next
    return found[-_FRAMES:]


@contextmanager
def logging_to(home: Home, *, debug: bool = False, off: bool = False) -> Iterator[Log]:
    """The log, while a command runs. What ends the command is written and goes on its way. off: nothing is written.

    A log that cannot be opened or written stops nothing: the drafts matter more.
    """
    # A logger of our own, apart from the tree: nothing that a library logs (tokens among it) can end up in this file.
    logger = logging.Logger("gmail_followup", logging.INFO)
    logger.addHandler(logging.NullHandler())
    key = b""
    try:
        if not off:
            _make_private(home.root)
            _make_private(log_folder(home))
            key = _key(log_folder(home) / "key")
            logger.addHandler(_File(log_file(home)))
    except OSError as error:
        print(f"There is no log: {error.strerror} ({log_folder(home)}).", file=sys.stderr)
    log = Log(logger, key, debug=debug)
    try:
        yield log
    except UserError as error:
        log.told(error)
        log.stopped(int(error.code))
        raise
    except KeyboardInterrupt:
        log.stopped(int(Exit.INTERRUPTED))
        raise
    except Exception as error:
        log.bug(error)
        log.stopped(int(Exit.BUG))
        raise
    finally:
        for handler in logger.handlers:
            handler.close()


class _File(logging.handlers.RotatingFileHandler):
    """A rotated file that only its owner can read, from its first moment on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=LARGEST, backupCount=FILES - 1, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(_Lines())

    def _open(self) -> IO[Any]:  # type: ignore[override]
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if os.name == "posix":
            os.fchmod(handle, 0o600)
        return open(handle, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must not print a traceback into every look."""


class _Lines(logging.Formatter):
    """One JSON object a line: `t` (UTC), `event`, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        facts: dict[str, Any] = getattr(record, "facts", {})
        return json.dumps({"t": at, "event": record.msg, **facts}, separators=(",", ":"))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.name == "logs":
        folder.chmod(0o700)


def _key(path: Path) -> bytes:
    """The key of this log's hashes, made the first time."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()[:64] or b"-"
    with os.fdopen(handle, "wb") as file:
        made = secrets.token_bytes(32)
        file.write(made)
    return made


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
