"""YAML as text with places; the faults it finds are tested with the settings."""

from __future__ import annotations

from chatroom.marked import MAX_BYTES, Place, nearest, read


def test_scalars_are_the_text_that_was_written() -> None:
    text = b"a: no\nb: 1:30\nc:\nd: ''\ne: '~'\nf: ~\ng: [1, {h: 0777}]\n"
    assert read(text).tree == {"a": "no", "b": "1:30", "c": None, "d": "", "e": "~", "f": None, "g": ["1", {"h": "0777"}]}


def test_every_key_and_value_has_its_place() -> None:
    marked = read(b"a: 1\nb:\n  c: [x,\n    y]\n")
    assert marked.keys == {("a",): Place(1, 1), ("b",): Place(2, 1), ("b", "c"): Place(3, 3)}
    assert marked.values[("b", "c", 1)] == Place(4, 5)


def test_a_second_value_of_a_key_is_told_and_the_first_one_kept() -> None:
    marked = read(b"a: {x: 1}\na: {x: 2}\na: 3\n")
    assert marked.tree == {"a": {"x": "1"}}
    assert [slip.place.line for slip in marked.slips] == [2, 3]


def test_an_alias_bomb_is_not_followed() -> None:
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    marked = read(bomb)
    assert marked.tree == {"a": ["x", "x"], "b": [None, None], "c": [None, None]}
    assert len(marked.slips) == 7


def test_a_text_that_is_too_large_is_not_even_parsed() -> None:
    marked = read(b"a: 1\n" + b"#" * MAX_BYTES)
    assert marked.tree is None
    assert len(marked.slips) == 1


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbfa: 1\n").tree == {"a": "1"}


def test_the_nearest_word_is_found_if_one_is_near() -> None:
    assert nearest("pepole", ["people", "rooms"]) == "people"
    assert nearest("x" * 10**6, ["people", "rooms"]) is None
