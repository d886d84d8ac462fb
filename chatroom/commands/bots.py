"""/bots [list | add NAME [RANK] [ROOM …] | remove NAME]: see and change which programs have a token.

A bot posts and reads over HTTP, as with curl, and is in no room. add shows its token, once. RANK is guest (the usual), member or
moderator. Without rooms it may use the lobby; * is every room that anybody may enter. remove takes its token away at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from chatroom.core.action import PARAMS, action
from chatroom.core.bots import EVERYWHERE, ROOMS, Bot, digest
from chatroom.core.call import Call
from chatroom.core.effects import Close, Effect
from chatroom.core.names import clean_name
from chatroom.core.rank import Rank
from chatroom.core.seams import Put
from chatroom.core.verb import Verb, described

RANKS = {str(rank): rank for rank in (Rank.GUEST, Rank.MEMBER, Rank.MODERATOR)}


def perform(call: Call) -> None:
    """Do what the first word says."""
    do, rest = action(call, ACTIONS)
    do(call, rest.split())


def _list(call: Call, words: Sequence[str]) -> None:
    bots = list(call.hub.keeper.bots)
    call.answer(
        *([f"{bot.name}, {bot.rank}, in {', '.join(bot.rooms)}; made by {bot.by}" for bot in bots] or ["There are no bots."]),
        bots=[{"name": bot.name, "rank": str(bot.rank), "rooms": bot.rooms, "by": bot.by} for bot in bots],
    )


def _add(call: Call, words: Sequence[str]) -> None:
    if not words:
        raise call.verb.wrong("add takes a name.")
    hub = call.hub
    name = clean_name(words[0], hub.limits.name)
    rank = RANKS.get(words[1].lower()) if len(words) > 1 else None
    named = list(words[1:] if rank is None else words[2:])
    if len(named) > ROOMS:
        raise call.verb.wrong(f"add takes at most {ROOMS} rooms.")
    change = object()
    rooms = tuple(dict.fromkeys(one if one == EVERYWHERE else hub.room_name(one) for one in named)) or (hub.rules.lobby,)

    def made(token: str) -> Sequence[Effect]:
        bot = Bot(name, hub.new_id(), digest(token), rank or Rank.GUEST, rooms, call.person.name, call.now)
        hub.roster.check(name)
        hub.keeper.bots.add(change, bot)
        hub.roster.own(name, bot.id)
        undo, done = _settling(call, change, bot)
        lines = (f"{name} may use HTTP now. Its token, which is shown only this once:", f"  {token}")
        told = call.answering(*lines, name=name, token=token)
        call.order(f"bots add {name} {bot.rank} {' '.join(rooms)}", puts=(bot.stored(),), answer=told, undo=undo, done=done)
        return ()

    call.ask("token", then=made, always=True)


def _remove(call: Call, words: Sequence[str]) -> None:
    if len(words) != 1:
        raise call.verb.wrong("remove takes a name.")
    hub = call.hub
    change = object()
    bot = hub.keeper.bots.remove(change, words[0])
    undo, done = _settling(call, change, bot)
    call.now_do(*(Close(session, "This token was taken back.") for session in hub.sessions if session.bearer == bot))
    told = call.answering(f"{bot.name} no longer has a token.")
    call.order(f"bots remove {bot.name}", puts=(Put(bot.key, None),), answer=told, undo=undo, done=done)


def _settling(call: Call, change: object, bot: Bot) -> tuple[Callable[[], None], Callable[[], None]]:
    """Give what undoes a change of a bot, and what keeps it; either may free its name."""

    def settle(stored: bool) -> None:
        if call.hub.keeper.bots.settle(change, bot, stored=stored):
            call.hub.roster.disown(bot.name)

    return partial(settle, False), partial(settle, True)


ACTIONS: dict[str, Callable[[Call, Sequence[str]], None]] = {"list": _list, "add": _add, "remove": _remove}

verb = Verb("bots", perform, params=PARAMS, rank=Rank.ADMIN, **described(__doc__))
