"""Who comes in by SSH, and how: by nothing, a password, a key, or answers."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from twisted.conch.ssh.common import NS
from twisted.conch.ssh.keys import Key

from chatroom.core.keys import CERTIFICATE, PublicKey
from chatroom.core.limits import Limits
from chatroom.core.rules import Rules
from chatroom.doors._ssh_login import REQUESTS, TRIES
from chatroom.testing import World, member, password_of
from tests.doors.sshing import Caller, new_key, public


@pytest.fixture
def world() -> World:
    return World(members=[member("meg")])


def keep(world: World, name: str, key: object) -> None:
    ring = world.hub.keeper.keys
    ring.take(ring.added(f"m-{name}", public(key)))  # type: ignore[arg-type]  # conch's keys are untyped


def test_a_free_name_needs_nothing(world: World) -> None:
    assert Caller(world, "ann").knocks().login.inside
    assert "ann" in [person.name for person in world.hub.people.values()]


def test_a_members_name_needs_a_password_or_a_key(world: World) -> None:
    meg = Caller(world, "meg").knocks()
    assert not meg.login.inside
    assert meg.login.ways == "publickey,keyboard-interactive,password"
    assert meg.login.banners == ""
    assert meg.shows_password(password_of("meg")).login.inside


def test_a_wrong_password_is_told_and_may_be_tried_again(world: World) -> None:
    meg = Caller(world, "meg").knocks().shows_password("wrong")
    assert meg.login.banners == "! That name and password do not belong together.\r\n"
    assert not meg.login.inside
    assert meg.asks_for_dialogue().answers(password_of("meg")).login.inside


def test_a_dialogue_asks_for_the_password_unseen(world: World) -> None:
    meg = Caller(world, "meg").asks_for_dialogue()
    assert meg.login.asked == [("Password for meg: ", False)]
    assert meg.answers(password_of("meg")).login.inside


def test_a_name_that_cannot_be_had_is_asked_for_again(world: World) -> None:
    world.person("ann")
    other = Caller(world, "ann").knocks()
    assert other.login.banners == "! ann is taken. Choose another name.\r\n"
    assert other.login.ways == "keyboard-interactive"
    other.asks_for_dialogue()
    assert other.login.asked == [("What is your name? ", True)]
    assert other.answers("anna").login.inside


def test_an_invitation_leads_to_a_password(world: World) -> None:
    code = world.members.invite("meg", 60)
    try:
        code.send(None)
    except StopIteration as stopped:
        secret = stopped.value
    meg = Caller(world, "meg").knocks().shows_password(secret)
    assert "choose a password of your own now" in meg.login.banners
    assert meg.login.ways == "keyboard-interactive"
    meg.asks_for_dialogue().answers("a few good words").answers("other words")
    assert [prompt for prompt, _ in meg.login.asked] == ["Choose a password: ", "And once more: "]
    meg.asks_for_dialogue().answers("a few good words").answers("a few good words")
    assert meg.login.inside


def test_a_key_that_is_kept_comes_in_and_another_does_not(world: World) -> None:
    key, other = new_key(), new_key()
    keep(world, "meg", key)
    meg = Caller(world, "meg").knocks()
    assert not meg.offers_key(other).login.key_known
    assert meg.offers_key(key).login.key_known
    assert not meg.signs_with(other).login.inside
    assert meg.signs_with(key).login.inside
    assert [session.private for session in world.hub.sessions if session.door == "ssh"] == [True]


def test_a_key_is_no_good_with_a_wrong_signature_or_for_another_name(world: World) -> None:
    key = new_key()
    keep(world, "meg", key)
    forger = Caller(world, "meg").knocks()
    assert not forger.signs_with(key, other=b"x").login.inside
    assert not Caller(world, "max").offers_key(key).login.key_known


def test_tries_are_limited(world: World) -> None:
    meg = Caller(world, "meg").knocks()
    for _ in range(TRIES):
        meg.shows_password("wrong")
    assert meg.client.last_words == "Too many tries. Connect again when you have your name and password."
    world.rest(10)
    assert meg.wire.lost


def test_a_certificate_that_is_kept_is_no_key_of_ssh(world: World) -> None:
    ring, digest = world.hub.keeper.keys, bytes(32)
    ring.take(ring.added("m-meg", PublicKey(CERTIFICATE, digest)))
    meg = Caller(world, "meg").knocks()
    meg.request(b"publickey", b"\0" + NS(b"certificate") + NS(digest))
    assert not meg.login.key_known
    assert meg.shows_password(password_of("meg")).login.inside


def test_many_keys_may_be_offered_but_not_without_end(world: World) -> None:
    meg = Caller(world, "meg").knocks()
    for _ in range(REQUESTS - 2):
        meg.offers_key(new_key())
    assert meg.client.last_words == ""
    meg.offers_key(new_key())
    meg.offers_key(new_key())
    assert meg.client.last_words.startswith("Too many tries.")


def test_who_says_nothing_is_let_go_after_a_minute(world: World) -> None:
    silent, idle = Caller(world, "meg"), Caller(world, "ann").knocks()
    silent.rest(59)
    idle.rest(0)
    assert not silent.wire.lost
    silent.rest(1)
    idle.rest(0)
    assert silent.client.last_words == "You did not log in in time."
    world.rest(10)
    assert silent.wire.lost
    assert idle.wire.lost
    assert not world.house.readers


def test_a_ban_is_told_before_anybody_says_who_they_are(world: World) -> None:
    host = world.host()
    host.asks("ban", 1, who="192.0.2.7", reason="noise")
    banned = Caller(world, "ann", address="192.0.2.7")
    assert "noise" in banned.client.last_words
    assert "banned" in banned.client.last_words.lower()
    world.rest(10)
    assert banned.wire.lost


def test_a_password_may_be_used_where_none_may_be_sent_in_clear() -> None:
    world = World(Rules(clear_passwords=False, limits=Limits()), members=[member("meg")])
    assert Caller(world, "meg").shows_password(password_of("meg")).login.inside


def test_other_ways_and_other_services_lead_nowhere(world: World) -> None:
    ann = Caller(world, "ann")
    ann.request(b"hostbased", NS(b"x"))
    ann.request(b"password", b"\1" + NS(b"old") + NS(b"new"))
    assert not ann.login.inside
    assert ann.login.ways == "keyboard-interactive"


def test_nothing_more_is_read_while_an_answer_is_awaited(world: World) -> None:
    world.members.delay = 5.0
    meg = Caller(world, "meg").shows_password(password_of("meg"))
    meg.request(b"none", name=b"other")
    assert not meg.login.inside
    assert meg.wire.producerState == "paused"
    meg.rest(5)
    assert meg.login.inside
    assert [person.name for person in world.hub.people.values()] == ["meg"]


def test_an_rsa_key_signs_by_sha_2_and_by_nothing_older(world: World) -> None:
    key = Key(generate_private_key(65537, 2048))
    keep(world, "meg", key)
    old, new = (Caller(world, "meg").knocks().signs_with(key, kind=kind) for kind in (b"ssh-rsa", b"rsa-sha2-512"))
    forged = Caller(world, "meg").knocks().signs_with(key, kind=b"rsa-sha2-512", made_by=b"ssh-rsa")
    assert [old.login.inside, new.login.inside, forged.login.inside] == [False, True, False]


def test_nothing_is_left_of_a_connection_that_is_gone(world: World) -> None:
    ann = Caller(world, "ann").terminal()
    ann.wire.end()
    assert not [call for call in world.clock.getDelayedCalls() if "Ssh" in str(call)]
