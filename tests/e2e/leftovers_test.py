"""Whatever is killed with SIGKILL, `lifeboat down` leaves no process, address, or file behind."""

import os
import pathlib
import random
import signal
import unittest

from lifeboat_stack import Stack, processes_below


def listening_below(prefix):
    """Sockets that listen on addresses with the prefix, from the kernel's own table."""
    found = []
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        raw = bytes.fromhex(local.split(":")[0])[::-1]
        address = ".".join(map(str, raw))
        if state == "0A" and address.startswith(prefix):
            found.append(f"{address}:{int(local.split(':')[1], 16)}")
    return found


class Leftovers(unittest.TestCase):
    def kill_and_go_down(self, choose):
        stack = Stack()
        self.addCleanup(stack.close)
        stack.up()
        doors = [region["load_balancer"]["url"].split("//")[1] for region in stack.status()["regions"]]
        for pid in choose(processes_below(stack.folder)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        stack.run("down", "--yes")
        self.assertEqual(processes_below(stack.home), {})
        for door in doors:
            self.assertEqual(listening_below(".".join(door.split(".")[:2]) + "."), [])
        self.assertEqual(list(stack.home.glob("*/stack.yaml")), [])

    def test_inits_killed(self):
        self.kill_and_go_down(lambda all_pids: [pid for pid, line in all_pids.items() if "region-init" in line])

    def test_lifeboats_own_processes_killed(self):
        self.kill_and_go_down(lambda all_pids: [pid for pid, line in all_pids.items() if "lifeboat " in line])

    def test_a_random_half_killed(self):
        seed = int(os.environ.get("LIFEBOAT_SEED", random.randrange(1 << 30)))
        print(f"LIFEBOAT_SEED={seed}", flush=True)
        draw = random.Random(seed)
        self.kill_and_go_down(lambda all_pids: [pid for pid in sorted(all_pids) if draw.random() < 0.5])

    def test_two_commands_at_once(self):
        stack = Stack()
        self.addCleanup(stack.close)
        ups = [stack.start("up", stack.stack_file, "--yes") for _ in range(2)]
        self.assertEqual(sorted(up.wait(60) for up in ups), [0, 3], [up.text() for up in ups])
        self.assertEqual(sum("another 'lifeboat up'" in up.text() for up in ups), 1)
        self.assertEqual(stack.status()["active_region"], "us-east-2")
        downs = [stack.start("down", "--yes") for _ in range(2)]
        self.assertIn(0, [down.wait(60) for down in downs], [down.text() for down in downs])
        self.assertEqual(processes_below(stack.home), {})
        self.assertEqual([path for path in stack.home.iterdir() if path.is_dir()], [])


if __name__ == "__main__":
    unittest.main()
