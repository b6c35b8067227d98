"""Kills real runs over a mailbox of rejections until all is done, then counts the drafts.

    python -m tests.torture.crash maildir|gmail KILLS [REJECTIONS] [SECONDS]

Prints one JSON object: kills by point, drafts expected and found, duplicates, lost, wrongly threaded, problems. Every
round begins with a fresh mailbox and goes on until a run ends by itself with nothing left to do.
"""

import email
import email.policy
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.fake_gmail.dispatch import Violation
from tests.support.rooms import NOW, drafts_in, maildir
from tests.torture.children import CONFIG, Fate, Tally, run, warm_up
from tests.torture.mails import message_id, rejections, small_talk

_REACH = 24
"""Points from the start of a run on, at each of which it dies in turn: more than one rejection has."""
_BY_CLOCK = 0.3
_MOST_RUNS = 20_000


def count(drafts: list[bytes], expected: int) -> dict[str, Any]:
    """Which rejections have their draft: by In-Reply-To, which must also end References."""
    found: Counter[str] = Counter()
    astray = 0
    for raw in drafts:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        answers, references = str(message["In-Reply-To"] or "").strip(), str(message["References"] or "").split()
        whole = bool(re.search(r"^(Hello|Dear|Hi) ", message.get_body(("plain",)).get_content(), re.M))
        if not answers or references[-1:] != [answers] or not whole:
            astray += 1
        found[answers] += 1
    wanted = {message_id(number) for number in range(expected)}
    return {
        "expected": expected,
        "found": len(drafts),
        "duplicates": sum(many - 1 for many in found.values()),
        "lost": len(wanted - found.keys()),
        "astray": astray + len(found.keys() - wanted),
    }


def torture(folder: Path, arguments: list[str], fate: Fate, tally: Tally, kills: int, until: float) -> None:
    """Runs, kills and restarts until a run comes to its end by itself. kills: after so many of them, runs are let live."""
    for _ in range(_MOST_RUNS):
        spare = tally.killed >= kills or time.monotonic() > until
        end = run(folder, arguments, **({} if spare else fate.choose()))
        fate.learn(end)
        if end.code is None:
            tally.kills[end.at or "by the clock"] += 1
            continue
        tally.clean += 1
        if end.code != 0:
            tally.problems.append(f"exit code {end.code}: {end.err.strip()[-500:]}")
        return
    tally.problems.append("never came to an end")


def over_maildir(kills: int, size: int, until: float, tally: Tally) -> dict[str, Any]:
    totals: Counter[str] = Counter()
    mails = [*rejections(size), *(small_talk(n) for n in range(size // 10))]
    rounds = 0
    while rounds == 0 or (tally.killed < kills and time.monotonic() < until):
        with tempfile.TemporaryDirectory(prefix="torture-") as name:
            folder = Path(name)
            box = maildir(folder / "mail", *mails)
            _home(folder, CONFIG)
            arguments = ["--mailbox", f"maildir:{box}"]
            torture(folder, arguments, Fate(rounds, _BY_CLOCK, _REACH), tally, kills, until)
            _again_quiet(folder, arguments, tally)
            totals.update(count(drafts_in(box), size))
        rounds += 1
    return dict(totals)


def over_gmail(kills: int, size: int, until: float, tally: Tally) -> dict[str, Any]:
    totals: Counter[str] = Counter()
    mails = [*rejections(size), *(small_talk(n) for n in range(size // 10))]
    rounds = 0
    while rounds == 0 or (tally.killed < kills and time.monotonic() < until):
        with tempfile.TemporaryDirectory(prefix="torture-") as name:
            folder = Path(name)
            ask, server = _serve(folder, mails)
            try:
                torture(folder, ["--mailbox", "gmail"], Fate(rounds, _BY_CLOCK, _REACH), tally, kills, until)
                _again_quiet(folder, ["--mailbox", "gmail"], tally)
                drafts, violations, unlabelled = ask("result")
                tally.problems += violations
                totals["unlabelled"] += unlabelled
                totals.update(count(drafts, size))
            finally:
                ask("stop")
                server.join(10)
        rounds += 1
    return dict(totals)


def _again_quiet(folder: Path, arguments: list[str], tally: Tally) -> None:
    """One run more has nothing to say and nothing to do."""
    end = run(folder, arguments)
    if end.code != 0 or end.out.strip():
        tally.problems.append(f"a run more said: {end.code} {end.out[:300]} {end.err[-300:]}")


def _home(folder: Path, config: str) -> None:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(config, encoding="utf-8")
    os.environ["GMAIL_FOLLOWUP_HOME"] = str(home)


def _serve(folder: Path, mails: list[bytes]) -> tuple[Callable[[str], Any], Any]:
    """The fake Gmail in a process of its own; what it is asked for comes back over a pipe."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    server = fork.Process(target=_gmail, args=(theirs, mails, folder), daemon=True)
    server.start()
    config: str = ours.recv()
    token = ours.recv()
    _home(folder, config)
    place = folder / "home" / "token.json"
    place.write_text(token, encoding="utf-8")
    place.chmod(0o600)

    def ask(what: str) -> Any:
        ours.send(what)
        return ours.recv()

    return ask, server


def _gmail(pipe: Any, mails: list[bytes], folder: Path) -> None:
    from gmail_followup.home import Home
    from tests.mailbox.gmail_setup import save_login, settings_for
    from tests.support.fake_gmail import FakeGmail

    with FakeGmail(now=NOW) as fake:
        for raw in mails:
            fake.deliver(raw)
        settings = settings_for(fake, folder, quota="2024")
        token = save_login(fake, settings, Home(folder / "login"))
        # The older price list: two hundred mails are read without waiting for the next minute.
        places = {name: getattr(settings, name) for name in ("endpoint", "auth_uri", "token_uri")}
        lines = [f'{name} = "{value}"' for name, value in places.items()]
        more = [f'client_secrets = "{settings.client_secrets}"', 'token_store = "file"', 'quota = "2024"']
        pipe.send("\n".join([CONFIG, "[gmail]", *lines, *more, ""]))
        pipe.send(token.dump())
        while pipe.recv() != "stop":
            drafts = [mail.raw for mail in fake.drafts.values()]
            marked = "Follow-up/Drafted"
            unlabelled = sum(marked not in fake.labels_of(key) for key, m in fake.messages.items()
                             if m.message_id.startswith("<no-") and "INBOX" in m.labels)  # fmt: skip
            pipe.send(
                (drafts, [f"{v.kind} {v.method} {v.path} {v.detail}" for v in fake.take_violations() if not _cut_off(v)], unlabelled)
            )
        pipe.send(None)


def _cut_off(violation: Violation) -> bool:
    """A request whose sender was killed while it sent the body: refused, as it should be, and nobody's fault."""
    return violation.kind == "bad_request" and violation.detail == "the body is not JSON"


def main(kind: str, kills: int, size: int = 200, seconds: float = 3600.0) -> dict[str, Any]:
    """Everything the table wants to know."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        _home(Path(name), CONFIG)
        warm_up(Path(name))
    tally, begun = Tally(), time.monotonic()
    result = {"maildir": over_maildir, "gmail": over_gmail}[kind](kills, size, begun + seconds, tally)
    spent = round(time.monotonic() - begun, 1)
    return {"kind": kind, "kills": dict(tally.kills), "killed": tally.killed, **result, "problems": tally.problems[:10],
            "seconds": spent}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], *(int(word) for word in sys.argv[2:]))))
