"""The bar below the prompt: the room, who is here, how the connection is, and where else something was said."""

from __future__ import annotations

from prompt_toolkit.formatted_text import FormattedText

from chatroom.dialogue import Phase
from chatroom.view import View
from chatroom.wire.text import visible

BAR = "class:bottom-toolbar"


def bar(view: View) -> FormattedText:
    """Tell what a view knows, in a row."""
    seen = view.rooms.get(view.focus or "")
    parts: list[tuple[str, str]] = []
    if seen is not None:
        parts.append((BAR, f" {visible(seen.name)} · {len(seen.people)} here · {visible(view.you)}"))
    if view.phase is not Phase.HERE and view.name is not None:
        parts.append((f"{BAR}.trouble", " · connecting …"))
    if view.waiting:
        parts.append((f"{BAR}.trouble", f" · {view.waiting} to be sent"))
    for room in view.rooms.values():
        if room.unread:
            mark = "!" if room.mentions else ""
            parts.append((f"{BAR}.unread", f" · {visible(room.name)} {room.unread}{mark}"))
    return FormattedText(parts or [(BAR, " ")])
