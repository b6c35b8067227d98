"""Whom one could speak to about an application: from the mailbox if it can be opened, else from what the ledger knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gmail_followup.errors import UserError

if TYPE_CHECKING:
    from gmail_followup.cli.notes import Desk
    from gmail_followup.ledger.records import Rejection
    from gmail_followup.notebook.values import Page
    from gmail_followup.reading.known import Known
    from gmail_followup.reading.values import Application, Contact
    from gmail_followup.writing.variables import Facts


@dataclass(frozen=True, slots=True)
class Company:
    """An application with its people, the one whom the user chose first; language: of the rejection; me: his name."""

    application: "Application"
    language: str
    me: str


def company_of(
    here: "Desk", rejection: "Rejection", *, to: str = "", me: Sequence[str] = (), offline: bool = False
) -> Company:
    """to: a name or an address that the user wants at the head. Raises UserError for an address that nobody reads."""
    from gmail_followup.config import load_config
    from gmail_followup.reading.names import bare_name

    mailbox = here.ledger.mailbox_of(rejection.id)
    known = here.ledger.known(mailbox)
    config = load_config(here.home)
    mine = frozenset(a.lower() for a in (*me, *config.me.addresses)) | {k.sender.email for k in known if k.sent}
    application = None if offline or not mailbox else _from_mailbox(mailbox, rejection, me)
    application = application or from_ledger(here, rejection, known, mine)
    wish = to or here.ledger.wish(mailbox, rejection.id)
    application = replace(application, contacts=chosen_first(application.contacts, wish))
    told = next((k for k in known if k.message_id == rejection.id), None)
    own = next((name for k in reversed(known) if k.sent and (name := bare_name(k.sender.name))), "")
    return Company(application, told.language if told else "", config.me.name or own)


def _from_mailbox(mailbox: str, rejection: "Rejection", me: Sequence[str]) -> "Application | None":
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.cli.terminal import note
    from gmail_followup.pipeline import application_of, look_at

    try:
        with rooms_for(mailbox, me, dry_run=True) as rooms:
            found = application_of(rooms, look_at(rooms), rejection)
            return found if found.contacts else None
    except UserError as problem:
        note(f"The mailbox could not be opened, so this is what is known without it. ({problem.what})")
        return None


def from_ledger(here: "Desk", rejection: "Rejection", known: "Sequence[Known]", mine: frozenset[str]) -> "Application":
    """The application as `understand` sees it from facts alone: without the words of the rejection, so no signatures."""
    from gmail_followup.mail.message import Message, StoredMessage
    from gmail_followup.reading.application import understand
    from gmail_followup.reading.senders import load_senders
    from gmail_followup.reading.values import Answerable, Kind, Verdict

    r = rejection
    told = next((k for k in known if k.message_id == r.id), None)
    if told is None:
        return r.application
    message = Message(
        r.id,
        r.date,
        told.sender,
        told.reply_to,
        told.recipients,
        (),
        "",
        "",
        (),
        in_reply_to="",
        references=(),
        headers=(),
    )
    verdict = Verdict(Kind.REJECTION, 1.0, r.stage, r.reason, Answerable.YES, r.company, r.role, told.language)
    user_senders = here.home.rules / "senders.toml"
    senders = load_senders(user_senders if user_senders.is_file() else None)
    return understand(StoredMessage(r.key, r.thread_key, message), verdict, known, mine, senders)


def chosen_first(contacts: "tuple[Contact, ...]", to: str) -> "tuple[Contact, ...]":
    """The one meant by `to` (an address, or words of a name) at the head; somebody new if nobody fits."""
    from gmail_followup.cli.applications import checked_address
    from gmail_followup.reading.values import Contact

    wanted = to.strip().casefold()
    if not wanted:
        return contacts
    known = [c for c in contacts if c.email == wanted] or [
        c for c in contacts if all(word in c.name.casefold().split() for word in wanted.split())
    ]
    if known:
        return (known[0], *(c for c in contacts if c is not known[0]))
    new = Contact("", checked_address(to)) if "@" in to else Contact(" ".join(to.split()), "")
    return (replace(new, why=("your choice",)), *contacts)


def facts_for(here: "Desk", rejection: "Rejection", company: Company, page: "Page", language: str) -> "Facts":
    """What a text to, or about, the first of the people can speak of."""
    from gmail_followup.cli.options import now_or
    from gmail_followup.config import load_config
    from gmail_followup.notebook.review import wish
    from gmail_followup.reading.values import Answerable
    from gmail_followup.writing.variables import gather

    profile = load_config(here.home).me.profile()
    return gather(
        company.application,
        reason=rejection.reason,
        answerable=Answerable.YES,
        language=language or company.language or "en",
        contact=company.application.contacts[0] if company.application.contacts else None,
        me=replace(profile, name=company.me, tips_about=wish(page) or profile.tips_about),
        today=now_or(None),
        to="contact",
    )
