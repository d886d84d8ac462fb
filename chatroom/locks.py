"""Locks on files and folders, which end with the process that took them; only systems of the Unix kind have them."""

from __future__ import annotations

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]  # as on Windows

MISSING = (
    "The server does not run on this system, which has no locks for files. On Windows run it in WSL 2; "
    "chatroom join and chatroom gui run here."
)


def there_are() -> bool:
    """Tell whether this system has locks."""
    return fcntl is not None


def hold(handle: int) -> None:
    """Take the lock of what is open, or raise BlockingIOError when another process has it."""
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
