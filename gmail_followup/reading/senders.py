"""What a sender's address tells: robot or person, applicant-tracking system or employer. The lists are data."""

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmail_followup.errors import FileError
from gmail_followup.mail.message import Address

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_DATA = Path(__file__).with_name("senders.toml")
_NOBODYS = frozenset(
    "example test invalid localhost ac academie admin asso bund edu gob gouv gov govt gv mil nhs police sch schule".split()
)
"""Labels that name nobody, though one may register below an ending: reserved ones (RFC 2606) and those of governments,
schools and their like that the public-suffix list does not hold. What stands before them does."""
_TRADES = frozenset({"co", "com", "net", "org"})
"""Part of an ending that the list does not hold; under one that it holds they may be somebody's name (net.de)."""
_WORDS = re.compile(r"[^a-z0-9]+")
_LONG_LABEL = 8


@dataclass(frozen=True, slots=True)
class Senders:
    """The lists of senders.toml, ready to be asked."""

    ats_domains: frozenset[str]
    ats_names: frozenset[str]
    robot_locals: frozenset[str]
    shared_locals: frozenset[str]
    free_domains: frozenset[str]

    def is_robot(self, address: Address) -> bool:
        """Nobody reads what is sent to this address."""
        local, _, tag = address.local.partition("+")
        if tag and _WORDS.sub("", tag) in self._squeezed_robots():
            return True
        squeezed = _WORDS.sub("", local)
        if squeezed in self._squeezed_robots():
            return True
        words = set(_WORDS.split(local))
        return bool(words & self.robot_locals) or any(
            squeezed.startswith(name) or squeezed.endswith(name) for name in ("noreply", "donotreply", "nichtantworten")
        )

    def _squeezed_robots(self) -> frozenset[str]:
        return _squeeze(self.robot_locals)

    def is_shared(self, address: Address) -> bool:
        """A team's address: a letter arrives, but it names no person."""
        return bool(set(_WORDS.split(address.local.partition("+")[0])) & self.shared_locals)

    def is_ats(self, domain: str) -> bool:
        """The domain belongs to an applicant-tracking system or a job board."""
        return _within(domain, self.ats_domains)

    def is_free(self, domain: str) -> bool:
        """Anybody may have an address there."""
        return organisation(domain) in self.free_domains or domain.lower() in self.free_domains

    def is_vendor(self, domain: str) -> bool:
        """`is_ats`, or a system's name under another ending (paylocity.co.uk): such a domain names no employer."""
        return self.is_ats(domain) or organisation(domain).partition(".")[0] in _labels(self.ats_domains)

    def is_ats_name(self, name: str) -> bool:
        return name.strip().lower() in self.ats_names


@functools.lru_cache(maxsize=8)
def _squeeze(names: frozenset[str]) -> frozenset[str]:
    return frozenset(_WORDS.sub("", name) for name in names)


@functools.lru_cache(maxsize=8)
def _labels(domains: frozenset[str]) -> frozenset[str]:
    """The words of domains that are too long to be a company's by chance."""
    first = {organisation(domain).partition(".")[0] for domain in domains}
    return frozenset(label for label in first if len(label) >= _LONG_LABEL)


def _within(domain: str, known: frozenset[str]) -> bool:
    labels = domain.lower().split(".")
    return any(".".join(labels[i:]) in known for i in range(len(labels) - 1))


def load_senders(user: Path | None = None) -> Senders:
    """The shipped lists and the user's `senders.toml`, if there is one; raises FileError for a broken file."""
    lists: dict[tuple[str, str], set[str]] = {}
    for path in (_DATA, user):
        if path is None or not path.is_file():
            continue
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise FileError(str(path), None, f"not valid TOML: {error}") from None
        for part, entries in data.items():
            if not isinstance(entries, dict):
                raise FileError(str(path), None, f"unknown key {part!r}", fix="Parts: [ats], [robots], [freemail].")
            for key, values in entries.items():
                lists.setdefault((part, key), set()).update(_texts(path, key, values))
    return Senders(
        *(
            frozenset(lists.get(key, ()))
            for key in (
                ("ats", "domains"),
                ("ats", "names"),
                ("robots", "locals"),
                ("robots", "shared"),
                ("freemail", "domains"),
            )
        )
    )


def _texts(path: Path, key: str, values: object) -> Iterable[str]:
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise FileError(str(path), None, f"{key} takes a list of texts in quotation marks")
    return [v.lower() for v in values]


@functools.lru_cache(maxsize=4096)
def organisation(domain: str) -> str:
    """The registrable domain (public-suffix list, the copy in publicsuffixlist): mail.acme.co.uk → acme.co.uk.

    Under an ending that the list does not hold, the last two labels; three where the second is one like "gov" or "co".
    A label that names nobody counts as part of the ending: holm.example.ie, finances.gouv.example.
    """
    name = domain.lower().strip(".")
    found = _registrable(name)
    while found.partition(".")[0] in _NOBODYS and len(found) < len(name):
        found = f"{name[: -len(found)].rstrip('.').rpartition('.')[2]}.{found}"
    return found


def _registrable(name: str) -> str:
    top = name.rpartition(".")[2]
    suffixes = _suffixes(top if top.isascii() and not top.startswith("xn--") else "")
    found = suffixes.privatesuffix(name)
    if found:
        return str(found)
    if "." in (suffixes.publicsuffix(name) or ""):
        return name
    labels = name.split(".")
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in _TRADES else -2 :])


@functools.lru_cache(maxsize=256)
def _suffixes(top: str) -> "PublicSuffixList":
    """The endings of one top-level domain, as to read all of them takes a tenth of a second; of all of them for ""."""
    from publicsuffixlist import PSLFILE, PublicSuffixList

    if not top:
        return PublicSuffixList(accept_unknown=False, only_icann=True)
    wanted = (f".{top}\n", f"{top}\n", "===\n")
    lines = [line for line in _list_of(PSLFILE) if line.endswith(wanted)]
    return PublicSuffixList(lines, accept_unknown=False, only_icann=True)


@functools.lru_cache(maxsize=1)
def _list_of(path: str) -> tuple[str, ...]:
    return tuple(Path(path).read_text(encoding="utf-8").splitlines(keepends=True))
