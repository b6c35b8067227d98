"""Each fault of the network and of Gmail, at requests all over a run; `make torture` takes every request."""

from pathlib import Path

import pytest

from tests.support.fake_gmail import FakeGmail
from tests.torture.faults import FAULTS, Fault, play, requests_of_a_clean_run

_EACH = 3
"""Requests at which a fault is tried here: others for each fault, so that together they are all."""


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> int:
    with FakeGmail() as fake:
        return requests_of_a_clean_run(fake, tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_draft_for_each_rejection_whatever_fails(fault: Fault, requests: int, tmp_path: Path) -> None:
    first = FAULTS.index(fault) % max(1, requests // _EACH)
    cases = []
    for index in range(first, requests, max(1, requests // _EACH)):
        folder = tmp_path / str(index)
        folder.mkdir()
        with FakeGmail() as fake:
            cases.append(play(fake, folder, fault, index))
    assert [case for case in cases if case.wrong] == []
    assert any(case.reached for case in cases)
