"""A small mailbox to try things on: invented people, invented employers, three months of mail."""

from gmail_followup.demo.builder import Built, build

__all__ = ["Built", "build"]
