"""Passwords at the line door: asked for where one is needed, never shown, and what comes of right, wrong and new ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from chatroom.core.errors import PasswordTooShort
from chatroom.core.members import Member
from chatroom.doors._login import LONGEST_SHOWN
from chatroom.testing import Person, World

WILL_ECHO, WONT_ECHO = b"\xff\xfb\x01", b"\xff\xfc\x01"
DO_ECHO, DONT_ECHO = b"\xff\xfd\x01", b"\xff\xfe\x01"
SHOWN = " (your own terminal may show it)"
WRONG = "! That name and password do not belong together."
SECRET = "correct horse"


@dataclass
class Found:
    """Be a member recognised."""

    member: Member
    invited: bool = False


@dataclass
class Office:
    """Know one member's password, and take the time a test wants."""

    ann: Member
    password: str = SECRET
    invitation: str = ""
    slow: Deferred[None] | None = None
    asked: list[str] = field(default_factory=list)

    async def recognise(self, who: str, password: str) -> Found | None:
        self.asked.append(password)
        if self.slow is not None:
            await self.slow
        if self.invitation and password == self.invitation:
            return Found(self.ann, invited=True)
        return Found(self.ann) if password == self.password and who in {"ann", "ann@example.org"} else None

    async def passwd(self, member: Member, password: str) -> None:
        if len(password) < 8:
            raise PasswordTooShort(least=8)
        self.password, self.invitation = password, ""


def membered(**limits: Any) -> tuple[World, Office]:
    world = World(**limits)
    ann = Member("a1", "ann@example.org", "ann")
    office = Office(ann)
    world.hub.keeper.members.add(ann)
    world.house.offices |= {"recognise": office.recognise, "passwd": office.passwd}
    return world, office


def newcomer(world: World) -> Person:
    one = world.connect()
    one.lines()
    return one


def test_a_member_is_asked_for_the_password_and_a_guest_is_not() -> None:
    world, _ = membered()
    ann, bob = newcomer(world), newcomer(world)
    ann.types("ann")
    ann.hears("-- Password for ann:" + SHOWN)
    ann.types(SECRET)
    assert ann.lines()[0] == "Welcome, ann."
    bob.types("bob")
    assert bob.lines()[0] == "Welcome, bob."
    ann.types("hi")
    assert "ann: hi" in bob.lines()


def test_the_mail_does_for_the_name() -> None:
    world, _ = membered()
    ann = newcomer(world)
    ann.types("ann@example.org", SECRET)
    assert "Welcome, ann." in ann.lines()


def test_telnet_is_kept_from_showing_the_password_and_shows_again_what_follows() -> None:
    world, _ = membered()
    ann = newcomer(world)
    ann.sends(b"ann\r\n")
    assert ann.wire.taken() == WILL_ECHO + b"-- Password for ann:\r\n"
    ann.sends(DO_ECHO)
    assert ann.wire.taken() == b""
    ann.sends(SECRET.encode() + b"\r\n")
    assert ann.wire.taken().startswith(WONT_ECHO + b"Welcome, ann.\r\n")
    ann.sends(DONT_ECHO)
    assert ann.wire.taken() == b""


def test_a_password_is_edited_like_any_line_and_is_never_a_command() -> None:
    world, office = membered()
    ann = newcomer(world)
    ann.sends(b"ann\n/quux\x7f\x7ft\xc3\xbc\x00\n")
    assert office.asked == ["/qut\u00fc"]
    assert not ann.wire.lost


@pytest.mark.parametrize("typed", [b"hunter2 hunter2", b"/who hunter2", b"GET /hunter2 HTTP/1.1", b"hunter2\xe9", b"hunter2" * 4000])
def test_no_answer_shows_what_was_typed_as_a_password(typed: bytes) -> None:
    world, _ = membered()
    bob, ann = world.person("bob"), newcomer(world)
    ann.types("ann")
    ann.sends(typed + b"\n")
    said = "\n".join([*ann.lines(), *bob.lines()])
    assert "!" in said
    assert "hunter2" not in said


AGAIN = "-- Password for ann again, or Enter alone for another name:" + SHOWN


def test_a_password_typed_after_a_wrong_one_is_a_password_and_nobodys_name() -> None:
    world, _ = membered()
    ann = newcomer(world)
    ann.types("ann", "wrong")
    ann.hears("-- Password for ann:" + SHOWN, WRONG, AGAIN)
    ann.types(SECRET)
    assert "Welcome, ann." in ann.lines()


def test_after_a_wrong_password_enter_alone_asks_for_another_name() -> None:
    world, _ = membered()
    ann = newcomer(world)
    ann.types("ann", "wrong", "", "bob")
    assert "Welcome, bob." in ann.lines()


def test_wrong_and_empty_passwords_count_as_tries() -> None:
    world, _ = membered(tries=3)
    ann = newcomer(world)
    ann.types("ann", "wrong", "", "ann", "wrong", "late")
    assert ann.lines()[-1] == "-- Too many tries without a name. Connect again when you have one."
    assert ann.wire.lost
    assert world.hub.people == {}


def test_too_many_attempts_are_told_with_how_long_to_wait() -> None:
    world, office = membered(tries=50)
    ann = newcomer(world)
    ann.types("ann", *["wrong"] * 48)
    (told, *_) = [line for line in ann.lines() if "Too many attempts" in line]
    assert told.startswith("! Too many attempts to log in. Try again in ")
    assert len(office.asked) < 24


def test_lines_typed_while_a_password_is_checked_wait_for_the_outcome() -> None:
    world, office = membered()
    bob, ann = world.person("bob"), newcomer(world)
    bob.lines()
    office.slow = Deferred()
    ann.types("ann", SECRET, "hello", "/me waves")
    bob.hears()
    office.slow.callback(None)
    world.rest()
    bob.hears("-- ann joined (2 here)", "ann: hello", "* ann waves")


def test_lines_sent_with_a_wrong_password_are_said_by_nobody() -> None:
    world, _ = membered()
    bob, ann = world.person("bob"), newcomer(world)
    ann.types("ann", "wrong", "ann", "wrong too")
    bob.hears()


def test_an_invitation_is_turned_into_a_password_of_ones_own() -> None:
    world, office = membered()
    office.invitation = "abcd-efgh-jkmn"
    ann = newcomer(world)
    ann.types("ann", "abcd-efgh-jkmn")
    ann.hears(
        "-- Password for ann:" + SHOWN,
        "-- Welcome, ann. Your invitation is good: choose a password of your own now.",
        "-- Choose a password:" + SHOWN,
    )
    ann.types("short")
    heard = ann.lines()
    assert heard[0].startswith("-- That password is too short")
    assert heard[1:] == ["-- Choose a password:" + SHOWN]
    ann.types("a new secret", "a new secrte")
    ann.hears("-- And once more:" + SHOWN, "-- The two are not the same.", "-- Choose a password:" + SHOWN)
    ann.types("a new secret", "a new secret")
    assert ann.lines()[1] == "Welcome, ann."
    assert office.password == "a new secret"


def test_who_gives_no_password_in_time_is_let_go_and_who_gave_it_is_not() -> None:
    world, _ = membered()
    slow, ann = newcomer(world), newcomer(world)
    slow.types("ann")
    ann.types("ann", SECRET)
    slow.lines(), ann.lines()
    world.rest(world.hub.limits.registration + 1)
    assert slow.wire.lost
    assert not ann.wire.lost
    assert "-- You did not say who you are in time." in slow.lines()


def test_a_stranger_s_endless_name_is_shown_in_part() -> None:
    world, _ = membered()
    world.hub.keeper.access = "members"
    one = newcomer(world)
    one.types("x" * 16_000)
    one.hears(f"-- Password for {'x' * LONGEST_SHOWN}…:{SHOWN}")


def test_telnets_interrupt_at_the_password_hangs_up() -> None:
    world, office = membered()
    ann = newcomer(world)
    ann.sends(b"ann\r\n")
    ann.sends(b"corr\xff\xf4")
    assert ann.wire.lost
    assert office.asked == []


def test_once_somebody_is_in_nobody_listens_to_their_replies() -> None:
    world, _ = membered()
    ann = world.person("bob")
    assert [reader.listener for reader in world.house.readers.values()] == [None]
    assert not ann.wire.lost
