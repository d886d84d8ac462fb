"""Where the socket of a state folder is, for the server and for whoever runs on the same machine.

A unix socket's path has at most some hundred bytes, which a folder deep in others exceeds; there the folder is reached through one of
our own open files.
"""

from __future__ import annotations

import os
from pathlib import Path

NAME = "console.sock"
LONGEST = 100
"""Bytes of a path that every system takes."""
_OWN_FILES = Path("/proc/self/fd")


class SocketPath:
    """Be the path of a state folder's socket, to be used until `close`."""

    def __init__(self, folder: Path, name: str = NAME) -> None:
        self._folder = -1
        self.place = folder / name
        self.text = str(self.place)
        if len(os.fsencode(self.text)) > LONGEST and _OWN_FILES.is_dir():
            self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            self.text = str(_OWN_FILES / str(self._folder) / name)

    def close(self) -> None:
        """Let go of the folder."""
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1
