"""Becoming a member without an admin: a guest stays who they are, and only where the host lets them."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.registrations import EACH
from chatroom.core.rules import Rules
from chatroom.testing import World, member

WORDS = "a few good words"


@pytest.fixture
def free() -> World:
    """Give a house where any guest may register."""
    return World(Rules(registration="open"), members=[member("meg"), member("root", Rank.ADMIN)])


def test_a_guest_keeps_their_name_and_place_and_is_a_member_at_once(free: World) -> None:
    ann, bob = free.person("ann"), free.person("bob")
    ann.types("/register ann@example.org")
    first, code, _ = ann.lines()[-3:]
    assert first.startswith("You are a member now, and ann is your name.")
    bob.lines()
    ann.types("still here")
    bob.hears("ann: still here")
    assert free.connect(free.native).answer("hello", name="ann")["error"] == "password-needed"
    bob.types("/tell ann psst")
    assert "(private) bob: psst" in ann.lines()
    ann.types(f"/passwd {code.strip()} {WORDS}")
    assert ann.lines()[-1] == "Your password is changed."
    assert free.connect(free.native).answer("hello", name="ann@example.org", password=WORDS)["you"] == "ann"


def test_a_program_gives_the_password_with_it(free: World) -> None:
    ann = free.program("ann")
    assert ann.answer("register", mail="ann@example.org", password="short")["ok"] is False
    assert free.members.directory.find("ann") is None
    assert ann.answer("register", mail="ann@example.org", password=WORDS)["name"] == "ann"
    assert free.connect(free.native).answer("hello", name="ann", password=WORDS)["rank"] == "member"
    assert ann.answer("register", mail="ann@example.org")["error"] == "is-a-member"
    root = free.console("root")
    assert "register" in root.answer("audit")["lines"][-1]


@pytest.mark.parametrize(("mail", "error"), [("meg@example.org", "mail-taken"), ("nonsense", "mail-invalid"), ("-", "wrong-usage")])
def test_a_mail_that_cannot_be_had_is_refused_and_they_stay_a_guest(free: World, mail: str, error: str) -> None:
    ann = free.program("ann")
    assert ann.answer("register", mail=mail)["error"] == error
    assert free.members.directory.find("ann") is None


def test_somebody_who_left_meanwhile_is_a_member_all_the_same(free: World) -> None:
    free.members.delay = 1.0
    ann = free.program("ann")
    ann.asks("register", 1, mail="ann@example.org", password=WORDS)
    ann.leaves()
    free.rest(5)
    free.members.delay = 0.0
    assert free.members.directory.find("ann") is not None
    assert free.connect(free.native).answer("hello", name="ann", password=WORDS)["rank"] == "member"


def test_where_only_members_let_in_they_do_and_guests_cannot() -> None:
    world = World(Rules(registration="invited"), members=[member("meg"), member("root", Rank.ADMIN)])
    assert world.program("ann").answer("register", mail="a@example.org")["error"] == "registration-invited"
    meg = world.logged_in("meg")
    answer = meg.answer("sponsor", mail="bob@example.org", name="bobby")
    assert answer["lines"][0].startswith("bobby is invited.")
    bob = world.connect(world.native)
    assert bob.answer("hello", name="bobby", password=answer["code"])["error"] == "password-to-choose"
    assert "sponsor bobby" in world.console("root").answer("audit")["lines"][-1]


def test_an_admin_sponsors_in_a_house_where_nobody_else_may_and_as_many_as_they_like() -> None:
    root = World(Rules(registration="closed"), members=[member("root", Rank.ADMIN)]).logged_in("root")
    for number in range(EACH + 1):
        assert root.answer("sponsor", mail=f"p{number}@example.org")["ok"]


def test_a_host_without_a_membership_sponsors_nobody() -> None:
    world = World(Rules(registration="open"))
    assert world.host().answer("sponsor", mail="bob@example.org")["error"] == "not-a-member"
