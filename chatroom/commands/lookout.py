"""/lookout: be told when others come and go, wherever they are, by name; for programs."""

from __future__ import annotations

from chatroom.core.call import Call
from chatroom.core.errors import LookingOutForTooMany
from chatroom.core.names import BLANKS
from chatroom.core.profile import facts
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Change what is looked out for, and tell who of those that were added, or of all, is here."""
    lookout, session, args = call.hub.lookout, call.session, call.args
    if args.get("clear", False):
        lookout.clear(session)
    for name in args.get("drop", ()):
        lookout.drop(session, name)
    left: list[str] = []
    added = [name for name in args.get("add", ()) if name.strip(BLANKS) and len(name) <= call.hub.limits.name]
    for name in added:
        try:
            lookout.add(session, name)
        except LookingOutForTooMany:
            left.append(name)
    asked = [name for name in added if name not in left] if "add" in args else lookout.names(session)
    found = {name: call.hub.roster.find(name) for name in asked}
    call.answer(
        here=[facts(person, call.now, call.person) for person in found.values() if person is not None],
        gone=[name for name, person in found.items() if person is None],
        names=lookout.names(session),
        left=left,
    )


verb = Verb(
    "lookout",
    perform,
    params=(
        Param("add", Takes.LIST, optional=True, typed=False),
        Param("drop", Takes.LIST, optional=True, typed=False),
        Param("clear", Takes.FLAG, optional=True, typed=False),
    ),
    hidden=True,
    console=False,
    **described(__doc__),
)
