-- A ledger as schema 4 left it: written by the migrations up to 4, with made-up rows.
PRAGMA user_version = 4;
BEGIN TRANSACTION;
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
INSERT INTO "answer" VALUES('maildir:/home/jo/mail','<r1@acme.example>','<a1@acme.example>','k9','t1','2026-11-05T08:00:00.000000Z','feedback','["Ann Lee", "ann@acme.example"]',0);
CREATE TABLE correction (
  message_id TEXT PRIMARY KEY,
  rejection  INTEGER NOT NULL,
  company    TEXT NOT NULL DEFAULT '',
  role       TEXT NOT NULL DEFAULT '',
  made       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "correction" VALUES('<x@beta.example>',1,'Beta','Nurse','2026-11-02T09:00:00.000000Z');
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
INSERT INTO "event" VALUES('maildir:/home/jo/mail','<r1@acme.example>','thanked','<a1@acme.example>','2026-11-05T09:00:00.000000Z','answered','they gave you feedback');
CREATE TABLE label (
  mailbox TEXT NOT NULL,
  key     TEXT NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (mailbox, key, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "label" VALUES('maildir:/home/jo/mail','k1','Follow-up/Drafted');
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
INSERT INTO "letter" VALUES('maildir:/home/jo/mail','<r1@acme.example>','ask','<followup.aa@example.org>','.Drafts/1','t1','["ann@acme.example"]','Re: Your application','applied','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','saved','2026-11-03T09:00:00.000000Z','','','');
INSERT INTO "letter" VALUES('maildir:/home/jo/mail','<r3@acme.example>','ask','<followup.cc@example.org>','','t3','["ann@acme.example"]','Re: Your application','applied','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','intended','2026-11-03T09:00:00.000000Z','','','');
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
  invitation TEXT NOT NULL, notices TEXT NOT NULL DEFAULT '',   -- JSON: when, cancelled, people; '' if none
  PRIMARY KEY (mailbox, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "mail" VALUES('maildir:/home/jo/mail','k0','<i1@acme.example>','t0','2026-10-18T08:00:00.000000Z','interview','unknown',0.1,'Acme','Data Engineer','en','["Ann Lee", "ann@acme.example"]','[["Jo Doe", "jo@example.org"]]',0,'{"start": "2026-10-20T08:00:00.000000Z", "cancelled": false, "uid": "u1", "organizer": ["Mai Berg", "mai@acme.example"], "attendees": [["", "jo@example.org"]]}','');
INSERT INTO "mail" VALUES('maildir:/home/jo/mail','k1','<r1@acme.example>','t1','2026-11-01T08:00:00.000000Z','rejection','applied',0.97,'Acme','Data Engineer','en','["Ann Lee", "ann@acme.example"]','[["Jo Doe", "jo@example.org"]]',0,'','{"reply_to": [["", "hr@acme.example"]], "withdrew": false}');
CREATE TABLE mailbox (
  name    TEXT PRIMARY KEY,
  cursor  TEXT NOT NULL DEFAULT '',
  checked TEXT
) STRICT;
INSERT INTO "mailbox" VALUES('gmail:jo@example.org','987654','2026-11-02T09:00:00.000000Z');
INSERT INTO "mailbox" VALUES('maildir:/home/jo/mail','','2026-11-03T09:00:00.000000Z');
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
  changed    TEXT NOT NULL, reason TEXT NOT NULL DEFAULT 'unknown', standing TEXT NOT NULL DEFAULT 'rejected',
  PRIMARY KEY (mailbox, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "rejection" VALUES('maildir:/home/jo/mail','<r1@acme.example>','k1','t1','2026-11-01T08:00:00.000000Z','Acme','Data Engineer','applied','drafted','cooled off; the sender reads answers',NULL,'2026-11-03T09:00:00.000000Z','unknown','rejected');
INSERT INTO "rejection" VALUES('maildir:/home/jo/mail','<r2@acme.example>','k2','t2','2026-11-02T08:00:00.000000Z','Acme','Data Engineer','applied','waiting','cooling off','2026-11-04T08:00:00.000000Z','2026-11-03T09:00:00.000000Z','unknown','rejected');
INSERT INTO "rejection" VALUES('maildir:/home/jo/mail','<r3@acme.example>','k3','t3','2026-11-03T08:00:00.000000Z','Acme','Data Engineer','applied','intended','',NULL,'2026-11-03T09:00:00.000000Z','unknown','rejected');
INSERT INTO "rejection" VALUES('maildir:/home/jo/mail','<r4@acme.example>','k4','t4','2026-11-04T08:00:00.000000Z','Acme','Data Engineer','applied','needs_contact','nobody is known',NULL,'2026-11-03T09:00:00.000000Z','unknown','rejected');
CREATE TABLE wish (
  mailbox      TEXT NOT NULL,
  rejection_id TEXT NOT NULL,
  address      TEXT NOT NULL DEFAULT '',
  made         TEXT NOT NULL,
  PRIMARY KEY (mailbox, rejection_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "wish" VALUES('maildir:/home/jo/mail','<r4@acme.example>','mai@acme.example','2026-11-03T10:00:00.000000Z');
CREATE INDEX mail_by_id ON mail (mailbox, message_id);
CREATE INDEX mail_by_thread ON mail (mailbox, thread_key);
COMMIT;
