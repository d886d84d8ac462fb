"""/identify NAME: show a member's password before saying hello, under that member's name or another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.commands.hello import Recognition
from chatroom.core.attempts import Attempt
from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import NamedAlready, PasswordToChoose, WrongPassword
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Have the password looked at."""
    session, keeper = call.session, call.hub.keeper
    if session.person is not None:
        raise NamedAlready(name=session.person.name)
    keeper.check_secrecy(session.private)
    who = call.args["name"].strip()
    attempt = keeper.admit_attempt(session.address, who, call.now)
    unmade = partial(keeper.attempts.take_back, attempt, call.now)
    then = partial(_recognised, call, attempt)
    call.ask("recognise", who, call.args["password"], then=then, refused=unmade, waits=True)


def _recognised(call: Call, attempt: Attempt, found: Recognition | None) -> Sequence[Effect]:
    keeper, session = call.hub.keeper, call.session
    if found is None:
        raise WrongPassword
    keeper.attempts.succeeded(attempt, call.now)
    member = found.member
    keeper.check(Party(session.address, member.name, member.id), call.now)
    if found.invited:
        session.invited = member
        raise PasswordToChoose(name=member.name)
    session.identified = member
    return (call.answering(name=member.name, member=member.id),)


verb = Verb(
    "identify",
    perform,
    params=(Param("name", Takes.REST), Param("password", Takes.REST, typed=False)),
    nameless=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
