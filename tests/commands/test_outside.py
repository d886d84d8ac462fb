"""Who is outside a room may speak in it where that is let."""

from __future__ import annotations

from chatroom.testing import World


def test_who_is_outside_is_heard_where_that_is_let_and_nowhere_else() -> None:
    world = World()
    ann, bob = world.person("ann"), world.chatter("bob")
    ann.types("/join tea")
    ann.lines()
    bob.types("PRIVMSG #tea :hi")
    assert " 404 " in bob.lines()[0]
    ann.types("/outside on")
    assert ann.lines()[-1] == "Whoever is outside may speak in tea."
    bob.types("PRIVMSG #tea :hi", "PRIVMSG #tea :\x01ACTION waves\x01")
    bob.hears()
    ann.hears("[tea] bob: hi", "[tea] * bob waves")
    ann.types("/outside off")
    ann.lines()
    bob.types("PRIVMSG #tea :hi")
    assert " 404 " in bob.lines()[0]
    ann.hears()


def test_who_is_banned_muted_or_not_to_know_of_the_room_is_not_heard() -> None:
    world = World()
    ann, bob = world.person("ann"), world.chatter("bob")
    ann.types("/join tea", "/outside on")
    ways = (("404", "/mute bob", "/unmute bob"), ("404", "/ban bob", "/unban bob"), ("403", "/secret on", "/secret off"))
    for numeric, before, after in ways:
        ann.types(before)
        ann.lines()
        bob.types("PRIVMSG #tea :hi")
        (refused,) = bob.lines()
        assert f" {numeric} " in refused, before
        ann.hears()
        ann.types(after)
