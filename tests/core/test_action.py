"""The first word after a verb says what it is to do."""

from __future__ import annotations

import pytest

from chatroom.core.action import PARAMS, action
from chatroom.core.call import Call
from chatroom.core.verb import Verb
from chatroom.testing import World


def done(typed: str) -> list[str]:
    """Give what a person reads who types this after a verb that knows two things to do."""

    def perform(call: Call) -> None:
        do, rest = action(call, {"list": "listed", "add": "added"})
        call.answer(f"{do}: {rest}")

    things = Verb("things", perform, params=PARAMS, summary="keep things", usage="/things [list | add WHAT]")
    ann = World(verbs=(things,)).person("ann")
    ann.types(f"/things {typed}")
    return ann.lines()


@pytest.mark.parametrize(
    ("typed", "line"),
    [("", "listed: "), ("list", "listed: "), ("LIST  all", "listed: all"), ("add a  b ", "added: a  b")],
)
def test_it_is_taken_in_any_case_and_without_one_the_list_is_given(typed: str, line: str) -> None:
    assert done(typed) == [line]


def test_what_there_is_not_is_refused_by_name_and_no_long_one_is_repeated() -> None:
    assert done("burn it")[0].startswith("! There is no “things burn”.")
    assert "b" * 21 not in done("b" * 100)[0]
