"""Bans hit whom they say for as long as they say, replace one another, expire, and survive a restart."""

from __future__ import annotations

import json
import time
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.bans import BANS, MASKS, PREFIX, Ban, Bans, as_put, ban, read
from chatroom.core.errors import BannedByAnother, NotBanned, Refused, TargetUnclear, TooManyBans, TooManyMasks
from chatroom.core.seams import Put
from chatroom.core.targets import Party, Target, of_party, target

LIMIT = 32
NOW = 1_700_000_000.0


def made(id: str, *texts: str, span: float | None = None, at: float = NOW, reason: str = "") -> Ban:
    return ban(id, tuple(target(text, LIMIT) for text in texts), span=span, by="ann", reason=reason, now=at)


def house(*bans: Ban) -> Bans:
    found = Bans()
    for one in bans:
        found.add(one)
    return found


def test_a_ban_hits_until_it_is_over_and_not_a_moment_longer() -> None:
    bans = house(made("1", "bob", span=600))
    bob = Party("203.0.113.5", "b0b")
    assert bans.matching(bob, NOW) == bans.get("1")
    assert bans.matching(bob, NOW + 599.9) == bans.get("1")
    assert bans.matching(bob, NOW + 600) is None
    assert bans.matching(Party("203.0.113.5", "eve"), NOW) is None


def test_of_several_bans_the_longest_is_told() -> None:
    bans = house(made("1", "bob", span=600), made("2", "b*", span=60), made("3", "203.0.113.0/24", span=6000))
    hit = bans.matching(Party("203.0.113.5", "bob"), NOW)
    assert hit is not None
    assert hit.id == "3"
    bans.add(made("4", "@m1"))
    hit = bans.matching(Party("203.0.113.5", "bob", "m1"), NOW)
    assert hit is not None
    assert hit.id == "4"


def test_whoever_is_hit_is_told_how_long_why_and_by_whom() -> None:
    one = made("1", "bob", span=7200 * 2, reason="spam")
    assert str(one.refusal(NOW)) == "You are banned from this house for 4 hours: spam. (by ann)"
    assert str(one.refusal(NOW + 7200)) == "You are banned from this house for 2 more hours: spam. (by ann)"
    assert str(made("2", "bob", reason="{spam}!").refusal(NOW + 9)) == "You are banned from this house for good: {spam}! (by ann)"
    assert str(made("3", "bob").refusal(NOW)) == "You are banned from this house for good. (by ann)"
    assert one.refusal(NOW).code == "banned"


def test_a_guests_ban_covers_name_and_address_under_one_id() -> None:
    bans = house(ban("1", of_party(Party("203.0.113.5", "Bob")), span=None, by="ann", reason="", now=NOW))
    assert bans.matching(Party("198.51.100.1", "bob"), NOW) is not None
    assert bans.matching(Party("203.0.113.5", "eve"), NOW) is not None
    assert bans.sought("203.0.113.5", LIMIT, NOW) == bans.sought("BOB", LIMIT, NOW) == bans.sought("#1", LIMIT, NOW)
    bans.lift("1")
    assert bans.matching(Party("203.0.113.5", "bob"), NOW) is None


def test_lifting_one_of_two_bans_of_one_address_leaves_the_other() -> None:
    bans = house(made("1", "bob", "203.0.113.5"), made("2", "eve", "203.0.113.5"))
    assert bans.sought("203.0.113.5", LIMIT, NOW) == bans.listed()
    assert bans.lift("1") is not None
    assert bans.matching(Party("203.0.113.5", "bob"), NOW) == bans.get("2")
    assert bans.lift("1") is None


def test_a_ban_of_what_is_banned_already_takes_its_place() -> None:
    first, second = made("1", "bob"), made("2", "bob", "203.0.113.5", span=600)
    bans = house(first)
    assert bans.add(second) == (first,)
    assert bans.listed() == (second,)


def test_a_ban_that_could_not_be_stored_gives_back_what_it_replaced() -> None:
    first, second = made("1", "bob"), made("2", "bob", "203.0.113.5", span=600)
    bans = house(first)
    change = bans.impose(second)
    assert change.puts == (Put(PREFIX + first.id, None), as_put(second))
    change.undo()
    assert bans.listed() == (first,)


@pytest.mark.parametrize("stored", list(product([True, False], repeat=3)))
def test_changes_under_way_leave_what_was_stored_of_them_and_nothing_else(stored: tuple[bool, ...]) -> None:
    bans, (first, second) = Bans(), (made("1", "bob"), made("2", "bob", span=600))
    changes = [bans.impose(first), bans.impose(second), bans.pardon([second])]
    kept: dict[str, str] = {}
    for change, is_stored in zip(changes, stored, strict=True):
        if is_stored:
            change.keep()
            for put in change.puts:
                kept.pop(put.key, None)
                kept |= {} if put.value is None else {put.key: put.value}
        else:
            change.undo()
    assert {put.key: put.value for put in map(as_put, bans.listed())} == kept


def test_a_ban_of_less_takes_no_place() -> None:
    bans = house(made("1", "bob", "203.0.113.5"))
    assert bans.add(made("2", "bob")) == ()
    assert len(bans) == 2


def test_a_ban_is_found_by_what_it_is_called_and_nothing_else() -> None:
    bans = house(made("7", "203.0.113.0/24"), made("8", "troll*"))
    assert [one.id for one in bans.sought(" 203.0.113.9/24", LIMIT, NOW)] == ["7"]
    assert [one.id for one in bans.sought("Troll*", LIMIT, NOW)] == ["8"]
    with pytest.raises(BannedByAnother, match=r"203\.0\.113\.9 is banned only as part of #7"):
        bans.sought("203.0.113.9", LIMIT, NOW)
    with pytest.raises(BannedByAnother, match="#8"):
        bans.sought("troll5", LIMIT, NOW)
    for text in ("eve", "198.51.100.0/24", "2001:db8::1", "@m1", "#9"):
        with pytest.raises(NotBanned, match="/bans"):
            bans.sought(text, LIMIT, NOW)
    with pytest.raises(TargetUnclear):
        bans.sought("", LIMIT, NOW)


def test_bans_that_are_over_are_forgotten_a_few_at_a_time() -> None:
    bans = house(*(made(str(number), f"name{number}", span=number) for number in range(1, 11)), made("11", "bob"))
    bans.lift("1")
    assert bans.expire(NOW + 5) == tuple(Put(PREFIX + str(number), None) for number in range(2, 6))
    assert len(bans.expire(NOW + 100, limit=2)) == 2
    assert len(bans.expire(NOW + 100)) == 3
    assert bans.expire(NOW + 100) == ()
    assert [one.id for one in bans.listed()] == ["11"]


def test_a_ban_that_was_put_back_with_another_end_is_not_forgotten_by_its_old_one() -> None:
    bans = house(made("1", "bob", span=10))
    bans.restore(made("1", "bob", span=1000))
    assert bans.expire(NOW + 100) == ()
    assert bans.matching(Party("", "bob"), NOW + 100) is not None


def test_bans_are_listed_oldest_first_and_in_words() -> None:
    bans = house(made("10", "c", at=NOW), made("2", "b", at=NOW), made("3", "a", "203.0.113.5", span=60, at=NOW - 1, reason="spam"))
    assert [one.id for one in bans.listed()] == ["3", "2", "10"]
    assert bans.listed()[0].line(NOW - 1) == "#3 a and 203.0.113.5, for 1 more minute, by ann: spam"
    assert bans.listed()[1].line(NOW) == "#2 b, for good, by ann"


def test_ids_are_numbers_never_given_twice() -> None:
    bans = Bans()
    assert bans.next_id() == "1"
    bans.add(made("41", "bob"))
    bans.add(made("elsewhere", "eve"))
    bans.lift("41")
    assert bans.next_id() == "42"


KINDS = st.sampled_from(["bob", "@m1", "203.0.113.5", "203.0.113.0/24", "2001:db8::1", "troll*", "zoë"])


@given(KINDS, st.lists(KINDS, max_size=2), st.none() | st.floats(1, 1e6), st.text(max_size=20))
def test_a_ban_is_read_back_as_it_was_kept(first: str, others: list[str], span: float | None, reason: str) -> None:
    one = made("1", first, *others, span=span, reason=reason)
    put = as_put(one)
    assert put.key == "ban/1"
    assert put.value is not None
    assert read("1", put.value) == one


def test_bans_survive_a_restart_and_what_cannot_be_read_costs_itself_alone() -> None:
    kept = [made("1", "bob", "203.0.113.5", span=600), made("2", "troll*")]
    state = {put.key: put.value for put in map(as_put, kept) if put.value is not None}
    good = json.loads(state["ban/1"])
    broken = [
        "", "7", "null", "[]", "{}", "[" * 100000,
        json.dumps(good | {"kind": []}), json.dumps(good | {"kind": "house"}), json.dumps(good | {"target": 5}),
        json.dumps(good | {"kind": "network", "target": "203.0.113.7/24"}), json.dumps(good | {"until": "soon"}),
        json.dumps(good | {"until": float("nan")}), json.dumps(good | {"until": 10**400}), json.dumps(good | {"at": None}),
        json.dumps(good | {"at": True}), json.dumps(good | {"covers": "x"}), json.dumps(good | {"covers": [["name"]]}),
        json.dumps(good | {"covers": [["name", None]]}), json.dumps(good | {"by": None}),
    ]  # fmt: skip
    state |= {f"ban/x{number}": value for number, value in enumerate(broken)} | {"topic/lobby": "{}"}
    bans = Bans()
    assert bans.load(state) == tuple(f"ban/x{number}" for number in range(len(broken)))
    assert list(bans.listed()) == kept
    assert bans.next_id() == "3"


def test_there_are_so_many_bans_and_no_more() -> None:
    bans = Bans(limit=3)
    for number in range(3):
        bans.add(made(str(number), f"name{number}", span=60))
    with pytest.raises(TooManyBans, match="3 bans"):
        bans.add(made("3", "bob"))
    bans.add(made("4", "name1"))
    assert len(bans) == 3
    assert Bans().limit == BANS


def test_there_are_so_many_masks_and_no_more() -> None:
    bans = house(*(made(str(number), f"name{number}*") for number in range(MASKS)))
    with pytest.raises(TooManyMasks):
        bans.add(made("x", "bob", "b*"))
    bans.add(made("y", "name7*", span=60))
    bans.add(made("z", "bob"))
    assert len(bans) == MASKS + 1
    bans.lift("y")
    bans.add(made("x", "b*"))


def test_a_day_of_bans_leaves_nothing_behind() -> None:
    random, bans, now = Random(7), Bans(), NOW
    texts = ["bob", "eve", "t*", "e?e", "203.0.113.5", "203.0.113.0/24", "2001:db8::1", "@m1", "2001:db8::/40"]
    for step in range(5000):
        now += random.random() * 17
        roll = random.random()
        if roll < 0.5:
            bans.add(made(str(step), *random.sample(texts, 2), span=random.random() * 3600, at=now))
        elif roll < 0.7 and len(bans):
            bans.lift(random.choice(bans.listed()).id)
        bans.expire(now)
        assert len(bans._ending) <= 2 * len(bans) + 17
    bans.expire(now + 3600)
    reach = bans._reach
    assert [len(one) for one in (bans, bans._ending, bans._by_target, reach._looks, reach._members, reach._masks)] == [0] * 6
    assert reach._networks == {4: {}, 6: {}}


def crowded() -> Bans:
    random, bans = Random(7), Bans()
    for number in range(10_000):
        prefix = random.randint(9, 31) if number % 2 else random.randint(20, 63)
        base = (
            f"{random.randint(1, 126)}.{random.randint(0, 255)}.{random.randint(0, 255)}.0" if number % 2 else f"2{number % 999:03d}::"
        )
        bans.add(made(str(number), f"{base}/{prefix}", span=number + 1))
    for number in range(MASKS):
        bans.add(made(f"m{number}", f"*a{number}?b*", span=number + 1))
    return bans


def test_ten_thousand_networks_and_all_masks_are_looked_through_in_a_millisecond_or_so() -> None:
    bans, random = crowded(), Random(8)
    parties = [Party(f"130.{random.randint(0, 255)}.7.{random.randint(0, 255)}", "aaaaaaaaaaab") for _ in range(100)]
    parties += [Party(f"3001:db8:{number:x}::1", "somebody") for number in range(100)]
    started = time.thread_time()
    assert not any(bans.matching(party, NOW) for party in parties)
    assert (time.thread_time() - started) / len(parties) < 0.002


@given(st.lists(st.tuples(KINDS, KINDS, st.integers(1, 100)), max_size=12), KINDS, st.integers(0, 110))
def test_the_tables_agree_with_asking_each_ban(given: list[tuple[str, str, int]], text: str, later: int) -> None:
    bans = Bans()
    for number, (first, second, span) in enumerate(given):
        bans.add(made(str(number), first, second, span=span))
    party = {"@m1": Party("", "x", "m1")}.get(text) or (Party(text) if text[0] == "2" else Party("", text.rstrip("*")))
    if "/" in text:
        party = Party("203.0.113.77")
    now = NOW + later
    each = [one for one in bans.listed() if not one.over(now) and house(one).matching(party, NOW) is not None]
    found = bans.matching(party, now)
    assert (found is None) is (not each)
    assert found is None or found.until == max(one.until or 0 for one in each)


def test_a_target_of_no_known_kind_is_none() -> None:
    with pytest.raises(ValueError, match="kind"):
        read("1", json.dumps({"kind": "planet", "target": "earth", "by": "", "reason": "", "at": 0}))
    assert Target("name", "bob") in made("1", "bob").targets
    assert issubclass(TooManyBans, Refused)
