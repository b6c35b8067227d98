"""`gmail-followup languagetool`: a grammar server of your own."""

import click


@click.group("languagetool", epilog="Example: gmail-followup languagetool status")
def command() -> None:
    """Install, start or stop a LanguageTool of your own. Letters are checked on this machine; nothing is sent away."""


@command.command("install", epilog="Example: gmail-followup languagetool install --yes")
@click.option("--yes", is_flag=True, help="Do not ask before the download.")
def install(yes: bool) -> int:
    """Fetch LanguageTool with Maven: about 120 MB, once. It needs Java 17 or newer."""
    import sys

    from gmail_followup.cli.terminal import note
    from gmail_followup.errors import Exit, UserError
    from gmail_followup.home import find_home
    from gmail_followup.proofing import languagetool_server as server

    home = find_home()
    version = server.installed(home.languagetool)
    if version:
        click.echo(f"LanguageTool {version} is installed already, in {home.languagetool}")
        return int(Exit.DONE)
    # What is needed is looked for before the question, so that nobody says yes in vain.
    server.java()
    if not yes:
        if not sys.stdin.isatty():
            fix = "If that is right: gmail-followup languagetool install --yes"
            raise UserError("This downloads about 120 MB.", fix=fix)
        if not click.confirm(f"Download about 120 MB into {home.languagetool}?", default=True):
            click.echo("Nothing was downloaded. English is checked by Harper, without it.")
            return int(Exit.DONE)
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    server.install(home.languagetool, note)
    click.echo(f"LanguageTool {server.installed(home.languagetool)} is in {home.languagetool}")
    click.echo("It is started by itself when a letter is checked, and ended afterwards.")
    return int(Exit.DONE)


@command.command("status", epilog="Example: gmail-followup languagetool status")
def status() -> int:
    """Say what is installed and what runs. Exit code 0: installed or running; 1: neither."""
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.proofing import languagetool_server as server

    found = server.status(find_home().languagetool)
    if found.url:
        click.echo(f"LanguageTool {found.installed} runs at {found.url} (process {found.pid}, {found.memory} MB).")
    elif found.installed:
        click.echo(f"LanguageTool {found.installed} is installed. It is started when a letter is checked.")
    else:
        click.echo("LanguageTool is not installed. Get it with: gmail-followup languagetool install")
    return int(Exit.DONE if found.installed or found.url else Exit.HELD)


@command.command("start", epilog="Example: gmail-followup languagetool start")
def start() -> int:
    """Start it and keep it running until Ctrl-C, so that checks in other windows need not wait for it."""
    import time

    from gmail_followup.cli.terminal import note
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.proofing import languagetool_server as server

    folder = find_home().languagetool
    running = server.running_url(folder)
    if running:
        click.echo(f"It runs already, at {running}")
        return int(Exit.DONE)
    click.echo(f"It runs at {server.ensure_running(folder)}")
    note("Ctrl-C ends it, or in another window: gmail-followup languagetool stop")
    try:
        while server.status(folder).url:
            time.sleep(1.0)
    except KeyboardInterrupt:
        server.stop(folder)
    note("It has ended.")
    return int(Exit.DONE)


@command.command("stop", epilog="Example: gmail-followup languagetool stop")
def stop() -> int:
    """End the server of this folder, whoever started it."""
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home
    from gmail_followup.proofing import languagetool_server as server

    click.echo("It has ended." if server.stop(find_home().languagetool) else "It was not running.")
    return int(Exit.DONE)
