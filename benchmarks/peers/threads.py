"""A chat room as a first program with threads has it: one thread a person, `sendall` to everybody; nothing is stored.

    python -m benchmarks.peers.threads PORT

Written fairly: no Nagle delay, a long backlog, small stacks, lines read through a buffer. One lock is held while a line goes out,
without which people would see different orders; so one reader who does not read stops everybody.
"""

from __future__ import annotations

import socket
import sys
import threading


class Room:
    """Hold the people, and say a line to all but one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.people: set[socket.socket] = set()

    def enter(self, who: socket.socket) -> None:
        """Let somebody hear what is said from here on."""
        with self.lock:
            self.people.add(who)

    def leave(self, who: socket.socket) -> None:
        """Let somebody go."""
        with self.lock:
            self.people.discard(who)

    def say(self, who: socket.socket, said: bytes) -> None:
        """Send to everybody but `who`; one who is gone is left to its own thread."""
        with self.lock:
            for other in self.people:
                if other is not who:
                    try:
                        other.sendall(said)
                    except OSError:
                        continue


def serve(room: Room, who: socket.socket) -> None:
    """Be one person's thread: the first line is the name, every other is said to the rest."""
    who.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with who, who.makefile("rb") as lines:
        try:
            name = lines.readline().strip()
            who.sendall(b"Welcome, " + name + b".\n")
            room.enter(who)
            for line in lines:
                room.say(who, name + b": " + line)
        except OSError:
            pass
        finally:
            room.leave(who)


def main(port: int) -> None:
    """Serve until killed."""
    threading.stack_size(256 * 1024)
    room = Room()
    with socket.create_server(("127.0.0.1", port), backlog=4096) as listening:
        while True:
            who, _ = listening.accept()
            threading.Thread(target=serve, args=(room, who), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]))
