"""Names: what is refused and why, what is the same, what looks the same, and who holds what."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import (
    NameEmpty,
    NameInvalid,
    NameRefused,
    NameReserved,
    NameTaken,
    NameTooLong,
    NameTooSimilar,
    RoomNameEmpty,
    RoomNameInvalid,
    RoomNameReserved,
    RoomNameTooLong,
)
from chatroom.core.names import MARKS, RESERVED, Roster, clean_name, clean_room, fold, is_address, looks, skeleton

LIMIT = 32

LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lm", "Nd", "Mn"])
NAMELIKE = st.text(st.one_of(st.sampled_from("abcdeABC019-_.ıİßΣσςΩΩéàвВ"), LETTERS), min_size=1, max_size=12)


def accepted(text: str) -> str | None:
    try:
        return clean_name(text, LIMIT)
    except NameRefused:
        return None


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


@pytest.mark.parametrize("name", ["Server", "ADMIN", "аdmin", "adm1n", "r00t", "everyone", "Ηost", "mе", "nob0dy"])
def test_a_reserved_word_is_refused_in_any_case_or_look_alike_letters(name: str) -> None:
    with pytest.raises(NameReserved):
        Roster[int]().check(name)


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


def test_a_name_held_by_another_is_taken_and_ones_own_can_change_its_case() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    with pytest.raises(NameTaken):
        roster.claim("ANN", "b")
    with pytest.raises(NameTaken):
        roster.check("ann")
    roster.claim("Ann", "a")
    roster.release("ann")
    assert roster.find("ANN") == "a"
    assert roster.near("a") == ("Ann",)
    roster.release("Ann")
    assert roster.find("ann") is None
    roster.claim("ANN", "b")


def test_whoever_changes_names_holds_both_until_the_old_one_is_released() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    roster.claim("cat", "a")
    assert roster.find("ann") == roster.find("cat") == "a"
    roster.release("ann")
    assert roster.find("ann") is None
    assert len(roster) == 1


def test_ones_own_look_alike_is_free_to_oneself_only() -> None:
    roster: Roster[str] = Roster()
    roster.claim("mike", "a")
    roster.check("rnike", "a")
    with pytest.raises(NameTooSimilar):
        roster.check("rnike", "b")


def test_an_owned_name_is_its_owners_alone_though_nobody_is_present() -> None:
    roster: Roster[str] = Roster()
    roster.own("Mike", 7)
    assert roster.find("mike") is None
    assert roster.near("m") == ()
    with pytest.raises(NameTaken):
        roster.claim("mike", "guest")
    with pytest.raises(NameTooSimilar):
        roster.claim("rnike", "guest", owner=8)
    roster.claim("mike", "member", owner=7)
    roster.disown("MIKE")
    roster.release("mike")
    roster.claim("rnike", "guest")


def test_names_owned_by_two_that_look_alike_protect_both() -> None:
    roster: Roster[str] = Roster()
    roster.own("mike", 1)
    roster.own("rnike", 2)
    with pytest.raises(NameTooSimilar):
        roster.check("mike", owner=1)
    roster.disown("rnike")
    roster.check("mike", owner=1)


def test_releasing_or_disowning_what_is_not_there_does_nothing() -> None:
    roster: Roster[str] = Roster()
    roster.claim("ann", "a")
    roster.release("bob")
    roster.disown("ann")
    assert roster.find("ann") == "a"


def test_names_are_found_in_any_case_or_width_and_by_their_beginnings_in_order() -> None:
    roster: Roster[int] = Roster()
    for number, name in enumerate(["Bob", "anna", "Ann", "Ängel", "anton"]):
        roster.claim(name, number)
    assert roster.find(" ａｎｎ ") == 2
    assert roster.near("AN") == ("Ann", "anna", "anton")
    assert roster.near("an", limit=2) == ("Ann", "anna")
    assert roster.near("") == ("Ann", "anna", "anton", "Bob", "Ängel")
    assert roster.near("x") == ()


def test_ten_thousand_come_and_go_and_leave_nothing_behind() -> None:
    roster: Roster[int] = Roster()
    names = [f"pérson{number}" for number in range(10_000)]
    for number, name in enumerate(names):
        roster.claim(name, number)
    assert len(roster) == 10_000
    with pytest.raises(NameTooSimilar):
        roster.check("pérson1O1")
    for name in names:
        roster.release(name)
    assert len(roster) == 0
    assert not roster._held.by_look
    assert not roster._held.ordered


def test_the_memory_of_skeletons_is_bounded() -> None:
    bound = skeleton.cache_info().maxsize
    assert bound is not None
    for number in range(bound + 10):
        skeleton(f"n{number}")
    assert skeleton.cache_info().currsize == bound


@pytest.mark.parametrize("name", ["203.0.113.7", "0.0.0.0", "255.255.255.255"])
def test_a_name_that_reads_as_an_address_can_be_had_by_its_owner_alone(name: str) -> None:
    roster: Roster[str] = Roster()
    with pytest.raises(NameInvalid, match="A name cannot contain an address"):
        roster.claim(name, "eve")
    roster.own(name, "member")
    roster.claim(name, "ann", "member")
    assert roster.find(name) == "ann"


@pytest.mark.parametrize(
    ("text", "address"),
    [("203.0.113.0/24", True), ("203.0.113.7/24", True), ("2001:db8::", True), ("7of9", False), ("1.2.3", False), ("1984", False)],
)
def test_an_address_is_told_from_a_name_with_digits(text: str, address: bool) -> None:
    assert is_address(text) is address
