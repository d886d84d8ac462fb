"""Who may become a member without an admin, and how many."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatroom.core.errors import RegistrationClosed, RegistrationInvited, TooManyRegistrations
from chatroom.core.registrations import DAY, EACH, KNOWN, Registrations

Admit = Callable[[Registrations, float], None]


def guest(registrations: Registrations, now: float) -> None:
    registrations.admit_guest("203.0.113.1", now)


def sponsor(registrations: Registrations, now: float) -> None:
    registrations.admit_sponsor("m-ann", now)


def test_the_rule_says_who_may() -> None:
    with pytest.raises(RegistrationClosed):
        guest(Registrations("closed"), 0.0)
    with pytest.raises(RegistrationClosed):
        sponsor(Registrations("closed"), 0.0)
    with pytest.raises(RegistrationInvited):
        guest(Registrations("invited"), 0.0)
    sponsor(Registrations("invited"), 0.0)
    sponsor(Registrations("open"), 0.0)
    guest(Registrations("open"), 0.0)


@pytest.mark.parametrize("admit", [guest, sponsor])
def test_so_many_a_day_and_the_next_day_again(admit: Admit) -> None:
    registrations = Registrations("open")
    for number in range(EACH):
        admit(registrations, float(number))
    for _ in range(3):
        with pytest.raises(TooManyRegistrations):
            admit(registrations, DAY - 1)
    admit(registrations, DAY + 0.5)


def test_one_network_of_a_household_is_one_address() -> None:
    registrations = Registrations("open")
    for number in range(EACH):
        registrations.admit_guest(f"2001:db8::{number}", 0.0)
    with pytest.raises(TooManyRegistrations):
        registrations.admit_guest("2001:db8::ffff", 0.0)
    registrations.admit_guest("2001:db8:1::1", 0.0)


def test_ever_new_addresses_do_not_grow_the_table() -> None:
    registrations = Registrations("open")
    for number in range(KNOWN + 100):
        registrations.admit_sponsor(f"m-{number}", 0.0)
    assert len(registrations) == KNOWN
