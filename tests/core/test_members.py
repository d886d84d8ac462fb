"""Members: who is found by what, who is mistaken for whom, what changes, and what a secret is worth when."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import MailInvalid, MailTaken, MemberIdTaken, NameEmpty, NameInvalid, NameTaken, NameTooSimilar, Refused
from chatroom.core.members import (
    NUMBERED,
    Change,
    Directory,
    Invitation,
    Member,
    clean_mail,
    is_id,
    is_secret,
    name_for,
    new_id,
)
from chatroom.core.rank import Rank

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2g"
ANN = Member("a1", "Ann@Example.org", "Ann", Rank.ADMIN, HASH)
BOB = Member("b2", "bob@example.org", "bob")
NO_MAIL = Member("c3", "", "carol")


@pytest.mark.parametrize("text", ["ann@example.ORG", "Ann@Example.org", "ANN", " ann ", "a1", "A1"])
def test_a_member_is_found_by_mail_and_name_in_any_case_and_by_id(text: str) -> None:
    assert Directory([ANN, BOB]).find(text) is ANN


@pytest.mark.parametrize("text", ["", "@", "-", "ann@", "annn", "\ud800"])
def test_nobody_is_found_by_anything_else(text: str) -> None:
    assert Directory([ANN, BOB, NO_MAIL]).find(text) is None


@pytest.mark.parametrize(
    ("other", "refusal", "sentence"),
    [
        (Member("a1", "", "dave"), MemberIdTaken, "a1 is another member's id or name. Choose another."),
        (Member("ANN", "", "dave"), MemberIdTaken, "ANN is another"),
        (Member("d4", "", "a1"), MemberIdTaken, "a1 is another"),
        (Member("d4", "", "A1"), MemberIdTaken, "A1 is another"),
        (Member("d4", "ANN@example.org", "dave"), MailTaken, "There is a member with the mail ANN@example.org already."),
        (Member("d4", "", "ANN"), NameTaken, "ANN is taken."),
        (Member("d4", "", "Аnn"), NameTooSimilar, "Аnn looks like Ann"),
    ],
)
def test_nobody_can_be_mistaken_for_a_member(other: Member, refusal: type[Refused], sentence: str) -> None:
    directory = Directory([ANN])
    with pytest.raises(refusal) as refused:
        directory.add(other)
    assert str(refused.value).startswith(sentence)
    assert list(directory) == [ANN]


def test_any_number_of_members_may_have_no_mail() -> None:
    assert len(Directory([NO_MAIL, Member("d4", "", "dave")])) == 2


def test_a_member_is_no_rival_of_what_it_was() -> None:
    assert Directory([ANN, BOB]).rival(Member("a1", "ann@example.org", "ann")) is None


def test_replacing_tells_who_came_who_went_and_who_became_what() -> None:
    directory = Directory([ANN, BOB])
    known = Member("b2", "bob@example.org", "Bobby", Rank.MODERATOR)
    change = directory.replace([known, NO_MAIL])
    assert change == Change(added=(NO_MAIL,), removed=(ANN,), changed=((BOB, known),))
    assert change
    assert not directory.replace([known, NO_MAIL])
    assert directory.find("ann") is None
    assert directory.find("bobby") is known
    assert directory.find("bob") is None
    assert directory.get("c3") is NO_MAIL
    directory.add(Member("e5", "", "Ann"))


def test_a_list_with_rivals_in_it_replaces_nothing() -> None:
    directory = Directory([ANN])
    with pytest.raises(NameTaken):
        directory.replace([BOB, Member("x", "", "BOB")])
    assert list(directory) == [ANN]


def test_a_directory_that_replaced_another_is_its_own() -> None:
    source, directory = Directory([ANN]), Directory()
    directory.replace(source)
    source.add(BOB)
    assert list(directory) == [ANN]


names = st.text("abAB0Oо1lIі", min_size=1, max_size=3)


@given(st.lists(st.builds(Member, st.text("ab12", min_size=1, max_size=2), st.sampled_from(["", "a@b", "A@B", "c@d"]), names)))
def test_whoever_is_let_in_is_found_by_all_they_have_and_nobody_else_is(members: list[Member]) -> None:
    directory = Directory()
    for member in members:
        try:
            directory.add(member)
        except Refused:
            assert directory.get(member.id) is not member
    for member in directory:
        assert directory.find(member.id) is member
        assert directory.find(member.name.swapcase()) is member
        assert directory.rival(member) is None
        if member.mail:
            assert directory.find(member.mail.upper()) is member


def test_a_secret_is_not_shown() -> None:
    member = Member("a1", "", "ann", secret=str(Invitation(HASH, 1)))
    assert "argon2" not in repr(member)
    assert "argon2" not in repr(member.invitation)
    assert "argon2" not in repr(Change((member,), (member,), ((member, member),)))


def test_a_login_is_checked_against_the_password_or_an_invitation_that_holds() -> None:
    invited = Member("a1", "", "ann", secret=str(Invitation(HASH, 1000)))
    assert ANN.proof(5.0) == ANN.password == HASH
    assert (BOB.proof(5.0), BOB.password, BOB.invitation) == (None, None, None)
    assert (invited.proof(999.9), invited.password) == (HASH, None)
    assert invited.proof(1000.0) is None


@pytest.mark.parametrize(
    ("secret", "good"),
    [
        ("-", True),
        (HASH, True),
        (f"invite:{HASH}:1790000000", True),
        (HASH.replace("argon2id", "argon2d"), True),
        ("", False),
        ("secret", False),
        ("$argon2id$", False),
        (HASH[:60], False),
        (HASH + ":", False),
        (f"invite:{HASH}:soon", False),
        ("invite:secret:1790000000", False),
        (HASH.replace("m=19456", "m=999999999"), False),
        (HASH.replace("t=2", "t=9999"), False),
        (HASH.replace("p=1", "p=99"), False),
        (f"invite:{HASH.replace('t=2', 't=9999')}:1790000000", False),
    ],
)
def test_a_secret_is_nothing_or_a_hash_that_can_be_checked_at_no_great_cost(secret: str, good: bool) -> None:
    assert is_secret(secret) is good


def test_a_new_id_is_nobodys_id_and_nobodys_name() -> None:
    numbers = count()
    first, second = (new_id(lambda n: next(numbers) // 8 % n, Directory()) for _ in range(2))
    assert (first, second) == ("0" * 8, "1" * 8)
    again = count()
    taken = Directory([Member(first, "", "ann"), Member("b", "", second)])
    assert new_id(lambda n: next(again) // 8 % n, taken) == "2" * 8
    assert is_id(first)


def test_a_source_that_is_not_random_ends_in_an_error_and_not_in_a_loop() -> None:
    with pytest.raises(RuntimeError):
        new_id(lambda _: 0, Directory([Member("0" * 8, "", "ann")]))


@pytest.mark.parametrize(
    ("mail", "name"),
    [
        ("carol@x.org", "carol"),
        ("carol+chat@x.org", "carol"),
        (".carol.@x.org", "carol"),
        ("ann@x.org", "ann2"),
        ("BOB@x.org", "BOB2"),
        ("a" * 40 + "@x.org", None),
    ],
)
def test_a_name_is_made_from_the_mail_and_numbered_where_it_is_taken(mail: str, name: str | None) -> None:
    directory = Directory([ANN, BOB])
    if name is None:
        with pytest.raises(Refused):
            name_for(mail, directory, 32)
    else:
        assert name_for(mail, directory, 32) == name


def test_a_numbered_name_is_no_longer_than_a_name_may_be() -> None:
    assert name_for("carolina@x.org", Directory([Member("x", "", "carolina")]), 8) == "carolin2"


def test_no_name_is_made_where_there_is_none_to_be_had() -> None:
    full = Directory([Member("x", "", "ann"), *(Member(f"x{n}", "", f"ann{n}") for n in range(2, NUMBERED + 1))])
    with pytest.raises(NameTaken):
        name_for("ann@x.org", full, 32)
    with pytest.raises(NameEmpty):
        name_for("+@x.org", full, 32)
    with pytest.raises(NameInvalid):
        name_for("a!b@x.org", full, 32)


@pytest.mark.parametrize(("text", "mail"), [(" Ann@x.org\t", "Ann@x.org"), ("-", ""), ("", ""), ("e\u0301@x", "é@x")])
def test_a_mail_is_kept_as_it_was_typed(text: str, mail: str) -> None:
    assert clean_mail(text) == mail


@pytest.mark.parametrize("text", ["ann", "@x", "ann@", "a@b@c", "a b@c", "a\u00a0b@c", "a\x00@c", "a\u202e@c", "a@" + "b" * 254])
def test_what_is_no_mail_is_refused(text: str) -> None:
    with pytest.raises(MailInvalid):
        clean_mail(text)
