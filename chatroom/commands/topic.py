"""/topic [TEXT]: show the room's topic, or set it; a single - clears it.

At a console, which is in no room, #ROOM before it names one; otherwise it is the lobby's. What is set there is on record.
"""

from __future__ import annotations

import json

from chatroom.core.call import Call, bounded, cut, single
from chatroom.core.effects import Send
from chatroom.core.events import HOUSE, Ordered, TopicChanged
from chatroom.core.room import Room
from chatroom.core.seams import Put
from chatroom.core.speech import check_house
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show or change the topic."""
    room, given = _meant(call)
    if given is None:
        call.in_turn(lambda: _shown(call, room))
        return
    text = "" if given.strip() == "-" else bounded(single(given), call.hub.limits.topic, "topic")
    check_house(call)
    room.rights.check_topic(call.who, call.now)
    put = Put(f"topic/{room.name}", json.dumps({"text": text, "by": call.person.name, "at": call.now}))
    order = Ordered(call.person.author, call.where, f"topic of #{room.name}: {cut(text, call.hub.limits.reason) or '-'}")
    record = [(HOUSE, order)] if call.session.console else []
    call.post((room.name, TopicChanged(call.person.author, text)), *record, puts=(put,))


def _meant(call: Call) -> tuple[Room, str | None]:
    """Give the room that is meant and the topic it is to have; elsewhere than at a console a topic may begin with a #."""
    given: str | None = call.args.get("topic")
    if not call.session.console or given is None or not given.startswith("#"):
        return call.room, given
    name, _, topic = given.removeprefix("#").partition(" ")
    return call.hub.existing(name), topic.strip() or None


def _shown(call: Call, room: Room) -> Send:
    topic = room.topic
    line = f"The topic of {room.name} is: {topic.text}" if topic.text else f"{room.name} has no topic. /topic TEXT sets one."
    return call.answering(line, room=room.name, topic=topic.text, by=topic.by, at=topic.at)


verb = Verb("topic", perform, params=(Param("topic", Takes.REST, optional=True),), roomy=True, **described(__doc__))
