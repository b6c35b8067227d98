"""Which real parts a test run really used; printed at its end."""

USED: dict[str, str] = {}
"""Name of the part to its version, filled in by the fixtures that start it."""
