"""Who is a member, and changes."""

from __future__ import annotations

import pytest

from chatroom.commands.members import SHOWN
from chatroom.core.errors import MembersUnwritable
from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member, password_of


def test_they_are_listed_with_rank_and_whether_they_are_here(club: World, ada: Person, mod: Person) -> None:
    answer = ada.answer("members")
    assert answer["lines"][:2] == ["ada <ada@example.org>, admin", "mod <mod@example.org>, moderator, here"]
    assert answer["members"][3] == {"id": "m-meg", "mail": "meg@example.org", "name": "meg", "rank": "member"}
    assert "opens" not in repr(answer)


def test_a_house_without_members_says_so(world: World) -> None:
    assert world.host().answer("members", what="list")["lines"] == ["There are no members."]


def test_who_is_added_is_invited_and_their_name_is_theirs(club: World, ada: Person) -> None:
    answer = ada.answer("members", what="add zed@example.org")
    assert answer["name"] == "zed"
    assert answer["lines"][1] == f"  {answer['code']}"
    guest = club.connect(club.native)
    assert guest.answer("hello", name="zed")["error"] == "password-needed"
    assert guest.answer("hello", name="zеd")["error"] == "name-too-similar"
    assert ada.answer("members")["lines"][-1] == "zed <zed@example.org>, member, invited"


def test_an_invitation_becomes_a_password_and_works_once(club: World, ada: Person) -> None:
    code = ada.answer("members", what="add zed@example.org zoe")["code"]
    zoe = club.connect(club.native)
    assert zoe.answer("hello", name="zed@example.org", password=code)["error"] == "password-to-choose"
    assert zoe.answer("choose", password="a few good words")["ok"]
    welcome = zoe.answer("hello", name="zoe", password="a few good words")
    assert (welcome["you"], welcome["rank"]) == ("zoe", "member")
    other = club.connect(club.native)
    assert other.answer("hello", name="zoe", password=code)["error"] == "wrong-password"


def test_an_invitation_ends_after_three_days(club: World, ada: Person) -> None:
    code = ada.answer("members", what="invite meg")["code"]
    club.clock.rightNow += 3 * 86400
    meg = club.connect(club.native)
    assert meg.answer("hello", name="meg", password=code)["error"] == "wrong-password"


def test_who_is_removed_is_out_on_every_device_and_their_name_is_free(club: World, ada: Person, eve: Person) -> None:
    devices = [club.logged_in("meg"), club.logged_in("meg")]
    eve.lines()
    assert ada.answer("members", what="remove meg@example.org")["lines"] == ["meg is no longer a member."]
    for meg in devices:
        assert meg.objects()[-1] == {"is": "bye", "why": "You are no longer a member of this house."}
        assert meg.wire.lost
    eve.hears("-- meg left (2 here)")
    again = club.connect(club.native)
    assert again.answer("hello", name="meg", password=password_of("meg"))["error"] == "wrong-password"
    assert again.answer("hello", name="meg")["rank"] == "guest"


def test_who_is_removed_is_out_of_their_console_too(club: World, ada: Person) -> None:
    console = club.console("max")
    ada.answer("members", what="remove max")
    assert console.objects()[-1]["why"] == "You are no longer a member of this house."
    assert console.wire.lost
    console.asks("bans", 1)
    assert console.objects() == []


def test_a_new_rank_holds_at_once_in_the_chat_and_at_consoles(club: World, ada: Person, mod: Person) -> None:
    console = club.console("mod")
    assert ada.answer("members", what="rank mod member")["lines"] == ["mod is a member now."]
    assert mod.answer("unban", who="#1")["error"] == "not-keeper"
    assert console.answer("unban", who="#1")["error"] == "not-keeper"
    assert ada.answer("members", what="rank meg MODERATOR")["ok"]
    assert club.logged_in("meg").answer("bans")["ok"]


def test_a_password_can_be_given(club: World, ada: Person) -> None:
    assert ada.answer("members", what="passwd meg correct-horse-battery")["lines"] == ["meg has that password now."]
    assert club.connect(club.native).answer("hello", name="meg", password="correct-horse-battery")["ok"]
    assert ada.answer("members", what="passwd meg short")["error"] == "password-too-short"


def test_every_change_is_on_record_and_no_secret_with_it(ada: Person) -> None:
    code = ada.answer("members", what="add zed@example.org")["code"]
    ada.answer("members", what="invite zed")
    ada.answer("members", what="passwd zed correct-horse-battery")
    ada.answer("members", what="rank zed moderator")
    ada.answer("members", what="remove zed")
    ada.answer("members", what="remove nobody-here")
    answer = ada.answer("audit")
    done = ["add zed", "invite zed", "passwd zed", "rank zed moderator", "remove zed"]
    assert [one["what"] for one in answer["orders"]] == [f"members {what}" for what in done]
    assert code not in repr(answer)
    assert "horse" not in repr(answer)


def test_a_change_is_on_record_when_who_ordered_it_has_gone_meanwhile(club: World, ada: Person) -> None:
    club.members.delay = 1.0
    ada.asks("members", 1, what="remove meg")
    ada.leaves()
    club.rest(1)
    club.members.delay = 0.0
    orders = club.host().answer("audit")["orders"]
    assert [(one["by"], one["what"]) for one in orders] == [("ada", "members remove meg")]


def test_who_removes_themselves_is_on_record(club: World, ada: Person) -> None:
    ada.asks("members", 1, what="remove ada")
    assert ada.wire.lost
    assert [one["what"] for one in club.host().answer("audit")["orders"]] == ["members remove ada"]


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("remove nobody-here", "no-such-member"),
        ("rank meg king", "wrong-usage"),
        ("rank meg guest", "wrong-usage"),
        ("remove", "wrong-usage"),
        ("remove meg max", "wrong-usage"),
        ("passwd meg", "wrong-usage"),
        ("add", "wrong-usage"),
        ("add nonsense", "mail-invalid"),
        ("add meg@example.org meg", "mail-taken"),
        ("add other@example.org mеg", "name-too-similar"),
        ("promote meg", "wrong-usage"),
    ],
)
def test_what_makes_no_sense_changes_nothing(club: World, ada: Person, what: str, error: str) -> None:
    before = list(club.members.directory)
    assert ada.answer("members", what=what)["error"] == error
    assert list(club.members.directory) == before
    assert ada.answer("audit")["orders"] == []


def test_a_list_that_cannot_be_written_is_told(club: World, ada: Person) -> None:
    club.members.trouble = MembersUnwritable(why="the disk is full.")
    assert ada.answer("members", what="remove meg")["why"].startswith("The list of members cannot be used now: the disk is full.")
    assert ada.answer("audit")["orders"] == []


def test_an_office_that_fails_by_a_bug_is_told_with_a_reference(club: World, ada: Person, eve: Person) -> None:
    del club.house.offices["rank"]
    answer = ada.answer("members", what=f"rank meg {Rank.ADMIN}")
    assert answer["error"] == "office-failed"
    assert club.house.figures.faults == 1
    eve.types("on we go")
    assert not ada.wire.lost


def test_a_moderator_may_not(mod: Person) -> None:
    assert mod.answer("members")["error"] == "rank-too-low"


def test_a_long_list_is_shown_in_part_and_says_how_to_see_the_rest(club: World, ada: Person) -> None:
    club.members.replace([*club.members.directory, *(member(f"one-{number}") for number in range(SHOWN))])
    answer = ada.answer("members", what="list one-")
    assert len(answer["lines"]) == SHOWN
    answer = ada.answer("members")
    assert answer["lines"][-1].startswith(f"… and {answer['more']} more: /members list PART")
    assert len(ada.answer("members", what="list ONE-7")["lines"]) == 11


def test_a_password_may_have_blanks(club: World, ada: Person) -> None:
    assert ada.answer("members", what="passwd meg a few good words")["ok"]
    assert club.connect(club.native).answer("hello", name="meg", password="a few good words")["ok"]
