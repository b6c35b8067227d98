"""Starts the program for a Windows task, which cannot set environment variables: python -P launch.py HOME watch ..."""

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """arguments: the home folder, then the command line of gmail-followup. Leaves the process with its exit code."""
    os.environ["GMAIL_FOLLOWUP_HOME"], *rest = arguments
    try:
        from gmail_followup.cli.main import main as run
    except ModuleNotFoundError:
        # A checkout that is not installed: the package is three steps up from here.
        sys.path.append(str(Path(__file__).resolve().parents[2]))
        from gmail_followup.cli.main import main as run
    run(rest)


if __name__ == "__main__":
    main(sys.argv[1:])
