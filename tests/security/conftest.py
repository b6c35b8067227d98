"""Mails whose every part can be found again: in no file and no output may a sentence of theirs turn up."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import pytest

from gmail_followup.home import Home
from tests.cli.conftest import Run, run  # noqa: F401 - a fixture
from tests.support.rooms import ME, NOW, maildir

BODY = "zanzibarbody"
QUOTED = "zanzibarquoted"
HTML = "zanzibarhtml"
SUBJECT = "zanzibarsubject"
PERSON = "Zanzibarperson"
ADDRESS = "zanzibaraddress"
FILE = "zanzibarfile"
AS_OF = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
WORDS_OF_MAILS = (BODY, QUOTED, HTML, FILE)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home without a grammar engine, and the real way of telling a bug."""
    monkeypatch.setenv("GMAIL_FOLLOWUP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GMAIL_FOLLOWUP_TRACEBACK", raising=False)
    made = Home(tmp_path / "home")
    made.root.mkdir(mode=0o700)
    made.config.write_text(
        f'[me]\nname = "Jo Doe"\naddresses = ["{ME}"]\n[proofing]\nengine = "none"\n', encoding="utf-8"
    )
    return made


def marked(number: int, *, days: float = 5, robot: bool = False, now: datetime = NOW) -> bytes:
    """A rejection with a mark in each of its parts, `days` before `now`."""
    sender = "no-reply" if robot else f"{ADDRESS}{number}"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Ann {PERSON} <{sender}@acme{number}.example>"
    mail["To"] = f"Jo Doe <{ME}>"
    mail["Subject"] = f"Your application {SUBJECT}"
    mail["Date"] = format_datetime(now - timedelta(days=days))
    mail["Message-ID"] = f"<zanzibarid{number}@acme{number}.example>"
    no = f"Thank you for applying for the Data Engineer role at Acme{number}. "
    no += "Unfortunately, we have decided not to move forward with your application."
    mail.set_content(
        f"Hello Jo,\n\n{no} The {BODY} was strong.\n\nBest regards,\nAnn {PERSON}\n\n> I told you of {QUOTED}.\n"
    )
    mail.add_alternative(f"<p>Hello Jo,</p><p>{no}</p><p>The {BODY} and {HTML}</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=f"{FILE}.pdf")
    return mail.as_bytes()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Rejections that will be drafted, wait, and have nobody to write to."""
    mails = (*(marked(n) for n in range(3)), marked(3, days=1), marked(4, robot=True))
    return maildir(tmp_path / "box", *mails)


def everything_in(home: Home) -> bytes:
    """All bytes of all files below the home folder."""
    return b"\n".join(path.read_bytes() for path in sorted(home.root.rglob("*")) if path.is_file())
