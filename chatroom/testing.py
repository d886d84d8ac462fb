"""A house in memory with a clock that stands still, and people at its doors: for the tests, and for anybody's own parts.

world = World()
ann, bob = world.person("ann"), world.person("bob")
ann.types("hi")
bob.hears("ann: hi")
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.task import Clock

from chatroom.core.flood import OFF, FloodLimits
from chatroom.core.hub import Hub
from chatroom.core.limits import Limits
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.core.seams import Journal
from chatroom.core.verb import Verb
from chatroom.door import Door
from chatroom.doors import front, irc, line, ssh, web
from chatroom.doors import json as native
from chatroom.doors._local import LocalFactory
from chatroom.house import OPEN_AFTER_CLOSE, House
from chatroom.ids import Ids
from chatroom.journals.memory import MemoryJournal
from chatroom.members.memory import MemberList, in_the_open
from chatroom.registry import load_verbs
from chatroom.spawn import deferred
from chatroom.wires import Wire

START = 1_700_000_000.0
"""When every world begins: 2023-11-14 22:13:20 UTC."""
MOST_STEPS = 100_000
"""Steps in which a world must come to rest."""


@cache
def _verbs(path: tuple[str, ...]) -> tuple[Verb, ...]:
    """Look for the verbs once, as long as Python looks in the same places: a test may make hundreds of worlds."""
    return load_verbs()


def password_of(name: str) -> str:
    """Give the password that a member made by `member` has."""
    return f"{name} opens this door"


def member(name: str, rank: Rank = Rank.MEMBER) -> Member:
    """Make a member who has the mail `NAME@example.org` and the password `password_of(NAME)`."""
    return Member(f"m-{name}", f"{name}@example.org", name, rank, in_the_open(password_of(name)))


class ConsoleProtocol(native.JsonProtocol):
    """Be a program's connection at a console, which a test can read better than what is drawn on a terminal."""

    door = "console"
    console = True


class ConsoleFactory(native.JsonFactory):
    """Hold the connections of programs at consoles."""

    def buildProtocol(self, addr: IAddress | None) -> ConsoleProtocol:
        """Make the protocol of one connection."""
        return ConsoleProtocol(self.house)


class Person:
    """Be somebody at the end of a wire."""

    def __init__(self, world: World, wire: Wire) -> None:
        self.world = world
        self.wire = wire
        self.unread = b""

    def sends(self, data: bytes) -> None:
        """Send raw bytes and let the world come to rest."""
        self.wire.feed(data)
        self.world.rest()

    def types(self, *lines: str) -> None:
        """Type lines."""
        self.sends("".join(f"{one}\n" for one in lines).encode())

    def asks(self, do: str, id: str | int | None = None, **fields: Any) -> None:
        """Send one object of the native protocol."""
        self.types(json.dumps({"do": do, **({} if id is None else {"id": id}), **fields}))

    def answer(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send one object of the native protocol and take its answer; what else has come by then is passed over."""
        self.asks(do, "the question", **fields)
        (answer,) = [one for one in self.objects() if one.get("re") == "the question"]
        return answer

    def lines(self) -> list[str]:
        """Take the whole lines that have come since the last time."""
        self.unread += self.wire.taken()
        whole, _, self.unread = self.unread.rpartition(b"\n")
        return [one.rstrip("\r") for one in whole.decode(errors="backslashreplace").split("\n")] if whole else []

    def objects(self) -> list[dict[str, Any]]:
        """Take the objects that have come since the last time."""
        return [json.loads(one) for one in self.lines()]

    def hears(self, *expected: str) -> None:
        """Check that exactly these lines have come since the last time."""
        heard = self.lines()
        if heard != list(expected):
            raise AssertionError(f"heard {heard!r}, not {list(expected)!r}")

    def leaves(self) -> None:
        """Let the connection break."""
        self.wire.end()
        self.world.rest()


class World:
    """Be a house with a journal in memory, all its doors, and a clock that stands still; nobody is slowed unless `floods` says so."""

    def __init__(
        self,
        rules: Rules | None = None,
        journal: Journal | None = None,
        verbs: tuple[Verb, ...] = (),
        clock: Clock | None = None,
        starts: int = 0,
        members: Iterable[Member] = (),
        floods: FloodLimits = OFF,
        **limits: Any,
    ) -> None:
        self.clock = clock or Clock()
        self.starts = starts
        self.journal = journal if journal is not None else MemoryJournal(self.clock)
        rules = replace(rules or Rules(limits=Limits(**limits)), floods=floods)
        self.hub = Hub([*_verbs(tuple(sys.path)), *verbs], rules, Ids(self.wall, f"test{starts or ''}"))
        self.house = House(self.hub, self.journal, self.clock, wall=self.wall, elapsed=self.clock.seconds, sleep=lambda seconds: None)
        self.members = MemberList(self.house, members)
        self.house.open()
        self.line = line.open_door(self.house)
        self.native = native.open_door(self.house)
        self.web = web.open_door(self.house)
        self.irc = irc.open_door(self.house)
        self.ssh = ssh.open_door(self.house)
        self.front = front.open_front(self.house, [self.native, self.web, self.ssh, self.irc, self.line])

    def restarted(self) -> World:
        """Close the house, and give the world in which it is opened again with the same journal."""
        deferred(self.house.close())
        self.rest(OPEN_AFTER_CLOSE)
        return World(
            self.hub.rules,
            self.journal,
            clock=self.clock,
            starts=self.starts + 1,
            members=self.members.directory,
            floods=self.hub.guard.limits,
        )

    def wall(self) -> float:
        """Tell the time of day."""
        return START + self.clock.seconds()

    def rest(self, seconds: float = 0.0) -> None:
        """Let time pass, and everything happen that is due."""
        end = self.clock.seconds() + seconds
        for _ in range(MOST_STEPS):
            due = min((call.getTime() for call in self.clock.getDelayedCalls()), default=end + 1)
            if due > end:
                self.clock.rightNow = end
                return
            self.clock.rightNow = max(due, self.clock.rightNow)
            self.clock.advance(0)
        raise AssertionError("the world does not come to rest")

    def connect(self, door: Door | None = None, wire: Wire | None = None) -> Person:
        """Let somebody connect, who says nothing yet."""
        return self._connect((door or self.line).factory, wire)

    def _connect(self, factory: IProtocolFactory, wire: Wire | None) -> Person:
        wire = wire or Wire(self.clock)
        protocol: Any = factory.buildProtocol(wire.getPeer())
        wire.protocol = protocol
        protocol.makeConnection(wire)
        person = Person(self, wire)
        self.rest()
        return person

    def wire(self, address: str) -> Wire:
        """Make a connection from an address."""
        return Wire(self.clock, address)

    def person(self, name: str, wire: Wire | None = None) -> Person:
        """Let somebody come in by the line door, and read what they are greeted with."""
        person = self.connect(self.line, wire)
        person.types(name)
        person.lines()
        return person

    def program(self, name: str, wire: Wire | None = None, **hello: Any) -> Person:
        """Let a program come in by the native door, and read what it is greeted with."""
        program = self.connect(self.native, wire)
        program.asks("hello", 0, name=name, **hello)
        program.objects()
        return program

    def chatter(self, nick: str, *caps: str, wire: Wire | None = None) -> Person:
        """Let somebody come in by the IRC door, into no room, with some capabilities, and read what they are greeted with."""
        chatter = self.connect(self.irc, wire)
        asking = ("CAP LS 302", f"CAP REQ :{' '.join(caps)}", "CAP END") if caps else ()
        chatter.types(*asking[:2], f"NICK {nick}", f"USER {nick} 0 * :{nick.title()}", *asking[2:])
        chatter.lines()
        return chatter

    def logged_in(self, name: str, wire: Wire | None = None, **hello: Any) -> Person:
        """Let a member come in by the native door with their password, and read what they are greeted with."""
        return self.program(name, wire, password=password_of(name), **hello)

    def console(self, name: str, wire: Wire | None = None) -> Person:
        """Let a member log in at a console that speaks the native protocol, and read what they are greeted with."""
        console = self._connect(ConsoleFactory(self.house), wire)
        console.asks("hello", 0, name=name, password=password_of(name))
        console.objects()
        return console

    def host(self, wire: Wire | None = None) -> Person:
        """Let the host open a console on the host's own machine, which needs no password."""
        return self._connect(LocalFactory(self.house), wire)


class SlowWorld(World):
    """Be a world whose disk does nothing until it is told to."""

    def __init__(
        self, rules: Rules | None = None, verbs: tuple[Verb, ...] = (), disk: MemoryJournal | None = None, **more: Any
    ) -> None:
        self.disk = disk or MemoryJournal()
        super().__init__(rules, self.disk, verbs, **more)

    def killed(self) -> SlowWorld:
        """Give the world in which the house is started again after it was killed; what was not stored by then is lost."""
        self.disk.close(0)
        clock = Clock()
        clock.rightNow = self.clock.seconds()
        return SlowWorld(
            self.hub.rules,
            disk=self.disk,
            clock=clock,
            starts=self.starts + 1,
            members=self.members.directory,
            floods=self.hub.guard.limits,
        )

    def settle(self, n: int | None = None) -> None:
        """Store the first `n` of what waits, or all of it, and let the world come to rest."""
        self.disk.settle(n)
        self.disk.answer()
        self.rest()

    def decline(self, n: int = 1) -> None:
        """Let the first `n` of what waits not be stored."""
        self.disk.decline(n=n)
        self.rest()

    def person(self, name: str, wire: Wire | None = None) -> Person:
        """Let somebody come in by the line door, and read what they are greeted with."""
        person = super().person(name, wire)
        self.settle()
        person.lines()
        return person

    def program(self, name: str, wire: Wire | None = None, **hello: Any) -> Person:
        """Let a program come in by the native door, and read what it is greeted with."""
        program = super().program(name, wire, **hello)
        self.settle()
        program.objects()
        return program
