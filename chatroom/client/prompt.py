"""The face at a terminal: a prompt at the bottom that what others say does not disturb.

What is said in rooms not looked at is counted, except for what is meant for us. What is typed is shown when the house has it: then it
stands where everybody reads it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from chatroom.client.above import Above
from chatroom.client.bar import bar
from chatroom.client.plain import Connection, Exit
from chatroom.client.questions import Questions
from chatroom.client.wording import Wording
from chatroom.core.errors import Refused
from chatroom.core.events import INBOX, RoomOpened
from chatroom.core.likeness import fold
from chatroom.dialogue import FAREWELLS, NO_CHATROOM, Phase, Wanted
from chatroom.happening import (
    Answered,
    ChoiceAsked,
    Denied,
    Disconnected,
    Ended,
    EntriesMissed,
    EntryShown,
    Happening,
    NameRefused,
    NewSince,
    Noticed,
    PageRead,
    PasswordAsked,
    PasswordRefused,
    RoomEntered,
    RoomLeft,
    TurnedAway,
    Welcomed,
)
from chatroom.view import View
from chatroom.wire.text import visible

BACK = 10
"""Messages shown again of a room that is turned to."""


class Prompt:
    """Be the face between a person at a terminal and a view.

    `suggested` is put into the first question for a name, `password` is given at the first question for one.
    `converse` runs until the person leaves or the house does not want them.
    """

    def __init__(
        self,
        view: View,
        now: Callable[[], float],
        *,
        wording: Wording,
        suggested: str = "",
        password: str | None = None,
        bell: bool = True,
        color: bool = True,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self.view = view
        self.now = now
        self.wording = wording
        self.link: Connection | None = None
        self._suggested = suggested
        self._password = password
        self._bell = bell
        self._over: Exit | None = None
        self._connected = True
        self._questions = Questions(view.candidates, lambda: bar(view), self._keys(), color=color, input=input, output=output)
        self._above = Above(self._questions.put, self._saw)

    async def converse(self) -> Exit:
        """Let the person talk; give how it ended."""
        printing = asyncio.ensure_future(self._above.printing())
        try:
            with patch_stdout(raw=True):
                while self._over is None:
                    await self._ask()
        except (EOFError, KeyboardInterrupt):
            self._finish(Exit.UNACKNOWLEDGED if self.view.waiting else Exit.OK)
        finally:
            printing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await printing
            self._above.flush()
        return self._over or Exit.OK

    async def _ask(self) -> None:
        if self.view.name is not None and self.view.wanted is not None:
            await self._ask_secret(self.view.wanted)
            return
        text = await self._questions.line(self._message, self._suggested if self.view.name is None else None)
        if self._over is None and text.strip():
            self._entered(text)

    async def _ask_secret(self, wanted: Wanted) -> None:
        choice = wanted is Wanted.CHOICE
        name = visible(self.view.name or "")
        secret = await self._questions.secret("Choose a password: " if choice else f"Password for {name}: ")
        again = await self._questions.secret("And once more: ") if choice and secret and self.view.wanted is wanted else secret
        if self._over is not None or self.view.wanted is not wanted:
            return
        if not secret:
            self.view.name, self._suggested = None, self.view.name or ""
        elif secret != again:
            self._trouble("The two are not the same.")
        elif choice:
            self.view.choose_password(secret)
        else:
            self.view.use_password(secret)
        if self.link is not None:
            self.link.flush()

    def _message(self) -> FormattedText:
        if self.view.name is None:
            return FormattedText([("", "Your name: ")])
        return FormattedText([("bold", f"{visible(self.view.focus or '…')}> ")])

    # -- what the person does -------------------------------------------------------------------------------------------

    def _entered(self, text: str) -> None:
        word, _, rest = text.strip().partition(" ")
        if self.view.name is None:
            self._suggested = ""
            self.view.call_me(text.strip())
        elif word.lower() in FAREWELLS:
            self._finish(Exit.OK)
        elif word.lower() == "/join" and fold(rest.strip().removeprefix("#")) in self.view.rooms:
            self.turn_to(fold(rest.strip().removeprefix("#")))
        else:
            self._say(text)
        if self.link is not None:
            self.link.flush()

    def _say(self, text: str) -> None:
        try:
            self.view.typed(text, self.now())
        except Refused as why:
            self._trouble(str(why))
            return
        if self.view.phase is not Phase.HERE:
            first, *more = text.splitlines()
            self._above.show([[("event", f"-- waits for the connection: {visible(first)}{' …' if more else ''}")]])

    def turn_to(self, room: str) -> None:
        """Look at another room, and show the last of what was said there."""
        seen = self.view.rooms.get(room)
        if seen is None:
            return
        back = max(BACK, seen.unread)
        self.view.look(room)
        self._above.show(self.wording.entered(RoomEntered(room, seen.topic, False), seen.names()))
        for entry in list(seen.entries)[-back:]:
            if seen.since is not None and entry.seq > seen.since:
                seen.since = None
                self._above.show([self.wording.new_since(NewSince(room, 0))])
            self._above.show(self.wording.entry(EntryShown((room,), entry), you=self.view.you))
        self._questions.refresh()

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        @keys.add("escape", "n")
        def _(event: KeyPressEvent) -> None:
            rooms = list(self.view.rooms)
            if self.view.focus in rooms:
                self.turn_to(rooms[(rooms.index(self.view.focus) + 1) % len(rooms)])

        return keys

    # -- what happens ---------------------------------------------------------------------------------------------------

    def happened(self, happenings: Sequence[Happening]) -> None:
        """Show what happened."""
        for one in happenings:
            self._happened(one)
        self._questions.refresh()

    def _happened(self, one: Happening) -> None:
        match one:
            case EntryShown():
                self._entry(one)
            case PageRead(room=room, entries=entries):
                for entry in entries:
                    self._above.show(self.wording.entry(EntryShown((), entry), you=self.view.you, numbered=room != INBOX))
            case EntriesMissed():
                self._above.show([self.wording.missed(one)])
            case NewSince() if one.room == self.view.focus:
                self._above.show([self.wording.new_since(one)])
            case Answered(answer=answer):
                self._above.show([[("event", visible(line))] for line in answer.lines])
            case Denied(why=why) | Noticed(text=why):
                self._trouble(why)
            case NameRefused(why=why):
                self._trouble(why)
            case PasswordAsked():
                self._password_asked()
            case PasswordRefused(why=why) | ChoiceAsked(why=why):
                self._trouble(why)
                self._questions.turn_to_secrets()
            case Disconnected(why=why):
                self._connected = False
                self._trouble("The connection is lost. Trying to get it back; what you type is kept.")
            case Welcomed():
                self._welcomed(one)
            case RoomEntered(again=False) if one.room == self.view.focus:
                self._above.show(self.wording.entered(one, self.view.rooms[one.room].names()))
            case RoomLeft(room=room, why=why):
                self._above.show([[("event", f"-- {visible(why) or f'You left {visible(room)}.'}")]])
                if self.view.focus is not None:
                    self.turn_to(self.view.focus)
            case TurnedAway(code=code, why=why):
                self._trouble(why)
                self._finish(Exit.UNREACHABLE if code == NO_CHATROOM else Exit.REFUSED)
            case Ended():
                self._finish(Exit.OK)

    def _entry(self, shown: EntryShown) -> None:
        if shown.own and isinstance(shown.entry.event, RoomOpened):
            return
        looked_at = not shown.rooms or self.view.focus in shown.rooms
        if looked_at or shown.mention:
            self._above.show(self.wording.entry(shown, you=self.view.you, room=None if looked_at else shown.rooms[0]))
        if shown.mention and self._bell:
            self._questions.ring()

    def _password_asked(self) -> None:
        password, self._password = self._password, None
        if password is None:
            self._questions.turn_to_secrets()
            return
        self.view.use_password(password)
        if self.link is not None:
            self.link.flush()

    def _welcomed(self, happened: Welcomed) -> None:
        if happened.again:
            if not self._connected:
                self._above.show([[("event", "-- The connection is back.")]])
        else:
            self._above.show([[("event", f"-- {visible(line)}")] for line in happened.welcome.splitlines()])
            self._above.show([[("event", f"-- You are {visible(happened.name)}. /help lists the commands, Ctrl-D leaves.")]])
        self._connected = True
        self._questions.end_secret()

    def _trouble(self, why: str) -> None:
        self._above.show([[("trouble", f"-- {visible(why)}")]])

    def _finish(self, how: Exit) -> None:
        if self._over is None:
            self._over = how
            self._questions.end()

    def _saw(self) -> None:
        """Note that all there is stands on the screen."""
        self.view.saw(self.view.focus)
        self.view.saw_private()
