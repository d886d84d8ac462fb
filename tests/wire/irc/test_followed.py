"""What a client follows from the lines it is told is what the house says when asked: who is where, as what, and how they are."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import Message, parse

CAPS = ("extended-join", "away-notify", "account-notify", "setname", "chghost", "sasl", "multi-prefix")
ROOMS = ["#a", "#b"]
ASKED = "%cuhnfar"
STEPS = [
    *[
        "JOIN #a",
        "JOIN #a",
        "PART #a",
        "JOIN #b",
        "JOIN #a,#b",
        "PART #a",
        "PART #b",
        "JOIN 0",
        "KICK #a {other}",
        "KICK #b {other}",
        "INVITE {other} #a",
    ],
    *["NICK {new}", "AWAY :tea", "AWAY", "SETNAME :{new}", "LOGIN", "QUIT", "MODE #a +i", "MODE #a -i"],
    *[f"MODE #a {change} {{other}}" for change in ("+o", "-o", "+v", "-v")],
    "MODE #a +ov {other} {other}",
]


class Follower:
    """Be a client that notes what it is told."""

    def __init__(self, world: World, nick: str) -> None:
        self.nick = nick
        self.person: Person = world.chatter(nick, *CAPS)
        self.rooms: dict[str, dict[str, str]] = {}
        self.people: dict[str, dict[str, Any]] = defaultdict(dict)
        self.gone = False

    def reads(self) -> None:
        """Note what came."""
        for line in self.person.lines():
            one = parse(line)
            nick, _, mask = one.source.partition("!")
            found = getattr(self, f"_{one.command.lower()}", None)
            if found is not None:
                found(nick, mask, one)

    def asks(self, room: str) -> dict[str, dict[str, Any]]:
        """Ask the house about a room; give what it says of each who is there."""
        self.person.types(f"WHO {room} {ASKED}")
        rows = [parse(line).params for line in self.person.lines() if " 354 " in line]
        return {nick: _row(user, host, flags, account, real) for _, _, user, host, nick, flags, account, real in rows}

    def _join(self, nick: str, mask: str, one: Message) -> None:
        room, account, real = one.params
        self.rooms.setdefault(room, {})[nick] = ""
        if not any(nick in there for other, there in self.rooms.items() if other != room):
            self.people[nick]["away"] = False
        self.people[nick] |= {"mask": mask, "account": "0" if account == "*" else account, "real": real}
        if nick == self.nick:
            for other, facts in self.asks(room).items():
                self.rooms[room][other] = facts.pop("marks")
                self.people[other] = facts

    def _left(self, nick: str, room: str) -> None:
        self.rooms.pop(room) if nick == self.nick else self.rooms[room].pop(nick)

    def _part(self, nick: str, mask: str, one: Message) -> None:
        self._left(nick, one.params[0])

    def _kick(self, nick: str, mask: str, one: Message) -> None:
        self._left(one.params[1], one.params[0])

    def _quit(self, nick: str, mask: str, one: Message) -> None:
        for there in self.rooms.values():
            there.pop(nick, None)

    def _error(self, nick: str, mask: str, one: Message) -> None:
        self.gone = True

    def _nick(self, nick: str, mask: str, one: Message) -> None:
        (new,) = one.params
        self.nick = new if nick == self.nick else self.nick
        for there in self.rooms.values():
            if nick in there:
                there[new] = there.pop(nick)
        self.people[new] = self.people.pop(nick, {})

    def _mode(self, nick: str, mask: str, one: Message) -> None:
        room, change, *who = one.params
        if room not in self.rooms or not who:
            return
        for letter, name in zip(change.lstrip("+-"), who, strict=True):
            mark, marks = {"o": "@", "v": "+"}[letter], self.rooms[room][name].replace({"o": "@", "v": "+"}[letter], "")
            self.rooms[room][name] = "".join(sorted(marks + mark * change.startswith("+"), reverse=True))

    def _away(self, nick: str, mask: str, one: Message) -> None:
        self.people[nick]["away"] = bool(one.params)

    def _305(self, nick: str, mask: str, one: Message) -> None:
        self.people[self.nick]["away"] = False

    def _306(self, nick: str, mask: str, one: Message) -> None:
        self.people[self.nick]["away"] = True

    def _account(self, nick: str, mask: str, one: Message) -> None:
        self.people[nick] |= {"mask": mask, "account": one.params[0]}

    def _setname(self, nick: str, mask: str, one: Message) -> None:
        self.people[nick]["real"] = one.params[0]

    def _chghost(self, nick: str, mask: str, one: Message) -> None:
        self.people[nick]["mask"] = "@".join(one.params)


def _row(user: str, host: str, flags: str, account: str, real: str) -> dict[str, Any]:
    """Read what the house says of somebody as a client that follows would know it."""
    marks = "".join(sorted(flags.strip("GH*B"), reverse=True))
    return {"marks": marks, "mask": f"{user}@{host}", "away": flags[0] == "G", "account": account, "real": real}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STEPS), st.integers(0, 3)), max_size=30))
def test_what_is_followed_is_what_is_so(steps: list[tuple[int, str, int]]) -> None:
    names = ["mia", "max", "moe", "mel"]
    world = World(members=map(member, names))
    clients = [Follower(world, f"n{number}") for number in range(4)]
    for number, (who, step, other) in enumerate(steps):
        client = clients[who]
        if client.gone:
            continue
        plain = b64encode(f"\0{names[who]}\0{password_of(names[who])}".encode()).decode()
        typed = step.format(new=f"x{number}", other=clients[other].nick)
        client.person.types(*(["AUTHENTICATE PLAIN", f"AUTHENTICATE {plain}"] if step == "LOGIN" else [typed]))
        for one in clients:
            one.reads()
    for client in [one for one in clients if not one.gone]:
        for room, marks in client.rooms.items():
            told = {nick: {"marks": marks[nick], **client.people[nick]} for nick in marks}
            assert told == client.asks(room)
    assert world.house.figures.faults == 0
