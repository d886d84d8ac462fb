"""Becoming a member from an IRC client."""

from __future__ import annotations

import pytest

from chatroom.core.rules import Rules
from chatroom.testing import Person, World, member, password_of
from chatroom.wire.irc.message import parse

CAPS = "draft/account-registration"


@pytest.fixture
def world() -> World:
    return World(Rules(registration="open"), members=[member("mia")])


def failed(one: Person, line: str) -> tuple[str, ...]:
    """Send a line that fails; give the command, the code and what it is about."""
    one.types(line)
    (answer,) = map(parse, one.lines())
    assert answer.command == "FAIL"
    return answer.params[:-1]


def test_a_guest_becomes_a_member_under_the_nick_and_those_around_are_told(world: World) -> None:
    ann, bob = world.chatter("ann", CAPS, "account-notify"), world.chatter("bob", "account-notify", "chghost")
    for one in (ann, bob):
        one.types("JOIN #lobby")
    ann.lines()
    bob.lines()
    ann.types("REGISTER * ann@example.org :a few good words")
    success, own, logged = map(parse, ann.lines())
    assert (success.command, success.params[:2]) == ("REGISTER", ("SUCCESS", "ann"))
    assert (own.command, own.params) == ("ACCOUNT", ("ann",))
    assert (logged.command, logged.params[2]) == ("900", "ann")
    assert [parse(line).command for line in bob.lines()] == ["CHGHOST", "ACCOUNT"]
    ann.types("QUIT")
    again = world.connect(world.irc)
    again.types("PASS :ann:a few good words", "NICK ann", "USER a 0 * :a")
    assert parse(again.lines()[0]).command == "001"


@pytest.mark.parametrize(
    ("given", "code", "about"),
    [
        ("other a@example.org :a few good words", "ACCOUNT_NAME_MUST_BE_NICK", "other"),
        ("ann * :a few good words", "INVALID_EMAIL", "ann"),
        ("ann nonsense :a few good words", "INVALID_EMAIL", "ann"),
        ("* mia@example.org :a few good words", "UNACCEPTABLE_EMAIL", "*"),
        ("ANN a@example.org short", "WEAK_PASSWORD", "ANN"),
        ("* a@example.org password", "WEAK_PASSWORD", "*"),
        ("* ann@example.org ann@example.org", "WEAK_PASSWORD", "*"),
        (f"* a@example.org {'x' * 301}", "UNACCEPTABLE_PASSWORD", "*"),
    ],
)
def test_what_is_wrong_with_it_is_told_by_its_code(world: World, given: str, code: str, about: str) -> None:
    assert failed(world.chatter("ann", CAPS), f"REGISTER {given}") == ("REGISTER", code, about)


def test_who_is_about_to_come_in_becomes_a_member_first(world: World) -> None:
    one, root = world.connect(world.irc), world.host()
    one.types("CAP LS 302", f"CAP REQ {CAPS}", "NICK ann")
    one.lines()
    one.types("REGISTER * ann@example.org :a few good words", "USER a 0 * :a", "CAP END")
    success, logged, welcome, *_ = map(parse, one.lines())
    assert (success.command, success.params[:2]) == ("REGISTER", ("SUCCESS", "ann"))
    assert (logged.command, logged.params[2]) == ("900", "ann")
    assert (welcome.command, welcome.params[0]) == ("001", "ann")
    assert root.answer("whois", name="ann")["rank"] == "member"
    assert "ann (irc 192.0.2.1): register" in root.answer("audit")["lines"][-1]
    again = world.connect(world.irc)
    again.types("PASS :ann:a few good words", "NICK ann", "USER a 0 * :a")
    assert parse(again.lines()[0]).command == "001"


@pytest.mark.parametrize(
    ("given", "code", "about"),
    [
        ("other a@example.org :a few good words", "ACCOUNT_NAME_MUST_BE_NICK", "other"),
        ("ann * :a few good words", "INVALID_EMAIL", "ann"),
        ("* mia@example.org :a few good words", "UNACCEPTABLE_EMAIL", "*"),
        ("ann a@example.org short", "WEAK_PASSWORD", "ann"),
    ],
)
def test_what_is_wrong_with_it_is_told_before_coming_in_too(world: World, given: str, code: str, about: str) -> None:
    one = world.connect(world.irc)
    one.types("NICK ann")
    assert failed(one, f"REGISTER {given}") == ("REGISTER", code, about)
    assert failed(one, "VERIFY ann 1234") == ("VERIFY", "INVALID_CODE", "ann")


def test_before_coming_in_a_nick_is_needed_that_is_free_and_one_registers_but_once(world: World) -> None:
    one = world.connect(world.irc)
    assert failed(one, "REGISTER ann a@example.org :a few good words") == ("REGISTER", "NEED_NICK", "ann")
    one.types("NICK mia")
    assert failed(one, "REGISTER mia a@example.org :a few good words") == ("REGISTER", "ACCOUNT_EXISTS", "mia")
    one.types("NICK ann", "REGISTER ann a@example.org :a few good words")
    one.lines()
    assert failed(one, "REGISTER ann b@example.org :a few good words") == ("REGISTER", "ALREADY_AUTHENTICATED", "ann")


def test_whoever_tries_too_often_before_coming_in_is_let_go(world: World) -> None:
    one = world.connect(world.irc)
    for _ in range(20):
        one.types("REGISTER ann a@example.org :a few good words")
    assert one.lines()[-1].startswith("ERROR :")


def test_where_only_members_come_in_nobody_registers_before(world: World) -> None:
    club = World(Rules(access="members", registration="open"))
    one = club.connect(club.irc)
    one.types("CAP LS 302", "NICK ann")
    assert any(f"{CAPS}=email-required" in line for line in one.lines())
    assert failed(one, "REGISTER * a@example.org :a few good words") == ("REGISTER", "COMPLETE_CONNECTION_REQUIRED")
    assert failed(one, "VERIFY ann 1234") == ("VERIFY", "COMPLETE_CONNECTION_REQUIRED")


def test_who_is_a_member_registers_not(world: World) -> None:
    mia = world.connect(world.irc)
    mia.types(f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :m")
    mia.lines()
    assert failed(mia, "REGISTER * a@example.org :a few good words") == ("REGISTER", "ALREADY_AUTHENTICATED", "*")
    assert failed(mia, "VERIFY mia 1234") == ("VERIFY", "ALREADY_AUTHENTICATED", "mia")
    assert failed(world.chatter("ann"), "VERIFY ann 1234") == ("VERIFY", "INVALID_CODE", "ann")
    mia.types("REGISTER", "VERIFY x")
    assert [parse(line).command for line in mia.lines()] == ["461", "461"]


@pytest.mark.parametrize("rule", ["closed", "invited"])
def test_where_nobody_may_register_it_is_not_offered_and_refused(rule: str) -> None:
    world = World(Rules(registration=rule))  # type: ignore[arg-type]  # one of the rules there are
    one = world.connect(world.irc)
    assert failed(one, "REGISTER * a@example.org :a few good words") == ("REGISTER", "TEMPORARILY_UNAVAILABLE", "*")
    one.types("CAP LS 302", f"CAP REQ {CAPS}", "NICK ann", "USER a 0 * :a", "CAP END")
    lines = one.lines()
    assert CAPS not in "".join(line for line in lines if " CAP * LS " in line)
    assert f":irc.chatroom CAP * NAK :{CAPS}" in lines
    assert failed(one, "REGISTER * a@example.org :a few good words") == ("REGISTER", "TEMPORARILY_UNAVAILABLE", "*")


def test_it_is_offered_with_what_it_wants_where_it_is_open(world: World) -> None:
    one = world.connect(world.irc)
    one.types("CAP LS 302")
    assert any(f"{CAPS}=before-connect,email-required" in line for line in one.lines())


def test_a_password_in_clear_is_refused_where_the_host_wants_none() -> None:
    world = World(Rules(registration="open", clear_passwords=False))
    ann = world.chatter("ann", CAPS, wire=world.wire("192.0.2.1"))
    assert failed(ann, "REGISTER * a@example.org :a few good words")[1] == "TEMPORARILY_UNAVAILABLE"


def test_a_house_of_members_alone_says_so() -> None:
    world = World(Rules(access="members"), members=[member("mia")])
    mia = world.connect(world.irc)
    mia.types(f"PASS :mia:{password_of('mia')}", "NICK mia", "USER m 0 * :m")
    assert any(" draft/ACCOUNTREQUIRED " in line for line in mia.lines())


def test_what_comes_and_goes_with_the_settings_is_told_to_who_wants_to_know() -> None:
    world = World()
    ann, bob = world.connect(world.irc), world.chatter("bob")
    ann.types("CAP LS 302", "NICK ann", "USER a 0 * :a", "CAP END")
    ann.lines()
    world.house.obey(Rules(registration="open"))
    ann.hears(f":irc.chatroom CAP ann NEW :{CAPS}=before-connect,email-required")
    ann.types(f"CAP REQ {CAPS}", "CAP LIST")
    assert CAPS in ann.lines()[-1]
    world.house.obey(Rules(registration="open"))
    ann.hears()
    world.house.obey(Rules(registration="invited"))
    ann.hears(f":irc.chatroom CAP ann DEL :{CAPS}")
    ann.types("CAP LIST")
    assert CAPS not in ann.lines()[-1]
    bob.hears()


def test_sts_comes_and_is_never_taken_away() -> None:
    world = World()
    world.house.vouched_port = lambda: 6697
    ann = world.connect(world.irc, world.wire("192.0.2.1"))
    ann.types("CAP LS 302", "NICK ann", "USER a 0 * :a", "CAP END")
    ann.lines()
    world.house.obey(Rules(strict_transport=60.0))
    ann.hears(":irc.chatroom CAP ann NEW :sts=port=6697")
    world.house.obey(Rules())
    ann.hears()
