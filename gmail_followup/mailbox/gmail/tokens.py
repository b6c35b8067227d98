"""Where the login is kept: the system's keyring, else a file that only its owner can read."""

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gmail_followup.errors import Exit, UserError
from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.settings import TokenStoreKind

_SERVICE = "gmail-followup"
_MARK = "gmail-followup token 1"
_LOGIN = "Run `gmail-followup auth login`."


class Secret(str):
    """A text that debuggers and tracebacks with values do not show; whoever uses it has it as any other text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'[secret]'"


@dataclass(frozen=True, slots=True)
class Token:
    """A login. The three secrets stay out of its repr. expiry: UTC as ISO 8601 without zone, "" if not known."""

    account: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expiry: str
    scopes: tuple[str, ...]
    token_uri: str

    def __post_init__(self) -> None:
        for name in ("client_secret", "refresh_token", "access_token"):
            object.__setattr__(self, name, Secret(getattr(self, name)))

    def dump(self) -> str:
        """As JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"what": _MARK, **values, "scopes": list(self.scopes)}, indent=1)


def read_token(text: str, where: str) -> Token:
    """The token out of `dump`; UserError if that is not one. where: for the error text."""
    text = Secret(text)
    found = _parse(text)
    if found is None:
        raise UserError(f"The saved login in {where} is damaged.", fix=_LOGIN, code=Exit.ACCOUNT)
    no_core_dumps()
    return found


def _parse(text: str) -> Token | None:
    """Apart from `read_token`, so that no error is raised where the values lie open."""
    try:
        data: Any = json.loads(text)
        if data["what"] != _MARK:
            return None
        words = {name: data[name] for name in Token.__slots__ if name != "scopes"}
        scopes = tuple(data["scopes"])
        if not all(isinstance(value, str) for value in (*words.values(), *scopes)):
            return None
    except (ValueError, LookupError, TypeError):
        return None
    return Token(scopes=scopes, **words)


def no_core_dumps() -> None:
    """From here on this process holds a login: should it crash, its memory is not written to a disk (getrlimit(2))."""
    try:
        import resource
    except ImportError:  # Windows writes no dumps unless it was told to
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class TokenStore(Protocol):
    """A place for one token."""

    @property
    def where(self) -> str:
        """For people: a path, or the name of the keyring."""

    def load(self) -> Token | None:
        """The token; None if there is none."""

    def save(self, token: Token) -> None:
        """Replaces the token, all or nothing."""

    def delete(self) -> bool:
        """Forgets the token; False if there was none."""


class FileStore:
    """`token.json` in the home folder: 0600 in a 0700 folder, written beside and moved into place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        return str(self._path)

    def load(self) -> Token | None:
        """Refuses a file or folder with looser rights and names the command that mends them."""
        try:
            with self._path.open(encoding="utf-8") as file:
                _check_rights(self._path, os.fstat(file.fileno()), 0o077, "600")
                _check_rights(self._path.parent, self._path.parent.stat(), 0o077, "700")
                return read_token(file.read(), self.where)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{self._path} cannot be read.", why=str(error), code=Exit.ACCOUNT) from None

    def save(self, token: Token) -> None:
        folder = self._path.parent
        try:
            _make_private(folder)
            # mkstemp makes the file 0600 from the start: at no moment can anybody else open it.
            handle, name = tempfile.mkstemp(prefix=".token-", dir=folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(token.dump())
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise UserError(f"The login could not be saved in {folder}.", why=str(error), code=Exit.ACCOUNT) from None

    def delete(self) -> bool:
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise UserError(f"{self._path} could not be deleted.", why=str(error), code=Exit.ACCOUNT) from None
        return True


class KeyringStore:
    """The system's keyring (Keychain, Secret Service, KWallet, Windows Credential Locker)."""

    def __init__(self, backend: Any, entry: str) -> None:
        self._backend = backend
        self._entry = entry

    @property
    def where(self) -> str:
        return f"the system's keyring ({type(self._backend).__module__.rpartition('.')[2]})"

    def load(self) -> Token | None:
        with _told("The keyring could not be read."):
            text = self._backend.get_password(_SERVICE, self._entry)
        return None if text is None else read_token(text, self.where)

    def save(self, token: Token) -> None:
        with _told("The login could not be saved in the keyring."):
            self._backend.set_password(_SERVICE, self._entry, token.dump())
            if self._backend.get_password(_SERVICE, self._entry) != token.dump():
                raise OSError("it did not keep what it was given")

    def delete(self) -> bool:
        with _told("The login could not be deleted from the keyring."):
            if self._backend.get_password(_SERVICE, self._entry) is None:
                return False
            self._backend.delete_password(_SERVICE, self._entry)
        return True


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Turns whatever a keyring backend raises (they have no common base) into an error for people."""
    try:
        yield
    except Exception as error:
        fix = "Unlock the keyring and try again, or set [gmail] token_store = 'file' in config.toml."
        raise UserError(what, why=f"{type(error).__name__}", fix=fix, code=Exit.ACCOUNT) from None


class EitherStore:
    """The keyring while it works, the file otherwise."""

    def __init__(self, ring: KeyringStore, file: FileStore) -> None:
        self._ring = ring
        self._file = file
        self._used: TokenStore = ring

    @property
    def where(self) -> str:
        return self._used.where

    def load(self) -> Token | None:
        # A file exists only where the keyring failed when the login was saved: it is the newer of the two.
        token = self._file.load()
        self._used = self._file
        if token is None:
            # A keyring that is locked is not the same as no login: it is told, and `watch` waits for it.
            self._used = self._ring
            token = self._ring.load()
        return token

    def save(self, token: Token) -> None:
        try:
            self._ring.save(token)
        except UserError:
            self._file.save(token)
            self._used = self._file
        else:
            self._file.delete()
            self._used = self._ring

    def delete(self) -> bool:
        found = self._file.delete()
        try:
            return self._ring.delete() or found
        except UserError:
            # Where a file was, the keyring has never worked; otherwise the login may still lie in it.
            if found:
                return True
            raise


def open_store(home: Home, kind: TokenStoreKind) -> TokenStore:
    """The store for that home. kind `keyring` raises UserError where there is no real keyring."""
    file = FileStore(home.token)
    if kind == "file":
        return file
    backend = _real_keyring()
    if backend is not None:
        ring = KeyringStore(backend, str(home.token))
        return ring if kind == "keyring" else EitherStore(ring, file)
    if kind == "keyring":
        raise UserError(
            "There is no keyring on this system.",
            why="[gmail] token_store is set to 'keyring'.",
            fix="Set it to 'auto' or 'file': the login then goes into a file that only you can read.",
        )
    return file


def _real_keyring() -> Any:
    """The keyring's backend, or None where there is only a placeholder, or one that writes a plain file itself."""
    try:
        import keyring

        backend = keyring.get_keyring()
        return backend if _is_real(backend) else None
    except Exception:
        return None


def _is_real(backend: Any) -> bool:
    module = type(backend).__module__
    if module == "keyring.backends.chainer":
        return any(_is_real(inner) for inner in backend.backends)
    return module not in ("keyring.backends.fail", "keyring.backends.null") and not module.startswith("keyrings.alt")


def _check_rights(path: Path, found: os.stat_result, forbidden: int, wanted: str) -> None:
    # Windows keeps rights in lists that st_mode does not show; a user's profile is private there by default.
    if os.name != "posix" or not found.st_mode & forbidden:
        return
    sticky = stat.S_ISDIR(found.st_mode) and bool(found.st_mode & stat.S_ISVTX)
    if not sticky:
        raise UserError(
            f"Other users of this machine could get at your login: {path} has the rights {found.st_mode & 0o777:o}.",
            fix=f"Run: chmod {wanted} '{path}'",
            code=Exit.ACCOUNT,
        )


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        found = folder.stat()
        if found.st_uid == os.getuid() and not found.st_mode & stat.S_ISVTX:
            folder.chmod(0o700)
