"""The controller is asked everything that docs/openapi.json allows, and much that it forbids; the stack survives it."""

import os
import pathlib
import subprocess
import sys
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/e2e"))
from lifeboat_stack import Events, StackTest, wait_until  # noqa: E402

# The same requests in each run; another seed finds others: LIFEBOAT_SEED.
SEED = os.environ.get("LIFEBOAT_SEED", "1")
EXAMPLES = os.environ.get("LIFEBOAT_EXAMPLES", "20")
CONFIGURATION = 'headers = { Authorization = "Bearer ${LIFEBOAT_TOKEN}" }\n'


class Api(StackTest):
    def schemathesis(self, token_file, *options):
        """The token goes by the environment. The stream of events has no end, so it is left out; live_feed_test.cc has it."""
        place = self.stack.json("console")
        configuration = self.stack.home / "schemathesis.toml"
        configuration.write_text(CONFIGURATION)
        command = [pathlib.Path(sys.executable).with_name("st"), "--config-file", configuration, "run", REPOSITORY / "docs/openapi.json",
                   "--url", place["url"].rstrip("/"), "--exclude-path", "/v1/stream", "--phases", "examples,coverage,fuzzing",
                   "--max-examples", EXAMPLES, "--seed", SEED, "--request-timeout", "20", "--continue-on-failure", "--no-color", *options]
        environment = dict(os.environ, LIFEBOAT_TOKEN=pathlib.Path(place[token_file]).read_text().strip())
        process = subprocess.run([str(word) for word in command], env=environment, cwd=self.stack.home, stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, timeout=400)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        self.assertNotIn(environment["LIFEBOAT_TOKEN"], process.stdout)
        print(next(line for line in process.stdout.splitlines() if "generated" in line).strip(), flush=True)

    def test_1_whatever_is_read_is_as_documented(self):
        self.schemathesis("token_file", "--include-method", "GET")

    def test_2_a_viewer_changes_nothing(self):
        before = self.stack.json("log")["entries"]
        self.schemathesis("viewer_token_file")
        self.assertEqual(self.stack.json("log")["entries"], before)

    def test_3_whatever_an_operator_begins_the_stack_survives(self):
        events = Events(self.stack.status()["front_door"]["url"])
        events.register("keeper")
        event_id = events.create("before")
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "the stack to be ready", 60, 0.5)
        self.schemathesis("token_file")
        try:
            self.heal()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.stack.run('log', expect=None).stdout[-6000:]}") from error
        self.assertEqual(Events(events.url, events.token).get(event_id)["name"], "before")

    def heal(self):
        wait_until(lambda: self.stack.status()["operation"]["state"] != "running", "the last operation to end", 120, 0.2)
        self.stack.run("up")
        self.stack.run("reprotect", "--yes", expect=None)
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "the stack to be ready again", 90, 0.5)


if __name__ == "__main__":
    unittest.main()
