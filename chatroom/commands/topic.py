"""/topic [TEXT]: show the room's topic, or set it; a single - clears it."""

from __future__ import annotations

import json

from chatroom.core.call import Call, bounded
from chatroom.core.events import TopicChanged
from chatroom.core.room import Topic
from chatroom.core.seams import Put
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Show or change the topic."""
    room = call.room
    given = call.args.get("topic")
    if given is None:
        shown = room.topic.text or "none"
        call.answer(f"The topic of {room.name} is: {shown}", room=room.name, topic=room.topic.text, by=room.topic.by)
        return
    text = "" if given.strip() == "-" else bounded(" ".join(given.split()), call.hub.limits.topic, "topic")
    old, room.topic = room.topic, Topic(text, call.person.name, call.now)
    put = Put(f"topic/{room.name}", json.dumps({"text": text, "by": call.person.name, "at": call.now}))

    def undo() -> None:
        room.topic = old

    call.post((room.name, TopicChanged(call.person.author, text)), puts=(put,), undo=undo)


verb = Verb("topic", perform, params=(Param("topic", Takes.REST, optional=True),), roomy=True, **described(__doc__))
