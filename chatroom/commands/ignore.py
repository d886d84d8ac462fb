"""/ignore [NAME]: stop seeing what somebody says, here and in private; without a name, whom you ignore."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.effects import Filter
from chatroom.core.errors import IgnoringTooMany
from chatroom.core.names import clean_name, fold
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Add somebody to those whom this session does not see."""
    ignoring = call.session.ignoring
    if "name" not in call.args:
        names = sorted(ignoring.values(), key=str.casefold)
        call.answer(f"You ignore {', '.join(names)}." if names else "You ignore nobody.", ignoring=names)
        return
    name = clean_name(call.args["name"], call.hub.limits.name, starred=True)
    if fold(name) == fold(call.person.name):
        raise call.verb.wrong("You cannot ignore yourself.")
    if len(ignoring) >= call.hub.limits.ignored and fold(name) not in ignoring:
        raise IgnoringTooMany(limit=call.hub.limits.ignored)
    ignoring[fold(name)] = name
    call.now_do(Filter(call.session))
    unknown = "" if call.hub.roster.find(name) else " Nobody here is called that now."
    call.answer(f"You no longer see what {name} says. /unignore {name} ends that.{unknown}", ignoring=sorted(ignoring.values()))


verb = Verb("ignore", perform, params=(Param("name", Takes.REST, optional=True),), console=False, **described(__doc__))
