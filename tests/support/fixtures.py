"""Fixtures of tests/support, loaded by tests/conftest.py through pytest_plugins."""

from collections.abc import Iterator

import pytest

from tests.support.fake_gmail import FakeGmail


@pytest.fixture
def fake_gmail() -> Iterator[FakeGmail]:
    """A fresh fake Gmail for jo@example.org.

    The test fails at its end if the client broke a rule (`fake_gmail.violations`); a test that provokes that on purpose
    collects them with `fake_gmail.take_violations()`.
    """
    with FakeGmail() as fake:
        yield fake
    assert not fake.violations, f"rules broken: {fake.violations}"
