"""Where a password comes from when nobody types it: the environment, or a file that its owner alone can read.

Never the command line, which every user of a machine can see.
"""

from __future__ import annotations

import os
import stat
from collections.abc import MutableMapping

VARIABLE = "CHATROOM_PASSWORD"
LONGEST = 4096
"""Bytes read of a file."""


class Unusable(Exception):
    """The password cannot be had; the message says why and what to do."""


def given(path: str | None, environ: MutableMapping[str, str]) -> str | None:
    """Give the password from the file, or else from the environment, out of which it is taken; raise `Unusable`."""
    # Programs we start have no business with it.
    variable = environ.pop(VARIABLE, None)
    return in_file(path) if path is not None else variable or None


def in_file(path: str) -> str:
    """Give the first line of a file that nobody else can read; raise `Unusable`."""
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            # Windows keeps who may read a file elsewhere.
            if os.name != "nt" and stat.S_IMODE(mode) & 0o077:
                raise Unusable(f"Others can read {path}, or change it. Make it yours alone: chmod 600 {path}")
            first = file.read(LONGEST).split(b"\n", 1)[0].rstrip(b"\r")
    except OSError as error:
        raise Unusable(f"The password cannot be read from {path}: {error.strerror or error}.") from None
    return _decoded(first, path)


def _decoded(first: bytes, path: str) -> str:
    try:
        password = first.decode()
    except UnicodeDecodeError:
        raise Unusable(f"The first line of {path} is not UTF-8, so it is not a password.") from None
    if not password:
        raise Unusable(f"The first line of {path} is empty: the password belongs there.")
    return password
