"""The way in and out of a house: the form, the connection that comes of it, and what happens when either does not work.

Each wish of the form is tried with a connection of its own, until the house has let us in. From then on the connection is kept and made
again, and only what our person must decide brings the form back: another name, another password, or where else to go.
"""

from __future__ import annotations

import tkinter as tk
import webbrowser
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from chatroom.client.gui.form import Form, Wish
from chatroom.client.gui.hearing import Hearing
from chatroom.client.gui.notify import Notifier
from chatroom.client.gui.settings import Settings
from chatroom.client.gui.theme import LARGEST, LIGHT, SMALLEST, USUAL, Theme
from chatroom.client.gui.window import Action
from chatroom.client.link import Link
from chatroom.client.opening import HOST, PORT, Target, login, open_link, open_view, unreachable
from chatroom.client.wording import Wording
from chatroom.dialogue import Phase, Wanted
from chatroom.happening import (
    ChoiceAsked,
    Ended,
    Happening,
    NameRefused,
    Noticed,
    PasswordAsked,
    PasswordRefused,
    RoomEntered,
    TurnedAway,
    Welcomed,
)
from chatroom.view import View
from chatroom.wire.text import visible

CLIENT = "chatroom gui"
SIZE = "860x560"
SMALLEST_SIZE = (420, 320)


Connect = Callable[[View, Target, Any, Callable[[Any], None], Callable[[str], None]], Link]


class Entrance:
    """Show the form or the house; `close` ends the program."""

    def __init__(
        self,
        root: tk.Tk,
        reactor: Any,
        settings: Settings,
        *,
        close: Callable[[], None],
        theme: str | None = None,
        rooms: Iterable[str] = (),
        password: str = "",
        browse: Callable[[str], Any] = webbrowser.open_new_tab,
        connect: Connect = open_link,
        clear: bool | None = None,
    ) -> None:
        self.root = root
        self.settings = settings
        self.theme = Theme(root, theme or settings.text("theme", LIGHT.name), settings.number("letters", USUAL, SMALLEST, LARGEST))
        self.theme.follow(root)
        self.hearing: Hearing | None = None
        self.view: View | None = None
        self._reactor = reactor
        self._close = close
        self._rooms = tuple(rooms)
        self._password = password
        self._browse = browse
        self._connect_by = connect
        self._clear = clear
        self._said: list[str] = []
        """What is to be told of the house's certificate when there is a room to tell it in."""
        self._shut = 0
        """How many rooms did not let us in, before one did."""
        self._let_in = False
        self._notifier = Notifier(reactor, root.bell)
        self._wish = Wish(Target())
        self._link: Link | None = None
        self.form = Form(root, self.theme, self.connect, self._drop)
        root.title("chatroom")
        root.geometry(SIZE)
        root.minsize(*SMALLEST_SIZE)
        root.protocol("WM_DELETE_WINDOW", self.leave)
        root.bind("<FocusIn>", self._looked)
        self._show(self.form)

    def start(self, where: Target | None) -> None:
        """Fill the form with what was remembered or is asked for, and with a name asked for go there."""
        remembered = self.settings
        host, port = (where.host, where.port) if where else (remembered.text("host", HOST), remembered.number("port", PORT, 1, 65535))
        name = where.name if where and where.name else remembered.text("name", login())
        self.form.fill(Target(host, port, name))
        if where is not None and where.name:
            self.form.submit()

    # -- going in

    def connect(self, wish: Wish) -> None:
        """Go where a wish says, or go on with who we were there when only that was in the way."""
        before, self._wish = self._wish, wish
        view = self.view
        if view is not None and view.you and view.phase is not Phase.ENDED and self._same_place(before.where, wish.where):
            self._go_on(view, wish)
            return
        self._drop()
        self.view = view = open_view(wish.name, self._rooms, CLIENT)
        self._said.clear()
        self._shut, self._let_in = 0, False
        where = replace(wish.where, clear=self._clear)
        link = self._connect_by(view, where, self._reactor, self._happened, self._said.append)
        self._link = link
        link.start().addErrback(self._unreachable, link)

    def _same_place(self, one: Target, other: Target) -> bool:
        return (one.host, one.port) == (other.host, other.port)

    def _go_on(self, view: View, wish: Wish) -> None:
        if view.wanted is Wanted.PASSWORD and wish.name == view.name and wish.password:
            view.use_password(wish.password)
        else:
            view.call_me(wish.name)
        if self._link is not None:
            self._link.flush()

    def _unreachable(self, failure: Failure, link: Link) -> None:
        if link is self._link:
            self._drop()
            self.form.complain(unreachable(self._wish.where, failure), "host")

    def _drop(self) -> None:
        """Let go of the connection there is, and of what was shown of its house."""
        link, self._link, self.view = self._link, None, None
        if link is not None:
            link.stop()
        if self.hearing is not None:
            self.hearing.close()
            self.hearing = None

    # -- what happens

    def _happened(self, happenings: Sequence[Happening]) -> None:
        for one in happenings:
            self._greeted(one)
        if self.hearing is not None:
            self.hearing.happened(happenings)
            if self.hearing.window.here:
                self.hearing.remark(self._said)
                self._said.clear()

    def _greeted(self, one: Happening) -> None:
        match one:
            case Welcomed():
                self._welcomed(one)
            case NameRefused(why=why):
                self._back(why, "name")
            case PasswordAsked(why=why):
                self._password_asked(why)
            case PasswordRefused(why=why):
                self._password_refused(why)
            case ChoiceAsked(why=why):
                self._choice_asked(why)
            case TurnedAway(why=why):
                self._back(why, "name")
            case RoomEntered():
                self._let_in = True
            case Noticed(text=why) if self.hearing is not None and not self._let_in:
                self._shut_out(why)
            case Ended() if self.hearing is not None:
                self._back("", "name")

    def _welcomed(self, happened: Welcomed) -> None:
        if self.hearing is None and self.view is not None and self._link is not None:
            where = self._wish.where
            self.settings.remember(name=self._wish.name, host=where.host, port=where.port)
            self.hearing = Hearing(
                self.root,
                self.theme,
                self.view,
                self._link,
                self._reactor.seconds,
                wording=Wording(),
                notifier=self._notifier,
                browse=self._browse,
                leave=self.disconnect,
                actions=self._actions,
            )
        if self.hearing is not None:
            self.form.forget_secrets()
            self._show(self.hearing.window)
            self.hearing.window.focus_on_writing()

    def _shut_out(self, why: str) -> None:
        """Take note that a room did not let us in; when all of them said so there is nothing to be here for, and the form tells why."""
        self._shut += 1
        if self._shut == max(1, len(self._rooms)):
            self.disconnect()
            self.form.complain(visible(why), "name")

    def _password_asked(self, why: str) -> None:
        password = self._wish.password or self._password
        self._password = ""
        if password and self.view is not None:
            self.view.use_password(password)
            self._flush()
        else:
            self._show(self.form)
            self.form.ask_password(visible(why))
            self._hold()

    def _password_refused(self, why: str) -> None:
        self._show(self.form)
        if self.view is not None and self.view.wanted is Wanted.CHOICE:
            self.form.ask_choice(visible(why))
        else:
            self.form.ask_password(visible(why))
        self._hold()

    def _choice_asked(self, why: str) -> None:
        if self._wish.chosen and self.view is not None:
            self.view.choose_password(self._wish.chosen)
            self._flush()
        else:
            self._show(self.form)
            self.form.ask_choice(visible(why))
            self._hold()

    def _back(self, why: str, field: str) -> None:
        """Show the form again, with the reason; what our person wrote and was not sent waits in the view."""
        self._show(self.form)
        self.form.complain(visible(why), field)
        self._hold()

    def _hold(self) -> None:
        """Let go of a connection that never came in; the next wish makes its own."""
        if self.view is not None and not self.view.you:
            self._drop()

    def _flush(self) -> None:
        if self._link is not None:
            self._link.flush()

    def _looked(self, event: tk.Event[tk.Misc]) -> None:
        if self.hearing is None:
            return
        if event.widget is self.root:
            self.hearing.window.focus_on_writing()
        self.hearing.window.looked()

    # -- going out

    def disconnect(self) -> None:
        """Leave the house, and show the form."""
        self._drop()
        self.root.configure({"menu": ""})
        self.root.title("chatroom")
        self._show(self.form)
        self.form.forget_secrets()
        self.form.focus_on("name")

    def leave(self) -> None:
        """Leave the house and end the program."""
        self.root.withdraw()
        if self.hearing is not None:
            self.hearing.privates.close()
        self.say_goodbye().addBoth(lambda _: self._close())

    def say_goodbye(self) -> Deferred[None]:
        """Remember how it looked, and leave the house; the Deferred fires when that is done."""
        self.settings.remember(theme=self.theme.palette.name, letters=self.theme.size)
        return self._link.stop() if self._link is not None else succeed(None)

    def _show(self, shown: tk.Widget) -> None:
        window = self.hearing.window if self.hearing is not None else None
        for one in (self.form, window):
            if one is not None and one is not shown:
                one.pack_forget()
        shown.pack(fill="both", expand=True)

    def _actions(self, hearing: Hearing) -> dict[str, Sequence[Action]]:
        def step(by: int) -> Callable[[], None]:
            return lambda: hearing.window.step(by)

        return {
            "Room": (
                Action("Join a room …", ("<Control-j>",), lambda: hearing.window.joining.open()),
                Action("Leave this room", ("<Control-w>",), hearing.leave_room),
                Action("Next room", ("<Control-Next>", "<Control-Tab>"), step(1)),
                Action("Previous room", ("<Control-Prior>", "<Control-Shift-Tab>", "<Control-ISO_Left_Tab>"), step(-1)),
                Action("Leave the house", ("<Control-Shift-D>",), self.disconnect),
                Action("Quit", ("<Control-q>",), self.leave),
            ),
            "View": (
                Action("Find …", ("<Control-f>",), hearing.find),
                Action("People", ("<Control-p>",), hearing.choose_person),
                Action("Write", ("<Control-l>",), lambda: hearing.window.focus_on_writing()),
                Action("Light or dark", ("<Control-d>",), lambda: self._switch()),
                Action("Larger letters", ("<Control-plus>", "<Control-equal>", "<Control-KP_Add>"), lambda: self._resize(1)),
                Action("Smaller letters", ("<Control-minus>", "<Control-KP_Subtract>"), lambda: self._resize(-1)),
            ),
        }

    def _switch(self) -> None:
        self.settings.remember(theme=self.theme.switch().name)

    def _resize(self, by: int) -> None:
        self.theme.resize(self.theme.size + by)
        self.settings.remember(letters=self.theme.size)
