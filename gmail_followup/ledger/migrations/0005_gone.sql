-- What stays of facts that were dropped or forgotten: digests, so that nothing is read or written a second time.
CREATE TABLE gone (
  digest BLOB PRIMARY KEY -- first 16 bytes of sha256(kind, mailbox, key or Message-ID)
) STRICT, WITHOUT ROWID;

-- What the ledger knows of itself. `begun <mailbox>`: up to when mail may have a draft of an earlier ledger; '' for never.
CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- 1: still to be put on in the mailbox, -1: still to be taken off, 0: done.
ALTER TABLE label ADD COLUMN due INTEGER NOT NULL DEFAULT 0;

INSERT INTO fact SELECT 'begun ' || name, '' FROM mailbox;
