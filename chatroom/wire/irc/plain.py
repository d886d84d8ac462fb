"""Words that stand in one line as they were said, as most do."""

from __future__ import annotations

from chatroom.core.events import Said, Told
from chatroom.core.signals import Confided
from chatroom.core.words import Placed
from chatroom.wire.irc.message import LINE
from chatroom.wire.irc.scene import Scene

COMMANDS = {"say": "PRIVMSG", "act": "PRIVMSG", "notice": "NOTICE"}
"""How words are said in IRC, by their manner."""
END = "\r\n"
_CONTROLS = bytes([*range(0x20), 0x7F])


def plainly(event: Said | Told | Confided, target: str, scene: Scene) -> str | None:
    """Give words said to a target as the one line they are; None if they take more, or do not stand there as they were said."""
    if event.manner == "act" or event.tags or " " in target:
        return None
    return _whole(f":{scene.source(event.by)} {COMMANDS[event.manner]} {target} :", event.text)


def plainly_said(event: Said, room: str, scene: Scene) -> str | None:
    """Give words said to a room, as `plainly`; what stands before them is made once for many."""
    if event.manner == "say" and not event.tags:
        return _whole(scene.before(event.by, room), event.text)
    return plainly(event, scene.channel(room), scene)


def plainly_in_a_row(row: Placed, room: str, scene: Scene) -> str | None:
    """Give words that one person said plainly to a room in a row as whole lines, if each stands in one as it was said."""
    texts = row.texts
    before, joined = scene.before(row.by, room), "".join(texts)
    if not all(texts) or not _is_plain(joined) or not before.isascii():
        return None
    if len(before) + max(map(len, texts)) > LINE - 2:
        return None
    return f"{before}{f'{END}{before}'.join(texts)}{END}"


def _is_plain(text: str) -> bool:
    # Quicker than isprintable() where the text is long, as that of a whole row.
    return text.isascii() and len(text.encode().translate(None, _CONTROLS)) == len(text)


def _whole(before: str, text: str) -> str | None:
    body = before + text
    fits = (len(body) if body.isascii() else 4 * len(body)) <= LINE - 2
    return body if text and fits and body.isprintable() else None
