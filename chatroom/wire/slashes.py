"""Verbs in texts of ours, named as they are typed where that is not with a slash."""

from __future__ import annotations

import re

_SLASHED = re.compile(r"(?<![\w/.:])/(?=[a-z]+(?![\w/-]))")
_UNKNOWN_TO_IRC = re.compile(rf"{_SLASHED.pattern}(?!(?:away|invite|join|me|msg|nick|part|quit|quote|topic|who|whois)\b)")
"""The slash of a verb that clients of IRC do not take as theirs, or mean something else by."""


def unslashed(text: str) -> str:
    """Name verbs as they are typed at a console, and to the house itself."""
    return _SLASHED.sub("", text)


def quoted(text: str) -> str:
    """Name verbs as they are typed in a client of IRC."""
    return _UNKNOWN_TO_IRC.sub("/quote ", text)
