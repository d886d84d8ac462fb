"""Whatever people, disks and connections do: what each was shown, put together, is what the journal holds.

Several programs speak, lag, break off and come back while the disk stalls, declines, loses track and the house is killed. At the
end each has seen every kept entry of the room from when it first came in, once and in order, or was told what is missing; and every
message that was acknowledged is stored once.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatroom.core.events import Said
from chatroom.core.seams import Slice
from chatroom.testing import Person, SlowWorld
from chatroom.wires import DirectWire, Wire

NAMES = ("ann", "bob", "cat")


class Program:
    """Be a client that keeps what it was shown and what it was promised."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.person: Person | None = None
        self.wire: Any = None
        self.position: tuple[str, int] | None = None
        self.first = 0
        self.seen: dict[int, str] = {}
        self.left_out: set[int] = set()
        self.asked: dict[int, str] = {}
        self.answered: dict[int, str] = {}

    def comes(self, world: SlowWorld, wire: Any) -> None:
        self.wire = wire
        self.person = world.connect(world.native, wire)
        resume = {} if self.position is None else {"lobby": list(self.position)}
        rooms = {"resume": resume} if resume else {}
        self.person.asks("hello", 0, name=self.name, key=f"the secret key of {self.name}", echo=True, **rooms)

    def says(self, number: int, text: str) -> None:
        self.asked[number] = text
        if self.person is not None:
            self.person.asks("say", number, room="lobby", text=text)

    def listens(self) -> None:
        if self.person is None:
            return
        for one in self.person.objects():
            self._hears(one)
        if self.person.wire.lost:
            self.person = None

    def _hears(self, one: dict[str, Any]) -> None:
        match one:
            case {"is": "entered", "resumed": False}:
                assert self.position is None, "a known position was not resumed"
                self.position, self.first = (one["epoch"], one["seq"]), one["seq"]
            case {"is": "entered"}:
                assert self.position is not None
                assert one["epoch"] == self.position[0]
                self._skips(self.position[1], one["missed"])
            case {"is": "missed"}:
                assert self.position is not None
                assert one["after"] == self.position[1]
                self._skips(one["after"], one["count"])
            case {"is": "said"}:
                assert self.position is not None
                assert one["seq"] > self.position[1], "an entry came twice or out of order"
                self.seen[one["seq"]] = one["text"]
                self.position = (self.position[0], one["seq"])
            case {"re": int(number), "ok": ok} if number:
                if ok:
                    assert self.answered.get(number, "ok") in {"ok", "unconfirmed", "not-stored", "shutting-down"}
                self.answered[number] = "ok" if ok else one["error"]

    def _skips(self, after: int, count: int) -> None:
        assert self.position is not None
        self.left_out |= set(range(after + 1, after + count + 1))
        self.position = (self.position[0], after + count)


class House(RuleBasedStateMachine):
    """Do anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SlowWorld(window=6, resume=40, replies=16, linger=20.0, stall=30.0)
        self.programs = {name: Program(name) for name in NAMES}
        self.numbers = 0
        self.lost_track: set[str] = set()

    @initialize()
    def open_with_everybody_there(self) -> None:
        for name in NAMES:
            self.programs[name].comes(self.world, Wire(self.world.clock))
        self.world.settle()

    who = st.sampled_from(NAMES)

    @rule(who=who, count=st.integers(1, 12))
    def speak(self, who: str, count: int) -> None:
        for _ in range(count):
            self.numbers += 1
            self.programs[who].says(self.numbers, f"{who} {self.numbers}")

    @rule(who=who, data=st.data())
    def ask_again(self, who: str, data: st.DataObject) -> None:
        asked = self.programs[who].asked
        if asked:
            number = data.draw(st.sampled_from(sorted(asked)))
            self.programs[who].says(number, asked[number])

    @rule(count=st.integers(1, 20))
    def store_some(self, count: int) -> None:
        self.world.settle(min(count, len(self.world.disk.waiting)))

    @rule()
    def store_all(self) -> None:
        self.world.settle()

    @rule()
    def decline_one(self) -> None:
        if self.world.disk.waiting:
            self.world.decline()

    @rule(stored=st.booleans())
    def lose_track_of_one(self, stored: bool) -> None:
        waiting = self.world.disk.waiting
        if waiting:
            self.lost_track |= {draft.event.text for draft in waiting[0].drafts if isinstance(draft.event, Said)}
            self.world.disk.unknown(stored=stored)
            self.world.rest()

    @rule(who=who)
    def stop_reading(self, who: str) -> None:
        wire = self.programs[who].wire
        wire.full = True
        if isinstance(wire, DirectWire):
            wire.socket.room = 100

    @rule(who=who, room=st.integers(1, 3000))
    def read_a_little(self, who: str, room: int) -> None:
        self.drain(self.programs[who], room)

    @rule(who=who)
    def break_off(self, who: str) -> None:
        program = self.programs[who]
        if program.person is not None:
            program.listens()
        if program.person is not None:
            program.person.leaves()
            program.person = None

    @rule(who=who, direct=st.booleans())
    def come_back(self, who: str, direct: bool) -> None:
        program = self.programs[who]
        program.listens()
        clock = self.world.clock
        program.comes(self.world, DirectWire(clock, room=500) if direct else Wire(clock))

    @rule(seconds=st.sampled_from([1, 10, 25, 40]))
    def wait(self, seconds: int) -> None:
        self.world.rest(seconds)

    @rule()
    def kill(self) -> None:
        self.settle_silently()
        self.world = self.world.killed()

    def settle_silently(self) -> None:
        for program in self.programs.values():
            program.listens()
            program.person = None

    def drain(self, program: Program, room: int = 1 << 30) -> None:
        wire = program.wire
        if wire.lost:
            return
        if isinstance(wire, DirectWire):
            wire.drain(room)
        else:
            wire.drain()
        self.world.disk.answer()
        self.world.rest()

    @invariant()
    def everything_heard_fits(self) -> None:
        for program in self.programs.values():
            program.listens()

    def teardown(self) -> None:
        self.store_everything()
        for program in self.programs.values():  # whatever was held back is delivered to who comes back
            program.comes(self.world, Wire(self.world.clock))
        self.store_everything()
        self.compare_with_the_journal()

    def store_everything(self) -> None:
        """Store all, and what is taken up when that is stored, and let everybody read it."""
        self.world.settle()
        while self.world.disk.waiting:
            self.world.settle()
        for program in self.programs.values():
            self.drain(program)
        self.everything_heard_fits()

    def compare_with_the_journal(self) -> None:
        found: list[Any] = []
        self.world.disk.read(Slice("lobby", 10_000), found.append)
        self.world.disk.answer()
        stored = {entry.seq: entry.event.text for entry in found[0]}
        head = max(stored, default=0)
        texts = list(stored.values())
        assert len(set(texts)) == len(texts), "a message is stored twice"
        unshown = {seq for seq, text in stored.items() if text in self.lost_track}
        for program in self.programs.values():
            if program.position is None:
                continue
            expected = {seq for seq in stored if program.first < seq <= head} - program.left_out - set(program.seen)
            assert expected <= unshown, f"{program.name} was not shown {sorted(expected - unshown)}"
            assert all(stored[seq] == text for seq, text in program.seen.items())
            promised = {program.asked[number] for number, answer in program.answered.items() if answer == "ok"}
            assert promised <= set(texts), "an acknowledged message is not stored"


TestReplay = House.TestCase
TestReplay.settings = settings(stateful_step_count=40)
