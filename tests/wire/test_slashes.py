"""Verbs in texts of ours, as they are typed elsewhere."""

from __future__ import annotations

import pytest

from chatroom.testing import World
from chatroom.wire.slashes import quoted, unslashed


@pytest.mark.parametrize(
    ("text", "console", "irc"),
    [
        ("/unban #1 takes it back.", "unban #1 takes it back.", "/quote unban #1 takes it back."),
        (
            "Use /nick to change it; /rooms lists them.",
            "Use nick to change it; rooms lists them.",
            "Use /nick to change it; /quote rooms lists them.",
        ),
        ("in /etc/passwd, http://x/y and 1/2", "in /etc/passwd, http://x/y and 1/2", "in /etc/passwd, http://x/y and 1/2"),
        ("/who, /whois and /whole", "who, whois and whole", "/who, /whois and /quote whole"),
        ("as /quote unban", "as quote unban", "as /quote unban"),
        ("/me and /meet", "me and meet", "/me and /quote meet"),
    ],
)
def test_verbs_are_named_as_they_are_typed(text: str, console: str, irc: str) -> None:
    assert (unslashed(text), quoted(text)) == (console, irc)


def test_the_house_tells_irc_of_its_commands_as_they_are_typed_there() -> None:
    bob = World().chatter("bob")
    for asked in ("PRIVMSG house help", "HELP"):
        bob.types(asked)
        told = bob.lines()
        assert any(":search WORDS" in line for line in told)
        assert not any(":/" in line for line in told)
        assert "is said to everyone" not in "".join(told)
        assert told[-1].endswith("That is all. Each is typed as /msg house COMMAND; one that IRC does not have also as /quote COMMAND.")
    bob.types("PRIVMSG house :search", "search")
    assert [line.rpartition("Usage: ")[2] for line in bob.lines()] == ["search WORDS", "/quote search WORDS"]


def test_so_do_refusals_that_have_a_numeric_of_their_own() -> None:
    world = World()
    world.person("ann").types("/join tea")
    bob = world.chatter("bob")
    bob.types("JOIN #tea", "MODE #tea -b x")
    assert bob.lines()[-1].endswith(" 482 bob #tea :/quote unban is for those who keep order in tea: its operators, and moderators.")
