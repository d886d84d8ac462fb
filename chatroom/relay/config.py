"""The relay's settings: one YAML file, every key of it optional."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, WithJsonSchema

from chatroom import kinds, listen
from chatroom.kinds import Settings, wrong
from chatroom.listen import Endpoint, is_loopback
from chatroom.loading import Scheme
from chatroom.registry import TRANSFORMS, BrokenPart, NoSuchPart
from chatroom.relay.transform import Transform, TransformUnusable

LISTEN = (listen.parse("tcp:9999"),)
SERVER = ("127.0.0.1", 5000)
PEOPLE = 1000
MOST_PEOPLE = 1_000_000
MOST_TRANSFORMS = 16


def _server(value: Any) -> tuple[str, int]:
    try:
        found = urlsplit(f"//{value}")
        host, port = found.hostname, found.port
    except ValueError:
        host, port = None, None
    if not isinstance(value, str) or not host or "/" in value or "@" in value:
        raise wrong("this is not a server", "Write its address, and its port if that is not 5000, for example 192.0.2.7:5000.")
    return host, port or SERVER[1]


def _transforms(value: Any) -> tuple[Transform, ...]:
    named = value if isinstance(value, list) else [value] if value else []
    if len(named) > MOST_TRANSFORMS or not all(isinstance(one, str) for one in named):
        raise wrong("this is not a list of transforms", "Write for example [star], or [star, 'mask:darn,heck'].")
    return tuple(map(_transform, named))


def _transform(text: str) -> Transform:
    name, _, rest = text.partition(":")
    try:
        made: Transform = TRANSFORMS.load(name).open_transform(rest)
    except NoSuchPart:
        raise wrong("there is no such transform", kinds.choice(name, TRANSFORMS.names)) from None
    except (TransformUnusable, BrokenPart) as error:
        problem, _, remedy = str(error).partition(". ")
        raise wrong(problem, remedy) from None
    return made


def _people(value: Any) -> int:
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 and 0 < int(value) <= MOST_PEOPLE):
        raise wrong("this is not a number of people", f"Write one from 1 to {MOST_PEOPLE}.")
    return int(value)


_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


class RelayConfig(Settings):
    """Be everything the host of a relay can set."""

    listen: kinds.Endpoints = Field(LISTEN, description="Where the relay listens: an endpoint such as tcp:9999, or a list of them.")
    server: Annotated[tuple[str, int], PlainValidator(_server), WithJsonSchema({"type": "string"})] = Field(
        SERVER, description="The house people are passed on to: its address, and its port if that is not 5000."
    )
    encrypt: Literal["elsewhere", "always", "never"] = Field(
        "elsewhere", description="Whether what passes to the house is encrypted: where it is on another machine, always, or never."
    )
    certificate: kinds.Files = Field(
        (), description="The files of the certificate people are shown and of its key; empty for one of the relay's own."
    )
    secret: kinds.Secret = Field("", description="What is shown to the house, if it believes this relay by a secret.")
    transforms: Annotated[tuple[Transform, ...], PlainValidator(_transforms), WithJsonSchema(_TEXTS)] = Field(
        default_factory=lambda: (_transform("star"),), description="What is done to names and words that pass, in this order."
    )
    people: Annotated[int, PlainValidator(_people), WithJsonSchema({"type": "integer"})] = Field(
        PEOPLE, description="How many people may be here at once."
    )

    @property
    def encrypted(self) -> bool:
        """Tell whether what passes to the house is encrypted."""
        return self.encrypt == "always" or (self.encrypt == "elsewhere" and not is_loopback(self.server[0]))


SCHEME = Scheme(RelayConfig, "chatroom's relay.yaml")


def shown(endpoints: tuple[Endpoint, ...]) -> str:
    """Write where a relay listens."""
    return ", ".join(map(str, endpoints))
