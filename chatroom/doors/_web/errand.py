"""One thing a bot asks of the house over HTTP: a session that lives as long as the answer takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from chatroom.core.bots import Bot
from chatroom.core.call import LOCAL
from chatroom.core.errors import OfficeFailed, Refused
from chatroom.core.events import Entry
from chatroom.core.replies import Denied, Reply
from chatroom.core.request import Request

if TYPE_CHECKING:
    from chatroom.doors._web.request import WebRequest
    from chatroom.house import House

Answered = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class Mute:
    """Show nothing: who asks by HTTP is answered by HTTP."""

    counting: ClassVar[bool] = False

    def entry(self, entry: Entry, room: str) -> bytes:
        """Show no entry."""
        return b""

    def private(self, entry: Entry, own: bool) -> bytes:
        """Show nothing private."""
        return b""

    def reply(self, reply: Reply) -> bytes:
        """Show no reply."""
        return b""

    def farewell(self, why: str) -> bytes:
        """Say no farewell."""
        return b""


class Errand:
    """Be the far end of a session that nobody is connected to: what it is told goes to `answered`, once."""

    def __init__(self, house: House, bot: Bot, asked: WebRequest, answered: Answered) -> None:
        self.house = house
        self.private = asked.private
        # A bot is in no list, so nobody is told how it came.
        self.encrypted = False
        self._answered: Answered | None = answered
        self.reader = house.connect("web", asked.address or LOCAL, self, Mute(), self)
        why = house.hub.unwelcome(self.reader.session, house.wall())
        if why is not None:
            house.disconnected(self.reader)
            raise why
        house.hub.guard.recognise(self.reader.session, bot.id)
        house.admit_bot(self.reader, bot)
        self.reader.listener = self._heard

    def ask(self, request: Request) -> None:
        """Ask for something."""
        self.house.perform(self.reader, request)

    def _heard(self, reply: Reply) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            # In another turn, as the house is not done with this session yet.
            self.house.clock.callLater(0, self._over, answered, reply)

    def _over(self, answered: Answered, reply: Reply) -> None:
        self._leave()
        answered(reply)

    def _leave(self) -> None:
        session = self.reader.session
        if session in self.house.hub.sessions:
            session.scope = None  # nobody comes back for this one
            self.house.disconnected(self.reader)

    # -- what a connection has

    def hold(self) -> None:
        """Read nothing more: nothing more comes."""

    def go_on(self) -> None:
        """Read again: nothing more comes."""

    def registerProducer(self, producer: object, streaming: bool) -> None:
        """Write nothing, ever."""

    def unregisterProducer(self) -> None:
        """Write nothing, ever."""

    def loseConnection(self) -> None:
        """End: by a fault, or as the house closes."""
        why: Refused = OfficeFailed(reference="in the log")
        self._heard(Denied(None, "", why))

    def abortConnection(self) -> None:
        """End at once."""
        self.loseConnection()
