"""Lines that come together at the line door, and are said in a row: the same comes of them as if each had been taken by itself."""

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
from chatroom.testing import SlowWorld, member
from chatroom.wire.typed import read_row
from tests.doors.watched import Watched

FLOODS = FloodLimits(burst=30, per_minute=60, patience=6, tries=8)
LINES = [
    *[b"word %d" % number for number in range(4)] * 4,
    "grüß dich".encode(),
    b"x" * 600,
    b"x" * 601,
    b"x" * 9000,
    b"caf\xe9",
    b"",
    b"   ",
    b" after a blank",
    b"before a blank  ",
    b"two carriage returns\r",
    b"one within\rit",
    b"a\ttab",
    b"erased\x08\x08",
    b"half \0 of it",
    b"\x1b[31mred",
    "\u2028\u200b".encode(),
    b"//slash",
    b"/",
    b"/me waves",
    b"/say so",
    b"/msg bob in private",
    b"/nick anna",
    b"/nick ann",
    b"/join den",
    b"/leave",
    b"/join lobby",
    b"/slow 5s",
    b"/slow off",
    b"/mute anna 5m",
    b"/unmute anna",
    b"/mode moderated on",
    b"/away gone",
    b"/nothing of the kind",
]
NAMES = ("ann", "bob", "mod")
Step = tuple[Any, ...]
steps = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(LINES), min_size=1, max_size=12), st.sampled_from([b"\n", b"\r\n"])),
    st.tuples(st.just("disk"), st.booleans()),
    st.tuples(st.just("time"), st.floats(0, 20)),
)


class House(Watched):
    """Be a house with three people and one who reads by IRC, in which lines are taken together, or each by itself."""

    def __init__(self, together: bool, replies: int) -> None:
        limits = Limits(replies=replies, text=600)
        super().__init__(SlowWorld(Rules(limits=limits), members=[member("mod", Rank.MODERATOR)], floods=FLOODS))
        for name in NAMES:
            person = self.people[name] = self.world.connect()
            if not together:
                person.wire.protocol.take_row = lambda most: 0
            person.types(*(("mod", "mod opens this door") if name == "mod" else (name,)))
            self.world.settle()
        self.people["irc"] = self.world.chatter("irc", "message-tags", "server-time")
        self.people["irc"].types("JOIN #lobby,#den")
        self.world.settle()
        self.heard()
        assert {person.name for person in self.world.hub.people.values()} == {*NAMES, "irc"}

    def take(self, step: Step) -> None:
        match step:
            case ("disk", True):
                self.world.settle()
            case ("disk", False):
                self.world.decline(len(self.world.disk.waiting))
            case ("time", seconds):
                self.world.rest(seconds)
            case (name, lines, end):
                self.people[name].sends(b"".join(line + end for line in lines))


@given(st.sampled_from((3, 64)), st.lists(steps, max_size=12))
@example(64, [("ann", [b"one", b"two", b"", b"three"], b"\n"), ("disk", False), ("ann", [b"four"] * 30, b"\r\n")])
@example(3, [("mod", [b"one"] * 12, b"\n"), ("bob", [b"two"] * 9, b"\n"), ("disk", True)])
def test_lines_in_a_row_become_what_each_would_have_become_by_itself(replies: int, taken: list[Step]) -> None:
    together, singly = House(True, replies), House(False, replies)
    for step in taken:
        together.take(step)
        singly.take(step)
        assert together.heard() == singly.heard()
    assert together.end() == singly.end()
    assert together.heard() == singly.heard()


def test_lines_in_a_row_are_one_submission() -> None:
    house = House(True, 64)
    house.people["ann"].sends(b"".join(b"%d\n" % number for number in range(9)))
    (submission,) = house.world.disk.waiting
    assert len(submission.drafts) == 9
    house.world.settle()
    assert house.people["bob"].lines() == [f"ann: {number}" for number in range(9)]


def test_of_lines_in_a_row_that_are_not_stored_each_is_refused() -> None:
    house = House(True, 64)
    house.people["ann"].sends(b"one\ntwo\nthree\n")
    house.world.decline(1)
    assert len(house.people["ann"].lines()) == 3
    assert house.people["bob"].lines() == []


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        ([b"one\r", b"two", b"/me waves", b"three"], ["one", "two"]),
        ([b"one", b"", b"two"], ["one"]),
        ([b"one", b" two"], ["one"]),
        ([b"one", b"two\x08"], ["one"]),
        (["grüß".encode(), b"~ two ~ "], ["grüß", "~ two ~ "]),
    ],
)
def test_a_row_ends_where_something_else_begins(lines: list[bytes], texts: list[str]) -> None:
    assert read_row(lines) == (len(texts), texts)


@pytest.mark.parametrize("line", [b"", b"/me", b"//", b"\0", b"a\rb", b"a\tb", b"a\x7f", b"a\r\r", b"\r"])
def test_what_is_not_clearly_plain_is_no_row(line: bytes) -> None:
    assert read_row([line]) == (0, [])
    assert read_row([]) == (0, [])


def test_lines_of_which_one_is_no_text_are_looked_at_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    house, looked_at = House(True, 64), []

    def read(lines: Sequence[bytes]) -> tuple[int, list[str]]:
        looked_at.append(len(lines))
        return read_row(lines)

    monkeypatch.setattr("chatroom.doors.line.read_row", read)
    house.people["ann"].sends(b"one\n" * 9 + b"\xff\n" + b"/away\n" + b"two\n")
    assert looked_at == [12, 2, 1]
    house.world.settle()
    assert [said for said in house.people["bob"].lines() if said.startswith("ann: ")] == ["ann: one"] * 9 + ["ann: two"]


def test_lines_that_are_too_much_for_one_submission_are_taken_one_by_one() -> None:
    rules = Rules(limits=Limits(text=40_000, line=41_000))
    world = SlowWorld(rules, floods=FloodLimits(bulk=0))
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    ann.sends((b"x" * 40_000 + b"\n") * 30)
    world.settle()
    assert ann.lines() == []
    assert len(bob.lines()) == 30
