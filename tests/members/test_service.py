"""The members of a running house: the first admin, and what the house asks."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from twisted.internet.defer import Deferred

from chatroom.contracts import Turns
from chatroom.core.rank import Rank
from chatroom.core.scram import LEAST
from chatroom.members import service
from chatroom.members.service import ADMIN, FILE, PASSWORD, Membership
from chatroom.passwords import Passwords
from chatroom.spawn import deferred
from chatroom.testing import World
from tests.commands.test_prove import proven


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with next to no work."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(service, "Passwords", lambda aside: Passwords(aside, hasher, LEAST))


class Opened:
    """Be a house whose members are kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turns = Turns()
        self.world = World(clock=self.turns)
        self.said: list[str] = []
        self.shown: list[str] = []
        self.membership = Membership(self.world.house, folder, self.turns, self.said.append, self.shown.append)
        self.membership.startService()

    def ask(self, office: str, *args: object) -> object:
        """Ask an office, and wait for its answer."""
        answer: Deferred[object] = deferred(self.world.house.offices[office](*args))  # type: ignore[arg-type]
        found: list[object] = []
        answer.addBoth(found.append)
        self.turns.until(lambda: bool(found))
        return found[0]

    def close(self) -> None:
        stopped = self.membership.stopService()
        ended: list[object] = []
        if stopped is not None:
            stopped.addBoth(ended.append)
            self.turns.until(lambda: bool(ended))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    house = Opened(tmp_path)
    yield house
    house.close()


def test_the_first_start_makes_an_admin_whose_password_only_the_host_can_read(opened: Opened) -> None:
    opened.turns.until(lambda: bool(opened.shown))
    file = opened.folder / PASSWORD
    password = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert opened.shown == [f"The password is {password}"]
    assert opened.said == [f"The first admin is called {ADMIN}. The password is in {file} until it has been used."]
    assert password not in (opened.folder / FILE).read_text()
    (member,) = opened.world.hub.keeper.members
    assert (member.name, member.rank) == (ADMIN, Rank.ADMIN)


def test_who_logs_in_as_the_first_admin_before_there_is_one_waits_for_it(opened: Opened) -> None:
    file = opened.folder / PASSWORD
    opened.turns.until(file.exists)
    assert len(opened.world.hub.keeper.members) == 0
    found = opened.ask("recognise", ADMIN, file.read_text().strip())
    assert getattr(found, "member", None) in list(opened.world.hub.keeper.members)


def test_a_first_admin_who_cannot_be_made_is_told_and_made_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / PASSWORD).mkdir()
    house = Opened(tmp_path)
    house.turns.until(lambda: bool(house.said))
    assert house.said[0].startswith("No first admin could be made; it is tried again at the next start. ")
    assert house.shown == []
    house.close()
    (tmp_path / PASSWORD).rmdir()
    again = Opened(tmp_path)
    again.turns.until(lambda: bool(again.shown))
    again.close()


def test_the_password_file_goes_with_the_first_login_and_not_with_a_wrong_one(opened: Opened) -> None:
    opened.turns.until(lambda: bool(opened.shown))
    file = opened.folder / PASSWORD
    password = file.read_text().strip()
    assert opened.ask("recognise", ADMIN, "something else") is None
    assert file.exists()
    assert opened.ask("recognise", ADMIN, password) is not None
    assert not file.exists()


def test_the_password_file_goes_with_the_first_proof_of_it_too(opened: Opened) -> None:
    opened.turns.until(lambda: bool(opened.shown))
    file = opened.folder / PASSWORD
    program = opened.world.connect(opened.world.native)
    assert "message" in proven(program, ADMIN, file.read_text().strip())
    assert file.exists()
    assert program.answer("prove")["name"] == ADMIN
    assert not file.exists()


def test_a_house_that_has_a_list_gets_no_admin(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# nobody yet\n")
    house = Opened(tmp_path)
    house.close()
    assert (house.said, house.shown, list(house.world.hub.keeper.members)) == ([], [], [])
    assert not (tmp_path / PASSWORD).exists()


def test_members_are_added_invited_ranked_and_removed_through_the_offices(opened: Opened) -> None:
    opened.turns.until(lambda: bool(opened.shown))
    opened.ask("add_member", "ann@example.org")
    ann = opened.world.hub.keeper.members.find("ann")
    assert ann is not None
    assert isinstance(opened.ask("invite", ann.id, 60.0), str)
    opened.ask("passwd", ann.id, "a good password")
    opened.ask("rank", ann.id, Rank.MODERATOR)
    changed = opened.world.hub.keeper.members.find("ann@example.org")
    assert changed is not None
    assert (changed.rank, changed.password is not None) == (Rank.MODERATOR, True)
    opened.ask("remove_member", ann.id)
    assert opened.world.hub.keeper.members.find("ann") is None
