"""The members of a house in memory, their passwords in the open: for tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from twisted.internet.task import deferLater

from chatroom.core import scram
from chatroom.core.errors import MembersChanged, NoSuchMember, Refused
from chatroom.core.keys import PublicKey
from chatroom.core.members import NOTHING, Directory, Invitation, Member, clean_mail, name_for, new_id
from chatroom.core.names import clean_name
from chatroom.core.rank import Rank
from chatroom.house import House
from chatroom.members.challenges import Challenge
from chatroom.members.file import Recognised
from chatroom.passwords import check

OPEN = "$"
"""What a password stands behind, as a hash would."""


def in_the_open(password: str) -> str:
    """Give a password as it stands in the list: as it is."""
    return OPEN + password


class MemberList:
    """Keep a house's members in memory, their passwords in the open, and answer what the house asks about them.

    Each answer takes `delay` seconds, and is a refusal while there is a `trouble`.
    """

    def __init__(self, house: House, members: Iterable[Member] = ()) -> None:
        self._house = house
        self._numbers = count()
        self.delay = 0.0
        self.trouble: Refused | None = None
        self.directory = Directory()
        house.hub.keeper.members = self.directory
        house.offices |= {
            "recognise": self.recognise,
            "challenge": self.challenge,
            "proven": self.proven,
            "passwd": self.passwd,
            "add_member": self.add,
            "remove_member": self.remove,
            "invite": self.invite,
            "rank": self.rank,
            "add_key": self.add_key,
            "remove_key": self.remove_key,
            "forget_keys": self.forget_keys,
        }
        self.replace(members)

    def replace(self, members: Iterable[Member]) -> None:
        """Let these be the members instead, as when somebody has edited the list by hand."""
        self._house.members_changed(self.directory.replace(members))

    async def recognise(self, who: str, password: str) -> Recognised | None:
        """Give the member who is called `who` if the password, or the code, is theirs."""
        await self._office()
        found = self.directory.find(who)
        if found is None or found.proof(self._house.wall()) != in_the_open(password):
            return None
        return Recognised(found, found.invitation is not None)

    async def challenge(self, account: str) -> Challenge:
        """Ask for a proof that somebody knows the password of an account, which nobody need have."""
        await self._office()
        member = self.directory.find(account)
        known = None if member is None or member.password is None else member.password.removeprefix(OPEN)
        salt = account.encode()[: scram.SALT]
        keys = scram.nobodys(account, b"") if known is None else scram.derive(known.encode(), salt, scram.LEAST)
        return Challenge(keys, f"nonce{next(self._numbers)}", None if known is None else member)

    async def proven(self, member: Member) -> None:
        """Hear that a member has proven to know their password; there is nothing to do about it."""

    async def passwd(self, who: str | Member, password: str) -> Member:
        """Give a member a password, if it is a good one."""
        await self._office()
        before = self._standing(who)
        check(password, before.mail, before.name)
        return self._change(replace(before, secret=in_the_open(password)))

    async def add(self, mail: str, name: str = "", rank: Rank = Rank.MEMBER, password: str | None = None) -> Member:
        """Let somebody in for good, who has no password yet unless it is given."""
        await self._office()
        address, longest = clean_mail(mail), self._house.hub.limits.name
        called = clean_name(name, longest) if name else name_for(address, self.directory, longest)
        secret = NOTHING
        if password is not None:
            check(password, address, called)
            secret = in_the_open(password)
        return self._change(Member(new_id(lambda below: next(self._numbers) % below, self.directory), address, called, rank, secret))

    async def remove(self, who: str) -> Member:
        """Take a member off the list."""
        await self._office()
        gone = self._standing(who)
        self.replace([one for one in self.directory if one.id != gone.id])
        return gone

    async def invite(self, who: str, seconds: float) -> str:
        """Take a member's password, and give the code by which they choose another."""
        await self._office()
        before = self._standing(who)
        code = f"code-{next(self._numbers)}"
        self._change(replace(before, secret=str(Invitation(in_the_open(code), int(self._house.wall() + seconds)))))
        return code

    async def rank(self, who: str, rank: Rank) -> Member:
        """Give a member another rank."""
        await self._office()
        return self._change(replace(self._standing(who), rank=rank))

    async def add_key(self, member: str, key: PublicKey) -> None:
        """Keep a key for a member."""
        await self._office()
        self._house.hub.keeper.keys.take(self._house.hub.keeper.keys.added(member, key))

    async def remove_key(self, member: str, number: int) -> None:
        """Forget a member's key."""
        await self._office()
        self._house.hub.keeper.keys.take(self._house.hub.keeper.keys.removed(member, number))

    async def forget_keys(self, member: str) -> None:
        """Forget all keys of a member."""
        await self._office()
        self._house.hub.keeper.keys.take(self._house.hub.keeper.keys.without(member))

    async def _office(self) -> None:
        if self.delay:
            await deferLater(self._house.clock, self.delay)
        if self.trouble is not None:
            raise self.trouble

    def _standing(self, who: str | Member) -> Member:
        found = self.directory.get(who.id) if isinstance(who, Member) else self.directory.find(who)
        if found is None:
            raise NoSuchMember(who=who)
        if isinstance(who, Member) and found.secret != who.secret:
            raise MembersChanged
        return found

    def _change(self, after: Member) -> Member:
        members = {one.id: one for one in self.directory} | {after.id: after}
        self.replace(members.values())
        return after
