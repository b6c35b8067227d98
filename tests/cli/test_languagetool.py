"""`languagetool`: what it says, what it asks, and that nothing is fetched without leave. The server itself is tested in
tests/proofing."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from gmail_followup.home import Home
from tests.cli.conftest import Run

posix = pytest.mark.skipif(os.name != "posix", reason="shell scripts in place of Java and Maven")

MAVEN = """#!/bin/sh
for word in "$@"; do case "$word" in -DoutputDirectory=*) libs="${word#-DoutputDirectory=}";; esac; done
mkdir -p "$libs"
for name in languagetool-server-6.8 languagetool-core-6.8 language-en-6.8; do : > "$libs/$name.jar"; done
echo "[INFO] Copying languagetool-server-6.8.jar"
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java that tells its version, and a Maven that writes the three jars by which an installation is known."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script(folder / "java", "#!/bin/sh\necho 'openjdk version \"17.0.15\"' >&2\n")
    script(folder / "mvn", MAVEN)
    empty = hashlib.sha256(b"").hexdigest()
    sums = tmp_path / "sums"
    parts = ("languagetool-server-6.8", "languagetool-core-6.8", "language-en-6.8")
    sums.write_text("".join(f"{empty}  {name}.jar\n" for name in parts), encoding="utf-8")
    monkeypatch.setattr("gmail_followup.proofing.languagetool_install.CHECKSUMS", sums)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)


def test_status_without_anything(run: Run, home: Home) -> None:
    done = run("languagetool", "status")
    assert done.code == 1
    assert "languagetool install" in done.out
    assert "It was not running" in run("languagetool", "stop").out
    start = run("languagetool", "start")
    assert start.code == 2
    assert "languagetool install" in start.err
    assert not home.languagetool.exists()


@posix
def test_nothing_is_fetched_without_leave(run: Run, home: Home, tools: Path) -> None:
    done = run("languagetool", "install")
    assert (done.code, "--yes" in done.err) == (2, True)
    assert not home.languagetool.exists()


@posix
def test_a_part_with_another_checksum_is_not_installed(run: Run, home: Home, tools: Path) -> None:
    script(tools / "mvn", MAVEN.replace(': > "$libs/$name.jar"', 'echo evil > "$libs/$name.jar"'))
    done = run("languagetool", "install", "--yes")
    assert done.code == 2
    assert "not the file that was expected" in done.err
    assert not (home.languagetool / "libs").exists()
    script(tools / "mvn", MAVEN.replace("language-en-6.8;", "language-en-6.8 evil-1.0;"))
    assert "evil-1.0.jar" in run("languagetool", "install", "--yes").err


def test_the_list_of_checksums_names_every_part_once() -> None:
    from gmail_followup.proofing.languagetool_install import CHECKSUMS

    names = [line.partition("  ")[2] for line in CHECKSUMS.read_text(encoding="utf-8").splitlines()]
    assert len(names) == len(set(names)) > 100
    for name in ("languagetool-server-6.8.jar", "languagetool-core-6.8.jar", "language-en-6.8.jar", "language-de-6.8.jar"):
        assert name in names


@posix
def test_install_with_leave(run: Run, home: Home, tools: Path) -> None:
    done = run("languagetool", "install", "--yes")
    assert done.code == 0, done.err
    assert "Fetching LanguageTool" in done.err
    assert (home.languagetool / "libs" / "languagetool-server-6.8.jar").is_file()
    status = run("languagetool", "status")
    assert (status.code, "6.8 is installed" in status.out) == (0, True)
    script(tools / "mvn", "#!/bin/sh\nexit 1\n")
    again = run("languagetool", "install", "--yes")
    assert (again.code, "installed already" in again.out) == (0, True)


@posix
def test_install_says_what_is_missing(run: Run, home: Home, tools: Path) -> None:
    script(tools / "mvn", "#!/bin/sh\nexit 1\n")
    failed = run("languagetool", "install", "--yes")
    assert (failed.code, "Maven could not fetch" in failed.err) == (2, True)
    script(tools / "java", "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old = run("languagetool", "install", "--yes")
    assert (old.code, "Java 17" in old.err, "Java 11" in old.err) == (2, True, True)
    assert run("languagetool", "status").code == 1


@posix
@pytest.mark.parametrize("answer", ["n\n", "y\n"])
def test_the_question(run: Run, home: Home, tools: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(io, "StringIO", Terminal)
    done = run("languagetool", "install", stdin=answer)
    assert done.code == 0
    assert "120 MB" in done.out
    assert (home.languagetool / "libs").exists() is (answer == "y\n")
    assert sys.stdin.isatty()
