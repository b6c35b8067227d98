"""Dependencies: bounded, locked with hashes, and the lock file keeps up with pyproject.toml."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK))
EXTRAS = PROJECT["optional-dependencies"]


@pytest.mark.parametrize("line", [*PROJECT["dependencies"], *EXTRAS["notify"], *EXTRAS["fuzz"]])
def test_every_dependency_has_an_upper_bound(line: str) -> None:
    assert any(s.operator in ("<", "==", "~=") for s in Requirement(line).specifier), line


@pytest.mark.parametrize("line", [*PROJECT["dependencies"], *EXTRAS["dev"]])
def test_the_lock_file_has_it_at_an_allowed_version(line: str) -> None:
    wanted = Requirement(line)
    locked = LOCKED.get(canonicalize_name(wanted.name))
    assert locked is not None, f"{wanted.name} is missing: make lock"
    assert wanted.specifier.contains(locked, prereleases=True), f"{wanted.name} {locked}: make lock"


def test_everything_in_it_has_a_hash_and_no_place() -> None:
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", LOCK)[1:]
    assert len(entries) == len(LOCKED) > 50
    for entry in entries:
        assert "--hash=sha256:" in entry, entry[:60]
    assert "://" not in LOCK
    assert "--index-url" not in LOCK


def test_ci_installs_from_it() -> None:
    assert "--require-hashes --requirement requirements.lock" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_private_interfaces_that_we_lean_on_are_there() -> None:
    """Bounded in pyproject.toml for this reason; the program itself refuses to start a connection without it."""
    import httplib2

    assert callable(httplib2.Http._conn_request)
    assert any(line.startswith("harper-py==") for line in PROJECT["dependencies"])
