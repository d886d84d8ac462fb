"""What the server says about itself: the burst after registration, and MOTD, LUSERS, VERSION and their like."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from chatroom.core.lookout import MOST
from chatroom.core.profile import REAL
from chatroom.core.rank import Rank
from chatroom.core.replies import Answer, Reply, Welcome
from chatroom.core.rights import MASKS
from chatroom.wire.irc import metadata
from chatroom.wire.irc import numerics as n
from chatroom.wire.irc.explained import DOES, HOW
from chatroom.wire.irc.masks import matches
from chatroom.wire.irc.out import announcement, pieces
from chatroom.wire.slashes import unslashed
from chatroom.wire.text import lines

if TYPE_CHECKING:
    from chatroom.wire.irc.asked import Asked
    from chatroom.wire.irc.talk import Talk

TOPIC = 350
"""Bytes of a topic that fit a line with whoever set it, unless names are in letters that take several bytes."""
TOKENS = 13
"""Tokens on one line of ISUPPORT."""


def isupport(talk: Talk) -> list[str]:
    """List what this server supports."""
    limits = talk.scene.hub.limits
    return [
        "AWAYLEN=" + str(limits.away),
        "BOT=B",
        "CASEMAPPING=ascii",
        f"CHANLIMIT=#:{limits.rooms_each}",
        f"CHATHISTORY={talk.scene.hub.limits.page}",
        "CHANMODES=Ibe,k,l,imnst",
        f"CHANNELLEN={limits.room + 1}",
        "CHANTYPES=#",
        "ELIST=CMNTU",
        "EXCEPTS",
        "HOSTLEN=64",
        "INVEX",
        f"KEYLEN={limits.key}",
        f"KICKLEN={limits.reason}",
        "LINELEN=512",
        f"MAXLIST=b:{MASKS},e:{MASKS},I:{MASKS}",
        "MODES=4",
        f"MONITOR={MOST}",
        "MSGREFTYPES=msgid,timestamp",
        f"NAMELEN={REAL}",
        f"NETWORK={talk.scene.network}",
        f"NICKLEN={limits.name}",
        "PREFIX=(ov)@+",
        "SAFELIST",
        "STATUSMSG=@+",
        "TARGMAX=" + ",".join(f"{command}:{most}" for command, most in TARGETS.items()),
        f"TOPICLEN={longest_topic(talk)}",
        "USERLEN=16",
        "UTF8ONLY",
        "WHOX",
        *(["draft/ACCOUNTREQUIRED"] if talk.scene.hub.keeper.access == "members" else []),
    ]


def longest_topic(talk: Talk) -> int:
    """Tell how many bytes a topic set from here has at most."""
    return min(talk.scene.hub.limits.topic, TOPIC)


TARGETS = {
    "JOIN": 20,
    "PART": 20,
    "PRIVMSG": 4,
    "NOTICE": 4,
    "TAGMSG": 4,
    "NAMES": 20,
    "WHOIS": 1,
    "KICK": 4,
    "LIST": 20,
    "MONITOR": MOST,
}
"""How many targets one command may have."""


def burst(asked: Asked, reply: Welcome) -> None:
    """Welcome somebody."""
    talk = asked.talk
    scene = talk.scene
    opened = datetime.fromtimestamp(scene.opened_at, UTC)
    asked.say(n.RPL_WELCOME, f"Welcome to {reply.house}, {talk.nick}")
    asked.say(n.RPL_YOURHOST, f"Your host is {scene.server}, running chatroom {scene.version}")
    asked.say(n.RPL_CREATED, f"This house was opened {opened:%Y-%m-%d %H:%M} UTC")
    asked.say(n.RPL_MYINFO, scene.server, f"chatroom-{scene.version}", "Biow", "Ibeiklmnostv", "Ibeklov")
    supported(asked)
    _counted(asked, counts(talk))
    asked.put(*metadata.own(talk))
    motd_lines(asked, reply.welcome)


def supported(asked: Asked) -> None:
    """Say what is supported, held together for those who know of that."""
    talk, tokens = asked.talk, isupport(asked.talk)
    rows = [(*tokens[start : start + TOKENS], "are supported by this server") for start in range(0, len(tokens), TOKENS)]
    lines = [announcement(talk.scene.server, n.RPL_ISUPPORT, talk.nick or "*", row) for row in rows]
    for one in talk.held(lines, "draft/isupport") if "draft/extended-isupport" in talk.caps else lines:
        asked.put(one)


def support(talk: Talk, asked: Asked) -> None:
    """Say what is supported, also before registration to those who know of that."""
    if talk.registered or "draft/extended-isupport" in talk.caps:
        asked.turn(lambda: supported(asked))
    else:
        asked.later(n.ERR_NOTREGISTERED, "Say who you are first.")


def counts(talk: Talk) -> dict[str, int]:
    """Count what there is."""
    return talk.scene.hub.presence.counts()


def motd_lines(asked: Asked, text: str) -> None:
    """Say what everybody is told on entering."""
    if not text:
        asked.say(n.ERR_NOMOTD, "There is no message of the day.")
        return
    asked.say(n.RPL_MOTDSTART, f"- {asked.talk.scene.server} message of the day -")
    for one in lines(text):
        asked.listing(n.RPL_MOTD, words=[f"- {one}"])
    asked.say(n.RPL_ENDOFMOTD, "That was the message of the day.")


def motd(talk: Talk, asked: Asked) -> None:
    """Show the message of the day."""
    if _elsewhere(talk, asked):
        return
    asked.turn(lambda: motd_lines(asked, talk.scene.hub.rules.welcome))


def lusers(talk: Talk, asked: Asked) -> None:
    """Count people and rooms."""
    if _elsewhere(talk, asked, 1):
        return
    asked.ask("count", partial(_lusers, asked))


def _lusers(asked: Asked, reply: Reply) -> None:
    if isinstance(reply, Answer):
        _counted(asked, reply.fields)
    else:
        asked.plainly(reply)


def _counted(asked: Asked, counted: Any) -> None:
    people, most = counted["people"], counted["most"]
    hidden = counted["hidden"]
    asked.say(n.RPL_LUSERCLIENT, f"There are {people - hidden} users and {hidden} invisible on 1 servers")
    asked.say(n.RPL_LUSEROP, str(counted["orderly"]), "keep order here")
    asked.say(n.RPL_LUSERUNKNOWN, str(counted["nameless"]), "have not said who they are")
    asked.say(n.RPL_LUSERCHANNELS, str(counted["rooms"]), "rooms are open")
    asked.say(n.RPL_LUSERME, f"I have {people} clients and 0 servers")
    asked.say(n.RPL_LOCALUSERS, str(people), str(most), f"Current local users {people}, max {most}")
    asked.say(n.RPL_GLOBALUSERS, str(people), str(most), f"Current global users {people}, max {most}")


def version(talk: Talk, asked: Asked) -> None:
    """Tell the version."""
    if _elsewhere(talk, asked):
        return

    def tell() -> None:
        asked.say(n.RPL_VERSION, f"chatroom-{talk.scene.version}", talk.scene.server, "Python and Twisted")
        supported(asked)

    asked.turn(tell)


def time(talk: Talk, asked: Asked) -> None:
    """Tell the time."""
    if _elsewhere(talk, asked):
        return
    now = talk.now()
    shown = datetime.fromtimestamp(now, UTC)
    asked.later(n.RPL_TIME, talk.scene.server, str(int(now)), "+0000", f"{shown:%A %d %B %Y -- %H:%M:%S} UTC")


def info(talk: Talk, asked: Asked) -> None:
    """Tell what this is."""
    if _elsewhere(talk, asked):
        return

    def tell() -> None:
        for one in _ABOUT:
            asked.say(n.RPL_INFO, one)
        asked.say(n.RPL_ENDOFINFO, "That is all.")

    asked.turn(tell)


_ABOUT = (
    "chatroom: a self-hosted chat room.",
    "The people here come by IRC, by a browser, by netcat and by programs of their own; it is one house.",
    "/quote HELP lists what you can ask for.",
)


def admin(talk: Talk, asked: Asked) -> None:
    """Tell who keeps this."""
    if _elsewhere(talk, asked):
        return

    def tell() -> None:
        asked.say(n.RPL_ADMINME, talk.scene.server, "Who keeps this house")
        asked.say(n.RPL_ADMINLOC1, f"This is {talk.scene.hub.rules.name}.")
        asked.say(n.RPL_ADMINLOC2, "Ask one of those who keep order: they have an @ in every room.")
        asked.say(n.RPL_ADMINEMAIL, "Whoever invited you knows how to reach the host.")

    asked.turn(tell)


def links(talk: Talk, asked: Asked) -> None:
    """Tell of the only server there is."""
    server = talk.scene.server

    def tell() -> None:
        if matches(_mask(asked), server):
            asked.say(n.RPL_LINKS, server, server, f"0 {talk.scene.hub.rules.name}")
        asked.say(n.RPL_ENDOFLINKS, _mask(asked), "That is all.")

    asked.turn(tell)


def linked(talk: Talk, asked: Asked) -> None:
    """Refuse to link servers, or to part them: to most as it is not for them, to the others as there are none."""
    if talk.session.someone.rank < Rank.MODERATOR:
        asked.later(n.ERR_NOPRIVILEGES, "That is for those who keep order in the house.")
    else:
        asked.later(n.ERR_NOSUCHSERVER, asked.params[0], "There is one server here, this one.")


def summon(talk: Talk, asked: Asked) -> None:
    """Refuse to call people who have no client open."""
    asked.later(n.ERR_SUMMONDISABLED, "Nobody can be called who is not here.")


def users(talk: Talk, asked: Asked) -> None:
    """Refuse to list who uses the machine."""
    asked.later(n.ERR_USERSDISABLED, "Who uses this machine is not told. WHO lists the people here.")


def _mask(asked: Asked) -> str:
    """Give the mask of servers that is asked about, which stands last."""
    return (asked.params[-1] if asked.params else "") or "*"


def stats(talk: Talk, asked: Asked) -> None:
    """Tell for how long the house has been open; those who keep order ask for more with /quote STATS."""
    if _elsewhere(talk, asked, 1):
        return
    letter = asked.params[0][:1] or "*"

    def tell() -> None:
        if letter == "u":
            seconds = max(0, int(talk.now() - talk.scene.opened_at))
            days, rest = divmod(seconds, 86400)
            asked.say(n.RPL_STATSUPTIME, f"Server Up {days} days {rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}")
        asked.say(n.RPL_ENDOFSTATS, letter, "That is all.")

    asked.turn(tell)


def help_(talk: Talk, asked: Asked) -> None:
    """Explain a command of IRC's or of the house's own, or list the latter."""
    subject = asked.param(0) or "*"
    tail = "" if subject == "*" else subject.removeprefix("/").lower()
    asked.ask("help", partial(_helped, asked, subject, tail.upper()), tail=tail)


def _helped(asked: Asked, subject: str, command: str, reply: Reply) -> None:
    shown = tuple(map(unslashed, reply.lines)) if isinstance(reply, Answer) else ()
    if subject == "*":
        shown = shown[:-1]  # that what has no slash is said
    if command in DOES:
        shown = (f"{command} {DOES[command]}.", *shown)
    if not shown:
        asked.say(n.ERR_HELPNOTFOUND, subject, "There is no help on that.")
        return
    asked.say(n.RPL_HELPSTART, subject, "The house's own commands" if subject == "*" else f"Help on {subject}"[:200])
    for one in ("", *_cut(shown)):
        asked.say(n.RPL_HELPTXT, subject, one)
    asked.say(n.RPL_ENDOFHELP, subject, HOW)


def _cut(shown: tuple[str, ...]) -> Iterator[str]:
    """Give lines that fit."""
    for one in shown:
        yield from pieces(one, 350)


def is_server(talk: Talk, wanted: str) -> bool:
    """Tell whether a parameter means this server: by nothing, by its name or a mask, or by somebody who is here."""
    return not wanted or matches(wanted, talk.scene.server) or talk.scene.hub.roster.find(wanted) is not None


def _elsewhere(talk: Talk, asked: Asked, place: int = 0) -> bool:
    """Say that there is no such server if another one is asked about."""
    wanted = asked.param(place)
    if is_server(talk, wanted):
        return False
    asked.later(n.ERR_NOSUCHSERVER, wanted, "There is one server here, this one.")
    return True
