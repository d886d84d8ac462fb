r"""Whole conversations as text, played in a house in memory.

A file under golden/ is one conversation, read from the top:

    # a comment
    door: line                  only at this door; without it, at the line door and at the native one
    limit: rooms_each 2         a limit of this house
    member: mod moderator       a member of this house, and their rank
    registration: open          who may become one
    * ann comes in              connects and gives her name at once
    * eve connects by IRC         and types what an IRC client sends
    * eve chats by IRC            connects, and is in the lobby at once
    * mod logs in               connects and gives name and password at once
    ann> hello                  types a line
    bob< ann: hello             hears a line; in what is typed, `\xNN` is a byte
    * 20 seconds pass           time goes by

A `…` in what is heard stands for anything.

Between one thing done and the next everybody must hear exactly what the file says, each in this order. At the native door the same
lines are typed as `{"do": "line"}`, and what comes back is written as the line door would; a line typed that begins with `{` is sent
as it is, and one to be heard that begins with `{` must have at least the fields named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chatroom.core.errors import DiskFull, Refused
from chatroom.core.events import Entry, HouseEvent, Invited, Told
from chatroom.core.limits import DEFAULT
from chatroom.core.members import RANKS, Member
from chatroom.core.replies import Denied, Done, Reply
from chatroom.core.rules import Rules
from chatroom.testing import START, Person, SlowWorld, member, password_of
from chatroom.wire.heard import Acknowledged, Bye, Refusal, understand
from chatroom.wire.line import LineDialect

FOLDER = Path(__file__).parent / "golden"
KEY = "the secret key of {}"


def unescaped(text: str) -> bytes:
    """Give the bytes of a typed line, with `\\xNN` standing for one that cannot be written in a file."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())


class Answered(Refused):
    """{why}"""


def by_the_clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M")


SHOWN = LineDialect(by_the_clock)


def read_aloud(line: str) -> list[str]:
    """Write what the native door said as the line door would."""
    heard = understand(line.encode())
    match heard:
        case Entry(event=Told() | Invited()):
            data = SHOWN.private(heard, own=False)
        case Entry(event=HouseEvent() as event):
            data = SHOWN.entry(heard, "lobby" if "lobby" in event.rooms else event.rooms[0])
        case Entry():
            data = SHOWN.entry(heard, heard.log)
        case Acknowledged():
            data = SHOWN.reply(Done(heard.ref, "", () if heard.entry is None else (heard.entry,)))
        case Refusal():
            data = SHOWN.reply(Denied(heard.ref, "", Answered(why=heard.why)))
        case Bye():
            data = SHOWN.farewell(heard.why)
        case Reply():
            data = SHOWN.reply(heard)
        case _:
            raise AssertionError(line)
    return data.decode().splitlines()


class Stage:
    """Play one conversation at one door."""

    def __init__(self, door: str, limits: dict[str, Any], members: Iterable[Member] = (), registration: Any = "closed") -> None:
        self.door = door
        self.world = SlowWorld(Rules(registration=registration, limits=replace(DEFAULT, **limits)), members=members)
        self.people: dict[str, Person] = {}
        self.raw: set[str] = set()
        self.deaf: set[str] = set()
        self.disk = "stores"
        self.asked = 0

    def rest(self, seconds: float = 0.0) -> None:
        self.world.rest(seconds)
        while self.disk == "stores" and self.world.disk.waiting:
            self.world.settle()
        for _ in range(2):  # what one answer leads to may be another question
            self.world.disk.answer()
            self.world.rest()

    # -- what can be done

    def types(self, name: str, text: str) -> None:
        if self.door == "native" and name not in self.raw:
            self.asked += 1
            text = json.dumps({"do": "line", "text": text, "id": self.asked})
        self.people[name].wire.feed(unescaped(text) + b"\n")
        self.rest()

    def connects(self, name: str) -> None:
        self.people[name] = self.world.connect(self.world.front)
        self.rest()

    def connects_by_native(self, name: str) -> None:
        self.people[name] = self.world.connect(self.world.native)
        self.raw.add(name)

    def connects_by_irc(self, name: str) -> None:
        self.people[name] = self.world.connect(self.world.irc)
        self.raw.add(name)

    def chats(self, name: str) -> None:
        self.connects_by_irc(name)
        self.people[name].wire.feed(f"NICK {name}\r\nUSER {name} 0 * :{name.title()}\r\nJOIN #lobby\r\n".encode())
        self.rest()
        self.people[name].lines()

    def comes_in(self, name: str) -> None:
        self.connects(name)
        if self.door == "native":
            hello = {"do": "hello", "id": 0, "name": name, "key": KEY.format(name)}
            self.people[name].wire.feed(f"{json.dumps(hello)}\n".encode())
        else:
            self.people[name].wire.feed(f"{name}\n".encode())
        self.rest()

    def logs_in(self, name: str) -> None:
        self.connects(name)
        if self.door == "native":
            hello = {"do": "hello", "id": 0, "name": name, "password": password_of(name)}
            self.people[name].wire.feed(f"{json.dumps(hello)}\n".encode())
        else:
            self.people[name].wire.feed(f"{name}\n".encode())
            self.rest()
            (question,) = self.people[name].lines()
            assert question.startswith(f"-- Password for {name}:")
            self.people[name].wire.feed(f"{password_of(name)}\n".encode())
        self.rest()

    def breaks(self, name: str) -> None:
        self.people.pop(name).leaves()
        self.rest()

    def ends(self, name: str) -> None:
        self.people[name].wire.finish()
        self.rest()

    def stops_reading(self, name: str) -> None:
        self.people[name].wire.full = True
        self.deaf.add(name)

    def reads_again(self, name: str) -> None:
        self.deaf.discard(name)
        self.people[name].wire.drain()
        self.rest()

    def passes(self, seconds: str) -> None:
        self.rest(float(seconds))

    def turns(self, how: str) -> None:
        self.disk = how
        if how == "is full":
            self.world.disk.decline(DiskFull(), len(self.world.disk.waiting))
        self.rest()

    def restarts(self) -> None:
        self.world = self.world.killed()
        self.people.clear()
        self.raw.clear()
        self.rest()

    STEPS: tuple[tuple[str, Callable[..., None]], ...] = (
        (r"(\w+) connects", connects),
        (r"(\w+) connects by the native door", connects_by_native),
        (r"(\w+) connects by IRC", connects_by_irc),
        (r"(\w+) chats by IRC", chats),
        (r"(\w+) comes in", comes_in),
        (r"(\w+) logs in", logs_in),
        (r"(\w+)'s connection breaks", breaks),
        (r"(\w+) ends their input", ends),
        (r"(\w+) stops reading", stops_reading),
        (r"(\w+) reads again", reads_again),
        (r"([0-9.]+) seconds? pass(?:es)?", passes),
        (r"the disk (stands still|stores|is full)", turns),
        (r"the house is killed and started again", restarts),
    )

    def do(self, step: str) -> None:
        for pattern, action in self.STEPS:
            found = re.fullmatch(pattern, step)
            if found:
                action(self, *found.groups())
                if self.disk == "is full":
                    self.turns("is full")
                return
        raise AssertionError(f"there is no step {step!r}")

    # -- what is heard

    def heard(self) -> Iterator[tuple[str, str]]:
        for name, person in self.people.items():
            if name in self.deaf:
                continue
            for line in person.lines():
                aloud = read_aloud(line) if self.door == "native" and name not in self.raw else [line]
                yield from ((name, one) for one in aloud)


def fits(heard: str, expected: str) -> bool:
    if heard.startswith("{") and expected.startswith("{"):
        return holds(json.loads(heard), json.loads(expected))
    if "…" in expected:
        return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), heard) is not None
    return heard == expected


def holds(found: Any, wanted: Any) -> bool:
    """Tell whether `found` has at least what is `wanted`, however deep."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(key in found and holds(found[key], value) for key, value in wanted.items())
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(holds, found, wanted))
    return bool(found == wanted)


def check(expected: list[tuple[str, str]], heard: list[tuple[str, str]], where: str) -> None:
    for name in dict(expected + heard):
        wanted, got = [text for who, text in expected if who == name], [text for who, text in heard if who == name]
        if len(wanted) != len(got) or not all(map(fits, got, wanted)):
            raise AssertionError(f"{where}: {name} heard\n  " + "\n  ".join(got) + "\nnot\n  " + "\n  ".join(wanted))


def play(path: Path, door: str) -> None:
    """Play a conversation, and fail at the first thing heard that is not in it or the other way round."""
    lines = path.read_text().splitlines()
    settings = dict(line.split(": ", 1) for line in lines if re.match(r"\w+: ", line))
    name, _, value = settings.get("limit", "").partition(" ")
    members = [member(found[1], RANKS[found[2]]) for line in lines if (found := re.fullmatch(r"member: (\w+) (\w+)", line))]
    stage = Stage(door, {name: type(getattr(DEFAULT, name))(value)} if name else {}, members, settings.get("registration", "closed"))
    expected: list[tuple[str, str]] = []
    where = path.name
    for number, line in enumerate([*lines, "* 0 seconds pass"], 1):
        found = re.fullmatch(r"(\w+)([<>]) ?(.*)", line)
        if found and found[2] == "<":
            expected.append((found[1], found[3]))
        elif found or line.startswith("* "):
            check(expected, list(stage.heard()), where)
            expected, where = [], f"{path.name}:{number} {line}"
            stage.types(found[1], found[3]) if found else stage.do(line[2:])
            if found and stage.disk == "is full":
                stage.turns("is full")
        elif line and not line.startswith("#") and not re.match(r"\w+: ", line):
            raise AssertionError(f"{path.name}:{number} is no line of a conversation: {line!r}")
    check(expected, list(stage.heard()), where)


def conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.txt")):
        only = re.search(r"^door: (\w+)$", path.read_text(), re.MULTILINE)
        for door in [only[1]] if only else ["line", "native"]:
            yield pytest.param(path, door, id=f"{path.stem} at the {door} door")


@pytest.mark.parametrize(("path", "door"), [*conversations()])
def test_a_conversation_goes_as_it_is_written(path: Path, door: str) -> None:
    play(path, door)


@pytest.mark.parametrize("point", [2, 3, 4, 5, 6])
def test_each_point_of_what_must_work_has_a_conversation(point: int) -> None:
    assert list(FOLDER.glob(f"point_{point}_*.txt"))


@pytest.mark.parametrize("change", ["bob< ann: something else", "bob< ann: hi\nbob< ann: hi", ""])
def test_a_conversation_that_goes_otherwise_fails(tmp_path: Path, change: str) -> None:
    said = (FOLDER / "two_people_talk.txt").read_text()
    assert "bob< ann: hi\n" in said
    path = tmp_path / "other.txt"
    path.write_text(said.replace("bob< ann: hi\n", f"{change}\n" if change else ""))
    with pytest.raises(AssertionError, match=r"other\.txt:\d+ ann> hi: bob heard"):
        play(path, "line")


def test_time_begins_where_the_conversations_say() -> None:
    assert by_the_clock(START) == "22:13"
