"""Wire formats, one a file: bytes to requests, entries to bytes; no I/O, no clock."""
