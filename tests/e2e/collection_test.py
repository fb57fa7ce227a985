"""The Flask application's collection passes against each of the six instances' region writers and both load balancers."""

import pathlib
import subprocess
import sys
import unittest

from lifeboat_stack import REPOSITORY, StackTest

RUNNER = REPOSITORY / "events/tests/run_collection.py"


class Collection(StackTest):
    def urls(self):
        for region in self.stack.status()["regions"]:
            yield region["load_balancer"]["url"]
            for instance in region["instances"]:
                yield instance["url"]

    def test_every_door(self):
        urls = list(self.urls())
        self.assertEqual(len(urls), 8)
        for url in urls:
            with self.subTest(url=url):
                process = subprocess.run([sys.executable, str(RUNNER), url], capture_output=True, text=True, timeout=60)
                self.assertEqual(process.returncode, 0, process.stdout + process.stderr)


if __name__ == "__main__":
    unittest.main()
