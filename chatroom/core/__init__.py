"""The house as pure state: events, logs, rooms, sessions, the hub; no I/O, no clock."""
