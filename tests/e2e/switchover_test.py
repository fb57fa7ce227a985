"""Switchovers in a row under load: no request fails, no acknowledged write is lost."""

import os
import unittest

from lifeboat_stack import Events, StackTest, wait_until
from load_record import LoadRecord, present_names

ROUNDS = int(os.environ.get("LIFEBOAT_ROUNDS", "4"))


class Switchovers(StackTest):
    def test_none_fails_a_request_or_loses_a_write(self):
        record = self.stack.home / "load.jsonl"
        load = self.stack.start("load", "--rate", "200", "--writers", "50", "--duration", "10m", "--record", record)
        flowing = lambda: record.exists() and record.read_text().count('"acknowledged":true')
        wait_until(lambda: (flowing() or 0) > 100, "load to flow")
        for _ in range(ROUNDS):
            before = self.stack.status()
            self.stack.run("switchover", "--yes")
            after = self.stack.status()
            self.assertNotEqual(after["active_region"], before["active_region"])
            self.assertEqual(after["epoch"], before["epoch"] + 1)
            seen = flowing()
            wait_until(lambda: flowing() > seen + 100, "load to flow again")
        load.stop()

        client = LoadRecord(record)
        failed = client.failed()
        print(f"{ROUNDS} switchovers, {len(client.requests)} requests, longest {client.longest_ms():.0f} ms", flush=True)
        self.assertEqual(failed, [])
        events = Events(self.stack.region(self.stack.status()["active_region"])["load_balancer"]["url"])
        events.register("counter")
        present = present_names(events)
        self.assertEqual([write for write in client.acknowledged() if write["name"] not in present], [])


if __name__ == "__main__":
    unittest.main()
