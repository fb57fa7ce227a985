"""Failovers in a row, by kill and by hang: the service comes back in the other region, and the losses are counted right."""

import os
import statistics
import time
import unittest

from lifeboat_stack import Events, StackTest, wait_until
from load_record import LoadRecord, present_names

ROUNDS = int(os.environ.get("LIFEBOAT_ROUNDS", "4"))


class Failovers(StackTest):
    def setUp(self):
        self.rtos_ms = []

    def round(self, number, loss):
        before = self.stack.status()
        active = before["active_region"]
        other = next(region["name"] for region in before["regions"] if region["name"] != active)
        record = self.stack.home / f"load-{number}.jsonl"
        load = self.stack.start("load", "--rate", "200", "--writers", "20", "--duration", "30s", "--record", record)
        wait_until(lambda: record.exists() and record.read_text().count('"acknowledged":true') > 100, "load to flow")
        armed = self.stack.start("failover", "--on-loss", "--yes")
        wait_until(lambda: self.stack.status().get("armed"), "the failover to be armed")

        # A region is lost at any moment of the clients' cached answer: the rounds are spread evenly over its time to live.
        time.sleep(before["dns"]["ttl_s"] * number / ROUNDS)
        lost_at_ms = self.stack.json("chaos", loss, "region", active)["at_unix_ms"]

        self.assertEqual(armed.wait(30), 0, armed.text())
        recovered = lambda: first_acknowledged_after_ms(record, lost_at_ms, other)
        rto_ms = wait_until(recovered, f"an acknowledged write in {other}", 15, 0.1)
        load.stop()
        self.check_report(record, other)
        phases = " ".join(f"{phase.removesuffix('_ms')} {ms}" for phase, ms in self.stack.json("report", "latest")["phases"].items())
        print(f"round {number}: {loss} {active}: client RTO {rto_ms:.0f} ms ({phases})", flush=True)
        self.rtos_ms.append(rto_ms)
        self.stack.run("reprotect", "--yes")

    def check_report(self, record, other):
        status = self.stack.status()
        self.assertEqual(status["active_region"], other)
        client = LoadRecord(record)
        url = next(region for region in status["regions"] if region["name"] == other)["load_balancer"]["url"]
        events = Events(url)
        events.register(f"counter{len(self.rtos_ms)}")
        present = present_names(events)
        lost = [write for write in client.acknowledged() if write["name"] not in present]
        report = self.stack.json("report", "latest")
        self.assertEqual(report["verdict"], "done")
        self.assertEqual(report["lost_acknowledged_writes"], len(lost))
        self.assertIsNotNone(report["rto_ms"])

    def test_each_ends_with_writes_in_the_other_region(self):
        for number in range(ROUNDS):
            self.round(number, "kill" if number % 2 == 0 else "stop")
        print(f"{ROUNDS} failovers: median {statistics.median(self.rtos_ms):.0f} ms, worst {max(self.rtos_ms):.0f} ms")
        self.assertLess(max(self.rtos_ms), 10_000, "a failover that takes this long did not work as designed")


def first_acknowledged_after_ms(record, lost_at_ms, region):
    """The load client may be in the middle of a line: then there is nothing to say yet."""
    try:
        return LoadRecord(record).first_acknowledged_after_ms(lost_at_ms, region)
    except ValueError:
        return None


if __name__ == "__main__":
    unittest.main()
