"""Who may do what: every command, asked for by every kind of session, about what is its own and what is not.

A command without a row here fails the tests, so that nobody adds one without deciding who may use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pytest

from chatroom.core.rank import Rank
from chatroom.core.rights import Rights
from chatroom.core.settings import ROLES, SWITCHES
from chatroom.registry import load_verbs
from chatroom.testing import Person, World, member, password_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f amy"

OK = "ok"
NOBODY = "no-such-person"
NAMELESS = "not-named-yet"
NAMED = "named-already"
CLOSED = "registration-closed"
IN_NO_ROOM = "in-no-room"
NOT_IN_ROOM = "not-in-room"
TOO_LOW = "rank-too-low"
OUT_OF_REACH = "out-of-reach"
NOT_FROM_CHAT = "not-from-chat"
ITSELF = "target-is-you"
KEEPERS = "not-keeper"
HIDDEN = "addresses-hidden"
NOT_FROM_HERE = "not-from-here"


@dataclass(frozen=True)
class Row:
    """Say what one request comes to: without a name, as a guest in the lobby, as a guest in no room.

    The lobby is one's own when one is in it; `dev` is always somebody else's, and `bob` is always there.
    """

    verb: str
    case: str
    fields: dict[str, Any]
    nameless: str
    inside: str
    outside: str


def for_keepers(verb: str, **fields: Any) -> tuple[Row, Row]:
    """Say of a verb that keeps order in a room that who is only in it may not ask for it."""
    mine = Row(verb, "in one's own room", {"room": "lobby", **fields}, NAMELESS, KEEPERS, NOT_IN_ROOM)
    return mine, Row(verb, "in another's room", {"room": "dev", **fields}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM)


def for_those_there(verb: str) -> tuple[Row, Row]:
    """Say of a verb that tells how a room is that it does so to those who are in it."""
    mine = Row(verb, "to know it of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM)
    return mine, Row(verb, "to know it of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM)


TABLE = [
    *for_those_there("access"),
    *for_keepers("access", access="invited"),
    *for_those_there("limit"),
    *for_keepers("limit", count=5),
    *for_keepers("lock", state="on"),
    *for_keepers("secret", state="on"),
    *for_keepers("outside", state="on"),
    *for_keepers("quiet", state="on"),
    *for_keepers("op", name="bob"),
    *for_keepers("deop", name="bob"),
    *for_keepers("voice", name="bob"),
    *for_keepers("devoice", name="bob"),
    *for_those_there("slow"),
    *for_keepers("slow", span="5s"),
    *for_keepers("kick", who="bob"),
    *for_keepers("ban", who="bob"),
    *for_keepers("exempt", kind="ban", who="bob"),
    *for_keepers("mute", who="bob"),
    *for_keepers("unmute", who="bob"),
    Row("close", "one's own room", {"room": "lobby"}, NAMELESS, "not-owner", NOT_IN_ROOM),
    Row("close", "another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("panic", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("invite", "who is there already", {"room": "lobby", "name": "bob"}, NAMELESS, "wrong-usage", NOT_IN_ROOM),
    Row("invite", "to another's room", {"room": "dev", "name": "bob"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("away", "of one's own", {}, NAMELESS, OK, OK),
    Row("away", "of another", {"name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("announce", "", {"text": "hi"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("audit", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("back", "of one's own", {}, NAMELESS, OK, OK),
    Row("backup", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("ban", "another", {"who": "bob"}, NAMELESS, KEEPERS, IN_NO_ROOM),
    Row("ban", "another, to see whom it hits", {"who": "bob", "dry_run": True}, NAMELESS, KEEPERS, IN_NO_ROOM),
    Row("bans", "", {}, NAMELESS, OK, IN_NO_ROOM),
    Row("bots", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("choose", "without an invitation", {"password": "a few good words"}, "not-invited", "not-invited", "not-invited"),
    Row("export", "", {"room": "lobby"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("forget", "oneself", {"who": "ann"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("forget", "another", {"who": "bob"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("describe", "oneself", {"real": "Ann", "bot": True, "hidden": True}, NAMELESS, OK, OK),
    Row("alert", "", {"text": "hi"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("hello", "under a free name", {"name": "newcomer"}, OK, "named-already", "named-already"),
    Row("hello", "under another's name", {"name": "bob"}, "name-taken", "named-already", "named-already"),
    Row("hello", "with nobody's password", {"name": "anna", "password": "x"}, "wrong-password", "named-already", "named-already"),
    Row("hello", "with a key that is not one's own", {"name": "bob", "key": "x" * 20}, "name-taken", "named-already", "named-already"),
    Row("help", "", {}, OK, OK, OK),
    Row("history", "of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("history", "of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("history", "of another's inbox", {"room": "@~1"}, NAMELESS, "room-name-invalid", "room-name-invalid"),
    Row("history", "of the house", {"room": ""}, NAMELESS, "room-name-empty", "room-name-empty"),
    Row("count", "", {}, NAMELESS, OK, OK),
    Row("identify", "with nobody's password", {"name": "anna", "password": "x"}, "wrong-password", "wrong-password", "wrong-password"),
    Row("identify", "without anything", {}, "certificate-unknown", "certificate-unknown", "certificate-unknown"),
    Row("enrol", "in a house that lets nobody", {"name": "anna", "mail": "a@x.org", "password": "x"}, CLOSED, NAMED, NAMED),
    Row("rise", "with nobody's password", {"name": "anna", "password": "x"}, NAMELESS, "wrong-password", "wrong-password"),
    Row("prove", "as nobody", {"first": "n,,n=anna,r=abcdefgh"}, OK, OK, OK),
    Row("prove", "without a beginning", {"final": "c=biws"}, "malformed", "malformed", "malformed"),
    Row("ignore", "of another", {"name": "bob"}, NAMELESS, OK, OK),
    Row("ignore", "of oneself", {"name": "ann"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("join", "another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("join", "one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("join", "a room nobody may have", {"room": "private"}, NAMELESS, "room-name-reserved", "room-name-reserved"),
    Row("kick", "another", {"who": "bob"}, NAMELESS, KEEPERS, IN_NO_ROOM),
    Row("kick", "oneself", {"who": "ann"}, NAMELESS, KEEPERS, IN_NO_ROOM),
    Row("leave", "one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("leave", "another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("leave", "for another", {"room": "lobby", "name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("key", "", {}, NAMELESS, "not-a-member", "not-a-member"),
    Row("lookout", "for another", {"add": ["bob"]}, NAMELESS, OK, OK),
    Row("me", "in one's own room", {"room": "lobby", "text": "waves"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("me", "in another's room", {"room": "dev", "text": "waves"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("me", "where one looks", {"text": "waves"}, NAMELESS, OK, IN_NO_ROOM),
    Row("register", "in a house that lets nobody", {"mail": "new@example.org"}, NAMELESS, "registration-closed", "registration-closed"),
    Row("sponsor", "", {"mail": "new@example.org"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("members", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("members", "with oneself", {"what": "add ann@example.org"}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("conversations", "of one's own", {}, NAMELESS, OK, OK),
    Row("card", "one's own", {"set": {"avatar": "a"}}, NAMELESS, OK, OK),
    Row("card", "to read another's", {"name": "bob"}, NAMELESS, OK, OK),
    Row("card", "to write another's", {"name": "bob", "set": {"avatar": "a"}}, NAMELESS, "card-of-another", "card-of-another"),
    Row("card", "to read one's room's", {"room": "lobby"}, NAMELESS, OK, OK),
    *for_keepers("card", set={"avatar": "a"}),
    Row("missed", "of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("missed", "of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("monitor", "", {}, OK, OK, OK),
    Row("nick", "to a free name", {"name": "anna"}, NAMELESS, OK, OK),
    Row("nick", "to another's name", {"name": "bob"}, NAMELESS, "name-taken", "name-taken"),
    Row("nick", "to what looks like another", {"name": "b0b"}, NAMELESS, "name-too-similar", "name-too-similar"),
    Row("nick", "to a reserved name", {"name": "admin"}, NAMELESS, "name-reserved", "name-reserved"),
    Row("passwd", "of one's own", {"old": "x", "new": "a few good words"}, NAMELESS, "not-a-member", "not-a-member"),
    Row("people", "in one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("people", "in another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("people", "one of them", {"name": "bob"}, NAMELESS, OK, OK),
    Row("people", "nobody", {"name": "nobody-here"}, NAMELESS, NOBODY, NOBODY),
    Row("people", "who were here", {"was": "bob"}, NAMELESS, OK, OK),
    Row("ping", "", {}, OK, OK, OK),
    Row("quit", "oneself", {}, OK, OK, OK),
    Row("quit", "another", {"name": "bob"}, "wrong-usage", "wrong-usage", "wrong-usage"),
    Row("reload", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("remove", "what one said", {}, NAMELESS, "nothing-to-remove", IN_NO_ROOM),
    Row("remove", "what another said", {"which": "1"}, NAMELESS, "not-your-message", IN_NO_ROOM),
    Row("remove", "what is said in another's room", {"which": "1", "room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("remove", "in private", {"which": "private"}, NAMELESS, "nothing-to-remove", "nothing-to-remove"),
    Row("rooms", "", {}, NAMELESS, OK, OK),
    Row("say", "in one's own room", {"room": "lobby", "text": "hi"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("say", "in another's room", {"room": "dev", "text": "hi"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("say", "in no room there is", {"room": "nowhere", "text": "hi"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("say", "where one looks", {"text": "hi"}, NAMELESS, OK, IN_NO_ROOM),
    Row("say", "as another", {"room": "lobby", "text": "hi", "by": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("say", "into another's inbox", {"room": "@~1", "text": "hi"}, NAMELESS, "room-name-invalid", "room-name-invalid"),
    Row("search", "", {"text": "tea"}, NAMELESS, OK, OK),
    Row("search", "of a room", {"text": "tea in:dev"}, NAMELESS, OK, OK),
    Row("search", "of no room there is", {"text": "tea in:nowhere"}, NAMELESS, "no-such-room", "no-such-room"),
    Row("search", "of another's inbox", {"text": "tea in:@~1"}, NAMELESS, "room-name-invalid", "room-name-invalid"),
    Row("seen", "of one's own room", {"room": "lobby", "seq": 1}, NAMELESS, OK, NOT_IN_ROOM),
    Row("seen", "of another's room", {"room": "dev", "seq": 1}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("settings", "of one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("settings", "of another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("settings", "of no room there is", {"room": "nowhere"}, NAMELESS, "no-such-room", "no-such-room"),
    Row("confide", "in one's own room", {"room": "lobby", "text": "hi"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("confide", "in another's room", {"room": "dev", "text": "hi"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("signal", "in one's own room", {"room": "lobby", "tags": {"+typing": "active"}}, NAMELESS, OK, NOT_IN_ROOM),
    Row("signal", "in another's room", {"room": "dev", "tags": {"+typing": "active"}}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("signal", "to another", {"to": "bob", "tags": {"+typing": "active"}}, NAMELESS, OK, OK),
    Row("signal", "to nobody", {"to": "nobody-here", "tags": {}}, NAMELESS, NOBODY, NOBODY),
    Row("shutdown", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("stats", "", {}, NAMELESS, TOO_LOW, TOO_LOW),
    Row("tell", "another", {"to": "bob", "text": "hi"}, NAMELESS, OK, OK),
    Row("tell", "oneself", {"to": "ann", "text": "hi"}, NAMELESS, OK, OK),
    Row("tell", "nobody", {"to": "nobody-here", "text": "hi"}, NAMELESS, "no-such-person", "no-such-person"),
    Row("topic", "of one's own room", {"room": "lobby"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("topic", "of another's room", {"room": "dev"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("topic", "set in one's own room", {"room": "lobby", "topic": "x"}, NAMELESS, OK, NOT_IN_ROOM),
    Row("topic", "set in another's room", {"room": "dev", "topic": "x"}, NAMELESS, NOT_IN_ROOM, NOT_IN_ROOM),
    Row("unban", "another", {"who": "bob"}, NAMELESS, KEEPERS, IN_NO_ROOM),
    Row("unignore", "of nobody ignored", {"name": "bob"}, NAMELESS, "wrong-usage", "wrong-usage"),
    Row("watch", "", {}, NAMELESS, NOT_FROM_CHAT, NOT_FROM_CHAT),
    Row("who", "in one's own room", {"room": "lobby"}, NAMELESS, OK, OK),
    Row("who", "in another's room", {"room": "dev"}, NAMELESS, OK, OK),
    Row("who", "in no room there is", {"room": "nowhere"}, NAMELESS, "no-such-room", "no-such-room"),
    Row("who", "where one looks", {}, NAMELESS, OK, IN_NO_ROOM),
    Row("whois", "another", {"name": "bob"}, NAMELESS, OK, OK),
    Row("whois", "oneself", {"name": "ann"}, NAMELESS, OK, OK),
    Row("whois", "nobody", {"name": "nobody-here"}, NAMELESS, "no-such-person", "no-such-person"),
]


def named(row: Row) -> str:
    return f"{row.verb} {row.case}".strip()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bob(world: World) -> Person:
    """Give somebody who is in both rooms, has said something, and listens."""
    bob = world.program("bob", rooms=["lobby", "dev"])
    bob.asks("say", room="lobby", text="hi")
    bob.objects()
    return bob


def outcome(person: Person, row: Row) -> str:
    person.asks(row.verb, "the request", **row.fields)
    (answer,) = [one for one in person.objects() if one.get("re") == "the request"]
    return OK if answer["ok"] else str(answer["error"])


def test_every_command_has_a_row() -> None:
    assert {row.verb for row in TABLE} == {verb.name for verb in load_verbs()}


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_somebody_without_a_name_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.connect(world.native)
    assert outcome(ann, row) == row.nameless


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_a_guest_in_the_room_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    assert outcome(ann, row) == row.inside


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_what_a_guest_in_no_room_may_do(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann", rooms=[])
    assert outcome(ann, row) == row.outside


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_somebody_who_has_left_may_do_nothing_and_is_heard_by_nobody(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    protocol = ann.wire.protocol
    ann.asks("quit")
    bob.objects()
    ann.objects()
    before = repr(world.hub.rooms["lobby"].topic), len(world.hub.people)
    for wire_is_gone in (False, True):
        ann.wire.lost = wire_is_gone
        ann.asks(row.verb, "the request", **row.fields)
        protocol._work()
    assert bob.objects() == []
    assert [one for one in ann.objects() if one.get("re") == "the request"] == []
    assert (repr(world.hub.rooms["lobby"].topic), len(world.hub.people)) == before


@pytest.mark.parametrize("row", [row for row in TABLE if row.inside != OK], ids=named)
def test_what_is_refused_is_seen_by_nobody(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    bob.objects()
    outcome(ann, row)
    assert bob.objects() == []


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_nobody_learns_where_another_connects_from(world: World, bob: Person, row: Row) -> None:
    ann = world.program("ann")
    ann.asks(row.verb, 1, **row.fields)
    assert "192.0.2." not in repr(ann.objects())


# -- those with a rank, and consoles ------------------------------------------------------------------------------------------

CHAT_ONLY = {
    "register",
    "away",
    "back",
    "enrol",
    "identify",
    "lookout",
    "signal",
    "confide",
    "describe",
    "ignore",
    "join",
    "leave",
    "me",
    "card",
    "missed",
    "conversations",
    "monitor",
    "nick",
    "prove",
    "rise",
    "say",
    "seen",
    "tell",
    "unignore",
}
CONSOLE_ONLY = {"watch"}


@dataclass(frozen=True)
class Order:
    """Say what one request comes to for a member, a moderator and an admin in the chat, both at a console, and the host.

    gus is a guest, meg a member, max a moderator and amy an admin; all are there, but for those called absent.
    """

    verb: str
    case: str
    fields: dict[str, Any]
    member: str
    moderator: str
    admin: str
    moderator_console: str
    admin_console: str
    host: str


def for_moderators(verb: str, case: str, **fields: Any) -> Order:
    return Order(verb, case, fields, KEEPERS, OK, OK, OK, OK, OK)


def for_admins(verb: str, case: str, **fields: Any) -> Order:
    return Order(verb, case, fields, TOO_LOW, TOO_LOW, OK, TOO_LOW, OK, OK)


def against_superiors(verb: str, case: str, **fields: Any) -> Order:
    return Order(verb, case, fields, KEEPERS, OUT_OF_REACH, OK, OUT_OF_REACH, OK, OK)


def for_everybody(verb: str, case: str, outcome: str, host: str | None = None, **fields: Any) -> Order:
    return Order(verb, case, fields, outcome, outcome, outcome, outcome, outcome, host or outcome)


def for_keepers_of_order(verb: str, **fields: Any) -> tuple[Order, Order]:
    """Say of a verb that keeps order in a room that those with a rank may ask for it in every room."""
    here = Order(verb, "where one is", {"room": "lobby", **fields}, KEEPERS, OK, OK, OK, OK, OK)
    return here, Order(verb, "in another's room", {"room": "dev", **fields}, NOT_IN_ROOM, OK, OK, OK, OK, OK)


ORDERS = [
    *for_keepers_of_order("access", access="invited"),
    *for_keepers_of_order("limit", count=5),
    *for_keepers_of_order("lock", state="on"),
    *for_keepers_of_order("outside", state="on"),
    *for_keepers_of_order("exempt", kind="ban", who="bob"),
    *for_keepers_of_order("secret", state="on"),
    *for_keepers_of_order("quiet", state="on"),
    *for_keepers_of_order("op", name="meg"),
    *for_keepers_of_order("voice", name="meg"),
    *for_keepers_of_order("slow", span="5s"),
    Order("bans", "where one is", {"room": "lobby"}, OK, OK, OK, OK, OK, OK),
    Order("bans", "in another's room", {"room": "dev"}, NOT_IN_ROOM, OK, OK, OK, OK, OK),
    for_moderators("mute", "a guest", who="gus"),
    for_moderators("mute", "an absent member", who="absent-member"),
    for_moderators("mute", "an address", who="198.51.100.1"),
    against_superiors("mute", "a moderator", who="max"),
    against_superiors("mute", "an admin by a mask", who="am?"),
    Order("kick", "a guest out of a room", {"who": "gus", "room": "dev"}, NOT_IN_ROOM, OK, OK, OK, OK, OK),
    Order("kick", "out of a room they are not in", {"who": "meg", "room": "dev"}, NOT_IN_ROOM, *["not-there-now"] * 5),
    Order("ban", "a guest from a room", {"who": "gus", "room": "dev"}, NOT_IN_ROOM, OK, OK, OK, OK, OK),
    Order("ban", "a moderator from a room", {"who": "max", "room": "lobby"}, KEEPERS, OUT_OF_REACH, OK, OUT_OF_REACH, OK, OK),
    Order("close", "another's room", {"room": "dev"}, NOT_IN_ROOM, OK, OK, OK, OK, OK),
    Order("close", "the lobby", {"room": "lobby"}, "not-owner", *["lobby-stays"] * 5),
    for_admins("panic", "", state="on"),
    Order("invite", "into another's room", {"room": "dev", "name": "meg"}, NOT_IN_ROOM, OK, OK, OK, OK, OK),
    for_moderators("kick", "a guest", who="gus"),
    for_moderators("kick", "a member", who="meg"),
    against_superiors("kick", "a moderator", who="max"),
    against_superiors("kick", "an admin", who="amy"),
    against_superiors("kick", "an admin, to see whom it hits", who="amy", dry_run=True),
    Order("kick", "oneself", {"who": "ann"}, KEEPERS, "wrong-usage", "wrong-usage", NOBODY, NOBODY, NOBODY),
    for_moderators("ban", "a guest", who="name:gus"),
    for_moderators("ban", "a member", who="meg"),
    for_moderators("ban", "an absent member", who="absent-member"),
    for_moderators("ban", "an address", who="198.51.100.1"),
    against_superiors("ban", "a moderator", who="max"),
    against_superiors("ban", "an admin", who="amy"),
    against_superiors("ban", "an admin by force", who="amy", force=True),
    against_superiors("ban", "an admin by id", who="member:m-amy"),
    against_superiors("ban", "an admin by a mask", who="am?"),
    against_superiors("ban", "an absent admin", who="absent-admin"),
    against_superiors("ban", "an absent admin by mail", who="absent-admin@example.org"),
    Order("ban", "oneself", {"who": "ann"}, KEEPERS, ITSELF, ITSELF, ITSELF, ITSELF, OK),
    for_moderators("unban", "anybody", who="#1"),
    Order("bans", "", {}, OK, OK, OK, OK, OK, OK),
    Order("stats", "", {}, TOO_LOW, OK, OK, OK, OK, OK),
    for_admins("alert", "", text="hi"),
    for_admins("announce", "", text="hi"),
    for_admins("announce", "in one room", text="hi", to="lobby"),
    for_admins("bots", ""),
    for_admins("bots", "a new one", what="add ci"),
    for_admins("members", ""),
    for_admins("members", "with another", what="add new@example.org"),
    for_admins("members", "without another", what="remove meg"),
    for_admins("members", "with a rank for another", what="rank meg admin"),
    for_admins("members", "with a password for an admin", what="passwd amy a-few-good-words"),
    for_admins("members", "with a key for an admin", what=f"key amy {KEY}"),
    for_admins("members", "with an invitation for an admin", what="invite amy"),
    for_admins("audit", ""),
    for_admins("export", "", room="lobby"),
    for_admins("forget", "a guest", who="gus"),
    for_admins("forget", "an admin, to see how much", who="amy", dry_run=True),
    for_admins("reload", ""),
    for_admins("backup", ""),
    for_admins("shutdown", ""),
    Order("watch", "", {}, NOT_FROM_CHAT, NOT_FROM_CHAT, NOT_FROM_CHAT, TOO_LOW, OK, OK),
    Order("sponsor", "where only admins may", {"mail": "new@example.org"}, CLOSED, CLOSED, OK, CLOSED, OK, "not-a-member"),
    Order("passwd", "of one's own", {"old": password_of("ann"), "new": "a few good words"}, OK, OK, OK, OK, OK, "not-a-member"),
    for_everybody("passwd", "of another", "wrong-password", host="not-a-member", old=password_of("amy"), new="a few good words"),
    for_everybody("key", "of one's own", OK, host="not-a-member", what="list"),
    for_everybody("topic", "", OK, room="lobby", topic="tea"),
    for_everybody("history", "", OK, room="lobby"),
    for_everybody("history", "of another's inbox", "room-name-invalid", room="@m-amy"),
    Order("history", "of a room one is not in", {"room": "dev"}, NOT_IN_ROOM, NOT_IN_ROOM, NOT_IN_ROOM, OK, OK, OK),
    for_everybody("who", "", OK),
    Order("remove", "what another said", {"which": "1", "room": "lobby"}, "not-your-message", OK, OK, OK, OK, OK),
]
KINDS = ["member", "moderator", "admin", "moderator_console", "admin_console", "host"]


@pytest.fixture
def club() -> World:
    """Give a house in which somebody of every rank is there."""
    ranked = [member("meg"), member("max", Rank.MODERATOR), member("amy", Rank.ADMIN), member("absent-member")]
    club = World(members=[*ranked, member("absent-admin", Rank.ADMIN)])
    club.house.offices["shutdown"] = never_mind
    club.house.offices["reload"] = as_it_was
    club.house.offices["backup"] = made
    club.program("gus", club.wire("198.51.100.2"), rooms=["lobby", "dev"]).asks("say", room="lobby", text="hi")
    for name in ("meg", "max", "amy"):
        club.logged_in(name, club.wire("198.51.100.3"))
    club.host().answer("ban", who="troll")
    return club


async def never_mind(seconds: float | None, reason: str) -> bool:
    """Be asked to close the house, and let it stay open."""
    return False


async def as_it_was(by: str) -> list[Any]:
    """Be asked to read the settings again, and find them as they were."""
    return []


async def made(name: str) -> PurePosixPath:
    """Be asked for a backup, and make none."""
    return PurePosixPath("/backups/one.tar")


def asker(club: World, kind: str) -> Person:
    """Let ann come in as somebody of a kind, at an address of her own."""
    if kind == "host":
        return club.host()
    rank = next(rank for rank in Rank if str(rank) == kind.partition("_")[0])
    club.members.replace([*club.members.directory, member("ann", rank)])
    return (club.console if kind.endswith("console") else club.logged_in)("ann", club.wire("203.0.113.1"))


def named_order(order: Order) -> str:
    return f"{order.verb} {order.case}".strip()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ORDERS, ids=named_order)
def test_what_somebody_with_a_rank_may_do_and_what_is_refused_changes_nothing(club: World, order: Order, kind: str) -> None:
    ann = asker(club, kind)
    before = standing(club)
    answer = ann.answer(order.verb, **order.fields)
    assert (OK if answer["ok"] else answer["error"]) == getattr(order, kind)
    assert answer["ok"] or standing(club) == before


def standing(club: World) -> tuple[object, ...]:
    people = {person.name: (person.rank, len(person.sessions)) for person in club.hub.everybody()}
    return people, club.hub.keeper.bans.listed(), list(club.members.directory), club.hub.rooms["lobby"].topic


def test_every_verb_that_needs_a_rank_has_a_row_for_those_who_have_one() -> None:
    assert {verb.name for verb in load_verbs() if verb.rank > Rank.GUEST or not verb.chat} <= {order.verb for order in ORDERS}


@pytest.mark.parametrize("verb", sorted(CHAT_ONLY))
@pytest.mark.parametrize("kind", ["moderator_console", "admin_console", "host"])
def test_who_is_nobody_in_the_chat_does_nothing_there(club: World, verb: str, kind: str) -> None:
    answer = asker(club, kind).answer(verb)
    assert (answer["error"], answer["why"]) == (NOT_FROM_HERE, f"{verb} is for people in the chat, not for a console.")


def test_where_each_verb_may_be_asked_for_is_decided() -> None:
    assert {verb.name for verb in load_verbs() if not verb.console} == CHAT_ONLY
    assert {verb.name for verb in load_verbs() if not verb.chat} == CONSOLE_ONLY


def test_a_console_is_for_who_keeps_order(club: World) -> None:
    one = asker(club, "member_console")
    assert one.answer("hello", name="ann", password=password_of("ann"))["error"] == "console-is-for-moderators"
    assert one.answer("hello", name="gus")["error"] == "password-needed"
    assert one.answer("hello", name="newcomer")["error"] == "password-needed"
    assert one.answer("bans")["error"] == NAMELESS


# -- those who keep order in a room -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keeping:
    """Say what one request about a room comes to for its owner, an operator, somebody with a voice, and anybody else there.

    own owns the den, opa is an operator of it, vic has a voice; gus is in it too, and max, a moderator, who may be hit by none of them.
    """

    verb: str
    case: str
    fields: dict[str, Any]
    owner: str
    operator: str
    voiced: str
    other: str


def for_operators(verb: str, case: str = "", **fields: Any) -> Keeping:
    return Keeping(verb, case, fields, OK, OK, KEEPERS, KEEPERS)


KEEPING = [
    for_operators("access", "key", access="key tea"),
    for_operators("access", "invited", access="invited"),
    for_operators("limit", count=9),
    for_operators("lock", state="on"),
    for_operators("secret", state="on"),
    for_operators("quiet", state="on"),
    for_operators("op", "another", name="gus"),
    for_operators("voice", "another", name="gus"),
    for_operators("devoice", "another", name="vic"),
    for_operators("invite", "where one must be invited", name="meg"),
    Keeping("deop", "another operator", {"name": "other"}, OK, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("deop", "oneself", {"name": "opa"}, OK, OK, KEEPERS, KEEPERS),
    Keeping("op", "who is one already", {"name": "opa"}, "wrong-usage", "wrong-usage", KEEPERS, KEEPERS),
    Keeping("op", "nobody", {"name": "nobody-here"}, NOBODY, NOBODY, KEEPERS, KEEPERS),
    for_operators("slow", span="5s"),
    Keeping("bans", "", {}, OK, OK, OK, OK),
    for_operators("kick", "another", who="gus"),
    for_operators("ban", "another", who="gus"),
    for_operators("ban", "a mask", who="troll*"),
    for_operators("mute", "another", who="gus"),
    Keeping("ban", "an address", {"who": "198.51.100.0/24"}, HIDDEN, HIDDEN, KEEPERS, KEEPERS),
    Keeping("ban", "an address, to see whom it hits", {"who": "192.0.2.1", "dry_run": True}, HIDDEN, HIDDEN, KEEPERS, KEEPERS),
    Keeping("unban", "an address", {"who": "192.0.2.1"}, HIDDEN, HIDDEN, KEEPERS, KEEPERS),
    Keeping("unmute", "nobody muted", {"who": "gus"}, "not-muted", "not-muted", KEEPERS, KEEPERS),
    Keeping("kick", "another operator", {"who": "other"}, OK, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("ban", "another operator", {"who": "other"}, OK, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("mute", "the owner", {"who": "name:own"}, ITSELF, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("kick", "a moderator", {"who": "max"}, OUT_OF_REACH, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("mute", "a moderator", {"who": "max"}, OUT_OF_REACH, OUT_OF_REACH, KEEPERS, KEEPERS),
    Keeping("close", "", {}, OK, "not-owner", "not-owner", "not-owner"),
    Keeping("topic", "while it is locked", {"topic": "x"}, OK, OK, "topic-locked", "room-quiet"),
    Keeping("say", "while it is quiet", {"text": "x"}, OK, OK, OK, "room-quiet"),
    Keeping("me", "while it is quiet", {"text": "x"}, OK, OK, OK, "room-quiet"),
]
STANDINGS = {"owner": "own", "operator": "opa", "voiced": "vic", "other": "gus"}


@pytest.fixture
def den() -> tuple[World, dict[str, Person]]:
    """Give a house with a room in which somebody of every standing is; one must be invited, it is quiet, and its topic is locked."""
    world = World(members=[member("max", Rank.MODERATOR), member("meg")])
    people = {name: world.program(name, rooms=["den"]) for name in ("own", "opa", "other", "vic", "gus")}
    people["max"] = world.logged_in("max", rooms=["den"])
    world.logged_in("meg")
    for verb, fields in [
        ("op", {"name": "opa"}),
        ("op", {"name": "other"}),
        ("voice", {"name": "vic"}),
        ("access", {"access": "invited"}),
        ("lock", {"state": "on"}),
        ("quiet", {"state": "on"}),
    ]:
        assert people["own"].answer(verb, room="den", **fields)["ok"]
    return world, people


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("row", KEEPING, ids=lambda row: f"{row.verb} {row.case}".strip())
def test_what_somebody_of_a_standing_in_a_room_may_do(den: tuple[World, dict[str, Person]], row: Keeping, standing: str) -> None:
    world, people = den
    rights = world.hub.rooms["den"].rights
    before = everything_about(rights)
    answer = people[STANDINGS[standing]].answer(row.verb, room="den", **row.fields)
    assert (OK if answer["ok"] else answer["error"]) == getattr(row, standing)
    assert answer["ok"] or everything_about(rights) == before


def everything_about(rights: Rights) -> tuple[object, ...]:
    settings = rights.access, rights.key, rights.limit, rights.slow, *(rights.on(switch) for switch in SWITCHES)
    return *settings, *(tuple(rights.holding(role).items()) for role in ROLES), rights.bans.listed(), rights.mutes.listed()
