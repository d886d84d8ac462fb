"""Where passwords may not be read on the way: every way to say one, over every kind of connection."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.interfaces import ISSLTransport
from zope.interface import alsoProvides

from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.registry import DOORS
from chatroom.service import speaking
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.proxy import ENCRYPTED, RELAY, TLS, Header, Place, render

SECRET = password_of("dana")
PLAIN = base64.b64encode(f"\0dana\0{SECRET}".encode()).decode()
SENTENCE = "Passwords are not taken here over connections that are not encrypted. Come by `chatroom join`, ssh, https, or IRC with TLS."

CLEAR, HERE, BY_TLS, PROXIED, PROXIED_TLS, RELAYED, RELAYED_TLS = (
    "in clear from elsewhere",
    "from this machine",
    "encrypted",
    "by a proxy",
    "encrypted, by a proxy",
    "by a relay",
    "encrypted, by a relay",
)
FAR = (Place("203.0.113.9", 4711), Place("192.0.2.8", 5000))
BROUGHT = {
    PROXIED: Header(*FAR),
    PROXIED_TLS: Header(*FAR, ((TLS, ENCRYPTED),)),
    RELAYED: Header(*FAR, ((RELAY, b""),)),
    RELAYED_TLS: Header(*FAR, ((RELAY, b""), (TLS, ENCRYPTED))),
}
REFUSED = {CLEAR, PROXIED, RELAYED}


@pytest.fixture
def world() -> World:
    return World(Rules(clear_passwords=False, registration="open"), members=[member("dana", Rank.ADMIN)])


def come(world: World, door: str, way: str) -> Person:
    """Connect to a port of a door, by one kind of connection."""
    wire: Any = world.wire("192.0.2.9" if way in {CLEAR, BY_TLS} else "127.0.0.1")
    if way == BY_TLS:
        alsoProvides(wire, ISSLTransport)
        wire.getPeerCertificate = lambda: None
    nobody: Any = None
    one = world._connect(speaking(world.house, nobody, DOORS.load(door).open_door(world.house), False), wire)
    if way in BROUGHT:
        one.sends(render(BROUGHT[way]))
    return one


def by_line(one: Person) -> str:
    one.types("dana", SECRET)
    return "\n".join(one.lines())


def by_line_command(one: Person) -> str:
    one.types("/hello dana", SECRET)
    return "\n".join(one.lines())


def by_native(one: Person) -> str:
    one.asks("hello", name="dana", password=SECRET)
    return "\n".join(one.lines())


def by_identify(one: Person) -> str:
    one.asks("identify", name="dana", password=SECRET)
    return "\n".join(one.lines())


def by_register(one: Person) -> str:
    one.asks("hello", name="eve")
    one.asks("register", mail="eve@example.org", password="a few good words")
    return "\n".join(one.lines())


def by_rise(one: Person) -> str:
    one.asks("hello", name="eve")
    one.asks("rise", name="dana", password=SECRET)
    return "\n".join(one.lines())


def by_pass(one: Person) -> str:
    one.types(f"PASS :dana:{SECRET}", "NICK dana", "USER dana 0 * :Dana")
    return "\n".join(one.lines())


def by_sasl(one: Person) -> str:
    one.types(
        "CAP LS 302", "NICK dana", "USER dana 0 * :Dana", "CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {PLAIN}", "CAP END"
    )
    return "\n".join(one.lines())


def by_oper(one: Person) -> str:
    one.types("NICK eve", "USER eve 0 * :Eve", f"OPER dana :{SECRET}")
    return "\n".join(one.lines())


def by_irc_register(one: Person) -> str:
    one.types("NICK eve", "USER eve 0 * :Eve", "REGISTER * eve@example.org :a few good words")
    return "\n".join(one.lines())


def by_console(one: Person) -> str:
    one.world.rest(3)
    one.types("dana")
    one.world.rest(3)
    one.types(SECRET)
    one.world.rest(3)
    return one.wire.taken().decode(errors="replace")


Way = Callable[[Person], str]
SAID: dict[str, tuple[str, Way, str, str]] = {
    "a name at netcat": ("line", by_line, "Welcome, ", SENTENCE),
    "/hello at netcat": ("line", by_line_command, "Welcome, ", SENTENCE),
    "a program's hello": ("json", by_native, '"is":"welcome"', SENTENCE),
    "a program's identify": ("json", by_identify, '"is":"identify"', SENTENCE),
    "a program's register": ("json", by_register, '"is":"register"', SENTENCE),
    "a program's rise": ("json", by_rise, '"is":"rise"', SENTENCE),
    "IRC's OPER": ("irc", by_oper, " 381 ", " 464 "),
    "IRC's REGISTER": ("irc", by_irc_register, " REGISTER SUCCESS ", " FAIL REGISTER "),
    "IRC's PASS": ("irc", by_pass, " 001 dana ", SENTENCE),
    "IRC's SASL": ("irc", by_sasl, " 903 ", " 904 "),
    "telnet at the console": ("console", by_console, "console", SENTENCE),
}
"""How a password is said: at which door, what shows that it was taken, and what that it was not."""


@pytest.mark.parametrize("connection", [CLEAR, HERE, BY_TLS, *BROUGHT])
@pytest.mark.parametrize("said", SAID)
def test_a_password_is_taken_where_nobody_can_read_it_and_else_refused_with_a_sentence(
    world: World, said: str, connection: str
) -> None:
    door, say, taken, refused = SAID[said]
    heard = say(come(world, door, connection))
    if connection in REFUSED:
        assert refused in heard
        assert all(session.person is None or session.person.author.member is None for session in world.hub.sessions)
    else:
        assert taken in heard
        assert refused not in heard


def test_what_an_invitation_is_turned_into_is_not_chosen_in_clear_either() -> None:
    world = World(members=[member("dana", Rank.ADMIN)])
    code = world.host().answer("members", what="invite dana")["code"]
    one = world.program("dana", world.wire("192.0.2.9"), password=code)
    world.house.obey(Rules(clear_passwords=False))
    assert one.answer("choose", password="another password")["error"] == "password-in-clear"


@pytest.mark.parametrize("first", ["dana", "/hello dana"])
def test_a_password_sent_unasked_after_the_name_becomes_nobodys_name(world: World, first: str) -> None:
    one = come(world, "line", CLEAR)
    one.sends(f"{first}\n{SECRET}\n".encode())
    heard = one.lines()
    assert SENTENCE in "\n".join(heard)
    assert heard[-1] == "-- This connection ends here, so that a password typed next is not taken for a name."
    assert one.wire.disconnecting
    assert [session.person for session in world.hub.sessions if session.person] == []


def test_who_is_no_member_needs_no_password_and_comes_in_clear(world: World) -> None:
    one = come(world, "line", CLEAR)
    one.types("ann")
    assert "Welcome, ann." in one.lines()


@pytest.mark.parametrize(
    ("verb", "fields"), [("passwd", {"old": SECRET, "new": "another password"}), ("members", {"what": "passwd dana another password"})]
)
def test_a_password_is_not_changed_in_clear_either(verb: str, fields: dict[str, str]) -> None:
    world = World(members=[member("dana", Rank.ADMIN)])
    dana = world.logged_in("dana", world.wire("192.0.2.9"))
    world.house.obey(Rules(clear_passwords=False))
    assert dana.answer(verb, **fields)["error"] == "password-in-clear"
