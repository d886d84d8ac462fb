"""Plain words in a row, which the IRC door takes together: the same comes of them as if each had been taken by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatroom.core.flood import FloodLimits
from chatroom.core.limits import Limits
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.testing import Person, SlowWorld, member
from chatroom.wire.irc.rows import Row, read_row
from tests.doors.watched import Watched

FLOODS = FloodLimits(burst=30, per_minute=60, patience=6, tries=8)
HEAD = b"PRIVMSG #den :"
FULL = 510 - len(HEAD)
LINES = [
    *[HEAD + b"word %d" % number for number in range(4)] * 4,
    HEAD + "grüß dich".encode(),
    HEAD + b"x" * FULL,
    HEAD + b"x" * (FULL + 1),
    HEAD + b"caf\xe9",
    HEAD,
    HEAD + b"   ",
    HEAD + b"two carriage returns\r",
    HEAD + b"one within\rit",
    HEAD + b"\x01ACTION waves\x01",
    HEAD + b"\x02bold\x02",
    HEAD + b"half \0 of it",
    HEAD + "\u2028\u200b".encode(),
    b"PRIVMSG #den plain",
    b"privmsg #den :small letters",
    b"PRIVMSG #Den :capitals",
    b"PRIVMSG  #den :blanks",
    b"PRIVMSG #den,#lobby :both",
    b"PRIVMSG #lobby :elsewhere",
    b"PRIVMSG #nowhere :nobody",
    b"PRIVMSG #b\xe4d :name",
    b"PRIVMSG bob :in private",
    b"@label=l1 PRIVMSG #den :labelled",
    b"@+typing=done PRIVMSG #den :tagged",
    b":ann!a@b PRIVMSG #den :with a source",
    b"NOTICE #den :notice",
    b"PING here",
    b"NICK anna",
    b"NICK ann",
    b"PART #den",
    b"JOIN #den",
    b"SLOW #den 5s",
    b"SLOW #den off",
    b"MODE #den +m",
    b"MODE #den -m",
    b"MODE #den +b bob!*@*",
    b"MODE #den -n",
    b"MUTE anna 5m",
    b"UNMUTE anna",
    b"AWAY :gone",
    b"",
]
NAMES = ("ann", "bob", "max")
Step = tuple[Any, ...]
steps = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(LINES), min_size=1, max_size=12), st.booleans()),
    st.tuples(st.just("disk"), st.sampled_from((0, 0, 1, 2, 3, 99))),
    st.tuples(st.just("time"), st.floats(0, 20)),
)
CAPS = ((), ("echo-message",), ("echo-message", "server-time", "message-tags", "labeled-response", "batch"))


class House(Watched):
    """Be a house with three people, in which words in a row are taken together, or each by itself."""

    def __init__(self, together: bool, caps: Sequence[tuple[str, ...]], replies: int) -> None:
        limits = Limits(replies=replies, text=600)
        super().__init__(SlowWorld(Rules(limits=limits), members=[member("mod", Rank.MODERATOR)], floods=FLOODS))
        self.people = {name: self._enter(name, together, one) for name, one in zip(NAMES, caps, strict=True)}
        self.world.settle()
        self.people["max"].types("OPER mod mod opens this door")
        self.world.settle()
        assert len(self.world.hub.rooms["den"].occupants) == 3
        self.heard()

    def _enter(self, name: str, together: bool, caps: tuple[str, ...]) -> Person:
        person = self.world.chatter(name, *caps)
        if not together:
            person.wire.protocol.take_row = lambda most: 0
        person.types("JOIN #den")
        self.world.settle()
        return person

    def take(self, step: Step) -> None:
        match step:
            case ("disk", lines):
                self._decline(lines)
                self.world.settle()
            case ("time", seconds):
                self.world.rest(seconds)
            case (name, lines, whole):
                for one in [b"".join(line + b"\r\n" for line in lines)] if whole else [line + b"\n" for line in lines]:
                    self.people[name].sends(one)

    def waiting(self, count: int) -> int:
        """Tell how many lines there are in the first submissions that wait for the disk."""
        return sum(len(one.drafts) or 1 for one in self.world.disk.waiting[:count])

    def _decline(self, lines: int) -> None:
        count = 0
        while self.waiting(count) < lines:
            count += 1
        self.world.decline(count)


@given(st.tuples(*[st.sampled_from(CAPS)] * 3), st.sampled_from((3, 64)), st.lists(steps, max_size=12))
@example(
    ((), (), ()),
    64,
    [("ann", [HEAD + b"1", HEAD + b"2", HEAD, HEAD + b"3"], True), ("disk", 99), ("ann", [HEAD + b"4"] * 30, True)],
)
@example((CAPS[2],) * 3, 3, [("max", [HEAD + b"1"] * 12, True), ("bob", [HEAD + b"1"] * 9, True), ("disk", 0)])
@example(
    CAPS,
    64,
    [("ann", [HEAD + b"1"] * 3, True), ("bob", [HEAD + b"2"] * 3, True), ("max", [HEAD + b"3"] * 3, True), ("disk", 2), ("disk", 0)],
)
def test_words_in_a_row_become_what_each_would_have_become_by_itself(
    caps: Sequence[tuple[str, ...]], replies: int, taken: list[Step]
) -> None:
    together, singly = House(True, caps, replies), House(False, caps, replies)
    for step in taken:
        if step[0] == "disk":
            step = ("disk", together.waiting(step[1]))
        together.take(step)
        singly.take(step)
        assert together.heard() == singly.heard()
    assert together.end() == singly.end()
    assert together.heard() == singly.heard()


def test_words_in_a_row_are_one_submission() -> None:
    house = House(True, [()] * 3, 64)
    house.people["ann"].sends(b"".join(HEAD + b"%d\r\n" % number for number in range(9)))
    (submission,) = house.world.disk.waiting
    assert len(submission.drafts) == 9
    house.world.settle()
    assert [one.rpartition(":")[2] for one in house.people["bob"].lines()] == [str(number) for number in range(9)]


@pytest.mark.parametrize("caps", CAPS[:2])
def test_who_says_much_in_a_row_is_read_from_again_when_it_is_stored(caps: tuple[str, ...]) -> None:
    house = House(True, [caps, (), ()], 8)
    house.people["ann"].sends(b"".join(HEAD + b"%d\r\n" % number for number in range(20)))
    assert sum(len(submission.drafts) for submission in house.world.disk.waiting) == 8
    assert len(house.world.house.deeds.held) == 1
    for _ in range(3):
        house.world.settle()
        house.world.rest(1.0)
    assert len(house.people["bob"].lines()) == 20
    assert len(house.people["ann"].lines()) == 20 * len(caps)
    assert not house.world.house.deeds.held
    house.people["ann"].sends(b"".join(HEAD + b"%d\r\n" % number for number in range(9)))
    house.people["ann"].leaves()
    assert not house.world.house.deeds.held


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        ([HEAD + b"one\r", HEAD + b"two", b"PING x", HEAD + b"three"], ["one", "two"]),
        ([HEAD + b"one", b"PRIVMSG #lobby :two"], ["one"]),
        ([HEAD + b"one", b"PRIVMSG #denn :two"], ["one"]),
        ([HEAD + b"x" * FULL + b"\r", HEAD + b"x" * (FULL + 1)], ["x" * FULL]),
        ([HEAD + b": two :colons"], [": two :colons"]),
        ([HEAD + "grüß".encode()], ["grüß"]),
    ],
)
def test_a_row_ends_where_something_else_begins(lines: list[bytes], texts: list[str]) -> None:
    assert read_row(lines) == Row("#den", texts)


@pytest.mark.parametrize(
    "line",
    [b"", b"PING x", HEAD + b"\xff", HEAD + b"\0", HEAD + b"a\rb", HEAD + b"\x01A\x01", HEAD + b"x" * (FULL + 1), b"PRIVMSG #a,#b :c"],
)
def test_what_is_not_clearly_plain_is_no_row(line: bytes) -> None:
    assert read_row([line]) is None
    assert read_row([]) is None
