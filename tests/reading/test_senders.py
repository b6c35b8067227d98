"""What an address tells: robot, shared box, vendor, employer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.errors import FileError
from gmail_followup.mail.message import Address
from gmail_followup.reading.senders import load_senders, organisation

SENDERS = load_senders()


@pytest.mark.parametrize(
    "local", ["no-reply", "noreply", "no_reply+x81", "donotreply", "holm.noreply", "mailer-daemon", "nepasrepondre"]
)
def test_robots(local: str) -> None:
    assert SENDERS.is_robot(Address("", f"{local}@holm.io"))


@pytest.mark.parametrize("local", ["ada", "jobs", "reply", "norah.reply", "noel"])
def test_no_robots(local: str) -> None:
    assert not SENDERS.is_robot(Address("", f"{local}@holm.io"))


@pytest.mark.parametrize(
    ("local", "shared"), [("jobs", True), ("holm.careers", True), ("ada.byrne", False), ("rh", True), ("hrvoje", False)]
)
def test_shared_addresses(local: str, shared: bool) -> None:
    assert SENDERS.is_shared(Address("", f"{local}@holm.io")) is shared


@pytest.mark.parametrize(
    ("domain", "is_vendor"),
    [
        ("greenhouse.io", True),
        ("us.greenhouse-mail.io", True),
        ("GREENHOUSE.io", True),
        ("notgreenhouse.io", False),
        ("holm.io", False),
    ],
)
def test_vendors_own_their_subdomains_only(domain: str, is_vendor: bool) -> None:
    assert SENDERS.is_ats(domain) is is_vendor


@pytest.mark.parametrize(
    ("domain", "registrable"),
    [
        ("mail.holm.co.uk", "holm.co.uk"),
        ("holm.com", "holm.com"),
        ("careers.holm.com.au", "holm.com.au"),
        ("head.holmprimary.sch.uk", "head.holmprimary.sch.uk"),
        ("holm.example", "holm.example"),
        ("mail.holm.example", "holm.example"),
        ("hr.holm.gov.example", "holm.gov.example"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_registrable_domain(domain: str, registrable: str) -> None:
    assert organisation(domain) == registrable


@given(st.text(max_size=60))
def test_any_domain_is_read(domain: str) -> None:
    assert domain.lower().strip(".").endswith(organisation(domain).lower()) or organisation(domain) in domain.lower()
    SENDERS.is_ats(domain)
    SENDERS.is_robot(Address("", f"{domain}@x"))


def test_the_users_list_adds_to_ours(tmp_path: Path) -> None:
    own = tmp_path / "senders.toml"
    own.write_text('[ats]\ndomains = ["hiring.holm.io"]\n', encoding="utf-8")
    mine = load_senders(own)
    assert mine.is_ats("mail.hiring.holm.io") and mine.is_ats("lever.co")


@pytest.mark.parametrize("text", ["[ats\n", 'ats = "x"\n', "[ats]\ndomains = 3\n", "[ats]\ndomains = [1]\n"])
def test_a_broken_list_is_named(tmp_path: Path, text: str) -> None:
    own = tmp_path / "senders.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"senders\.toml"):
        load_senders(own)
