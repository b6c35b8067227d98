"""The contract of tests/mailbox/contract.py on our fake Gmail and on the npm emulator."""

from typing import Any

import pytest

from tests.mailbox import contract
from tests.support.browser import ScriptedBrowser
from tests.support.emulate import Emulator
from tests.support.fake_gmail import FakeGmail


@pytest.fixture(autouse=True)
def _plain_http_for_oauth(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token addresses here are http on loopback, which oauthlib refuses otherwise."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


class FakePeer:
    """FakeGmail with the face of a contract Peer."""

    def __init__(self, fake: FakeGmail) -> None:
        self._fake = fake
        self.address = fake.address
        self.endpoint = fake.endpoint
        self.revoke_uri = fake.revoke_uri
        self.client_secrets = fake.client_secrets
        self.service = fake.service

    def browser(self) -> ScriptedBrowser:
        return ScriptedBrowser()

    def deliver(self, raw: bytes, labels: tuple[str, ...] = ("INBOX", "UNREAD")) -> tuple[str, str]:
        stored = self._fake.deliver(raw, labels=labels)
        return stored.id, stored.thread_id


PROVOKING = (contract.broken_draft_is_400, contract.unknown_label_is_400)


def _name(check: Any) -> str:
    return str(check.__name__)


@pytest.mark.parametrize("check", contract.ON_BOTH + contract.ONLY_FAKE, ids=_name)
def test_fake(check: contract.Check, fake_gmail: FakeGmail) -> None:
    check(FakePeer(fake_gmail))
    if check in PROVOKING:
        assert [violation.kind for violation in fake_gmail.take_violations()] == ["bad_request"]


@pytest.mark.emulate
@pytest.mark.parametrize("check", contract.ON_BOTH, ids=_name)
def test_emulate(check: contract.Check, emulate_gmail: Emulator) -> None:
    check(emulate_gmail.account())


@pytest.mark.emulate
def test_the_emulator_is_the_pinned_one(emulate_gmail: Emulator) -> None:
    assert emulate_gmail.version == "0.11.2"
    assert emulate_gmail.endpoint.startswith("http://127.0.0.1:")
