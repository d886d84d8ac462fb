"""Saying something to everyone, as the server."""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member


def announced(program: Person) -> list[tuple[str, str]]:
    return [(one["by"], one["text"]) for one in program.objects() if one["is"] == "said"]


def test_everybody_hears_it_once_wherever_they_are(club: World, ada: Person, mod: Person, eve: Person) -> None:
    both = club.person("bob")
    both.types("/join dev")
    there = club.person("carol")
    there.types("/join dev", "/leave lobby")
    for one in (both, there, eve):
        one.lines()
    ada.answer("announce", text="Tea is ready.")
    eve.hears("server: Tea is ready.")
    both.hears("server: Tea is ready.")
    there.hears("[dev] server: Tea is ready.")


def test_a_program_hears_it_in_each_of_its_rooms_as_it_counts_their_entries(club: World, ada: Person) -> None:
    bot = club.program("bot", rooms=["lobby", "dev"])
    answer = ada.answer("announce", text="Tea is ready.")
    found = [one for one in bot.objects() if one["is"] == "said"]
    assert sorted(one["room"] for one in found) == ["dev", "lobby"]
    assert {one["id"] for one in found} == {answer["id"]}


def test_it_stands_in_the_history_of_the_lobby_and_survives(club: World, ada: Person) -> None:
    ada.answer("announce", text="Tea is ready.")
    again = club.restarted()
    bob = again.connect()
    bob.lines()
    bob.types("bob")
    assert any("server: Tea is ready." in line for line in bob.lines())


def test_it_can_be_said_in_one_room_alone(club: World, ada: Person, eve: Person) -> None:
    bob = club.person("bob")
    bob.types("/join dev")
    bob.lines(), eve.lines()
    assert ada.answer("announce", text="To the point.", to="DEV")["room"] == "dev"
    bob.hears("[dev] server: To the point.")
    eve.hears()
    assert ada.answer("announce", text="Hello?", to="nowhere")["error"] == "no-such-room"


def test_what_is_typed_in_a_room_is_for_everyone_too(club: World, eve: Person) -> None:
    here = club.logged_in("ada", rooms=["dev"])
    eve.lines()
    here.answer("line", text="/announce Tea is ready.", room="dev")
    eve.hears("server: Tea is ready.")


def test_somebody_who_reads_slowly_hears_it_once(club: World, ada: Person, eve: Person) -> None:
    eve.types("/join dev")
    eve.lines()
    bob = club.person("bob")
    eve.wire.full = True
    for number in range(300):
        bob.types(f"{number} {'x' * 1000}")
    ada.answer("announce", text="Tea is ready.")
    eve.wire.drain()
    club.rest(5)
    heard = eve.lines()
    assert sum(line.endswith("server: Tea is ready.") for line in heard) == 1
    assert sum("x" * 1000 in line for line in heard) == 300


def test_nobody_else_can_be_called_so(club: World, ada: Person) -> None:
    ada.answer("announce", text="Tea is ready.")
    one = club.connect()
    one.lines()
    one.types("server")
    one.hears("! server is reserved. Choose another name.")


def test_words_too_long_or_none_are_refused(ada: Person) -> None:
    assert ada.answer("announce", text="x" * 5000)["error"] == "text-too-long"
    assert ada.answer("announce", text="  ")["error"] == "empty-text"


def test_nobody_hears_what_is_not_stored() -> None:
    slow = SlowWorld(members=[member("ada", Rank.ADMIN)])
    ada, bob = slow.logged_in("ada"), slow.person("bob")
    slow.settle()
    ada.objects(), bob.lines()
    ada.asks("announce", 1, text="Tea is ready.")
    slow.decline()
    bob.hears()
    assert ada.objects()[0]["ok"] is False


def test_a_moderator_may_not(mod: Person, eve: Person) -> None:
    assert mod.answer("announce", text="Tea is ready.")["error"] == "rank-too-low"
    eve.hears()
    assert announced(mod) == []


def test_one_room_is_named_first() -> None:
    world = World()
    ann, bob, host = world.person("ann"), world.program("bob", rooms=["dev"]), world.host()
    ann.lines()
    assert host.answer("line", text="/announce #dev tea is ready")["ok"]
    assert [one["text"] for one in bob.objects() if one["is"] == "said"] == ["tea is ready"]
    ann.hears()
    assert host.answer("line", text="/announce #nowhere tea")["error"] == "no-such-room"


def test_who_announced_is_on_record_and_seen_there_alone(club: World, ada: Person, eve: Person) -> None:
    eve.types("/join dev")
    eve.lines()
    ada.answer("announce", text="Tea is ready.")
    ada.answer("announce", text="x" * 1000, to="dev")
    assert not any("ada" in line for line in eve.lines())
    first, second = ada.answer("audit")["lines"]
    assert first.endswith(": announce: Tea is ready.")
    assert " ada (" in first
    assert "announce in #dev: xxx" in second
    assert len(second) < 400
