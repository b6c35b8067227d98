"""The sieve never rules out a mail that the full reading calls a rejection."""

import base64
import quopri
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.eval_detection import Case, blind_cases
from gmail_followup.mail.parse import parse
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.manner import SHORT
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Kind
from gmail_followup.reading.weigh import SAYS_NO
from gmail_followup.rules.rule import RuleSet, load
from gmail_followup.scanning.sieve import Chance, Sieve
from tests.scanning.torture import TORTURE

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "gmail_followup" / "rules" / "packs"
CORPUS = sorted((ROOT / "tests" / "corpus").rglob("*.eml"))
SAID = "Thank you for applying for the position. We have decided not to move forward with your application."


@cache
def rules() -> RuleSet:
    return load(PACKS, None)


@cache
def reader() -> Reader:
    return Reader(rules(), load_senders(None))


@cache
def some_blind() -> tuple[Case, ...]:
    return tuple(case for index, case in enumerate(blind_cases()) if index % 6 == 0)


@cache
def sieve() -> Sieve:
    return Sieve(rules(), reader())


@cache
def sentences() -> tuple[str, ...]:
    """The rules' own examples of a no, with a word of jobs before them."""
    return tuple(
        example
        for rule in rules().rules
        if rule.says == "rejection" and rule.weight >= SAYS_NO
        for example in rule.yes
    )


def held(raw: bytes, sieve_: Sieve | None = None, reader_: Reader | None = None) -> bool:
    """Whether the promise is kept for this mail; fails with the mail if not."""
    own, message = reader_ or reader(), parse(raw)
    is_rejection = own.read(message).is_rejection
    chance = (sieve_ or sieve()).chance_of(raw)
    is_let_through = chance is Chance.ANY or (chance is Chance.BY_WORDING and own.may_stand_alone(message))
    assert is_let_through or not is_rejection, raw[:3000]
    return is_rejection


def test_mails_of_the_corpus() -> None:
    rejections = sum(held(path.read_bytes()) for path in CORPUS[::2])
    assert len(CORPUS) > 300 and rejections > 100
    assert sum(held(c.raw) for c in some_blind()) > 150


def test_the_sieve_is_worth_it() -> None:
    """Of ordinary mails (no newsletters of job boards, no refusals of other things) it lets few pass."""
    plain = "Subject: Saturday\nFrom: Ann <ann@example.com>\n\nShall we meet at the lake on Saturday? I have the keys.\n"
    assert sieve().chance_of(plain.encode()) is Chance.NONE
    others = [path for path in CORPUS if path.parent.name == "rejection"]
    assert sum(sieve().chance_of(path.read_bytes()) is not Chance.NONE for path in others) > 0.8 * len(others)


@pytest.mark.parametrize("name", sorted(TORTURE))
def test_torture(name: str) -> None:
    for raw in TORTURE[name]:
        held(raw)
        held(raw.replace(b"\n", b"\r\n"))
        held(raw[: len(raw) * 2 // 3])


def test_the_torture_mails_are_rejections_in_part() -> None:
    assert sum(held(raw) for mails in TORTURE.values() for raw in mails) > 25


# ---- generated mail -------------------------------------------------------------------------------------------


def _entities(text: str, dice: random.Random) -> str:
    made = {" ": "&nbsp;", "e": "&#101;", "o": "&#x6f;", "&": "&amp;", "'": "&rsquo;", "t": "&#116;"}
    return "".join(made.get(char, char) if dice.random() < 0.15 else char for char in text)


def _tags(text: str, dice: random.Random) -> str:
    inside = ("<b>", "</b>", "&shy;", "\u00ad", "<wbr>", "<span class='x'>", "</span>", "\u200b", "<!-- a > b -->", "\n  ",
              "<i title='a>b'>", "<font size=2>", "<span style='display:none'>hid den</span>", "<br>", "<o:p></o:p>")  # fmt: skip
    return "".join(char + (dice.choice(inside) if dice.random() < 0.06 else "") for char in text)


def _html(text: str, dice: random.Random) -> str:
    body = _tags(text, dice) if dice.random() < 0.5 else text
    body = _entities(body, dice) if dice.random() < 0.3 else body
    frame = dice.choice(
        (
            "<html><head><style>p > a {color: red}</style><title>News</title></head><body><p>Hello</p><p>%s</p></body></html>",
            "<table><tr><td>Hello</td></tr><tr><td style='font-size:0'><span style='font-size:14px'>%s</span></td></tr></table>",
            "<!DOCTYPE html><!--[if mso]><table><tr><td><![endif]--><div>%s</div><!--[if mso]></td></tr></table><![endif]-->",
            "<div style=\"display:none\">Preview of it</div><div>%s</div>",
            "<DIV>Hello &lt;you&gt; < 5</DIV>%s",
            "%s",
        )
    )  # fmt: skip
    return frame % body


def _encoded(text: str, charset: str, encoding: str) -> bytes:
    data = text.encode(charset, "replace")
    if encoding == "base64":
        return base64.encodebytes(data)
    if encoding == "quoted-printable":
        return quopri.encodestring(data)
    return data


@st.composite
def mails(draw: Callable[..., object]) -> bytes:
    dice: random.Random = draw(st.randoms(use_true_random=False))  # type: ignore[assignment]

    def leaf(text: str) -> bytes:
        kind = dice.choice(("text/plain", "text/html", "text/html", "text/plain; format=flowed", "text/enriched", "TEXT/PLAIN"))
        charset = dice.choice(("utf-8", "iso-8859-1", "windows-1252", "utf-16", "utf-7", "nonsense", "us-ascii", "iso-2022-jp", "cp037"))
        encoding = dice.choice(("7bit", "base64", "quoted-printable", "8bit", "BASE64", "x-odd"))
        known = charset if charset not in ("nonsense", "utf-7") else "utf-8"
        shown = _html(text, dice) if "html" in kind else text.replace(" ", dice.choice((" ", " \n", "\n", "  ")))
        data = _encoded(shown, known, encoding.lower())
        quote = dice.choice(('"', ""))
        named = dice.choice(("", "", "Content-Disposition: inline; filename=a.txt\n", "Content-Disposition: attachment\n"))
        return f"Content-Type: {kind}; charset={quote}{charset}{quote}\n{named}Content-Transfer-Encoding: {encoding}\n\n".encode() + data

    def tree(text: str, depth: int) -> bytes:
        if depth == 0 or dice.random() < 0.3:
            return leaf(text)
        mark = dice.choice(("b1", "b1x", "=_mark", "--", "a b"))
        kind = dice.choice(("mixed", "alternative", "related", "signed", "digest"))
        parts = [tree(dice.choice((text, "Hello there, see you. " * dice.randint(1, 30))), depth - 1) for _ in range(dice.randint(1, 3))]
        parts.insert(dice.randrange(len(parts) + 1), tree(text, depth - 1))
        inner = b"".join(f"--{mark}\n".encode() + part + b"\n" for part in parts)
        closing = dice.choice((f"--{mark}--\n", "", f"--{mark}--  \nepilogue\n")).encode()
        if dice.random() < 0.1:
            inner = b"preamble\n" + inner
        return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n'.encode() + inner + closing

    said = dice.choice(sentences())
    filler = dice.choice(("", "The sky is grey today. ", "Ünïcode wörds — here… ", "„Zitat“ ", "日本語 "))
    text = f"{filler}Thank you for your application for the position. {said} {filler}"
    subject = dice.choice(("Your application", "=?utf-8?q?Ihre_Bewerbung?=", "=?iso-8859-1?b?SWhyZSBCZXdlcmJ1bmc=?=", said[:60], ""))
    sender = dice.choice(("Acme Careers <jobs@acme.example>", "a@greenhouse.io", "", "=?utf-8?q?J=C3=B6rg?= <j@x.example>"))
    raw = f"From: {sender}\nSubject: {subject}\nMIME-Version: 1.0\n".encode() + tree(text, dice.randint(0, 3))
    change = dice.randrange(12)
    if change == 0:
        raw = raw.replace(b"\n", b"\r\n")
    elif change == 1:
        raw = raw[: dice.randrange(len(raw))]
    elif change == 2:
        at = dice.randrange(len(raw))
        raw = raw[:at] + bytes([dice.randrange(256)]) + raw[at:]
    elif change == 3:
        raw = raw.replace(b"\n", b"\r", 1)
    return raw


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(raw=mails())
def test_generated_mail(raw: bytes) -> None:
    held(raw)


def test_many_of_the_generated_mails_are_rejections() -> None:
    """Else the test above could not fail."""
    found: list[bool] = []

    @settings(max_examples=80, database=None, derandomize=True)
    @given(raw=mails())
    def collect(raw: bytes) -> None:
        found.append(held(raw))

    collect()
    assert sum(found) > len(found) * 0.1


# ---- what the promise rests on --------------------------------------------------------------------------------


def _user_rules(tmp_path: Path, text: str) -> tuple[RuleSet, Reader, Sieve]:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.toml").write_text('[pack]\nlanguage = "en"\nname = "mine"\n' + text, encoding="utf-8")
    made = load(PACKS, folder)
    assert not made.problems
    own = Reader(made, load_senders(None))
    return made, own, Sieve(made, own)


@pytest.mark.parametrize(
    ("regex", "body"),
    [
        (r"^we shall pass", "We shall pass. Thank you for your application for the position of the clerk."),
        (r"pass on this$", "Thank you for applying for the position.\n\nWe pass on this\n"),
        (r"no\s{1,3}go for (the )?{0,1}clerk".replace("{0,1}", "?"), "It is a no \n go for clerk. You applied for the position of clerk."),
        (r"\pL+los bewerbung", "Aussichtslos Bewerbung, so sorry. You applied for the position of clerk at our place."),
        (r"[^a-z]{3}zz", "It is 123zz. You applied for the position of a clerk at our place."),
        (r"x.{5}y", "It is x     y. You applied for the position of a clerk at our place."),
    ],
)
def test_expressions_of_the_user(regex: str, body: str, tmp_path: Path) -> None:
    toml = f"[[rule]]\nid = \"my-own\"\nsays = \"rejection\"\nweight = 9\nguards = []\nregex = '{regex}'\nyes = [\"x\"]\nno = [\"y\"]\n"
    _, own, made = _user_rules(tmp_path, toml)
    html = body.replace(" ", "  \n ")
    raws = [
        f"From: Acme Careers <jobs@acme.example>\nSubject: News\n\n{body}\n".encode(),
        f"From: Acme Careers <jobs@acme.example>\nSubject: News\nContent-Type: text/html\n\n<p>{html}</p>\n".encode(),
    ]
    assert any(held(raw, made, own) for raw in raws)


def test_phrases_of_the_user_in_other_letters_and_fields(tmp_path: Path) -> None:
    toml = (
        '[[rule]]\nid = "my-own"\nsays = "rejection"\nweight = 9\nguards = []\nfield = ["body", "subject", "from"]\n'
        'phrases = ["увы {role} занят*", "nein danke"]\nyes = ["nein danke"]\nno = ["y"]\n'
    )
    _, own, made = _user_rules(tmp_path, toml)
    head = "From: Acme Careers <jobs@acme.example>\nSubject: Your application for the position\n"
    assert held(f"{head}Content-Type: text/plain; charset=utf-8\n\nThank you for your interest in the job with us. Увы, clerk\nзанято. We wish you all the best for the future.\n".encode(), made, own)
    assert held(b"From: Nein danke jobs <jobs@acme.example>\nSubject: Your application for the position\n\nHi.\n", made, own)


@cache
def light() -> tuple[RuleSet, Reader]:
    """Rules none of which says no by itself."""
    rules_ = RuleSet(
        tuple(replace(r, weight=min(r.weight, SAYS_NO - 0.01)) if r.says == "rejection" else r for r in rules().rules)
    )
    return rules_, Reader(rules_, load_senders(None))


def test_light_rules_alone_make_no_rejection_of_a_long_mail() -> None:
    """There the sieve looks only for rules of weight `SAYS_NO` and more."""
    _, own = light()
    messages = [parse(path.read_bytes()) for path in CORPUS]
    long = [replace(m, text=m.text + "\n\n" + "and so on " * SHORT) for m in messages]
    assert not any(own.read(m).is_rejection for m in long)
    assert any(own.read(m).is_rejection for m in messages)


def test_a_short_mail_of_a_job_is_read_though_no_rule_says_no() -> None:
    rules_, own = light()
    made = Sieve(rules_, own)
    assert sum(held(c.raw, made, own) for c in some_blind()) > 30


def test_without_words_of_jobs_there_is_no_rejection() -> None:
    """The sieve looks for one, or for a sender that is an applicant-tracking system."""
    silent = tuple(rule for rule in rules().rules if not rule.says.startswith("job"))
    own = Reader(RuleSet(silent), load_senders(None))
    senders = own.senders
    messages = [parse(path.read_bytes()) for path in CORPUS]
    assert not any(own.read(m).is_rejection for m in messages if not senders.is_ats(m.from_.domain))


def test_a_correction_is_heard() -> None:
    word = replace(reader().read(parse(b"Subject: x\n\nHello\n")), kind=Kind.REJECTION)
    corrections = {"<a@b.example>": word}
    own = Reader(rules(), load_senders(None), correction=corrections.get)
    made = Sieve(rules(), own, corrections.get)
    assert held(b"Message-ID: <a@b.example>\nSubject: Picnic\n\nHello.\n", made, own)
    assert made.chance_of(b"Message-ID: <c@b.example>\nSubject: Picnic\n\nHello.\n") is Chance.NONE


def test_a_threshold_of_nothing_lets_everything_pass() -> None:
    own = Reader(rules(), load_senders(None), threshold=0.0)
    assert Sieve(rules(), own).chance_of(b"Subject: Picnic\n\nHello.\n") is Chance.ANY


