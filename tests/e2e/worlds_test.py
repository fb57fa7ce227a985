"""The stories of every world, on the real parts of this machine."""

import unittest

from lifeboat_stack import Stack
from stories import FOLDER, Player, check


class Worlds(unittest.TestCase):
    def test_every_story_goes_in_the_local_world_as_it_is_written(self):
        stories = sorted(FOLDER.glob("*.txt"))
        self.assertTrue(stories)
        for path in stories:
            with self.subTest(path.stem):
                stack = Stack()
                try:
                    # A reprotect powers the region on by itself.
                    check(self, path, Player(stack, kill=lambda region: stack.json("chaos", "kill", "region", region), revive=lambda region: None))
                finally:
                    stack.close()


if __name__ == "__main__":
    unittest.main()
