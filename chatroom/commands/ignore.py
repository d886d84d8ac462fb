"""/ignore [NAME]: stop seeing what somebody says, here and in private; without a name, list whom you ignore.

It holds for the person, whatever they are called meanwhile, and for whoever comes back under the name. Nobody is told.
"""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Filter
from chatroom.core.errors import IgnoringTooMany
from chatroom.core.ignoring import Ignored
from chatroom.core.likeness import fold
from chatroom.core.names import clean_name
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Add somebody to those whom this session does not see."""
    ignoring = call.session.ignoring
    if "name" not in call.args:
        names = ignoring.names()
        call.answer(f"You ignore {', '.join(names)}." if names else "You ignore nobody.", ignoring=names)
        return
    one = whose(call, clean_name(call.args["name"], call.hub.limits.name, starred=True))
    if one.inbox == call.person.inbox or fold(one.name) == fold(call.person.name):
        raise call.verb.wrong("You cannot ignore yourself.")
    if len(ignoring) >= call.hub.limits.ignored and one not in ignoring:
        raise IgnoringTooMany(limit=call.hub.limits.ignored)
    ignoring.add(one)
    call.now_do(Filter(call.session))
    unknown = "" if one.inbox else " Nobody here is called that now."
    call.answer(f"You no longer see what {one.name} says. /unignore {one.name} ends that.{unknown}", ignoring=ignoring.names())


def whose(call: Call, name: str) -> Ignored:
    """Give who is called `name`: somebody here, or a member; or the name alone."""
    person = call.hub.roster.find(name)
    if person is not None:
        return Ignored(name, person.inbox)
    member = call.hub.keeper.members.find(name) if "@" not in name else None
    return Ignored(name, "" if member is None else f"@{member.id}")


verb = Verb("ignore", perform, params=(Param("name", Takes.REST, optional=True),), console=False, **described(__doc__))
