"""A damaged ledger is kept aside and said so; what lies in the mailbox is taken over; no draft is written twice."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.cli.main import invoke
from gmail_followup.decision import Action
from gmail_followup.errors import Exit, UserError
from gmail_followup.home import find_home
from gmail_followup.ledger.database import Damaged
from gmail_followup.ledger.records import Correction, State
from gmail_followup.ledger.rescue import open_or_rescue
from gmail_followup.ledger.store import Ledger
from tests.mailbox.gmail_setup import open_mailbox
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import ME, NOW, drafts_in, go, maildir, on_maildir, rooms
from tests.torture.faults import ROBOT, world_in
from tests.torture.mails import message_id, rejection

CONFIG = f'[me]\nname = "Jo Doe"\naddresses = ["{ME}"]\n[proofing]\nengine = "none"\n'


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Path]:
    """A Maildir with three rejections that were followed up by the command line, and one that still cools off."""
    home = find_home().root
    home.mkdir(parents=True)
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    made = maildir(tmp_path / "m", *(rejection(n) for n in range(3)), rejection(3, days=1))
    assert again(made) == 0
    assert len(drafts_in(made)) == 3
    return made


def again(box: Path, days: float = 0) -> int:
    then = NOW + timedelta(days=days)
    return invoke(["run", "--mailbox", f"maildir:{box}", "--json", "--as-of", then.isoformat()])


def aside() -> list[Path]:
    return [p for p in find_home().root.glob("ledger.sqlite3.damaged-*") if not p.name.endswith(("-wal", "-shm"))]


def test_a_file_that_is_no_database_is_kept_aside_and_said_so(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rubbish = b"this was a ledger once " * 500
    find_home().ledger.write_bytes(rubbish)
    assert again(box) == 0
    told = capsys.readouterr().err
    assert "ledger was damaged" in told
    assert "No draft is written twice" in told
    (kept,) = aside()
    assert kept.read_bytes() == rubbish
    assert kept.name in told
    assert len(drafts_in(box)) == 3
    assert again(box, days=2) == 0
    assert len(drafts_in(box)) == 4
    assert "damaged" not in capsys.readouterr().err


def test_drafts_of_an_earlier_ledger_are_known_again(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    find_home().ledger.write_bytes(b"\0" * 5000)
    capsys.readouterr()
    again(box)
    assert capsys.readouterr().out.count("it was found again") == 3
    ledger = Ledger(find_home().ledger)
    assert {r.id: r.state for r in ledger.rejections()}[message_id(0)] is State.DRAFTED
    assert {d.state for d in ledger.drafts()} == {"saved"}
    ledger.close()


def test_the_damage_may_lie_deep_and_be_met_in_the_middle_of_a_run(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages that hang together, with a row that no program of ours wrote."""
    ledger = Ledger(find_home().ledger)
    with ledger.transaction():
        ledger.put("UPDATE rejection SET state = ? WHERE id = ?", ("sleeping", message_id(1)))
    ledger.close()
    assert again(box) == Exit.ACCOUNT
    assert "kept as ledger.sqlite3.damaged-" in capsys.readouterr().err
    assert again(box) == 0
    assert len(drafts_in(box)) == 3


@pytest.mark.parametrize("folder", ["home", "what? now", "50%41", "a#b"])
def test_the_users_own_words_are_saved(tmp_path: Path, folder: str) -> None:
    """Also in a folder whose name means something else in an address of a file."""
    (tmp_path / folder).mkdir()
    file = tmp_path / folder / "ledger.sqlite3"
    ledger = Ledger(file)
    ledger.correct(Correction("<x@beta.example>", False, "Beta", "Nurse"), NOW)
    ledger.make_wish("box", "<r@acme.example>", "mai@acme.example", NOW)
    with ledger.transaction():
        ledger.put("INSERT INTO rejection (mailbox, id, key, thread_key, date, company, role, stage, state, why, changed) "
                   "VALUES ('box', '<q@x>', 'k', 't', 'yesterday', '', '', 'applied', 'new', '', '')", ())  # fmt: skip
    with pytest.raises(Damaged):
        ledger.rejections()
    ledger.close()
    from gmail_followup.ledger.rescue import rescue

    again_, told = rescue(file, NOW)
    assert again_.correction("<x@beta.example>") == Correction("<x@beta.example>", False, "Beta", "Nurse")
    assert again_.wish("box", "<r@acme.example>") == "mai@acme.example"
    assert "2 corrections and choices" in told


def test_a_log_without_its_ledger_is_damage_and_not_played_into_a_new_one(tmp_path: Path) -> None:
    """As after a kill between the two renames of a rescue."""
    file = tmp_path / "ledger.sqlite3"
    ledger = Ledger(file)
    ledger.move_cursor("box", "5", NOW)
    shutil.copy(f"{file}-wal", tmp_path / "kept-wal")
    ledger.close()
    file.unlink()
    shutil.copy(tmp_path / "kept-wal", f"{file}-wal")
    found, told = open_or_rescue(file, NOW)
    assert "damaged" in told
    assert found.cursor("box") == ""


def test_bytes_flipped_anywhere_never_make_a_second_draft_or_a_bug(box: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = find_home().ledger.read_bytes()
    file = tmp_path / "flipped.sqlite3"
    rescued = 0
    for _ in range(60):
        torn = bytearray(whole)
        for _ in range(chance.choice((1, 4, 64))):
            torn[chance.randrange(len(torn))] ^= chance.randrange(1, 256)
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
        file.write_bytes(torn)
        try:
            ledger, told = open_or_rescue(file, NOW)
            rescued += bool(told)
            go(on_maildir(box, ledger=ledger))
            ledger.close()
        except UserError:
            pass
        assert len(drafts_in(box)) <= 3
    assert rescued > 5


def test_in_gmail_labels_and_drafts_are_taken_over(fake_gmail: FakeGmail, tmp_path: Path) -> None:
    """In threads, in a mail of its own to a person, and where only the label is left of a draft that the user deleted."""
    world = world_in(fake_gmail, tmp_path)
    assert world.look() is None
    drafts = {str(mail.mime["To"]): key for key, mail in fake_gmail.drafts.items()}
    assert len(drafts) == 3
    gone = next(key for key, mail in fake_gmail.drafts.items() if mail.mime["In-Reply-To"] == message_id(1))
    fake_gmail.user_deletes_draft(gone)
    (tmp_path / "ledger.sqlite3").unlink()
    for end in ("-wal", "-shm"):
        (tmp_path / f"ledger.sqlite3{end}").unlink(missing_ok=True)
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    told = {o.id: o for o in go(rooms(world.mailbox(), ledger))}
    assert len(fake_gmail.drafts) == 2
    assert told[message_id(0)].action is Action.DRAFTED
    assert told[ROBOT].action is Action.DRAFTED
    assert "found again" in told[ROBOT].why
    assert (told[message_id(1)].action, "label" in told[message_id(1)].why) == (Action.SKIPPED, True)
    assert all("Follow-up/Drafted" in fake_gmail.labels_of(world.keys[id_]) for id_ in (message_id(0), ROBOT))


def test_a_draft_that_gmail_put_elsewhere_is_told_once_and_not_saved_again(
    fake_gmail: FakeGmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was held and tried again at every look, with a draft more each time."""
    from gmail_followup.mailbox.gmail import adapter

    fake_gmail.now = NOW
    fake_gmail.deliver(rejection(0))
    mailbox = open_mailbox(fake_gmail, tmp_path)
    r = rooms(mailbox)
    real = adapter._check_saved
    monkeypatch.setattr(adapter, "_check_saved", lambda draft, mime, thread: real(replace(draft, thread_key="t9"), mime, thread))
    (outcome,) = go(r)
    assert outcome.action is Action.HELD
    assert "outside the conversation" in outcome.why
    for day in range(3):
        assert [o for o in go(r, NOW + timedelta(days=day)) if o.action is Action.DRAFTED] == []
    assert len(fake_gmail.drafts) == 1
