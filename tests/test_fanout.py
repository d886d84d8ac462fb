"""Fan-out, outlet and reader together: what each of many readers gets, byte for byte, however slow they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.protocol import Protocol

from chatroom.core.events import Author, Entry, Joined, Said
from chatroom.core.ignoring import Ignored
from chatroom.core.limits import Limits
from chatroom.core.log import Log
from chatroom.core.replies import Missed, Reply
from chatroom.core.room import Room
from chatroom.core.seams import Fetched, Slice
from chatroom.core.session import Person, Session
from chatroom.fanout import MANY, NAP, Fanout
from chatroom.group import Seat
from chatroom.intake import Intake
from chatroom.lag import MOST_OWED
from chatroom.outlet import Outlet
from chatroom.reader import Reader
from chatroom.wires import DirectWire, Wire
from tests.turns import Turns


@dataclass(frozen=True)
class Plain:
    """Render an entry as its seq and text."""

    tag: str = ""
    counting: bool = False

    def entry(self, entry: Entry, room: str) -> bytes:
        event = entry.event
        text = event.text if isinstance(event, Said) else f"+{event.by.name}"
        return f"{self.tag}{room}:{text}\n".encode()

    def private(self, entry: Entry, own: bool) -> bytes:
        return b"private\n"

    def reply(self, reply: Reply) -> bytes:
        return f"missed {reply.count}\n".encode() if isinstance(reply, Missed) else b""

    def farewell(self, why: str) -> bytes:
        return b"bye\n"


class Hall:
    """Be some rooms with readers, without a hub."""

    def __init__(self, *, window: int = 1000, **limits: Any) -> None:
        self.clock = Turns()
        self.slept: list[float] = []
        self.fanout = Fanout(self.clock, self.clock.seconds, self.slept.append)
        self.rooms = {name: Room(name, Log(count=window)) for name in ("a", "b")}
        self.limits = Limits(**limits)
        self.stored: dict[str, list[Entry]] = {"a": [], "b": []}
        self.order = 0
        self.failures: list[str] = []
        self.reads: list[tuple[Slice, Fetched]] = []
        self.names = 0

    def reader(self, *rooms: str, wire: Wire | None = None, tag: str = "") -> Reader:
        self.names += 1
        session = Session("line", "", 0.0)
        session.person = Person(f"r{self.names}", str(self.names), 0.0)
        wire = wire or DirectWire(self.clock)
        reader = Reader(
            session,
            Outlet(wire, self.clock),
            Plain(tag),
            Intake(self, self.clock),  # type: ignore[arg-type]
            self.fanout,
            self.limits,
            lambda query, then: self.reads.append((query, then)),
            lambda reader, why: self.failures.append(why),
        )
        for room in rooms:
            reader.enter(self.rooms[room], self.rooms[room].log.end, None)
        return reader

    def say(self, room: str, text: str, source: Reader | None = None, *, passing: bool = False) -> None:
        self.order += 1
        log, by = self.rooms[room].log, Author("someone")
        if passing:
            entry = Entry(room, log.head, 0.0, str(self.order), Joined(Author(text), 1))
        else:
            entry = Entry(room, log.head + 1, 0.0, str(self.order), Said(by, text))
            self.stored[room].append(entry)
        session = source.session if source else None
        self.fanout.show(self.rooms[room], log.append(entry, self.order, session), source)

    def answer_reads(self) -> None:
        while self.reads:
            query, then = self.reads.pop(0)
            then(tuple(e for e in self.stored[query.log] if query.after < e.seq < query.before)[: query.limit])

    def rest(self) -> None:
        for _ in range(50):
            self.clock.advance(0.06)
            self.answer_reads()


def got(reader: Reader) -> list[str]:
    wire: Any = reader.outlet.transport
    return wire.taken().decode().splitlines()  # type: ignore[no-any-return]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_readers_of_one_dialect_share_one_write_a_turn(hall: Hall) -> None:
    readers = [hall.reader("a") for _ in range(3)]
    for text in ("1", "2", "3"):
        hall.say("a", text)
    hall.rest()
    for reader in readers:
        assert reader.outlet.transport.socket.calls == 1
        assert got(reader) == ["a:1", "a:2", "a:3"]


def test_each_dialect_is_rendered_for_itself(hall: Hall) -> None:
    one, other = hall.reader("a"), hall.reader("a", tag="!")
    hall.say("a", "hi")
    hall.rest()
    assert (got(one), got(other)) == (["a:hi"], ["!a:hi"])


def test_a_sender_is_not_shown_its_own_lines(hall: Hall) -> None:
    one, other = hall.reader("a"), hall.reader("a")
    hall.say("a", "mine", one)
    hall.say("a", "yours", other)
    hall.say("a", "mine again", one)
    hall.rest()
    assert got(one) == ["a:yours"]
    assert got(other) == ["a:mine", "a:mine again"]


def test_a_sender_that_asked_for_echo_is_shown_its_own_lines(hall: Hall) -> None:
    one = hall.reader("a")
    one.session.echo = True
    hall.say("a", "mine", one)
    hall.rest()
    assert got(one) == ["a:mine"]


def test_a_joiner_begins_where_it_came_in_without_a_flush(hall: Hall) -> None:
    early = hall.reader("a")
    hall.say("a", "before")
    late = hall.reader("a")
    hall.say("a", "after")
    assert early.outlet.transport.socket.calls == 0
    hall.rest()
    assert got(early) == ["a:before", "a:after"]
    assert got(late) == ["a:after"]


def test_a_reply_never_overtakes_what_was_said_before_it(hall: Hall) -> None:
    reader = hall.reader("a", "b")
    hall.say("a", "1")
    hall.say("b", "2")
    reader.give(b"reply\n")
    hall.say("a", "3")
    hall.rest()
    assert got(reader) == ["a:1", "b:2", "reply", "a:3"]


def test_who_leaves_is_shown_what_was_said_until_then_and_no_more(hall: Hall) -> None:
    reader = hall.reader("a")
    hall.say("a", "before")
    reader.leave(hall.rooms["a"])
    hall.say("a", "after")
    hall.rest()
    assert got(reader) == ["a:before"]


def test_a_stalled_reader_gets_nothing_until_it_drains_and_then_everything_once(hall: Hall) -> None:
    slow = hall.reader("a", wire=DirectWire(hall.clock, room=5))
    quick = hall.reader("a")
    for number in range(20):
        hall.say("a", f"line {number}")
        hall.rest()
    expected = [f"a:line {number}" for number in range(20)]
    assert got(quick) == expected
    wire = slow.outlet.transport
    assert bytes(wire.socket.sent) == b"a:lin"
    assert slow.lagging
    while slow.lagging:
        wire.drain(room=7)
    assert got(slow) == expected
    hall.say("a", "with the others again")
    hall.rest()
    wire.drain()
    assert got(slow) == ["a:with the others again"]


def test_replies_of_a_laggard_keep_their_place_among_the_lines(hall: Hall) -> None:
    slow = hall.reader("a", wire=DirectWire(hall.clock, room=1))
    hall.say("a", "1")
    hall.rest()
    slow.give(b"first reply\n")
    hall.say("a", "2")
    hall.rest()
    slow.give(b"second reply\n")
    slow.outlet.transport.drain()
    assert got(slow) == ["a:1", "first reply", "a:2", "second reply"]


def test_a_laggard_that_owes_too_many_replies_is_let_go(hall: Hall) -> None:
    slow = hall.reader("a", wire=DirectWire(hall.clock, room=1))
    for _ in range(MOST_OWED // 1000 + 3):
        slow.give(b"x" * 1000)
    assert hall.failures == ["did not read what it was sent"] * len(hall.failures)
    assert hall.failures


def test_a_laggard_whose_lines_left_memory_goes_on_from_the_journal() -> None:
    hall = Hall(window=5)
    slow = hall.reader("a", wire=DirectWire(hall.clock, room=0))
    for number in range(30):
        hall.say("a", f"{number}")
        hall.rest()
    slow.outlet.transport.drain()
    hall.rest()
    assert got(slow) == [f"a:{number}" for number in range(30)]
    assert not slow.lagging


def test_a_laggard_too_far_behind_is_told_how_many_it_missed() -> None:
    hall = Hall(window=5, resume=10)
    slow = hall.reader("a", wire=DirectWire(hall.clock, room=0))
    for number in range(30):
        hall.say("a", f"{number}")
        hall.rest()
    slow.outlet.transport.drain()
    hall.rest()
    heard = got(slow)
    assert heard[0] == "a:0"
    assert heard[1] == "missed 14"
    assert heard[2:] == [f"a:{number}" for number in range(15, 30)]


def test_who_resumes_gets_the_gap_without_passing_lines_and_then_what_is_new() -> None:
    hall = Hall(window=4)
    for number in range(10):
        hall.say("a", f"{number}")
    hall.say("a", "somebody", passing=True)
    back = hall.reader()
    back.enter(hall.rooms["a"], hall.rooms["a"].log.end, 3)
    hall.say("a", "new", passing=True)
    hall.say("a", "10")
    hall.rest()
    assert got(back) == ["a:3", "a:4", "a:5", "a:6", "a:7", "a:8", "a:9", "a:+new", "a:10"]


def test_a_house_line_reaches_a_reader_of_both_rooms_once_and_in_order(hall: Hall) -> None:
    both, one = hall.reader("a", "b"), hall.reader("b")
    hall.say("b", "before")
    hall.order += 1
    each = [(room, Entry(room.name, room.log.head, 0.0, "h", Joined(Author("x"), 1))) for room in hall.rooms.values()]
    hall.fanout.show_house(tuple((room, room.log.append(entry, hall.order)) for room, entry in each), None)
    hall.say("a", "after")
    hall.rest()
    assert got(both) == ["b:before", "a:+x", "a:after"]
    assert got(one) == ["b:before", "b:+x"]


def house_line(hall: Hall, text: str, source: Reader | None = None) -> None:
    """Let one thing happen in both rooms."""
    hall.order += 1
    session = source.session if source else None
    shown = []
    for room in hall.rooms.values():
        entry = Entry(room.name, room.log.head, 0.0, str(hall.order), Joined(Author(text), 1))
        shown.append((room, room.log.append(entry, hall.order, session)))
    hall.fanout.show_house(tuple(shown), source)


def test_house_lines_for_a_thousand_readers_of_both_rooms_cost_each_one_write_within_the_slices() -> None:
    hall = Hall()
    ticks = iter(range(10**9))
    hall.fanout = Fanout(hall.clock, lambda: next(ticks) * 0.0001)
    readers = [hall.reader("a", "b") for _ in range(1000)]
    for number in range(20):
        house_line(hall, str(number))
    assert sum(reader.outlet.transport.socket.calls for reader in readers) == 0
    hall.clock.turn()
    assert 0 < sum(reader.outlet.transport.socket.calls for reader in readers) < 1000
    hall.rest()
    assert {reader.outlet.transport.socket.calls for reader in readers} == {1}
    for reader in readers:
        assert got(reader) == [f"a:+{number}" for number in range(20)]
        assert not reader.lagging
    assert hall.fanout._behind == {}
    assert hall.fanout._known == {}


def test_after_a_flight_of_many_lines_the_thread_sleeps_for_a_moment_once_all_have_it() -> None:
    hall = Hall()
    readers = [hall.reader("a"), hall.reader("b"), hall.reader("b", tag="<")]
    for number in range(MANY - 1):
        hall.say("a", str(number))
        hall.say("b", str(number))
    hall.rest()
    assert hall.slept == []
    for number in range(MANY):
        hall.say("b", str(number))
    hall.rest()
    assert hall.slept == [NAP]
    hall.say("b", "one more")
    hall.rest()
    assert hall.slept == [NAP]
    assert [len(got(reader)) for reader in readers] == [MANY - 1, 2 * MANY, 2 * MANY]


def test_of_a_flight_that_takes_several_slices_it_sleeps_after_the_last() -> None:
    hall = Hall()
    ticks = iter(range(10**9))
    hall.fanout = Fanout(hall.clock, lambda: next(ticks) * 0.002, hall.slept.append)
    readers = [hall.reader("a") for _ in range(300)]
    for number in range(MANY):
        hall.say("a", str(number))
    hall.clock.turn()
    assert 0 < sum(reader.outlet.transport.socket.calls for reader in readers) < 300
    assert hall.slept == []
    hall.rest()
    assert hall.slept == [NAP]


def test_no_more_rendered_lines_are_remembered_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatroom.fanout.KNOWN", 3)
    hall = Hall()
    ticks = iter(range(10**9))
    hall.fanout = Fanout(hall.clock, lambda: next(ticks) * 0.002)
    readers = [hall.reader("a", "b") for _ in range(10)]
    for number in range(10):
        house_line(hall, str(number))
    hall.clock.turn()
    assert 0 < len(hall.fanout._known) <= 3
    hall.rest()
    assert [got(reader) for reader in readers] == [[f"a:+{number}" for number in range(10)]] * 10


def test_words_of_both_rooms_keep_their_side_of_a_house_line(hall: Hall) -> None:
    both, doer = hall.reader("a", "b"), hall.reader("a", "b")
    for text in ("1", "2"):
        hall.say("b", text)
        hall.say("a", text)
        house_line(hall, text, doer)
    hall.say("b", "3")
    both.give(b"reply\n")
    hall.say("a", "4")
    hall.rest()
    assert got(both) == ["b:1", "a:1", "a:+1", "b:2", "a:2", "a:+2", "b:3", "reply", "a:4"]
    assert got(doer) == ["b:1", "a:1", "b:2", "a:2", "b:3", "a:4"]


def test_who_leaves_or_ends_right_after_a_house_line_is_shown_it(hall: Hall) -> None:
    leaver, ender = hall.reader("a", "b"), hall.reader("a", "b")
    ender.outlet.transport.protocol = Protocol()
    house_line(hall, "x")
    leaver.leave(hall.rooms["a"])
    ender.give(b"bye\n")
    ender.finish()
    assert got(ender) == ["a:+x", "bye"]
    hall.say("b", "after")
    hall.rest()
    assert got(leaver) == ["a:+x", "b:after"]


def test_a_line_that_stands_in_the_log_but_is_still_to_be_shown_comes_once(hall: Hall) -> None:
    both = hall.reader("a", "b")
    house_line(hall, "x")
    hall.order += 1
    entry = Entry("a", 1, 0.0, "next", Said(Author("someone"), "next"))
    stretch = hall.rooms["a"].log.append(entry, hall.order)
    both.give(b"reply\n")
    hall.fanout.show(hall.rooms["a"], stretch, None)
    hall.rest()
    assert got(both) == ["a:+x", "reply", "a:next"]
    assert not both.lagging


def test_a_lagging_reader_of_both_rooms_gets_a_house_line_once(hall: Hall) -> None:
    slow = hall.reader("a", "b", wire=DirectWire(hall.clock, room=0))
    hall.say("a", "1")
    hall.rest()
    hall.order += 1
    each = [(room, Entry(room.name, room.log.head, 0.0, "h", Joined(Author("x"), 1))) for room in hall.rooms.values()]
    hall.fanout.show_house(tuple((room, room.log.append(entry, hall.order)) for room, entry in each), None)
    hall.say("b", "2")
    hall.rest()
    slow.outlet.transport.drain()
    assert got(slow) == ["a:1", "a:+x", "b:2"]


def test_who_ignores_somebody_is_rendered_for_alone(hall: Hall) -> None:
    one, other = hall.reader("a"), hall.reader("a")
    hall.say("a", "seen")
    one.session.ignoring.add(Ignored("someone"))
    one.regroup()
    hall.say("a", "unseen")
    hall.rest()
    assert got(one) == ["a:seen"]
    assert got(other) == ["a:seen", "a:unseen"]
    one.session.ignoring.drop(Ignored("someone"))
    one.regroup()
    hall.say("a", "seen again")
    hall.rest()
    assert got(one) == ["a:seen again"]


def test_a_broken_socket_costs_only_its_own_reader(hall: Hall) -> None:
    broken, whole = hall.reader("a"), hall.reader("a")
    broken.outlet.transport.socket.broken = ConnectionResetError("reset")
    hall.say("a", "hi")
    hall.rest()
    assert hall.failures == ["reset"]
    assert got(whole) == ["a:hi"]


def test_a_transport_without_a_socket_is_written_through_and_pauses_its_reader(hall: Hall) -> None:
    reader = hall.reader("a", wire=Wire(hall.clock))
    wire: Any = reader.outlet.transport
    wire.full = True
    hall.say("a", "1")
    hall.rest()
    hall.say("a", "2")
    hall.rest()
    assert got(reader) == ["a:1"]
    wire.drain()
    assert got(reader) == ["a:2"]
    hall.say("a", "3")
    hall.rest()
    assert got(reader) == ["a:3"]


def test_a_flush_of_many_readers_runs_in_slices_and_small_rooms_go_first() -> None:
    hall = Hall()
    ticks = iter(range(10**9))
    hall.fanout = Fanout(hall.clock, lambda: next(ticks) * 0.002)
    crowd = [hall.reader("a") for _ in range(500)]
    few = hall.reader("b")
    hall.say("a", "big")
    hall.say("b", "small")
    hall.clock.turn()
    assert got(few) == ["b:small"]
    hall.clock.turn()
    served = [reader for reader in crowd if reader.outlet.transport.socket.calls]
    assert 0 < len(served) < len(crowd)
    waiting = next(reader for reader in crowd if reader not in served)
    waiting.give(b"reply\n")
    served[0].give(b"reply\n")
    hall.rest()
    for reader in crowd:
        assert [line for line in got(reader) if line != "reply"] == ["a:big"]


def test_a_reply_between_slices_comes_after_the_line_and_the_line_comes_once() -> None:
    hall = Hall()
    ticks = iter(range(10**9))
    hall.fanout = Fanout(hall.clock, lambda: next(ticks) * 0.002)
    crowd = [hall.reader("a") for _ in range(300)]
    hall.say("a", "1")
    hall.clock.turn()
    hall.say("a", "2")
    last = crowd[-1]
    assert got(last) == []
    last.give(b"reply\n")
    hall.rest()
    assert got(last) == ["a:1", "a:2", "reply"]


def test_under_load_lines_gather_and_an_idle_house_answers_at_once() -> None:
    hall = Hall()
    now = [0.0]
    hall.fanout = Fanout(hall.clock, lambda: now[0])
    reader = hall.reader("a")
    send = reader.outlet.transport.socket.send

    def slowly(data: Any, flags: int = 0) -> int:
        now[0] += 0.004
        return int(send(data))

    for seat in reader.seats.values():
        seat.send = slowly
    hall.say("a", "1")
    hall.clock.advance(0)
    assert got(reader) == ["a:1"]
    hall.say("a", "2")
    hall.clock.advance(0.001)
    hall.say("a", "3")
    assert got(reader) == []
    hall.clock.advance(0.004)
    assert got(reader) == ["a:2", "a:3"]


def test_nothing_is_kept_of_readers_and_rooms_that_are_gone(hall: Hall) -> None:
    readers = [hall.reader("a", "b") for _ in range(10)]
    hall.say("a", "hi")
    for reader in readers:
        reader.gone()
    hall.rest()
    assert hall.fanout._groups == {}
    assert hall.fanout._dirty == {}


Step = tuple[str, int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["say a", "say b", "pass", "drain", "choke", "reply", "join", "leave", "rest"]),
            st.integers(0, 3),
        ),
        max_size=60,
    )
)
def test_every_reader_is_shown_exactly_what_was_said_while_it_was_there(steps: list[Step]) -> None:
    hall = Hall(window=6, resume=10_000)
    wires = [DirectWire(hall.clock), DirectWire(hall.clock, room=3), DirectWire(hall.clock, room=40), Wire(hall.clock)]
    readers = [hall.reader("a", wire=wire) for wire in wires]
    expected: list[dict[str, list[str]]] = [{"a": [], "b": [], "reply": []} for _ in readers]
    heard: list[list[str]] = [[] for _ in readers]
    for said, (step, who) in enumerate(steps):
        reader, wire = readers[who], wires[who]
        if step.startswith("say"):
            room = step[-1]
            hall.say(room, str(said), reader)
            for index, other in enumerate(readers):
                if other is not reader and room in other.seats:
                    expected[index][room].append(f"{room}:{said}")
        elif step == "drain":
            wire.drain()
        elif step == "choke":
            wire.full = True
            if isinstance(wire, DirectWire):
                wire.socket.room = said % 11
        elif step == "reply":
            reader.give(f"reply:{said}\n".encode())
            expected[who]["reply"].append(f"reply:{said}")
        elif step == "join" and "b" not in reader.seats:
            reader.enter(hall.rooms["b"], hall.rooms["b"].log.end, None)
        elif step == "leave" and "b" in reader.seats:
            reader.leave(hall.rooms["b"])
        elif step == "rest":
            hall.clock.advance(0.06)
    for _ in range(100):
        for wire in wires:
            wire.drain()
        hall.rest()
    for index, reader in enumerate(readers):
        heard[index] += got(reader)
        assert not reader.lagging
        for kind, lines in expected[index].items():
            assert [line for line in heard[index] if line.startswith(kind + ":")] == lines


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["say a", "say b", "house", "house", "drain", "choke", "reply", "join", "leave", "rest", "turn"]),
            st.integers(0, 3),
        ),
        max_size=60,
    )
)
def test_whatever_happens_a_house_line_parts_what_was_before_it_from_what_came_after(steps: list[Step]) -> None:
    hall = Hall()
    wires = [DirectWire(hall.clock), DirectWire(hall.clock, room=3), DirectWire(hall.clock), Wire(hall.clock)]
    readers = [hall.reader("a", *"b"[: index % 2], wire=wire) for index, wire in enumerate(wires)]
    expected: list[set[int]] = [set() for _ in readers]
    houses = set()
    for number, (step, who) in enumerate(steps):
        reader, wire = readers[who], wires[who]
        if step.startswith("say") or step == "house":
            if step == "house":
                house_line(hall, str(number), reader)
                houses.add(number)
            else:
                hall.say(step[-1], str(number), reader)
            for index, other in enumerate(readers):
                if other is not reader and (step == "house" or step[-1] in other.seats):
                    expected[index].add(number)
        elif step == "drain":
            wire.drain()
        elif step == "choke":
            wire.full = True
            if isinstance(wire, DirectWire):
                wire.socket.room = number % 11
        elif step == "reply":
            reader.give(f"reply:{number}\n".encode())
            expected[who].add(number)
        elif step == "join" and "b" not in reader.seats:
            reader.enter(hall.rooms["b"], hall.rooms["b"].log.end, None)
        elif step == "leave" and "b" in reader.seats:
            reader.leave(hall.rooms["b"])
        elif step == "rest":
            hall.clock.advance(0.06)
        elif step == "turn":
            hall.clock.turn()
    else:
        number = len(steps)
    for _ in range(100):
        for wire in wires:
            wire.drain()
        hall.rest()
    for reader, due in zip(readers, expected, strict=True):
        numbers = [int(line.rpartition(":")[2]) for line in got(reader)]
        assert len(numbers) == len(set(numbers))
        assert set(numbers) == due or number < len(steps)
        assert not reader.lagging
        for at, one in enumerate(numbers):
            if one in houses:
                assert all(before < one for before in numbers[:at])
                assert all(after > one for after in numbers[at:][1:])


def test_a_mark_cuts_what_is_not_for_its_reader(hall: Hall) -> None:
    reader = hall.reader("a")
    seat = reader.seats["a"]
    assert isinstance(seat, Seat)
    group = seat.group
    assert group is not None
    for text, source in ((b"one", None), (b"two", seat), (b"three", None), (b"four", seat)):
        group.append(text, 1, source)
    assert b"".join(group.take(seat)) == b"onethree"
    assert group.take(seat) == []
