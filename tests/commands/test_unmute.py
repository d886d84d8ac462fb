"""Letting somebody speak again."""

from __future__ import annotations

from chatroom.testing import Person, World


def test_they_and_the_room_are_told_and_they_speak(club: World, mod: Person, eve: Person) -> None:
    bob = club.person("bob")
    mod.answer("mute", who="eve")
    eve.lines(), bob.lines()
    assert mod.answer("unmute", who="eve")["lines"] == ["Not muted any more: eve and 198.51.100.7."]
    eve.hears("-- mod lifted the mute of eve", "-- You may speak again.")
    bob.hears("-- mod lifted the mute of eve")
    eve.types("thanks")
    bob.hears("eve: thanks")


def test_who_is_not_muted_or_only_part_of_more_is_told_so(club: World, mod: Person, eve: Person) -> None:
    assert mod.answer("unmute", who="eve")["why"] == "eve is not muted. Type /bans to see who is."
    mod.answer("mute", who="ev?")
    assert mod.answer("unmute", who="eve")["why"] == "eve is muted only as part of #1. Type /unmute #1 to lift that."
    assert mod.answer("line", text="/unmute #1")["ok"]


def test_mutes_stand_among_the_bans(club: World, mod: Person, eve: Person) -> None:
    mod.answer("mute", who="eve", reason="spam")
    answer = mod.answer("bans")
    assert answer["lines"] == ["Nobody is banned.", "muted: #1 eve and 198.51.100.7, for 10 more minutes, by mod: spam"]
    assert answer["mutes"][0]["id"] == "1"


def test_others_read_the_name_of_a_member_who_was_not_here_when_they_were_muted(club: World, mod: Person) -> None:
    bob = club.person("bob")
    assert mod.answer("mute", who="meg", **{"for": "10m"})["ok"]
    meg = club.logged_in("meg")
    bob.lines()
    assert mod.answer("unmute", who="meg")["ok"]
    assert meg.answer("say", text="hi")["ok"]
    assert "member:" not in (heard := repr(bob.lines()))
    assert "meg" in heard
