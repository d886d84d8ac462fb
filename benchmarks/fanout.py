"""Measure what it costs to deliver what one says to many, beside a naive Twisted room, a room of threads, and IRC servers in C.

    python -m benchmarks.fanout [--short | --full] [--people 10,100,1000] [--windows 64,1] [--doors lines,irc] [--rounds 3]

The servers are measured in turn within every round, so that a machine that gets slower gets slower for all; each figure is the
median over the rounds. The chat room stores every message on disk before anybody sees it; the others store nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ircds import LEFT_OUT
from benchmarks.measure import median
from benchmarks.subjects import CHATROOM, IRC, IRCDS, OURS, ROOT, SUBJECTS, WEB, Subject, allow_connections, machine, running

SHOWN = (
    ("deliveries_per_s", "deliveries/s", "{:>12,.0f}"),
    ("cpu_us_per_delivery", "CPU µs each", "{:>11.3f}"),
    ("p50_ms", "p50 ms", "{:>9.2f}"),
    ("p99_ms", "p99 ms", "{:>9.2f}"),
    ("rss_kib", "RSS KiB", "{:>9,.0f}"),
)
FAULTS = ("lost", "repeated", "misordered")

Result = dict[str, Any]
BESIDE = {"lines": (*SUBJECTS, WEB), "irc": IRCDS}
"""What is measured beside one another, by the door through which the chat room is entered."""


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """Be one line of the table."""

    people: int
    window: int
    subject: str


def measure(subject: Subject, people: int, windows: Sequence[int], seconds: float) -> list[Result]:
    """Start a server, load it with each window in turn, and give the figures."""
    plan = ";".join(f"window={window}:seconds={seconds}" for window in windows)
    with running(subject) as server:
        load = [sys.executable, "-m", "benchmarks.load", "--port", str(server.port), "--pid", str(server.pid)]
        load += ["--people", str(people), "--plan", plan, "--core", "1"]
        load += ["--door", subject.door]
        done = subprocess.run(load, cwd=ROOT, capture_output=True, text=True, timeout=120 + 20 * seconds)
    if done.returncode:
        print(f"{subject.name}, {people} people: {done.stderr.strip()[-500:]}", file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def rounds(asked: argparse.Namespace) -> dict[Case, list[Result]]:
    """Measure all servers in every round; one line on standard error tells how far it is."""
    found: dict[Case, list[Result]] = {}
    for turn in range(asked.rounds):
        for people in asked.people:
            for subject in [one for door in asked.doors for one in BESIDE[door]]:
                print(f"round {turn + 1}/{asked.rounds}: {people} people, {subject.name}", file=sys.stderr)
                for result in measure(subject, people, asked.windows, asked.seconds):
                    found.setdefault(Case(people, result["window"], subject.name), []).append(result)
    return found


def table(found: dict[Case, list[Result]]) -> str:
    """Show the medians, and how many times the chat room's CPU per delivery and its p99 the others need."""
    head = f"{'people':>6} {'window':>6}  {'server':<14}" + "".join(f" {name:>{len(form.format(0))}}" for _, name, form in SHOWN)
    lines = [f"{head}  CPU ratio  p99 ratio"]
    for case, results in found.items():
        base = IRC if case.subject in {one.name for one in IRCDS} else CHATROOM
        ours = found.get(Case(case.people, case.window, base.name), [])
        numbers = "".join(" " + form.format(_median(results, key)) for key, _, form in SHOWN)
        ratios = f"{_ratio(results, ours, 'cpu_us_per_delivery')}  {_ratio(results, ours, 'p99_ms')}"
        lines.append(f"{case.people:>6} {case.window:>6}  {case.subject:<14}{numbers}  {ratios}{_faults(results)}")
    return "\n".join(lines)


def _median(results: Sequence[Result], key: str) -> float:
    return median([float(result[key]) for result in results])


def _ratio(results: Sequence[Result], ours: Sequence[Result], key: str) -> str:
    base = _median(ours, key)
    return f"{_median(results, key) / base:>8.2f}×" if base else f"{'–':>9}"


def _faults(results: Sequence[Result]) -> str:
    counts = {fault: sum(result[fault] for result in results) for fault in FAULTS}
    said = ", ".join(f"{count} {fault}" for fault, count in counts.items() if count)
    return f"  {said}!" if said else ""


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fanout", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=_numbers, default=[10, 100, 1000])
    parser.add_argument("--windows", type=_numbers, default=[64, 1])
    parser.add_argument("--doors", type=lambda text: text.split(","), default=["lines", "irc"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--short", action="store_true", help="one round of short measurements")
    parser.add_argument("--full", action="store_true", help="5000 people, too")
    parser.add_argument("--json", type=Path, help="write all figures of all rounds here")
    asked = parser.parse_args()
    if asked.short:
        asked.rounds, asked.seconds = 1, 1.5
    if asked.full:
        asked.people = [*asked.people, 5000]
    return asked


def main() -> int:
    """Measure and print; 1 if anything was lost, repeated or out of order in the chat room."""
    asked = options()
    allow_connections()
    if LEFT_OUT:
        print(f"Left out, as they are not installed: {', '.join(LEFT_OUT)}.")
    print(f"Fan-out: one room, 64-byte messages, up to 10 of the people speaking. {machine()}.")
    found = rounds(asked)
    print(table(found))
    if asked.json:
        asked.json.write_text(json.dumps([dataclasses.asdict(case) | {"rounds": all_} for case, all_ in found.items()], indent=1))
    ours = [result for case, results in found.items() if case.subject in OURS for result in results]
    return 0 if ours and not any(result[fault] for result in ours for fault in FAULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
