"""What a run works with, how it is asked to run, and what it tells of each rejection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gmail_followup.config import Config
from gmail_followup.decision import Action
from gmail_followup.ledger.records import Standing
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Address
from gmail_followup.mailbox.protocol import Mailbox, SendAs
from gmail_followup.proofing.finding import Report
from gmail_followup.proofing.proof import Proofreader
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.notices import NoticeReader
from gmail_followup.reading.values import Application
from gmail_followup.writing.letter import Envelope, Letter
from gmail_followup.writing.templates import TemplateSet

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything that a run works with; put together by the command line, or by a test."""

    mailbox: Mailbox
    ledger: Ledger
    reader: Reader
    notices: NoticeReader
    templates: TemplateSet
    proofreader: Proofreader
    config: Config
    me: tuple[Address, ...]
    send_as: tuple[SendAs, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. now: aware. since: how far back a first look goes. dry_run: nothing is written anywhere.

    as_of: `now` was chosen by the user, so mail that is dated later does not exist yet.
    """

    now: datetime
    since: datetime | None = None
    no_wait: bool = False
    dry_run: bool = False
    as_of: bool = False
    asked: bool = False
    """The user asked for this very letter: the policy by stage does not stop it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one rejection in this run."""

    id: str
    action: Action
    why: str
    application: Application
    not_before: datetime | None = None
    draft_id: str = ""
    thread_key: str = ""
    letter: Letter | None = None
    envelope: Envelope | None = None
    report: Report | None = None
    subject: str = ""
    about: str = ""
    """Message-ID of a later mail that is the reason: an answer, an invitation back."""
    standing: Standing = Standing.REJECTED
