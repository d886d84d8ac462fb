"""What happened, as IRC says it: lines from whoever did it, for readers who have certain capabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chatroom.core.events import (
    Author,
    Ejected,
    Entry,
    Erased,
    Event,
    Invited,
    Joined,
    Left,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Removed,
    Renamed,
    RoleChanged,
    RoomBanned,
    RoomClosed,
    RoomOpened,
    RoomSet,
    RoomUnbanned,
    Said,
    Told,
    TopicChanged,
    Unmuted,
    WentAway,
    Whispered,
)
from chatroom.core.profile import host_of
from chatroom.core.session import Person
from chatroom.core.signals import CardChanged, Confided, Described, Recognised, RoomCardChanged, Signalled
from chatroom.wire.irc import modes
from chatroom.wire.irc.cuts import CUTS, read, rows
from chatroom.wire.irc.names import marks_of
from chatroom.wire.irc.out import ACTION, Out, line, room_for, stamped
from chatroom.wire.irc.plain import COMMANDS, plainly
from chatroom.wire.irc.scene import Scene
from chatroom.wire.moment import stamp
from chatroom.wire.order import worded
from chatroom.wire.text import lines

Caps = frozenset[str]
DEEDS = (PutOut, TopicChanged, RoomSet, RoleChanged, RoomBanned, RoomUnbanned, Ejected, Muted, Unmuted)
"""What is done to a room or to somebody in it, which is shown to who did it as part of the answer."""
WORDS = frozenset({"server-time", "message-tags", "account-tag", "batch", "draft/multiline"})
"""The capabilities that change how words are shown: whoever has the same of these shares their rendering."""
FOR_EACH = frozenset({"time", "account", "bot"})
"""The tags every line of a text bears that had to be cut; the others are the first one's."""
METADATA = "draft/metadata-2"
HEARD = "="
"""What stands before a key of a card that a reader wants to hear of, among what it can be shown."""
MULTILINE = "draft/multiline"
CONCAT = "draft/multiline-concat"


def tags_of(entry: Entry, scene: Scene, caps: Caps) -> dict[str, str]:
    """Give the tags of what happened."""
    tags: dict[str, str] = {}
    if "server-time" in caps:
        tags["time"] = stamp(entry.at)
    if "message-tags" in caps:
        if entry.kept or isinstance(entry.event, Told | Signalled | Confided | Removed):
            tags["msgid"] = entry.id
        if isinstance(entry.event, Said | Told | Signalled | Confided):
            tags |= {key: value for key, value in entry.event.tags if key != CUTS}
    by = entry.event.by
    return tags | tags_by(Author(entry.event.new, by.member) if isinstance(entry.event, Renamed) else by, scene, caps)


def tags_by(author: Author, scene: Scene, caps: Caps) -> dict[str, str]:
    """Give the tags of whatever somebody does: which member they are, and whether a bot."""
    tags: dict[str, str] = {}
    if "account-tag" in caps and author.member is not None:
        tags["account"] = scene.account(author.member)
    if "message-tags" in caps and (person := scene.person(author)) is not None and person.bot:
        tags["bot"] = ""
    return tags


def happened(entry: Entry, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Give the lines of what happened, for readers of `room`."""
    return _SHOWN[type(entry.event)](entry, entry.event, room, scene, caps)


def words(entry: Entry, target: str, scene: Scene, caps: Caps) -> list[Out]:
    """Give the lines of words said to a target, as many as they need."""
    event = entry.event
    if not isinstance(event, (Said, Told, Confided)):
        return []
    tags, body = tags_of(entry, scene, caps), plainly(event, target, scene)
    if body is not None:
        return [Out(body, tags)]
    source, command = scene.source(event.by), COMMANDS[event.manner]
    room = room_for(source, command, target) - (len(ACTION) - 2 if event.manner == "act" else 0)
    cut = rows(lines(event.text), read(event.tags), room)
    if event.manner == "act":
        cut = [[ACTION.format(piece) for piece in one] for one in cut]
    elif MULTILINE in caps and "batch" in caps and (len(cut) > 1 or len(cut[0]) > 1):
        return _multiline(entry, source, command, target, cut, tags)
    shown = [line(source, command, target, piece) for one in cut for piece in one if piece]
    for one in shown[:1]:
        one.tags = tags
    for one in shown[1:]:
        one.tags = {key: value for key, value in tags.items() if key in FOR_EACH}
    return shown


def recalled(entries: Sequence[Entry], target: str, scene: Scene, caps: Caps) -> list[Out]:
    """Give the lines of words said before, with their time in them for clients that could not tell it otherwise."""
    shown: list[Out] = []
    for entry in entries:
        event = entry.event
        for one in words(entry, event.to.name if isinstance(event, Told) else target, scene, caps):
            if "server-time" not in caps:
                one.body = stamped(one.body, entry.at)
            shown.append(one)
    return shown


def _multiline(entry: Entry, source: str, command: str, target: str, cut: list[list[str]], tags: dict[str, str]) -> list[Out]:
    shown = [line(source, "BATCH", f"+{entry.id}", MULTILINE, target, tags=tags)]
    for one in cut:
        for number, piece in enumerate(one):
            concat = {CONCAT: ""} if number else {}
            shown.append(line(source, command, target, piece, tags={"batch": entry.id, **concat}))
    return [*shown, line(source, "BATCH", f"-{entry.id}")]


def _said(entry: Entry, event: Said, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return words(entry, scene.channel(room), scene, caps)


def _joined(entry: Entry, event: Joined, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    person, source, tags = scene.person(event.by), scene.source(event.by), tags_of(entry, scene, caps)
    account = scene.account(event.by.member) or "*"
    more = (account, person.real or person.name if person is not None else event.by.name) if "extended-join" in caps else ()
    shown = [line(source, "JOIN", scene.channel(room), *more, tags=tags)]
    if "away-notify" in caps and person is not None and person.known_away:
        shown.append(line(source, "AWAY", person.known_away, tags=tags))
    if person is not None:
        shown += [*_standing(entry, person, room, scene, caps), *card_of(person, source, scene, caps)]
    return shown


def _standing(entry: Entry, person: Person, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Tell what somebody who comes is in the room already, as those who came before cannot know it."""
    found = scene.hub.rooms.get(room)
    marks = "" if found is None else marks_of(person, found, every=True)
    if not marks:
        return ()
    tags = {"time": stamp(entry.at)} if "server-time" in caps else {}
    letters = "".join(modes.LETTERS[mark] for mark in marks)
    return [line(scene.server, "MODE", scene.channel(room), f"+{letters}", *[person.name] * len(marks), tags=tags)]


def card_of(person: Person, source: str, scene: Scene, caps: Caps) -> list[Out]:
    """Tell how somebody's card stands who has come, as far as the reader wants to hear of it."""
    card = scene.hub.cards.of(person.inbox)
    return [line(source, "METADATA", person.name, key, "*", text) for key, text in card.items() if f"{HEARD}{key}" in caps]


def _left(entry: Entry, event: Left, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    reason = (event.reason,) if event.reason else ()
    return [line(scene.source(event.by), "PART", scene.channel(room), *reason, tags=tags_of(entry, scene, caps))]


def _quit(entry: Entry, event: Quit, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    own = f"Quit: {event.reason}" if event.reason else "Quit"
    why = own if event.own else event.reason or "Connection closed"
    return [line(scene.source(event.by), "QUIT", why, tags=tags_of(entry, scene, caps))]


def _put_out(entry: Entry, event: PutOut, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return [line(scene.source(event.who), "QUIT", killed(event.by, event.reason), tags=tags_of(entry, scene, caps))]


def killed(by: Author, reason: str) -> str:
    """Tell by whom somebody was put out of the house, and why."""
    return f"Killed ({by.name} ({reason}))" if reason else f"Killed ({by.name})"


def _renamed(entry: Entry, event: Renamed, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return [line(scene.source(event.by), "NICK", event.new, tags=tags_of(entry, scene, caps))]


def _topic(entry: Entry, event: TopicChanged, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return [line(scene.source(event.by), "TOPIC", scene.channel(room), event.topic, tags=tags_of(entry, scene, caps))]


def _went_away(entry: Entry, event: WentAway, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    if "away-notify" not in caps:
        return ()
    message = (event.message,) if event.message else ()
    return [line(scene.source(event.by), "AWAY", *message, tags=tags_of(entry, scene, caps))]


def _unshown(entry: Entry, event: Event, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return ()


def _set(entry: Entry, event: RoomSet, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    if event.setting == "slow":
        return _told_of(entry, event, room, scene, caps)
    there = scene.hub.rooms.get(room)
    changed = modes.of_setting(event.setting, event.value, event.was, there.rights.key if there is not None else "")
    return [line(scene.source(event.by), "MODE", scene.channel(room), *changed, tags=tags_of(entry, scene, caps))] if changed else ()


def _role(entry: Entry, event: RoleChanged, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    sign, letter = "+" if event.on else "-", modes.ROLES[event.role]
    return [line(scene.source(event.by), "MODE", scene.channel(room), sign + letter, event.who.name, tags=tags_of(entry, scene, caps))]


def _banned(entry: Entry, event: RoomBanned, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return [line(scene.source(event.by), "MODE", scene.channel(room), "+b", modes.mask_of(event.who), tags=tags_of(entry, scene, caps))]


def _unbanned(entry: Entry, event: RoomUnbanned, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return [line(scene.source(event.by), "MODE", scene.channel(room), "-b", modes.mask_of(event.who), tags=tags_of(entry, scene, caps))]


def _ejected(entry: Entry, event: Ejected, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    why = event.reason or event.by.name
    return [line(scene.source(event.by), "KICK", scene.channel(room), event.who.name, why, tags=tags_of(entry, scene, caps))]


def _told_of(entry: Entry, event: Event, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Tell a room of what IRC has no word for."""
    return [line(scene.server, "NOTICE", scene.channel(room), worded(event), tags=tags_of(entry, scene, caps))]


def _removed(entry: Entry, event: Removed, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return redacted(entry, event, scene.channel(room), scene, caps)


def redacted(entry: Entry, event: Removed, target: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Take back what was said to a target, on clients that can."""
    if "draft/message-redaction" not in caps:
        return ()
    tags, reason = tags_of(entry, scene, caps), ((event.reason,) if event.reason else ())
    return [line(scene.source(event.by), "REDACT", target, one, *reason, tags=dict(tags)) for one in event.ids]


def _confided(entry: Entry, event: Confided, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    target = modes.SOME[event.role] + scene.channel(event.room)
    return words(entry, target, scene, caps) if event.text else signalled(entry, event, target, scene, caps)


def _signalled(entry: Entry, event: Signalled, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return signalled(entry, event, scene.channel(room), scene, caps)


def signalled(entry: Entry, event: Signalled | Confided, target: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Pass on tags to clients that know of them."""
    if "message-tags" not in caps:
        return ()
    return [line(scene.source(event.by), "TAGMSG", target, tags=tags_of(entry, scene, caps))]


def _described(entry: Entry, event: Described, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    if "setname" not in caps:
        return ()
    return [line(scene.source(event.by), "SETNAME", event.real, tags=tags_of(entry, scene, caps))]


def _recognised(entry: Entry, event: Recognised, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    now = Author(event.by.name, event.member, event.by.stay)
    tags, shown = tags_of(entry, scene, caps), []
    if "chghost" in caps:
        shown.append(rehosted(event.by, now, scene))
    if "account-notify" in caps:
        shown.append(line(scene.source(now), "ACCOUNT", scene.account(event.member)))
    for one in shown:
        one.tags = dict(tags)
    return shown


def rehosted(before: Author, now: Author, scene: Scene) -> Out:
    """Show that somebody's host is another."""
    user, host = scene.source(now).partition("!")[2].split("@")
    return line(f"{before.name}!{user}@{host_of(before, before.stay)}", "CHGHOST", user, host)


def _asked_in(entry: Entry, event: Invited, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Show an invitation of somebody else."""
    return [invited(entry, event, scene, caps)] if "invite-notify" in caps else ()


def _card_changed(entry: Entry, event: CardChanged, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return _stands(entry, event, event.by.name, scene, caps)


def _room_card_changed(entry: Entry, event: RoomCardChanged, room: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    return _stands(entry, event, scene.channel(room), scene, caps)


def _stands(entry: Entry, event: CardChanged | RoomCardChanged, target: str, scene: Scene, caps: Caps) -> Sequence[Out]:
    """Tell what stands on a card now, to who wants to hear of it."""
    if f"{HEARD}{event.key}" not in caps:
        return ()
    text = () if event.text is None else (event.text,)
    return [line(scene.source(event.by), "METADATA", target, event.key, "*", *text, tags=tags_of(entry, scene, caps))]


def invited(entry: Entry, event: Invited, scene: Scene, caps: Caps) -> Out:
    """Show an invitation to whom it is for."""
    return line(scene.source(event.by), "INVITE", event.to.name, scene.channel(event.room), tags=tags_of(entry, scene, caps))


_SHOWN: dict[type[Event], Callable[[Entry, Any, str, Scene, Caps], Sequence[Out]]] = {
    Said: _said,
    Told: _unshown,
    TopicChanged: _topic,
    RoomOpened: _unshown,
    Removed: _removed,
    Erased: _unshown,
    Confided: _confided,
    Signalled: _signalled,
    Described: _described,
    CardChanged: _card_changed,
    RoomCardChanged: _room_card_changed,
    Recognised: _recognised,
    Joined: _joined,
    Left: _left,
    Quit: _quit,
    PutOut: _put_out,
    Renamed: _renamed,
    WentAway: _went_away,
    RoomSet: _set,
    RoleChanged: _role,
    RoomBanned: _banned,
    RoomUnbanned: _unbanned,
    RoomClosed: _told_of,
    Ejected: _ejected,
    Invited: _asked_in,
    Muted: _told_of,
    Unmuted: _told_of,
    Ordered: _unshown,
    Whispered: _unshown,
}


def kinds() -> Iterator[type[Event]]:
    """Iterate over the kinds of events that are known here."""
    return iter(_SHOWN)
