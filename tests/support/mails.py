"""Small mails on the wire, for tests of mailboxes."""

import base64
import email.policy
from email.message import EmailMessage


def mail(
    subject: str,
    message_id: str,
    answers: str = "",
    *,
    sender: str = "Ann Lee <ann@acme.example>",
    to: str = "jo@example.org",
    text: str = "Grüße: we will not be moving forward.\n",
) -> bytes:
    """A complete mail with CRLF line ends. answers: the Message-ID that it replies to, "" for none."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    made["Message-ID"] = message_id
    made["Date"] = "Mon, 02 Nov 2026 08:00:00 +0000"
    if answers:
        made["In-Reply-To"] = answers
        made["References"] = answers
    made.set_content(text)
    return made.as_bytes()


def b64(raw: bytes) -> str:
    """base64url, as the Gmail API wants `raw`."""
    return base64.urlsafe_b64encode(raw).decode()


def unb64(text: str) -> bytes:
    """The bytes of a base64url text, padded or not."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
