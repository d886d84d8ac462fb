"""What a person can be told when something cannot be done.

    Refused                      a person's doing, told to them; never a bug
    ├── NameRefused              the name cannot be had
    ├── NotUnderstood            the request makes no sense
    ├── NotThere                 what it names does not exist
    ├── NotAllowed               it exists but is not theirs to do
    ├── TooMuch                  a limit is reached
    └── NotStored                the journal cannot keep it now

A class's docstring is the sentence shown, its fields filled in; its name in kebab-case is the code a program sees.
"""

from __future__ import annotations

import re


class Refused(Exception):
    """That cannot be done."""

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(sentence.format(**fields))

    @property
    def code(self) -> str:
        """Name this refusal for programs, in kebab-case."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(self).__name__).lower()


class NameRefused(Refused):
    """This name cannot be used. Choose another."""


class NameTaken(NameRefused):
    """{name} is taken. Choose another name."""


class NameReserved(NameRefused):
    """{name} is reserved. Choose another name."""


class NameTooSimilar(NameRefused):
    """{name} looks like {other}, who is known here. Choose a name that cannot be mistaken for it."""


class NameEmpty(NameRefused):
    """A name needs at least one letter or digit. Type the name you want to be called."""


class NameTooLong(NameRefused):
    """That name is too long: at most {limit} characters. Choose a shorter one."""


class NameInvalid(NameRefused):
    """A name cannot contain {what}. Use letters, digits, and - _ . between them."""


class RoomNameRefused(NameRefused):
    """This room cannot be called that. Choose another name for it."""


class RoomNameEmpty(RoomNameRefused):
    """A room's name needs at least one letter or digit. Type the name of the room."""


class RoomNameTooLong(RoomNameRefused):
    """That name is too long for a room: at most {limit} characters. Choose a shorter one."""


class RoomNameInvalid(RoomNameRefused):
    """A room's name cannot contain {what}. Use letters, digits, and - _ . between them."""


class RoomNameReserved(RoomNameRefused):
    """No room can be called {name}: the word is reserved. Choose another name for it."""


class NotUnderstood(Refused):
    """That is not understood."""


class UnknownCommand(NotUnderstood):
    """There is no /{verb}. Type /help for what there is."""


class UnknownCommandNearMiss(NotUnderstood):
    """There is no /{verb}. Did you mean /{near}?"""


class WrongUsage(NotUnderstood):
    """{problem} Usage: {usage}"""


class Malformed(NotUnderstood):
    """{problem}"""


class EmptyText(NotUnderstood):
    """There is nothing to say in an empty message. Type some words."""


class BadText(NotUnderstood):
    """That text is not valid UTF-8 at byte {position}. Set your client to UTF-8 and send it again."""


class NotThere(Refused):
    """There is no such thing here."""


class NoSuchRoom(NotThere):
    """There is no room called {room}. Type /rooms for those there are, or /join {room} to open it."""


class NoSuchPerson(NotThere):
    """Nobody here is called {name}. Type /who for who is here."""


class NotInRoom(NotThere):
    """You are not in {room}. Type /join {room} first."""


class InNoRoom(NotThere):
    """You are in no room. Type /join {lobby} first."""


class HistoryUnreadable(NotThere):
    """What was said before cannot be read now. Try again in a moment; if it stays so, tell the host."""


class NotAllowed(Refused):
    """You may not do that."""


class NotNamedYet(NotAllowed):
    """Say who you are first."""


class NamedAlready(NotAllowed):
    """You are already here as {name}. Use nick to change your name."""


class RankTooLow(NotAllowed):
    """/{verb} is for a {rank}; you are a {yours}."""


class TooMuch(Refused):
    """That is too much."""


class TextTooLong(TooMuch):
    """That {what} is {size} bytes long; at most {limit} are allowed. Nothing was sent: shorten it, or send it in parts."""


class LineTooLong(TooMuch):
    """That line is longer than {limit} bytes. Nothing of it was sent: send it in parts."""


class TooManyRooms(TooMuch):
    """You are in {limit} rooms already, the most allowed. Leave one first."""


class HouseHasTooManyRooms(TooMuch):
    """There are {limit} rooms already, the most this house allows. Join one of them."""


class HouseFull(TooMuch):
    """This house is full: {limit} people are here. Try again later."""


class IgnoringTooMany(TooMuch):
    """You ignore {limit} people already, the most allowed. Stop ignoring somebody first."""


class Busy(TooMuch):
    """The house is busy with your earlier requests. Wait a moment and send that again."""


class NotStored(Refused):
    """That could not be stored, so nobody was shown it. Send it again in a moment."""


class DiskFull(NotStored):
    """The house's disk is full, so that could not be stored and nobody was shown it. Tell the host; send it again later."""


class StorageReadOnly(NotStored):
    """The house cannot write to its disk, so that could not be stored and nobody was shown it. Tell the host; send it again later."""


class StorageBroken(NotStored):
    """The house's storage is failing, so that could not be stored and nobody was shown it. Tell the host; send it again later."""


class ShuttingDown(NotStored):
    """The house is closing, so that was not stored and nobody was shown it. Send it again when it is back."""


class Unconfirmed(NotStored):
    """It is not known whether that was stored. Send it again with the same id: it will not be said twice."""
