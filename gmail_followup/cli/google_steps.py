"""The way to a Gmail login, step by step: words and addresses, as the Google Cloud console has them in 2026."""

from dataclasses import dataclass
from pathlib import Path

CONSOLE = "https://console.cloud.google.com"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on Google's pages. key: its name in the list of done steps; lines: what to do, in order."""

    key: str
    title: str
    address: str
    lines: tuple[str, ...]


def steps(client_file: Path) -> tuple[Step, ...]:
    """All steps up to the downloaded client file. client_file: where it has to be saved."""
    return (
        Step(
            "project",
            "Make a project",
            f"{CONSOLE}/projectcreate",
            (
                "Google wants every program to have a project of its own. It costs nothing.",
                "Any name will do, for example: gmail-followup. Click Create and wait until it is ready.",
                "Then choose it at the top of the page, and see that it stays chosen in all steps below.",
            ),
        ),
        Step(
            "api",
            "Switch on the Gmail API",
            f"{CONSOLE}/apis/library/gmail.googleapis.com",
            ("Check the name of the project at the top of the page.", "Click Enable."),
        ),
        Step(
            "consent",
            "Say who may use it (OAuth consent screen)",
            f"{CONSOLE}/auth/overview",
            (
                "Click Get started. App name: gmail-followup. Support email: your own address.",
                "Audience: External. Contact: your own address. Agree and click Create.",
                "Then open Audience on the left. Publishing status says Testing: that is fine to begin with.",
                "Under Test users click Add users and add the Gmail address whose mail is to be read.",
                "Without yourself in that list, Google answers “Access blocked”.",
            ),
        ),
        Step(
            "client",
            "Make and download the client file",
            f"{CONSOLE}/auth/clients",
            (
                "Click Create client. Application type: Desktop app. Any name. Click Create.",
                "Click Download JSON in the window that opens: later on Google does not show the secret again.",
                f"Save the file as {client_file}",
            ),
        ),
    )


WARNING = (
    "What you will see when you log in: a page that says “Google hasn't verified this app”.",
    "That is meant for programs of strangers; this project is your own, and so is the mail.",
    "  While the project is in Testing: click Continue (not “Back to safety”).",
    "  After you have published it: click Advanced, then “Go to gmail-followup (unsafe)”.",
    "On the page after that leave every box ticked. Google has no permission for drafts alone, so it also",
    "speaks of sending; this program has no code that sends and lets no such request out.",
)

SEVEN_DAYS = (
    "In Testing, Google ends every login after 7 days, and you log in anew.",
    f"To avoid that, open {CONSOLE}/auth/audience and click Publish app. For your own use nothing has",
    "to be verified; only the warning above stays. Then log in once more: gmail-followup auth login",
)
