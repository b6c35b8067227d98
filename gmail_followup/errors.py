"""The one kind of error that people see, and the exit codes that scripts rely on."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command; stable, documented in docs/exit-codes.md."""

    DONE = 0
    """All done; nothing wants your eye."""
    HELD = 1
    """Something was held back, or found."""
    USAGE = 2
    """The command, the configuration, a template or a rule wants a correction."""
    BUG = 3
    """Our fault."""
    ACCOUNT = 4
    """The account or the network: log in again, or try later."""
    INTERRUPTED = 130


class UserError(Exception):
    """Something that the person at the keyboard can mend.

    what: what happened, in one plain sentence. why: the cause, as far as known. fix: what to do next.
    The command line prints the three and exits with `code`; it never prints a traceback for it. wait_s: the seconds that a
    server asked to be left alone, 0 if it did not.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "", code: Exit = Exit.USAGE) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        self.code = code
        self.wait_s = 0.0

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.why, self.fix) if part)


class FileError(UserError):
    """A mistake in a file that the user owns: names the file and the line, as house rule 6 asks."""

    def __init__(self, path: str, line: int | None, what: str, *, fix: str = "") -> None:
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {what}", fix=fix)
        self.path = path
        self.line = line
