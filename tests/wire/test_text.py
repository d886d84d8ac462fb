"""Text made safe: nothing that steers a terminal, hides or piles up passes; ordinary writing does."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import BadText
from chatroom.wire.text import MARKS, UNSHOWN, decode, lines, visible

DATA = Path(__file__).parents[1] / "data"
NAUGHTY: list[str] = json.loads((DATA / "blns" / "blns.json").read_text("utf-8"))
SEEN_FORMATS = {"\u200c", "\u200d"} | {
    chr(point) for point in [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
}

HARMFUL = {"Cc", "Cs", "Co", "Zl", "Zp"}
TRICKY = (
    "\x00\x02\x03\x04\x07\t\n\r\x0f\x1b\x1f\x7f\x80\x9b\u00ad\u200b\u200c\u200d\u200e\u202e\u2028\u2066\u3164\ufe0f\ufeff\U000e0041"
)
HOSTILE = st.text(
    st.one_of(st.sampled_from(TRICKY + "\u0301\u0489019,a♀👩💻\u0628\u0915\ud800\ue000\uffff"), st.characters()), max_size=60
)


def utf8_cases(kind: str) -> list[tuple[str, bytes]]:
    found = []
    for line in (DATA / "utf8tests" / "utf8tests.txt").read_text("ascii").splitlines():
        case = re.match(rf"([\d.]+):{kind} hex:([0-9a-fA-F ]+)", line)
        if case is not None:
            found.append((case[1], bytes.fromhex(case[2])))
    return found


def assert_harmless(text: str) -> None:
    for char in text:
        category = unicodedata.category(char)
        assert category not in HARMFUL, hex(ord(char))
        assert category != "Cf" or char in SEEN_FORMATS, hex(ord(char))
    assert re.search(f"[{''.join(map(chr, range(0x300, 0x370)))}]{{{MARKS + 1}}}", text) is None


@given(HOSTILE)
def test_nothing_harmful_passes_and_a_second_pass_changes_nothing(text: str) -> None:
    shown = visible(text)
    assert_harmless(shown)
    assert visible(shown) == shown


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_come_out_harmless(text: str) -> None:
    assert_harmless(visible(text))


def test_every_single_character_is_kept_marked_or_removed() -> None:
    # Those nobody has assigned, from the fourth plane on, are one like the other: every 97th stands for them.
    for point in (*range(0x32000), *range(0x32000, 0xE0000, 97), *range(0xE0000, 0xE2000), *range(0xE2000, 0x110000, 97)):
        shown = visible(chr(point))
        assert shown in {"", " ", chr(point), UNSHOWN} or (point < 0x80 and shown == visible(shown))
        category = unicodedata.category(shown) if shown else ""
        assert category not in HARMFUL, hex(point)
        assert category != "Cf" or shown in SEEN_FORMATS, hex(point)


@pytest.mark.parametrize(
    "text",
    [
        "hi there ~!@#",
        "Grüße, naïve café",
        "e\u0301 q\u0323\u0307",
        "可以 こんにちは 안녕",
        "می\u200cخواهم",
        "क्\u200dष",
        "שָׁלוֹם",
        "👩‍💻 👨‍👩‍👧 🏳️‍🌈 🤷🏽‍♀️ ❤️ 1️⃣ 🇩🇪 ☺︎",
        "a\u00a0b\u3000c",
        "\U0001fae9 is newer than some",
    ],
)
def test_ordinary_writing_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred", "a␛[31mred"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("a\x9b31m", f"a{UNSHOWN}31m"),
        ("a\x85b", f"a{UNSHOWN}b"),
        ("a\tb", "a b"),
        ("ann\nbob: hi", "ann␊bob: hi"),
        ("ann\rbob: hi", "ann␍bob: hi"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u202eb\u202c\u2066c\u2069\u200f\u061c", "abc"),
        ("a\u200bb\u00adc\ufeffd\u2060e\u3164f\u115fg", "abcdefg"),
        ("a\U000e0041\U000e007fb", "ab"),
        ("a\ufff9b\ufffac\ufffbd", "abcd"),
        ("x\ud83dy", f"x{UNSHOWN}y"),
        ("a\ue000\ufdd0\uffff\U0010ffff", "a" + UNSHOWN * 4),
        ("a\u200db\u200cc", "abc"),
        ("a\ufe0f❤\ufe0f\ufe0f", "a❤\ufe0f"),
        ("👩\u200d\u200d💻", "👩💻"),
        ("👩\u200dx", "👩x"),
    ],
)
def test_what_steers_or_hides_is_marked_or_removed(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x02bold\x0f \x1ditalic\x1d \x1funder\x1f \x16rev \x1estrike \x11mono", "bold italic under rev strike mono"),
        ("\x0304red\x03 \x034,12both\x03", "red both"),
        ("\x03123", "3"),
        ("\x034,x", ",x"),
        ("\x03,5", ",5"),
        ("\x04ff0000red\x04 \x04ff0000,00ff00both", "red both"),
        ("\x04fff", "fff"),
    ],
)
def test_formatting_codes_go_with_their_digits_and_no_others(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_marks_are_piled_no_higher_than_the_bound() -> None:
    assert visible("e" + "\u0301" * MARKS) == "e" + "\u0301" * MARKS
    assert visible("e" + "\u0301" * 500 + "a\u0489") == "e" + "\u0301" * MARKS + "a\u0489"
    assert visible("e" + "\u0301\u034f" * 500) == "e" + "\u0301" * MARKS


def test_a_message_is_split_at_newlines_and_nowhere_else() -> None:
    assert lines("a\nb\r\nc") == ("a", "b", "c")
    assert lines("a\n") == ("a",)
    assert lines("a\n\nb\n\n") == ("a", "", "b", "")
    assert lines("") == ("",)
    assert lines("a\rb\x0b\x0c\x1c\x85\u2028c") == ("a\rb\x0b\x0c\x1c\x85\u2028c",)


@pytest.mark.parametrize(("number", "raw"), utf8_cases("valid"))
def test_valid_utf8_is_read(number: str, raw: bytes) -> None:
    assert decode(raw).encode() == raw


@pytest.mark.parametrize(("number", "raw"), utf8_cases("invalid"))
def test_invalid_utf8_is_refused(number: str, raw: bytes) -> None:
    with pytest.raises(BadText):
        decode(raw)


def test_invalid_utf8_is_refused_with_its_place() -> None:
    with pytest.raises(BadText) as caught:
        decode(b"caf\xe9 au lait")
    assert caught.value.fields["position"] == 3
    assert "byte 3" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["\x1b" * 65536, "a\u0301" * 32768, "\u0301" * 65536, "\x03" * 65536, "👩\u200d" * 32768, "\u200c" * 65536]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    start = time.thread_time()
    visible(text)
    assert time.thread_time() - start < 0.25
