"""/prove [FIRST]: prove that you know a member's password without saying it, by SCRAM-SHA-256; for programs.

FIRST is the client's first message; its last is the field `final`, and with neither the member is who you are from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from chatroom.commands.identify import check_stranger, succeed
from chatroom.core import scram
from chatroom.core.attempts import Attempt
from chatroom.core.becoming import ask_whose
from chatroom.core.call import Call
from chatroom.core.credentials import Proving
from chatroom.core.effects import Effect
from chatroom.core.errors import Malformed, WrongPassword
from chatroom.core.members import Member
from chatroom.core.verb import Param, Takes, Verb, described


class Challenge(Protocol):
    """Be what the office "challenge" gives."""

    @property
    def keys(self) -> scram.Keys:
        """Give what the proof is checked by."""

    @property
    def nonce(self) -> str:
        """Give our part of the nonce."""

    @property
    def member(self) -> Member | None:
        """Give whose keys these are; None for nobody's."""


def perform(call: Call) -> None:
    """Begin an exchange, go on with it, or end it."""
    check_stranger(call.session)
    if "first" in call.args:
        _begin(call)
        return
    proving, call.session.credentials.proving = call.session.credentials.proving, None
    if proving is None:
        raise Malformed(problem="A proof begins with the field first.")
    if "final" in call.args:
        _check(call, proving)
    elif proving.right:
        member = _still(call, proving)
        call.reply(*succeed(call, proving.attempt, member))
        call.ask("proven", member, then=lambda _: (), always=True)
    else:
        raise Malformed(problem="The field final is missing.")


def _begin(call: Call) -> None:
    call.session.credentials.proving = None
    first = scram.first(call.args["first"])
    ask_whose(call, first.account, "challenge", then=partial(_challenged, call, first))


def _challenged(call: Call, first: scram.First, attempt: Attempt, asked: Challenge) -> Sequence[Effect]:
    exchange = scram.Exchange(first, asked.keys, first.nonce + asked.nonce)
    call.session.credentials.proving = Proving(exchange, asked.member, attempt)
    return (call.answering(message=exchange.challenge),)


def _check(call: Call, proving: Proving) -> None:
    """Look at the proof."""
    answer = proving.exchange.proven(call.args["final"])
    if answer is None:
        raise WrongPassword
    _still(call, proving)
    call.session.credentials.proving = replace(proving, right=True)
    call.answer(message=answer)


def _still(call: Call, proving: Proving) -> Member:
    """Give the member whose password it is, as they are now; one that was changed meanwhile is wrong."""
    before = proving.member
    now = call.hub.keeper.members.get(before.id) if before is not None else None
    if before is None or now is None or now.secret != before.secret:
        raise WrongPassword
    return now


verb = Verb(
    "prove",
    perform,
    params=(Param("first", Takes.REST, optional=True), Param("final", Takes.REST, optional=True, typed=False)),
    nameless=True,
    hidden=True,
    console=False,
    **described(__doc__),
)
