"""A word on the desktop when a draft is ready. Off by default; says no names, and never stops anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_SECONDS = 5.0
Send = Callable[[str, str], Awaitable[Any]]
"""Shows a message with (title, text)."""


def words_for(count: int, mailbox: str) -> str:
    """What is shown, without names: who passes by reads it too. mailbox: its name, as `gmail:jo@example.org`."""
    place = "Gmail" if mailbox.startswith("gmail") else "your mailbox"
    return f"A draft is ready in {place}" if count == 1 else f"{count} drafts are ready in {place}"


def notify(count: int, mailbox: str, send: Send | None = None) -> bool:
    """Tells that so many drafts are ready; False if there are none, or if it could not be handed to the desktop.

    send: for tests; otherwise the desktop-notifier library (`pip install 'gmail-followup[notify]'`). No failure of it
    (not installed, no desktop, no bus, no answer within five seconds) is an error.
    """
    if count < 1:
        return False
    try:
        asyncio.run(_shown(send or _desktop(), words_for(count, mailbox)))
    except Exception:
        # Desktops fail in their own ways, and the libraries promise no common exception: a draft matters, this does not.
        return False
    return True


async def _shown(send: Send, words: str) -> None:
    await asyncio.wait_for(send("gmail-followup", words), _SECONDS)


def _desktop() -> Send:
    import logging

    from desktop_notifier import DesktopNotifier

    # The library logs a whole traceback where there is no desktop.
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
    notifier: Any = DesktopNotifier(app_name="gmail-followup")

    async def send(title: str, text: str) -> None:
        await notifier.send(title=title, message=text)

    return send
