"""Which grammar engine checks a letter, what happens when one fails, and how its findings join the house rules'."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from gmail_followup.errors import UserError
from gmail_followup.home import Home
from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.house import WHOLE_SENTENCE
from gmail_followup.proofing.languagetool import EngineFailed, LanguageToolEngine, checked_url

_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class GrammarSettings:
    """The [grammar] table of config.toml.

    engine: "auto" takes the best there is. url: a LanguageTool server that runs already. allow_public: whether that
    may be
    the public service; letters stay on the machine otherwise.
    """

    engine: Literal["auto", "languagetool", "harper", "none"] = "auto"
    url: str = ""
    allow_public: bool = False


class Engine(Protocol):
    """A grammar engine. name: with its version, as reports print it. check raises EngineFailed where it cannot
    check."""

    @property
    def name(self) -> str: ...

    def check(self, text: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking one letter. engine: which one really did it; "none" if none could, and then notes say
    why."""

    findings: tuple[Finding, ...]
    engine: str
    notes: tuple[str, ...] = ()


class Grammar:
    """The chosen engine with what stands behind it: where it fails, Harper takes over for English, and a note says so.

    name and notes are about the last letter; `examine` gives both together with the findings.
    """

    def __init__(self, first: Engine | None, *, fall_back: bool = True, notes: tuple[str, ...] = ()) -> None:
        self._first = first
        self._fall_back = fall_back
        self._harper: Engine | None = None
        self._why = notes
        self.notes = notes
        self.name = first.name if first is not None else "none"

    def check(self, text: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]:
        """The findings alone; `name` and `notes` tell how they came about."""
        return self.examine(text, language, names).findings

    def examine(self, text: str, language: str, names: frozenset[str]) -> Checked:
        """Check a letter with the best engine that works. Never raises for an engine, never passes in silence."""
        checked = self._examine(text, language, names)
        self.name, self.notes = checked.engine, checked.notes
        return checked

    def prepare(self, language: str) -> None:
        """Lets the embedded engine get ready while something else is done; what goes wrong is told by the check."""
        if self._first is None and self._fall_back and self._harper is None and language.lower().startswith("en"):
            with suppress(ImportError, OSError, RuntimeError, ValueError):
                self._harper = _harper()

    def close(self) -> None:
        for engine in (self._first, self._harper):
            if engine is not None:
                engine.close()

    def _examine(self, text: str, language: str, names: frozenset[str]) -> Checked:
        if self._first is not None and _speaks(self._first, language):
            try:
                return Checked(self._first.check(text, language, names), self._first.name, self._why)
            except EngineFailed as failed:
                self._why = (*self._why, f"{self._first.name} failed: {failed}")
                self._first.close()
                self._first = None
        if self._fall_back and language.lower().startswith("en"):
            return self._with_harper(text, language, names)
        spoken = _LANGUAGES.get(language[:2], language)
        return Checked(
            (), "none", (*self._why, f"No grammar engine checked this {spoken} letter; only the house rules did.")
        )

    def _with_harper(self, text: str, language: str, names: frozenset[str]) -> Checked:
        try:
            if self._harper is None:
                self._harper = _harper()
            findings = self._harper.check(text, language, names)
        except (ImportError, OSError, RuntimeError, ValueError, EngineFailed) as problem:
            note = f"Harper failed ({type(problem).__name__}); only the house rules checked this letter."
            return Checked((), "none", (*self._why, note))
        note = f"{self._harper.name} checked this letter instead."
        return Checked(findings, self._harper.name, (*self._why, note) if self._why else ())


def choose(settings: GrammarSettings, home: Home) -> Grammar:
    """The engine that the settings and this machine allow.

    Order for "auto": the configured server, a running one of ours, an installed one (started now), Harper for
    English, none;
    each step down leaves a note. "languagetool" stops with UserError where no server can be had. Nothing is downloaded.
    """
    if settings.url:
        checked_url(settings.url, allow_public=settings.allow_public)
    if settings.engine == "none":
        return Grammar(None, fall_back=False, notes=("Grammar checking is switched off in config.toml.",))
    if settings.engine == "harper":
        return Grammar(None)
    notes: list[str] = []
    engine = _configured(settings, notes) or _local(settings, home, notes)
    return Grammar(engine, notes=tuple(notes))


def _configured(settings: GrammarSettings, notes: list[str]) -> Engine | None:
    if not settings.url:
        return None
    try:
        return LanguageToolEngine(settings.url, allow_public=settings.allow_public)
    except EngineFailed as failed:
        if settings.engine == "languagetool":
            raise UserError(
                "The LanguageTool server in config.toml does not answer.",
                why=str(failed),
                fix="Start it, or correct [grammar] url.",
            ) from failed
        notes.append(f"The LanguageTool server in config.toml does not answer: {failed}")
        return None


def _local(settings: GrammarSettings, home: Home, notes: list[str]) -> Engine | None:
    from gmail_followup.proofing import languagetool_server as server

    try:
        if settings.engine == "auto" and not server.installed(home.languagetool):
            return None
        return LanguageToolEngine(server.ensure_running(home.languagetool))
    except UserError as problem:
        if settings.engine == "languagetool":
            raise
        notes.append(problem.what)
    except EngineFailed as failed:
        if settings.engine == "languagetool":
            raise UserError("The local LanguageTool server does not answer.", why=str(failed)) from failed
        notes.append(str(failed))
    return None


def _harper() -> Engine:
    from gmail_followup.proofing.harper import HarperEngine

    return HarperEngine()


def _speaks(engine: Engine, language: str) -> bool:
    return not engine.name.startswith("harper") or language.lower().startswith("en")


# --- joining --------------------------------------------------------------------------------------


def merge(engine: Iterable[Finding], house: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a place, in the order of the text: blocking ones first, then those with a wording, then the house
    rules'.

    Findings about a whole sentence (fragments) stand beside those about a word in it.
    """
    ordered = sorted(
        [(0, finding) for finding in house] + [(1, finding) for finding in engine],
        key=lambda pair: (
            pair[1].severity is not Severity.BLOCK,
            not _has_wording(pair[1]),
            pair[0],
            pair[1].end - pair[1].start,
        ),
    )
    kept: list[Finding] = []
    for _, finding in ordered:
        if not any(_same_place(finding, other) for other in kept):
            kept.append(finding)
    return tuple(sorted(kept, key=lambda finding: (finding.start, finding.end)))


def _has_wording(finding: Finding) -> bool:
    return bool(finding.suggestions) or finding.severity is Severity.BLOCK or finding.class_ in WHOLE_SENTENCE


def _same_place(one: Finding, other: Finding) -> bool:
    if (one.class_ in WHOLE_SENTENCE) != (other.class_ in WHOLE_SENTENCE):
        return False
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
