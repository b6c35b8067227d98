"""Fixtures of tests/support, loaded by tests/conftest.py through pytest_plugins."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support import emulate, versions
from tests.support.browser import ScriptedBrowser
from tests.support.fake_gmail import FakeGmail

pytest.register_assert_rewrite("tests.mailbox.contract")


@pytest.fixture
def fake_gmail() -> Iterator[FakeGmail]:
    """A fresh fake Gmail for jo@example.org.

    The test fails at its end if the client broke a rule (`fake_gmail.violations`); a test that provokes that on purpose
    collects them with `fake_gmail.take_violations()`.
    """
    with FakeGmail() as fake:
        yield fake
    assert not fake.violations, f"rules broken: {fake.violations}"


@pytest.fixture(scope="session")
def emulate_gmail() -> Iterator[emulate.Emulator]:
    """The npm emulator, one for the session; every test takes its own `account()`. Mark such tests with `emulate`.

    Skips where Node or the package is missing, but fails there in CI (CI=true).
    """
    with ExitStack() as stack:
        try:
            server = stack.enter_context(emulate.running())
        except emulate.Unavailable as error:
            emulate.give_up(error)
        versions.USED["Gmail emulator (npm emulate)"] = server.version
        yield server


@pytest.fixture
def scripted_browser() -> Iterator[ScriptedBrowser]:
    """A registered browser for `run_local_server(browser=scripted_browser.name)`; on the fake nothing is to press.

    The test fails at its end if one of its visits failed.
    """
    browser = ScriptedBrowser().register()
    yield browser
    browser.join()
