"""Whole stories over months (tests/stories/<name>.toml): a moving clock, mail that arrives, a user who sends, edits or
deletes; told the same through Maildir and through the fake Gmail. tests/stories/README.md tells the keys.
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.policy import default as DEFAULT
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from gmail_followup.config import Config, Later, Me
from gmail_followup.mail.message import Address
from gmail_followup.mail.parse import parse
from gmail_followup.mailbox.maildir import MaildirMailbox
from gmail_followup.mailbox.protocol import Mailbox
from gmail_followup.pipeline import run
from gmail_followup.rooms import Options, Outcome, Rooms
from tests.mailbox.gmail_setup import open_mailbox
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import rooms

FOLDER = Path(__file__).with_name("stories")
NAMES = sorted(p.stem for p in FOLDER.glob("*.toml"))
ME = "jo@example.org"
_KEYS = {"why", "step", "later"}
_STEP = {"at", "mail", "user", "text", "lines", "drafts", "notes", "state", "no_wait"}
_LINE = {"id", "action", "state", "about", "to", "template", "has", "lacks", "why", "offer", "in_reply_to"}


class World(Protocol):
    """A mailbox and its user's hands."""

    mailbox: Mailbox

    def arrive(self, raw: bytes, at: datetime, *, sent: bool = False) -> None: ...
    def drafts(self) -> list[bytes]: ...
    def send(self, at: datetime, text: str = "") -> str:
        """The newest draft is sent, in other words if `text` is given; its Message-ID as the others see it."""
    def edit(self, text: str) -> None: ...
    def delete(self) -> None: ...


def _reworded(raw: bytes, text: str, at: datetime | None = None) -> bytes:
    """The same mail with other words (and another date)."""
    old = BytesParser(policy=DEFAULT).parsebytes(raw)
    new = EmailMessage(policy=SMTP)
    for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References"):
        if old[name]:
            new[name] = str(old[name])
    new["Date"] = format_datetime(at) if at else str(old["Date"])
    plain = old.get_body(("plain",))
    new.set_content(text or (plain.get_content() if plain else ""))
    return new.as_bytes()


class OnMaildir:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for place in ("", ".Sent", ".Drafts"):
            for part in ("cur", "new", "tmp"):
                (folder / place / part).mkdir(parents=True, exist_ok=True)
        self.mailbox = MaildirMailbox(folder, (Address("Jo Doe", ME),))
        self._count = 0

    def arrive(self, raw: bytes, at: datetime, *, sent: bool = False) -> None:
        self._count += 1
        place = self.folder / (".Sent" if sent else "") / "cur"
        (place / f"{int(at.timestamp())}.M{self._count}.story:2,S").write_bytes(raw.replace(b"\r\n", b"\n"))

    def _files(self) -> list[Path]:
        return sorted((self.folder / ".Drafts" / "cur").iterdir(), key=lambda p: (p.stat().st_mtime_ns, p.name))

    def drafts(self) -> list[bytes]:
        return [path.read_bytes() for path in self._files()]

    def send(self, at: datetime, text: str = "") -> str:
        draft = self._files()[-1]
        raw = _reworded(draft.read_bytes(), text, at)
        draft.unlink()
        self.arrive(raw, at, sent=True)
        return parse(raw).id

    def edit(self, text: str) -> None:
        draft = self._files()[-1]
        draft.write_bytes(_reworded(draft.read_bytes(), text))

    def delete(self) -> None:
        self._files()[-1].unlink()


class OnGmail:
    def __init__(self, fake: FakeGmail, folder: Path) -> None:
        self.fake = fake
        self.mailbox = open_mailbox(fake, folder, login=ME)

    def arrive(self, raw: bytes, at: datetime, *, sent: bool = False) -> None:
        self.fake.deliver(raw, labels=("SENT",) if sent else ("INBOX",), at=at)

    def drafts(self) -> list[bytes]:
        return [mail.raw for mail in self.fake.drafts.values()]

    def _last(self) -> str:
        return list(self.fake.drafts)[-1]

    def send(self, at: datetime, text: str = "") -> str:
        self.fake.now = at
        if text:
            self.edit(text)
        return parse(self.fake.user_sends_draft(self._last()).raw).id

    def edit(self, text: str) -> None:
        draft_id = self._last()
        self.fake.user_edits_draft(draft_id, _reworded(self.fake.drafts[draft_id].raw, text))

    def delete(self) -> None:
        self.fake.user_deletes_draft(self._last())


def mail(told: Mapping[str, Any], at: datetime, letter: str) -> bytes:
    """A mail as a story tells it. answers: a Message-ID, or "letter" for the user's last sent letter."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = told["from"], told.get("to", f"Jo Doe <{ME}>")
    made["Subject"], made["Date"], made["Message-ID"] = told["subject"], format_datetime(at), told["id"]
    if told.get("answers"):
        made["In-Reply-To"] = made["References"] = letter if told["answers"] == "letter" else told["answers"]
    for name, value in told.get("headers", {}).items():
        made[name] = value
    made.set_content(told["text"])
    return made.as_bytes()


def play(name: str, world: World, r: Rooms) -> None:
    """Every step: mail arrives, the user acts, a run; then what was told and what is there is compared."""
    story = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert story.keys() <= _KEYS and story["why"].strip()
    letter = ""
    for number, step in enumerate(story["step"], 1):
        assert step.keys() <= _STEP, step.keys() - _STEP
        at: datetime = step["at"]
        for told in step.get("mail", ()):
            sent = ME in told["from"]
            world.arrive(mail(told, told.get("at", at - timedelta(hours=1)), letter), told.get("at", at - timedelta(hours=1)), sent=sent)
        match step.get("user", ""):
            case "sends":
                letter = world.send(at - timedelta(minutes=30), step.get("text", ""))
            case "edits":
                world.edit(step["text"])
            case "deletes":
                world.delete()
        options = Options(now=at, since=at - timedelta(days=365), no_wait=step.get("no_wait", False), as_of=True)
        outcomes = list(run(r, options))
        where = f"{name}, step {number}"
        _compare(where, step, outcomes, world, r)
        assert list(run(r, options)) == [], f"{where}: a second run had news"


def _compare(where: str, step: Mapping[str, Any], outcomes: list[Outcome], world: World, r: Rooms) -> None:
    got = [f"{o.id} {o.action} ({o.standing}): {o.why}" for o in outcomes]
    wanted = step.get("lines", [])
    assert len(outcomes) == len(wanted), f"{where}: told {json.dumps(got, indent=1)}, wanted {wanted}"
    for want in wanted:
        assert want.keys() <= _LINE, want.keys() - _LINE
        o = next((o for o in outcomes if o.id == want.get("id", outcomes[0].id)), None)
        assert o is not None, f"{where}: no line for {want['id']}: {got}"
        found: dict[str, Any] = {
            "id": o.id, "action": o.action.value, "state": o.standing.value, "about": o.about, "offer": o.offer,
            "to": [a.email for a in o.envelope.to] if o.envelope else [],
            "template": o.letter.template if o.letter else "",
            "in_reply_to": o.envelope.in_reply_to if o.envelope else "",
        }  # fmt: skip
        for key, value in want.items():
            if key in found:
                assert found[key] == value, f"{where}: {key} is {found[key]!r}, wanted {value!r} ({got})"
        text = o.letter.text if o.letter else ""
        assert all(words in text for words in want.get("has", ())), f"{where}: {text}"
        assert not any(words in text for words in want.get("lacks", ())), f"{where}: {text}"
        assert want.get("why", "") in o.why, f"{where}: {o.why}"
    if "drafts" in step:
        assert len(world.drafts()) == step["drafts"], f"{where}: {len(world.drafts())} drafts ({got})"
    if "state" in step:
        states = {x.id: x.standing.value for x in r.ledger.rejections(r.mailbox.name)}
        assert {i: states.get(i) for i in step["state"]} == step["state"], where
    if "notes" in step:
        pages, problems = r.notebook.pages()
        notes = [n.text for page in pages for n in page.notes]
        assert not problems and len(notes) == len(step["notes"]), f"{where}: {notes}"
        assert all(any(words in note for note in notes) for words in step["notes"]), f"{where}: {notes}"


def _rooms(name: str, mailbox: Mailbox) -> Rooms:
    later = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")).get("later", {})
    config = Config(me=Me(name="Jo Doe", addresses=(ME,)), later=Later(**later))
    return rooms(mailbox, config=config)


def test_there_are_stories_enough() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_maildir(name: str, tmp_path: Path) -> None:
    world = OnMaildir(tmp_path / "m")
    play(name, world, _rooms(name, world.mailbox))


@pytest.mark.parametrize("name", NAMES)
def test_gmail(name: str, tmp_path: Path) -> None:
    with FakeGmail(ME, "Jo Doe") as fake:
        world = OnGmail(fake, tmp_path)
        play(name, world, _rooms(name, world.mailbox))
        assert not fake.violations, fake.violations
