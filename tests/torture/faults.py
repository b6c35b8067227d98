"""Every way in which the network and Gmail fail, at every request of a run; then a run without failures.

Whatever was in the way, after the second run there is one draft for each rejection, in its thread, and each mail is
labelled; and the first run ended well or with a UserError of code ACCOUNT.
"""

import contextlib
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from gmail_followup.errors import Exit, UserError
from gmail_followup.ledger.store import Ledger
from gmail_followup.mailbox.gmail.adapter import GmailMailbox, open_gmail
from gmail_followup.mailbox.gmail.service import shipped_document
from gmail_followup.rooms import Rooms
from tests.mailbox.gmail_setup import Time, home_in, save_login, settings_for
from tests.support.fake_gmail import FakeGmail
from tests.support.rooms import NOW, REJECTION, go, rooms, wire
from tests.torture.mails import message_id, rejection, small_talk

DOCUMENT: dict[str, Any] = {}
ROBOT = "<robot@acme.example>"
_ANYTHING = ("*", "^/gmail/")
_INTERVIEWER = wire(
    "Hello Jo,\n\nthank you for the interview this morning for the Data Engineer role at Acme. It was good to talk with "
    "you.\n\nBest regards,\nMai Berg\nEngineering Manager, Acme\n",
    id="<mai@acme.example>", days=12, sender="Mai Berg <mai@acme.example>", subject="Our interview",
)  # fmt: skip
_ROBOT = wire(
    REJECTION.replace("Best regards,\nAnn Lee", "This mailbox is not monitored.\nThe Acme team"),
    id=ROBOT, sender="Acme Careers <no-reply@acme.example>",
)  # fmt: skip


@dataclass(slots=True)
class World:
    """One account, a program that logged in, and the clocks of both."""

    fake: FakeGmail
    folder: Path
    time: Time
    keys: dict[str, str] = field(default_factory=dict)
    jump: timedelta = timedelta()

    def mailbox(self) -> GmailMailbox:
        """The mailbox as a fresh process opens it."""
        if not DOCUMENT:
            DOCUMENT.update(shipped_document())
        settings, home = settings_for(self.fake, self.folder, timeout_s=0.15), home_in(self.folder)
        if not home.token.exists():
            save_login(self.fake, settings, home)
        return open_gmail(settings, home, clock=self.time.clock, sleep=self.time.sleep, document=DOCUMENT)

    def look(self) -> UserError | None:
        """One run of a fresh process; what it ended with."""
        ledger, mailbox = Ledger(self.folder / "ledger.sqlite3"), self.mailbox()
        try:
            go(replace(_readers(), mailbox=mailbox, ledger=ledger), NOW + self.jump)
        except UserError as error:
            return error
        finally:
            mailbox.close()
            ledger.close()
        return None


@cache
def _readers() -> Rooms:
    """Rules, letters and their indexes, made once; mailbox and ledger are each run's own."""
    nothing: Any = None
    return rooms(nothing, Ledger(None))


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure. plan: sets it up at the request of that index. rides: whether one run gets over it wherever it comes.

    spoils: rejections whose mail is gone because of it.
    """

    name: str
    plan: Callable[[World, int], contextlib.AbstractContextManager[None] | None]
    rides: bool = False
    spoils: tuple[str, ...] = ()


def _http(kind: str, times: int | None = 1, match: tuple[str, str] = _ANYTHING, **more: Any) -> Callable[[World, int], None]:
    def plan(world: World, index: int) -> None:
        world.fake.faults.add(match, kind, times, after=index, **more)  # type: ignore[arg-type]

    return plan


@contextlib.contextmanager
def _at(world: World, index: int, act: Callable[[], None]) -> Iterator[None]:
    """Does something when the request of that index arrives, before it is answered."""
    dispatcher, seen = world.fake._dispatcher, iter(range(1_000_000))
    real = type(dispatcher).answer

    def answer(self: Any, http: str, target: str, *more: Any) -> Any:
        if target.startswith("/gmail/") and next(seen) == index:
            act()
        return real(self, http, target, *more)

    with mock.patch.object(type(dispatcher), "answer", answer):
        yield


def _no_names(world: World, index: int) -> contextlib.AbstractContextManager[None]:
    """From that request on the line is dead, and no name is found any more."""

    @contextlib.contextmanager
    def dead() -> Iterator[None]:
        gone: list[bool] = []
        real = socket.getaddrinfo

        def nobody(*arguments: Any, **more: Any) -> Any:
            if gone:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return real(*arguments, **more)

        world.fake.faults.add(_ANYTHING, "reset_before_commit", None, after=index)
        with _at(world, index, lambda: gone.append(True)), mock.patch.object(socket, "getaddrinfo", nobody):
            yield

    return dead()


def _asleep(world: World, index: int) -> contextlib.AbstractContextManager[None]:
    """The lid is closed for eight hours: connections and token die, the steady clock stands still, the other one does not."""

    def sleep() -> None:
        world.fake.tick(8 * 3600)
        world.fake.oauth.expire_access_tokens()

    world.fake.faults.add(_ANYTHING, "reset_before_commit", 1, after=index)
    return _at(world, index, sleep)


def _clock(seconds: float) -> Callable[[World, int], contextlib.AbstractContextManager[None]]:
    def plan(world: World, index: int) -> contextlib.AbstractContextManager[None]:
        def jump() -> None:
            world.time.now += max(0.0, seconds)
            world.jump = timedelta(seconds=seconds)

        return _at(world, index, jump)

    return plan


def _deleted(world: World, index: int) -> contextlib.AbstractContextManager[None]:
    def delete() -> None:
        world.fake.user_deletes(world.keys[message_id(1)])

    return _at(world, index, delete)


def _label_there(world: World, index: int) -> contextlib.AbstractContextManager[None]:
    """Somebody else makes the label while we are about to: 409."""

    def make() -> None:
        with contextlib.suppress(Exception):
            world.fake.box.new_label("Follow-up/Drafted")

    return _at(world, index, make)


def _old_history(world: World, index: int) -> contextlib.AbstractContextManager[None]:
    return _at(world, index, world.fake.expire_history)


def _relogin(world: World, index: int) -> None:
    world.fake.faults.add(_ANYTHING, "status", None, after=index, status=401)


_RATE = {"status": 429, "reason": "rateLimitExceeded", "message": "Too many requests"}
_RATE_403 = {"status": 403, "reason": "userRateLimitExceeded", "message": "User Rate Limit Exceeded"}
_SCOPE = {"status": 403, "reason": "insufficientPermissions", "message": "Insufficient Permission"}

FAULTS = (
    Fault("answer lost after commit", _http("lost_response_after_commit"), rides=True),
    Fault("answers lost after commit, again and again", _http("lost_response_after_commit", None)),
    Fault("reset before commit", _http("reset_before_commit")),
    Fault("reset before commit, again and again", _http("reset_before_commit", None)),
    Fault("truncated JSON", _http("truncated_json"), rides=True),
    Fault("malformed JSON", _http("malformed_json")),
    Fault("a login page instead of JSON", _http("malformed_json", None, body=b"<html>Log in to our Wi-Fi</html>")),
    Fault("slow drip", _http("slow_drip", None), rides=True),
    Fault("timeout, nothing done", _http("timeout", commit=False)),
    Fault("timeout, work done", _http("timeout", commit=True), rides=True),
    Fault("401 in the middle", _http("status", status=401, reason="authError"), rides=True),
    Fault("401 for good", _relogin),
    Fault("403 scope", _http("status", None, **_SCOPE)),
    Fault("403 rate", _http("status", 2, **_RATE_403)),
    Fault("403 rate, without end", _http("status", None, **_RATE_403)),
    Fault("404 history too old", _old_history, rides=True),
    Fault("404 message gone", _deleted, rides=True, spoils=(message_id(1),)),
    Fault("409 label there already", _label_there, rides=True),
    Fault("412", _http("status", status=412, reason="conditionNotMet")),
    Fault("429 with Retry-After", _http("status", 2, **_RATE, retry_after=7)),
    Fault("429 without Retry-After", _http("status", 2, **_RATE)),
    Fault("429 without end", _http("status", None, **_RATE, retry_after=30)),
    Fault("500", _http("status", status=500)),
    Fault("500 storm", _http("status", None, status=500)),
    Fault("502 storm", _http("status", None, status=502)),
    Fault("503 storm with Retry-After", _http("status", None, status=503, retry_after=60)),
    Fault("DNS gone", _no_names),
    Fault("clock jumps a day ahead", _clock(86_400.0), rides=True),
    Fault("clock jumps a day back", _clock(-86_400.0), rides=True),
    Fault("laptop sleeps eight hours", _asleep),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one fault at one request. wrong: what was not as it must be, "" if all was."""

    fault: str
    index: int
    reached: bool
    stopped: bool
    wrong: str


def world_in(fake: FakeGmail, folder: Path) -> World:
    """A mailbox that was looked at once, with three rejections since: two by people, one by a robot whose house has a person
    that the user met."""
    fake.now = NOW
    world = World(fake, folder, Time(fake))
    fake.deliver(small_talk(1))
    fake.deliver(_INTERVIEWER)
    problem = world.look()
    assert problem is None, problem
    for raw in (rejection(0), rejection(1), _ROBOT):
        mail = fake.deliver(raw)
        world.keys[mail.message_id] = mail.id
    return world


def requests_of_a_clean_run(fake: FakeGmail, folder: Path) -> int:
    """How many requests there are at which something can fail."""
    world = world_in(fake, folder)
    before = len(fake.requests)
    assert world.look() is None
    assert not _wrong(world, ())
    return len(fake.requests) - before


def play(fake: FakeGmail, folder: Path, fault: Fault, index: int) -> Case:
    """That fault at that request, then a run in peace."""
    world = world_in(fake, folder)
    before = len(fake.requests)
    with fault.plan(world, index) or contextlib.nullcontext():
        ended = world.look()
    planned = list(fake.faults.planned)
    reached = any(f.hits for f in planned) or (not planned and len(fake.requests) - before > index)
    fake.faults.clear()
    wrong = _ended_wrongly(fault, ended, reached)
    fake.tick(3600)
    world.time.now += 3600
    for _ in range(2):
        again = world.look()
        if again is not None:
            wrong = wrong or f"the run after it: {again.what}"
    return Case(fault.name, index, reached, ended is not None, wrong or _wrong(world, fault.spoils))


def _ended_wrongly(fault: Fault, ended: UserError | None, reached: bool) -> str:
    if ended is None:
        return ""
    if not reached or fault.rides:
        return f"it stopped: {ended.what}"
    if ended.code is not Exit.ACCOUNT or not ended.fix:
        return f"code {ended.code!r}, fix {ended.fix!r}: {ended.what}"
    return ""


def _wrong(world: World, spoils: tuple[str, ...]) -> str:
    """What is amiss in the mailbox, "" if all is as it must be."""
    fake = world.fake
    answered: list[str] = []
    for mail in fake.drafts.values():
        message = email.message_from_bytes(mail.raw, policy=email.policy.default)
        parent = str(message["In-Reply-To"] or "").strip()
        if parent:
            answered.append(parent)
            if parent in world.keys and mail.thread_id != world.keys[parent]:
                return f"the draft for {parent} is outside its thread"
        elif "mai@acme.example" in str(message["To"]):
            answered.append(ROBOT)
        else:
            return f"a draft to {message['To']}"
    if len(answered) != len(set(answered)):
        return f"twice: {sorted(answered)}"
    missing = set(world.keys) - set(answered) - set(spoils)
    if missing:
        return f"no draft: {sorted(missing)}"
    bare = [key for id_, key in world.keys.items() if key in fake.messages and "Follow-up/Drafted" not in fake.labels_of(key)]
    if bare:
        return f"no label: {bare}"
    broken = [v for v in fake.take_violations() if v.kind != "bad_draft" or not spoils]
    return f"rules broken: {broken[:3]}" if broken else ""
