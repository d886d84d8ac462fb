"""Who may come in: members and guests, bans, and how often one may try.

Everything here is asked at every door alike. An address is looked at before anything is said; who somebody is, when they say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from chatroom.core.attempts import Attempt, Attempts
from chatroom.core.bans import Bans
from chatroom.core.bots import Bots
from chatroom.core.cell import Cell
from chatroom.core.errors import MutedByAnother, NobodyNew, NotMuted, PasswordInClear, PasswordNeeded
from chatroom.core.keys import Keyring
from chatroom.core.members import Directory, Member
from chatroom.core.registrations import Registration, Registrations
from chatroom.core.seams import Put
from chatroom.core.targets import Party

Access = Literal["open", "members"]
PANIC = "panic"
"""Under what key the state beside the logs says that nobody new comes in."""
MUTES = "mute/"
"""How the key of each mute in the whole house begins."""


class Doorkeeper:
    """Decide who is let in, and as whom."""

    __slots__ = ("access", "attempts", "bans", "bots", "clear_passwords", "keys", "members", "mutes", "panicking", "registrations")

    def __init__(self, access: Access, clear_passwords: bool = True, registration: Registration = "closed") -> None:
        self.access = access
        self.clear_passwords = clear_passwords
        self.members = Directory()
        self.keys = Keyring()
        self.attempts = Attempts()
        self.bans = Bans()
        self.bots = Bots()
        self.mutes = Bans(prefix=MUTES, absent=NotMuted, wider=MutedByAnother)
        self.panicking = Cell(False)
        self.registrations = Registrations(registration)

    @property
    def panic(self) -> bool:
        """Tell whether nobody new is let in."""
        return bool(self.panicking.value)

    def load(self, state: Mapping[str, str]) -> tuple[str, ...]:
        """Take up what is kept beside the logs; give the keys of what cannot be read."""
        self.panicking.stored = PANIC in state
        return (*self.bans.load(state), *self.mutes.load(state), *self.bots.load(state))

    def expire(self, now: float) -> tuple[Put, ...]:
        """Forget bans and mutes that are over; give what is to be removed from disk."""
        return (*self.bans.expire(now), *self.mutes.expire(now))

    def check(self, party: Party, now: float) -> None:
        """Refuse whoever is banned, with how long and why."""
        ban = self.bans.matching(party, now)
        if ban is not None:
            raise ban.refusal(now)

    def check_stranger(self) -> None:
        """Refuse whoever is no member when nobody new is to come in."""
        if self.panic:
            raise NobodyNew

    def wants_password(self, name: str, password: str | None, *, private: bool = True) -> bool:
        """Tell whether `name` comes in by a password alone; refuse when it is missing, or could be read.

        Where only members may enter, an unknown name is asked for a password like any other.
        """
        wanted = password is not None or self.access == "members" or self.members.find(name) is not None
        if wanted:
            self.check_secrecy(private)
        if wanted and password is None:
            raise PasswordNeeded(name=name)
        return wanted

    def check_secrecy(self, private: bool) -> None:
        """Refuse a password over a connection that others can read, where the host wants none there."""
        if not private and not self.clear_passwords:
            raise PasswordInClear

    def admit_attempt(self, address: str, who: str, now: float) -> Attempt:
        """Count one attempt to log in as `who`, or refuse with how long to wait."""
        member: Member | None = self.members.find(who)
        return self.attempts.admit(address, member.id if member is not None else who, now)
