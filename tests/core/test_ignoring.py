"""Whom a session does not want to see."""

from __future__ import annotations

from chatroom.core.events import Author
from chatroom.core.ignoring import Ignored, Ignoring


def test_a_guest_is_known_by_their_stay_and_by_the_name_they_had() -> None:
    ignoring = Ignoring()
    ignoring.add(Ignored("Bob", "@~1"))
    authors = [Author("rob", stay="1"), Author("bob", stay="2"), Author("bob"), Author("rob", "m-bob", "1"), Author("rob", stay="2")]
    assert [ignoring.hides(one) for one in authors] == [True, True, True, True, False]


def test_a_member_is_known_by_id_alone() -> None:
    ignoring = Ignoring()
    ignoring.add(Ignored("meg", "@m-meg"))
    authors = [Author("margaret", "m-meg"), Author("meg", "m-max"), Author("meg", stay="1"), Author("meg")]
    assert [ignoring.hides(one) for one in authors] == [True, False, False, False]


def test_a_name_of_nobody_is_anybodys_who_takes_it() -> None:
    ignoring = Ignoring()
    ignoring.add(Ignored("troll"))
    assert [ignoring.hides(one) for one in (Author("TROLL", "m-x"), Author("troll", stay="1"), Author("roll"))] == [True, True, False]


def test_somebody_counts_once_under_all_their_names_and_is_dropped_by_any() -> None:
    ignoring = Ignoring()
    ignoring.add(Ignored("bob", "@~1"))
    ignoring.add(Ignored("rob", "@~1"))
    assert (len(ignoring), ignoring.names(), Ignored("robert", "@~1") in ignoring) == (1, ["rob"], True)
    assert ignoring.drop(Ignored("robert", "@~1"))
    assert not ignoring.drop(Ignored("rob"))
    assert not ignoring.hides(Author("rob", stay="1"))


def test_the_mark_of_a_stay_tells_nothing_and_makes_no_other_author() -> None:
    assert Author("bob", stay="1") == Author("bob")
    assert repr(Author("bob", stay="1")) == repr(Author("bob"))
