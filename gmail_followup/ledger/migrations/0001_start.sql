-- Facts about mail, never its words: addresses, dates, what kind of mail it was.
CREATE TABLE mailbox (
  name    TEXT PRIMARY KEY,
  cursor  TEXT NOT NULL DEFAULT '',
  checked TEXT
) STRICT;

CREATE TABLE mail (
  mailbox    TEXT NOT NULL,
  key        TEXT NOT NULL,
  message_id TEXT NOT NULL,
  thread_key TEXT NOT NULL,
  date       TEXT,
  kind       TEXT NOT NULL,
  stage      TEXT NOT NULL DEFAULT 'unknown',
  score      REAL NOT NULL,
  company    TEXT NOT NULL,
  role       TEXT NOT NULL,
  language   TEXT NOT NULL,
  sender     TEXT NOT NULL,   -- JSON [name, address]
  recipients TEXT NOT NULL,   -- JSON [[name, address], ...]
  sent       INTEGER NOT NULL,
  invitation TEXT NOT NULL,   -- JSON: when, cancelled, people; '' if none
  PRIMARY KEY (mailbox, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_by_id ON mail (mailbox, message_id);
CREATE INDEX mail_by_thread ON mail (mailbox, thread_key);

CREATE TABLE rejection (
  mailbox    TEXT NOT NULL,
  id         TEXT NOT NULL,   -- Message-ID
  key        TEXT NOT NULL,
  thread_key TEXT NOT NULL,
  date       TEXT NOT NULL,
  company    TEXT NOT NULL,
  role       TEXT NOT NULL,
  stage      TEXT NOT NULL,
  state      TEXT NOT NULL,   -- new | waiting | intended | drafted | held | needs_contact | skipped
  why        TEXT NOT NULL,
  not_before TEXT,
  changed    TEXT NOT NULL,
  PRIMARY KEY (mailbox, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  message_id   TEXT NOT NULL,
  draft_id     TEXT NOT NULL DEFAULT '',
  thread_key   TEXT NOT NULL DEFAULT '',
  recipients   TEXT NOT NULL, -- JSON [address, ...]
  subject      TEXT NOT NULL,
  template     TEXT NOT NULL,
  fingerprint  TEXT NOT NULL, -- sha256 of the letter's words as we saved them
  state        TEXT NOT NULL, -- intended | saved
  created      TEXT NOT NULL,
  PRIMARY KEY (mailbox, rejection_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
  mailbox TEXT NOT NULL,
  key     TEXT NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (mailbox, key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE correction (
  message_id TEXT PRIMARY KEY,
  rejection  INTEGER NOT NULL,
  company    TEXT NOT NULL DEFAULT '',
  role       TEXT NOT NULL DEFAULT '',
  made       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
