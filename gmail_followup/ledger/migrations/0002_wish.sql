-- What the user asked for by hand: whom to write to, and that a letter be written now.
CREATE TABLE wish (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  address      TEXT NOT NULL DEFAULT '',
  made         TEXT NOT NULL,
  PRIMARY KEY (mailbox, rejection_id)
) STRICT, WITHOUT ROWID;
