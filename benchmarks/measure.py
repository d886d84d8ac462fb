"""What is read off a process and off a row of numbers."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
"""The cores this process may use, before it pins itself; children made by fork know them too."""


def cpu_seconds(pid: int) -> float:
    """Give the processor time a process has used, user and system, all its threads."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def resident_kib(pid: int) -> int:
    """Give the memory a process holds, in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def quantile(numbers: Sequence[float], part: float) -> float:
    """Give the number below which `part` of the others are; 0 if there are none."""
    if not numbers:
        return 0.0
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def median(numbers: Sequence[float]) -> float:
    """Give the middle one; 0 if there are none."""
    return statistics.median(numbers) if numbers else 0.0


def pin(core: int) -> None:
    """Keep this process on one core where there are several, so that load and server do not take turns."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, {CORES[core % len(CORES)]})
