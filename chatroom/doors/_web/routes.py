"""What there is on the web, and who is asked about it: one table, looked at after every request has been found to be in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chatroom.core.addresses import written
from chatroom.core.errors import Refused
from chatroom.core.targets import Party
from chatroom.doors._web import assets, health
from chatroom.doors._web.api import Api
from chatroom.doors._web.pace import Pace
from chatroom.doors._web.pages import Pages
from chatroom.doors._web.request import WebRequest
from chatroom.doors._web.socket import Sockets
from chatroom.wire import origin
from chatroom.wire.problem import Problem, refused

if TYPE_CHECKING:
    from chatroom.house import House

Answer = Callable[..., None]
"""Answers a request; the parts of the path that vary come after it."""
READING = ("GET", "HEAD")
FOR_ANYBODY = frozenset({b"/healthz", b"/readyz"})
"""What tells nothing of people: a ban that is too wide is not to bring an alarm."""


@dataclass(frozen=True, slots=True)
class Route:
    """Be one path, in which `*` stands for any part, and what answers it for each method."""

    path: tuple[str, ...]
    answers: Mapping[str, Answer]

    def fits(self, steps: tuple[str, ...]) -> tuple[str, ...] | None:
        """Give the parts that vary, or None when this is another path."""
        if len(steps) != len(self.path) or not all(mine in {"*", step} for mine, step in zip(self.path, steps, strict=True)):
            return None
        return tuple(step for mine, step in zip(self.path, steps, strict=True) if mine == "*")


class Routes:
    """Answer the requests to one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.api = Api(house)
        self.pages = Pages(self.api)
        self._sockets = Sockets(house)
        self._assets = assets.load()
        self.pace = Pace()
        self._table = list(self._routes())

    def answer(self, request: WebRequest) -> None:
        """Answer a request, or say what is wrong with it."""
        try:
            request.believe(self.house.hub.rules.relays)
            self._check(request)
            self._check_ban(request)
            self.pace.spend(request.address, self._cost(request), self.house.clock.seconds())
            self._find(request)()
        except Problem as problem:
            request.refuse(problem)
        except Refused as why:
            request.refuse(refused(why))

    def _routes(self) -> list[Route]:
        house = self.house
        return [
            _page((), self._front),
            _page(("monitor",), self._assets["monitor.html"].serve),
            _page(("static", "*"), self._static),
            _page(("healthz",), partial(health.alive, house)),
            _page(("readyz",), partial(health.ready, self.api)),
            _page(("metrics",), partial(health.metrics, self.api)),
            _page(("openapi.json",), self._assets["openapi.json"].serve),
            _page(("rooms",), self.api.rooms),
            _page(("people",), self.api.people),
            Route(("rooms", "*"), {**dict.fromkeys(READING, self.pages.room), "POST": self.api.say}),
            _page(("rooms", "*", "history"), self.api.history),
            Route(("rooms", "*", "events"), {"GET": self.api.events}),
            Route(("ws",), {"GET": self._sockets.upgrade}),
        ]

    def _cost(self, request: WebRequest) -> float:
        """Tell for how much a request counts: what is in memory anyway for little, what is to be looked for for much."""
        if request.path.startswith(b"/static/"):
            return 0.2
        return 10.0 if b"q=" in request.query else 1.0

    def _check(self, request: WebRequest) -> None:
        host = request.header("host")
        if host is None and request.clientproto == b"HTTP/1.1":
            raise Problem(400, "The header Host is missing.")
        if host is not None and not origin.is_known(host, self.house.hub.rules.publicity.hosts):
            raise Problem(421, "This server is not called that. Its host can allow the name in config.yaml, under web.hosts.")
        page = request.header("origin")
        if page is not None and not origin.is_own(page, host or "") and not self._invited(request, page):
            raise Problem(403, "Pages of other servers may not ask for anything here.")

    def _check_ban(self, request: WebRequest) -> None:
        """Refuse whoever is banned; a WebSocket is opened first, as its page could not read why."""
        if request.path not in FOR_ANYBODY and not (request.header("upgrade") or ""):
            self.house.hub.keeper.check(Party(written(request.address)), self.house.wall())

    def _invited(self, request: WebRequest, page: str) -> bool:
        """Tell whether the host lets a page of another server open a WebSocket here, which is all it may."""
        listed = self.house.hub.rules.publicity.origins
        return origin.plain(page) in listed and (request.header("upgrade") or "").lower() == "websocket"

    def _find(self, request: WebRequest) -> Callable[[], None]:
        steps = () if request.path == b"/" else request.steps
        method = request.method.decode("latin-1")
        for route in self._table:
            parts = route.fits(steps)
            if parts is not None:
                if method not in route.answers:
                    raise Problem(405, f"{method[:20]} is not possible here.", headers={"Allow": ", ".join(route.answers)})
                return partial(route.answers[method], request, *parts)
        raise Problem(404, "There is nothing here by that name.")

    def _front(self, request: WebRequest) -> None:
        """Serve the chat, or speak IRC: its clients ask for no path of ours."""
        if request.method == b"GET" and self._sockets.wanted(request):
            self._sockets.upgrade(request)
        else:
            self._assets["chat.html"].serve(request)

    def _static(self, request: WebRequest, name: str) -> None:
        if name not in self._assets:
            raise Problem(404, "There is nothing here by that name.")
        self._assets[name].serve(request)


def _page(path: tuple[str, ...], answer: Answer) -> Route:
    """Make the route of what is only read."""
    return Route(path, dict.fromkeys(READING, answer))
