"""Run the short version of every benchmark: `python -m benchmarks`, below three minutes."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.subjects import ROOT


def main() -> int:
    """Run one after the other; the first failure is the outcome."""
    for name in ("fanout", "storm", "append", "encryption"):
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", "--short", *sys.argv[1:]], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
