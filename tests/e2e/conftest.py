"""What every end-to-end test is given: servers of its own, ended and looked over afterwards."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.e2e.harness import Daemon, Tmux  # noqa: E402  # found by the path above, however pytest was started

Serve = Callable[..., Daemon]


@pytest.fixture(autouse=True)
def terminals() -> Iterator[None]:
    """Leave no terminal open, and no program running in one."""
    yield
    while Tmux.open:
        Tmux.open[-1].close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Give a way to make servers that are not started yet, each in a folder of its own."""
    with serving(tmp_path) as make:
        yield make


@pytest.fixture
def serve_in_memory(tmp_path: Path) -> Iterator[Serve]:
    """Give a way to make servers with their folders in memory, where there is such a place, to measure how long people wait.

    A disk that others use, too, takes half a second for a write now and then, in which the house can do nothing but wait.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder, serving(Path(folder)) as make:
        yield make


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Serve]:
    """Give a way to make servers in folders below this one; at the end, end them and look them over."""
    made: list[Daemon] = []

    def make(*options: str, **settings: object) -> Daemon:
        made.append(Daemon(folder / f"server{len(made)}", *options, **settings))  # type: ignore[arg-type]  # as Daemon takes them
        return made[-1]

    yield make
    for server in made:
        server.kill()
        server.hang_up()
    for server in made:
        server.look_for_trouble()


@pytest.fixture
def server(serve: Serve) -> Daemon:
    """Give a server that runs."""
    return serve().start()
