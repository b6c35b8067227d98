-- More facts of a mail: its Reply-To, addresses that are gone, people that a scheduling service names, a withdrawal.
ALTER TABLE mail ADD COLUMN notices TEXT NOT NULL DEFAULT '';   -- JSON; '' if there is nothing
