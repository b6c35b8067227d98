"""Fuzzing of what hostile mail can reach: `make fuzz`."""
