"""`up` where it cannot work, and twice: what is wrong, what to do, and nothing half-made is left."""

import concurrent.futures
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from lifeboat_stack import Stack, processes_below


class BadSurroundings(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.addCleanup(self.stack.close)

    def assert_nothing_left(self):
        self.assertEqual(processes_below(self.stack.home), {})
        self.assertEqual([path for path in self.stack.home.glob("*/stack.yaml")], [])

    def test_twice(self):
        self.stack.up()
        pids = {instance["pid"] for region in self.stack.status()["regions"] for instance in region["instances"]}
        self.stack.up()
        again = {instance["pid"] for region in self.stack.status()["regions"] for instance in region["instances"]}
        self.assertEqual(pids, again, "the second up must not restart what runs")

    def test_two_at_once(self):
        other = Stack()
        self.addCleanup(other.close)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for started in [pool.submit(stack.up) for stack in (self.stack, other)]:
                started.result()
        doors = {region["load_balancer"]["url"] for stack in (self.stack, other) for region in stack.status()["regions"]}
        self.assertEqual(len(doors), 4, "each stack has addresses of its own")

    def test_port_taken(self):
        self.stack.environment["LIFEBOAT_SLOT"] = "71"
        first = 30 * 7 + 10 + 1
        with socket.create_server((f"127.{first}.0.10", 8080)):
            process = self.stack.run("up", self.stack.stack_file, "--yes", expect=1)
        self.assertIn(f"127.{first}.0.10:8080", process.stderr)
        self.assertIn("port_taken", process.stderr)
        self.assertIn(str(os.getpid()), process.stderr, "the holder is named")
        self.assert_nothing_left()

    def test_missing_program(self):
        programs = pathlib.Path(tempfile.mkdtemp(prefix="lifeboat-path-"))
        self.addCleanup(shutil.rmtree, programs)
        environment = dict(self.stack.environment, PATH=str(programs), LIFEBOAT_PROGRAM_PATH=str(programs))
        process = self.stack.run("up", self.stack.stack_file, "--yes", expect=1, environment=environment)
        self.assertIn("program_missing", process.stderr)
        self.assertIn("haproxy", process.stderr)
        self.assert_nothing_left()

    @unittest.skipUnless(os.geteuid() == 0, "a full disk is made by mounting a small one, which takes root")
    def test_no_disk_space(self):
        small = pathlib.Path(tempfile.mkdtemp(prefix="lifeboat-small-"))
        self.addCleanup(small.rmdir)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "lifeboat-test", small], check=False).returncode != 0:
            self.skipTest("this machine does not let root mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        environment = dict(self.stack.environment, LIFEBOAT_HOME=str(small))
        process = self.stack.run("up", self.stack.stack_file, "--yes", expect=1, environment=environment)
        self.assertIn("disk_full", process.stderr)
        self.assertEqual(processes_below(small), {})


if __name__ == "__main__":
    unittest.main()
