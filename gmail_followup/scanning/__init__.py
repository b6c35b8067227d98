"""Many mails fast: mboxes in chunks over all cores, and a sieve that spares most mails the full reading."""
