"""gmail-followup: turns job rejections into courteous follow-up drafts. It drafts; it never sends."""

__version__ = "0.1.0"
