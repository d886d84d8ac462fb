"""What a person can be told when something cannot be done.

    Refused                      a person's doing, told to them; never a bug
    ├── NameRefused              the name cannot be had
    ├── MemberRefused            the list of members cannot have that entry
    ├── PasswordRefused          the password is no good one
    ├── KeyRefused               the key cannot be kept, or is not there
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
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", type(self).__name__).lower()


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


class MemberRefused(Refused):
    """The list of members cannot have that entry."""


class MailTaken(MemberRefused):
    """There is a member with the mail {mail} already. Give another mail, or change that member."""


class MailInvalid(MemberRefused):
    """That is not a mail address. Write it as ann@example.org, at most {limit} characters and without spaces."""


class MemberIdTaken(MemberRefused):
    """{id} is another member's id or name. Choose another."""


class PasswordRefused(Refused):
    """That password cannot be used. Choose another."""


class PasswordTooShort(PasswordRefused):
    """That password is too short: at least {least} characters. Choose a longer one, such as a few words."""


class PasswordTooLong(PasswordRefused):
    """That password is too long: at most {limit} bytes. Choose a shorter one."""


class PasswordTooCommon(PasswordRefused):
    """That password is among the first that anybody would try. Choose another, such as a few words."""


class PasswordIsName(PasswordRefused):
    """A password cannot be the name or the mail of whoever it is for. Choose another."""


class PasswordUnreadable(PasswordRefused):
    """A password cannot contain control characters, or characters that Unicode does not know. Choose another."""


class NothingToFind(Refused):
    """Say what to look for: at least one word, and perhaps from:NAME, in:ROOM, after:2026-11-01, before:2026-12-01."""


class TooManyTerms(Refused):
    """That is too many words: at most {limit} are looked for at once. Leave some out."""


class NoSuchDay(Refused):
    """{text} is not a day. Write it as 2026-11-21."""


class SearchTooLong(Refused):
    """That search took too long and was given up. Add a word, from:NAME, in:ROOM or after:2026-11-01 to look through less."""


class SearchUnusable(Refused):
    """What was said cannot be searched just now. Try again in a moment; if that does not help, tell the host."""


class NothingToRemove(Refused):
    """You have said nothing {where} lately that could be removed. Type /remove NUMBER for another; /history shows the numbers."""


class NoSuchMessage(Refused):
    """There is no message {which} in {room}. /history shows the numbers of messages."""


class NotYourMessage(Refused):
    """Message {which} in {room} is not yours to remove. Ask somebody who keeps order here."""


class NotYourWords(Refused):
    """{who} said that to you, and nobody else can take it back. /ignore {who} shows you no more of it."""


class NotUnderstood(Refused):
    """That is not understood."""


class UnknownCommand(NotUnderstood):
    """There is no /{verb}. Type /help for a list."""


class UnknownCommandNearMiss(NotUnderstood):
    """There is no /{verb}. Did you mean /{near}?"""


class WrongUsage(NotUnderstood):
    """{problem} Usage: {usage}"""


class Malformed(NotUnderstood):
    """{problem}"""


class EmptyText(NotUnderstood):
    """That message is empty. Type some words."""


class BadText(NotUnderstood):
    """That text is not valid UTF-8 at byte {position}. Set your client to UTF-8 and send it again."""


class BadCharacter(NotUnderstood):
    """A text holds {character}, which is not allowed. Leave it out."""


class SpanUnclear(NotUnderstood):
    """“{text}” is not a length of time. Write for example 30s, 10m, 2h, 1d, 2w, 1h30m, or “for good”."""


class SpanOrReason(SpanUnclear):
    """“{text}” is not a length of time. Write for example 10m, 1d or “for good”; put -- before a reason that begins with a number."""


class SpanTooLong(SpanUnclear):
    """“{text}” is longer than a hundred years. Write “for good” instead."""


class SpanZero(SpanUnclear):
    """That would last no time at all. Write for example 30s, 10m, 1d, or “for good”."""


class FlagUnknown(NotUnderstood):
    """There is no {flag} here, only --dry-run and --force. Put -- before a reason that begins with a dash."""


class WhoMissing(NotUnderstood):
    """Whom do you mean? Name somebody: a person, a member, an address, a network, or a mask such as troll*."""


class PersonMissing(NotUnderstood):
    """Whom do you mean? Name somebody who is here."""


class TargetUnclear(NotUnderstood):
    """“{text}” is not a name, address, network or mask. Write for example ann, 203.0.113.5, 203.0.113.0/24, 2001:db8::/48 or troll*."""


class AddressUnclear(TargetUnclear):
    """“{text}” is not an address. Correct it, or write name:{text} if somebody is called that."""


class NetworkUnclear(TargetUnclear):
    """“{text}” is not a network. Write for example 203.0.113.0/24 or 2001:db8::/48."""


class MaskUnclear(TargetUnclear):
    """No name can contain {what}, so this mask can hit nobody. Use letters, digits, - _ . and * for anything, ? for one character."""


class NotThere(Refused):
    """There is no such thing here."""


class NoSuchRoom(NotThere):
    """There is no room called {room}. Type /rooms for a list, or /join {room} to open it."""


class NoSuchPerson(NotThere):
    """Nobody here is called {name}. Type /who to see who is here."""


class NotThereNow(NotThere):
    """{name} is not in {room}. Type /who {room} to see who is."""


class NotInRoom(NotThere):
    """You are not in {room}. Type /join {room} first."""


class InNoRoom(NotThere):
    """You are in no room. Type /join {lobby} first."""


class NoSuchBot(NotThere):
    """There is no bot called {name}. Type /bots for a list."""


class NoSuchMember(NotThere):
    """No member is called {who}. Type /members list to see them all."""


class NotBanned(NotThere):
    """{text} is not banned. Type /bans to see who is."""


class NotExempt(NotThere):
    """{text} is not exempt. Type /bans to see who is."""


class BannedByAnother(NotThere):
    """{text} is banned only as part of {target}. Type /unban {target} to lift that."""


class NotMuted(NotThere):
    """{text} is not muted. Type /bans to see who is."""


class MutedByAnother(NotThere):
    """{text} is muted only as part of {target}. Type /unmute {target} to lift that."""


class HistoryUnreadable(NotThere):
    """What was said before cannot be read just now. Try again in a moment; if that does not help, tell the host."""


class NotAllowed(Refused):
    """You may not do that."""


class NotNamedYet(NotAllowed):
    """Say who you are first."""


class NamedAlready(NotAllowed):
    """You are here already, as {name}. Use /nick to change your name."""


class PasswordNeeded(NotAllowed):
    """{name} needs a password to come in."""


class PasswordInClear(NotAllowed):
    """Passwords are not taken here over connections that are not encrypted. Come by `chatroom join`, ssh, https, or IRC with TLS."""


class PasswordToChoose(NotAllowed):
    """Welcome, {name}. Your invitation is good: choose a password of your own now."""


class NotAMember(NotAllowed):
    """You are a guest here: only members have passwords and keys."""


class IsAMember(NotAllowed):
    """You are a member already, called {name}. Change your password with /passwd."""


class HereAlready(NotAllowed):
    """{name} is here already, as {nick}. Leave there first, or connect again and log in before you come in."""


class KeepsNoOrder(NotAllowed):
    """{name} is neither a moderator nor an admin here. Name somebody who is."""


class RegistrationClosed(NotAllowed):
    """Only the host makes members here. Ask them for an invitation."""


class RegistrationInvited(NotAllowed):
    """Only a member can make you one here. Ask one of them to /sponsor you."""


class NotInvited(NotAllowed):
    """Say hello with your invitation first."""


class WrongPassword(NotAllowed):
    """That name and password do not belong together."""


class CertificateUnknown(NotAllowed):
    """Your connection shows no certificate that a member has kept. Log in another way, and then keep yours with /key add."""


class ConsoleIsForModerators(NotAllowed):
    """A console is for moderators and admins."""


class NobodyNew(NotAllowed):
    """Nobody new is let in at the moment. Try again later."""


class NotFromHere(NotAllowed):
    """{verb} is for people in the chat, not for a console."""


class NotFromChat(NotAllowed):
    """/{verb} works at a console only."""


class OutOfReach(NotAllowed):
    """{name} is {rank}: only somebody of a higher rank may do that to them."""


class BotOutOfReach(NotAllowed):
    """The bot {name} may not use {room}. An admin names a bot's rooms: /bots add."""


class MonitorClosed(NotAllowed):
    """The monitor is closed in this house. Join the chat to see what is said."""


class MonitorForMembers(NotAllowed):
    """The monitor is for members. Log in first."""


class RankTooLow(NotAllowed):
    """/{verb} is for {rank}; you are {yours}."""


class NotKeeper(NotAllowed):
    """/{verb} is for those who keep order in {room}: its operators, and moderators."""


class NotOwner(NotAllowed):
    """/{verb} is for the owner of {room}, and moderators."""


class RoomTakenOver(NotAllowed):
    """{room} was others' before you came, who talked there for all to read: it stays open. Open a room of your own for that."""


class RoomInvitedOnly(NotAllowed):
    """Only those who are invited may come into {room}. Ask an operator of it to invite you."""


class RoomKeyed(NotAllowed):
    """Only those who have the key may come into {room}. Type /join {room} KEY."""


class RoomQuiet(NotAllowed):
    """{room} is quiet: only those with a voice speak there now. Ask an operator for one."""


class TopicLocked(NotAllowed):
    """The topic of {room} is locked: only those who keep order there may set it."""


class LobbyStays(NotAllowed):
    """{room} is where everybody comes in: it cannot be closed."""


class AddressesHidden(NotAllowed):
    """Addresses are for moderators. Name somebody, or a mask such as troll*."""


class BannedFromRoom(NotAllowed):
    """You are banned from {room} {lasting}{reason} (by {by})"""


class Muted(NotAllowed):
    """You are muted {lasting}{reason} Nothing you say is passed on. (by {by})"""


class MutedInRoom(NotAllowed):
    """You are muted in {room} {lasting}{reason} Nothing you say there is passed on. (by {by})"""


class Banned(NotAllowed):
    """You are banned from this house {lasting}{reason} (by {by})"""


class TargetUnconfirmed(NotAllowed):
    """{target} may hit more than you mean. Look with --dry-run, and add --force if you mean it."""


class TargetTooWide(TargetUnconfirmed):
    """{target} covers {share}. Look with --dry-run whom it hits, and add --force if you mean it."""


class TargetIsYou(TargetUnconfirmed):
    """{target} covers you yourself. Choose another, or add --force if you mean it."""


class TargetIsThisMachine(TargetUnconfirmed):
    """{target} covers this machine itself, and whoever comes through it. Choose another, or add --force if you mean it."""


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


class TooManyBots(TooMuch):
    """There are {limit} bots already. Remove one first."""


class TooManyObservers(TooMuch):
    """The monitor is open on {limit} pages already. Close one, or try again later."""


class HouseFull(TooMuch):
    """This house is full: {limit} people are here. Try again later."""


class InboxFull(TooMuch):
    """{name} is not here, and {limit} private messages wait for them already, the most that are kept. Try again later."""


class TooManyNotes(TooMuch):
    """{name} is not here, and {limit} messages from {whose} wait for them already, the most that are kept. Try again later."""


class IgnoringTooMany(TooMuch):
    """You ignore {limit} people already, the most allowed. Stop ignoring somebody first."""


class RoomFull(TooMuch):
    """{room} is full: {limit} people are there, the most it takes. Try again later."""


class RoomClosing(TooMuch):
    """{room} is being closed. Try again in a moment."""


class TooSoon(TooMuch):
    """{room} is slow: everybody may send one message in {span}. Wait {wait}, and send that again."""


class TooManyRoles(TooMuch):
    """{room} has {limit} of those already, the most a room keeps. Take it from somebody first."""


class LookingOutForTooMany(TooMuch):
    """You look out for {limit} people already, the most allowed. Stop looking out for somebody first."""


class Busy(TooMuch):
    """The house is busy with your earlier requests. Wait a moment and send that again."""


class LoginsBusy(TooMuch):
    """Too many people are logging in at this moment. Try again in a few seconds."""


class TooManyAttempts(TooMuch):
    """Too many attempts to log in. Try again in {wait}."""


class TooManyMembers(TooMuch):
    """The list of members is full: at most {lines} lines and {size} bytes. Take somebody off it first."""


class MaskTooLong(TooMuch):
    """That mask is {size} characters long; at most {limit} are allowed. Use * for what may be anything."""


class TooManyRegistrations(TooMuch):
    """{limit} people became members this way within a day, the most allowed. Try again tomorrow, or ask the host."""


class TooManyBans(TooMuch):
    """There are {limit} bans already, the most this house keeps. Lift some first, or ban one network or mask for many."""


class TooManyMasks(TooMuch):
    """There are {limit} masks banned already, the most this house looks through. Lift some first."""


class Hushed(TooMuch):
    """You have sent too much too fast: nothing you send is accepted for {span}. Wait until then."""


class Flooding(TooMuch):
    """You went on sending too much too fast, so you are disconnected. Come back in a while, and send more slowly."""


class TooManyConnections(TooMuch):
    """This house has {limit} connections open, the most it takes. Try again later."""


class TooManyFromAddress(TooMuch):
    """There are {limit} connections open from your address, the most allowed. Close one first."""


class ConnectingTooOften(TooMuch):
    """Your address has connected too often. Try again in {span}."""


class EnteringTooOften(TooMuch):
    """Too many people have come in from your address. Try again in {span}."""


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


class MembersChanged(NotStored):
    """The list of members is being changed by somebody else, so nothing was changed. Look at it, and try again in a moment."""


class CardRefused(Refused):
    """That cannot stand on a card."""


class CardKeyInvalid(CardRefused):
    """That cannot be a key on a card. A key is made of the letters a to z, digits and _./-, and has at most {limit} characters."""


class CardKeyUnset(CardRefused):
    """There is nothing on the card under {key} that could be taken off."""


class CardTextTooLong(CardRefused):
    """That is too long for a card: at most {limit} bytes fit under one key. Shorten it."""


class CardFull(CardRefused):
    """The card is full: it has {limit} keys. Take one off it first."""


class CardOfAnother(CardRefused):
    """You can change your own card only."""


class KeyRefused(Refused):
    """That key cannot be kept."""


class KeyInvalid(KeyRefused):
    """That key cannot be kept: {problem}. Paste the line of your .pub file, which begins with ssh-ed25519 or the like."""


class KeyKnown(KeyRefused):
    """That key is kept already."""


class TooManyKeys(KeyRefused):
    """At most {limit} keys are kept for one member. Remove one first; /key list shows them."""


class NoSuchKey(KeyRefused):
    """There is no key {number}. /key list shows yours."""


class NoKeyShown(KeyRefused):
    """You have shown no key or certificate that could be kept. Paste the line of your .pub file: /key add ssh-ed25519 AAAA…"""


class KeysUnwritable(NotStored):
    """The list of keys cannot be used now: {why} Nothing was changed. Tell the host."""


class MembersUnwritable(NotStored):
    """The list of members cannot be used now: {why} Nothing was changed. Tell the host."""


class NotBackedUp(NotStored):
    """No backup was made. {why}"""


class NotReloaded(NotStored):
    """Nothing was changed, because the settings have faults: {faults}"""


class OfficeFailed(NotStored):
    """Something went wrong in the server, and that was not done. Tell the host: fault {reference}."""


class Unconfirmed(NotStored):
    """It is not known whether that was stored. Send it again with the same id: it will not be said twice."""
