"""`watch`, the command itself, over thousands of looks with a fault in every twentieth request; time is a value.

    python -m tests.torture.soak LOOKS

In one process, without sockets: requests go straight to the fake Gmail's dispatcher. Waiting moves the clock and brings
mail. At the end every rejection that was old enough has its draft and no other; memory, open files, threads and log have
not grown over the second half.
"""

import contextlib
import email
import gc
import io
import json
import os
import random
import sys
import tempfile
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import httplib2
import psutil

from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.access import open_access
from gmail_followup.mailbox.gmail.adapter import GmailMailbox
from gmail_followup.mailbox.gmail.allowed import Gate
from gmail_followup.mailbox.gmail.quota import Quota, load_prices
from gmail_followup.mailbox.gmail.service import Api, shipped_document
from gmail_followup.mailbox.gmail.settings import GmailSettings
from gmail_followup.mailbox.gmail.tokens import open_store
from gmail_followup.mailbox.gmail.transport import GmailHttp
from gmail_followup.mailbox.gmail.wire import AnswerLost, Unreachable
from tests.mailbox.gmail_setup import save_login, settings_for
from tests.support.fake_gmail import FakeGmail
from tests.support.fake_gmail.errors import ApiError
from tests.support.rooms import NOW
from tests.torture.children import CONFIG
from tests.torture.mails import message_id, rejection, small_talk

FAULTY = 0.05
PAUSE = timedelta(minutes=30)
_KINDS = ("lost after commit", "lost before commit", "no connection", "500", "503", "429", "403 rate", "401", "malformed")
_STATUS = {
    "500": ApiError(500, "Backend Error"),
    "503": ApiError(503, "Unavailable", headers={"Retry-After": "3"}),
    "429": ApiError(429, "Too many", "rateLimitExceeded", {"Retry-After": "5"}),
    "403 rate": ApiError(403, "User rate", "userRateLimitExceeded"),
    "401": ApiError(401, "Invalid Credentials", "authError"),
}


class World:
    """The account, the clock, what fails, and what was counted."""

    def __init__(self, looks: int, folder: Path) -> None:
        self.fake = FakeGmail(now=NOW)
        self.settings: GmailSettings = settings_for(self.fake, folder)
        self.home = Home(folder / "home")
        self.home.root.mkdir(mode=0o700)
        (self.home.root / "config.toml").write_text(CONFIG, encoding="utf-8")
        save_login(self.fake, self.settings, self.home)
        self.chance = random.Random(len(str(looks)) + looks)
        self.faults: Counter[str] = Counter()
        self.looks, self.left = looks, looks
        self.delivered = 0
        self.steady = 1000.0
        self.every = max(1, looks // 60)
        self.measured: list[dict[str, float]] = []

    # -- time

    def now(self) -> datetime:
        return self.fake.now

    def sleep(self, seconds: float) -> None:
        """What the transport does between two tries."""
        self.steady += seconds
        self.fake.now += timedelta(seconds=seconds)

    def rest(self, seconds: float) -> bool:
        """What `watch` does between two looks. True: the soak is over."""
        self.sleep(seconds)
        self.left -= 1
        done = self.looks - self.left
        # No mail comes in the last four days, so that all of it cools off.
        if done % self.every == 0 and self.left * PAUSE > timedelta(days=4):
            self.fake.deliver(rejection(self.delivered, days=(NOW - self.fake.now) / timedelta(days=1)))
            self.delivered += 1
        elif done % self.every == self.every // 2:
            self.fake.deliver(small_talk(done))
        if done in (self.looks // 2, self.looks):
            self.measured.append(self.measure())
        if done % 97 == 0:
            # What the fake remembers of requests is not the program's memory.
            self.fake.calls.clear()
            self.fake.requests.clear()
        return self.left <= 0

    def measure(self) -> dict[str, float]:
        gc.collect()
        process = psutil.Process()
        logs = self.home.root / "logs"
        size = sum(path.stat().st_size for path in logs.rglob("*") if path.is_file()) if logs.is_dir() else 0
        traced = sum(
            one.size
            for one in tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/gmail_followup/*")]).statistics("filename")
        ) if tracemalloc.is_tracing() else 0  # fmt: skip
        return {
            "rss": process.memory_info().rss / 1e6, "handles": process.num_fds(), "threads": threading.active_count(),
            "log": size / 1e3, "ledger": self.home.ledger.stat().st_size / 1e3, "traced": traced / 1e6,
        }  # fmt: skip

    # -- the line to Gmail

    def request(self, uri: str, method: str, body: Any, headers: Any) -> tuple[Any, bytes]:
        target = uri.removeprefix(self.settings.endpoint.rstrip("/"))
        kind = self.chance.choice(_KINDS) if self.chance.random() < FAULTY and "/token" not in uri else ""
        self.faults[kind] += bool(kind)
        if kind == "no connection":
            raise Unreachable("dns")
        if kind == "lost before commit":
            raise AnswerLost
        if kind in _STATUS:
            error = _STATUS[kind]
            return httplib2.Response({"status": str(error.status), **error.headers}), error.body()
        data = body.encode() if isinstance(body, str) else body or b""
        reply = self.fake._dispatcher.answer(method, target, dict(headers or {}), data)
        if kind == "lost after commit":
            raise AnswerLost
        return (
            httplib2.Response({"status": str(reply.status), **reply.headers}),
            b'{"half' if kind == "malformed" else reply.body,
        )

    def mailbox(self, *_: Any) -> GmailMailbox:
        """What `open_gmail` makes, on this line."""
        gate, line = Gate(self.settings), Line(self)
        wire: Any = line
        access = open_access(self.settings, open_store(self.home, "file"), wire, sleep=self.sleep)
        clock = lambda: self.steady  # noqa: E731
        quota = Quota(load_prices("2026"), clock=clock, sleep=self.sleep)
        http = GmailHttp(wire, gate, access, quota, self.settings.scopes, clock=clock, sleep=self.sleep)
        return GmailMailbox(Api(http, self.settings.endpoint, _document()), self.settings, account=access.account)


class Line:
    """Looks like a `Wire`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gate = Gate(world.settings)

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None) -> tuple[Any, bytes]:
        self._gate.check(method, uri, body, headers)
        return self._world.request(uri, method, body, headers)

    def close(self) -> None:
        pass


@cache
def _document() -> dict[str, Any]:
    return shipped_document()


@contextlib.contextmanager
def patched(world: World) -> Iterator[None]:
    """The clock, the pauses and the mailbox of `watch` are this world's; rules and letters are read once."""
    from gmail_followup.answers import reader
    from gmail_followup.cli import setup, watch
    from gmail_followup.config import load_config

    config = load_config(world.home)
    letters, proofreader = setup.templates_of(world.home), setup.proofreader_of(world.home, config)
    rules = setup.rules_of(world.home, config)
    reader_ = setup.reader_of(world.home, config, [world.fake.address], rules=rules)
    notices, answers = setup.NoticeReader(rules, reader_.senders), reader.AnswerReader(rules, reader_.senders)

    class Pause(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if world.rest(timeout or 0):
                self.set()
            return self.is_set()

    with contextlib.ExitStack() as stack:
        for target, name, value in (
            (watch.threading, "Event", Pause),
            (watch, "now_or", lambda _: world.now()),
            (setup, "open_mailbox", world.mailbox),
            (watch, "_PIECE", 1e9),
            (setup, "rules_of", lambda *_, **__: rules),
            (setup, "reader_of", lambda *_, **__: reader_),
            (setup, "NoticeReader", lambda *_: notices),
            (reader, "AnswerReader", lambda *_: answers),
            (setup, "templates_of", lambda home, **_: letters),
            (setup, "proofreader_of", lambda *_: proofreader),
        ):
            stack.enter_context(mock.patch.object(target, name, value))
        stack.enter_context(mock.patch.dict(os.environ, {"GMAIL_FOLLOWUP_HOME": str(world.home.root), "NO_COLOR": "1"}))
        yield


def soak(looks: int, *, trace: bool = False) -> dict[str, Any]:
    """Everything that was counted."""
    from gmail_followup.cli.main import invoke

    with tempfile.TemporaryDirectory(prefix="soak-") as name, contextlib.ExitStack() as stack:
        world = World(looks, Path(name))
        out, err = io.StringIO(), io.StringIO()
        stack.enter_context(patched(world))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        begun, spent = time.monotonic(), time.process_time()
        if trace:
            tracemalloc.start()
        try:
            code = invoke(["watch", "--mailbox", "gmail", "--every", "30m", "--json"])
        finally:
            tracemalloc.stop()
        world.fake._server.server_close()
        told = [json.loads(line) for line in out.getvalue().splitlines()]
        answers = Counter(_parent(mail.raw) for mail in world.fake.drafts.values())
        wanted = {message_id(number) for number in range(world.delivered)}
        first, last = world.measured
        return {
            "looks": looks, "code": code, "faults": dict(world.faults), "failed looks": err.getvalue().count("Next try in"),
            "expected": world.delivered, "found": len(world.fake.drafts),
            "duplicates": sum(many - 1 for many in answers.values()), "lost": len(wanted - answers.keys()),
            "told": len([line for line in told if line["action"] == "drafted"]),
            "growth": {name: round(last[name] - first[name], 2) for name in last},
            "violations": [str(v) for v in world.fake.take_violations()][:5], "tail": err.getvalue()[-400:],
            "seconds": round(time.monotonic() - begun, 1), "cpu": round(time.process_time() - spent, 1), "rss": round(last["rss"], 1),
        }  # fmt: skip


def _parent(raw: bytes) -> str:
    return str(email.message_from_bytes(raw)["In-Reply-To"] or "").strip()


if __name__ == "__main__":
    print(json.dumps(soak(int(sys.argv[1]), trace="--trace" in sys.argv)))
