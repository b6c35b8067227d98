"""What a run works with, how it is asked to run, and what it tells of each rejection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from gmail_followup.answers.reader import AnswerReader
from gmail_followup.config import Config
from gmail_followup.decision import Action
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Rejection, Standing
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Address, StoredMessage
from gmail_followup.mailbox.protocol import DraftAt, Mailbox, SendAs
from gmail_followup.notebook.store import Notebook
from gmail_followup.proofing.finding import Report
from gmail_followup.proofing.proof import Proofreader
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.known import Known
from gmail_followup.reading.notices import NoticeReader
from gmail_followup.reading.values import Application, Contact
from gmail_followup.story import Exchange, Mails, exchange_of
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
    answers: AnswerReader
    notebook: Notebook
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
    only_news: bool = False
    """Leave alone what neither time nor a change in the mailbox can have moved (`watch`, between its thorough looks)."""


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
    offer: str = ""
    """The purpose of the letter that is offered, "" if none."""


class Look:
    """What one run sees: listed and fetched once, however many applications ask for it.

    quiet: the mailbox has not changed since the last look. contacts: who is known at the employer, best first.
    """

    def __init__(
        self,
        rooms: Rooms,
        fresh: Mapping[str, StoredMessage],
        *,
        quiet: bool,
        contacts: Callable[[Rejection], tuple[Contact, ...]],
        own_name: Callable[[], str],
    ) -> None:
        self._rooms = rooms
        self._fetched = dict(fresh)
        self._own_name = own_name
        self.quiet = quiet
        self.contacts = contacts
        self.me = frozenset(a.email for a in rooms.me)
        letters = () if quiet else rooms.ledger.drafts(rooms.mailbox.name)
        self.old_letters = frozenset(letter.message_id for letter in letters)
        """Message-IDs of our letters when this look began: later ones are not yet among `drafts`."""

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """The facts of all mail, oldest first."""
        return self._rooms.ledger.known(self._rooms.mailbox.name)

    def refresh(self) -> None:
        """More mail was read since this look began."""
        self.known = self._rooms.ledger.known(self._rooms.mailbox.name)
        self.__dict__.pop("mails", None)

    @cached_property
    def mails(self) -> Mails:
        return Mails(self.known)

    @cached_property
    def own_name(self) -> str:
        """The user's name, as far as his mail tells it."""
        return self._own_name()

    @cached_property
    def drafts(self) -> Mapping[str, DraftAt]:
        """Every draft of the mailbox, by id."""
        return {draft.id: draft for draft in self._rooms.mailbox.list_drafts()}

    @cached_property
    def rejections(self) -> tuple[Rejection, ...]:
        return self._rooms.ledger.rejections(self._rooms.mailbox.name)

    @cached_property
    def answers(self) -> Mapping[str, tuple[AnswerRecord, ...]]:
        """What came back, by rejection."""
        found: dict[str, tuple[AnswerRecord, ...]] = {}
        for answer in self._rooms.ledger.answers(self._rooms.mailbox.name):
            found[answer.rejection_id] = (*found.get(answer.rejection_id, ()), answer)
        return found

    @cached_property
    def _threads(self) -> Mapping[str, str]:
        letters = self._rooms.ledger.drafts(self._rooms.mailbox.name)
        threads = {r.thread_key: r.id for r in self.rejections if r.thread_key}
        return {**threads, **{letter.thread_key: letter.rejection_id for letter in letters if letter.thread_key}}

    def threads_of_others(self, rejection_id: str) -> frozenset[str]:
        """The threads that belong to other applications."""
        return frozenset(thread for thread, owner in self._threads.items() if owner != rejection_id)

    def exchange(self, rejection: Rejection, letters: Sequence[DraftRecord]) -> Exchange:
        """Who wrote what since a rejection. letters: ours for it."""
        elsewhere = self.threads_of_others(rejection.id)
        return exchange_of(rejection, letters, elsewhere, self.mails, self._rooms.reader.senders, self.me)

    def fetch(self, key: str) -> StoredMessage | None:
        """A mail, fetched at most once in a run; None if it is gone."""
        if key not in self._fetched:
            stored = self._rooms.mailbox.fetch(key)
            if stored is None:
                return None
            self._fetched[key] = stored
        return self._fetched[key]

    def language_of(self, message_id: str) -> str:
        """The language of a known mail, "" if it is not known."""
        known = self.mails.by_id.get(message_id)
        return known.language if known else ""
