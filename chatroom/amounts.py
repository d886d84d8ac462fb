"""Durations, sizes and counts as people write them: `90s`, `365d`, `64KiB`, `1000000`."""

from __future__ import annotations

import re

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
BYTES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1000, "MB": 1000**2, "GB": 1000**3}

DURATION = r"^\d{1,12}(\.\d{1,6})?(ms|s|m|h|d|w)?$"
SIZE = r"^\d{1,12}(B|KiB|MiB|GiB|kB|MB|GB)?$"

_DURATION = re.compile(DURATION.replace("(ms|", "(?P<unit>ms|"), re.ASCII)
_SIZE = re.compile(SIZE.replace("(B|", "(?P<unit>B|"), re.ASCII)


def duration(text: str) -> float:
    """Read a duration in seconds; raise ValueError when it is none."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("not a duration")
    unit = found["unit"] or ""
    return float(text.removesuffix(unit)) * SECONDS[unit or "s"]


def size(text: str) -> int:
    """Read a number of bytes, or of anything else when there is no unit; raise ValueError when it is none."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError("not a size")
    unit = found["unit"] or ""
    return int(text.removesuffix(unit)) * BYTES[unit or "B"]


def shown_duration(seconds: float) -> str:
    """Write a duration with the largest unit that divides it."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{int(seconds / SECONDS[unit])}{unit}"
    number, unit = (seconds * 1000, "ms") if 0 < seconds < 1 else (seconds, "s")
    return f"{number:.3f}".rstrip("0").rstrip(".") + unit
