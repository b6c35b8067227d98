"""config.toml: the example teaches the truth, and every mistake is named with line and fix."""

import re
import tomllib
from pathlib import Path

import pytest

from gmail_followup.config import Config, load_config, parse_config
from gmail_followup.errors import FileError
from gmail_followup.home import Home
from tests.conftest import ROOT

EXAMPLE = (ROOT / "gmail_followup" / "config.example.toml").read_text(encoding="utf-8")


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_config(Home(tmp_path)) == Config()


def test_the_example_is_the_defaults() -> None:
    assert parse_config(tomllib.loads(EXAMPLE), EXAMPLE, "config.toml") == Config()


def test_every_line_that_the_example_comments_out_is_allowed_and_most_show_the_default() -> None:
    bare = re.sub(r"(?m)^# (\w+ = )", r"\1", EXAMPLE)
    config = parse_config(tomllib.loads(bare), bare, "config.toml")
    assert (config.timing, config.policy, config.labels, config.mailbox) == (
        Config().timing,
        Config().policy,
        Config().labels,
        Config().mailbox,
    )
    assert bare.count(" = ") - EXAMPLE.count("\nname = ") >= 20


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[timng]\n", 1, "timing"),
        ("[timing]\ncool_off = 1\n", 2, "cool_off_days"),
        ('\n[timing]\n\ncool_off_days = "two"\n', 4, "a number is wanted"),
        ("[timing]\ncool_off_days = -1\n", 2, "from 0 to 60"),
        ('[policy]\napplied = "send"\n', 2, "'draft', 'ask', 'skip'"),
        ("[me]\nname = 3\n", 2, "quotation marks"),
        ('[me]\naddresses = "a@b.c"\n', 2, "list of texts"),
        ("[letter]\nquote_original = 1\n", 2, "true or false"),
        ("me = 3\n", 1, "is a part"),
    ],
)
def test_a_mistake_names_file_line_and_fix(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_config(Home(tmp_path))
    assert f"config.toml:{line}:" in caught.value.what
    assert words in str(caught.value)


@pytest.mark.parametrize("raw", [b"[me]\nname = \xff\n", b"[me\n", b"name = Alex\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(raw)
    with pytest.raises(FileError, match=r"config\.toml"):
        load_config(Home(tmp_path))


def test_plain_http_is_refused_but_for_this_machine(tmp_path: Path) -> None:
    from gmail_followup.errors import UserError

    config = parse_config({"gmail": {"endpoint": "http://mail.example.org/"}}, "", "config.toml")
    with pytest.raises(UserError, match="plain http"):
        config.gmail_settings(Home(tmp_path))
    fine = parse_config({"gmail": {"endpoint": "http://127.0.0.1:8080"}}, "", "config.toml")
    assert fine.gmail_settings(Home(tmp_path)).endpoint == "http://127.0.0.1:8080/"
