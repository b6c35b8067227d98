"""Fuzzes `targets.reply`: python fuzz/fuzz_reply.py --seconds 600."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fuzz.harness import main

if __name__ == "__main__":
    main("reply")
