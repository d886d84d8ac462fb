"""The native protocol over WebSocket: within bounds, for pages of ours alone, and built once for all browsers of a room."""

from __future__ import annotations

import pytest
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from chatroom.doors._web.framing import BEAT, EMPTY, FRAMES_A_TURN
from chatroom.testing import World
from chatroom.wires import DirectWire
from tests.doors.browsing import OPENING, Browser, request


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


def test_a_browser_and_a_person_at_netcat_talk(world: World, browser: Browser) -> None:
    ann, bob = world.person("ann"), browser.talks("bob")
    ann.hears("-- bob joined (2 here)")
    ann.types("hi <b>")
    assert [(one["by"], one["text"]) for one in bob.objects()] == [("ann", "hi <b>")]
    bob.asks("say", 1, text="hello\nann")
    ann.hears("bob: hello", "bob: ann")
    (done,) = bob.objects()
    assert (done["re"], done["ok"], done["seq"]) == (1, True, 2)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Origin": None}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
        ({"Upgrade": None}, 426),
        ({"Connection": "keep-alive"}, 426),
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Key": None}, 400),
        ({"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
        ({"Sec-WebSocket-Key": "not base64"}, 400),
    ],
)
def test_an_opening_that_is_not_in_order_is_refused(browser: Browser, change: dict[str, str | None], status: int) -> None:
    assert browser.asks("GET", "/ws", b"", **{**OPENING, **change}).status == status


def test_a_post_opens_nothing(browser: Browser) -> None:
    assert browser.asks("POST", "/ws", b"", **OPENING).status == 405


def test_a_message_in_fragments_is_put_together(browser: Browser) -> None:
    bob = browser.talks("bob", echo=True)
    for part, last in (('{"do":"say",', False), ('"text":"in ', False), ('parts"}', True)):
        bob.frame(TextMessage(part, message_finished=last))
    assert [one["text"] for one in bob.objects() if one["is"] == "said"] == ["in parts"]


def test_a_message_that_is_too_long_is_refused_and_costs_nothing(world: World, browser: Browser) -> None:
    bob = browser.talks("bob")
    for last in [False] * 400 + [True]:
        bob.wire.feed(bob.frames.send(TextMessage("x" * 1000, message_finished=last)))
    (protocol,) = [bob.wire.protocol._heir]
    assert sum(map(len, protocol._message)) == 0
    world.rest()
    assert [one["error"] for one in bob.objects()] == ["line-too-long"]
    bob.asks("ping", 1)
    assert bob.objects()[0]["ok"]


def test_what_is_no_text_ends_the_connection(browser: Browser) -> None:
    bob = browser.talks("bob")
    bob.frame(BytesMessage(b"\0"))
    assert bob.objects()[-1]["is"] == "bye"
    assert bob.closed == 1003
    assert bob.wire.lost


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\x02hi", 1002),
        (b"\xc1\x80\0\0\0\0", 1002),
        (b"\x83\x80\0\0\0\0", 1002),
        (b"\x81\x81\0\0\0\0\xff", 1007),
        (b"\x80\x80\0\0\0\0", 1002),
        (b"\x88\x80\0\0\0\0", 1000),
        (b"\x88\x82\0\0\0\0\x03\xe8", 1000),
    ],
)
def test_what_breaks_or_ends_the_protocol_ends_the_connection_with_the_code_for_it(
    world: World, browser: Browser, raw: bytes, code: int
) -> None:
    bob = browser.talks("bob")
    bob.wire.feed(raw)
    world.rest()
    bob.lines()
    assert bob.closed == code
    assert bob.wire.lost


def test_a_ping_is_answered_with_what_it_carried(browser: Browser) -> None:
    bob = browser.talks("bob")
    bob.frame(Ping(b"are you there?"))
    bob.lines()
    assert bob.pongs == 1


def test_frames_in_great_number_are_taken_in_turns(world: World, browser: Browser) -> None:
    bob = browser.talks("bob")
    bob.wire.feed(
        b"".join(bytes(bob.frames.send(Ping(b"x"))) for _ in range(FRAMES_A_TURN * 3)) + bob.frames.send(CloseConnection(1000))
    )
    bob.lines()
    assert bob.pongs < FRAMES_A_TURN * 3
    world.rest()
    bob.lines()
    assert bob.pongs == FRAMES_A_TURN * 3
    assert bob.wire.lost


def test_messages_in_great_number_come_all_and_in_order(world: World, browser: Browser) -> None:
    bob, count = browser.talks("bob", echo=True), FRAMES_A_TURN * 3
    asked = (TextMessage(f'{{"do":"ping","id":{number}}}') for number in range(count))
    bob.wire.feed(b"".join(bytes(bob.frames.send(one)) for one in asked))
    world.rest(60)
    assert [one["re"] for one in bob.objects()] == list(range(count))


@pytest.mark.parametrize("frame", [Ping(b"x"), Pong(b"x"), TextMessage("", message_finished=False)])
def test_who_sends_frames_and_no_message_is_let_go(world: World, browser: Browser, frame: Event) -> None:
    bob = browser.talks("bob")
    bob.wire.feed(b"".join(bytes(bob.frames.send(frame)) for _ in range(int(EMPTY.burst))))
    world.rest()
    assert not bob.wire.lost
    for _ in range(20):
        world.rest(1)
        bob.wire.feed(bytes(bob.frames.send(frame)))
    assert not bob.wire.lost
    bob.wire.feed(b"".join(bytes(bob.frames.send(frame)) for _ in range(int(EMPTY.burst) * 2)))
    world.rest()
    assert bob.wire.lost


def test_who_closes_has_left(world: World, browser: Browser) -> None:
    ann, bob = world.person("ann"), browser.talks("bob")
    ann.lines()
    bob.frame(CloseConnection(1001))
    ann.hears("-- bob left (1 here)")
    assert bob.wire.lost


def test_who_closes_and_can_come_back_has_not_left_yet(world: World, browser: Browser) -> None:
    ann, bob = world.person("ann"), browser.talks("bob", key="k" * 20)
    ann.lines()
    bob.frame(CloseConnection(1001))
    world.rest(5)
    ann.hears()
    again = browser.opens()
    again.asks("hello", 0, name="bob", key="k" * 20)
    assert again.objects()[0]["resumed"]


def test_who_is_silent_is_asked_and_then_let_go(world: World, browser: Browser) -> None:
    bob = browser.talks("bob")
    world.rest(BEAT)
    bob.lines()
    assert bob.pings == 1
    world.rest(BEAT)
    assert bob.wire.lost


def test_who_answers_stays(world: World, browser: Browser) -> None:
    bob = browser.talks("bob")
    for _ in range(5):
        world.rest(BEAT)
        bob.wire.feed(b"\x8a\x80\0\0\0\0")
    assert not bob.wire.lost


def test_who_does_not_say_who_they_are_is_let_go(world: World, browser: Browser) -> None:
    bob = browser.opens()
    world.rest(world.hub.limits.registration)
    assert bob.objects()[-1]["why"] == "You did not say who you are in time."


def test_a_browser_that_does_not_read_is_given_no_more_and_then_let_go(world: World, browser: Browser) -> None:
    wire = DirectWire(world.clock)
    bob = browser.opens(wire)
    bob.asks("hello", 0, name="bob")
    bob.objects()
    wire.socket.room = 0
    ann = world.person("ann")
    for number in range(3000):
        ann.wire.feed(b"line %d\n" % number)
    world.rest()
    assert len(wire.buffered) < 1 << 20
    world.rest(world.hub.limits.stall + 5)
    assert wire.lost


def test_the_frame_of_a_message_is_one_object_for_all_browsers(world: World, browser: Browser) -> None:
    wires = [DirectWire(world.clock) for _ in range(3)]
    given: list[int] = []
    for number, wire in enumerate(wires):
        socket = browser.opens(wire)
        socket.asks("hello", 0, name=f"reader{number}")
    ann = world.person("ann")
    for wire in wires:
        wire.taken()
        reader = next(one for one in world.house.readers.values() if one.outlet.transport is wire)
        for seat in reader.seats.values():
            seat.send = lambda data: given.append(id(data)) or len(data)  # type: ignore[func-returns-value]  # append gives None
    ann.types("hi")
    assert len(given) == 3
    assert len(set(given)) == 1


def test_the_answer_to_the_opening_comes_before_everything(world: World, browser: Browser) -> None:
    wire = DirectWire(world.clock)
    one = browser.connect(wire)
    one.sends(request("GET", "/ws", headers=OPENING))
    assert wire.taken().startswith(b"HTTP/1.1 101 ")
    assert not wire.buffered
