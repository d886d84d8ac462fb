"""/lock [#ROOM] [on|off]: let only those who keep order in a room set its topic, or everybody again.

For the room's operators, and moderators. /settings tells how it is.
"""

from __future__ import annotations

from functools import partial

from chatroom.core.keeping import STATE, switch
from chatroom.core.verb import Verb, described

verb = Verb(
    "lock",
    partial(
        switch,
        key="lock",
        now_on="Only those who keep order in {} may set its topic.",
        now_off="Everybody in {} may set its topic.",
    ),
    params=STATE,
    roomy=True,
    scoped=True,
    keeping=True,
    **described(__doc__),
)
