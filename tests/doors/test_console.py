"""The console door: telnet and nc log in, and command the house."""

from __future__ import annotations

from dataclasses import dataclass

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import PasswordTooShort
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.request import Request
from chatroom.core.verb import Verb
from chatroom.doors import console
from chatroom.doors._console import IDLE, SLICE, WARNING
from chatroom.doors._login_console import PROBE, TRIES
from chatroom.testing import Person, World
from chatroom.wires import Wire

OPENING = b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f"
AGREES = b"\xff\xfd\x01\xff\xfd\x03"
SIZED = b"\xff\xfb\x1f\xff\xfa\x1f\x00\x64\x00\x14\xff\xf0"
REFUSES = b"\xff\xfe\x01\xff\xfe\x03\xff\xfc\x1f"

ADMIN = Member("m1", "ada@example.org", "ada", Rank.ADMIN)
MODERATOR = Member("m2", "mod@example.org", "mod", Rank.MODERATOR)
MEMBER = Member("m3", "bob@example.org", "bob", Rank.MEMBER)


@dataclass(frozen=True)
class Recognised:
    member: Member
    invited: bool = False


class Office:
    """Be the office that knows passwords: everybody's is their name and a 1."""

    def __init__(self) -> None:
        self.chosen: str | None = None

    async def recognise(self, who: str, password: str) -> Recognised | None:
        found = {one.name: one for one in (ADMIN, MODERATOR, MEMBER)}.get(who)
        if found is None:
            return None
        invited = self.chosen is None and password == "code"
        return Recognised(found, invited) if invited or password == (self.chosen or f"{who}1") else None

    async def passwd(self, member: Member, password: str) -> Member:
        if len(password) < 8:
            raise PasswordTooShort(least=8)
        self.chosen = password
        return member


class Teller(Person):
    """Be somebody at a console."""

    def __init__(self, world: World, wire: Wire) -> None:
        super().__init__(world, wire)
        self.screen = pyte.Screen(100, 20)
        self.stream = pyte.ByteStream(self.screen)

    def rows(self) -> list[str]:
        """Give what a terminal shows by now."""
        text = self.wire.taken()
        for command in (OPENING, b"\xff\xfe\x18"):
            text = text.replace(command, b"")
        self.stream.feed(text)
        return [row.rstrip() for row in self.screen.display if row.strip()]

    def text(self) -> str:
        """Take what has come since the last time, as nc shows it."""
        return self.wire.taken().decode(errors="replace").replace("\r\n", "\n")


@pytest.fixture
def world() -> World:
    return made()


def made(*verbs: Verb) -> World:
    world = World(verbs=verbs)
    office = Office()
    world.house.offices |= {"recognise": office.recognise, "passwd": office.passwd}
    return world


def knock(world: World, wire: Wire | None = None) -> Teller:
    wire = wire or Wire(world.clock)
    protocol = console.open_door(world.house).factory.buildProtocol(wire.getPeer())
    assert protocol is not None
    wire.protocol = protocol
    protocol.makeConnection(wire)
    world.rest()
    return Teller(world, wire)


def by_telnet(world: World) -> Teller:
    one = knock(world)
    one.sends(AGREES + SIZED)
    return one


def logged_in(world: World, name: str = "ada") -> Teller:
    one = by_telnet(world)
    one.sends(f"{name}\r\0{name}1\r\0".encode())
    one.rows()
    return one


def by_nc(world: World) -> Teller:
    one = knock(world)
    one.text()
    one.types("ada", "ada1")
    one.text()
    return one


def test_telnet_is_offered_to_have_its_lines_edited_and_asked_for_its_size(world: World) -> None:
    one = knock(world)
    assert one.wire.taken() == OPENING
    one.sends(AGREES)
    assert one.rows() == ["-- This is chatroom, its console.", "Name:"]


def test_somebody_logs_in_by_telnet_and_the_password_is_not_echoed(world: World) -> None:
    one = by_telnet(world)
    one.sends(b"ada\r\0")
    assert one.rows()[-2:] == ["Name: ada", "Password:"]
    one.sends(b"ada1")
    assert b"1" not in one.wire.value()
    one.sends(b"\r\0")
    assert one.rows()[-3:] == ["Password:", "Welcome, ada. Type help for commands, quit to leave.", ">"]


def test_nc_has_the_same_dialogue_line_by_line(world: World) -> None:
    one = knock(world)
    assert one.wire.taken() == OPENING
    world.rest(PROBE)
    assert one.text() == "\r-- This is chatroom, its console.\nName: "
    one.types("ada")
    assert one.text() == "Password (your own terminal may show it): "
    one.types("ada1")
    assert one.text() == "Welcome, ada. Type help for commands, quit to leave.\n"
    one.types("rooms", "quit")
    assert one.text().startswith("lobby (0 here)\n")
    assert one.wire.lost


def test_everything_may_come_at_once_and_then_the_end_of_input(world: World) -> None:
    one = knock(world)
    one.sends(b"ada\nada1\nrooms\nhlep")
    one.wire.finish()
    world.rest()
    text = one.text()
    assert text.index("Welcome, ada") < text.index("lobby (0 here)") < text.index("! There is no hlep. Did you mean help?")
    assert one.wire.lost


def test_a_telnet_that_refuses_to_be_edited_has_the_dialogue_line_by_line(world: World) -> None:
    one = knock(world)
    one.sends(REFUSES)
    world.rest(PROBE)
    assert one.wire.taken().endswith(b"-- This is chatroom, its console.\r\nName: ")
    one.sends(b"ada\r\nada1\r\n")
    assert "Welcome, ada" in one.text()


def test_a_telnet_that_agrees_late_is_edited_from_then_on(world: World) -> None:
    one = knock(world)
    world.rest(PROBE)
    one.sends(AGREES + b"ad")
    assert one.rows()[-1] == "Name: ad"


def test_a_wrong_password_may_be_tried_three_times(world: World) -> None:
    one = by_telnet(world)
    for _ in range(TRIES):
        assert not one.wire.lost
        one.sends(b"ada\rwrong\r")
    rows = one.rows()
    assert rows.count("! That name and password do not belong together.") + sum("Try again in" in row for row in rows) == TRIES
    assert rows[-1] == "-- Too many attempts. Connect again when you know your password."
    assert one.wire.lost


@pytest.mark.parametrize(("name", "let_in"), [("ada", True), ("mod", True), ("bob", False)])
def test_a_console_is_for_moderators_and_admins(world: World, name: str, let_in: bool) -> None:
    one = by_telnet(world)
    one.sends(f"{name}\r{name}1\r".encode())
    assert (f"Welcome, {name}." in " ".join(one.rows())) is let_in


def test_who_was_invited_chooses_a_password_and_is_in(world: World) -> None:
    one = by_telnet(world)
    one.sends(b"ada\rcode\r")
    assert one.rows()[-2:] == ["-- Welcome, ada. Your invitation is good: choose a password of your own now.", "New password:"]
    one.sends(b"short\r")
    assert one.rows()[-1] == "New password:"
    one.sends(b"long enough words\r")
    assert one.rows()[-2:] == ["Welcome, ada. Type help for commands, quit to leave.", ">"]
    assert "long enough" not in " ".join(one.rows())


def test_an_empty_name_is_asked_for_again(world: World) -> None:
    one = by_telnet(world)
    one.sends(b"\r  \r")
    assert one.rows()[-3:] == ["Name:", "Name:", "Name:"]


def test_who_does_not_log_in_within_a_minute_is_let_go(world: World) -> None:
    one = by_telnet(world)
    world.rest(59)
    one.sends(b"a")
    assert not one.wire.lost
    world.rest(2)
    assert one.rows()[-1] == "-- You did not log in in time."
    assert one.wire.lost


def test_who_types_nothing_for_long_is_told_and_then_let_go(world: World) -> None:
    one = logged_in(world)
    world.rest(IDLE - WARNING)
    assert "Is anybody there? This console closes in 60 seconds" in one.text().replace("\n", "")
    assert not one.wire.lost
    world.rest(WARNING)
    assert one.wire.lost


def test_a_key_is_enough_to_stay(world: World) -> None:
    one = logged_in(world)
    world.rest(IDLE - 1)
    one.sends(b"x")
    world.rest(IDLE - WARNING - 1)
    assert not one.wire.lost


def test_what_is_typed_is_not_disturbed_by_what_happens(world: World) -> None:
    one = logged_in(world)
    one.sends(b"roo")
    reader = next(iter(world.house.readers.values()))
    world.house.perform(reader, Request("help", "who"))
    rows = one.rows()
    assert rows[-1] == "> roo"
    assert rows[-2] == "Also: names"
    one.sends(b"ms\r")
    assert "lobby (0 here)" in one.rows()


def test_tab_completes_verbs_then_names_and_rooms(world: World) -> None:
    world.person("robert")
    one = logged_in(world)
    one.sends(b"whoi\trob\t")
    assert one.rows()[-1] == "> whois robert"
    one.sends(b"\x15who lob\t")
    assert one.rows()[-1] == "> who lobby"


def test_strangers_are_completed_nothing(world: World) -> None:
    world.person("robert")
    one = by_telnet(world)
    one.sends(b"rob\t\t")
    assert one.rows()[-1] == "Name: rob"


def test_ctrl_d_leaves_before_and_after_logging_in(world: World) -> None:
    stranger = by_telnet(world)
    stranger.sends(b"\x04")
    one = logged_in(world)
    one.sends(b"\x04")
    assert (stranger.wire.lost, one.wire.lost) == (True, True)


def test_telnets_interrupt_clears_the_line(world: World) -> None:
    one = logged_in(world)
    one.sends(b"kick bob\xff\xf4")
    assert one.rows()[-2:] == ["> kick bob^C", ">"]
    assert not one.wire.lost


def test_the_prompt_is_taken_away_when_the_house_closes_the_console(world: World) -> None:
    one = logged_in(world)
    one.sends(b"half a line")
    reader = next(iter(world.house.readers.values()))
    world.house.say_goodbye(reader, "That is all.")
    world.rest()
    assert one.rows()[-1] == "-- That is all."


def test_who_does_not_read_is_not_read_from_and_nothing_piles_up(world: World) -> None:
    one = logged_in(world)
    one.wire.full = True
    one.sends(b"help\r")
    assert one.wire.producerState == "paused"
    before = len(one.wire.value())
    one.sends(b"help\r" * 400)
    assert len(one.wire.value()) - before < 1000
    one.wire.drain()
    world.rest()
    assert one.wire.producerState == "producing"
    assert one.text().count("COMMAND says more") >= 400


def test_much_input_is_looked_at_in_slices(world: World) -> None:
    one = logged_in(world)
    one.wire.feed(b"a" * (4 * SLICE))
    assert len(world.house.readers) == 1
    assert one.wire.producerState == "paused"
    world.rest()
    assert one.wire.producerState == "producing"


def test_a_line_too_long_is_refused_and_the_console_goes_on(world: World) -> None:
    one = by_nc(world)
    one.types("a" * 5000, "rooms")
    assert one.text() == ("! That line is longer than 4096 bytes. Nothing of it was sent: send it in parts.\nlobby (0 here)\n")


def test_endless_telnet_commands_end_the_connection(world: World) -> None:
    one = knock(world)
    one.sends(b"\xff\xf1" * 5000)
    assert one.wire.lost


def test_nobody_is_in_the_chat_because_of_a_console(world: World) -> None:
    ann = world.person("ann")
    logged_in(world)
    ann.hears()
    ann.types("/who")
    ann.hears("lobby (1 here): ann")


def test_who_is_banned_is_told_so_and_offered_nothing(world: World) -> None:
    one = logged_in(world)
    one.sends(b"ban 203.0.113.5 for good spam\r")
    banned = knock(world, Wire(world.clock, "203.0.113.5"))
    text = banned.wire.taken()
    assert b"You are banned from this house" in text
    assert b"\xff" not in text
    assert banned.wire.lost


def test_the_front_door_leads_nobody_here(world: World) -> None:
    door = console.open_door(world.house)
    assert [door.recognises(first) for first in (b"", b"\xff", b"admin")] == [False, False, False]


@given(st.lists(st.binary(max_size=60) | st.sampled_from([AGREES, SIZED, REFUSES, b"ada\r", b"ada1\r", b"\r\n", b"\x04", b"\x1b["])))
def test_hostile_bytes_end_in_nothing_worse_than_a_closed_connection(sent: list[bytes]) -> None:
    world = made()
    one = knock(world)
    for data in sent:
        one.sends(data)
    assert world.house.figures.faults == 0
    one.leaves()
    assert world.house.readers == {}
    assert not [call for call in world.clock.getDelayedCalls() if call.getTime() > world.clock.seconds() + 3]
