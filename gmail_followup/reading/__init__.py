"""What a mail means: `Verdict` (is it a rejection, and why), `Application` (which job, how far, who)."""
