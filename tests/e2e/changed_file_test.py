"""A stack file that changes: refused while the stack runs, carried out after a stop that keeps the data, refused where the data rest on it."""

import contextlib
import threading
import unittest

from lifeboat_stack import EXAMPLE, Events, StackTest, wait_until


class ChangedFile(StackTest):
    def changed(self, name, *replacements):
        text = EXAMPLE.read_text()
        for before, after in replacements:
            self.assertIn(before, text)
            text = text.replace(before, after)
        file = self.stack.home / name
        file.write_text(text)
        return file

    def test_is_carried_out_when_the_stack_is_stopped(self):
        url = self.stack.status()["front_door"]["url"]
        events = Events(url)
        events.register("keeper")
        event_id = events.create("before the change")
        changed = self.changed("changed.yaml", ("count: 3", "count: 4"), ("mode: manual", "mode: automatic\n  lease: 3s"))

        refused = self.stack.run("up", changed, expect=1)
        self.assertIn("web.count 3 → 4", refused.stderr)
        self.assertIn("lifeboat down --keep-data", refused.stderr)
        self.assertIn("web.count 3 → 4", " ".join(self.stack.json("plan", changed)["notes"]))
        self.assertEqual(len(self.stack.region("us-east-2")["instances"]), 3)

        self.stack.run("down", "--keep-data")
        fixed = self.stack.run("up", self.changed("refused.yaml", ("nodes: 2\n  size: db", "nodes: 3\n  size: db")), expect=1)
        self.assertIn("database.nodes 2 → 3", fixed.stderr)

        self.assertIn("Waiting 10 s", self.stack.run("up", changed).stdout)
        for region in self.stack.status()["regions"]:
            self.assertEqual([one["state"] for one in region["instances"]], ["ready"] * 4, region["name"])
        front_door = self.stack.status()["front_door"]["url"]
        self.assertEqual(Events(front_door, events.token).get(event_id)["name"], "before the change")
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "the stack to be ready", 60, 0.5)
        with self.verified_all_the_time():
            self.stack.json("chaos", "kill", "region", "us-east-2")
            self.stack.wait_until_active("us-west-1", 30)

    @contextlib.contextmanager
    def verified_all_the_time(self):
        """What a verification finds while the region is being lost must not keep the failover from going."""
        over = threading.Event()

        def verify():
            while not over.is_set():
                self.stack.run("verify", expect=None)

        threads = [threading.Thread(target=verify) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


if __name__ == "__main__":
    unittest.main()
