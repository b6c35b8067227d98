"""`gmail-followup run`: one pass."""

from datetime import timedelta

import click

from gmail_followup.cli.options import json_option, mailbox_option, me_option, now_or, span


@click.command(
    "run",
    epilog="Example: gmail-followup run --dry-run     See what it would do.\n\n"
    "Example: gmail-followup run --mailbox maildir:~/Maildir --me alex@example.org",
)
@mailbox_option
@json_option
@me_option
@click.option("--since", metavar="SPAN", help="How far back a first look goes, for example 90d.")
@click.option("--as-of", metavar="TIME", help="Work as if it were this time (ISO 8601).")
@click.option("--no-wait", is_flag=True, help="Leave out the cool-off.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
def command(
    mailbox: str | None,
    as_json: bool,
    me: tuple[str, ...],
    since: str | None,
    as_of: str | None,
    no_wait: bool,
    dry_run: bool,
) -> int:
    """Look once: read new mail, write drafts for rejections that have cooled off. It never sends."""
    from gmail_followup.cli.logs import logged, tell_outside
    from gmail_followup.cli.outcomes import show, summary
    from gmail_followup.cli.setup import rooms_for
    from gmail_followup.cli.shapes import run_line
    from gmail_followup.cli.terminal import note, print_json, progress_bar
    from gmail_followup.errors import Exit
    from gmail_followup.pipeline import run
    from gmail_followup.rooms import Options

    now = now_or(as_of)
    wanted = span(since) if since else None
    with logged("run", mailbox, off=dry_run) as log, rooms_for(mailbox, me, dry_run=dry_run) as rooms:
        back = wanted or timedelta(days=rooms.config.mailbox.since_days)
        dry = dry_run or not rooms.mailbox.can_draft
        options = Options(now=now, since=now - back, no_wait=no_wait, dry_run=dry, as_of=as_of is not None)
        outcomes = []
        with progress_bar(enabled=not as_json) as progress:
            for outcome in run(rooms, options, progress):
                outcomes.append(outcome)
                if as_json:
                    print_json(run_line(outcome))
        tell_outside(rooms, outcomes, log, dry=dry)
        if not as_json:
            show(outcomes, dry=dry)
        note(summary(outcomes, rooms, dry=dry))
    return int(Exit.HELD if any(o.action in ("held", "needs_contact") for o in outcomes) else Exit.DONE)
