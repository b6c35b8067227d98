"""`gmail-followup rules`: the phrase rules, shipped and your own."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gmail_followup.cli.rule_book import RuleBook
    from gmail_followup.rules.rule import Rule


@click.group("rules", epilog="Example: gmail-followup rules list --says rejection")
def command() -> None:
    """The phrase rules that read mails and letters: list, show, test, new. Their language is in docs/rules.md."""


def _book() -> "RuleBook":
    """All rules; what could not be read is told on stderr and stops nothing."""
    from gmail_followup.cli.main import tell
    from gmail_followup.cli.rule_book import rule_book
    from gmail_followup.config import load_config
    from gmail_followup.home import find_home

    home = find_home()
    book = rule_book(home, load_config(home))
    for problem in book.problems:
        tell(problem)
    return book


@command.command(
    "list",
    epilog="Example: gmail-followup rules list\n\nExample: gmail-followup rules list --says stage --language en",
)
@click.option("--says", metavar="X", help="Only rules that say X, for example rejection, stage or tone.blame.")
@click.option("--language", metavar="CODE", help="Only rules of this language.")
@click.option("--mine", is_flag=True, help="Only your own rules.")
def list_(says: str | None, language: str | None, mine: bool) -> int:
    """List the rules: id, what it says, weight, language, file and line; switched-off ones as well."""
    from gmail_followup.errors import Exit

    book = _book()
    rows = [(_row(r, ""), r) for r in book.rules] + [(_row(r, "off"), r) for r in book.off]
    shown = [
        row
        for row, r in rows
        if (not says or r.says == says or r.says.startswith(says + "."))
        and (not language or r.language == language)
        and not (mine and r.shipped)
    ]
    if not shown:
        click.echo("No such rules.")
        return int(Exit.DONE)
    shown.sort(key=lambda row: (row[1], row[3], row[0]))
    table = [("id", "says", "weight", "language", "where", ""), *shown]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for index, row in enumerate(table):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if index == 0 else line)
    return int(Exit.DONE)


def _row(rule: "Rule", off: str) -> tuple[str, ...]:
    weight = f"{rule.weight:g}" + (f" (against {rule.against:g})" if rule.against else "")
    return rule.id, rule.says, weight, rule.language or "any", rule.source, off


@command.command("show", epilog="Example: gmail-followup rules show kept-on-file")
@click.argument("rule_id", metavar="ID")
def show(rule_id: str) -> int:
    """Show all that a rule says: phrases, guards, examples, and where it stands."""
    import difflib

    from gmail_followup.errors import Exit, UserError

    book = _book()
    found = [(r, "") for r in book.rules if r.id == rule_id] + [(r, "off") for r in book.off if r.id == rule_id]
    if not found:
        near = difflib.get_close_matches(rule_id, [r.id for r in (*book.rules, *book.off)], n=3)
        fix = f"Did you mean {' or '.join(near)}?" if near else "See all of them: gmail-followup rules list"
        raise UserError(f"There is no rule {rule_id!r}.", fix=fix)
    for rule, off in found:
        _show(rule, off)
    return int(Exit.DONE)


def _show(rule: "Rule", off: str) -> None:
    click.secho(rule.id + ("  (switched off)" if off else ""), bold=True)
    click.echo(f"  says {rule.says}, weight {rule.weight:g}" + (f", against {rule.against:g}" if rule.against else ""))
    click.echo(f"  language {rule.language or 'any'}, looks in {', '.join(rule.fields)}")
    click.echo(f"  {'shipped' if rule.shipped else 'yours'}: {rule.source}")
    if rule.guards:
        click.echo(f"  does not count when: {', '.join(rule.guards)}")
    if rule.limit:
        click.echo(f"  speaks from the {rule.limit}th time on")
    for title, texts in (
        ("phrases", rule.phrases),
        ("expression", (rule.regex,) if rule.regex else ()),
        ("message", (rule.message,) if rule.message else ()),
        ("better", rule.better),
        ("finds", rule.yes),
        ("leaves alone", rule.no),
        ("note", (rule.note,) if rule.note else ()),
    ):
        if texts:
            click.echo(f"  {title}:")
            for text in texts:
                click.echo(f"    {text}")
    click.echo()


@command.command("test", epilog="Example: gmail-followup rules test\n\nExample: gmail-followup rules test --mine")
@click.option("--mine", is_flag=True, help="Only your own rules.")
def test(mine: bool) -> int:
    """Try every rule on its own examples: it must find its `yes` sentences and leave its `no` sentences alone."""
    from gmail_followup.cli.rule_book import OF_LETTERS
    from gmail_followup.errors import Exit
    from gmail_followup.proofing.rules import load_letter_rules
    from gmail_followup.rules.examples import check_rule, guards_for

    book = _book()
    chosen = [r for r in book.rules if not (mine and r.shipped)]
    letters = load_letter_rules().rules
    languages = {r.language for r in chosen}
    # Mails and letters are read with guards of their own.
    guards = {(code, False): guards_for(code, book.rules) for code in languages}
    guards |= {(code, True): guards_for(code, letters) for code in languages}
    failures = [f for rule in chosen for f in check_rule(rule, guards[rule.language, rule.says.startswith(OF_LETTERS)])]
    for failure in failures:
        rule = failure.rule
        wanted = "should find" if failure.wanted else "should leave alone"
        click.secho(f"{rule.source}: rule {rule.id} {wanted} “{failure.example}”", bold=True)
        click.echo(f"  {failure.why}")
    examples = sum(len(r.yes) + len(r.no) for r in chosen)
    result = f"{len(failures)} not as they should be" if failures else "all well"
    click.echo(f"{len(chosen)} rules, {examples} examples: {result}.")
    return int(Exit.HELD if failures or book.problems else Exit.DONE)


@command.command(
    "new",
    epilog="Example: gmail-followup rules new my-other-way --says rejection --phrase 'go* ..2 different direction' "
    "--yes 'We are going in a different direction.' --no 'Take the exit in the different direction.'",
)
@click.argument("rule_id", metavar="ID")
@click.option("--says", required=True, help="What it is a sign of: rejection, stage.final, tone.blame ...")
@click.option("--phrase", "phrases", multiple=True, required=True, help="What to look for; may be repeated.")
@click.option("--yes", multiple=True, required=True, help="A sentence that it must find; may be repeated.")
@click.option("--no", multiple=True, required=True, help="A sentence that it must leave alone; may be repeated.")
@click.option("--weight", type=float, help="How much it counts, from -20 to 20 (1 if not given).")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language of the sentences.")
@click.option("--message", default="", help="For rules of tone: what to tell the writer.")
@click.option("--better", multiple=True, help="For rules of tone: what to write instead; may be repeated.")
def new(
    rule_id: str,
    says: str,
    phrases: tuple[str, ...],
    yes: tuple[str, ...],
    no: tuple[str, ...],
    weight: float | None,
    language: str,
    message: str,
    better: tuple[str, ...],
) -> int:
    """Write a rule of your own into rules/my-rules.toml, after trying it on its examples."""
    from gmail_followup.cli.rule_book import NewRule, add_rule
    from gmail_followup.errors import Exit
    from gmail_followup.home import find_home

    wanted = NewRule(rule_id, says, language, phrases, yes, no, weight, message, better)
    path = add_rule(find_home(), _book(), wanted)
    click.echo(f"{rule_id} works, and stands in {path}")
    return int(Exit.DONE)
