"""Be two people who talk all the time, in a process of their own, and tell how long each line took: pulse.py HOST PORT.

It says that they are there by a line; they talk until standard input ends, and then it writes the seconds that each line took as a
JSON list. A process of their own, as who measures in the interpreter of who throws rubbish measures that interpreter.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time

PAUSE = 0.005
"""Seconds between two lines."""
ENOUGH = 200
"""Lines of which a hundredth can be told."""
PATIENCE = 10.0
"""Seconds a line may take."""


class Voice:
    """Be somebody at the line door."""

    def __init__(self, host: str, port: int, name: str) -> None:
        self.link = socket.create_connection((host, port), timeout=PATIENCE)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard = b""
        self.say(name)
        self.hear(b"You are in ")

    def say(self, text: str) -> None:
        """Say a line."""
        self.link.sendall(text.encode() + b"\n")

    def hear(self, wanted: bytes) -> None:
        """Wait for a line in which these bytes are."""
        while True:
            line, found, rest = self._heard.partition(b"\n")
            if not found:
                self._heard += self._read()
                continue
            self._heard = rest
            if wanted in line:
                return

    def _read(self) -> bytes:
        got = self.link.recv(1 << 16)
        if not got:
            raise ConnectionError("the server ended the connection")
        return got


def over(seconds: float) -> bool:
    """Tell whether standard input ends within so many seconds."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def main(host: str, port: str) -> None:
    """Talk until told to stop."""
    ann, bob = (Voice(host, int(port), name) for name in ("ann", "bob"))
    print("ready", flush=True)
    took: list[float] = []
    while not over(PAUSE) or len(took) < ENOUGH:
        begun = time.perf_counter()
        ann.say(f"beat {len(took)}.")
        bob.hear(f"ann: beat {len(took)}.".encode())
        took.append(time.perf_counter() - begun)
    for one in (ann, bob):
        one.say("/quit")
        one.hear(b"Goodbye")
    print(json.dumps(took))


if __name__ == "__main__":
    main(*sys.argv[1:])
