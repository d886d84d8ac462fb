"""One's own modes.

B  a bot, to which nothing is shown that it did not ask for    i  listed for those alone who share a room with one
o  keeps order in the house, which OPER alone gives one        w  is told what those who do tell all who want to hear it
"""

from __future__ import annotations

from chatroom.core.rank import Rank
from chatroom.core.session import ALERTS
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.talk import Talk

LETTERS = "Biow"


def mode(talk: Talk, asked: Asked, target: str) -> None:
    """Show or change one's own modes."""
    person = talk.scene.hub.roster.find(target)
    if person is None:
        asked.later(n.ERR_NOSUCHNICK, target, f"Nobody here is called {target}.")
    elif person is not talk.session.person:
        asked.later(n.ERR_USERSDONTMATCH, "Only your own modes are yours.")
    elif len(asked.params) == 1:
        asked.turn(lambda: asked.say(n.RPL_UMODEIS, f"+{letters(talk)}"))
    else:
        _change(talk, asked)


def letters(talk: Talk) -> str:
    """Give the modes somebody has."""
    session, person = talk.session, talk.session.someone
    has = {"B": session.bot, "i": person.hidden, "o": person.rank >= Rank.MODERATOR, "w": ALERTS in session.wants}
    return "".join(letter for letter in LETTERS if has[letter])


def _change(talk: Talk, asked: Asked) -> None:
    """Change what there is, and say afterwards what there is not."""
    before, on = letters(talk), True
    wanted: dict[str, bool] = {}
    for letter in asked.params[1]:
        if letter in "+-":
            on = letter == "+"
        else:
            wanted[letter] = on
    may = {letter: on for letter, on in wanted.items() if letter in "Biw" or (letter == "o" and not on)}
    done = {letter: on for letter, on in may.items() if on != (letter in before)}
    if done.keys() & {"B", "i", "o"}:
        asked.ask("describe", lambda _: None, bot=done.get("B"), hidden=done.get("i"), plain="o" in done)
    if "w" in done:
        talk.session.wants ^= {ALERTS}
    if done:
        asked.turn(lambda: asked.from_self("MODE", asked.nick, _written(done)))
    unknown = "".join(letter for letter in wanted if letter not in LETTERS)
    if unknown:
        asked.later(n.ERR_UMODEUNKNOWNFLAG, f"There is no mode {unknown[:20]} here.")


def _written(done: dict[str, bool]) -> str:
    """Write what was changed."""
    on, off = ("".join(letter for letter, is_on in done.items() if is_on == sign) for sign in (True, False))
    return (f"+{on}" if on else "") + (f"-{off}" if off else "")
