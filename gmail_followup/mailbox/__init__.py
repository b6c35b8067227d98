"""Where mail lives: the `Mailbox` protocol and its three kinds (Maildir, mbox, Gmail)."""
