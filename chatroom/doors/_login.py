"""What a stranger is asked before they are somebody: a name, a password where one is needed, a new one after an invitation.

Rules
-----
- What is typed as a password becomes a field of a request and nothing else: it is not shown, not kept once it has served, and no part
  of any sentence.
- Only the house says when a password is needed, so names that need none are not asked for one.
"""

from __future__ import annotations

import enum

from chatroom.core.errors import LoginsBusy, PasswordNeeded, PasswordToChoose, Refused, TooManyAttempts, WrongPassword
from chatroom.core.replies import Denied, Done, Reply, Welcome
from chatroom.core.request import Request
from chatroom.passwords import check

LONGEST_SHOWN = 80
"""Characters of a name that are shown when its password is asked for; the name of a stranger may be as long as a line."""


class Question(enum.Enum):
    """Tell what the next line answers."""

    NAME = enum.auto()
    PASSWORD = enum.auto()
    CHOICE = enum.auto()
    REPETITION = enum.auto()
    NOTHING = enum.auto()

    @property
    def secret(self) -> bool:
        """Tell whether the answer is nobody else's business."""
        return self in {Question.PASSWORD, Question.CHOICE, Question.REPETITION}


class Login:
    """Turn answers into requests, and what the house says to them into the next question."""

    def __init__(self) -> None:
        self.question = Question.NAME
        self.failed = False
        """The last answer led nowhere."""
        self.problem = ""
        """Why the question is put again, where the house has not said so."""
        self._name = ""
        self._again = False
        self._chosen = ""

    def answer(self, text: str) -> Request | None:
        """Give what an answer asks of the house; None when only the question changes."""
        self.failed, self.problem = False, ""
        match self.question:
            case Question.PASSWORD:
                return self._password(text)
            case Question.CHOICE:
                self._choice(text)
                return None
            case Question.REPETITION:
                return self._repeated(text)
            case _:
                return Request("hello", fields={"name": text})

    def heard(self, reply: Reply) -> Request | None:
        """Learn what the house says; give what is to be asked of it next."""
        match reply:
            case Welcome():
                self._chosen, self.question = "", Question.NOTHING
            case Done(verb="choose"):
                chosen, self._chosen = self._chosen, ""
                return Request("hello", fields={"name": self._name, "password": chosen})
            case Denied(why=PasswordNeeded() as why):
                self._name, self.question, self._again = str(why.fields["name"]), Question.PASSWORD, False
            case Denied(why=PasswordToChoose()):
                self.question = Question.CHOICE
            case Denied(verb="choose"):
                self._chosen, self.question, self.failed = "", Question.CHOICE, True
            case Denied(why=WrongPassword() | TooManyAttempts() | LoginsBusy()) if self.question is Question.PASSWORD:
                # Never a name: whoever types the password once more must not be shown to everybody under it.
                self.failed = self._again = True
            case Denied():
                self.failed, self.question = True, Question.NAME
        return None

    @property
    def words(self) -> str:
        """Word the question."""
        match self.question:
            case Question.PASSWORD:
                name = self._name if len(self._name) <= LONGEST_SHOWN else f"{self._name[:LONGEST_SHOWN]}…"
                return f"Password for {name} again, or Enter alone for another name:" if self._again else f"Password for {name}:"
            case Question.CHOICE:
                return "Choose a password:"
            case Question.REPETITION:
                return "And once more:"
            case Question.NAME:
                return "What is your name?"
            case _:
                return ""

    def _password(self, text: str) -> Request | None:
        if not text:
            self.failed, self.question = True, Question.NAME
            return None
        return Request("hello", fields={"name": self._name, "password": text})

    def _choice(self, text: str) -> None:
        """Take a new password to be typed again, or say at once what is wrong with it; the house looks at it once more."""
        try:
            check(text, self._name)
        except Refused as why:
            self.failed, self.problem = True, str(why)
        else:
            self._chosen, self.question = text, Question.REPETITION

    def _repeated(self, text: str) -> Request | None:
        if text == self._chosen:
            return Request("choose", fields={"password": text})
        self._chosen, self.question, self.failed = "", Question.CHOICE, True
        self.problem = "The two are not the same."
        return None
