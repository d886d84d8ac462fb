"""Which names are the same, and which look the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from chatroom.core.errors import NameTaken, NameTooSimilar
from chatroom.core.likeness import fold, looks, skeleton
from chatroom.core.names import clean_name
from chatroom.core.roster import Roster
from tests.core.naming import LIMIT, NAMELIKE, accepted


@given(NAMELIKE)
def test_the_case_key_of_a_name_is_its_own_key_and_has_the_same_skeleton(text: str) -> None:
    name = accepted(text)
    if name is not None:
        assert fold(fold(name)) == fold(name)
        assert skeleton(fold(name)) == skeleton(name)
        assert skeleton(skeleton(name)) == skeleton(name)


@given(NAMELIKE)
def test_two_names_equal_but_for_case_always_collide(text: str) -> None:
    name = accepted(text)
    if name is None:
        return
    roster: Roster[int] = Roster(reserved=())
    roster.claim(name, 1)
    for other in (name.lower(), name.upper(), name.title(), name.swapcase()):
        if accepted(other) is not None:
            with pytest.raises((NameTaken, NameTooSimilar)):
                roster.check(other, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann", "ANN"),
        ("Straße", "STRASSE"),
        ("ΩMEGA", "ωmega"),
        ("Ωmega", "Ωmega"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ａｎｎ", "Ann"),
        ("Zoe\u0308", "ZOË"),
    ],
)
def test_names_the_same_but_for_case_width_or_composition_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("known", "impostor"),
    [
        ("admin", "аdmin"),
        ("ann", "ɑnn"),
        ("mike", "rnike"),
        ("paypal", "paypa1"),
        ("paypal", "paypaI"),
        ("lily", "1i1y"),
        ("wendy", "vvendy"),
        ("bob", "b0b"),
        ("Bob", "Воb"),
        ("Nick", "Νick"),
        ("nick", "ɴick"),
        ("Peter", "Рeter"),
        ("tom", "тоm"),
        ("Ilya", "İlya"),
        ("jim", "jım"),
        ("scope", "ѕсоре"),
        ("Henry", "Ηenry"),
        ("Zed", "Ζed"),
        ("ԛueen", "queen"),
        ("o3", "օ3"),
        ("gap", "ɡap"),
    ],
)
def test_a_look_alike_shares_a_look_with_whom_it_imitates(known: str, impostor: str) -> None:
    assert fold(known) != fold(impostor)
    assert set(looks(known)) & set(looks(impostor))
    roster: Roster[str] = Roster(reserved=())
    roster.claim(clean_name(known, LIMIT), "victim")
    with pytest.raises(NameTooSimilar) as caught:
        roster.check(clean_name(impostor, LIMIT), "thief")
    assert caught.value.fields["other"] == known


@pytest.mark.parametrize(
    ("one", "other"), [("ann", "avv"), ("dan", "clan"), ("jose", "josé"), ("ben", "den"), ("иван", "ivan"), ("sue", "5ue")]
)
def test_names_that_merely_resemble_each_other_are_two_names(one: str, other: str) -> None:
    assert not set(looks(one)) & set(looks(other))


def test_every_look_alike_in_the_whole_of_unicode_settles_on_one_skeleton() -> None:
    for point in range(0x20000):
        char = chr(point)
        if unicodedata.category(char)[0] == "L":
            assert skeleton(skeleton(char)) == skeleton(char) == skeleton(fold(char)), hex(point)


def test_the_memory_of_skeletons_is_bounded() -> None:
    bound = skeleton.cache_info().maxsize
    assert bound is not None
    for number in range(bound + 10):
        skeleton(f"n{number}")
    assert skeleton.cache_info().currsize == bound
