"""Run the `chatroom` command as `python -m chatroom`."""

import sys

from chatroom.cli import main

if __name__ == "__main__":
    sys.exit(main())
