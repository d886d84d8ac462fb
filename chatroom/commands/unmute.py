"""/unmute [#ROOM] WHO: let somebody speak again, named as for /mute or by the #number that /bans shows.

An operator lifts mutes in the room; a moderator in the house, or in the room named first.
"""

from __future__ import annotations

from chatroom.core.aim import by_name, knows_addresses, meant
from chatroom.core.bans import named
from chatroom.core.call import Call, party_of
from chatroom.core.events import Unmuted
from chatroom.core.keeping import rooms_of, scope, tell
from chatroom.core.targets import hits
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Lift the mutes that are meant, and put it on record."""
    room = scope(call)
    mutes = call.hub.keeper.mutes if room is None else room.rights.mutes
    found = mutes.sought(meant(call, call.args["who"]), call.hub.limits.name, call.now)
    change = mutes.pardon(found)

    def done() -> None:
        change.keep()
        tell(call.hub, people, "unmuted", f"You may speak {f'in {name} ' if name else ''}again.")

    targets = tuple(dict.fromkeys(hit for one in found for hit in one.targets))
    those = call.hub.people.values() if room is None else room.occupants
    told = targets if room is None else by_name(targets)
    people = [person for person in those if hits(told, [party_of(session) for session in person.sessions])]
    name = "" if room is None else room.name
    whom = " and ".join(named(targets, addresses=knows_addresses(call)))
    drafts = [("", Unmuted(call.person.author, rooms_of(people, room), one.shown(addresses=False)[0], name)) for one in found]
    call.order(
        f"unmute {f'#{name} ' if name else ''}{whom}",
        *drafts,
        puts=change.puts,
        answer=call.answering(f"Not muted any more: {whom}.", ids=[one.id for one in found]),
        undo=change.undo,
        done=done,
    )


verb = Verb("unmute", perform, params=(Param("who", Takes.REST),), roomy=True, scoped=True, keeping=True, **described(__doc__))
