"""The lines somebody entered before, and going up and down among them."""

from __future__ import annotations

HISTORY = 200
"""Lines remembered."""


class Past:
    """Remember lines, and where among them somebody stands: at the end, with what they are typing, unless they went up."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._at = 0
        self._draft = ""

    def remember(self, line: str) -> None:
        """Add a line, unless it is empty or the last one again; whoever went up stands at the end again."""
        if line.strip() and self.lines[-1:] != [line]:
            self.lines.append(line)
            del self.lines[:-HISTORY]
        self._at = len(self.lines)

    def up(self, typed: str) -> str | None:
        """Give the line before, keeping what is being typed; None where there is none."""
        if self._at == 0:
            return None
        if self._at == len(self.lines):
            self._draft = typed
        self._at -= 1
        return self.lines[self._at]

    def down(self) -> str | None:
        """Give the line after, or at the end what was being typed; None where there is neither."""
        if self._at >= len(self.lines):
            return None
        self._at += 1
        return self._draft if self._at == len(self.lines) else self.lines[self._at]
