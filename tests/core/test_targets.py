"""Whom a ban hits is read without a doubt, asked back about when it is too many, and found quickly."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.addresses import unmapped
from chatroom.core.errors import (
    AddressUnclear,
    MaskTooLong,
    MaskUnclear,
    NetworkUnclear,
    Refused,
    TargetIsThisMachine,
    TargetIsYou,
    TargetTooWide,
    TargetUnclear,
    TargetUnconfirmed,
)
from chatroom.core.targets import MASK, Party, Reach, Target, confirm, hits, of_party, pattern, target

LIMIT = 32
ANN = Party("198.51.100.9", "Ann", "m1")


def hit(text: str, party: Party) -> bool:
    return hits([target(text, LIMIT)], [party]) == (party,)


@pytest.mark.parametrize(
    ("text", "kind", "canonical"),
    [
        ("Ann", "name", "ann"),
        (" Zoë ", "name", "zoë"),
        ("1.2.3", "name", "1.2.3"),
        ("name:203.0.113.5", "name", "203.0.113.5"),
        ("mask:ann", "name", "ann"),
        ("@m1", "member", "m1"),
        ("member:m1", "member", "m1"),
        ("203.0.113.5", "address", "203.0.113.5"),
        ("203.0.113.5/32", "address", "203.0.113.5"),
        ("address:203.0.113.5", "address", "203.0.113.5"),
        ("::ffff:203.0.113.5", "address", "203.0.113.5"),
        ("*!*@203.0.113.5", "address", "203.0.113.5"),
        ("Troll!*@*", "name", "troll"),
        ("troll*!*@*", "mask", "troll*"),
        ("a,b!*@*", "hostmask", "a,b!*@*"),
        ("*!*@M1.member", "member", "m1"),
        ("*!line@m1.member", "member", "m1"),
        ("ann!*@m1.member", "hostmask", "ann!*@m1.member"),
        ("*!line@203.0.113.5", "address", "203.0.113.5"),
        ("*!**@*.Guest", "hostmask", "*!*@*.guest"),
        ("hostmask:*!*@203.0.113.5", "hostmask", "*!*@203.0.113.5"),
        ("hostmask:ann!*@*", "name", "ann"),
        ("hostmask:*!*@*", "mask", "*"),
        ("hostmask:*!*@m1.member", "member", "m1"),
        ("2001:DB8::5", "address", "2001:db8::/64"),
        ("2001:db8::5/64", "address", "2001:db8::/64"),
        ("fe80::1%eth0", "network", "fe80::1/128"),
        ("2001:db8::5/128", "network", "2001:db8::5/128"),
        ("2001:db8::/48", "network", "2001:db8::/48"),
        ("203.0.113.7/24", "network", "203.0.113.0/24"),
        ("203.0.113.0/255.255.255.0", "network", "203.0.113.0/24"),
        ("::ffff:203.0.113.0/120", "network", "203.0.113.0/24"),
        ("203.0.113.*", "network", "203.0.113.0/24"),
        ("*@203.0.*.*", "network", "203.0.0.0/16"),
        ("10.*", "network", "10.0.0.0/8"),
        ("Troll*", "mask", "troll*"),
        ("t***l?", "mask", "t*l?"),
        ("ｔ＊", "mask", "t*"),
    ],
)
def test_a_target_says_what_it_is_and_is_the_same_however_it_is_written(text: str, kind: str, canonical: str) -> None:
    found = target(text, LIMIT)
    assert (found.kind, found.text) == (kind, canonical)
    assert target(str(found), LIMIT) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", TargetUnclear),
        ("ann bob", TargetUnclear),
        ("x" * 33, TargetUnclear),
        ("@", TargetUnclear),
        ("@m 1", TargetUnclear),
        ("@" + "m" * 65, TargetUnclear),
        ("mask:", TargetUnclear),
        ("203.0.113.999", AddressUnclear),
        ("203.0.113.5:5000", AddressUnclear),
        ("010.0.0.1", AddressUnclear),
        ("2001:db8:::1", AddressUnclear),
        ("a/b", NetworkUnclear),
        ("203.0.113.0/33", NetworkUnclear),
        ("203.0.113.?", NetworkUnclear),
        ("203.*.113.*", NetworkUnclear),
        ("2001:db8:*", NetworkUnclear),
        ("*@example.org", MaskUnclear),
        ("ann!*", MaskUnclear),
        ("a\x1b*", MaskUnclear),
        ("ann!a\x1b@*.guest", MaskUnclear),
        ("*!" + "x" * MASK + "@*", MaskTooLong),
        ("x" * MASK + "*", MaskTooLong),
        ("ﷺ" * 100 + "*", MaskTooLong),
    ],
)
def test_a_slip_of_the_pen_is_refused_and_taken_for_nothing_else(text: str, why: type[Refused]) -> None:
    with pytest.raises(why):
        target(text, LIMIT)


@pytest.mark.parametrize(
    ("mask", "is_hit"),
    [
        ("*!line@*", True),
        ("ann!l?ne@1f*.guest", True),
        ("*!*@1F00.GUEST", True),
        ("bob!line@*", False),
        ("ann!*@2f00.guest", False),
        ("ann!irc@*", False),
    ],
)
def test_a_hostmask_hits_who_is_shown_so(mask: str, is_hit: bool) -> None:
    assert hit(mask, Party("", "Ann", None, "line", "1f00.guest")) is is_hit
    assert not hit("*!line@*", Party("", "Ann"))


@given(st.text(st.sampled_from("ann:/.*?@%!0123abcdef２＊ ʔʼ\u0301É"), max_size=40))
def test_any_text_is_a_target_or_refused_and_a_target_is_read_again_as_itself(text: str) -> None:
    try:
        found = target(text, LIMIT)
    except Refused:
        return
    assert target(str(found), LIMIT) == found


def test_a_name_hits_all_that_look_like_it() -> None:
    for name in ("bob", "BOB", "b0b", "ВОВ", "ｂｏｂ"):
        assert hit("bob", Party("", name)), name
    assert not hit("bob", Party("", "rob"))
    assert not hit("bob", Party("203.0.113.5"))


def test_a_mask_hits_letter_by_letter_as_they_look() -> None:
    assert hit("troll*", Party("", "Troll77"))
    assert hit("troll*", Party("", "tr0ll1"))
    assert hit("b?b", Party("", "bob"))
    assert not hit("b?b", Party("", "boob"))
    assert not hit("*porn*", Party("", "pompom"))
    assert not hit("tr*ll", Party("", "trolls"))


def test_a_letter_that_looks_like_a_wildcard_is_none() -> None:
    assert not hit("aʔ*", Party("", "ab"))
    assert hit("aʔ*", Party("", "aʔb"))


def test_a_member_is_hit_by_id_alone() -> None:
    assert hit("@m1", ANN)
    assert not hit("@m1", Party("198.51.100.9", "m1"))


def test_an_ipv6_address_hits_its_64_and_one_with_a_prefix_what_it_says() -> None:
    assert hit("2001:db8::5", Party("2001:db8::dead:beef"))
    assert not hit("2001:db8::5", Party("2001:db8:0:1::5"))
    assert not hit("2001:db8::5/128", Party("2001:db8::6"))
    assert hit("203.0.113.5", Party("::ffff:203.0.113.5"))


def test_a_connection_without_an_address_is_hit_by_no_network() -> None:
    assert not hit("0.0.0.0/0", Party("local"))
    assert not hit("::/0", Party(""))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("*", TargetTooWide),
        ("?*", TargetTooWide),
        ("-*", TargetTooWide),
        ("0.0.0.0/0", TargetTooWide),
        ("::/0", TargetTooWide),
        ("128.0.0.0/1", TargetTooWide),
        ("::ffff:0:0/96", TargetTooWide),
        ("127.0.0.1", TargetIsThisMachine),
        ("127.0.0.0/8", TargetIsThisMachine),
        ("::1", TargetIsThisMachine),
        ("198.51.100.9", TargetIsYou),
        ("198.51.100.0/24", TargetIsYou),
        ("ANN", TargetIsYou),
        ("@m1", TargetIsYou),
        ("a*", TargetIsYou),
    ],
)
def test_what_is_likely_a_slip_is_asked_back_about(text: str, why: type[TargetUnconfirmed]) -> None:
    with pytest.raises(why, match="--force"):
        confirm([target("troll", LIMIT), target(text, LIMIT)], ANN)


@pytest.mark.parametrize("text", ["bob", "troll*", "203.0.113.0/24", "10.*", "2001:db8::/32", "@m2"])
def test_what_hits_some_others_is_not_asked_back_about(text: str) -> None:
    one = target(text, LIMIT)
    confirm([one], ANN)
    assert not hits([one], [ANN])


def test_a_guest_is_hit_by_name_and_address_a_member_by_name_and_id() -> None:
    assert of_party(Party("2001:db8::5", "Bob")) == (Target("name", "bob"), Target("address", "2001:db8::/64"))
    assert of_party(ANN) == (Target("name", "ann"), Target("member", "m1"))


def test_this_machines_address_is_never_hit_with_a_guest_who_comes_through_it() -> None:
    assert of_party(Party("127.0.0.1", "Bob")) == (Target("name", "bob"),)
    assert of_party(Party("local", "Bob")) == (Target("name", "bob"),)


def test_a_preview_names_whom_targets_hit() -> None:
    bob, eve = Party("203.0.113.5", "bob"), Party("203.0.113.6", "eve")
    assert hits([target("203.0.113.0/24", LIMIT), target("ann", LIMIT)], [ANN, bob, eve]) == (ANN, bob, eve)
    assert hits([target("b*", LIMIT)], [ANN, bob, eve]) == (bob,)
    assert hits([], [ANN]) == ()


@given(st.text(st.sampled_from("abc*?"), max_size=12), st.text(st.sampled_from("abc"), max_size=12))
def test_masks_agree_with_fnmatch(mask: str, text: str) -> None:
    assert (pattern(mask).fullmatch(text) is not None) is fnmatchcase(text, mask)


NETWORKS = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(1, 32)),
    st.tuples(st.ip_addresses(v=6), st.integers(1, 128)),
    # Near one another, so that they are hit.
    st.tuples(st.integers(0, 255).map(lambda last: IPv4Address(0xCB007100 + last)), st.integers(20, 32)),
    st.tuples(st.integers(0, 255).map(lambda last: IPv6Address((0x20010DB8 << 96) + (last << 60))), st.integers(56, 72)),
)
ADDRESSES = st.one_of(
    st.ip_addresses(),
    st.integers(0, 255).map(lambda last: IPv4Address(0xCB007100 + last)),
    st.integers(0, 255).map(lambda last: IPv6Address((0x20010DB8 << 96) + (last << 60))),
)


@given(st.lists(NETWORKS, max_size=20), ADDRESSES)
def test_networks_agree_with_the_ipaddress_module(given: list[tuple[object, int]], address: object) -> None:
    where = ip_address(str(address))
    if isinstance(where, IPv6Address) and where.ipv4_mapped is not None:
        where = where.ipv4_mapped
    reach = Reach()
    expected = set()
    for index, (base, prefix) in enumerate(given):
        text = f"{base}/{prefix}"
        reach.add(target(text, LIMIT), str(index))
        if where in unmapped(ip_network(text, strict=False)):
            expected.add(str(index))
    assert set(reach.found(Party(str(address)))) == expected


TARGETS = st.sampled_from(["ann", "ANN", "a*", "*b", "@m1", "203.0.113.5", "203.0.113.0/24", "2001:db8::1", "2001:db8::/48"])


@given(st.lists(st.tuples(TARGETS, st.sampled_from("12")), max_size=20))
def test_what_is_dropped_leaves_nothing_behind(added: list[tuple[str, str]]) -> None:
    reach = Reach()
    for text, key in added:
        reach.add(target(text, LIMIT), key)
    for text, key in added:
        reach.drop(target(text, LIMIT), key)
    assert [len(shelf) for shelf in (reach._looks, reach._members, reach._masks, reach._patterns)] == [0, 0, 0, 0]
    assert reach._networks == {4: {}, 6: {}}


@pytest.mark.parametrize("mask", ["*" * 100000, "a" * 100000 + "*", "*a" * 50000, "?" * 100000, "＊" * 100000])
def test_a_mask_of_a_hundred_thousand_characters_is_refused_at_once(mask: str) -> None:
    started = time.thread_time()
    with pytest.raises(MaskTooLong):
        target(mask, LIMIT)
    assert time.thread_time() - started < 0.05


@pytest.mark.parametrize(
    "text", ["*@" + "." * 100000 + "x*", ":" * 100000, "1." * 50000, "/" * 100000, "@" * 100000, "ﷺ" * 100000], ids=range(6)
)
def test_any_other_text_of_a_hundred_thousand_characters_is_refused_at_once_too(text: str) -> None:
    started = time.thread_time()
    with pytest.raises(Refused):
        target(text, LIMIT)
    assert time.thread_time() - started < 0.05


@pytest.mark.parametrize(
    "mask", ["*a" * 63 + "*b", "*" + "a" * 126 + "b", "*a?a?a?a?a?a?a?a?a?a?b", "*a*?a*?a*?a*b?", "*" + "a?" * 60 + "b*"]
)
def test_the_worst_mask_costs_milliseconds_on_the_longest_text(mask: str) -> None:
    compiled = pattern(mask)
    started = time.thread_time()
    assert compiled.fullmatch("a" * 4096) is None
    assert time.thread_time() - started < 0.05
