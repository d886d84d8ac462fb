"""An address is reduced to what one household cannot choose of it."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.addresses import spot, unmapped, written


def test_an_ipv4_address_stands_for_itself_and_an_ipv6_one_for_its_64() -> None:
    one, other, far = spot("2001:db8::1"), spot("2001:db8::ffff:1"), spot("2001:db8:0:1::1")
    assert one is not None
    assert other is not None
    assert far is not None
    assert one.household == other.household != far.household
    first, second = spot("203.0.113.5"), spot("203.0.113.6")
    assert first is not None
    assert second is not None
    assert first.household != second.household


def test_an_ipv4_address_written_as_an_ipv6_one_is_the_ipv4_address() -> None:
    assert spot("::ffff:203.0.113.5") == spot("203.0.113.5")
    assert unmapped(ip_network("::ffff:203.0.113.0/120")) == ip_network("203.0.113.0/24")
    assert unmapped(ip_network("::/0")) == ip_network("::/0")


@pytest.mark.parametrize(
    ("given", "shown"),
    [("::ffff:203.0.113.5", "203.0.113.5"), ("203.0.113.5", "203.0.113.5"), ("2001:db8::1", "2001:db8::1"), ("local", "local")],
)
def test_an_address_is_written_as_people_do(given: str, shown: str) -> None:
    assert written(given) == shown


@pytest.mark.parametrize(("address", "local"), [("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False)])
def test_this_machines_own_addresses_are_known(address: str, local: bool) -> None:
    found = spot(address)
    assert found is not None
    assert found.local is local


def test_an_interface_named_in_an_address_changes_nothing() -> None:
    assert spot("fe80::1%eth0") == spot("fe80::1")


@pytest.mark.parametrize("address", ["", "local", "/run/chatroom.sock", "203.0.113.999", "ann", "::g", "1" * 100000])
def test_what_is_no_address_is_nowhere(address: str) -> None:
    assert spot(address) is None


@given(st.ip_addresses(), st.data())
def test_the_first_bits_of_an_address_are_those_of_its_network(address: object, data: st.DataObject) -> None:
    read = ip_address(str(address))
    found = spot(str(read))
    assert found is not None
    prefix = data.draw(st.integers(0, 32 if found.version == 4 else 128))
    if found.version == read.version:
        network = ip_network((int(read), prefix) if read.version == 6 else f"{read}/{prefix}", strict=False)
        assert found.within(prefix) == int(network.network_address) >> (network.max_prefixlen - prefix)


def test_those_on_one_link_are_not_one_household() -> None:
    one, other = spot("fe80::1"), spot("fe80::2%eth0")
    assert one is not None
    assert other is not None
    assert one.household != other.household
