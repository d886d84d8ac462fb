"""Where a coroutine becomes a Deferred; nothing else in the project makes that step."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger

T = TypeVar("T")

_log = Logger()


def deferred(work: Coroutine[Deferred[Any], Any, T]) -> Deferred[T]:
    """Start `work` now, for somebody who waits for it and takes its failure."""
    return Deferred.fromCoroutine(work)


def spawn(work: Coroutine[Deferred[Any], Any, object], name: str) -> Deferred[None]:
    """Start `work` now with nobody waiting; a failure is logged under `name`, and the Deferred always ends well."""
    running: Deferred[object] = deferred(work)
    return running.addCallbacks(lambda _: None, lambda failure: _log.failure("{name} failed", failure, name=name))
