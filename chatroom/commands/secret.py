"""/secret [#ROOM] [on|off]: leave a room out of what others see, or let it be seen again.

Those who are not in it find it in no list; to come in they must know its name. For the room's operators, and moderators. /settings
tells how it is.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import STATE, shut_room, switch, turned_on
from chatroom.core.verb import Verb, described


def perform(call: Call) -> None:
    """Leave the room out of what others see, or no longer."""
    if turned_on(call):
        shut_room(call)
    switch(call, key="secret", now_on="{} is secret: only those who are in it see it.", now_off="{} is seen by everybody.")


verb = Verb(
    "secret",
    perform,
    params=STATE,
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
