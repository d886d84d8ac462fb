"""/enrol NAME MAIL PASSWORD: become a member before saying hello, if the host lets anybody; for programs.

Hello then wants no password.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chatroom.core.call import Call
from chatroom.core.effects import Effect
from chatroom.core.errors import IsAMember, NamedAlready, PasswordNeeded
from chatroom.core.events import HOUSE, Author, Ordered
from chatroom.core.members import Member, clean_mail
from chatroom.core.names import STAR, clean_name
from chatroom.core.rank import Rank
from chatroom.core.session import Session
from chatroom.core.targets import Party
from chatroom.core.verb import Param, Takes, Verb, described


def perform(call: Call) -> None:
    """Make a member of somebody who could come in as a guest of that name."""
    session, keeper = call.session, call.hub.keeper
    _check_unknown(session)
    keeper.check_secrecy(session.private)
    mail = clean_mail(call.args["mail"])
    if not mail:
        raise call.verb.wrong("A mail is needed.")
    name = _name(call)
    if keeper.access == "members":
        raise PasswordNeeded(name=name)
    keeper.check(Party(session.address, name), call.now)
    keeper.check_stranger()
    call.hub.roster.check(name)
    keeper.registrations.admit_guest(session.address, call.now)
    call.ask("add_member", mail, name, Rank.MEMBER, call.args["password"], then=partial(_added, call), waits=True, always=True)


def _check_unknown(session: Session) -> None:
    if session.person is not None:
        raise NamedAlready(name=session.person.name)
    if session.credentials.identified is not None:
        raise IsAMember(name=session.credentials.identified.name)


def _name(call: Call) -> str:
    given: str = call.args["name"].strip()
    # What a member owns is a name, whichever way they came by.
    return clean_name(given.removeprefix(STAR) if call.session.relayed else given, call.hub.limits.name)


def _added(call: Call, member: Member) -> Sequence[Effect]:
    call.session.credentials.identified = member
    answer = call.answering(f"You are a member now, and {member.name} is your name.", name=member.name)
    call.submit((HOUSE, Ordered(Author(member.name, member.id), call.where, "register")), then=lambda _: (answer,))
    return ()


verb = Verb(
    "enrol",
    perform,
    params=(Param("name"), Param("mail"), Param("password", Takes.REST)),
    nameless=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
