"""The running house: bounds, faults, closing, and that nothing is left of those who are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer

from chatroom.core.call import Call
from chatroom.core.effects import Send
from chatroom.core.events import Said
from chatroom.core.limits import Limits
from chatroom.core.rank import Rank
from chatroom.core.replies import Answer
from chatroom.core.request import Request
from chatroom.core.rules import Rules
from chatroom.core.seams import Committed
from chatroom.core.verb import Takes, Verb
from chatroom.house import OPEN_AFTER_CLOSE, House
from chatroom.registry import load_verbs
from chatroom.spawn import deferred
from chatroom.testing import Person, SlowWorld, World, member, password_of
from chatroom.wires import DirectWire, Wire

KEY = "a key of enough characters"
SORRY = "Something went wrong in the server. Tell the host: fault "


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def failures() -> Iterator[list[LogEvent]]:
    """Collect what is logged with a failure."""
    seen: list[LogEvent] = []

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        if "log_failure" in event:
            seen.append(event)

    globalLogPublisher.addObserver(observe)
    yield seen
    globalLogPublisher.removeObserver(observe)


# -- turns and order ----------------------------------------------------------------------------------------------------------


def test_what_is_asked_for_in_one_turn_goes_to_the_journal_together() -> None:
    slow = SlowWorld()
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.wire.feed(b"one\ntwo\n")
    bob.wire.feed(b"three\n")
    before = slow.disk.waiting
    slow.clock.advance(0)
    assert not before
    events = [draft.event for waiting in slow.disk.waiting for draft in waiting.drafts]
    assert [event.text for event in events if isinstance(event, Said)] == ["one", "two", "three"]


def test_who_has_many_replies_waiting_is_not_read_from_until_there_are_fewer() -> None:
    slow = SlowWorld(replies=8)
    ann, bob = slow.program("ann"), slow.person("bob")
    ann.objects()
    for number in range(20):
        ann.asks("say", number, room="lobby", text=str(number))
    (session,) = [one for one in slow.hub.sessions if one.door == "json"]
    assert len(session.replies) == 8
    assert ann.wire.producerState == "paused"
    slow.settle(3)
    assert ann.wire.producerState == "paused"
    slow.settle(1)
    assert ann.wire.producerState == "paused"  # it took up what had come already, and was full again
    slow.settle()
    slow.settle()
    slow.settle()
    assert ann.wire.producerState == "producing"
    assert [one["re"] for one in ann.objects()] == list(range(20))
    bob.hears(*(f"ann: {number}" for number in range(20)))


@pytest.mark.parametrize("line", ["not json", '{"do":"nonsense"}', '{"do":"who","room":"lobby"}', '{"do":"ping"}'])
def test_no_kind_of_request_grows_the_line_of_replies_beyond_its_bound(line: str) -> None:
    slow = SlowWorld(replies=8)
    ann = slow.program("ann")
    ann.asks("say", 1, room="lobby", text="waiting")
    ann.types(*[line] * 500)
    (session,) = slow.hub.sessions
    assert len(session.replies) == 8
    assert ann.wire.producerState == "paused"


def test_bad_lines_at_the_line_door_are_bounded_too() -> None:
    slow = SlowWorld(replies=8)
    ann = slow.person("ann")
    ann.types("waiting")
    ann.sends(b"\xff\n" * 500)
    (session,) = slow.hub.sessions
    assert len(session.replies) == 8
    slow.settle()
    assert ann.lines() == ["! That text is not valid UTF-8 at byte 0. Set your client to UTF-8 and send it again."] * 500


# -- limits -------------------------------------------------------------------------------------------------------------------


def test_nobody_comes_into_a_full_house_until_somebody_leaves() -> None:
    world = World(people=2)
    ann, _bob, cat = world.person("ann"), world.person("bob"), world.connect()
    cat.lines()
    cat.types("cat")
    cat.hears("! This house is full: 2 people are here. Try again later.")
    ann.types("/quit")
    cat.types("cat")
    assert cat.lines()[0] == "Welcome, cat."


def test_somebody_is_in_so_many_rooms_at_once_and_no_more() -> None:
    world = World(rooms_each=3)
    ann = world.person("ann")
    ann.types("/join a", "/join b", "/join c")
    assert ann.lines()[-1] == "! You are in 3 rooms already, the most allowed. Leave one first."
    ann.types("/leave a", "/join c")
    assert ann.lines()[-1] == "-- You are in c (1 here: ann)."


def test_a_program_that_names_too_many_rooms_gets_as_many_as_are_allowed() -> None:
    world = World(rooms_each=3)
    program = world.connect(world.native)
    program.asks("hello", 0, name="ann", rooms=[f"r{number}" for number in range(10)])
    assert [one["room"] for one in program.objects() if one["is"] == "entered"] == ["r0", "r1", "r2"]


def test_a_house_has_so_many_rooms_and_no_more() -> None:
    world = World(rooms=3)
    ann = world.person("ann")
    ann.types("/join a", "/join b", "/join c")
    assert ann.lines()[-1] == "! There are 3 rooms already, the most this house allows. Join one of them."


def test_rooms_that_were_refused_count_for_nothing() -> None:
    slow = SlowWorld(rooms=3)
    ann = slow.person("ann")
    for number in range(10):
        ann.types(f"/join r{number}")
        slow.decline()
    assert len(slow.hub.rooms) == 1
    ann.types("/join dev")
    slow.settle()
    assert ann.lines()[-1] == "-- You are in dev (1 here: ann)."


def test_somebody_ignores_so_many_and_no_more() -> None:
    world = World(ignored=2)
    ann = world.person("ann")
    ann.types("/ignore a", "/ignore b", "/ignore c", "/ignore A", "/unignore b", "/ignore c", "/ignore")
    assert ann.lines()[2:] == [
        "! You ignore 2 people already, the most allowed. Stop ignoring somebody first.",
        "You no longer see what A says. /unignore A ends that. Nobody here is called that now.",
        "You see what b says again.",
        "You no longer see what c says. /unignore c ends that. Nobody here is called that now.",
        "You ignore A, c.",
    ]


@pytest.mark.parametrize(
    ("line", "what", "limit"),
    [("{}", "message", 4096), ("/me {}", "message", 4096), ("/topic {}", "topic", 512), ("/away {}", "message", 256)],
)
def test_a_text_may_be_as_long_as_its_limit_in_bytes_and_no_longer(world: World, line: str, what: str, limit: int) -> None:
    ann = world.person("ann")
    ann.types(line.format("ä" * (limit // 2)))
    assert not any(heard.startswith("!") for heard in ann.lines())
    ann.types(line.format("ä" * (limit // 2) + "x"))
    ann.hears(
        f"! That {what} is {limit + 1} bytes long; at most {limit} are allowed. Nothing was sent: shorten it, or send it in parts."
    )


def test_who_does_not_say_who_they_are_in_time_is_let_go(world: World) -> None:
    slow, quick = world.connect(), world.connect(world.native)
    slow.lines()
    quick.asks("hello", 0, name="quick")
    quick.objects()
    world.rest(59)
    slow.hears()
    slow.types("not a name")
    slow.lines()
    world.rest(1)
    slow.hears("-- You did not say who you are in time.")
    assert slow.wire.lost
    assert not quick.wire.disconnecting


def test_a_connection_that_is_closed_but_never_reads_is_aborted(world: World) -> None:
    ann = world.person("ann")
    ann.wire.full = True
    ann.types("/quit")
    assert not ann.wire.lost
    world.rest(5)
    world.rest()
    assert ann.wire.lost


# -- what is shown to whom ----------------------------------------------------------------------------------------------------


def test_an_event_of_the_house_is_shown_once_to_who_is_in_several_rooms(world: World) -> None:
    people = ann, bob, cat = world.person("ann"), world.person("bob"), world.program("cat", rooms=["lobby", "dev"])
    for one in people[:2]:
        one.types("/join dev", "/join lobby")
    for one in people:
        one.lines()
    ann.types("/nick anna", "/away tea", "/back", "/quit bye")
    bob.hears("-- ann is now called anna", "-- anna is away: tea", "-- anna is back", "-- anna left (2 here): bye")
    assert [(one["is"], one["present"]) for one in cat.objects()] == [
        ("renamed", {"lobby": 3, "dev": 3}),
        ("away", {"lobby": 3, "dev": 3}),
        ("away", {"lobby": 3, "dev": 3}),
        ("quit", {"lobby": 2, "dev": 2}),
    ]


def test_nobody_is_shown_their_own_lines(world: World) -> None:
    ann = world.person("ann")
    for line in ("one", "/me two", "/join dev", "three", "/away", "/back", "/leave"):
        ann.types(line)
    ann.hears(
        "-- You are in dev (1 here: ann).",
        "You are away now. /back ends that.",
        "Welcome back.",
        "-- You left dev.",
    )


@pytest.mark.parametrize("rooms", [["lobby"], ["lobby", "dev"]])
def test_who_asks_for_echo_is_shown_everything_of_their_own_once(world: World, rooms: list[str]) -> None:
    ann = world.program("ann", echo=True, rooms=rooms)
    ann.asks("say", 1, room="lobby", text="one")
    ann.asks("nick", 2, name="anna")
    ann.asks("tell", 3, to="anna", text="note")
    heard = [one["is"] for one in ann.objects() if "is" in one and "re" not in one]
    assert heard == ["said", "renamed", "told"]


def test_who_is_ignored_is_not_seen_in_rooms_nor_in_private_until_unignored(world: World) -> None:
    ann, bob, cat = world.person("ann"), world.person("bob"), world.person("cat")
    ann.types("/ignore BOB")
    ann.lines()
    bob.types("one", "/msg ann two", "/me three", "/away")
    cat.types("four")
    ann.hears("cat: four")
    ann.types("/unignore bob")
    bob.types("five", "/msg ann six")
    ann.hears("You see what bob says again.", "bob: five", "(private) bob: six")


def test_who_writes_to_somebody_away_is_told_so(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    bob.types("/away at lunch")
    ann.types("/msg bob hello?")
    assert ann.lines()[-2:] == ["(private to bob) hello?", "-- bob is away: at lunch"]
    bob.types("/back")
    ann.types("/msg bob hello!")
    assert ann.lines()[-1] == "(private to bob) hello!"


# -- faults -------------------------------------------------------------------------------------------------------------------


def broken(verb: Verb, perform: Callable[[Call], None]) -> Verb:
    return Verb(
        verb.name,
        perform,
        verb.usage,
        verb.summary,
        verb.help,
        verb.params,
        verb.aliases,
        verb.rank,
        verb.nameless,
        verb.roomy,
        verb.hidden,
    )


class Broken(Exception):
    pass


def fails_before(call: Call) -> None:
    raise Broken


def fails_after(call: Call) -> None:
    call.submit(*[("lobby", Said(call.person.author, "half-done"))] if call.session.person else [])
    raise Broken


def fails_when_settled(call: Call) -> None:
    def then(_: Committed) -> list[Any]:
        raise Broken

    call.submit(("lobby", Said(call.person.author, "settled")), then=then)


def fails_when_shown(call: Call) -> None:
    call.reply(Send(call.session, Answer(call.ref, "broken", {"set": object()}, (object(),))))  # type: ignore[arg-type]  # the fault


GIVEN: dict[Takes, Any] = {Takes.NUMBER: 1, Takes.MAP: {}}
"""What is given for a parameter that takes no text."""


@pytest.mark.parametrize("door", ["line", "native"])
@pytest.mark.parametrize("name", [verb.name for verb in load_verbs() if verb.chat])
def test_a_fault_in_any_command_ends_at_that_command(name: str, door: str, failures: list[LogEvent]) -> None:
    world = World()
    verb = world.hub.verbs[name]
    ann = {"line": world.person, "native": world.program}[door]("ann")
    bob = world.person("bob")
    ann.lines()
    person = world.hub.roster.find("ann")
    assert person is not None
    person.rank = Rank.ADMIN
    for word in (name, *verb.aliases):
        world.hub._by_word[word] = broken(verb, fails_before)
    needed = [param for param in verb.params if not param.optional]
    fields = {param.name: GIVEN.get(param.takes, "x") for param in needed}
    arguments = "".join(f" {fields[param.name]}" for param in needed if param.typed)
    if door == "line":
        ann.types(f"/{name}{arguments}", "never said")
    else:
        ann.asks(name, 1, **fields)
        ann.asks("say", 2, room="lobby", text="never said")
    (event,) = failures
    assert event["log_failure"].check(Broken)
    assert event["what"] == name
    last = ann.lines()[-1]
    assert SORRY + event["reference"] in last
    assert ann.wire.lost
    bob.hears("-- ann left (1 here)")
    assert world.hub.rooms["lobby"].names() == ("bob",)
    assert world.house.figures.faults == 1


@pytest.mark.parametrize("fault", [fails_after, fails_when_settled, fails_when_shown])
def test_a_fault_at_any_stage_hurts_nobody_else(fault: Callable[[Call], None], failures: list[LogEvent]) -> None:
    world = World(verbs=(Verb("break", fault, "/break", "break"),))
    ann, bob, cat = world.person("ann"), world.person("bob"), world.person("cat")
    ann.lines(), bob.lines()
    bob.wire.feed(b"before\n")
    ann.wire.feed(b"/break\n")
    cat.wire.feed(b"after\n")
    world.rest()
    assert len(failures) == 1
    assert SORRY in ann.lines()[-1]
    assert ann.wire.lost
    heard = bob.lines()
    assert "cat: after" in heard
    assert heard[-1] == "-- ann left (2 here)"
    cat.types("on we go")
    bob.hears("cat: on we go")
    assert world.hub.errands.under_way == 0


def test_a_fault_does_not_let_a_held_connection_go_on() -> None:
    slow = SlowWorld(verbs=(Verb("break", fails_before, "/break", "break"),), replies=4)
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("1", "2", "3", "4", "/break", "never")
    slow.settle()
    slow.settle()
    assert bob.lines()[:4] == ["ann: 1", "ann: 2", "ann: 3", "ann: 4"]
    slow.settle()
    assert "ann: never" not in bob.lines()


def test_a_refusal_is_counted_once(world: World) -> None:
    ann = world.person("ann")
    ann.types("/nonsense")
    assert world.house.figures.refused == 1
    ann.sends(b"\xff\n")
    assert world.house.figures.refused == 2


# -- closing ------------------------------------------------------------------------------------------------------------------


def closing(world: World) -> Deferred[bool]:
    return deferred(world.house.close())


def test_a_house_that_closes_tells_everybody_and_waits_for_their_connections(world: World) -> None:
    ann, cat = world.person("ann"), world.program("cat")
    ann.lines()
    done: list[bool] = []
    closing(world).addCallback(done.append)
    ann.hears("-- The house is closing. Goodbye.")
    assert [one["is"] for one in cat.objects()] == ["notice", "bye"]
    assert done == []
    world.rest()
    assert done == [True]
    assert ann.wire.lost
    assert world.clock.getDelayedCalls() == []


def test_a_house_that_closes_does_not_wait_for_ever(world: World) -> None:
    ann = world.person("ann")
    ann.wire.full = True
    done: list[bool] = []
    closing(world).addCallback(done.append)
    world.rest(OPEN_AFTER_CLOSE)
    world.rest()
    assert done == [True]


def test_what_was_said_before_the_house_closes_is_stored_shown_and_acknowledged(world: World) -> None:
    ann, bob = world.program("ann"), world.person("bob")
    ann.objects()
    ann.wire.feed(b'{"do":"say","id":1,"room":"lobby","text":"last words"}\n')
    closing(world)
    world.rest()
    assert ann.objects()[0]["re"] == 1
    bob.hears("ann: last words", "-- The house is closing. Goodbye.")
    assert world.journal.health().commits == 1


def test_what_is_asked_while_the_house_closes_is_refused_in_its_turn() -> None:
    slow = SlowWorld()
    ann = slow.program("ann")
    ann.asks("say", 1, room="lobby", text="one")
    slow.house.closing = True
    ann.asks("say", 2, room="lobby", text="two")
    assert ann.objects() == []
    slow.settle()
    first, second = ann.objects()
    assert (first["re"], first["ok"]) == (1, True)
    assert (second["re"], second["error"]) == (2, "shutting-down")


def test_a_house_that_could_not_confirm_everything_says_so() -> None:
    slow = SlowWorld()
    ann = slow.program("ann")
    ann.asks("say", 1, room="lobby", text="one")
    done: list[bool] = []
    closing(slow).addCallback(done.append)
    slow.rest(OPEN_AFTER_CLOSE)
    assert done == [False]
    (answer,) = [one for one in ann.objects() if one.get("re") == 1]
    assert answer["error"] == "unconfirmed"


# -- nothing is left ----------------------------------------------------------------------------------------------------------


def sizes(house: House) -> dict[str, int]:
    """Measure every table of the house, of its hub and of its fan-out."""
    found = {}
    for owner in (house, house.hub, house.fanout, house.hub.roster._held):
        names = getattr(owner, "__slots__", None) or vars(owner)
        for name in names:
            value = getattr(owner, name)
            if isinstance(value, dict | set | list | tuple) and not callable(value):
                found[f"{type(owner).__name__}.{name}"] = len(value)
    return found


def test_a_day_of_comings_and_goings_returns_every_table_to_its_size() -> None:
    world = World(Rules(limits=Limits(linger=20.0, recalled=1)))
    host = world.person("host0")
    host.types("/join dev")
    host.asks("tell", to="host0", text="x")
    before, timers = sizes(world.house), len(world.clock.getDelayedCalls())
    for hour in range(24):
        for visit in (leaves, says_goodbye, breaks_and_resumes, breaks_and_stays_away, stalls, is_refused, makes_faults, half_closes):
            visit(world, hour)
            world.rest(60)
        for _ in range(20):
            world.rest(180)
            host.lines()
    assert sizes(world.house) == before
    assert len(world.clock.getDelayedCalls()) == timers
    assert len(world.house.readers) == 1


def leaves(world: World, hour: int) -> None:
    one = world.person("ann")
    one.types("hello", "/join dev", "/msg host0 psst", "/ignore host0", "/nick anna", "/away", "/leave dev", "/join dev")
    one.leaves()


def says_goodbye(world: World, hour: int) -> None:
    world.person("bob").types("/topic tea", "/quit it was nice")


def breaks_and_resumes(world: World, hour: int) -> None:
    one = world.program("cat", key=KEY, rooms=["lobby", "dev"])
    one.leaves()
    one = world.program("cat", key=KEY, resume={"dev": [world.hub.epoch, 0]})
    world.program("cat", key=KEY).asks("quit")


def breaks_and_stays_away(world: World, hour: int) -> None:
    world.program("dan", key=KEY).leaves()
    world.connect().types("eve", "/msg dan are you there", "/quit")


def stalls(world: World, hour: int) -> None:
    wire = DirectWire(world.clock, room=100)
    world.person("fay", wire)
    gil = world.person("gil", Wire(world.clock))
    gil.types(*["x" * 1000] * 20, "/history", "/quit")


def is_refused(world: World, hour: int) -> None:
    world.connect().types("two words", "host0", "GET / HTTP/1.1")
    world.connect(world.native).types(*["not json"] * 30)
    world.connect(world.front).sends(b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n")
    world.connect(world.front)
    world.connect(world.line)


def makes_faults(world: World, hour: int) -> None:
    one = world.person("hal")
    world.house.perform(one.wire.protocol.reader, Request("say", fields={"text": "x", "room": 5}))
    one.leaves()


def half_closes(world: World, hour: int) -> None:
    one: Person = world.connect()
    one.wire.feed(b"ida\nhello")
    one.wire.finish()


# -- the log ------------------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_came_and_went_and_was_refused_what(world: World, written: list[str]) -> None:
    ann = world.person("ann")
    ann.types("/topic", "/away " + "x" * 1000, "/zzqqxx hello")
    ann.leaves()
    assert written == [
        "ann (line 192.0.2.1) came in",
        "ann (line 192.0.2.1) was refused away: text-too-long",
        "ann (line 192.0.2.1) was refused something: unknown-command",
        "ann (line 192.0.2.1) is gone",
    ]


def test_the_log_tells_who_logs_in_after_they_have_come_in(written: list[str]) -> None:
    world = World(members=[member("mia")])
    one = world.program("mimi")
    one.asks("identify", name="mia", password=password_of("mia"))
    assert written == ["mimi (json 192.0.2.1) came in", "mimi (json 192.0.2.1) logged in as mia"]


def test_a_crowd_that_comes_and_goes_is_summed_up(world: World, written: list[str]) -> None:
    for number in range(100):
        world.person(f"p{number}").leaves()
    world.rest(61.0)
    assert len(written) == 42
    assert written[-2:] == ["… and 80 more in the last minute: came in", "… and 80 more in the last minute: gone"]
