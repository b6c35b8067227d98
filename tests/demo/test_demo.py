"""The demo mailbox: what is on disk, what is in the mails, and that the pipeline decides on them as a human would."""

import email
import email.policy
import mailbox
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gmail_followup.config import Config
from gmail_followup.demo import Built, build, builder
from gmail_followup.errors import UserError
from gmail_followup.mail.message import Message
from gmail_followup.mail.parse import parse
from gmail_followup.mail.threads import group
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.proofing.grammar import Grammar
from gmail_followup.proofing.proof import Proofreader
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.rooms import Outcome, Rooms
from tests.support.rooms import go, letter_rules, rooms, shipped_rules

DATA = Path(builder.__file__).parent
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
WEEK = [NOW + timedelta(days=n) for n in range(7)]
EDGES = [
    datetime(2027, 1, 1, 0, 0, tzinfo=ZoneInfo("Pacific/Auckland")),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("America/Los_Angeles")),
    datetime(2027, 3, 29, 1, 30, tzinfo=LONDON),
    datetime(2028, 2, 29, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
]


def toml(name: str) -> Any:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


EXPECTED = {entry["id"]: entry for entry in toml("expected.toml")["rejection"]}


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def wires(root: Path) -> Iterator[tuple[str, bytes]]:
    """Place and bytes of every mail."""
    for name, raw in files(root).items():
        if Path(name).parent.name in ("cur", "new"):
            yield name, raw


def mails(built: Built) -> dict[str, Message]:
    found = [parse(raw) for _, raw in wires(built.path)]
    return {message.id: message for message in found}


@cache
def reader(me: str) -> Reader:
    return Reader(shipped_rules(), load_senders(), me=(me,))


def demo_rooms(built: Built, **changes: Any) -> Rooms:
    box = MaildirMailbox(built.path, (built.me,))
    return rooms(box, config=Config(), me=(built.me,), reader=reader(built.me.email), **changes)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """For tests that only read."""
    return build(tmp_path_factory.mktemp("demo") / "mail", NOW)


# ---- on disk


def test_a_maildir_that_other_programs_open(built: Built) -> None:
    box = mailbox.Maildir(built.path, create=False)
    assert sorted(box.list_folders()) == ["Archive", "Drafts", "Sent"]
    counts = {name: len(box.get_folder(name)) for name in box.list_folders()}
    assert counts["Drafts"] == 0
    assert min(counts["Archive"], counts["Sent"], len(box)) > 3
    assert len(box) + sum(counts.values()) == built.count == len(list(wires(built.path)))
    for folder in (built.path, *(built.path / f".{name}" for name in counts)):
        assert all((folder / part).is_dir() for part in ("cur", "new", "tmp"))
        assert (folder / "maildirfolder").is_file() == (folder != built.path)
    flags = {message.get_flags() for message in box}
    assert {"S", "RS", "FS", ""} <= flags
    assert {message.get_subdir() for message in box} == {"cur", "new"}
    assert all("S" in message.get_flags() for message in box.get_folder("Sent"))


def test_every_template_is_used_and_every_name_has_one() -> None:
    named = [entry["name"] for entry in toml("mails.toml")["mail"]]
    assert sorted(named) == sorted(path.stem for path in (DATA / "mails").glob("*.eml"))
    assert {entry["mail"] for entry in EXPECTED.values()} <= set(named)
    ages = [(-entry["days"], entry["name"]) for entry in toml("mails.toml")["mail"]]
    assert [age for age, _ in ages] == sorted(age for age, _ in ages)


def test_files_are_as_old_as_their_mails(built: Built) -> None:
    for name, raw in wires(built.path):
        date = parse(raw).date
        assert date is not None
        assert (built.path / name).stat().st_mtime == date.timestamp() == int(Path(name).name.partition(".")[0])


def test_a_second_call_leaves_everything_as_it_is(tmp_path: Path) -> None:
    first = build(tmp_path / "demo", NOW)
    draft = first.path / ".Drafts" / "cur" / "1.mine:2,DS"
    draft.write_bytes(b"Subject: mine\n\nmine\n")
    before = files(first.path)
    second = build(tmp_path / "demo", NOW + timedelta(days=9))
    assert files(first.path) == before
    assert (first.fresh, second.fresh) == (True, False)
    assert (second.path, second.me, second.count, second.now) == (first.path, first.me, first.count, NOW)


def test_an_empty_folder_will_do_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert build(tmp_path / "empty", NOW).fresh
    assert build(tmp_path / "a" / "b" / "new", NOW).fresh
    assert files(tmp_path / "empty") == files(tmp_path / "a" / "b" / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "empty"]
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["new"]


@pytest.mark.parametrize("what", ["maildir", "other", "file", "file above"])
def test_something_else_is_refused_and_not_touched(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "mine"
    if what == "maildir":
        (folder / "cur").mkdir(parents=True)
        (folder / "cur" / "1.x:2,S").write_bytes(b"Subject: mine\n\nmine\n")
    elif what == "other":
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    else:
        folder.write_text("mine")
    before = sorted(tmp_path.rglob("*")), files(tmp_path)
    with pytest.raises(UserError) as refused:
        build(folder / "demo" if what == "file above" else folder, NOW)
    assert refused.value.fix
    assert (sorted(tmp_path.rglob("*")), files(tmp_path)) == before


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    # The guard against writes elsewhere sees names without their folder when rmtree works by file descriptors.
    monkeypatch.setattr(shutil, "_use_fd_functions", False, raising=False)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="No space left"):
        build(tmp_path / "demo", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_naive_time_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="aware"):
        build(tmp_path / "demo", datetime(2026, 11, 20))
    assert list(tmp_path.iterdir()) == []


# ---- dates


AUCKLAND, ST_JOHNS = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/St_Johns")
ZONES: list[tzinfo] = [UTC, LONDON, AUCKLAND, ST_JOHNS, timezone(timedelta(hours=-11))]


@settings(max_examples=25)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)), st.sampled_from(ZONES))
@example(datetime(2026, 11, 22), UTC)
def test_dates_count_from_now_and_the_same_now_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, moment: datetime, zone: tzinfo
) -> None:
    now = moment.replace(tzinfo=zone)
    tmp_path = tmp_path_factory.mktemp("dated")
    made = build(tmp_path / "a", now)
    assert files(made.path) == files(build(tmp_path / "b", now).path)
    assert made.now == now
    known = mails(made)
    for message in known.values():
        assert message.date is not None
        assert timedelta(0) < now - message.date < timedelta(days=90)
        assert b"{{" not in message.text.encode()
    for thread in group(known.values()):
        order = [message.id for message in thread]
        for message in thread:
            assert set(message.references) <= set(order[: order.index(message.id)])


@pytest.mark.parametrize("now", WEEK, ids=lambda now: f"{now:%A}")
def test_people_write_and_meet_on_working_days(tmp_path: Path, now: datetime) -> None:
    made = build(tmp_path / "demo", now)
    for message in mails(made).values():
        for invitation in message.invitations:
            assert invitation.start is not None
            local = invitation.start.astimezone(LONDON)
            assert local.weekday() < 5
            assert 9 <= local.hour < 18
            assert f"{local:%A}, {local.day} {local:%B}" in message.text
            assert f"{local:%H:%M}" in message.text


# ---- what is in the mails


def test_every_mail_is_whole_and_from_nowhere_real(built: Built) -> None:
    known = mails(built)
    assert len(known) == built.count
    for name, raw in wires(built.path):
        message = parse(raw)
        assert not message.defects, name
        assert raw.split(b"\n\n")[0].isascii()
        assert b"\r" not in raw
        domains = set(re.findall(r"(?:@|https?://)([\w.-]+\w)", raw.decode("latin-1")))
        assert all(domain.endswith((".example", "example.org", "example.net")) for domain in domains), (name, domains)
        assert built.me in (message.from_, *message.to)
        assert (message.from_ == built.me) == name.startswith(".Sent")
    standard = [email.message_from_bytes(raw, policy=email.policy.default) for _, raw in wires(built.path)]
    assert all(not part.defects for whole in standard for part in whole.walk())


def test_replies_are_tied_to_the_mails_they_answer(built: Built) -> None:
    known = mails(built)
    replies = [message for message in known.values() if message.in_reply_to]
    assert len(replies) >= 6
    for message in replies:
        assert message.in_reply_to in known
        assert message.references[-1] == message.in_reply_to
        assert message.references == (*known[message.in_reply_to].references, message.in_reply_to)
        assert message.subject.removeprefix("Re: ") == known[message.in_reply_to].subject.removeprefix("Re: ")
    assert max(len(thread) for thread in group(known.values())) == 4


def test_the_interview_was_moved(built: Built) -> None:
    first, second = sorted(
        (i for m in mails(built).values() for i in m.invitations if "lanternworks" in i.uid), key=lambda i: i.sequence
    )
    assert (first.uid, first.method, first.sequence) == (second.uid, "REQUEST", 0)
    assert (second.method, second.sequence) == ("REQUEST", 1)
    assert first.start is not None and second.start is not None
    assert first.start < second.start
    assert second.organizer is not None
    assert second.organizer.email == "priya.raman@lanternworks.example"
    assert "martin.oduya@lanternworks.example" in {attendee.email for attendee in second.attendees}


def test_mails_come_in_all_kinds(built: Built) -> None:
    raws = [raw for _, raw in wires(built.path)]
    whole = [email.message_from_bytes(raw) for raw in raws]
    types = {message.get_content_type() for message in whole}
    assert {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"} <= types
    parts = [part for message in whole for part in message.walk() if not part.is_multipart()]
    assert {"7bit", "8bit", "quoted-printable"} <= {part["Content-Transfer-Encoding"] for part in parts}
    assert {"us-ascii", "utf-8", "windows-1252"} <= {part.get_content_charset() for part in parts}
    assert any("List-Id" in message for message in whole)
    known = mails(built).values()
    assert {"Zoë Castellane", "Ingrid Sørensen", "Mirela Kovač", "Sabine Grünwald"} <= {m.from_.name for m in known}
    german = next(message for message in known if message.from_.name == "Sabine Grünwald")
    assert "Grüßen" in german.text
    assert "GmbH – Personal" in german.text


# ---- the whole way


def drafts(built: Built) -> dict[str, EmailMessage]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (built.path / ".Drafts" / "cur").iterdir()
    ]
    return {str(draft["To"].addresses[0].addr_spec): draft for draft in found}


@pytest.mark.parametrize("now", [*WEEK, *EDGES], ids=lambda now: f"{now:%a-%m-%d-%H%M}")
def test_each_mail_fares_as_a_human_would_decide(tmp_path: Path, now: datetime) -> None:
    made = build(tmp_path / "demo", now)
    outcomes = {outcome.id: outcome for outcome in go(demo_rooms(made), now)}
    actions = {key: outcome.action.value for key, outcome in outcomes.items()}
    assert actions == {key: entry["action"] for key, entry in EXPECTED.items()}
    for key, outcome in outcomes.items():
        _as_expected(outcome, EXPECTED[key])
    written = drafts(made)
    assert set(written) == {entry["to"] for entry in EXPECTED.values() if "to" in entry}
    for key, entry in EXPECTED.items():
        if "to" in entry:
            assert written[entry["to"]]["In-Reply-To"] == (key if entry["how"] == "thread" else None)


def _as_expected(outcome: Outcome, entry: dict[str, str]) -> None:
    assert (outcome.letter is not None) == (entry["action"] == "drafted")
    assert outcome.application.company.split()[0].lower() == entry["mail"].partition("-")[0]
    assert outcome.application.role == entry["role"]
    if outcome.letter is None or outcome.envelope is None:
        return
    assert outcome.letter.template == entry["template"]
    assert outcome.letter.language == entry.get("language", "en")
    assert [address.email for address in outcome.envelope.to] == [entry["to"]]
    assert outcome.letter.text.endswith("Robin Ashdown")


def test_a_second_run_has_nothing_to_say(tmp_path: Path) -> None:
    made = build(tmp_path / "demo", NOW)
    ready = demo_rooms(made)
    assert len(go(ready)) == len(EXPECTED)
    before = files(made.path)
    assert go(ready) == []
    assert files(made.path) == before


def test_two_days_later_the_one_that_waited_is_drafted(tmp_path: Path) -> None:
    made = build(tmp_path / "demo", NOW)
    ready = demo_rooms(made)
    go(ready, NOW)
    (outcome,) = go(ready, NOW + timedelta(days=2))
    assert (EXPECTED[outcome.id]["mail"], outcome.action.value) == ("quillmark-no", "drafted")


def test_no_letter_of_the_demo_has_a_finding(tmp_path: Path) -> None:
    made = build(tmp_path / "demo", NOW)
    grammar = Grammar(None)
    outcomes = go(demo_rooms(made, proofreader=Proofreader(letter_rules(), grammar)), NOW)
    grammar.close()
    reports = [outcome.report for outcome in outcomes if outcome.report]
    assert len(reports) == sum(entry["action"] == "drafted" for entry in EXPECTED.values())
    assert [(f.class_, f.message) for report in reports for f in report.findings] == []
    assert any("harper" in report.engine.lower() for report in reports)


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_nobody_else_reads_the_mailbox(tmp_path: Path) -> None:
    assert build(tmp_path / "demo", NOW).path.stat().st_mode & 0o077 == 0
