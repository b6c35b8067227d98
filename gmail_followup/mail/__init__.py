"""What a mail is: values (`message`), bytes to `Message` (`parse`), own words (`quoting`), `sentences`, `calendar`."""
