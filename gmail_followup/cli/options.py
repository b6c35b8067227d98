"""Options that several commands share, and how their values are read."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", re.I)
_SECONDS = {"": 86400, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def span(text: str) -> timedelta:
    """`90d`, `12h`, `60s`, `2w` as a time span; a bare number means days. Raises click.BadParameter."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        raise click.BadParameter(f"{text!r} is not a time span; write for example 90d, 12h or 60s.")
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2].lower()])


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time; without a zone it is local time. Raises click.BadParameter."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time; write for example 2026-11-05T09:00:00Z.") from None
    return found if found.tzinfo else found.astimezone()


def now_or(as_of: str | None) -> datetime:
    """The time to work with, in local time unless a zone was given."""
    given = moment(as_of)
    return given if given is not None else datetime.now(UTC).astimezone()


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout (docs/contracts.md).")(function)


def me_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours; may be repeated.")(
        function
    )


def mailbox_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--mailbox", metavar="WHERE", help="gmail, maildir:DIR or mbox:FILE (default: config.toml).")(
        function
    )
