"""A file is written whole or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.whole import write_whole


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_the_new_bytes_are_there(tmp_path_factory: pytest.TempPathFactory, first: bytes, second: bytes) -> None:
    path = tmp_path_factory.mktemp("w") / "file"
    for data in (first, second):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_goes_wrong_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(*_: Any) -> None:
        raise error

    where: Any = os if step == "fsync" else Path
    monkeypatch.setattr(where, step, fail)
    with pytest.raises(type(error)):
        write_whole(path, b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"file": b"old"}


def test_what_is_private_is_so_although_a_dead_run_left_an_open_part(tmp_path: Path) -> None:
    (tmp_path / ".file.part").write_bytes(b"half")
    (tmp_path / ".file.part").chmod(0o666)
    write_whole(tmp_path / "file", b"words", private=True)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "file").read_bytes() == b"words"
