"""The bar below the prompt."""

from __future__ import annotations

import json
from typing import Any

from prompt_toolkit.formatted_text import fragment_list_to_text

from chatroom.client.bar import bar
from chatroom.view import View


def here(**room: Any) -> View:
    view = View("k" * 20, "ann")
    view.connected(0.0)
    hear(view, re="hello", ok=True, **{"is": "welcome"}, you="ann", rank="guest", welcome="")
    enter(view, "lobby", **room)
    return view


def hear(view: View, **fields: Any) -> None:
    view.received(json.dumps(fields).encode(), 0.0)


def enter(view: View, room: str, **fields: Any) -> None:
    hear(
        view, re=None, ok=True, **{"is": "entered", "epoch": "e", "seq": 0, "topic": "", "people": ["ann", "bob"]}, room=room, **fields
    )


def shown(view: View) -> str:
    return fragment_list_to_text(bar(view))


def test_it_tells_the_room_who_is_here_and_who_we_are() -> None:
    assert shown(here()) == " lobby · 2 here · ann"


def test_it_is_empty_but_there_before_we_are_anywhere() -> None:
    assert shown(View("k" * 20, None)) == " "


def test_it_counts_what_was_said_elsewhere_and_marks_what_is_for_us() -> None:
    view = here()
    enter(view, "dev")
    for seq, text in ((1, "tea?"), (2, "ann: tea?")):
        hear(view, **{"is": "said"}, room="dev", seq=seq, at="2025-11-21T14:02:00.000Z", id=str(seq), by="bob", text=text)
    assert shown(view) == " lobby · 2 here · ann · dev 2!"


def test_it_tells_that_there_is_no_connection_and_what_waits_for_it() -> None:
    view = here()
    view.disconnected("reset")
    view.typed("hi", 0.0)
    assert shown(view) == " lobby · 2 here · ann · connecting … · 1 to be sent"
