"""The stories of every world, on the real parts of this machine."""

import unittest

from lifeboat_stack import Stack
from stories import Player, check_every_story


class Worlds(unittest.TestCase):
    def test_every_story_goes_in_the_local_world_as_it_is_written(self):
        # A reprotect powers the region on by itself.
        check_every_story(self, Stack, lambda stack: Player(stack, kill=lambda region: stack.json("chaos", "kill", "region", region), revive=lambda region: None))


if __name__ == "__main__":
    unittest.main()
