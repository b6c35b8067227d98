-- What comes after the draft: several letters an application, answers, and the story as it was told.
CREATE TABLE letter (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  purpose      TEXT NOT NULL, -- ask | thanks | accept_call | second_chance | leads | keep_in_touch
  message_id   TEXT NOT NULL,
  draft_id     TEXT NOT NULL DEFAULT '',
  thread_key   TEXT NOT NULL DEFAULT '',
  recipients   TEXT NOT NULL, -- JSON [address, ...]
  subject      TEXT NOT NULL,
  template     TEXT NOT NULL,
  fingerprint  TEXT NOT NULL, -- sha256 of the letter's words as we saved them
  state        TEXT NOT NULL, -- intended | saved | changed | sent | deleted
  created      TEXT NOT NULL,
  about        TEXT NOT NULL DEFAULT '', -- Message-ID of the mail that it answers, where that is not the rejection
  contact_role TEXT NOT NULL DEFAULT '', -- what the recipient is: recruiter, interviewer, ...
  version      TEXT NOT NULL DEFAULT '', -- of the draft as we last read it; changes when it is edited
  PRIMARY KEY (mailbox, rejection_id, purpose)
) STRICT, WITHOUT ROWID;
INSERT INTO letter SELECT mailbox, rejection_id, 'ask', message_id, draft_id, thread_key, recipients, subject, template,
  fingerprint, state, created, '', '', '' FROM draft;
DROP TABLE draft;

ALTER TABLE rejection ADD COLUMN reason TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE rejection ADD COLUMN standing TEXT NOT NULL DEFAULT 'rejected';

CREATE TABLE answer (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  message_id   TEXT NOT NULL,
  key          TEXT NOT NULL,
  thread_key   TEXT NOT NULL,
  date         TEXT NOT NULL,
  kind         TEXT NOT NULL, -- feedback | promise | call | refusal | away | left | invitation | other
  sender       TEXT NOT NULL, -- JSON [name, address]
  filled       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (mailbox, rejection_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  action       TEXT NOT NULL,
  about        TEXT NOT NULL,
  at           TEXT NOT NULL,
  standing     TEXT NOT NULL,
  why          TEXT NOT NULL,
  PRIMARY KEY (mailbox, rejection_id, action, about)
) STRICT, WITHOUT ROWID;
