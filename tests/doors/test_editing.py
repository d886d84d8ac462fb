"""Line editing: what keys do to a line, and what a terminal shows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.doors._editing import OFFERED, Editor, Terminal
from chatroom.doors._past import HISTORY
from chatroom.doors._typing import LONGEST

UP, DOWN, RIGHT, LEFT = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D"


class Screen:
    """Be a terminal that shows what it is sent, 40 columns wide."""

    def __init__(self) -> None:
        self.disconnecting = False
        self.sent = b""
        self.screen = pyte.Screen(40, 12)
        self.stream = pyte.ByteStream(self.screen)

    def write(self, data: bytes) -> None:
        self.sent += data
        self.stream.feed(data)

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display if row.strip()]

    @property
    def cursor(self) -> int:
        return int(self.screen.cursor.x)


class Desk:
    """Be a person at a terminal with an editor."""

    def __init__(self, complete: Callable[[str], Sequence[str]] = lambda text: (), *, drawn: bool = True) -> None:
        self.lines: list[str] = []
        self.left = 0
        self.refused = 0
        self.screen = Screen()
        self.editor = Editor(self.lines.append, self._leave, self._refuse, complete)
        self.terminal = Terminal(lambda: self.editor)
        self.terminal.makeConnection(self.screen)
        self.editor.terminalSize(40, 12)
        self.editor.drawn = drawn
        self.editor.ask("> ")

    def _leave(self) -> None:
        self.left += 1

    def _refuse(self) -> None:
        self.refused += 1

    def presses(self, *keys: bytes | str) -> None:
        for key in keys:
            self.terminal.dataReceived(key.encode() if isinstance(key, str) else key)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_line_is_shown_as_it_is_typed_and_given_at_its_end(desk: Desk) -> None:
    desk.presses("who")
    assert (desk.screen.rows, desk.screen.cursor, desk.lines) == (["> who"], 5, [])
    desk.presses("\r")
    assert (desk.screen.rows, desk.lines) == (["> who", ">"], ["who"])


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\0"])
def test_every_line_end_ends_one_line(desk: Desk, end: str) -> None:
    desk.presses(f"a{end}b{end}")
    assert desk.lines == ["a", "b"]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ([b"abc", LEFT, LEFT, b"X"], "aXbc"),
        ([b"abc", b"\x1bOD", b"X"], "abXc"),
        ([b"abc", LEFT, LEFT, RIGHT, b"X"], "abXc"),
        ([b"abc", b"\x01", b"X"], "Xabc"),
        ([b"abc", b"\x1b[H", b"X", b"\x1b[F", b"Y"], "XabcY"),
        ([b"abc", b"\x1b[1~", b"X", b"\x1b[4~", b"Y"], "XabcY"),
        ([b"abc", b"\x01", b"\x05", b"Y"], "abcY"),
        ([b"abc", b"\x7f"], "ab"),
        ([b"abc", b"\x08\x08\x08\x08"], ""),
        ([b"abc", LEFT, b"\x1b[3~"], "ab"),
        ([b"abc", LEFT, b"\x04"], "ab"),
        ([b"abc def", b"\x01", b"\x0b"], ""),
        ([b"abc def", b"\x15", b"x"], "x"),
        ([b"abc def  ", b"\x17"], "abc "),
        ([b"abc def", b"\x1b[1;5D", b"X"], "abc Xdef"),
        ([b"abc def", b"\x01", b"\x1b[1;5C", b"X"], "abcX def"),
        (["grüße 漢字🙂".encode(), b"\x7f"], "grüße 漢字"),
        (["e\u0301x".encode(), LEFT, LEFT, b"a"], "ae\u0301x"),
        ([b"\xc3(", b"\xff\xfe", b"a"], "\ufffd(\ufffd\ufffda"),
        ([b"\xe6\xbc", b"\x7f"], ""),
        ([b"\xed\xa0\x80"], "\ufffd"),
        ([b"a\x1b[99;99;99Xb\x1bzc\x1bO?d"], "abcd"),
    ],
)
def test_keys_edit_the_line(desk: Desk, keys: list[bytes], line: str) -> None:
    desk.presses(*keys, "\r")
    assert desk.lines == [line]


def test_characters_may_come_byte_by_byte(desk: Desk) -> None:
    for byte in "ü漢🙂".encode():
        desk.presses(bytes((byte,)))
    desk.presses("\r")
    assert desk.lines == ["ü漢🙂"]


def test_ctrl_c_clears_the_line_and_ctrl_d_leaves_an_empty_one(desk: Desk) -> None:
    desk.presses("kick bob", "\x03")
    assert desk.screen.rows == ["> kick bob^C", ">"]
    desk.presses("\r")
    assert (desk.lines, desk.left) == ([""], 0)
    desk.presses("kick bob", "\x01", "\x03")
    assert desk.screen.rows[-2:] == ["> kick bob^C", ">"]
    desk.presses("\x04")
    assert desk.left == 1


def test_ctrl_l_clears_the_screen_and_keeps_the_line(desk: Desk) -> None:
    desk.presses("one\r", "two", "\x0c")
    assert (desk.screen.rows, desk.screen.cursor) == (["> two"], 5)


def test_lines_shown_stand_above_what_is_being_typed(desk: Desk) -> None:
    desk.presses("kick b", LEFT)
    desk.editor.show(b"[lobby] ann: hi\n[lobby] ann: there\n")
    assert desk.screen.rows == ["[lobby] ann: hi", "[lobby] ann: there", "> kick b"]
    assert desk.screen.cursor == 7
    desk.presses("o", "\r")
    assert desk.lines == ["kick ob"]


def test_wide_characters_keep_the_cursor_right(desk: Desk) -> None:
    desk.presses("漢字x", LEFT, LEFT)
    assert desk.screen.cursor == 4
    desk.presses("a")
    assert (desk.screen.rows[-1].replace(" ", ""), desk.screen.cursor) == (">漢a字x", 5)


def test_a_line_wider_than_the_window_scrolls_in_its_row(desk: Desk) -> None:
    desk.presses("".join(f"{number:03}," for number in range(50)))
    assert len(desk.screen.rows) == 1
    assert desk.screen.rows[0].endswith("049,")
    desk.presses("\x01")
    assert desk.screen.rows[0].startswith("> 000,001,")
    assert desk.screen.cursor == 2
    desk.presses("\r")
    assert desk.lines[0].count(",") == 50


def test_the_window_follows_another_size(desk: Desk) -> None:
    desk.presses("a" * 100)
    desk.editor.terminalSize(0, 0)
    assert desk.editor.width == 80
    desk.editor.terminalSize(1, 1)
    assert desk.editor.width == 20
    desk.editor.terminalSize(65535, 1)
    assert desk.editor.width == 500


def test_the_history_goes_up_and_down_and_keeps_what_was_being_typed(desk: Desk) -> None:
    desk.presses("one\r", "two\r", "two\r", "  \r", "thr", UP, UP)
    assert desk.screen.rows[-1] == "> one"
    desk.presses(UP, DOWN, DOWN)
    assert desk.screen.rows[-1] == "> thr"
    desk.presses(DOWN, "ee\r")
    assert desk.lines[-1] == "three"


def test_the_history_is_bounded(desk: Desk) -> None:
    for number in range(HISTORY + 50):
        desk.presses(f"{number}\r")
    desk.presses(*[UP] * (HISTORY + 10), "\r")
    assert desk.lines[-1] == "50"


def test_a_line_too_long_is_refused_whole_and_what_follows_is_not(desk: Desk) -> None:
    desk.presses("a" * (LONGEST + 1), "\r", "who\r")
    assert (desk.lines, desk.refused) == (["who"], 1)
    assert desk.screen.sent.count(b"\x07") == 1


def test_an_escape_sequence_that_does_not_end_is_dropped(desk: Desk) -> None:
    desk.presses(b"\x1b[" + b"1" * 10_000, b"\x15", b"who\r")
    assert len(getattr(desk.terminal, "escBuf", b"")) <= 33
    assert desk.lines == ["who"]


def test_a_secret_is_neither_shown_nor_remembered_nor_completed() -> None:
    desk = Desk(lambda text: ["never"])
    desk.presses("who\r")
    desk.editor.ask("Password: ", secret=True)
    desk.presses("se", "\t", UP, "cret", LEFT)
    desk.editor.show(b"ann: hi\n")
    desk.presses("\r")
    desk.editor.ask("> ")
    desk.presses(UP)
    assert desk.lines == ["who", "secret"]
    assert b"secret" not in desk.screen.sent
    assert b"se" not in desk.screen.sent
    assert desk.screen.rows == ["> who", "ann: hi", "Password:", "> who"]


def test_tab_completes_what_is_clear_and_lists_what_is_not() -> None:
    words = ["kick", "kill", "who"]
    desk = Desk(lambda text: [word for word in words if word.startswith(text.rpartition(" ")[2])])
    desk.presses("k\t")
    assert desk.screen.rows == ["> ki"]
    desk.presses("\t")
    assert desk.screen.rows == ["> ki"]
    desk.presses("\t")
    assert desk.screen.rows == ["kick  kill", "> ki"]
    desk.presses("c\t", "w\t", "\r")
    assert desk.lines == ["kick who "]


def test_completion_in_the_middle_keeps_the_rest() -> None:
    desk = Desk(lambda text: ["kick"])
    desk.presses("ki bob", "\x01", RIGHT, RIGHT, "\t", "\r")
    assert desk.lines == ["kick  bob"]


def test_completions_are_bounded_and_made_visible() -> None:
    desk = Desk(lambda text: [f"n{number}\x1b[2J" for number in range(1000)])
    desk.presses("n\t", "\t")
    assert desk.screen.sent.count("␛".encode()) == OFFERED
    assert b"\x1b[2J" not in desk.screen.sent


def test_pasted_control_and_bidi_characters_do_nothing_to_the_terminal(desk: Desk) -> None:
    desk.presses("a\u202eb\u009b2Jc")
    assert "\u009b".encode() not in desk.screen.sent
    assert "\u202e".encode() not in desk.screen.sent
    assert desk.screen.rows == ["> ab\ufffd2Jc"]


def test_who_edits_their_own_lines_is_echoed_nothing() -> None:
    desk = Desk(lambda text: ["never"], drawn=False)
    desk.presses("kixx\x7f\x7fck\tbob\n", "\x1b[A", "w\n")
    assert desk.lines == ["kick bob", "kick bobw"]
    desk.editor.show(b"Done.\n")
    assert desk.screen.sent == b"> Done.\r\n"


def test_keys_that_come_together_cost_one_drawing(desk: Desk) -> None:
    before = len(desk.screen.sent)
    desk.presses(b"a" * 1000 + LEFT * 500)
    assert len(desk.screen.sent) - before < 200


def test_after_the_end_nothing_is_drawn(desk: Desk) -> None:
    desk.presses("half a li")
    desk.editor.hush()
    before = desk.screen.sent
    desk.presses("ne\x7f", UP, "\t")
    assert desk.screen.sent.removeprefix(before).strip(b"\x07") == b""
    assert desk.screen.rows == []


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"\x1b[", b"\x1bO", UP, DOWN, b"\t", b"\x17", b"\x04", "漢".encode()])))
def test_whatever_keys_come_the_screen_shows_the_line_and_nothing_escapes(keys: list[bytes]) -> None:
    desk = Desk(lambda text: ["abc", "abd"])
    desk.presses(*keys)
    assert 0 <= desk.editor.typing.at <= len(desk.editor.typing.chars)
    assert all(len(char) == 1 for char in desk.editor.typing.chars)
    assert desk.screen.rows == [] or desk.screen.cursor < 40
