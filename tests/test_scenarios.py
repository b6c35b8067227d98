"""Scenario mailboxes (tests/scenarios/<name>/): what a wise human would do, through Maildir and through the fake Gmail.

A scenario is a folder of mails (`inbox`, `sent`, `drafts`) and `expected.toml`; to add one, add a folder
(tests/scenarios/README.md tells the keys). Nothing here is about what the program does today.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.config import Config
from gmail_followup.mail.message import Address, Message
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.mailbox.protocol import Mailbox
from gmail_followup.pipeline import run
from gmail_followup.reading.decide import reply_address
from gmail_followup.reading.senders import load_senders
from gmail_followup.rooms import Options, Outcome, Rooms
from tests.mailbox.gmail_setup import open_mailbox
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import drafts_in, reader, rooms

FOLDER = Path(__file__).with_name("scenarios")
NAMES = sorted(p.parent.name for p in FOLDER.glob("*/expected.toml"))
PLACES = {"inbox": "", "sent": ".Sent", "drafts": ".Drafts"}
ACTIONS = {"drafted", "waiting", "held", "needs_contact", "skipped"}
SCENARIO_KEYS = {"as_of", "me", "name", "why", "outcome"}
OUTCOME_KEYS = {
    *("id", "action", "stage", "to", "from", "in_reply_to", "why_has", "letter_has", "letter_lacks", "company", "role"),
    *("contacts", "never", "rounds", "may_be_absent"),
}
_FETCH = 20
"""Units of messages.get: what each mail costs when it is read for the first time."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mail:
    place: str
    file: str
    raw: bytes
    message: Message


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    as_of: datetime
    me: tuple[str, ...]
    user: str
    outcomes: tuple[Mapping[str, Any], ...]
    mails: tuple[Mail, ...] = field(repr=False)


@cache
def scenario(name: str) -> Scenario:
    """One folder, read; mails oldest first."""
    folder = FOLDER / name
    told = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    assert told.keys() <= SCENARIO_KEYS, told.keys() - SCENARIO_KEYS
    assert told["why"].strip()
    mails = [
        Mail(place, file.name, raw, parse(raw))
        for place in PLACES
        for file in sorted((folder / place).glob("*.eml"))
        for raw in (file.read_bytes().replace(b"\r\n", b"\n"),)
    ]
    mails.sort(key=lambda m: m.message.date or _LONG_AGO)
    return Scenario(
        name, told["as_of"], tuple(told["me"]), told.get("name", "Jo Doe"), tuple(told.get("outcome", ())), tuple(mails)
    )


# -- the two mailboxes -----------------------------------------------------------------------------------------------


def on_maildir(s: Scenario, folder: Path) -> Mailbox:
    """The scenario as a Maildir++."""
    for place in PLACES.values():
        for part in ("cur", "new", "tmp"):
            (folder / place / part).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(s.mails):
        seconds = int((mail.message.date or _LONG_AGO).timestamp())
        flags = "DS" if mail.place == "drafts" else "S"
        (folder / PLACES[mail.place] / "cur" / f"{seconds}.M{number}.scenario:2,{flags}").write_bytes(mail.raw)
    return MaildirMailbox(folder, tuple(Address("", a) for a in s.me))


def put(mails: Iterable[Mail], fake: FakeGmail) -> None:
    """Mails arrive in the fake Gmail: threads by Gmail's own rule, sent mail in SENT, drafts among the drafts."""
    for mail in mails:
        raw = mail.raw.replace(b"\n", b"\r\n")
        fake.now = mail.message.date or _LONG_AGO
        if mail.place == "drafts":
            fake.box.new_draft(raw, fake.box.find_thread(raw))
        else:
            fake.deliver(raw, labels=("SENT",) if mail.place == "sent" else ("INBOX",), at=mail.message.date)


def log_in(s: Scenario, fake: FakeGmail, folder: Path) -> Mailbox:
    """The account with its aliases, and with the labels of earlier runs."""
    fake.now = s.as_of
    for address in s.me[1:]:
        fake.add_alias(address, s.user)
    for label in Config().labels.names():
        fake.box.new_label(label)
    return open_mailbox(fake, folder, login=s.me[0])


def rooms_on(s: Scenario, mailbox: Mailbox) -> Rooms:
    """As the command line puts them together when there is no config.toml: `--me` says who the user is."""
    send_as = mailbox.send_as()
    known = {a.email: a for a in (*(Address("", a) for a in s.me), *(o.address for o in send_as if o.verified))}
    return rooms(mailbox, config=Config(), me=tuple(known[a] for a in s.me), reader=reader(tuple(s.me)), send_as=send_as)


def passes(r: Rooms, now: datetime) -> tuple[dict[str, Outcome], list[Outcome]]:
    """The outcomes of a first pass by id, and those of a second one."""
    first = list(run(r, _options(now)))
    assert len({o.id for o in first}) == len(first), "two lines for one rejection"
    return {o.id: o for o in first}, list(run(r, _options(now)))


def _options(now: datetime) -> Options:
    return Options(now=now, since=now - timedelta(days=90), as_of=True)


# -- what was expected -----------------------------------------------------------------------------------------------


def differences(s: Scenario, found: Mapping[str, Outcome]) -> list[str]:
    """Everything in which the outcomes are not what a human would do, in plain words."""
    wanted = {w["id"]: w for w in s.outcomes}
    out = [
        f"{o.id} ({o.subject!r}) is no rejection for a human, yet: {o.action}, {o.why}"
        for i, o in found.items()
        if i not in wanted
    ]
    for name, want in wanted.items():
        if name in found:
            out += [f"{name}: {d}" for d in _different(want, found[name])]
            out += [f"{name}: {d}" for d in _unwise(s, found[name])]
        elif not want.get("may_be_absent"):
            out.append(f"{name}: no outcome; wanted {want['action']}")
    return out


def _different(want: Mapping[str, Any], got: Outcome) -> Iterator[str]:
    if got.action != want["action"]:
        to = f" to {_to(got)}" if got.envelope else ""
        yield f"{got.action}{to} ({got.why}), wanted {want['action']}"
    app = got.application
    facts = {"stage": app.stage.value, "company": app.company, "role": app.role, "rounds": app.rounds}
    for key, value in facts.items():
        if key in want and value != want[key]:
            yield f"{key} is {value!r}, wanted {want[key]!r}"
    ranking = [c.email for c in app.contacts]
    if "contacts" in want and ranking[: len(want["contacts"])] != want["contacts"]:
        yield f"contacts are {ranking}, wanted first {want['contacts']}"
    if bad := set(want.get("never", ())) & {*ranking, *_to(got)}:
        yield f"never a contact: {sorted(bad)}"
    if "why_has" in want and not any(word in got.why.lower() for word in want["why_has"].split("|")):
        yield f"the reason is {got.why!r}, wanted {want['why_has']!r} in it"
    if got.action != "drafted" or want["action"] != "drafted":
        return
    assert got.envelope is not None
    assert got.letter is not None
    envelope: dict[str, Any] = {
        "to": _to(got),
        "from": got.envelope.from_.email,
        "in_reply_to": got.envelope.in_reply_to,
    }
    for key, value in envelope.items():
        if key in want and value != want[key]:
            yield f"{key} is {value!r}, wanted {want[key]!r}"
    text = f"{got.letter.subject}\n{got.letter.text}"
    for words in want.get("letter_has", ()):
        if not any(choice in text for choice in words.split("|")):
            yield f"the letter has no {words!r}: {text[:120]!r}"
    for words in want.get("letter_lacks", ()):
        if words.lower() in text.lower():
            yield f"the letter has {words!r}"


def _unwise(s: Scenario, got: Outcome) -> Iterator[str]:
    """What no draft may ever be, whatever a scenario says of it."""
    if got.action != "drafted" or got.envelope is None or got.letter is None:
        return
    rejection = next(m.message for m in s.mails if m.message.id == got.id)
    yield from (
        f"addressed to {email}" for email in _to(got) if email in s.me or load_senders().is_robot(Address("", email))
    )
    if not _to(got):
        yield "addressed to nobody"
    if got.envelope.from_.email not in s.me:
        yield f"written from {got.envelope.from_.email}, which is not the user's"
    if got.envelope.in_reply_to == got.id and _to(got) != [reply_address(rejection).email]:
        yield f"a reply in the rejection's thread to somebody else: {_to(got)}"
    if "missing.invalid" in "".join((got.envelope.in_reply_to, *got.envelope.references)):
        yield "a made-up Message-ID in the headers"
    if s.user not in got.letter.text:
        yield "the letter is not signed with the user's name"


def _to(outcome: Outcome) -> list[str]:
    return [a.email for a in outcome.envelope.to] if outcome.envelope else []


class UnitsTable:
    """Scenario -> (mails, units, rejections, what was done), as a small table at the end of the run.

    Units: history, the rejection itself, what is looked up for it, draft and label; other new mail is left out.
    """

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, int, int, str]] = {}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        write = terminalreporter.write_line
        write(f"{'scenario':38} {'mails':>5} {'units':>5} {'per rejection':>13}  outcome")
        for name, (mails, spent, rejections, actions) in sorted(self.rows.items()):
            per = f"{spent / rejections:.0f}" if rejections else "-"
            write(f"{name:38} {mails:5} {spent:5} {per:>13}  {actions}")
        drafted = sorted(row[1] for row in self.rows.values() if row[2:] == (1, "drafted"))
        if drafted:
            middle = drafted[len(drafted) // 2]
            write(f"one rejection, one draft: {drafted[0]} to {drafted[-1]} units, half of them up to {middle}")


@pytest.fixture(scope="session")
def units_table(request: pytest.FixtureRequest) -> UnitsTable:
    table = UnitsTable()
    request.config.pluginmanager.register(table)
    return table


# -- tests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_a_scenario_are_sound(name: str) -> None:
    s = scenario(name)
    for mail in s.mails:
        m = mail.message
        known_gaps = {"no message id"}
        assert set(m.defects) <= known_gaps, (mail.file, m.defects)
        assert m.date is not None and m.from_.email and m.subject and m.text.strip(), mail.file
        assert m.date < s.as_of or "future" in mail.file, f"{mail.file} is dated after as_of"
        assert mail.place == "inbox" or m.from_.email in s.me, (
            f"{mail.file}: the user's own mail is from {m.from_.email}"
        )
        if b"text/calendar" in mail.raw:
            assert m.invitations, mail.file
    inbox = [m.message.id for m in s.mails if m.place == "inbox"]
    everywhere = [m.message.id for m in s.mails]
    assert len(set(everywhere)) == len(everywhere), "two mails with one Message-ID"
    for want in s.outcomes:
        assert want.keys() <= OUTCOME_KEYS, want.keys() - OUTCOME_KEYS
        assert want["action"] in ACTIONS
        assert want["id"] in inbox, f"{want['id']} is in no mail"
        assert not want.keys() & {"to", "in_reply_to", "letter_has"} or want["action"] == "drafted"
    assert len({w["id"] for w in s.outcomes}) == len(s.outcomes)


def test_there_are_scenarios_enough() -> None:
    assert len(NAMES) >= 32
    assert {w["action"] for name in NAMES for w in scenario(name).outcomes} == ACTIONS


@pytest.mark.parametrize("name", NAMES)
def test_maildir(name: str, tmp_path: Path) -> None:
    s = scenario(name)
    found, again = passes(rooms_on(s, on_maildir(s, tmp_path / "m")), s.as_of)
    assert not (wrong := differences(s, found)), "\n".join(wrong)
    assert [(o.id, o.action, o.why) for o in again] == [], "a second pass had news"
    own = sum(m.place == "drafts" for m in s.mails)
    assert len(drafts_in(tmp_path / "m")) - own == sum(o.action == "drafted" for o in found.values())


@pytest.mark.parametrize("name", NAMES)
def test_gmail(name: str, tmp_path: Path, units_table: UnitsTable) -> None:
    """The same as Maildir. The mailbox is read up to the rejection first, so that its own units can be counted."""
    s = scenario(name)
    wanted = {w["id"] for w in s.outcomes}
    start = next((n for n, m in enumerate(s.mails) if m.message.id in wanted), len(s.mails))
    with FakeGmail(s.me[0], s.user) as fake:
        put(s.mails[:start], fake)
        r = rooms_on(s, log_in(s, fake, tmp_path))
        before = (s.mails[start - 1].message.date or _LONG_AGO) + timedelta(minutes=1)
        early = list(run(r, Options(now=before, since=s.as_of - timedelta(days=90), as_of=True)))
        put(s.mails[start:], fake)
        fake.now = s.as_of
        spent = fake.units
        found = {o.id: o for o in run(r, _options(s.as_of))}
        spent = fake.units - spent
        again = list(run(r, _options(s.as_of)))
        assert not fake.violations, fake.violations
    others = sum(m.place != "drafts" and m.message.id not in wanted for m in s.mails[start:])
    actions = ", ".join(sorted(o.action.value for o in found.values()))
    units_table.rows[name] = (len(s.mails), spent - _FETCH * others, len(found), actions)
    assert [(o.id, o.action, o.why) for o in early] == [], "an outcome before there was a rejection"
    here, _ = passes(rooms_on(s, on_maildir(s, tmp_path / "m")), s.as_of)
    assert not (wrong := differences(s, found)), "\n".join(wrong)
    assert {i: _shape(o) for i, o in found.items()} == {i: _shape(o) for i, o in here.items()}, (
        "not the same as Maildir"
    )
    assert [(o.id, o.action, o.why) for o in again] == [], "a second pass had news"


def _shape(o: Outcome) -> tuple[Any, ...]:
    a = o.application
    letter = (_to(o), o.envelope.in_reply_to, o.letter.text) if o.envelope and o.letter else ()
    return (o.action, o.why, a.company, a.role, a.stage, tuple(c.email for c in a.contacts), letter)


def test_an_address_that_gmail_has_not_verified_is_never_written_from(tmp_path: Path) -> None:
    """Gmail writes such a From over with the account's own (users.settings.sendAs, verificationStatus)."""
    s = scenario("alias_second_address")
    with FakeGmail(s.me[0], s.user) as fake:
        put(s.mails, fake)
        mailbox = log_in(s, fake, tmp_path)
        fake.aliases[-1].verified = False
        r = rooms_on(s, mailbox)
        (found, _) = passes(Rooms(**{f: getattr(r, f) for f in Rooms.__slots__} | {"me": r.me[:1]}), s.as_of)
        drafted = [o for o in found.values() if o.envelope]
        assert [o.envelope.from_.email for o in drafted if o.envelope] == [s.me[0]] * len(drafted)
        assert drafted


@settings(max_examples=40)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_whatever_the_mailbox_no_draft_goes_astray(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], chance: Any
) -> None:
    """Mailboxes mixed from the scenarios, a third of the mail lost: never to the user, a robot, a list or nobody."""
    parts = [scenario(n) for n in names]
    mails = tuple(m for s in parts for m in s.mails if chance.random() < 0.67)
    if len({m.message.id for m in mails}) < len(mails):
        return
    me = tuple(dict.fromkeys(a for s in parts for a in s.me))
    mixed = Scenario("mixed", max(s.as_of for s in parts), me, "", (), mails)
    found, _ = passes(rooms_on(mixed, on_maildir(mixed, tmp_path_factory.mktemp("mixed") / "m")), mixed.as_of)
    senders = load_senders()
    lists = {a.email for m in mails if m.message.header("List-Post") for a in (*m.message.reply_to, m.message.from_)}
    for outcome in found.values():
        if outcome.action == "drafted":
            assert _to(outcome)
            assert not set(_to(outcome)) & ({*me} | lists)
            assert not any(senders.is_robot(Address("", email)) for email in _to(outcome))
