"""The thinnest path through the whole: both regions up, a write, the region killed, failed over, the write still there."""

import unittest

from lifeboat_stack import Events, StackTest


class Walk(StackTest):
    def test_a_write_survives_the_loss_of_the_region(self):
        before = self.stack.status()
        self.assertEqual(before["active_region"], "us-east-2")
        east = Events(before["front_door"]["url"])
        east.register("walker")
        event_id = east.create("before the loss")

        self.stack.json("chaos", "kill", "region", "us-east-2")
        self.stack.run("failover", "--yes")

        after = self.stack.status()
        self.assertEqual(after["active_region"], "us-west-1")
        self.assertGreater(after["epoch"], before["epoch"])
        west = Events(after["front_door"]["url"], east.token)
        self.assertEqual(west.get(event_id)["name"], "before the loss")
        west.create("after the loss")

        report = self.stack.json("report", "latest")
        self.assertEqual(report["verdict"], "done")
        self.assertEqual(report["fence"]["method"], "power")

        self.stack.run("reprotect", "--yes")
        self.stack.run("failback", "--yes")
        home = self.stack.status()
        self.assertEqual(home["active_region"], "us-east-2")
        self.assertEqual(Events(home["front_door"]["url"], east.token).get(event_id)["name"], "before the loss")


if __name__ == "__main__":
    unittest.main()
