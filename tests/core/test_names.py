"""Names: what is refused and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import (
    NameEmpty,
    NameInvalid,
    NameRefused,
    NameTooLong,
    RoomNameEmpty,
    RoomNameInvalid,
    RoomNameReserved,
    RoomNameTooLong,
)
from chatroom.core.likeness import fold, skeleton
from chatroom.core.names import MARKS, RESERVED, clean_name, clean_room, is_address
from tests.core.naming import LIMIT, NAMELIKE, accepted


@pytest.mark.parametrize(
    "name", ["ann", "Ann", "o-m_g.x", "7of9", "ann_", "Zoë", "Łukasz", "Иван", "אבג", "علي", "한글", "漢字", "ノゾミ", "गीता"]
)
def test_an_ordinary_name_of_any_script_is_kept_as_typed(name: str) -> None:
    assert clean_name(name, LIMIT) == name


def test_blanks_around_a_name_are_stripped_and_widths_and_compositions_made_one() -> None:
    assert clean_name(" \tann\u3000\r\n", LIMIT) == "ann"
    assert clean_name("ａｎｎ", LIMIT) == "ann"
    assert clean_name("Zoe\u0308", LIMIT) == "Zoë"


@pytest.mark.parametrize("text", ["", "   ", "\t", "...", "-", "-_-", "\u3000"])
def test_a_name_without_a_letter_or_digit_is_empty(text: str) -> None:
    with pytest.raises(NameEmpty):
        clean_name(text, LIMIT)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ann bob", "spaces"),
        ("ann\u00a0bob", "spaces"),
        ("an\nn", "spaces"),
        ("an\x07n", "control characters"),
        ("an\x9bn", "control characters"),
        ("an\u200bn", "invisible characters"),
        ("\u200b", "invisible characters"),
        ("\u3164", "invisible characters"),
        ("an\u202en", "invisible characters"),
        ("an\u200dn", "invisible characters"),
        ("an\ufe0fn", "invisible characters"),
        ("an\U000e0041n", "invisible characters"),
        ("ann😀", "emoji and other symbols"),
        ("👩‍💻", "emoji and other symbols"),
        ("אnn", "letters of right-to-left and left-to-right scripts together"),
        ("ann\u0378", "characters that Unicode does not know"),
        ("ﬁnn", "“ﬁ”"),
        ("x\ud800", "U+D800"),
        ("ann：", "“:”"),
        ("annː", "“ː”"),
        ("ǃann", "“ǃ”"),
        ("-ann", "“-” at its start"),
        (".ann", "“.” at its start"),
        ("\u0301ann", "U+0301 at its start"),
        ("ann.", "“.” at its end"),
        ("q" + "\u0323" * (MARKS + 1), f"more than {MARKS} marks on one letter"),
    ],
)
def test_a_name_is_refused_with_the_reason(text: str, what: str) -> None:
    with pytest.raises(NameInvalid) as caught:
        clean_name(text, LIMIT)
    assert caught.value.fields["what"] == what
    assert f"cannot contain {what}." in str(caught.value)


@pytest.mark.parametrize("char", ":/#@*!,<>()\"?~&+%'=$;")
def test_what_a_line_a_mask_or_irc_would_misread_is_no_part_of_a_name(char: str) -> None:
    for text in (f"{char}ann", f"an{char}n", f"ann{char}"):
        with pytest.raises(NameInvalid) as caught:
            clean_name(text, LIMIT)
        assert caught.value.fields["what"] == f"“{char}”"


@pytest.mark.parametrize("name", ["[ann]", "_ann", "ann|away", "{ann}", "ann^2", "`ann`", "a\\b", "^_^ann"])
def test_a_nick_as_they_are_on_irc_is_a_name_but_no_rooms(name: str) -> None:
    assert clean_name(name, LIMIT) == name
    with pytest.raises(NameRefused):
        clean_room(name, LIMIT)


def test_nicks_of_signs_alone_are_none_and_their_look_alikes_are_seen() -> None:
    for text in ("[]", "|", "_", "^_^"):
        with pytest.raises(NameEmpty):
            clean_name(text, LIMIT)
    assert skeleton("be||a") == skeleton("bella")


def test_the_limit_counts_the_characters_that_will_be_shown() -> None:
    assert clean_name("é" * 32, LIMIT) == clean_name("e\u0301" * 32, LIMIT)
    for text in ("a" * 33, "é" * 33, "e\u0301" * 33, "a" * 1_000_000, "é" * 1_000_000):
        with pytest.raises(NameTooLong) as caught:
            clean_name(text, LIMIT)
        assert caught.value.fields["limit"] == LIMIT


@given(st.text(max_size=20) | NAMELIKE)
def test_any_text_is_cleaned_once_and_for_all_or_refused(text: str) -> None:
    name = accepted(text)
    if name is not None:
        assert clean_name(name, LIMIT) == name
        assert name.isprintable()
        assert " " not in name


def test_what_is_reserved_are_names_that_could_be_had_otherwise() -> None:
    for word in RESERVED:
        assert clean_name(word, LIMIT) == word == fold(word)


def test_a_rooms_name_is_folded_and_loses_its_hash() -> None:
    assert clean_room(" #Dev ", LIMIT) == "dev"
    assert clean_room("ÉTÉ", LIMIT) == "été"
    assert clean_room("dev", LIMIT) == "dev"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", RoomNameEmpty),
        ("#", RoomNameEmpty),
        ("##dev", RoomNameInvalid),
        ("@dev", RoomNameInvalid),
        ("my room", RoomNameInvalid),
        ("d" * 33, RoomNameTooLong),
        ("ß" * 32, RoomNameTooLong),
        ("Private", RoomNameReserved),
        ("#рrivate", RoomNameReserved),
    ],
)
def test_a_rooms_name_is_refused_in_words_about_rooms(text: str, error: type[NameRefused]) -> None:
    with pytest.raises(error) as caught:
        clean_room(text, LIMIT)
    assert "room" in str(caught.value)
    assert caught.value.code.startswith("room-name-")


@given(NAMELIKE)
def test_a_rooms_name_is_cleaned_once_and_for_all(text: str) -> None:
    try:
        room = clean_room(text, LIMIT)
    except NameRefused:
        return
    assert clean_room(room, LIMIT) == room


@pytest.mark.parametrize(
    ("text", "address"),
    [("203.0.113.0/24", True), ("203.0.113.7/24", True), ("2001:db8::", True), ("7of9", False), ("1.2.3", False), ("1984", False)],
)
def test_an_address_is_told_from_a_name_with_digits(text: str, address: bool) -> None:
    assert is_address(text) is address
