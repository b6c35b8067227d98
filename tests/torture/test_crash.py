"""The short form of the crash matrix, and two runs at once. `make torture` kills a thousand."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gmail_followup.home import find_home
from tests.conftest import ROOT
from tests.support.rooms import ME, NOW, drafts_in, maildir
from tests.torture.crash import count
from tests.torture.mails import rejections

CONFIG = f'[me]\nname = "Jo Doe"\naddresses = ["{ME}"]\n[proofing]\nengine = "none"\n'


@pytest.mark.parametrize("kind", ["maildir", "gmail"])
def test_one_draft_for_each_rejection_however_often_it_is_killed(kind: str) -> None:
    line = [sys.executable, "-m", "tests.torture.crash", kind, "50", "20"]
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    assert told["killed"] >= 50
    assert len(told["kills"]) >= 6, "kills at many kinds of points"
    wanted = {"duplicates": 0, "lost": 0, "astray": 0, "problems": [], "unlabelled": 0}
    assert {name: told.get(name, 0) for name in wanted} == wanted
    assert told["found"] == told["expected"] > 0


def environment() -> dict[str, str]:
    home = find_home().root
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_several_at_once_make_one_draft_each_and_the_others_say_why_not(tmp_path: Path) -> None:
    box = maildir(tmp_path / "m", *rejections(12))
    line = [sys.executable, "-m", "gmail_followup", "run", "--json", "--as-of", NOW.isoformat(), "--mailbox", f"maildir:{box}"]
    pipe = subprocess.PIPE
    several = [subprocess.Popen(line, env=environment(), stdout=pipe, stderr=pipe, text=True) for _ in range(4)]
    ended = [(one, *one.communicate(timeout=120)) for one in several]
    for one, out, err in ended:
        assert one.returncode in (0, 4), err
        if one.returncode == 4:
            assert "Another gmail-followup is at work in this folder." in err
            assert out == ""
    assert any(one.returncode == 0 for one, _, _ in ended)
    assert count(drafts_in(box), 12) == {"expected": 12, "found": 12, "duplicates": 0, "lost": 0, "astray": 0}


def test_the_lock_of_a_killed_run_is_free(tmp_path: Path) -> None:
    holding = (
        "from gmail_followup.cli.setup import locked\nfrom gmail_followup.home import find_home\n"
        "with locked(find_home()):\n    print('held', flush=True)\n    input()\n"
    )
    box = maildir(tmp_path / "m", *rejections(1))
    line = [sys.executable, "-m", "gmail_followup", "run", "--as-of", NOW.isoformat(), "--mailbox", f"maildir:{box}"]
    pipe = subprocess.PIPE
    holder = subprocess.Popen([sys.executable, "-c", holding], env=environment(), stdin=pipe, stdout=pipe, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=60)
        assert refused.returncode == 4
        assert "Let it finish, or stop it" in refused.stderr
        assert drafts_in(box) == []
    finally:
        holder.kill()
        holder.wait()
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert len(drafts_in(box)) == 1
