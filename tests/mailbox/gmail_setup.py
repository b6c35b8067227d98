"""The Gmail adapter on the fake Gmail: settings, a saved login, a clock that is a value."""

import json
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from gmail_followup.home import Home
from gmail_followup.mailbox.gmail.adapter import GmailMailbox, open_gmail
from gmail_followup.mailbox.gmail.settings import GmailSettings
from gmail_followup.mailbox.gmail.tokens import FileStore, Token
from tests.support.fake_gmail import FakeGmail
from tests.support.fake_gmail.oauth import CLIENT_ID, CLIENT_SECRET


class Time:
    """A clock and its sleep. Sleeping moves it, and the fake Gmail's clock with it."""

    def __init__(self, fake: FakeGmail | None = None) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []
        self._fake = fake

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.sleeps.append(seconds)
        self.now += seconds
        if self._fake is not None:
            self._fake.tick(seconds)


def settings_for(fake: FakeGmail, folder: Path, **more: Any) -> GmailSettings:
    """Everything points at the fake; the client file is written."""
    client = folder / "client.json"
    client.write_text(json.dumps(fake.client_secrets()), encoding="utf-8")
    values: dict[str, Any] = {
        "endpoint": fake.endpoint,
        "auth_uri": fake.auth_uri,
        "token_uri": fake.token_uri,
        "client_secrets": client,
        "token_store": "file",
        "timeout_s": 5.0,
    }
    return GmailSettings(**(values | more))


def home_in(folder: Path) -> Home:
    return Home(folder / "home")


def save_login(fake: FakeGmail, settings: GmailSettings, home: Home, account: str = "jo@example.org") -> Token:
    """A login as `auth login` leaves it."""
    token = Token(
        account=account,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=fake.refresh_token(*settings.scopes),
        access_token=fake.token(*settings.scopes),
        expiry="",
        scopes=settings.scopes,
        token_uri=settings.token_uri,
    )
    FileStore(home.token).save(token)
    return token


def open_mailbox(fake: FakeGmail, folder: Path, time: Time | None = None, **more: Any) -> GmailMailbox:
    """A logged-in mailbox on the fake."""
    account = more.pop("login", "jo@example.org")
    settings = settings_for(fake, folder, **more)
    save_login(fake, settings, home_in(folder), account)
    time = time or Time(fake)
    return open_gmail(settings, home_in(folder), clock=time.clock, sleep=time.sleep)


def mail(
    number: int,
    *,
    sender: str = "Ann Recruiter <ann@acme.example>",
    to: str = "jo@example.org",
    subject: str = "Your application",
    text: str = "Unfortunately we will not be moving forward.",
    answers: str = "",
    message_id: str = "",
) -> bytes:
    """A small mail. answers: the Message-ID of the mail that it replies to."""
    found = EmailMessage(policy=SMTP)
    found["From"] = sender
    found["To"] = to
    found["Subject"] = subject
    found["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
    found["Message-ID"] = message_id or f"<mail-{number}@acme.example>"
    found["MIME-Version"] = "1.0"
    if answers:
        found["In-Reply-To"] = answers
        found["References"] = answers
    found.set_content(text)
    return found.as_bytes()


def reply(number: int, answers: str, subject: str = "Re: Your application") -> bytes:
    """A letter to be saved as a draft."""
    return mail(
        number,
        sender="Jo Doe <jo@example.org>",
        to="ann@acme.example",
        subject=subject,
        text="Thank you for letting me know.",
        answers=answers,
        message_id=f"<reply-{number}@gmail-followup.invalid>",
    )
