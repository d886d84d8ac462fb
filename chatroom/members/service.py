"""The members of a running house: the file that lists them, and what the house asks about them.

On the first start there is no such file; then one member is made, the admin, with a password that the host finds in a file of its own
until it has been used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatroom.core.errors import Refused
from chatroom.core.members import Member
from chatroom.core.rank import Rank
from chatroom.members.challenges import FILE as SECRET
from chatroom.members.challenges import Challenges
from chatroom.members.file import MemberFile, Recognised
from chatroom.members.keys import FILE as KEYS
from chatroom.members.keys import KeyFile
from chatroom.passwords import Passwords, Threads, random_password
from chatroom.spawn import spawn

if TYPE_CHECKING:
    from chatroom.house import House

FILE = "members.txt"
PASSWORD = "admin-password"  # noqa: S105
"""The file in the state folder that holds the first admin's password until it has been used."""
ADMIN = "admin"


class Membership(Service):
    """Keep a house's members while it is open; `say` tells the host a line, `show` one with a secret, at a terminal alone."""

    log = Logger()

    def __init__(self, house: House, folder: Path, reactor: Any, say: Callable[[str], None], show: Callable[[str], None]) -> None:
        self.name = "the members"
        self._house = house
        self._file = folder / FILE
        self._password = folder / PASSWORD
        self._reactor = reactor
        self._say = say
        self._show = show
        self._threads: list[Threads] = []
        self._members: MemberFile | None = None
        self._keys: KeyFile | None = None
        self._making: Deferred[None] | None = None
        """The making of the first admin, whose password is in its file before it counts."""

    def startService(self) -> None:
        """Read the list, and answer what the house asks; raise `MembersUnusable` when the list cannot be read."""
        logins, disk = Threads(self._reactor), Threads(self._reactor, count=1, name="members")
        self._threads = [logins, disk]
        house, limits = self._house, self._house.hub.limits
        first = not self._file.exists()
        members = self._members = MemberFile(
            self._file,
            house.clock,
            Passwords(logins),
            disk,
            changed=house.members_changed,
            told=self._told,
            now=house.wall,
            longest=limits.name,
        )
        house.hub.keeper.members = members.directory
        keys = self._keys = KeyFile(self._file.with_name(KEYS), house.clock, disk, self._told)
        house.hub.keeper.keys = keys.ring
        members.load()
        house.offices |= {
            "recognise": self._recognise,
            "proven": self._proven,
            "challenge": Challenges(members.directory, self._file.with_name(SECRET), self._told).make,
            "passwd": members.passwd,
            "add_member": members.add,
            "remove_member": members.remove,
            "invite": members.invite,
            "rank": members.rank,
            "add_key": keys.add,
            "remove_key": keys.remove,
            "forget_keys": keys.forget,
        }
        members.start()
        keys.start()
        if first:
            self._making = spawn(self._make_admin(members), "making the first admin")
        super().startService()

    def stopService(self) -> Deferred[None] | None:
        """Look at the list no more."""
        super().stopService()
        members, self._members = self._members, None
        if self._keys is not None:
            self._keys.stop()
        if members is None:
            return None
        return members.stop().addBoth(self._stopped)

    def _stopped(self, result: Any) -> Any:
        for threads in self._threads:
            threads.stop()
        return result

    def _told(self, line: str) -> None:
        self.log.info("{line}", line=line)

    async def _recognise(self, who: str, password: str) -> Recognised | None:
        if self._making is not None:
            await self._making
        members = self._members
        found = await members.recognise(who, password) if members is not None else None
        if found is not None:
            await self._proven(found.member)
        return found

    async def _proven(self, member: Member) -> None:
        """Take away the first admin's password, which has been used."""
        if member.name == ADMIN:
            self._password.unlink(missing_ok=True)

    async def _make_admin(self, members: MemberFile) -> None:
        """Make the first admin, whose password is in its file before it counts."""
        password = random_password()
        try:
            self._write_password(password)
            await members.add("", ADMIN, Rank.ADMIN, password)
        except (Refused, OSError) as why:
            with suppress(OSError):
                self._password.unlink()
            self._say(f"No first admin could be made; it is tried again at the next start. {why}")
            return
        self._say(f"The first admin is called {ADMIN}. The password is in {self._password} until it has been used.")
        self._show(f"The password is {password}")

    def _write_password(self, password: str) -> None:
        self._password.unlink(missing_ok=True)
        with os.fdopen(os.open(self._password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
