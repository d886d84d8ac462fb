"""Whether the house lives, whether it can do its work, and how much it does: for whoever watches over the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from chatroom.doors._web.request import WebRequest
from chatroom.wire.problem import Problem

if TYPE_CHECKING:
    from chatroom.doors._web.api import Api
    from chatroom.house import House

PLAIN = "text/plain; charset=utf-8"
FRESH = {"Cache-Control": "no-store"}


def alive(house: House, request: WebRequest) -> None:
    """Say that the server answers."""
    request.respond(200, b"ok\n", PLAIN, FRESH)


def ready(api: Api, request: WebRequest) -> None:
    """Say that what people say is stored, or raise `Problem`."""
    if api.house.hub.rules.access == "members":
        api.admit(request)
    if api.house.closing:
        raise Problem(503, "The house is closing.")
    if not api.house.journal.health().ok:
        raise Problem(503, "What people say cannot be stored; the log says why.")
    request.respond(200, b"ready\n", PLAIN, FRESH)


def metrics(api: Api, request: WebRequest) -> None:
    """Give the figures of the house, in the form that Prometheus reads."""
    api.admit(request)
    registry = CollectorRegistry()
    registry.register(Collector(api.house))
    encode, kind = choose_encoder(request.header("accept") or "")
    request.respond(200, encode(registry), kind, FRESH)


class Collector:
    """Give the figures of a house; their labels are the names of doors, and nothing that people choose."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        """Give each figure as it is now."""
        house, health = self._house, self._house.journal.health()
        counts = {
            "messages": ("Entries that were kept since the start.", house.figures.messages),
            "deliveries": ("Entries given to readers.", house.fanout.deliveries),
            "refusals": ("Requests that were refused.", house.figures.refused),
            "faults": ("Faults of the server.", house.figures.faults),
            "dropped": ("Connections closed because they did not read.", house.figures.dropped),
            "commits": ("Submissions stored.", health.commits),
            "batches": ("Commits to the disk.", health.batches),
        }
        gauges = {
            "people": ("People in the house.", len(house.hub.people)),
            "rooms": ("Rooms of the house.", len(house.hub.rooms)),
            "laggards": ("Connections that read more slowly than others.", house.lagging),
            "waiting": ("Submissions that are not stored yet.", health.waiting),
            "journal_up": ("Whether what people say is stored.", int(health.ok)),
            "commit_seconds": ("How long the last commit took.", health.commit_seconds),
        }
        for name, (about, count) in counts.items():
            yield CounterMetricFamily(f"chatroom_{name}", about, value=count)
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(f"chatroom_{name}", about, value=value)
        yield self._connections()

    def _connections(self) -> Metric:
        family = GaugeMetricFamily("chatroom_connections", "Connections, by door.", labels=["door"])
        for door, count in sorted(Counter(session.door for session in self._house.readers).items()):
            family.add_metric([door], count)
        return family
