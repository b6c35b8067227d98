"""Getting a LanguageTool server of our own through Maven, and the Java that it needs."""

import hashlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from gmail_followup.errors import UserError

POM = Path(__file__).with_name("languagetool_pom") / "pom.xml"
CHECKSUMS = POM.with_name("checksums.sha256")
"""SHA-256 of every part of the version that the POM names, as `sha256sum` writes it."""
JAVA_NEEDED = 17
"""LanguageTool 6.6 and later are built for Java 17."""
INSTALL_SECONDS = 1800.0
WITHOUT = (
    "Or name a running server under [grammar] url in config.toml; English is checked without it as well, by Harper."
)


def installed(folder: Path) -> str:
    """The version of the installed server; "" where it is not, or not completely, there."""
    names = [path.name for path in (folder / "libs").glob("language*.jar")] if (folder / "libs").is_dir() else []
    versions = [match[1] for name in names if (match := re.fullmatch(r"languagetool-server-(.+)\.jar", name))]
    complete = any(name.startswith("languagetool-core-") for name in names) and any(
        n.startswith("language-en-") for n in names
    )
    return versions[0] if versions and complete else ""


# --- fetch --------------------------------------------------------------------------------------


def install(folder: Path, progress: Callable[[str], None], *, seconds: float = INSTALL_SECONDS) -> None:
    """Fetch the server through Maven into `folder`/libs (about 120 MB, once).

    progress is told in words what happens. Raises UserError without Java 17 or Maven, or where Maven fails; a half-done
    fetch leaves the folder as it was.
    """
    java()
    maven = shutil.which("mvn")
    if maven is None:
        raise UserError(
            "LanguageTool is fetched with Maven, and Maven was not found.",
            fix=f"Install Maven (apt install maven, brew install maven) and try again. {WITHOUT}",
        )
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f"new-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        shutil.copyfile(POM, work / "pom.xml")
        progress("Fetching LanguageTool with Maven: about 120 MB, a few minutes.")
        # -C: Maven's own check of checksums fails instead of warning; whoever can change both is met by `_verify`.
        command = [maven, "-B", "-C", "-f", str(work / "pom.xml"), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={work / 'libs'}", "-DincludeScope=runtime"]
        _run_maven(command, progress, seconds)
        _verify(work / "libs")
        shutil.rmtree(folder / "libs", ignore_errors=True)
        (work / "libs").rename(folder / "libs")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if not installed(folder):
        raise UserError(
            "Maven ended well, but the server is not complete.", fix="Try again; it goes on where it stopped."
        )
    progress(f"LanguageTool {installed(folder)} is installed.")


def _verify(libs: Path) -> None:
    """Compares every part with the list that ships with this program. Raises UserError for one that is not the same."""
    lines = CHECKSUMS.read_text(encoding="utf-8").split("\n")
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}
    for path in sorted(libs.iterdir() if libs.is_dir() else ()):
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if known.get(path.name) != found:
            raise UserError(
                f"{path.name} is not the file that was expected; nothing was installed.",
                why="Its checksum is another than the one that ships with this program.",
                fix=f"Empty Maven's store of downloads (~/.m2/repository) and try again. {WITHOUT}",
            )


def _run_maven(command: list[str], progress: Callable[[str], None], seconds: float) -> None:
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    except OSError as problem:
        raise UserError("Maven could not be started.", why=str(problem), fix=WITHOUT) from problem
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    copied = 0
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"Copying " in line or b"Copied " in line:
                copied += 1
                if copied % 25 == 0:
                    progress(f"{copied} parts are here.")
        code = process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
    if code != 0:
        # Maven's own words name hosts and paths that help nobody here.
        raise UserError(
            "Maven could not fetch LanguageTool.",
            why="Most often the network, a proxy or the settings of Maven are the reason.",
            fix=f"Try `mvn -f {POM} dependency:resolve` to see what it says. {WITHOUT}",
        )


def java() -> str:
    """The path of a Java that is new enough; UserError with one plain line otherwise."""
    fix = f"Install Java {JAVA_NEEDED} or newer (apt install openjdk-17-jre-headless, brew install openjdk). {WITHOUT}"
    home = os.environ.get("JAVA_HOME", "")
    inside = Path(home) / "bin" / ("java.exe" if os.name == "nt" else "java")
    found = str(inside) if home and inside.is_file() else shutil.which("java")
    if found is None:
        raise UserError("LanguageTool needs Java, and none was found.", fix=fix)
    try:
        answer = subprocess.run(
            [found, "-version"], capture_output=True, timeout=20, check=False, text=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise UserError("Java was found, but it does not start.", fix=fix) from problem
    version = java_version(answer.stderr + answer.stdout)
    if version is None:
        raise UserError("Java was found, but it does not tell its version.", why=f"The program is {found}.", fix=fix)
    if version < JAVA_NEEDED:
        raise UserError(f"LanguageTool needs Java {JAVA_NEEDED} or newer; this one is Java {version}.", fix=fix)
    return found


def java_version(words: str) -> int | None:
    """17 from `openjdk version "17.0.15"`, 8 from `java version "1.8.0_392"`; None where no version can be read."""
    match = re.search(r'version\s+"?(\d+)(?:\.(\d+))?', words) or re.search(
        r"(?m)^\w*(?:jdk|java)\s+(\d+)(?:\.(\d+))?", words
    )
    if match is None:
        return None
    major = int(match[1])
    return int(match[2]) if major == 1 and match[2] else major
