"""Where the socket of a state folder is: by its path, or by a short one where that is too long."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from chatroom.sockets import LONGEST, NAME, SocketPath


def test_a_short_path_is_used_as_it_is() -> None:
    path = SocketPath(Path("/run/chatroom"))
    assert path.text == f"/run/chatroom/{NAME}"
    path.close()


def test_a_socket_in_a_deep_folder_is_reached_by_a_short_path(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    path = SocketPath(deep)
    assert len(path.text) <= LONGEST
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.text)
    assert (deep / NAME).is_socket()
    path.close()
    path.close()


def test_a_deep_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SocketPath(tmp_path / ("d" * 90))
