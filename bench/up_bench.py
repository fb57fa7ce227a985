"""`lifeboat up` from nothing, as a ratio to the plain script that starts the same parts, pair by pair in one run."""

import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from lifeboat_stack import BINARY, Stack  # noqa: E402

PAIRS = 5


def lifeboat_seconds():
    stack = Stack()
    try:
        begun = time.monotonic()
        stack.up()
        return time.monotonic() - begun
    finally:
        stack.close()


def plain_seconds():
    script = pathlib.Path(__file__).with_name("plain_up.py")
    events = BINARY.parents[2] / "events/lifeboat-events"
    return float(subprocess.run([sys.executable, script, events], check=True, capture_output=True, text=True).stdout)


def main():
    pairs = [(lifeboat_seconds(), plain_seconds()) for _ in range(PAIRS)]
    ours, floor = zip(*pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"lifeboat up: median {statistics.median(ours):.2f} s, worst {max(ours):.2f} s")
    print(f"plain script: median {statistics.median(floor):.2f} s")
    print(f"ratio, pair by pair: {ratio:.2f}")


if __name__ == "__main__":
    main()
