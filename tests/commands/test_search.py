"""Looking for what was said."""

from __future__ import annotations

import pytest

from chatroom.commands.search import LATE
from chatroom.core.errors import SearchTooLong
from chatroom.core.seams import Findings, Searched
from chatroom.testing import Person, SlowWorld, World, member


@pytest.fixture
def world() -> World:
    return World(members=[member("meg"), member("max")], recent=3)


@pytest.fixture
def ann(world: World) -> Person:
    return world.person("ann")


def found(program: Person, text: str) -> list[str]:
    return [entry["text"] for entry in program.answer("search", text=text)["entries"]]


def test_a_person_is_shown_when_where_under_which_number_and_by_whom(ann: Person) -> None:
    ann.types("tea at four", "/me drinks tea", "/search tea")
    ann.hears("[2023-11-14 22:13Z lobby #2] * ann drinks tea", "[2023-11-14 22:13Z lobby #1] ann: tea at four")


def test_nothing_found_is_said(ann: Person) -> None:
    ann.types("/search tea")
    ann.hears("Nothing was found.")


def test_more_is_had_by_the_command_that_is_shown(ann: Person) -> None:
    ann.types(*(f"tea {n}" for n in range(7)), "/search tea")
    read: list[str] = []
    for _ in range(5):
        lines = ann.lines()
        read += [line.rpartition(" ")[2] for line in lines if "tea" in line and "/search" not in line]
        if not lines[-1].startswith("There is more: "):
            break
        ann.types(lines[-1].removeprefix("There is more: "))
    assert read == [str(n) for n in reversed(range(7))]


def test_long_messages_are_cut_and_shown_on_one_line(ann: Person) -> None:
    ann.types("tea " + "x" * 1000, "/search tea")
    (line,) = ann.lines()
    assert line.endswith("x…")
    assert len(line) < 400


def test_what_others_wrote_steers_no_terminal(ann: Person, world: World) -> None:
    world.program("bot").asks("say", text="tea \x1b[2J\nann: I agree")
    ann.lines()
    ann.types("/search tea")
    (line,) = ann.lines()
    assert "\x1b" not in line
    assert "tea" in line


def test_only_the_room_that_is_named_is_looked_through(world: World, ann: Person) -> None:
    bot = world.program("bot", rooms=["dev", "lobby"])
    bot.asks("say", room="dev", text="tea in dev")
    ann.types("tea in the lobby")
    assert found(bot, "tea in:dev") == ["tea in dev"]
    assert found(bot, "tea") == ["tea in the lobby", "tea in dev"]
    assert found(bot, "tea from:ann") == ["tea in the lobby"]


def test_private_words_are_found_by_the_two_alone(world: World) -> None:
    meg, max_, ann = world.logged_in("meg"), world.logged_in("max"), world.program("ann")
    meg.asks("tell", to="max", text="tea for two")
    assert found(meg, "tea") == found(max_, "tea") == ["tea for two"]
    assert found(ann, "tea") == []
    assert found(world.host(), "tea") == []
    assert "private" in meg.answer("search", text="tea")["lines"][0]


def test_what_was_removed_is_not_found_by_anybody(ann: Person, world: World) -> None:
    ann.types("tea one", "tea two", "/remove 1")
    assert found(world.program("bot"), "tea") == ["tea two"]


def test_a_search_that_was_given_up_and_one_that_is_behind_are_told(ann: Person, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def behind(_: object, answer: Searched) -> None:
        world.clock.callLater(0, answer, Findings((), None, LATE + 1))

    monkeypatch.setattr(world.house.journal, "search", behind)
    ann.types("/search tea")
    ann.hears("Nothing was found.", f"The search is still catching up: {LATE + 1} entries were not looked at. Try again in a while.")

    def too_long(_: object, answer: Searched) -> None:
        world.clock.callLater(0, answer, SearchTooLong())

    monkeypatch.setattr(world.house.journal, "search", too_long)
    ann.types("/search tea")
    ann.hears(f"! {SearchTooLong()}")


def test_rooms_one_may_not_enter_are_not_looked_through(world: World) -> None:
    meg, ann = world.logged_in("meg", rooms=["dev", "den"]), world.program("ann", rooms=["den"])
    meg.asks("say", room="dev", text="tea in dev")
    meg.asks("say", room="den", text="tea in the den")
    meg.answer("access", room="dev", access="key sesame")
    meg.answer("access", room="den", access="invited")
    assert found(ann, "tea") == ["tea in the den"]
    assert ann.answer("search", text="tea in:dev")["error"] == "not-in-room"
    meg.answer("secret", room="dev", state="on")
    assert ann.answer("search", text="tea in:dev")["error"] == "no-such-room"
    ann.answer("leave", room="den")
    assert found(ann, "tea") == []
    assert found(meg, "tea") == ["tea in the den", "tea in dev"]


def test_what_was_said_in_a_room_before_it_was_closed_is_found_by_nobody_in_a_new_one_of_its_name(world: World) -> None:
    meg, ann = world.logged_in("meg", rooms=["den"]), world.program("ann", rooms=[])
    meg.answer("say", room="den", text="old tea")
    meg.answer("close", room="den")
    for one in (ann, meg):
        assert one.answer("join", room="den")["ok"]
    assert ann.answer("say", room="den", text="new tea")["ok"]
    assert found(ann, "tea") == found(ann, "tea in:den") == found(meg, "tea") == ["new tea"]


def test_who_is_put_out_while_it_is_looked_finds_nothing_more(world: World) -> None:
    meg, ann = world.logged_in("meg", rooms=["den"]), world.program("ann", rooms=["den"])
    meg.answer("say", room="den", text="tea")
    meg.answer("access", room="den", access="invited")
    meg.objects()
    ann.wire.feed(b'{"do": "search", "id": 1, "text": "tea"}\n')
    meg.asks("kick", room="den", who="ann")
    (answer,) = [one for one in ann.objects() if one.get("re") == 1]
    assert answer["entries"] == []


def test_who_asks_and_leaves_in_the_same_breath_is_answered_first() -> None:
    world = SlowWorld()
    ann = world.person("ann")
    ann.types("tea at four", "/search tea", "/quit")
    world.settle()
    world.rest(1.0)
    assert ann.lines() == ["[2023-11-14 22:13Z lobby #1] ann: tea at four", "-- Goodbye."]


def test_a_search_finds_what_was_said_in_the_same_breath() -> None:
    world = SlowWorld()
    ann = world.program("ann")
    ann.types('{"do": "say", "id": 1, "text": "a needle"}', '{"do": "search", "id": 2, "text": "needle"}')
    world.disk.answer()
    world.settle()
    world.settle()
    said, answer = ann.objects()
    assert (said["re"], answer["re"]) == (1, 2)
    assert [entry["text"] for entry in answer["entries"]] == ["a needle"]
