"""What is asked of who wants to prove that they know a password."""

from __future__ import annotations

import stat
from pathlib import Path

from chatroom.core.members import Directory, Member
from chatroom.core.scram import EXTRA, LEAST, derive
from chatroom.members.challenges import FILE, SIZE, Challenge, Challenges
from chatroom.spawn import deferred

HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo"
KEYS = derive(b"pencil", b"salt", LEAST)
ANN = Member("a1", "ann@example.org", "Ann", secret=HASH, extras=((EXTRA, KEYS.beside(HASH)),))
BOB = Member("b2", "", "bob", secret=HASH)


def asked(challenges: Challenges, account: str) -> Challenge:
    found: list[Challenge] = []
    deferred(challenges.make(account)).addCallback(found.append)
    return found[0]


def opened(folder: Path) -> tuple[Challenges, list[str]]:
    told: list[str] = []
    return Challenges(Directory([ANN, BOB]), folder / FILE, told.append), told


def test_a_member_is_asked_by_their_own_keys_under_name_and_id(tmp_path: Path) -> None:
    challenges, _ = opened(tmp_path)
    assert [(one.keys, one.member) for one in (asked(challenges, " ann"), asked(challenges, "a1"))] == [(KEYS, ANN)] * 2
    assert asked(challenges, "ann").nonce != asked(challenges, "ann").nonce


def test_strangers_mails_and_members_without_keys_are_asked_the_same_each_time_and_after_a_restart(tmp_path: Path) -> None:
    challenges, _ = opened(tmp_path)
    again, told = opened(tmp_path)
    for account in ("nobody", "bob", "ann@example.org", "\ud800"):
        first = asked(challenges, account)
        assert first.member is None
        assert first.keys not in (KEYS, asked(challenges, account + "x").keys)
        assert first.keys == asked(again, f"{account.upper()} ").keys
    assert told == []
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


def test_a_secret_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"short")
    opened(tmp_path)
    assert len((tmp_path / FILE).read_bytes()) == SIZE


def test_a_secret_that_cannot_be_kept_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    challenges, told = opened(tmp_path)
    assert told == [
        f"{tmp_path / FILE} cannot be used: Is a directory. Until it can, strangers can be told from members by some logins."
    ]
    assert asked(challenges, "ann").member == ANN
