"""IRC over WebSocket: a line a message, as text or bytes, from programs and from pages the host allows."""

from __future__ import annotations

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from chatroom.core.publicity import Publicity
from chatroom.core.rules import Rules
from chatroom.doors._irc import IDLE
from chatroom.testing import Person, World
from chatroom.wire.frames import close
from chatroom.wires import DirectWire, Wire
from tests.doors.browsing import OPENING, Answered, Browser, answered, request

TEXT, BINARY = "text.ircv3.net", "binary.ircv3.net"


class Client(Person):
    """Be an IRC client in a browser."""

    def __init__(self, world: World, wire: Wire, found: Answered) -> None:
        super().__init__(world, wire)
        self.subprotocol = found.headers.get("sec-websocket-protocol")
        self.frames = Connection(ConnectionType.CLIENT, trailing_data=found.body)
        self.ended = False

    def sends(self, data: bytes) -> None:
        """Send each line as a message of the kind agreed on."""
        for line in data.split(b"\n")[:-1]:
            self.gives(line)

    def gives(self, message: bytes) -> None:
        """Send a message."""
        event = TextMessage(message.decode()) if self.subprotocol == TEXT else BytesMessage(message)
        self.wire.feed(self.frames.send(event))
        self.world.rest()

    def lines(self) -> list[str]:
        """Take the messages that have come since the last time, which must be of the kind agreed on."""
        self.frames.receive_data(self.wire.taken())
        found: list[str] = []
        for event in self.frames.events():
            match event:
                case TextMessage(data=text) if self.subprotocol == TEXT:
                    found.append(text)
                case BytesMessage(data=data) if self.subprotocol == BINARY:
                    found.append(bytes(data).decode())
                case Ping():
                    self.wire.feed(self.frames.send(event.response()))
                case CloseConnection():
                    self.ended = True
                case _:
                    raise AssertionError(event)
        assert not any("\r" in line or "\n" in line for line in found)
        return found


def asks(world: World, wanted: str, path: str = "/ws", wire: Wire | None = None, **change: str | None) -> tuple[Person, Answered]:
    one = Browser(world).connect(wire)
    one.sends(request("GET", path, headers={**OPENING, "Sec-WebSocket-Protocol": wanted, **change}))
    return one, answered(one.wire.taken())


def opens(world: World, wanted: str = TEXT, path: str = "/ws", wire: Wire | None = None, **change: str | None) -> Client:
    one, found = asks(world, wanted, path, wire, **change)
    assert found.status == 101, found
    return Client(world, one.wire, found)


def chats(world: World, nick: str, wanted: str = TEXT, wire: Wire | None = None) -> Client:
    client = opens(world, wanted, wire=wire)
    client.types(f"NICK {nick}", f"USER {nick} 0 * :{nick}", "JOIN #lobby")
    client.lines()
    return client


@pytest.fixture
def world() -> World:
    return World(Rules(publicity=Publicity(origins=frozenset({"https://irc.example.org"}))))


@pytest.mark.parametrize("wanted", [TEXT, BINARY])
@pytest.mark.parametrize("path", ["/", "/ws"])
def test_a_client_talks_with_netcat_in_messages_of_the_kind_it_asked_for(world: World, wanted: str, path: str) -> None:
    bob = world.person("bob")
    ann = opens(world, wanted, path)
    assert ann.subprotocol == wanted
    ann.types("CAP LS 302", "NICK ann", "USER ann 0 * :Ann", "CAP END", "JOIN #lobby")
    assert any(line.startswith(":irc.chatroom 001 ann ") for line in ann.lines())
    ann.types("PRIVMSG #lobby :grüße")
    bob.hears("-- ann joined (2 here)", "ann: grüße")
    bob.types("ça va?")
    (line,) = ann.lines()
    assert line.endswith(" PRIVMSG #lobby :ça va?")
    ann.types("QUIT :bye")
    assert ann.lines() == ["ERROR :Goodbye."]
    assert ann.ended


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [
        (f"{BINARY}, {TEXT}", BINARY),
        (f"{TEXT},{BINARY}", TEXT),
        (f"chat, {TEXT}", TEXT),
        (TEXT.upper(), TEXT),
    ],
)
def test_the_kind_a_client_likes_best_is_agreed_on(world: World, wanted: str, agreed: str) -> None:
    assert opens(world, wanted).subprotocol == agreed


def test_who_asks_for_nothing_known_speaks_the_native_protocol(world: World) -> None:
    one, found = asks(world, "chat")
    assert (found.status, "sec-websocket-protocol" in found.headers) == (101, False)
    one.sends(Connection(ConnectionType.CLIENT).send(TextMessage('{"do":"hello","id":1,"name":"ann"}')))
    assert b'"is":"welcome"' in one.wire.taken()


def test_the_page_is_served_to_who_asks_for_no_irc(world: World) -> None:
    assert Browser(world).gets("/").status == 200
    _, found = asks(world, "chat", "/")
    assert found.status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 101), ("https://irc.example.org", 101), ("https://IRC.example.org", 101), ("https://evil.example", 403), ("null", 403)],
)
def test_programs_and_pages_the_host_allows_may_come_and_no_others(world: World, origin: str | None, status: int) -> None:
    assert asks(world, TEXT, Origin=origin)[1].status == status


def test_an_allowed_page_may_do_nothing_but_open_a_websocket(world: World) -> None:
    assert Browser(world).gets("/rooms", Origin="https://irc.example.org").status == 403


def test_bytes_that_are_no_utf8_are_refused_and_the_connection_kept(world: World) -> None:
    ann = chats(world, "ann", BINARY)
    ann.gives(b"PRIVMSG #lobby :caf\xe9")
    assert ann.lines()[0].startswith(":irc.chatroom FAIL PRIVMSG INVALID_UTF8 ")
    ann.types("PING x")
    ann.hears(":irc.chatroom PONG irc.chatroom x")


def test_a_line_within_a_message_is_a_line_of_its_own(world: World) -> None:
    ann = chats(world, "ann")
    ann.gives(b"PING a\r\nPING b\r\n")
    ann.hears(":irc.chatroom PONG irc.chatroom a", ":irc.chatroom PONG irc.chatroom b")


def test_a_line_may_be_as_long_as_elsewhere_without_its_end(world: World) -> None:
    ann, bob = chats(world, "ann"), world.person("bob")
    ann.lines()
    room = 510 - len("PRIVMSG #lobby :")
    ann.types("PRIVMSG #lobby :" + "x" * room)
    bob.hears("ann: " + "x" * room)
    ann.types("PRIVMSG #lobby :" + "x" * (room + 1), "x" * 20000)
    assert [line.split()[1] for line in ann.lines()] == ["417", "417"]


def test_who_is_silent_is_asked_in_a_message(world: World) -> None:
    ann = chats(world, "ann")
    for _ in range(9):
        world.rest(IDLE / 9)
        ann.wire.feed(b"\x8a\x80\0\0\0\0")
    assert "PING :irc.chatroom" in ann.lines()


def test_who_closes_has_left(world: World) -> None:
    bob, ann = world.person("bob"), chats(world, "ann")
    bob.lines()
    ann.wire.feed(ann.frames.send(CloseConnection(1000)))
    world.rest()
    bob.hears("-- ann left (1 here)")
    assert ann.wire.taken().endswith(close(1000))


def test_text_that_is_no_utf8_ends_the_connection_with_the_code_for_it(world: World) -> None:
    ann = chats(world, "ann")
    ann.wire.feed(b"\x81\x81\0\0\0\0\xff")
    world.rest()
    assert ann.wire.taken().endswith(close(1007))


def test_the_frame_of_a_message_is_one_object_for_all_who_are_shown_it_alike(world: World) -> None:
    given: dict[str, list[int]] = {TEXT: [], BINARY: []}
    ann = world.person("ann")
    wires = {DirectWire(world.clock): wanted for wanted in (TEXT, TEXT, BINARY, BINARY)}
    for number, (wire, wanted) in enumerate(wires.items()):
        chats(world, f"reader{number}", wanted, wire)
    for reader in world.house.readers.values():
        objects = given.get(wires.get(reader.outlet.transport, ""), [])
        for seat in reader.seats.values():
            seat.send = lambda data, objects=objects: objects.append(id(data)) or len(data)  # type: ignore[misc]
    ann.types("hi")
    assert [(len(objects), len(set(objects))) for objects in given.values()] == [(2, 1), (2, 1)]
