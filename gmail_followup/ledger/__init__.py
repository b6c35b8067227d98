"""What was seen, what waits, what was drafted: SQLite with numbered migrations. Facts only, never bodies."""
