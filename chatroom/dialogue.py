"""A client's side of the conversation with a house, without I/O: the connection, the greeting, and requests until they are answered.

Rules
-----
- Everything asked for is kept until it is answered and sent again under the same id after a reconnect; the house knows what it has
  done already by our key and the id. So nothing typed is lost, and nothing is said twice.
- We ask to be sent our own entries, too, so that a room's order has no holes and everybody reads it the same.
- A connection silent for `SILENCE` is asked for a sign of life, and given up when it gives none within `PATIENCE`.
- A name refused is asked for again by the face. Having been here under that name, we try for a while first: it is likely our own,
  not yet let go of.
- A house that ends the connection with a sentence does not want us: we were put out, and our person decides whether to come back.
  At its door one that knew us is tried for a while. One that ends it without a sentence closes for a while, and is come back to.
- A password is sent when the house asked for one, and then again after every reconnect; it is forgotten when it is refused.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chatroom.core.events import INBOX
from chatroom.core.replies import Welcome
from chatroom.happening import (
    ChoiceAsked,
    Delivered,
    Denied,
    Died,
    Disconnected,
    Ended,
    Happening,
    NameRefused,
    Noticed,
    PasswordAsked,
    PasswordRefused,
    TurnedAway,
    Welcomed,
)
from chatroom.waiting import Unanswered
from chatroom.wire.heard import Bye, Refusal, request

SILENCE = 30.0
PATIENCE = 15.0
AGAIN = 5.0
"""Seconds between two attempts to get our name back, or into a house that is full."""

ATTEMPTS = 6
"""Attempts to get our name back."""

NO_ANSWER = 10.0
"""Seconds after which something that does not answer our first greeting is no chatroom."""

NO_CHATROOM = "no-chatroom"
"""The code for that."""

TURNED_AWAY = "turned-away"
"""The code when a house ends the connection with a sentence: we were put out, or at its door a ban, or too many of us."""

HELLO, CHOOSE, HELP, PING, QUIT, SEEN = "hello", "choose", "help", "ping", "quit", "seen"
"""Ids of the requests we make by ourselves; the ones a person makes have numbers."""


FAREWELLS = frozenset({"/quit", "/bye", "/exit"})
"""What a person types to leave: it ends us, not only this connection."""

LATER = frozenset({"busy", "unconfirmed", "shutting-down"})
"""Refusals that end by themselves."""

FULL = LATER | {"house-full"}

CROWDED = "logins-busy"
"""The house checks too many passwords at this moment, which is over soon."""


class Wanted(enum.Enum):
    """Tell what secret the house waits for."""

    PASSWORD = enum.auto()
    CHOICE = enum.auto()


class Phase(enum.Enum):
    """Tell how far the conversation has come."""

    OFFLINE = "offline"
    NAMELESS = "nameless"
    GREETING = "greeting"
    HERE = "here"
    ENDED = "ended"


class Dialogue:
    """Talk to one house over one connection after another; see the module for the rules."""

    def __init__(self, key: str, name: str | None, rooms: Iterable[str], client: str, bot: bool) -> None:
        self.key = key
        self.name = name
        self.client = client
        self.bot = bot
        self.you = ""
        """What we are called, once the house has said so."""
        self.house = ""
        self.limits: Mapping[str, int | float] = {}
        self.wanted: Wanted | None = None
        """The secret the house waits for, which our person has to give."""
        self.phase = Phase.OFFLINE
        self._wanted = tuple(rooms)
        self._unanswered = Unanswered()
        self._out: list[bytes] = []
        self._last_id = 0
        self._heard_at = 0.0
        self._pinged = False
        self._attempts = 0
        self._greet_at: float | None = None
        self._leaving = False
        self._farewell = ""
        """What the house said when it last ended the connection."""
        self._password: str | None = None
        self._chosen: str | None = None
        self._login: str | None = None
        """Whom the password is for; we may be called something else by now."""

    def positions(self) -> dict[str, list[str | int]]:
        """Give epoch and position of each room we have been reading."""
        return {}

    def keys(self) -> dict[str, str]:
        """Give the keys of the rooms we have been reading."""
        return {}

    # -- the connection -------------------------------------------------------------------------------------------------

    def outgoing(self) -> bytes:
        """Give the bytes to be sent now."""
        out, self._out = b"".join(self._out), []
        return out

    def connected(self, now: float) -> None:
        """Note a new connection: greet, if we know by what name, and speak at once in any case.

        A house takes somebody who stays silent for a person with a plain terminal.
        """
        self._out.clear()
        self.alive(now)
        self.phase = Phase.NAMELESS
        if self.name is not None:
            self._greet()
        else:
            self._out.append(request("ping", PING))

    def disconnected(self, why: str = "") -> list[Happening]:
        """Note the end of the connection."""
        was, self.phase = self.phase, Phase.OFFLINE
        self._out.clear()
        self._greet_at = None
        self._unanswered.interrupted()
        if was is Phase.ENDED or self._leaving:
            self.phase = Phase.ENDED
            return [Ended("")] if was is not Phase.ENDED else []
        if was is Phase.GREETING and not self.you:
            return self._no_chatroom("it ended the connection without a greeting")
        return [Disconnected(why)] if was is Phase.HERE else []

    def alive(self, now: float) -> None:
        """Note a sign of life, or that until now it was we who did not listen."""
        self._heard_at, self._pinged = now, False

    def tick(self, now: float) -> list[Happening]:
        """Do what is due by now; to be called every few seconds."""
        if self.phase in {Phase.OFFLINE, Phase.NAMELESS, Phase.ENDED}:
            return []
        silence = now - self._heard_at
        if silence >= NO_ANSWER and not self.you:
            return self._no_chatroom("it does not answer a greeting")
        if silence >= SILENCE + PATIENCE:
            return [Died()]
        if silence >= SILENCE and not self._pinged:
            self._pinged = True
            self._out.append(request("ping", PING))
        if self._greet_at is not None and now >= self._greet_at:
            self._greet()
        self._send_waiting(now)
        return []

    # -- what a person does ---------------------------------------------------------------------------------------------

    def call_me(self, name: str) -> None:
        """Take the name our person wants, and greet with it if connected."""
        self.name = name
        self._password = self._chosen = self._login = self.wanted = None
        if self.phase is Phase.NAMELESS:
            self._greet()

    def use_password(self, password: str) -> None:
        """Take the password for our name, and greet with it if connected."""
        self._password, self._login, self.wanted = password, self._login or self.name, None
        if self.phase is Phase.NAMELESS:
            self._greet()

    def choose_password(self, password: str) -> None:
        """Take the password our person wants instead of the invitation."""
        self._chosen, self.wanted = password, None
        if self.phase is Phase.NAMELESS:
            self.phase = Phase.GREETING
            self._out.append(request("choose", CHOOSE, password=password))

    @property
    def present(self) -> bool:
        """Tell whether the house knows us, at this moment."""
        return self.phase is Phase.HERE

    @property
    def waiting(self) -> int:
        """Count the requests that are not answered yet."""
        return len(self._unanswered)

    def ask(self, do: str, now: float, *, typed: str = "", **fields: Any) -> int:
        """Ask for anything, and keep it until it is answered; raises `TooMuchWaits`."""
        line = request(do, self._last_id + 1, **fields)
        self._unanswered.add(self._last_id + 1, line, typed)
        self._last_id += 1
        self._send_waiting(now)
        return self._last_id

    def quit(self, reason: str = "") -> None:
        """Say goodbye, after everything asked for so far."""
        self._leaving = True
        if self.phase is Phase.OFFLINE:
            self.phase = Phase.ENDED
        else:
            self._out.append(request("quit", QUIT, reason=reason or None))

    # -- what we send by ourselves --------------------------------------------------------------------------------------

    def _greet(self) -> None:
        self.phase = Phase.GREETING
        self._greet_at = None
        positions = self.positions()
        self._out.append(
            request(
                "hello",
                HELLO,
                name=self._login or self.name,
                password=self._password,
                key=self.key,
                client=self.client,
                bot=self.bot or None,
                echo=True,
                marks=not self.bot or None,
                rooms=None if positions.keys() - {INBOX} else list(self._wanted) or None,
                resume=positions or None,
                keys=self.keys() or None,
            )
        )

    def _send_waiting(self, now: float) -> None:
        if self.phase is Phase.HERE:
            self._out.extend(self._unanswered.to_send(now))

    def _no_chatroom(self, why: str) -> list[Happening]:
        self.phase = Phase.ENDED
        return [TurnedAway(NO_CHATROOM, f"Something answers there, but it is not a chatroom: {why}.")]

    # -- what the house says --------------------------------------------------------------------------------------------

    def _welcomed(self, heard: Welcome, now: float) -> list[Happening]:
        if self.phase is not Phase.GREETING:
            return []
        again = bool(self.you)
        self.phase, self._attempts, self._farewell = Phase.HERE, 0, ""
        self.wanted = self._chosen = None
        self.name = self.you = heard.name
        self.house, self.limits = heard.house, dict(heard.limits)
        return [Welcomed(heard.name, heard.house, heard.welcome, again)]

    def _not_greeted(self, heard: Refusal, now: float) -> list[Happening]:
        if self.phase is not Phase.GREETING:
            return []
        about_name = heard.code.startswith("name-")
        if heard.code in _SECRETS:
            return _SECRETS[heard.code](self, heard)
        if heard.code == CROWDED and self._attempts < ATTEMPTS:
            self._attempts += 1
            self._greet_at = now + AGAIN
            return []
        if self.you and (heard.code in FULL or (about_name and self._attempts < ATTEMPTS)):
            self._attempts += 1
            self._greet_at = now + AGAIN
            return []
        if not about_name:
            self.phase = Phase.ENDED
            return [TurnedAway(heard.code, heard.why)]
        refused, self.name, self._attempts = self._login or self.name or "", None, 0
        self._password = self._login = None
        self.phase = Phase.NAMELESS
        return [NameRefused(refused, heard.why)]

    def _password_needed(self, heard: Refusal) -> list[Happening]:
        self.phase, self.wanted = Phase.NAMELESS, Wanted.PASSWORD
        return [PasswordAsked(self._login or self.name or "", heard.why)]

    def _password_wrong(self, heard: Refusal) -> list[Happening]:
        self._password = None
        self.phase, self.wanted = Phase.NAMELESS, Wanted.PASSWORD
        return [PasswordRefused(heard.code, heard.why)]

    def _password_to_choose(self, heard: Refusal) -> list[Happening]:
        self.phase, self.wanted = Phase.NAMELESS, Wanted.CHOICE
        if self._chosen is not None:
            # The connection broke before our choice was taken.
            self.choose_password(self._chosen)
            return []
        return [ChoiceAsked(self._login or self.name or "", heard.why)]

    def _chose(self) -> list[Happening]:
        if self.phase is Phase.GREETING and self._chosen is not None:
            self._password, self._chosen = self._chosen, None
            self._greet()
        return []

    def _choice_refused(self, heard: Refusal) -> list[Happening]:
        if self.phase is not Phase.GREETING:
            return []
        self._chosen = None
        self.phase, self.wanted = Phase.NAMELESS, Wanted.CHOICE
        return [PasswordRefused(heard.code, heard.why)]

    def _request_refused(self, heard: Refusal, now: float) -> list[Happening]:
        if heard.ref is None:
            return [Noticed(heard.code, heard.why)]
        if heard.code in LATER and self._unanswered.postpone(heard.ref, now):
            return []
        waited = self._unanswered.answered(heard.ref)
        if waited is None or not isinstance(heard.ref, int):
            return []
        return [Denied(heard.ref, heard.code, heard.why, waited.text)]

    def _delivered(self, ref: object) -> list[Happening]:
        if self._unanswered.answered(ref) is None or not isinstance(ref, int):
            return []
        return [Delivered(ref)]

    def _bye(self, heard: Bye, now: float) -> list[Happening]:
        if self._leaving:
            self.phase = Phase.ENDED
            return [Ended(heard.why)]
        if not heard.why:
            return []
        if self.phase is Phase.HERE or (self.phase is Phase.GREETING and self._is_final(heard.why)):
            self.phase = Phase.ENDED
            return [TurnedAway(TURNED_AWAY, heard.why)]
        # What it says again at each attempt to come back is told once.
        told, self._farewell = self._farewell, heard.why
        self._attempts += self.phase is Phase.GREETING
        return [Noticed("bye", heard.why)] if heard.why != told else []

    def _is_final(self, why: str) -> bool:
        return not self.you or why == self._farewell or self._attempts >= ATTEMPTS


_SECRETS: Mapping[str, Callable[[Dialogue, Refusal], list[Happening]]] = {
    "password-needed": Dialogue._password_needed,
    "wrong-password": Dialogue._password_wrong,
    "password-to-choose": Dialogue._password_to_choose,
}
"""What is done about a greeting that is refused for want of a secret."""
