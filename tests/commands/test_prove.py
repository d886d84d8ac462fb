"""Proving that one knows a password, without saying it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.core.scram import Exchange, Keys, first
from chatroom.testing import Person, World, member, password_of
from tests.core.test_scram import final


def proven(person: Person, name: str, password: str, header: str = "n,,") -> dict[str, object]:
    """Go through an exchange; give what came of its last message."""
    begun = person.answer("prove", first=f"{header}n={name},r=abcdefgh")
    if "message" not in begun:
        return begun
    return person.answer("prove", final=answered(name, password, begun["message"], header))


def answered(name: str, password: str, challenge: str, header: str = "n,,") -> str:
    """Answer a challenge."""
    fields = dict(part.split("=", 1) for part in challenge.split(","))
    keys = Keys(base64.b64decode(fields["s"]), int(fields["i"]), b"", b"")
    return final(password.encode(), Exchange(first(f"{header}n={name},r=abcdefgh"), keys, fields["r"]))


def test_who_knows_the_password_is_the_member_from_then_on() -> None:
    world = World(members=[member("mia", Rank.MODERATOR)])
    mia = world.connect(world.native)
    assert "message" in proven(mia, "mia", password_of("mia"))
    answer = mia.answer("prove")
    assert (answer["name"], answer["member"]) == ("mia", "m-mia")
    welcome = mia.answer("hello", name="mia_phone")
    assert (welcome["you"], welcome["rank"]) == ("mia_phone", "moderator")


def test_a_wrong_password_and_nobodys_are_refused_alike() -> None:
    world = World(members=[member("mia"), member("gus")])
    eve = world.connect(world.native)
    refused = [proven(eve, name, "guess")["error"] for name in ("mia", "nobody")]
    assert refused == ["wrong-password", "wrong-password"]
    assert eve.answer("prove")["error"] == "malformed"


def test_a_proof_is_good_once_and_only_after_its_own_beginning() -> None:
    world = World(members=[member("mia")])
    mia = world.connect(world.native)
    assert "message" in proven(mia, "mia", password_of("mia"))
    assert "message" in mia.answer("prove", first="n,,n=gus,r=abcdefgh")
    assert mia.answer("prove")["error"] == "malformed"
    assert mia.answer("prove")["error"] == "malformed"


def test_a_password_changed_meanwhile_is_wrong() -> None:
    world = World(members=[member("mia")])
    mia = world.connect(world.native)
    begun = mia.answer("prove", first="n,,n=mia,r=abcdefgh")["message"]
    world.members.replace([replace(member("mia"), secret="$another one")])
    assert mia.answer("prove", final=answered("mia", password_of("mia"), begun))["error"] == "wrong-password"


@pytest.mark.parametrize("left", [[], [replace(member("mia"), secret="$another one")]])
def test_a_password_changed_after_the_proof_but_before_it_counts_is_wrong(left: list[Member]) -> None:
    world = World(members=[member("mia")])
    mia = world.connect(world.native)
    assert "message" in proven(mia, "mia", password_of("mia"))
    world.members.replace(left)
    assert mia.answer("prove")["error"] == "wrong-password"
    assert "member" not in mia.answer("hello", name="guest")


def test_who_proved_to_be_a_member_comes_in_as_what_they_are_by_then() -> None:
    world = World(members=[member("mia", Rank.ADMIN), member("bob", Rank.ADMIN)])
    mia, bob = world.connect(world.native), world.connect(world.native)
    for person, name in ((mia, "mia"), (bob, "bob")):
        proven(person, name, password_of(name))
        assert person.answer("prove")["ok"]
    world.members.replace([member("bob", Rank.MEMBER)])
    assert mia.answer("hello", name="mia")["rank"] == "guest"
    assert bob.answer("hello", name="bob")["rank"] == "member"


def test_attempts_are_limited_as_by_any_login() -> None:
    world = World(members=[member("mia")])
    eve = world.connect(world.native)
    codes = [eve.answer("prove", first="n,,n=mia,r=abcdefgh").get("error") for _ in range(6)]
    assert codes == [None] * 5 + ["too-many-attempts"]


def test_a_guest_becomes_the_member_under_the_name_they_have() -> None:
    world = World(members=[member("mia", Rank.MODERATOR)])
    bob, guest = world.program("bob"), world.program("mimi")
    assert guest.answer("whois", name="mimi")["rank"] == "guest"
    proven(guest, "mia", password_of("mia"))
    assert guest.answer("prove")["name"] == "mia"
    assert bob.answer("whois", name="mimi")["rank"] == "moderator"
    assert proven(guest, "mia", password_of("mia"))["error"] == "is-a-member"
    assert world.program("mimi2").answer("identify", name="mia", password=password_of("mia"))["error"] == "here-already"


def test_what_a_guest_held_in_rooms_is_the_members_from_then_on_and_after_a_restart() -> None:
    world = World(members=[member("mia")])
    bob, guest = world.program("bob", rooms=["den"]), world.program("mimi", rooms=["cave"])
    bob.asks("op", name="mimi", room="den")
    guest.asks("join", room="den")
    bob.asks("op", name="mimi", room="den")
    guest.asks("say", room="cave", text="mine")
    proven(guest, "mia", password_of("mia"))
    guest.answer("prove")
    assert "error" not in guest.answer("lock", room="cave", state="on")
    assert "error" not in guest.answer("lock", room="den", state="on")
    again = world.restarted().logged_in("mia", rooms=["cave", "den"])
    assert "error" not in again.answer("close", room="cave")
    assert "error" not in again.answer("lock", room="den", state="off")


def test_who_is_banned_gets_in_by_no_proof() -> None:
    world = World(members=[member("mia"), member("ada", Rank.ADMIN)])
    world.logged_in("ada").asks("ban", 1, who="mia")
    mia = world.connect(world.native)
    proven(mia, "mia", password_of("mia"))
    assert mia.answer("prove")["error"] == "banned"
