"""Becoming a member from an IRC client (IRCv3, draft/account-registration): the house's own `register`, in the words of REGISTER."""

from __future__ import annotations

from functools import partial

from chatroom.core import errors as e
from chatroom.core.likeness import fold
from chatroom.core.replies import Answer, Denied, Reply
from chatroom.wire.irc.asked import Asked
from chatroom.wire.irc.sasl import logged_in
from chatroom.wire.irc.talk import Talk

CAPABILITY = "draft/account-registration"
_CODES: dict[type[e.Refused], str] = {
    e.IsAMember: "ALREADY_AUTHENTICATED",
    e.MailInvalid: "INVALID_EMAIL",
    e.MailTaken: "UNACCEPTABLE_EMAIL",
    e.MemberIdTaken: "ACCOUNT_EXISTS",
    e.NameTaken: "ACCOUNT_EXISTS",
    e.NameTooSimilar: "ACCOUNT_EXISTS",
    e.NameRefused: "BAD_ACCOUNT_NAME",
    e.PasswordTooShort: "WEAK_PASSWORD",
    e.PasswordTooCommon: "WEAK_PASSWORD",
    e.PasswordIsName: "WEAK_PASSWORD",
    e.PasswordRefused: "UNACCEPTABLE_PASSWORD",
}


def offer(talk: Talk) -> str | None:
    """Give the value with which the capability is offered; None where nobody may register by themselves."""
    if talk.scene.hub.keeper.registrations.rule != "open":
        return None
    return "before-connect,email-required" if _lets_strangers(talk) else "email-required"


def _lets_strangers(talk: Talk) -> bool:
    """Tell whether one may register before coming in: where nobody comes in but members, nobody may."""
    keeper = talk.scene.hub.keeper
    return keeper.registrations.rule == "open" and keeper.access != "members"


def register(talk: Talk, asked: Asked) -> None:
    """Make a member of the guest, or of who is about to come in, under the nick they have or want."""
    account, mail, password = asked.params[0], asked.params[1], " ".join(asked.params[2:])
    nick = talk.nick or talk.wanted
    if _refused(talk, asked, account):
        return
    if not nick:
        _fail(asked, "NEED_NICK", account, "Say first by which nick, which becomes yours.")
    elif account != "*" and fold(account) != fold(nick):
        _fail(asked, "ACCOUNT_NAME_MUST_BE_NICK", account, f"You become a member under the name you have, which is {nick}.")
    elif mail in {"*", ""}:
        _fail(asked, "INVALID_EMAIL", account, "A mail is needed.")
    else:
        then = partial(_registered, talk, asked, account)
        verb, name = ("register", None) if talk.registered else ("enrol", nick)
        asked.ask(verb, then, name=name, mail=mail, password=password)


def _registered(talk: Talk, asked: Asked, account: str, reply: Reply) -> None:
    match reply:
        case Answer(fields={"name": name}):
            talk.account = str(name)
            asked.from_server("REGISTER", "SUCCESS", str(name), f"You are a member now, and {name} is your name.")
            logged_in(talk, asked, str(name))
        case Denied(why=why):
            asked.fail(_code(why), str(why), account)


def verify(talk: Talk, asked: Asked) -> None:
    """Refuse any code, as none is given out: who registers is a member at once."""
    account = asked.params[0]
    if not _refused(talk, asked, account):
        _fail(asked, "INVALID_CODE", account, "There is nothing to be verified here: who registers is a member at once.")


def _refused(talk: Talk, asked: Asked, account: str) -> bool:
    """Refuse who is a member, and who has no name yet where that is needed; before there is one, only so many tries are heard."""
    talk.failures += not talk.registered
    if talk.logged_in:
        _fail(asked, "ALREADY_AUTHENTICATED", account, "You are a member already.")
    elif (closed := _closed(talk)) is not None:
        _fail(asked, _code(closed), account, str(closed))
    elif not talk.registered and not _lets_strangers(talk):
        asked.turn(lambda: asked.fail("COMPLETE_CONNECTION_REQUIRED", "Come in first, under the name you want."))
    else:
        return False
    return True


def _closed(talk: Talk) -> e.Refused | None:
    """Say why no guest becomes a member here by themselves, where none does."""
    try:
        talk.scene.hub.keeper.registrations.check_guests()
    except e.Refused as why:
        return why
    return None


def _fail(asked: Asked, code: str, account: str, why: str) -> None:
    asked.turn(lambda: asked.fail(code, why, account))


def _code(why: e.Refused) -> str:
    return next((_CODES[cls] for cls in type(why).__mro__ if cls in _CODES), "TEMPORARILY_UNAVAILABLE")
