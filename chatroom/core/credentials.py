"""What a session has shown so far of who it is, before it says so and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatroom.core.fact import fact

if TYPE_CHECKING:
    from chatroom.core.attempts import Attempt
    from chatroom.core.keys import PublicKey
    from chatroom.core.members import Member
    from chatroom.core.scram import Exchange


@fact
class Proving:
    """Be a proof under way: the exchange, whose password it is about, the attempt it counts as, and whether it was right."""

    exchange: Exchange
    member: Member | None
    attempt: Attempt
    right: bool = False


class Credentials:
    """Hold what one session has shown."""

    __slots__ = ("identified", "invited", "offered", "proving")

    def __init__(self) -> None:
        self.invited: Member | None = None
        """The member whose invitation was shown and who is to choose a password."""
        self.identified: Member | None = None
        """The member who has shown who they are, by a password or a key, before saying hello."""
        self.proving: Proving | None = None
        """A proof of who they are that is under way."""
        self.offered: PublicKey | None = None
        """A key that was shown on coming in and is nobody's."""
