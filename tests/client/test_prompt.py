"""The face at a terminal, on a terminal in memory: what a person sees, and what becomes of what they type."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import pyte
import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from chatroom.client import above
from chatroom.client.plain import Exit
from chatroom.client.prompt import Prompt
from chatroom.client.wording import Wording
from chatroom.view import View
from chatroom.wire.palette import color_of
from tests.client.sent import Sent

AT = "2025-11-21T14:02:00.000Z"
PATIENCE = 5.0


class Answering(pyte.Screen):
    """Answer where the cursor is: the prompt asks, and shows its bar when it knows."""

    def __init__(self, columns: int, rows: int, keys: PipeInput) -> None:
        self.keys = keys
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        self.keys.send_text(data)


class Screen(io.StringIO):
    """Be a terminal's screen in memory, which also counts its bells."""

    def __init__(self, columns: int, rows: int, keys: PipeInput) -> None:
        super().__init__()
        self.size = Size(rows, columns)
        self.bells = 0
        self.pyte = Answering(columns, rows, keys)
        self.stream = pyte.Stream(self.pyte)

    def write(self, text: str) -> int:
        self.stream.feed(text)
        # A bell within an operating system command is its end.
        self.bells += text.count("\a") if "\x1b]" not in text else 0
        return len(text)

    def isatty(self) -> bool:
        return True

    def resize(self, columns: int, rows: int) -> None:
        self.size = Size(rows, columns)
        self.pyte.resize(rows, columns)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.pyte.display if line.strip()]

    def color_of(self, text: str) -> str:
        for row, line in enumerate(self.pyte.display):
            if text in line:
                return str(self.pyte.buffer[row][line.index(text)].fg)
        raise AssertionError(f"{text} is not on the screen")


class Sitting:
    """Be a person at the prompt, and a house of recorded lines."""

    def __init__(self, keys: PipeInput, name: str | None = "ann", columns: int = 60, rows: int = 12, **options: Any) -> None:
        self.keys = keys
        self.screen = Screen(columns, rows, keys)
        output = Vt100_Output(self.screen, lambda: self.screen.size, term="xterm-256color")
        self.view = View("k" * 20, name)
        self.face = Prompt(self.view, lambda: 0.0, wording=Wording(UTC), input=keys, output=output, **options)
        self.link = self.face.link = Sent(self.view)
        self.view.connected(0.0)
        self.link.flush()
        self.talking = asyncio.ensure_future(self.face.converse())

    def hears(self, *objects: dict[str, Any]) -> None:
        for found in objects:
            self.face.happened(self.view.received(json.dumps(found).encode(), 0.0))
        self.link.flush()

    def arrive(self, name: str = "ann") -> None:
        self.hears({"re": "hello", "ok": True, "is": "welcome", "you": name, "rank": "guest", "welcome": "Be kind."})
        self.enter("lobby")

    def enter(self, room: str, re: object = None, people: tuple[str, ...] = ("ann", "bob")) -> None:
        self.hears({"re": re, "ok": True, "is": "entered", "room": room, "epoch": "e", "seq": 0, "topic": "", "people": people})

    def said(self, seq: int, text: str, by: str = "bob", room: str = "lobby") -> None:
        self.hears({"is": "said", "room": room, "seq": seq, "at": AT, "id": f"{room}{seq}", "by": by, "text": text})

    async def until(self, happens: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happens():
            assert time.monotonic() < deadline, "\n".join(self.screen.lines())
            await asyncio.sleep(0.002)

    async def sees(self, text: str) -> None:
        await self.until(lambda: text in "\n".join(self.screen.lines()))

    async def types(self, text: str) -> None:
        self.keys.send_text(text)

    async def sends(self, text: str) -> None:
        before = len(self.link.sent)
        self.keys.send_text(text + "\r")
        await self.until(lambda: len(self.link.sent) > before)

    async def leaves(self) -> Exit:
        self.keys.send_text("\x15\x04")
        return await asyncio.wait_for(self.talking, PATIENCE)


def sitting(scenario: Callable[[Sitting], Awaitable[None]], **options: Any) -> Sitting:
    """Play a scenario, then leave."""

    async def play(keys: PipeInput) -> Sitting:
        person = Sitting(keys, **options)
        try:
            await scenario(person)
        finally:
            if not person.talking.done():
                await person.leaves()
        return person

    with create_pipe_input() as keys, quiet():
        return asyncio.run(play(keys))


@contextmanager
def quiet() -> Iterator[None]:
    """Print often, so that nobody waits for the pace."""
    pace, above.PACE = above.PACE, 0.0
    try:
        yield
    finally:
        above.PACE = pace


def test_lines_come_in_above_what_is_half_typed() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.types("half a sen")
        await person.sees("lobby> half a sen")
        person.said(1, "first")
        person.said(2, "second")
        await person.sees("second")
        await person.types("tence")
        await person.sees("lobby> half a sentence")
        lines = person.screen.lines()
        assert lines[-4:-1] == ["[14:02] bob: first", "[14:02] bob: second", "lobby> half a sentence"]

    sitting(scenario)


def test_what_is_typed_is_sent_and_leaves_the_prompt_empty() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sees("lobby>")
        await person.sends("hello")
        assert (person.link.sent[-1]["do"], person.link.sent[-1]["text"]) == ("say", "hello")
        await person.until(lambda: "lobby>" in person.screen.lines())
        assert "hello" not in "\n".join(person.screen.lines())

    sitting(scenario)


def test_a_name_is_asked_for_with_a_suggestion_and_again_when_it_is_refused() -> None:
    async def scenario(person: Sitting) -> None:
        await person.sees("Your name: login")
        await person.sends("")
        assert person.link.sent[-1]["name"] == "login"
        person.hears({"re": "hello", "ok": False, "error": "name-taken", "why": "login is taken."})
        await person.sees("login is taken.")
        await person.sees("Your name:")
        await person.sends("other")
        assert person.link.sent[-1]["name"] == "other"
        person.arrive("other")
        await person.sees("lobby>")

    sitting(scenario, name=None, suggested="login")


def test_tab_completes_names() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.types("b\t")
        await person.sees("lobby> bob:")
        await person.sends("tea?")
        assert person.link.sent[-1]["text"] == "bob: tea?"
        await person.types("ask b\t")
        await person.sees("lobby> ask bob")

    sitting(scenario)


def test_arrow_up_brings_back_what_was_typed() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sends("one")
        await person.types("\x1b[A")
        await person.sees("lobby> one")
        assert [one["text"] for one in person.link.sent if "text" in one] == ["one"]

    sitting(scenario)


def test_several_lines_pasted_are_one_message() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sends("\x1b[200~one\r\ntwo\nthree\x1b[201~")
        assert person.link.sent[-1]["text"] == "one\ntwo\nthree"

    sitting(scenario)


def test_wide_characters_are_typed_and_shown_right() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        person.said(1, "你好 wide")
        # The terminal in memory puts an empty cell behind a wide character, as a real one does.
        await person.until(lambda: any("你好 wide" in line.replace("\0", "") for line in person.screen.lines()))
        await person.sends("好的 🎉")
        assert person.link.sent[-1]["text"] == "好的 🎉"

    sitting(scenario)


def test_a_mention_is_marked_and_rings_unless_the_bell_is_off() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        person.said(1, "nothing for you")
        person.said(2, "hello ann")
        await person.sees("hello ann")

    assert sitting(scenario).screen.bells == 1
    assert sitting(scenario, bell=False).screen.bells == 0


def test_a_name_has_its_colour_unless_colours_are_off() -> None:
    async def colored(person: Sitting) -> None:
        person.arrive()
        person.said(1, "hi")
        await person.sees("bob: hi")
        assert person.screen.color_of("bob: hi") == color_of("bob").removeprefix("#")

    async def plain(person: Sitting) -> None:
        person.arrive()
        person.said(1, "hi")
        await person.sees("bob: hi")
        assert person.screen.color_of("bob: hi") == "default"

    sitting(colored)
    sitting(plain, color=False)


def test_other_rooms_are_counted_below_and_shown_when_turned_to() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        person.enter("dev")
        person.said(1, "in dev", room="dev")
        await person.sees("dev 1")
        assert "in dev" not in "\n".join(person.screen.lines())
        person.said(2, "ann!", room="dev")
        await person.sees("(dev) bob: ann!")
        await person.sees("dev 2!")
        await person.types("/join dev\r")
        await person.sees("dev>")
        await person.sees("bob: in dev")
        assert "dev 2" not in person.screen.lines()[-1]
        await person.types("\x1bn")
        await person.sees("lobby>")

    sitting(scenario)


def test_what_stands_on_the_screen_is_told_to_the_house_as_seen_and_of_other_rooms_once_one_turns_to_them() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        person.enter("dev")
        person.said(1, "here")
        person.said(1, "there", room="dev")
        await person.sees("here")
        await person.until(lambda: seen_of(person) == [("lobby", 1)])
        person.face.turn_to("dev")
        await person.sees("there")
        await person.until(lambda: seen_of(person) == [("lobby", 1), ("dev", 1)])

    def seen_of(person: Sitting) -> list[tuple[str, int]]:
        person.view.tick(0.0)
        person.link.flush()
        return [(one["room"], one["seq"]) for one in person.link.sent if one["do"] == "seen"]

    sitting(scenario)


def test_the_bar_below_tells_the_room_the_people_and_the_connection() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sees("lobby · 2 here · ann")
        person.face.happened(person.view.disconnected("reset"))
        await person.sees("connecting …")
        await person.types("kept\r")
        await person.sees("waits for the connection: kept")
        await person.sees("1 to be sent")
        person.view.connected(0.0)
        person.arrive()
        await person.until(lambda: any(one.get("text") == "kept" for one in person.link.sent))
        await person.sees("The connection is back.")

    sitting(scenario)


def test_a_narrower_window_is_drawn_anew() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.types("word " * 9)
        await person.sees("lobby> word word word word word word word word word")
        person.screen.resize(30, 12)
        person.face._questions._line.app._on_resize()
        await person.sees("lobby> word word word word wor\nd word word word word")
        assert all(len(line) <= 30 for line in person.screen.lines())
        await person.sends("")
        assert person.link.sent[-1]["text"].split() == ["word"] * 9

    sitting(scenario)


def test_answers_and_refusals_are_shown() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sends("/who")
        asked = person.link.sent[-1]
        assert asked["do"] == "line"
        person.hears({"re": asked["id"], "ok": True, "is": "who", "lines": ["lobby (2 here): ann, bob"]})
        await person.sees("lobby (2 here): ann, bob")
        await person.sends("x")
        person.hears({"re": person.link.sent[-1]["id"], "ok": False, "error": "disk-full", "why": "The disk is full."})
        await person.sees("The disk is full.")
        await person.sends("/history")
        entry = {"is": "said", "room": "lobby", "seq": 1, "at": AT, "id": "old", "by": "cy", "text": "long ago"}
        person.hears({"re": person.link.sent[-1]["id"], "ok": True, "is": "page", "room": "lobby", "entries": [entry], "more": False})
        await person.sees("cy: long ago")

    sitting(scenario)


def test_nothing_from_others_steers_the_terminal() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        person.said(1, "before")
        person.said(2, "\x1b[2J\x1b[31mred\x9b5n\a")
        await person.sees("red")
        assert "[14:02] bob: before" in person.screen.lines()
        assert "␛[2J␛[31mred" in "\n".join(person.screen.lines())

    assert sitting(scenario).screen.bells == 0


def test_more_lines_than_can_be_shown_are_counted_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(above, "MOST_LINES", 5)

    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sees("lobby>")
        for seq in range(1, 51):
            person.said(seq, f"line {seq}")
        await person.sees("lines went by too fast")
        await person.sees("line 50")
        assert not any(line.endswith("line 44") for line in person.screen.lines())

    sitting(scenario)


def test_who_is_put_out_is_told_by_whom_and_why_and_does_not_come_back_by_themselves() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sees("lobby>")
        person.hears({"is": "bye", "why": "You were put out by ann: spam. You may come back."})
        assert await asyncio.wait_for(person.talking, PATIENCE) is Exit.REFUSED
        await person.sees("-- You were put out by ann: spam. You may come back.")

    sitting(scenario)


@pytest.mark.parametrize("keys", ["\x04", "\x03", "/quit\r", "/bye\r"])
def test_there_are_several_ways_to_leave(keys: str) -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sees("lobby>")
        await person.types(keys)
        assert await asyncio.wait_for(person.talking, PATIENCE) is Exit.OK

    sitting(scenario)


def test_leaving_with_something_unacknowledged_says_so_by_its_code() -> None:
    async def scenario(person: Sitting) -> None:
        person.arrive()
        await person.sends("hi")
        assert await person.leaves() is Exit.UNACKNOWLEDGED

    sitting(scenario)


def test_a_house_that_turns_us_away_ends_it_and_the_reason_stays_on_the_screen() -> None:
    async def scenario(person: Sitting) -> None:
        await person.types("half")
        await person.sees("half")
        person.hears({"re": "hello", "ok": False, "error": "banned", "why": "You are not welcome."})
        assert await asyncio.wait_for(person.talking, PATIENCE) is Exit.REFUSED

    assert "-- You are not welcome." in sitting(scenario).screen.lines()


NEEDED = {"re": "hello", "ok": False, "error": "password-needed", "why": "ann needs a password to come in."}


def test_a_password_is_asked_for_where_it_is_needed_and_is_not_shown_or_remembered() -> None:
    async def scenario(person: Sitting) -> None:
        await person.types("begun")
        await person.sees("begun")
        person.hears(NEEDED)
        await person.sees("Password for ann:")
        await person.types("s3cret")
        await person.sees("******")
        assert "s3cret" not in "\n".join(person.screen.lines())
        await person.sends("")
        assert person.link.sent[-1]["password"] == "s3cret"
        person.arrive()
        await person.sees("lobby> begun")
        await person.types("\x15\x1b[A")
        await person.sees("lobby>")
        assert "s3cret" not in "\n".join(person.screen.lines())

    sitting(scenario)


def test_a_wrong_password_is_told_and_asked_for_again_and_none_at_all_asks_for_the_name() -> None:
    async def scenario(person: Sitting) -> None:
        person.hears(NEEDED)
        await person.sees("Password for ann:")
        await person.sends("wrong")
        person.hears({"re": "hello", "ok": False, "error": "wrong-password", "why": "They do not belong together."})
        await person.sees("They do not belong together.")
        await person.sees("Password for ann:")
        await person.types("\r")
        await person.sees("Your name: ann")
        await person.sends("\x15bob")
        assert person.link.sent[-1]["name"] == "bob"
        person.arrive("bob")

    sitting(scenario)


def test_after_an_invitation_a_password_is_chosen_and_repeated() -> None:
    async def scenario(person: Sitting) -> None:
        person.hears({"re": "hello", "ok": False, "error": "password-to-choose", "why": "Choose one of your own."})
        await person.sees("Choose a password:")
        await person.types("first try\r")
        await person.sees("And once more:")
        await person.types("first tyr\r")
        await person.sees("The two are not the same.")
        await person.sees("Choose a password:")
        await person.types("second try\r")
        await person.sees("And once more:")
        await person.sends("second try")
        assert person.link.sent[-1] == {"do": "choose", "id": "choose", "password": "second try"}
        person.hears({"re": "choose", "ok": True})
        person.arrive()

    sitting(scenario)


def test_a_password_given_beforehand_is_used_once_without_a_question() -> None:
    async def scenario(person: Sitting) -> None:
        person.hears(NEEDED)
        assert person.link.sent[-1]["password"] == "s3cret"
        person.arrive()
        await person.sees("lobby>")

    sitting(scenario, password="s3cret")
