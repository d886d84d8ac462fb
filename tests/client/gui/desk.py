"""A person at the windows, on a screen that nobody sees, before a house in memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import tkinter as tk
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.internet.task import deferLater
from zope.interface import implementer

from chatroom.client.gui.entrance import Entrance
from chatroom.client.gui.hearing import Hearing
from chatroom.client.gui.private import Private
from chatroom.client.gui.room import Room
from chatroom.client.gui.settings import Settings
from chatroom.client.link import Link
from chatroom.client.opening import Target
from chatroom.testing import World
from chatroom.view import View
from chatroom.wires import Wire


@contextmanager
def screen(size: str = "1280x900") -> Iterator[str]:
    """Give the name of a screen in memory, as long as it is needed."""
    asked, told = os.pipe()
    command = ["Xvfb", "-displayfd", str(told), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[told], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(told)
    try:
        with os.fdopen(asked) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def screens_can_be_had() -> bool:
    """Tell whether this machine can show windows to nobody."""
    return shutil.which("Xvfb") is not None


@implementer(IStreamClientEndpoint)
class Endpoint:
    """Connect to the house of a desk, while there is one."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        if self.desk.world is None:
            return deferLater(self.desk.clock, 0.1, _refuse)
        ours, theirs = Wire(self.desk.clock), Wire(self.desk.clock, self.desk.address)
        theirs.protocol = self.desk.world.native.factory.buildProtocol(theirs.getPeer())
        ours.protocol = protocolFactory.buildProtocol(ours.getPeer())
        self.desk.wires = (ours, theirs)
        theirs.protocol.makeConnection(theirs)
        ours.protocol.makeConnection(ours)
        made: Deferred[IProtocol] = Deferred()
        made.callback(ours.protocol)
        return made


class Desk:
    """Be somebody at the windows; `world` is the house, or None when there is none."""

    address = "192.0.2.7"

    def __init__(self, root: tk.Tk, world: World, file: Path) -> None:
        self.root = root
        self.world: World | None = world
        self.clock = world.clock
        self.wires: tuple[Wire, Wire] | None = None
        self.closed = False
        self.browsed: list[str] = []
        self.settings = Settings(file)
        self.entrance = self.open()

    def open(self, **options: Any) -> Entrance:
        """Open the form."""
        return Entrance(
            self.root, self.clock, self.settings, close=self._closed, browse=self.browsed.append, connect=self._connect, **options
        )

    def _closed(self) -> None:
        self.closed = True

    def _connect(self, view: View, where: Target, reactor: Any, tell: Any, say: Any) -> Link:
        if where.encrypted:
            say("The certificate is new.")
        return Link(view, Endpoint(self), self.clock, tell)

    def arrive(self, name: str = "ann") -> Desk:
        """Come in by that name."""
        self.entrance.start(Target("127.0.0.1", 5000, name))
        self.rest()
        return self

    def rest(self, seconds: float = 0.0) -> None:
        """Let everything happen that is due, on both sides."""
        self._move()
        if self.world is not None:
            self.world.rest(seconds)
        else:
            self.clock.advance(seconds)
        self._move()
        self.draw()

    def _move(self) -> None:
        for _ in range(50):
            if self.wires is None:
                return
            ours, theirs = self.wires
            said, heard = ours.taken(), theirs.taken()
            theirs.feed(said)
            ours.feed(heard)
            if self.world is not None:
                self.world.rest()
            if theirs.lost and not ours.lost:
                ours.end()
            if ours.lost and not theirs.lost:
                theirs.end()
            if not said and not heard:
                return

    def draw(self) -> None:
        """Show at once what would be shown soon."""
        for room in self.rooms.values():
            room.talk.pane.draw()
        for window in self.privates.values():
            window.talk.pane.draw()
        if self.entrance.hearing is not None:
            self.hearing.window.draw_people()
        self.root.update()

    def breaks(self) -> None:
        """Let the connection break."""
        assert self.wires is not None
        ours, theirs = self.wires
        self.wires = None
        ours.end()
        theirs.end()
        self.rest()

    # -- what is on the screen

    @property
    def hearing(self) -> Hearing:
        assert self.entrance.hearing is not None
        return self.entrance.hearing

    @property
    def rooms(self) -> dict[str, Room]:
        return self.entrance.hearing.window.rooms if self.entrance.hearing is not None else {}

    @property
    def privates(self) -> dict[str, Private]:
        return self.entrance.hearing.privates.windows if self.entrance.hearing is not None else {}

    @property
    def lobby(self) -> Room:
        return self.rooms["lobby"]

    def lines(self, room: str = "lobby") -> list[str]:
        """Give what stands in a room's tab, without times and headings."""
        return shown(self.rooms[room].talk.pane.text)

    def told(self, peer: str) -> list[str]:
        """Give what stands in a private window."""
        return shown(self.privates[peer].talk.pane.text)

    def tabs(self) -> list[str]:
        book = self.hearing.window.tabs
        return [str(book.tab(tab, "text")) for tab in book.tabs()]

    def status(self) -> str:
        return str(self.hearing.window.status.cget("text"))

    # -- what the person does

    def types(self, text: str, room: str = "lobby") -> None:
        """Write into a room, and press Return."""
        writing = self.rooms[room].talk.writing
        writing.text.focus_force()
        self.root.update()
        writing.put(text)
        writing.text.event_generate("<Return>")
        self.rest()

    def tells(self, peer: str, text: str) -> None:
        """Write into a private window, and press Return."""
        writing = self.privates[peer].talk.writing
        self.privates[peer].come_forward()
        self.root.update()
        writing.put(text)
        writing.text.event_generate("<Return>")
        self.rest()

    def double_clicks(self, name: str) -> None:
        """Double-click somebody among the people of the lobby."""
        people = self.lobby.people.list
        box = people.bbox(people.get(0, "end").index(f" {name}"))
        assert box is not None
        x, y, _, height = box
        for event in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>", "<ButtonPress-1>", "<ButtonRelease-1>"):
            people.event_generate(event, x=x + 2, y=y + height // 2)
        self.rest()

    def fills(self, **fields: str) -> None:
        """Fill the form's fields, and press the button."""
        for name, value in fields.items():
            getattr(self.entrance.form, name).set(value)
        self.entrance.form.button.invoke()
        self.rest()

    def complaint(self) -> str:
        return self.entrance.form.said.get()

    def secrets(self) -> list[str]:
        """Name the secrets that the form asks for."""
        form = self.entrance.form
        return [name for name in ("password", "chosen", "again") if form.fields[name].grid_info()]


def _refuse() -> IProtocol:
    raise error.ConnectionRefusedError


def shown(text: tk.Text) -> list[str]:
    """Give the lines of a pane, without times and the headings of days."""
    lines = text.get("1.0", "end-1c").splitlines()
    kept = [line for at, line in enumerate(lines) if "day" not in text.tag_names(f"{at + 1}.0")]
    return [line.partition("] ")[2] if line.startswith("[") else line for line in kept]
