"""The pages and what they load, read once from the package: no path of a request ever touches the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import chatroom
from chatroom.doors._web.request import WebRequest

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
"""What is served, by the end of its name; anything else in the folder is not."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Be one file as it is served."""

    body: bytes
    kind: str
    mark: str
    """What it is known by until it changes."""

    def serve(self, request: WebRequest) -> None:
        """Give it, or say that it is still the same."""
        headers = {"ETag": self.mark, "Cache-Control": "no-cache"}
        if request.header("if-none-match") == self.mark:
            request.respond(304, headers=headers)
        else:
            request.respond(200, self.body, self.kind, headers)


@cache
def load() -> dict[str, Asset]:
    """Read everything there is to serve, by its name."""
    folder = Path(chatroom.__file__).parent / "web"
    return {found.name: _read(found) for found in sorted(folder.iterdir()) if found.suffix in KINDS}


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    return Asset(body, KINDS[file.suffix], f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
