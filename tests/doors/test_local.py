"""The local door: the host's own user commands the house by a unix socket."""

from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from chatroom.doors._local import MOST, LocalConsole, LocalFactory, peer_user
from chatroom.sockets import NAME
from chatroom.testing import Person, World
from chatroom.wires import DirectWire, Wire


class Door:
    """Be the local door as a world sees a door."""

    name = "local"

    def __init__(self, world: World) -> None:
        self.factory: Any = LocalFactory(world.house)

    def recognises(self, first: bytes) -> bool | None:
        return False


@pytest.fixture
def world() -> World:
    return World()


def test_a_line_is_a_consoles_line_and_is_answered(world: World) -> None:
    one = world.connect(Door(world))
    one.asks("line", 1, text="rooms")
    one.asks("rooms", 2)
    answers = one.objects()
    assert [(said["re"], said["lines"]) for said in answers] == [(1, ["lobby (0 here)"]), (2, ["lobby (0 here)"])]


def test_the_host_needs_no_name_and_no_deadline(world: World) -> None:
    one = world.connect(Door(world))
    world.rest(3600)
    one.asks("rooms", 1)
    assert one.objects()[0]["ok"]


def test_the_host_is_nobody_in_the_chat(world: World) -> None:
    ann = world.person("ann")
    world.connect(Door(world))
    ann.hears()


@pytest.mark.parametrize("sent", [b"\xff\n", b"[]\n", b'{"do":"line","id":1}\n', b'{"do":"line","text":7}\n', b"{" * 500 + b"\n"])
def test_what_makes_no_sense_is_refused_and_the_connection_goes_on(world: World, sent: bytes) -> None:
    one = world.connect(Door(world))
    one.sends(sent)
    assert not one.objects()[0]["ok"]
    one.asks("rooms", 2)
    assert one.objects()[0]["ok"]


def test_a_line_too_long_is_refused(world: World) -> None:
    one = world.connect(Door(world))
    one.sends(b" " * 20000 + b"\n")
    assert one.objects()[0]["error"] == "line-too-long"


def test_the_end_of_input_leaves_after_the_last_answer(world: World) -> None:
    one = world.connect(Door(world))
    one.sends(b'{"do":"line","text":"rooms","id":1}')
    one.wire.finish()
    world.rest()
    assert [said.get("re", said.get("is")) for said in one.objects()] == [1, "bye"]
    assert one.wire.lost


def test_there_are_only_so_many_connections(world: World) -> None:
    door = Door(world)
    people: list[Person] = [world.connect(door) for _ in range(MOST)]
    assert door.factory.buildProtocol(None) is None
    people[0].leaves()
    assert door.factory.buildProtocol(None) is not None


class PairWire(DirectWire):
    """Be a wire whose socket is one of a connected pair."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self.socket.close()
        self.pair = socket.socketpair()

    def getHandle(self) -> Any:
        return self.pair[0]

    def end(self, why: Exception | None = None) -> None:
        super().end(why)
        for one in self.pair:
            one.close()


def test_the_user_at_the_other_end_is_known(world: World) -> None:
    wire = PairWire(world)
    assert peer_user(wire) == os.getuid()
    assert peer_user(Wire(world.clock)) is None
    wire.end = lambda why=None: None  # type: ignore[method-assign]  # nobody is connected to it
    for one in wire.pair:
        one.close()


def test_another_user_is_turned_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatroom.doors._local.peer_user", lambda transport: os.geteuid() + 4711)
    one = world.connect(Door(world))
    assert one.objects() == [{"is": "bye", "why": "This console is for the user the server runs as."}]
    assert one.wire.lost


class TheService(TestCase):
    """The socket itself, with the real reactor."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.world = World()
        self.service = LocalConsole(self.world.house, self.folder, reactor)

    def test_it_listens_for_its_own_user_alone_and_cleans_up(self) -> Deferred[None]:
        place = self.folder / NAME
        place.touch()  # as a server that was killed leaves it
        self.service.startService()
        self.assertEqual(stat.S_IMODE(place.stat().st_mode), 0o600)
        self.assertTrue(place.is_socket())
        return self.service.stopService().addCallback(lambda _: self.assertFalse(place.exists()))

    def test_a_folder_that_cannot_be_used_costs_only_this_console(self) -> Deferred[None]:
        gone = LocalConsole(self.world.house, self.folder / "gone", reactor)
        gone.startService()
        self.assertTrue(self.world.connect(self.world.native).answer("hello", name="ann")["ok"])
        return gone.stopService().addCallback(lambda _: self.assertFalse((self.folder / "gone").exists()))


def test_what_is_refused_is_named_for_programs(world: World) -> None:
    one = world.connect(Door(world))
    one.sends(json.dumps({"do": "line", "text": "hlep", "id": 1}).encode() + b"\n")
    said = one.objects()[0]
    assert (said["re"], said["error"]) == (1, "unknown-command-near-miss")
