"""The face at a terminal: a prompt at the bottom that what others say does not disturb.

Lines to be shown are collected and printed above the prompt together, so that a busy room costs one redraw for many lines; more than
`MOST_LINES` at once are not shown but counted, and stay to be had by /history. What is said in rooms not looked at is counted, too,
except for what is meant for us. What is typed is shown when the house has it: then it stands where everybody reads it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import Style

from chatroom.client.plain import Connection, Exit
from chatroom.client.wording import Line, Wording
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

MOST_LINES = 2000
"""Lines that may wait to be printed."""

PACE = 0.03
"""Seconds between two prints."""

BACK = 10
"""Messages shown again of a room that is turned to."""

STYLE = Style.from_dict(
    {
        "time": "#808080",
        "event": "#808080",
        "room": "#808080 bold",
        "private": "#af5faf bold",
        "mention": "reverse",
        "trouble": "#d75f00",
        "bottom-toolbar": "noreverse bg:#303030 #d0d0d0",
        "bottom-toolbar.unread": "bold #ffffff",
        "bottom-toolbar.trouble": "bold #ffaf00",
    }
)


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
        self._begun = ""
        """What was being typed when the house asked for a password."""
        self._bell = bell
        self._lines: deque[Line] = deque()
        self._skipped = 0
        self._news = asyncio.Event()
        self._over: Exit | None = None
        self._connected = True
        self._session: PromptSession[str] = PromptSession(
            completer=_Names(view),
            complete_while_typing=False,
            history=InMemoryHistory(),
            bottom_toolbar=self.toolbar,
            erase_when_done=True,
            key_bindings=self._keys(),
            style=STYLE,
            color_depth=None if color else ColorDepth.DEPTH_1_BIT,
            input=input,
            output=output,
        )
        # One of its own: what is typed here must be in no history.
        self._secret: PromptSession[str] = PromptSession(
            history=DummyHistory(),
            is_password=True,
            enable_suspend=False,
            erase_when_done=True,
            style=STYLE,
            color_depth=None if color else ColorDepth.DEPTH_1_BIT,
            input=input,
            output=output,
        )

    async def converse(self) -> Exit:
        """Let the person talk; give how it ended."""
        printing = asyncio.ensure_future(self._print())
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
            self._render(self._take())
        return self._over or Exit.OK

    async def _ask(self) -> None:
        if self.view.name is not None and self.view.wanted is not None:
            await self._ask_secret(self.view.wanted)
            return
        nameless = self.view.name is None
        default, self._begun = self._suggested if nameless else self._begun, ""
        text = await self._session.prompt_async(self._message, default=default)
        if self._over is None and text.strip():
            self._entered(text)

    async def _ask_secret(self, wanted: Wanted) -> None:
        choice = wanted is Wanted.CHOICE
        name = visible(self.view.name or "")
        secret = await self._secret.prompt_async("Choose a password: " if choice else f"Password for {name}: ")
        again = await self._secret.prompt_async("And once more: ") if choice and secret and self.view.wanted is wanted else secret
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
            self._show([[("event", f"-- waits for the connection: {visible(first)}{' …' if more else ''}")]])

    def turn_to(self, room: str) -> None:
        """Look at another room, and show the last of what was said there."""
        seen = self.view.rooms.get(room)
        if seen is None:
            return
        back = max(BACK, seen.unread)
        self.view.look(room)
        self._show(self.wording.entered(RoomEntered(room, seen.topic, False), seen.names()))
        for entry in list(seen.entries)[-back:]:
            if seen.since is not None and entry.seq > seen.since:
                seen.since = None
                self._show([self.wording.new_since(NewSince(room, 0))])
            self._show(self.wording.entry(EntryShown((room,), entry), you=self.view.you))
        self._refresh()

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
        self._refresh()

    def _happened(self, one: Happening) -> None:
        match one:
            case EntryShown():
                self._entry(one)
            case PageRead(room=room, entries=entries):
                for entry in entries:
                    self._show(self.wording.entry(EntryShown((), entry), you=self.view.you, numbered=room != INBOX))
            case EntriesMissed():
                self._show([self.wording.missed(one)])
            case NewSince() if one.room == self.view.focus:
                self._show([self.wording.new_since(one)])
            case Answered(answer=answer):
                self._show([[("event", visible(line))] for line in answer.lines])
            case Denied(why=why) | Noticed(text=why):
                self._trouble(why)
            case NameRefused(why=why):
                self._trouble(why)
            case PasswordAsked():
                self._password_asked()
            case PasswordRefused(why=why) | ChoiceAsked(why=why):
                self._trouble(why)
                self._turn_to_secrets()
            case Disconnected(why=why):
                self._connected = False
                self._trouble("The connection is lost. Trying to get it back; what you type is kept.")
            case Welcomed():
                self._welcomed(one)
            case RoomEntered(again=False) if one.room == self.view.focus:
                self._show(self.wording.entered(one, self.view.rooms[one.room].names()))
            case RoomLeft(room=room, why=why):
                self._show([[("event", f"-- {visible(why) or f'You left {visible(room)}.'}")]])
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
            self._show(self.wording.entry(shown, you=self.view.you, room=None if looked_at else shown.rooms[0]))
        if shown.mention and self._bell:
            self._session.output.bell()
            self._session.output.flush()

    def _password_asked(self) -> None:
        password, self._password = self._password, None
        if password is None:
            self._turn_to_secrets()
            return
        self.view.use_password(password)
        if self.link is not None:
            self.link.flush()

    def _turn_to_secrets(self) -> None:
        """End the ordinary question, keeping what was begun; the next one is for the secret."""
        app = self._session.app
        if app.is_running and not app.is_done:
            self._begun = self._session.default_buffer.text
            app.exit(result="")

    def _welcomed(self, happened: Welcomed) -> None:
        if happened.again:
            if not self._connected:
                self._show([[("event", "-- The connection is back.")]])
        else:
            self._show([[("event", f"-- {visible(line)}")] for line in happened.welcome.splitlines()])
            self._show([[("event", f"-- You are {visible(happened.name)}. /help lists the commands, Ctrl-D leaves.")]])
        self._connected = True
        self._leave(self._secret)

    def _trouble(self, why: str) -> None:
        self._show([[("trouble", f"-- {visible(why)}")]])

    def _finish(self, how: Exit) -> None:
        if self._over is None:
            self._over = how
            self._leave(self._session)
            self._leave(self._secret)

    @staticmethod
    def _leave(session: PromptSession[str]) -> None:
        if session.app.is_running and not session.app.is_done:
            session.app.exit(result="")

    # -- the screen -----------------------------------------------------------------------------------------------------

    def toolbar(self) -> FormattedText:
        """Tell the room, who is here, how the connection is, and where else something was said."""
        bar = "class:bottom-toolbar"
        view = self.view
        seen = view.rooms.get(view.focus or "")
        parts: list[tuple[str, str]] = []
        if seen is not None:
            parts.append((bar, f" {visible(seen.name)} · {len(seen.people)} here · {visible(view.you)}"))
        if view.phase is not Phase.HERE and view.name is not None:
            parts.append((f"{bar}.trouble", " · connecting …"))
        if view.waiting:
            parts.append((f"{bar}.trouble", f" · {view.waiting} to be sent"))
        for room in view.rooms.values():
            if room.unread:
                mark = "!" if room.mentions else ""
                parts.append((f"{bar}.unread", f" · {visible(room.name)} {room.unread}{mark}"))
        return FormattedText(parts or [(bar, " ")])

    def _refresh(self) -> None:
        self._session.app.invalidate()

    def _show(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if len(self._lines) >= MOST_LINES:
                self._lines.popleft()
                self._skipped += 1
            self._lines.append(line)
        self._news.set()

    def _take(self) -> list[Line]:
        taken: list[Line] = []
        if self._skipped:
            taken.append([("event", f"-- {self._skipped} lines went by too fast to be shown; /history has them.")])
        taken.extend(self._lines)
        self._lines.clear()
        self._skipped = 0
        return taken

    async def _print(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            lines = self._take()
            if lines:
                await run_in_terminal(lambda lines=lines: self._render(lines))  # type: ignore[misc]  # a default binds it now
            await asyncio.sleep(PACE)

    def _render(self, lines: Sequence[Line]) -> None:
        pieces: list[tuple[str, str]] = []
        for line in lines:
            pieces.extend((_style(name), text) for name, text in line)
            pieces.append(("", "\n"))
        if pieces:
            session: Any = self._session
            depth = session.color_depth or session.output.get_default_color_depth()
            print_formatted_text(session.output, FormattedText(pieces), STYLE, color_depth=depth)
            session.output.flush()
        self.view.saw(self.view.focus)
        self.view.saw_private()


def _style(name: str) -> str:
    kind, _, color = name.partition(" ")
    if kind == "name":
        return f"fg:{color} bold"
    return "" if kind == "text" else f"class:{kind}"


class _Names(Completer):
    """Complete what the view knows: names, commands, rooms."""

    def __init__(self, view: View) -> None:
        self.view = view

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        begun = len(text) - len(text.rpartition(" ")[0]) - (" " in text)
        for candidate in self.view.candidates(text):
            yield Completion(candidate, start_position=-begun, display=candidate.strip(": "))
