"""Members in a text file, which the host may edit at any time and the house edits too.

Rules
-----
- The file is the truth. It is looked at every second, and what changed in it holds once it stands still, a moment later (see `_seen`).
- Operations run one after another. Each waits until the file stands still, edits what stands in it now, and puts the new one in its
  place only if it is still the file that was read; so nobody's edit is lost. One whose member was changed by somebody else in the
  very thing it changes is refused.
- A line with a mail and a password gets its hash, and the rest of a full line, in place. A mail that was a member's a moment before
  keeps that member's id, name, rank and extras.
- Reading is done in the reactor's thread (a file has at most 1 MiB); writing, which waits for the disk, is not.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger

from chatroom.core import scram
from chatroom.core.errors import LoginsBusy, MailTaken, MembersChanged, MembersUnwritable, NoSuchMember, Refused
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.limits import DEFAULT
from chatroom.core.members import NOTHING, Change, Directory, Invitation, Member, clean_mail, name_for, new_id
from chatroom.core.names import clean_name
from chatroom.core.rank import Rank
from chatroom.members import _disk
from chatroom.members._seen import Seen
from chatroom.passwords import Aside, Passwords, check, invitation_code, plain_code, weakness
from chatroom.spawn import deferred, spawn
from chatroom.wire.memberfile import HEADER, Fault, Parsed, Plain, added, encode, filled, parse, removed, replaced

POLL = 1.0
"""Seconds between looks at the file."""
SETTLING = 0.3
"""Seconds to the next look when the file has just changed."""
LOOKS = 5
"""Looks an operation waits for the file to stand still."""
TRIES = 3
"""Times an operation begins anew because the file changed under it."""
BATCH = 64
"""Passwords that are hashed before the file is written."""

Edit = Callable[[Parsed], tuple[str, Member]]
Kept = tuple[str, str | None]
"""What a member shows who they are by: the secret, and SCRAM's keys that belong to it."""


class MembersUnusable(Exception):
    """Say to the host why the list of members cannot be used, and what to do."""


@fact
class Recognised:
    """Be a member who gave the right password, or `invited`, the code of an invitation: then a password is to be chosen."""

    member: Member
    invited: bool = False


class MemberFile:
    """Keep the members of a house in a file.

    `changed` is called with every change, the first one being all who stand in the file when it is loaded; `told` with each sentence
    for the host. `aside` runs what waits for the disk; `draw(n)` gives a random number below n.
    """

    _log = Logger()

    def __init__(
        self,
        path: Path,
        clock: IReactorTime,
        passwords: Passwords,
        aside: Aside,
        *,
        changed: Callable[[Change], None],
        told: Callable[[str], None],
        now: Callable[[], float] = time.time,
        draw: Callable[[int], int] = secrets.randbelow,
        longest: int = DEFAULT.name,
    ) -> None:
        self._clock = clock
        self._passwords = passwords
        self._aside = aside
        self._now = now
        self._draw = draw
        self._longest = longest
        self._told = told
        self._seen = Seen(path, longest, changed, told)
        self._turn = DeferredLock()
        self._next: IDelayedCall | None = None
        self._tried: Parsed | None = None
        """The file as it was when its passwords were last hashed."""

    @property
    def directory(self) -> Directory:
        """Give the members; the same object at all times."""
        return self._seen.directory

    def load(self) -> None:
        """Read the file, blocking; a missing one has no members. Raise `MembersUnusable` when it cannot be read."""
        self._seen.look(self._now())
        if self._seen.problem:
            raise MembersUnusable(f"{self._seen.path} cannot be used: {self._seen.problem.rstrip('.')}. Correct that, or move it away.")

    def start(self) -> None:
        """Look at the file from now on."""
        if not self._turn.locked:
            self._seen.look()
            if self._seen.still and self._seen.parsed.plain and self._tried is not self._seen.parsed:
                spawn(self._take_in(), "hashing the passwords in the list of members")
        settling = not self._seen.still and not self._seen.problem
        self._next = self._clock.callLater(SETTLING if settling else POLL, self.start)

    def stop(self) -> Deferred[None]:
        """Look no more; ends when operations under way have ended."""
        if self._next is not None and self._next.active():
            self._next.cancel()
        return deferred(self._wait_for_turn())

    async def recognise(self, who: str, password: str) -> Recognised | None:
        """Give the member who is called `who`, by mail, name or id, if the password is theirs; whoever is unknown costs the same."""
        member = self.directory.find(who)
        invited = member is not None and member.password is None and member.invitation is not None
        proof = member.proof(self._now()) if member else None
        right = await self._passwords.verify(proof, plain_code(password) if invited else password)
        if member is None or proof is None or not right:
            return None
        now = self.directory.get(member.id)
        # Whoever was removed, or given another password, while this one was checked is not let in with it.
        if now is None or now.secret != member.secret:
            return None
        if not invited and (self._passwords.is_stale(proof) or self._passwords.are_stale(member.keys)):
            spawn(self._refresh(now, password), "hashing a password anew")
        return Recognised(now, invited)

    async def add(self, mail: str, name: str = "", rank: Rank = Rank.MEMBER, password: str | None = None) -> Member:
        """Let somebody in for good; without a name, it is made from the mail; without a password, they need an invitation."""
        address = clean_mail(mail)
        kept = (NOTHING, None) if password is None else await self._kept(password, address, name)
        return await self._edit(partial(self._added, address, name, rank, kept))

    async def remove(self, who: str | Member) -> Member:
        """Take a member off the list, and give who that was."""
        return await self._edit(partial(self._removed, self._known(who)))

    async def passwd(self, who: str | Member, password: str) -> Member:
        """Give a member a password; a `Member` must still have the secret it has, so that an invitation is used but once."""
        member = self._known(who)
        return await self._edit(partial(self._proved, member, await self._kept(password, member.mail, member.name)))

    async def invite(self, who: str | Member, seconds: float) -> str:
        """Take a member's password and give the code that, for so long, lets them choose one."""
        member, code = self._known(who), invitation_code()
        hashed = await self._passwords.hash(plain_code(code))
        await self._edit(partial(self._proved, member, (str(Invitation(hashed, int(self._now() + seconds))), None)))
        return code

    async def rank(self, who: str | Member, rank: Rank) -> Member:
        """Give a member another rank."""
        return await self._change(self._known(who), rank=rank)

    async def rename(self, who: str | Member, name: str) -> Member:
        """Give a member another name."""
        return await self._change(self._known(who), name=clean_name(name, self._longest))

    def _known(self, who: str | Member) -> Member:
        member = who if isinstance(who, Member) else self.directory.find(who)
        if member is None:
            raise NoSuchMember(who=who)
        return member

    async def _kept(self, password: str, *names: str) -> Kept:
        check(password, *names)
        return await self._passwords.kept(password)

    async def _change(self, member: Member, **fields: object) -> Member:
        return await self._edit(partial(self._changed, member, fields))

    def _added(self, mail: str, name: str, rank: Rank, kept: Kept, parsed: Parsed) -> tuple[str, Member]:
        if any(fold(plain.mail) == fold(mail) for plain in parsed.plain):
            raise MailTaken(mail=mail)
        called = clean_name(name, self._longest) if name or not mail else name_for(mail, self.directory, self._longest)
        member = _proving(Member(new_id(self._draw, self.directory), mail, called, rank), kept)
        self.directory.check(member)
        return added(parsed if parsed.lines else parse(HEADER), member), member

    def _changed(self, before: Member, fields: dict[str, object], parsed: Parsed) -> tuple[str, Member]:
        member = self._standing(before, parsed)
        if any(getattr(member, name) != getattr(before, name) for name in fields):
            raise MembersChanged
        after = replace(member, **fields)  # type: ignore[arg-type]  # each caller names a field and gives what it takes
        self.directory.check(after)
        return replaced(parsed, after), after

    def _proved(self, before: Member, kept: Kept, parsed: Parsed) -> tuple[str, Member]:
        """Give a member another proof of who they are; one that was changed by somebody else meanwhile is left."""
        member = self._standing(before, parsed)
        if member.secret != before.secret:
            raise MembersChanged
        after = _proving(member, kept)
        return replaced(parsed, after), after

    def _removed(self, before: Member, parsed: Parsed) -> tuple[str, Member]:
        member = self._standing(before, parsed)
        return removed(parsed, member.id), member

    def _standing(self, before: Member, parsed: Parsed) -> Member:
        """Give a member as it is now, whose line can be edited."""
        member = self.directory.get(before.id)
        if member is None:
            raise NoSuchMember(who=before.name)
        if member.id not in parsed.places:
            raise MembersChanged
        return member

    async def _edit(self, edit: Edit) -> Member:
        async with self._turn:
            for _ in range(TRIES):
                await self._stillness()
                text, member = edit(self._seen.parsed)
                if await self._wrote(text):
                    return member
            raise MembersChanged

    async def _stillness(self) -> None:
        """Wait until the file stands still."""
        self._seen.look()
        for _ in range(LOOKS):
            if self._seen.still:
                return
            await deferLater(self._clock, SETTLING)
            self._seen.look()
        if self._seen.problem:
            raise MembersUnwritable(why=f"{self._seen.problem.rstrip('.')}.")
        raise MembersChanged

    async def _wrote(self, text: str) -> bool:
        """Put `text` in the file's place; False when that is not the file that was read."""
        raw = encode(text)
        try:
            mark = await self._aside(partial(_disk.write, self._seen.path, raw, self._seen.mark))
        except _disk.Moved:
            return False
        except OSError as error:
            raise MembersUnwritable(why=f"{error.strerror or 'it cannot be written'}.") from error
        self._seen.wrote(raw, mark)
        return True

    async def _take_in(self) -> None:
        """Hash the passwords that stand in the file, and write the full lines."""
        async with self._turn:
            if not self._seen.still:
                return
            parsed = self._tried = self._seen.parsed
            members = await self._hashed(parsed)
            if members:
                await self._write_hashed(parsed, members)

    async def _write_hashed(self, parsed: Parsed, members: dict[int, Member]) -> None:
        name = self._seen.path.name
        try:
            if not await self._wrote(filled(parsed, members)):
                self._tried = None
                return
        except Refused as refusal:
            self._told(f"{name} still has passwords to be hashed: {refusal} They will be when it is saved again.")
            return
        typed = {plain.number: plain.password for plain in parsed.plain}
        for number, member in members.items():
            weak = weakness(typed[number], member.mail, member.name)
            self._told(f"{name}, line {number}: the password of {member.mail}, called {member.name}, is hashed now.{weak}")

    async def _hashed(self, parsed: Parsed) -> dict[int, Member]:
        directory = self.directory.copy()
        members: dict[int, Member] = {}
        for plain in parsed.plain:
            try:
                members[plain.number] = await self._completed(plain, directory)
            except LoginsBusy:
                break
            except Refused as refusal:
                self._seen.tell([Fault(plain.number, str(refusal), parsed.line(plain.number))])
            if len(members) == BATCH:
                break
        else:
            return members
        # There are more: the next look begins anew.
        self._tried = None
        return members

    async def _completed(self, plain: Plain, directory: Directory) -> Member:
        known = directory.find(plain.mail)
        called = known.name if known else name_for(plain.mail, directory, self._longest)
        kept = await self._passwords.kept(plain.password)
        if known is not None:
            return _proving(replace(known, mail=plain.mail), kept)
        member = _proving(Member(new_id(self._draw, directory), plain.mail, called), kept)
        directory.add(member)
        return member

    async def _refresh(self, member: Member, password: str) -> None:
        """Keep of a right password what is kept today; if that cannot be now, the next login does it."""
        try:
            if self._passwords.is_stale(member.secret):
                kept = await self._passwords.kept(password)
            else:
                kept = member.secret, await self._passwords.keys(password, member.secret)
            await self._edit(partial(self._proved, member, kept))
        except Refused as refusal:
            self._log.info("The password of {name} was not hashed anew: {why}", name=member.name, why=refusal.code)

    async def _wait_for_turn(self) -> None:
        async with self._turn:
            pass


def _proving(member: Member, kept: Kept) -> Member:
    return replace(member, secret=kept[0], extras=scram.put(member.extras, kept[1]))
