"""Put one room under load by the line protocol, and print what came of it: one JSON object a phase.

    python -m benchmarks.load --port 5000 --people 1000 --plan 'window=64:seconds=3;window=1:seconds=3' [--pid PID]

It is a process of its own on raw epoll, so that its work is never taken for the server's.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import sys
import time
from collections.abc import Iterator

from benchmarks.crowd import Broken, Crowd
from benchmarks.manners import MANNERS
from benchmarks.measure import cpu_seconds, pin, quantile, resident_kib


@dataclasses.dataclass(frozen=True, slots=True)
class Phase:
    """Ask for one kind of load: `window` messages in flight, or if that is 0 `rate` messages a second."""

    window: int = 0
    rate: float = 0.0
    seconds: float = 3.0
    warm: float = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """Be what one phase came to; CPU is the server's unless said, times are milliseconds."""

    people: int
    speaking: int
    window: int
    rate: float
    seconds: float
    messages_per_s: float
    deliveries_per_s: float
    cpu_us_per_delivery: float
    cpu_percent: float
    load_percent: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    rss_kib: int
    lost: int
    repeated: int
    misordered: int


@dataclasses.dataclass(slots=True)
class Snapshot:
    """Be what is known at one moment of a phase."""

    at: float
    cpu: float
    load_cpu: float
    deliveries: int
    said: int


class Run:
    """Take a crowd through phases."""

    def __init__(self, crowd: Crowd, pid: int, size: int) -> None:
        self.crowd = crowd
        self.pid = pid
        self.size = size

    def phase(self, phase: Phase) -> Figures:
        """Load the room as asked, then let it come to rest and look at what everybody got."""
        self.crowd.reset()
        self._drive(phase, phase.warm, 0)
        self.crowd.latencies.clear()
        before = self._snapshot()
        self._drive(phase, phase.seconds, self.crowd.said)
        after = self._snapshot()
        latencies = list(self.crowd.latencies)
        self._rest()
        return self._figures(phase, before, after, latencies)

    def _drive(self, phase: Phase, seconds: float, said: int) -> None:
        crowd, begun = self.crowd, time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            if phase.window:
                due, patience = phase.window - (crowd.said - crowd.done), 0.01
            else:
                due, patience = int(passed * phase.rate) + said - crowd.said, min(0.01, 1 / phase.rate)
            if due > 0:
                crowd.say(due, self.size)
            crowd.turn(patience)

    def _rest(self) -> None:
        deadline = time.monotonic() + 10
        while self._missing() and time.monotonic() < deadline:
            self.crowd.turn(0.02)

    def _missing(self) -> int:
        wanted = self.crowd.said * (len(self.crowd.everybody) - 1)
        return wanted - self.crowd.deliveries()

    def _snapshot(self) -> Snapshot:
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = cpu_seconds(self.pid) if self.pid else 0.0
        return Snapshot(time.monotonic(), cpu, used.ru_utime + used.ru_stime, self.crowd.deliveries(), self.crowd.said)

    def _figures(self, phase: Phase, before: Snapshot, after: Snapshot, latencies: list[float]) -> Figures:
        seconds, deliveries = after.at - before.at, after.deliveries - before.deliveries
        cpu = after.cpu - before.cpu
        repeated, _ = self.crowd.stream.faults(self.crowd.first)
        return Figures(
            people=len(self.crowd.everybody),
            speaking=len(self.crowd.speakers),
            window=phase.window,
            rate=phase.rate,
            seconds=round(seconds, 2),
            messages_per_s=round((after.said - before.said) / seconds, 1),
            deliveries_per_s=round(deliveries / seconds),
            cpu_us_per_delivery=round(cpu * 1e6 / deliveries, 3) if deliveries else 0.0,
            cpu_percent=round(100 * cpu / seconds),
            load_percent=round(100 * (after.load_cpu - before.load_cpu) / seconds),
            p50_ms=round(quantile(latencies, 0.5), 3),
            p99_ms=round(quantile(latencies, 0.99), 3),
            max_ms=round(max(latencies, default=0.0), 3),
            rss_kib=resident_kib(self.pid) if self.pid else 0,
            lost=self._missing(),
            repeated=repeated,
            misordered=len(self.crowd.stream.differing),
        )


def phases(plan: str) -> Iterator[Phase]:
    """Read a plan: phases separated by `;`, each `field=number:…`."""
    for part in plan.split(";"):
        numbers = dict(field.split("=", 1) for field in part.split(":"))
        yield Phase(
            window=int(numbers.get("window", 0)),
            rate=float(numbers.get("rate", 0)),
            seconds=float(numbers.get("seconds", 3)),
            warm=float(numbers.get("warm", 0.5)),
        )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="Put one room under load.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--speaking", type=int, default=10, help="how many of the people speak, at most half of them")
    parser.add_argument("--size", type=int, default=64, help="bytes of a message")
    parser.add_argument("--plan", default="window=64")
    parser.add_argument("--door", choices=sorted(MANNERS), default="lines", help="how people come; for less than 40 s")
    parser.add_argument("--pid", type=int, default=0, help="the server's, to read its CPU and memory")
    parser.add_argument("--core", type=int, help="the core to run on")
    asked = parser.parse_args()
    if asked.core is not None:
        pin(asked.core)
    crowd = Crowd(asked.host, asked.port, asked.people, max(1, min(asked.speaking, asked.people // 2)), *MANNERS[asked.door])
    crowd.begin()
    run = Run(crowd, asked.pid, max(30, asked.size))
    for phase in phases(asked.plan):
        print(json.dumps(dataclasses.asdict(run.phase(phase))), flush=True)


if __name__ == "__main__":
    try:
        main()
    except (Broken, OSError) as error:
        sys.exit(f"load: {error}")
