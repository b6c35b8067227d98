"""`gmail-followup auth`: log in to Gmail, out of it, or see who is logged in."""

import click


@click.group("auth", epilog="Example: gmail-followup auth login")
def command() -> None:
    """Log in to Gmail, out of it, or see who is logged in."""


@command.command(
    "login",
    epilog="Example: gmail-followup auth login\n\nExample: gmail-followup auth login --no-browser",
)
@click.option("--no-browser", is_flag=True, help="Print the address to open as the last line on stdout, and wait.")
def login(no_browser: bool) -> int:
    """Log in through Google's page in your browser. The login stays on this machine."""
    import sys

    from gmail_followup.cli.terminal import note, safe
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.mailbox.gmail import auth

    home = find_home()
    settings = load_config(home).gmail_settings(home)
    status = auth.login(settings, home, browser=not no_browser, out=sys.stdout, err=sys.stderr)
    note(f"Logged in{f' as {safe(status.account)}' if status.account else ''}. The login is kept in {status.where}.")
    return int(Exit.DONE)


@command.command("status", epilog="Example: gmail-followup auth status")
def status() -> int:
    """Say who is logged in, without asking Google. Exit code 0: logged in; 4: not."""
    from gmail_followup.cli.terminal import safe
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.mailbox.gmail import auth

    home = find_home()
    found = auth.status(load_config(home).gmail_settings(home), home)
    if not found.logged_in:
        click.echo("Nobody is logged in. Log in with: gmail-followup auth login")
        return int(Exit.ACCOUNT)
    click.echo(f"Logged in{f' as {safe(found.account)}' if found.account else ''}.")
    click.echo(f"Kept in {found.where}; permissions: {', '.join(_short(scope) for scope in found.scopes) or 'none'}.")
    if found.missing:
        click.echo(f"Missing: {', '.join(_short(scope) for scope in found.missing)}.")
        click.echo("Run `gmail-followup auth login` again and tick every box on Google's page.")
        return int(Exit.ACCOUNT)
    return int(Exit.DONE)


def _short(scope: str) -> str:
    return scope.rpartition("/")[2]


@command.command("logout", epilog="Example: gmail-followup auth logout")
def logout() -> int:
    """Take the login back at Google, as far as it can be reached, and delete it here in any case."""
    from gmail_followup.cli.terminal import safe
    from gmail_followup.config import load_config
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.mailbox.gmail import auth

    home = find_home()
    done = auth.logout(load_config(home).gmail_settings(home), home)
    if not done.deleted:
        click.echo("Nobody was logged in.")
    elif done.revoked:
        click.echo("Logged out: the login is deleted here, and Google has forgotten it.")
    else:
        click.echo("The login is deleted here, but Google still knows it: it could not be taken back there.")
        click.echo(f"Why: {safe(done.why)}.")
        click.echo("Remove it yourself at https://myaccount.google.com/connections")
    return int(Exit.DONE)
