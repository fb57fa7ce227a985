"""Automatic mode on a machine that is busy to its last core, under load: nothing is lost, so nothing may be failed over."""

import multiprocessing
import os
import pathlib
import tempfile
import time
import unittest

from automatic_test import STACK
from lifeboat_stack import Stack, wait_until
from load_record import LoadRecord

# An hour by hand (LIFEBOAT_MINUTES=60).
SECONDS = float(os.environ.get("LIFEBOAT_MINUTES", "0.4")) * 60


def be_busy(until):
    """Counts, and now and then reads and writes a file: what a noisy neighbour does."""
    with tempfile.TemporaryFile() as file:
        while time.monotonic() < until:
            for _ in range(200_000):
                pass
            file.seek(0)
            file.write(os.urandom(1 << 20))
            os.fsync(file.fileno())


class Noise(unittest.TestCase):
    def test_no_false_failover(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "stack.yaml"
            file.write_text(STACK)
            stack = Stack(file)
            self.addCleanup(stack.close)
            stack.up()
        wait_until(lambda: stack.status()["ready"]["verdict"] == "ready", "the stack to be ready", 60)
        before = stack.status()
        until = time.monotonic() + SECONDS
        neighbours = [multiprocessing.Process(target=be_busy, args=(until,)) for _ in range(os.cpu_count() or 1)]
        for neighbour in neighbours:
            neighbour.start()
        record = stack.home / "load.jsonl"
        load = stack.start("load", "--rate", "50", "--writers", "10", "--duration", f"{SECONDS:.0f}s", "--record", record)
        for neighbour in neighbours:
            neighbour.join()
        load.wait(60)
        after = stack.status()
        client = LoadRecord(record)
        print(f"{SECONDS:.0f} s with every core busy: {len(client.requests)} requests, {len(client.failed())} failed, "
              f"longest {client.longest_ms():.0f} ms", flush=True)
        log = stack.run("log").stdout
        self.assertEqual(after["epoch"], before["epoch"], log)
        self.assertEqual(after["active_region"], before["active_region"], log)
        self.assertGreater(len(client.acknowledged()), SECONDS)


if __name__ == "__main__":
    unittest.main()
