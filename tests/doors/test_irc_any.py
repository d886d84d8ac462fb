"""Any commands in any order, from several clients at once: nothing fails, nobody is stuck, and every line is one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.caps import VALUES
from chatroom.wire.irc.commands import COMMANDS
from chatroom.wire.irc.message import LINE, parse

NAMES = ["alice", "bob", "carol", "ada", "nobody-here", "[x]", "house", "server", "*", "a*", "%", "0", "-", ":"]
ROOMS = ["#c", "#C", "#d", "#", "#lobby", "#é", "#a,#b", "#c,0", "@#c", "&x", "#" + "x" * 60]
MODES = [
    "+o",
    "-o",
    "+ov",
    "+k",
    "-k",
    "+l",
    "-l",
    "+b",
    "-b",
    "b",
    "+imst",
    "-imst",
    "+n",
    "+zZ",
    "+",
    "",
    "-+-+",
    "+iwB",
    "*!*@*",
    "a!b@c",
]
WORDS = [
    "+",
    "-",
    "C",
    "L",
    "S",
    "LS",
    "302",
    "REQ",
    "END",
    "LIST",
    "PLAIN",
    "LATEST",
    "BEFORE",
    "TARGETS",
    "timestamp=2023-01-01T00:00:00.000Z",
]
OTHERS = [
    "msgid=x",
    "10",
    "-1",
    "99999999999999999999",
    "<5",
    "C>1",
    "%tcuihsnfdlaor,1",
    "o",
    "\x01ACTION waves\x01",
    "x" * 300,
    "ä" * 200,
    "\x02\x03",
]
LAST = ["", "text", "two words", ":", "a:b", "*", "é\u202e", "multi-prefix batch", "\x01VERSION\x01", "-message-tags echo-message", " "]
# This house has no settings to read again.
VERBS = [*sorted({*COMMANDS} - {"QUIT", "REHASH"}), "SLOW", "ROOMS", "NONSENSE", "TELL", "OP", "SEARCH"]
TAGS = ["", "", "", "@label=1 ", "@label=1;+typing=active ", "@batch=1 ", "@+a=\\s\\: ", "@ ", "@= ", ":alice!x@y "]

WORD = st.sampled_from([*NAMES, *ROOMS, *MODES, *WORDS, *OTHERS])
LINES = st.builds(
    lambda tags, verb, words, last: f"{tags}{' '.join([verb, *words])}{f' :{last}' if last is not None else ''}",
    st.sampled_from(TAGS),
    st.sampled_from(VERBS) | st.sampled_from(["JOIN", "MODE", "KICK", "PRIVMSG", "NICK"]),
    st.lists(WORD, max_size=4),
    st.none() | st.sampled_from(LAST),
)
TALK = st.lists(st.tuples(st.sampled_from(["alice", "bob", "ada", "new"]), LINES), min_size=1, max_size=40)


def house() -> tuple[World, dict[str, Person]]:
    """Give a house with three people in a room, who know of everything or of nothing, and somebody who is on the way in."""
    world = World(members=[member("ada", Rank.ADMIN)])
    every = [name for name in VALUES if name not in {"sasl", "draft/account-registration"}]
    people = {"alice": world.chatter("alice", *every), "bob": world.chatter("bob"), "ada": world.connect(world.irc)}
    people["ada"].types(f"PASS :ada:{password_of('ada')}", "NICK ada", "USER ada 0 * :Ada")
    people["new"] = world.connect(world.irc)
    for person in people.values():
        person.types("JOIN #c")
        person.lines()
    return world, people


def check(line: str) -> None:
    """Check that a line is one message that fits."""
    message = parse(line)
    bare = line.partition(" ")[2] if line.startswith("@") else line
    assert len(bare.encode()) <= LINE - 2, line
    assert message.command
    assert not set(line) & {"\0", "\r", "\n"}


@given(TALK)
def test_any_commands_are_survived_and_everybody_goes_on(talk: list[tuple[str, str]]) -> None:
    world, people = house()
    for name, line in talk:
        people[name].types(line)
    world.rest(600.0)
    for person in people.values():
        for line in person.lines():
            check(line)
    assert world.house.figures.faults == 0
    for person in people.values():
        if not person.wire.disconnecting:
            person.types("PING :are you there")
            world.rest(600.0)
            assert any(line.endswith("PONG irc.chatroom :are you there") for line in person.lines())
