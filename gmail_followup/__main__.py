"""`python -m gmail_followup` does what the command `gmail-followup` does."""

from gmail_followup.cli.main import main

if __name__ == "__main__":
    main()
