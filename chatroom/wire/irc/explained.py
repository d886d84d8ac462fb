"""What the commands of IRC do, for whoever asks for help on one."""

from __future__ import annotations

HOW = "That is all. Each is typed as /msg house COMMAND; one that IRC does not have also as /quote COMMAND."
"""What is said after the commands."""

DOES: dict[str, str] = {
    "ADMIN": "tells who keeps it",
    "AUTHENTICATE": "logs in",
    "AWAY": "goes away with a message, or comes back",
    "BATCH": "holds the lines of one message together (draft/multiline)",
    "CAP": "negotiates capabilities: LS, LIST, REQ, END",
    "CHATHISTORY": (
        "gives what was said before, in a room or with somebody alone: LATEST, BEFORE, AFTER, AROUND, BETWEEN"
        ", by time or id; TARGETS names rooms and people"
    ),
    "CONNECT": "is refused: there is one server here",
    "HELP": "lists the house's own commands, or explains one",
    "HELPOP": "is the same",
    "INFO": "tells what this is",
    "INVITE": "invites somebody into a room; without more, lists the rooms you are invited to",
    "ISON": "tells which of some people are here",
    "ISUPPORT": "tells what is supported",
    "JOIN": "goes into rooms, up to 20 at once; JOIN 0 leaves all",
    "KICK": "puts people out of a room",
    "KILL": "puts somebody out of the house, for moderators",
    "LINKS": "tells of the only server there is",
    "LIST": "lists rooms where somebody is, also by mask and by ELIST conditions; one that is named in any case",
    "LUSERS": "counts people and rooms",
    "MARKREAD": "tells or notes up to when you have read a room or a conversation",
    "METADATA": (
        "shows what people and rooms say about themselves (GET, LIST, SYNC), changes it (SET, CLEAR), "
        "and tells when it changes (SUB, UNSUB, SUBS)"
    ),
    "MODE": "shows or changes the modes of a room, or one's own",
    "MONITOR": "tells when others come and go, by name, up to 100",
    "MOTD": "shows the welcome",
    "NAMES": "lists who is in rooms",
    "NICK": "takes or changes the name",
    "NOTICE": "says words that want no answer, and gets none",
    "OPER": (
        "lets whoever knows the password of a moderator or an admin be that member, under the nick they have; "
        "tried as often as any login"
    ),
    "PART": "leaves rooms, with a reason",
    "PASS": "gives a password before registration: account:password, or that of the nick's member",
    "PING": "is answered by PONG",
    "PONG": "answers the server's own, which comes after 90 s of silence; 60 s later the connection ends",
    "PRIVMSG": "says words to rooms, people or the house, up to 4 at once; ACTION acts them out",
    "QUIT": "leaves, with a reason",
    "REDACT": "takes back what was said, by its id",
    "REGISTER": (
        "makes the guest a member: REGISTER * MAIL PASSWORD, where the setting registration is open; "
        "also before they come in, where guests may"
    ),
    "REHASH": "reads the settings again, for admins",
    "SETNAME": "says what you are really called",
    "SQUIT": "is the same",
    "STATS": "tells for how long the house has been open (u)",
    "SUMMON": "is refused: who has no client open cannot be called",
    "TAGMSG": "tells other clients something without words, such as that you are typing",
    "TIME": "tells the time",
    "TOPIC": "shows or sets a topic; an empty one clears it",
    "USER": "says who is at the client",
    "USERHOST": "tells a little about up to five people",
    "USERS": "is refused: WHO lists people",
    "VERIFY": "is there for clients that ask for it; nothing needs it",
    "VERSION": "tells the version, and what is supported",
    "WALLOPS": "tells something to all who have mode w, for admins; /quote ANNOUNCE tells everybody",
    "WHO": "lists people in a room or under a mask, with any fields of WHOX",
    "WHOIS": "tells about somebody",
    "WHOWAS": "tells about somebody who was here",
}
