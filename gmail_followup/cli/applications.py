"""Finds the one application that a command speaks of, and the person meant by --to."""

from gmail_followup.cli.terminal import one_line
from gmail_followup.errors import UserError
from gmail_followup.ledger.records import Rejection
from gmail_followup.ledger.store import Ledger
from gmail_followup.mail.message import Address
from gmail_followup.reading.senders import load_senders


def find_application(ledger: Ledger, what: str) -> Rejection:
    """what: the rejection's Message-ID, or words of company and role in any case. Raises UserError for none or several."""
    wanted = what.strip().casefold()
    found = [r for r in ledger.rejections() if r.id.strip("<>").casefold() == wanted.strip("<>")]
    found = found or [
        r for r in ledger.rejections() if all(w in f"{r.company} {r.role}".casefold() for w in wanted.split())
    ]
    if not found:
        raise UserError(f"No application is known as {what!r}.", fix="`gmail-followup status --all` lists them all.")
    if len(found) > 1:
        names = "; ".join(f"{one_line(r.role, 40)} at {one_line(r.company, 40)} {r.id}" for r in found[:6])
        raise UserError(
            f"{what!r} means several applications.", why=names, fix="Add a word of the role, or give the id."
        )
    return found[0]


def checked_address(text: str) -> str:
    """An address that a letter may go to. Raises UserError for what is none, and for robots."""
    address = Address("", text.strip().lower())
    if not address.local or "." not in address.domain or any(c.isspace() for c in text.strip()):
        raise UserError(f"{text!r} is not an address.", fix="Write it as name@company.example.")
    if load_senders().is_robot(address):
        raise UserError(
            f"Nobody reads mail to {address.email}.",
            fix="Choose a person; `gmail-followup contacts` lists those known.",
        )
    return address.email
