"""Plays the stories of tests/scenarios/worlds with the real program; what it says has to be what the story says, in every world."""

import pathlib

from lifeboat_stack import CommandFailed, wait_until

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "scenarios/worlds"


def read_story(path):
    """Pairs of commands and what they print, in the notation of tests/scenarios."""
    blocks = []
    for text in path.read_text(encoding="utf-8").split("\n\n"):
        before, _, expected = text.partition("----\n" if "----\n" in text else "----")
        commands = [line for line in before.splitlines() if line and not line.startswith("#")]
        if commands:
            blocks.append((commands, expected.strip("\n")))
    return blocks


class Player:
    """`stack` runs commands; `kill` and `revive` take a region's name and do what the world has for it."""

    def __init__(self, stack, kill, revive):
        self.stack = stack
        self.world = {"kill": kill, "revive": revive}
        self.heard = 0

    def play(self, line):
        words = line.split()
        if words[0] in self.world:
            self.world[words[0]](words[1])
            return []
        if words[0] == "state":
            return [self.state()]
        return self.command(words)

    def command(self, words):
        arguments = [words[0], *(f"--{word}" for word in words[1:]), "--yes"]
        if words[0] == "up":
            arguments.insert(1, self.stack.stack_file)
        result = self.stack.run(*arguments, expect=None, timeout_s=300)
        if result.returncode == 3 and not self.new_sentences():
            return ("refused: " + result.stderr.removeprefix("lifeboat: error: ").rstrip("\n")).split("\n")
        if result.returncode != 0:
            raise CommandFailed(f"{words}: exit code {result.returncode}\n{result.stdout}\n{result.stderr}\n{self.stack.log_tail()}")
        sentences = self.new_sentences()
        self.heard += len(sentences)
        return sentences

    def new_sentences(self):
        entries = self.stack.json("log")["entries"]
        said = [entry["sentence"] for entry in entries if entry["operation"]]
        return said[self.heard:]

    def state(self):
        status = self.stack.status()
        # Status looks a few times a second; a replica that has just been made is seen a moment later.
        made = status["operation"]["kind"] != "failover" and status["operation"]["state"] == "done"
        protected = wait_until(self.follows, "the standby to be seen", 30, 0.2) if made else self.follows()
        return f"active {status['active_region']} · epoch {status['epoch']} · {'protected' if protected else 'not protected'}"

    def follows(self):
        status = self.stack.status()
        standby = next(region for region in status["regions"] if region["name"] != status["active_region"])
        return any(node["role"] == "cross_region_replica" and node["state"] == "ready" for node in standby["database"]["nodes"])


def check_every_story(test, make_stack, make_player):
    """Each on a stack of its own."""
    stories = sorted(FOLDER.glob("*.txt"))
    test.assertTrue(stories)
    for path in stories:
        with test.subTest(path.stem):
            stack = make_stack()
            try:
                check(test, path, make_player(stack))
            finally:
                stack.close()


def check(test, path, player):
    for commands, expected in read_story(path):
        printed = []
        for command in commands:
            printed += player.play(command)
        test.assertEqual("\n".join(printed), expected, f"after '{commands[-1]}'")
