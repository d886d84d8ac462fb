"""What was asked of the house on behalf of a talk, and where its answer belongs."""

from __future__ import annotations

from collections.abc import Callable

from chatroom.client.gui.talk import Talk
from chatroom.client.plain import Connection
from chatroom.core.errors import Refused
from chatroom.wire.text import visible


class Asking:
    """Ask for talks, and remember for which; of as much as the view keeps requests. `refused` is told what cannot even be asked."""

    def __init__(self, link: Connection, refused: Callable[[Talk | None, str], None]) -> None:
        self._link = link
        self._refused = refused
        self._talks: dict[int, Talk] = {}

    def send(self, talk: Talk | None, ask: Callable[[], int], shown: str = "") -> bool:
        """Ask for something on behalf of a talk, which shows until it is there what is `shown`; tell whether it was asked."""
        try:
            number = ask()
        except Refused as why:
            self._refused(talk, str(why))
            return False
        if talk is not None:
            self._talks[number] = talk
            if shown:
                talk.pane.to_end()
                talk.pane.wait(number, visible(shown.strip()))
        self._link.flush()
        return True

    def read_back(self, talk: Talk, ask: Callable[[], int]) -> None:
        """Ask for what was before the oldest that a talk shows, unless that is under way, or there is nothing."""
        if talk.reading is not None or talk.all_read:
            return
        try:
            talk.reading = ask()
        except Refused:
            return
        self._talks[talk.reading] = talk
        self._link.flush()

    def settle(self, id: int) -> Talk | None:
        """Give the talk that an answer belongs to, if it is still there; it waits for it no longer."""
        talk = self._talks.pop(id, None)
        if talk is not None and talk.winfo_exists():
            talk.pane.settle(id)
            return talk
        return None
