"""What a room allows: what was asked for counts at once, what was not stored never did, and what is read back is what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.bans import ban
from chatroom.core.errors import (
    BannedFromRoom,
    MutedInRoom,
    Refused,
    RoomFull,
    RoomInvitedOnly,
    RoomKeyed,
    RoomQuiet,
    TooManyRoles,
    TooSoon,
    TopicLocked,
)
from chatroom.core.rank import Rank
from chatroom.core.rights import MOST, Alteration, Rights, Who
from chatroom.core.settings import INVITATION, OPERATOR, ROLES, VOICE, by_room
from chatroom.core.standing import Standing
from chatroom.core.targets import Party, Target

NOW = 1_700_000_000.0
GUEST = Who("@~g1", Rank.GUEST, Party("198.51.100.7", "gus"))
MEMBER = Who("@m1", Rank.MEMBER, Party("198.51.100.8", "meg", "m1"))
MODERATOR = Who("@m2", Rank.MODERATOR, Party("198.51.100.9", "max", "m2"))


@pytest.fixture
def rights() -> Rights:
    return Rights("dev")


def stored(alteration: Alteration) -> None:
    alteration.keep()


def refused(what: type[Refused], work: Callable[[], object]) -> bool:
    try:
        work()
    except what:
        return True
    return False


def test_a_new_room_is_open_to_everybody_and_nobodys(rights: Rights) -> None:
    rights.check_entry(GUEST, "", 10_000, NOW)
    rights.check_topic(GUEST, NOW)
    assert (rights.access, rights.key, rights.limit, rights.slow, rights.owner()) == ("open", "", 0, 0, None)
    assert rights.standing(GUEST.inbox, GUEST.rank) is Standing.NOBODY


def test_what_is_asked_for_counts_at_once_and_the_newest_counts(rights: Rights) -> None:
    first, second = rights.change("limit", 5), rights.change("limit", 7)
    assert rights.limit == 7
    first.keep()
    assert rights.limit == 7
    second.undo()
    assert rights.limit == 5


def test_what_was_not_stored_never_was_whatever_was_asked_for_since(rights: Rights) -> None:
    first, second = rights.change("limit", 5), rights.change("limit", 7)
    first.undo()
    assert rights.limit == 7
    second.undo()
    assert rights.limit == 0
    assert rights.cleared() == ()


def test_who_may_come_in_is_whom_the_access_names(rights: Rights) -> None:
    stored(rights.change("access", "invited"))
    assert refused(RoomInvitedOnly, lambda: rights.check_entry(GUEST, "", 0, NOW))
    stored(rights.give(INVITATION, GUEST.inbox, "gus"))
    rights.check_entry(GUEST, "", 0, NOW)
    stored(rights.change("access", "key:tea"))
    rights.check_entry(GUEST, "", 0, NOW)
    for key in ("", "coffee", "TEA"):
        assert refused(RoomKeyed, lambda key=key: rights.check_entry(MEMBER, key, 0, NOW))  # type: ignore[misc]
    rights.check_entry(MEMBER, "tea", 0, NOW)


def test_one_may_have_to_be_invited_and_to_know_the_key_and_an_invitation_is_enough_for_all_of_it(rights: Rights) -> None:
    stored(rights.change("access", "invited,key:tea"))
    stored(rights.change("limit", 2))
    assert (rights.access, rights.invited, rights.key) == ("invited key", True, "tea")
    assert refused(RoomInvitedOnly, lambda: rights.check_entry(GUEST, "tea", 0, NOW))
    rights.welcome.add(ban("1", (Target("name", "gus"),), span=None, by="ann", reason="", now=NOW))
    assert refused(RoomKeyed, lambda: rights.check_entry(GUEST, "", 0, NOW))
    assert refused(RoomFull, lambda: rights.check_entry(GUEST, "tea", 2, NOW))
    rights.check_entry(GUEST, "tea", 1, NOW)
    stored(rights.give(INVITATION, GUEST.inbox, "gus"))
    rights.check_entry(GUEST, "", 2, NOW)


def test_a_room_takes_so_many_people_and_those_who_keep_order_all_the_same(rights: Rights) -> None:
    stored(rights.change("limit", 2))
    rights.check_entry(GUEST, "", 1, NOW)
    assert refused(RoomFull, lambda: rights.check_entry(GUEST, "", 2, NOW))
    rights.check_entry(MODERATOR, "", 2, NOW)
    stored(rights.give(OPERATOR, GUEST.inbox, "gus"))
    rights.check_entry(GUEST, "", 2, NOW)


def test_a_ban_keeps_out_operators_too_but_neither_owners_nor_moderators(rights: Rights) -> None:
    one = ban("1", (Target("name", "gus"), Target("name", "max")), span=None, by="ann", reason="", now=NOW)
    rights.bans.add(one)
    stored(rights.give(OPERATOR, GUEST.inbox, "gus"))
    assert refused(BannedFromRoom, lambda: rights.check_entry(GUEST, "", 0, NOW))
    rights.check_entry(MODERATOR, "", 0, NOW)
    stored(rights.change("owner", [GUEST.inbox, "gus"]))
    rights.check_entry(GUEST, "", 0, NOW)


def test_a_mute_holds_until_it_is_over(rights: Rights) -> None:
    rights.mutes.add(ban("1", (Target("name", "gus"),), span=60, by="ann", reason="loud", now=NOW))
    with pytest.raises(MutedInRoom, match=r"in dev for 1 minute: loud\. Nothing you say .* \(by ann\)"):
        rights.check_voice(GUEST, NOW)
    rights.check_voice(MEMBER, NOW)
    rights.check_voice(GUEST, NOW + 60)


def test_in_a_quiet_room_those_with_a_voice_speak(rights: Rights) -> None:
    stored(rights.change("quiet", True))
    assert refused(RoomQuiet, lambda: rights.check_voice(GUEST, NOW))
    assert refused(RoomQuiet, lambda: rights.check_voice(MEMBER, NOW))
    stored(rights.give(VOICE, GUEST.inbox, "gus"))
    rights.check_voice(GUEST, NOW)


def test_in_a_slow_room_everybody_waits_between_two_messages_but_those_who_keep_order(rights: Rights) -> None:
    stored(rights.change("slow", 5))
    rights.speak(GUEST, None, NOW)
    rights.speak(MEMBER, None, NOW)
    with pytest.raises(TooSoon, match=r"one message in 5 seconds\. Wait 3 seconds"):
        rights.speak(GUEST, None, NOW + 2)
    rights.speak(GUEST, None, NOW + 5)
    for _ in range(3):
        rights.speak(MODERATOR, None, NOW)


def test_what_is_sent_again_waits_for_nothing_and_what_was_not_stored_did_not_count(rights: Rights) -> None:
    stored(rights.change("slow", 5))
    undo = rights.speak(GUEST, 1, NOW)
    rights.speak(GUEST, 1, NOW + 1)
    assert refused(TooSoon, lambda: rights.speak(GUEST, 2, NOW + 1))
    undo()
    rights.speak(GUEST, 2, NOW + 1)


def test_when_the_clock_is_set_back_nobody_waits_for_it(rights: Rights) -> None:
    stored(rights.change("slow", 5))
    rights.speak(GUEST, None, NOW)
    assert refused(TooSoon, lambda: rights.speak(GUEST, None, NOW + 1))
    rights.speak(GUEST, None, NOW - 3600)
    assert refused(TooSoon, lambda: rights.speak(GUEST, None, NOW - 3599))


def test_who_spoke_is_remembered_only_as_long_as_it_matters(rights: Rights) -> None:
    stored(rights.change("slow", 5))
    for number in range(3 * MOST):
        rights.speak(Who(f"@~{number}", Rank.GUEST, Party("198.51.100.7", "gus")), None, NOW + number)
    assert len(rights._spoke) <= MOST + 6


def test_the_topic_of_a_locked_room_is_set_by_who_keeps_order(rights: Rights) -> None:
    stored(rights.change("lock", True))
    assert refused(TopicLocked, lambda: rights.check_topic(MEMBER, NOW))
    stored(rights.give(OPERATOR, MEMBER.inbox, "meg"))
    rights.check_topic(MEMBER, NOW)


@pytest.mark.parametrize("role", ROLES)
def test_no_more_than_so_many_hold_a_role(rights: Rights, role: str) -> None:
    for number in range(MOST):
        stored(rights.give(role, f"@m{number}", "x"))
    with pytest.raises(TooManyRoles):
        rights.give(role, "@one-more", "x")
    stored(rights.give(role, "@m1", "again"))
    stored(rights.take(role, "@m2"))
    stored(rights.give(role, "@one-more", "x"))


def test_what_guests_hold_is_not_stored(rights: Rights) -> None:
    assert rights.give(OPERATOR, GUEST.inbox, "gus").puts == ()
    (put,) = rights.change("owner", [GUEST.inbox, "gus"]).puts
    assert put.value is None
    (put,) = rights.give(OPERATOR, MEMBER.inbox, "meg").puts
    assert (put.key, put.value) == ("room/dev/operator/@m1", '"meg"')


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("limit", "0"),
        ("limit", "true"),
        ("limit", "-1"),
        ("limit", '"5"'),
        ("slow", "1e9"),
        ("quiet", "false"),
        ("quiet", "1"),
        ("access", '"open"'),
        ("access", "{}"),
        ("owner", '["@m1"]'),
        ("owner", '["@m1", 5]'),
        ("operator/", '"meg"'),
        ("operator/@m1", "5"),
        ("king/@m1", '"meg"'),
        ("colour", '"red"'),
        ("limit", "{"),
        ("limit", "[" * 100_000),
        ("ban/1", "{}"),
        ("mute/1", "[]"),
    ],
)
def test_what_cannot_be_read_is_told_and_leaves_the_rest(rights: Rights, key: str, value: str) -> None:
    assert rights.load({key: value, "lock": "true"}) == (f"room/dev/{key}",)
    assert rights.on("lock")
    assert rights.limit == 0


KEYS: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("access", st.sampled_from(["invited", "key:tea", "invited,key:tea", None])),
    ("limit", st.integers(1, 9) | st.none()),
    ("slow", st.integers(1, 9) | st.none()),
    *((switch, st.sampled_from([True, None])) for switch in ("lock", "secret", "quiet")),
    ("owner", st.sampled_from([["@m1", "meg"], ["@~g1", "gus"], None])),
    *((f"{role}/{inbox}", st.sampled_from(["x", None])) for role in ROLES for inbox in ("@m1", "@m2")),
]
CHANGES = st.sampled_from(KEYS).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1]))


@given(st.lists(st.tuples(CHANGES, st.booleans(), st.integers(0, 3)), max_size=40))
def test_what_is_read_back_after_a_restart_is_what_was_accepted(steps: list[tuple[tuple[str, Any], bool, int]]) -> None:
    rights, disk = Rights("dev"), dict[str, str]()
    flying: list[tuple[Alteration, bool]] = []

    def settle() -> None:
        alteration, good = flying.pop(0)
        if not good:
            alteration.undo()
            return
        for put in alteration.puts:
            if put.value is None:
                disk.pop(put.key, None)
            else:
                disk[put.key] = put.value
        alteration.keep()

    for (key, value), good, settled in steps:
        flying.append((rights.change(key, value), good))
        for _ in range(min(settled, len(flying))):
            settle()
    while flying:
        settle()
    if (rights.owner() or ("",))[0].startswith("@~"):
        rights.change("owner", None).keep()
    again = Rights("dev")
    assert again.load(by_room(disk).get("dev", {})) == ()
    assert {key: again.get(key) for key, _ in KEYS} == {key: rights.get(key) for key, _ in KEYS}
    assert {put.key for put in rights.cleared()} == disk.keys()
