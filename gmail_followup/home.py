"""Where the program keeps its state: one folder, moved by one environment variable."""

import os
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT_VARIABLE = "GMAIL_FOLLOWUP_HOME"
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Home:
    """The user's folder: configuration, templates, rules, ledger, token. `root` need not exist yet."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def rules(self) -> Path:
        return self.root / "rules"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite3"

    @property
    def notes(self) -> Path:
        """The user's own pages, one an application."""
        return self.root / "notes"

    @property
    def token(self) -> Path:
        return self.root / "token.json"

    @property
    def languagetool(self) -> Path:
        return self.root / "languagetool"


def find_home() -> Home:
    """The home folder: $GMAIL_FOLLOWUP_HOME, else the platform's usual place for application data."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return Home(Path(named).expanduser())
    import platformdirs

    return Home(Path(platformdirs.user_data_dir("gmail-followup", appauthor=False)))


def shipped(name: str) -> Path:
    """A folder or file that ships with the program: inside the wheel, or beside the package in a checkout."""
    inside = {"templates": _PACKAGE / "_templates", "credentials.example.json": _PACKAGE / "_data" / name}
    packaged = inside.get(name, _PACKAGE / name)
    return packaged if packaged.exists() else _PACKAGE.parent / name
