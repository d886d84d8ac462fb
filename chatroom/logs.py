"""How much the log tells, and how much of it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Logs:
    """Be the settings of the log; `size` and `files` are for a house in the background, whose log is a file."""

    statistics: float = 900.0
    """Seconds between two lines on how the house is doing; zero for none."""
    size: int = 10 << 20
    """Bytes after which another file is begun; zero where another program sees to that."""
    files: int = 5
    """Old files that are kept."""
