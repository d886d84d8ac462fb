"""/help [COMMAND]: the commands there are, or more about one."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.keeping import keeps_order
from chatroom.core.verb import Param, Takes, Verb, described, unknown

WIDE = 25
"""Columns for usages; a longer one pushes its summary to the right."""


def perform(call: Call) -> None:
    """Describe the verbs this session may ask for."""
    usable = sorted(call.hub.usable(call.session), key=lambda verb: verb.usage)
    fitting = usable if keeps_order(call.session) else [verb for verb in usable if not verb.keeping]
    if "command" not in call.args:
        width = min(WIDE, max(len(verb.usage) for verb in fitting))
        call.answer(
            *(f"{verb.usage:<{width}}  {verb.summary}" for verb in fitting),
            "Anything that does not begin with / is said to everyone in the room.",
            commands=[{"verb": verb.name, "usage": verb.usage, "summary": verb.summary} for verb in fitting],
        )
        return
    word = call.args["command"].strip().removeprefix("/").lower()
    found = call.hub.find_verb(word)
    if found is None or found not in usable:
        raise unknown(word, fitting)
    more = [found.help] if found.help else []
    others = [f"/{name}" for name in (found.name, *found.aliases) if f"/{name}" != found.usage.split()[0]]
    also = [f"Also: {', '.join(others)}"] if others else []
    call.answer(
        f"{found.usage}  {found.summary}",
        *more,
        *also,
        verb=found.name,
        usage=found.usage,
        summary=found.summary,
        help=found.help,
        aliases=list(found.aliases),
    )


verb = Verb("help", perform, params=(Param("command", Takes.REST, optional=True),), nameless=True, **described(__doc__))
