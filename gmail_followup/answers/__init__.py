"""What comes back after a letter was sent: what kind of answer it is, and the tips in it."""
