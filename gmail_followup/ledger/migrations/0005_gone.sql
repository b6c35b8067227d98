-- What stays of facts that were dropped or forgotten: digests, so that nothing is read or written a second time.
CREATE TABLE gone (
  digest BLOB PRIMARY KEY -- first 16 bytes of sha256(kind, mailbox, key or Message-ID)
) STRICT, WITHOUT ROWID;

-- What the ledger knows of itself: when it was begun, and which mailboxes it has learned labels from.
CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO fact SELECT 'born', '1970-01-01T00:00:00.000000Z' WHERE EXISTS (SELECT 1 FROM mailbox);
INSERT INTO fact SELECT 'labels ' || name, '' FROM mailbox;
