"""The manhole: Python for admins, from this machine alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.doors import manhole
from chatroom.doors.manhole import HELP, MOST_LINES, SHOWN
from chatroom.testing import Person, World
from chatroom.wires import Wire

AGREES = b"\xff\xfd\x01\xff\xfd\x03"


@dataclass(frozen=True)
class Recognised:
    member: Member
    invited: bool = False


async def recognise(who: str, password: str) -> Recognised | None:
    rank = {"ada": Rank.ADMIN, "mod": Rank.MODERATOR}.get(who)
    return None if rank is None or password != "right" else Recognised(Member(who, "", who, rank))


@pytest.fixture
def world() -> World:
    world = World()
    world.house.offices["recognise"] = recognise
    return world


def knock(world: World, address: str = "127.0.0.1") -> Person | None:
    wire = Wire(world.clock, address)
    protocol: Any = manhole.open_door(world.house).factory.buildProtocol(wire.getPeer())
    if protocol is None:
        return None
    wire.protocol = protocol
    protocol.makeConnection(wire)
    return Person(world, wire)


def inside(world: World, name: str = "ada") -> Person:
    one = knock(world)
    assert one is not None
    one.types(name, "right")
    return one


def heard(one: Person) -> str:
    return one.wire.taken().decode(errors="replace")


def test_an_admin_looks_inside(world: World) -> None:
    world.person("ann")
    one = inside(world)
    assert "This is Python." in heard(one)
    one.types("sorted(people())", "1 + 1", "list(rooms())", "hub is house.hub")
    assert heard(one).splitlines() == ["['ann']", "2", "['lobby']", "True"]


def test_a_block_ends_with_a_blank_line(world: World) -> None:
    one = inside(world)
    heard(one)
    one.types("for n in range(2):", "    print('ü', n)", "")
    assert heard(one).splitlines() == ["ü 0", "ü 1"]


def test_a_terminal_has_pythons_prompts_and_completion(world: World) -> None:
    one = knock(world)
    assert one is not None
    one.sends(AGREES + b"ada\rright\r")
    assert heard(one).endswith(">>> \x1b[K")
    one.sends(b"if 1:\r")
    assert "... " in heard(one)
    one.sends(b"\x03peo\t")
    assert heard(one).endswith(">>> people \x1b[K")


def test_what_is_wrong_is_shown_and_ends_nothing(world: World) -> None:
    one = inside(world)
    heard(one)
    one.types("1/0", "?", "raise KeyError('x')", "2")
    shown = heard(one)
    assert "ZeroDivisionError" in shown
    assert "SyntaxError" in shown
    assert shown.endswith("2\n")
    assert world.house.figures.faults == 0


def test_help_names_what_there_is(world: World) -> None:
    one = inside(world)
    heard(one)
    one.types("help")
    assert heard(one) == HELP + "\n"
    one.types("help()", "help(house)")
    shown = heard(one)
    assert shown.startswith(HELP)
    assert "Run a hub with a journal" in shown


def test_it_is_for_admins_alone(world: World) -> None:
    one = inside(world, "mod")
    assert "-- The manhole is for admins." in heard(one)
    assert one.wire.lost
    one.types("1 + 1")
    assert heard(one) == ""


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "0.0.0.0", "::"])
def test_nobody_comes_in_from_elsewhere_wherever_it_listens(world: World, address: str) -> None:
    assert knock(world, address) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(world: World, address: str) -> None:
    assert knock(world, address) is not None


def test_what_is_shown_of_one_statement_is_bounded_and_made_visible(world: World) -> None:
    one = inside(world)
    heard(one)
    one.types(f"print('x' * {SHOWN * 4})")
    assert len(heard(one)) <= SHOWN + 10
    one.types("print('\\x1b[2J\\x9b')")
    assert heard(one) == "␛[2J\ufffd\n"


def test_a_statement_does_not_grow_without_end(world: World) -> None:
    one = inside(world)
    heard(one)
    one.types("if 1:", *["    pass"] * MOST_LINES)
    assert f"more than {MOST_LINES} lines" in heard(one)


def test_ctrl_d_leaves(world: World) -> None:
    one = knock(world)
    assert one is not None
    one.sends(AGREES + b"ada\rright\r\x04")
    assert one.wire.lost
