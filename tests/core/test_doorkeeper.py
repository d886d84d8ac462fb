"""Who is let in, and as whom."""

from __future__ import annotations

import pytest

from chatroom.core.attempts import PER_ACCOUNT, PER_ADDRESS
from chatroom.core.bans import PREFIX, as_put, ban
from chatroom.core.doorkeeper import PANIC, Access, Doorkeeper
from chatroom.core.errors import Banned, NobodyNew, PasswordInClear, PasswordNeeded, TooManyAttempts
from chatroom.core.members import Member
from chatroom.core.targets import Party, target

MEG = Member("m1", "meg@example.org", "meg")
TROLL = ban("1", (target("troll", 32),), span=60.0, by="ada", reason="", now=0.0)


def keeper(access: Access = "open") -> Doorkeeper:
    made = Doorkeeper(access)
    made.members.add(MEG)
    return made


@pytest.mark.parametrize("who", ["meg", "MEG", "meg@example.org", "m1", " meg "])
@pytest.mark.parametrize("access", ["open", "members"])
def test_a_member_wants_a_password_by_whatever_they_are_called(access: Access, who: str) -> None:
    with pytest.raises(PasswordNeeded):
        keeper(access).wants_password(who, None)
    assert keeper(access).wants_password(who, "any")


def test_a_guest_needs_none_where_everybody_may_enter() -> None:
    assert not keeper().wants_password("ann", None)


def test_where_only_members_enter_a_name_tells_nothing() -> None:
    for who in ("ann", "meg"):
        with pytest.raises(PasswordNeeded):
            keeper("members").wants_password(who, None)


def test_a_ban_is_refused_until_it_is_over() -> None:
    made = keeper()
    made.bans.add(TROLL)
    with pytest.raises(Banned, match="for 10 more seconds"):
        made.check(Party("192.0.2.1", "troll"), 50.0)
    made.check(Party("192.0.2.1", "ann"), 50.0)
    made.check(Party("192.0.2.1", "troll"), 60.0)


def test_nobody_new_comes_in_during_a_panic() -> None:
    made = keeper()
    made.check_stranger()
    made.load({PANIC: "true"})
    with pytest.raises(NobodyNew):
        made.check_stranger()


def test_what_is_kept_is_taken_up_and_what_cannot_be_read_is_told() -> None:
    made = keeper()
    kept = as_put(TROLL)
    assert made.load({kept.key: str(kept.value), f"{PREFIX}9": "nonsense", "topic/lobby": "{}"}) == (f"{PREFIX}9",)
    assert made.bans.listed() == (TROLL,)
    assert not made.panic


def test_attempts_at_a_member_count_together_however_they_are_called() -> None:
    made = keeper()
    names = ["meg", "MEG", "meg@example.org", "m1", "Meg"]
    for number in range(PER_ACCOUNT.free):
        made.admit_attempt(f"192.0.2.{number}", names[number % len(names)], 0.0)
    with pytest.raises(TooManyAttempts):
        made.admit_attempt("198.51.100.1", "meg@EXAMPLE.org", 0.0)
    made.admit_attempt("198.51.100.1", "somebody else", 0.0)


def test_attempts_at_nobody_are_limited_alike() -> None:
    made = keeper()
    for number in range(PER_ACCOUNT.free):
        made.admit_attempt(f"192.0.2.{number}", "ann", 0.0)
    with pytest.raises(TooManyAttempts):
        made.admit_attempt("198.51.100.1", "ann", 0.0)


def test_an_address_is_limited_whomever_it_tries() -> None:
    made = keeper()
    for number in range(PER_ADDRESS.free):
        made.admit_attempt("192.0.2.1", f"ann{number}", 0.0)
    with pytest.raises(TooManyAttempts):
        made.admit_attempt("192.0.2.1", "bob", 0.0)


def test_no_password_is_taken_or_asked_for_where_others_can_read_it_if_the_host_wants_that() -> None:
    made = keeper()
    assert made.wants_password("meg", "any", private=False)
    made.clear_passwords = False
    for who, password in (("meg", None), ("meg", "any"), ("ann", "any")):
        with pytest.raises(PasswordInClear):
            made.wants_password(who, password, private=False)
    assert not made.wants_password("ann", None, private=False)
    assert made.wants_password("meg", "any", private=True)
