"""Verbs as rows of a table: what is bound to what, and what is refused with the usage."""

from __future__ import annotations

from typing import Any

import pytest

from chatroom.core.call import Call
from chatroom.core.errors import WrongUsage
from chatroom.core.request import Request
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Do nothing."""


TELL = Verb("tell", perform, "/tell NAME TEXT", "tell", params=(Param("to"), Param("text", Takes.REST)))
PAGE = Verb(
    "page",
    perform,
    "/page [COUNT [FROM]]",
    "page",
    params=(
        Param("count", Takes.NUMBER, optional=True),
        Param("start", Takes.NUMBER, optional=True),
        Param("tags", Takes.LIST, optional=True, typed=False),
        Param("flag", Takes.FLAG, optional=True, typed=False),
        Param("more", Takes.MAP, optional=True, typed=False),
    ),
    roomy=True,
)


def typed(verb: Verb, tail: str) -> dict[str, Any]:
    return verb.bind(Request(verb.name, tail))


def given(verb: Verb, **fields: Any) -> dict[str, Any]:
    return verb.bind(Request(verb.name, fields=fields))


def why(verb: Verb, request: Request) -> str:
    with pytest.raises(WrongUsage) as refused:
        verb.bind(request)
    return str(refused.value)


@pytest.mark.parametrize(
    ("tail", "args"),
    [
        ("bob hi", {"to": "bob", "text": "hi"}),
        ("bob   hi  there ", {"to": "bob", "text": "hi  there "}),
        ("  bob hi", {"to": "bob", "text": "hi"}),
    ],
)
def test_what_is_typed_is_taken_word_by_word_and_the_rest_as_it_is(tail: str, args: dict[str, Any]) -> None:
    assert typed(TELL, tail) == args


@pytest.mark.parametrize(
    ("tail", "args"), [("", {}), ("5", {"count": 5}), ("5 10", {"count": 5, "start": 10}), (" 5  10 ", {"count": 5, "start": 10})]
)
def test_what_is_optional_may_be_left_out(tail: str, args: dict[str, Any]) -> None:
    assert typed(PAGE, tail) == args


@pytest.mark.parametrize(
    ("verb", "tail", "problem"),
    [
        (TELL, "", "NAME is missing."),
        (TELL, "bob", "TEXT is missing."),
        (TELL, "bob   ", "TEXT is missing."),
        (PAGE, "x", "COUNT is a number."),
        (PAGE, "-1", "COUNT is a number from 0 to 9007199254740991."),
        (PAGE, "٣", "COUNT is a number."),
        (PAGE, "1 2x", "FROM is a number."),
        (PAGE, "9" * 16, "COUNT is a number from 0 to 9007199254740991."),
        (PAGE, "9" * 5000, "COUNT is a number from 0 to 9007199254740991."),
        (PAGE, "9007199254740992", "COUNT is a number from 0 to 9007199254740991."),
        (PAGE, "1 2 3", "That is more than /page takes."),
    ],
)
def test_what_is_typed_wrong_is_named_as_the_usage_names_it(verb: Verb, tail: str, problem: str) -> None:
    assert why(verb, Request(verb.name, tail)) == f"{problem} Usage: {verb.usage}"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"to": "bob"}, "The field text is missing."),
        ({"to": "bob", "text": None}, "The field text is missing."),
        ({"to": "bob", "text": 5}, "The field text takes a text."),
        ({"to": ["bob"], "text": "hi"}, "The field to takes a word."),
        ({"to": "bob", "text": "hi", "by": "eve"}, "There is no field by."),
        ({"to": "bob", "text": "hi", "x" * 999: 1}, f"There is no field {'x' * 40}."),
        ({"to": "bob", "text": "hi", "room": "lobby"}, "There is no field room."),
    ],
)
def test_what_a_program_gives_wrong_is_named_by_its_field(fields: dict[str, Any], problem: str) -> None:
    assert why(TELL, Request("tell", fields=fields)) == f"{problem} Usage: {TELL.usage}"


@pytest.mark.parametrize("value", [True, 1.5, "5", [5]])
def test_a_number_is_a_whole_one_that_every_program_reads_alike(value: object) -> None:
    assert "The field count takes a number." in why(PAGE, Request("page", fields={"count": value}))


@pytest.mark.parametrize("value", [-1, 1 << 53])
def test_a_number_out_of_range_is_answered_with_the_range(value: int) -> None:
    assert "The field count takes a number from 0 to 9007199254740991." in why(PAGE, Request("page", fields={"count": value}))


def test_the_largest_number_can_be_typed_and_given() -> None:
    assert typed(PAGE, "9007199254740991") == given(PAGE, count=(1 << 53) - 1) == {"count": (1 << 53) - 1}


@pytest.mark.parametrize(("field", "value"), [("tags", "x"), ("tags", [1]), ("flag", 1), ("more", [])])
def test_other_types_are_checked_too(field: str, value: object) -> None:
    assert f"The field {field} takes" in why(PAGE, Request("page", fields={field: value}))


def test_fields_of_the_right_type_are_bound() -> None:
    fields = {"count": 5, "tags": ["a"], "flag": False, "more": {"a": 1}, "room": "dev"}
    assert given(PAGE, **fields) == fields


def test_a_room_that_is_no_string_is_refused_where_a_room_is_taken() -> None:
    assert "The field room takes a string." in why(PAGE, Request("page", fields={"room": 5}))


def test_what_a_person_typed_into_a_program_is_bound_as_typed_in_the_room_they_look_at() -> None:
    fields = {"room": "dev"}
    assert PAGE.bind(Request("page", "5", fields, 1, typed=True)) == {"count": 5, "room": "dev"}
    assert TELL.bind(Request("tell", "bob hi", fields, 1, typed=True)) == {"to": "bob", "text": "hi"}
    assert why(TELL, Request("tell", "", fields, 1, typed=True)) == "NAME is missing. Usage: /tell NAME TEXT"


def test_a_docstring_is_usage_summary_and_help() -> None:
    assert described("/x [Y]: do x: well.\n\nMore of it,\nin two lines.\n") == {
        "usage": "/x [Y]",
        "summary": "do x: well.",
        "help": "More of it, in two lines.",
    }
    assert described(None) == {"usage": "", "summary": "", "help": ""}
