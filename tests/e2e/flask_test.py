"""Any program can be the application: the Flask example under gunicorn, through a loss, with markers that go through the pool."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from lifeboat_stack import REPOSITORY, Events, Stack, processes_below

SKIPPED = 77  # ctest counts this exit code as skipped, not as passed.
INSTALL = "apt-get install --no-install-recommends gunicorn python3-flask python3-psycopg2"
EAST, WEST = "us-east-2", "us-west-1"


def missing():
    """What the example needs and this machine has not, in a few words; empty when it can run."""
    gunicorn = shutil.which("gunicorn", path="/usr/bin:" + os.environ["PATH"])
    if gunicorn is None:
        return "there is no gunicorn"
    interpreter = pathlib.Path(gunicorn).read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").split()
    if not pathlib.Path(interpreter[0]).exists():
        return f"gunicorn's interpreter {interpreter[0]} is not there"
    probe = subprocess.run([*interpreter, "-c", "import flask, gunicorn, psycopg2"], capture_output=True, text=True, check=False)
    return probe.stderr.strip().splitlines()[-1] if probe.returncode != 0 else ""


def marked_processes(home):
    """The pids of processes that carry the mark of a scope below the folder: gunicorn's work in the application's folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"\0LIFEBOAT_SCOPE={home}/".encode() in b"\0" + (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Flask(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.addCleanup(self.stack.close)
        # A copy: the services' user may not be able to read the repository of the one who runs the test.
        self.folder = self.stack.home / "application"
        shutil.copytree(REPOSITORY / "examples", self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.stack.stack_file = self.folder / "flask-gunicorn.yaml"
        # Debian's gunicorn, whatever other Python environments stand before it.
        self.stack.environment["PATH"] = "/usr/bin:" + os.environ["PATH"]

    def door(self, region):
        return Events(self.stack.region(region)["load_balancer"]["url"])

    def add_note(self, region, text):
        status, body = self.door(region).request("POST", "/notes", {"text": text})
        self.assertEqual(status, 201, body)

    def notes(self, region):
        status, body = self.door(region).request("GET", "/notes")
        self.assertEqual(status, 200, body)
        return [note["text"] for note in body]

    def check_ready(self):
        verdict = self.stack.json("verify")
        self.assertEqual(verdict["verdict"], "ready", verdict["findings"])
        marker = next(check for check in verdict["checks"] if check["id"] == "marker")
        self.assertEqual(marker["state"], "passed", marker)
        self.assertRegex(marker["evidence"][-1], r"written through the pool 127\.\d+\.0\.60:6432, .* seen in \S+ after \d+ ms")
        print(marker["evidence"][-1], flush=True)

    def test_it_survives_the_loss_of_the_region(self):
        self.stack.up()
        self.assertEqual(self.door(EAST).request("GET", "/")[1]["greeting"], "Hello from Flask")
        self.add_note(EAST, "through the active door")
        self.add_note(WEST, "through the standby's door")
        self.check_ready()

        self.stack.json("chaos", "kill", "region", EAST)
        self.stack.run("failover", "--yes")

        self.assertEqual(self.stack.status()["active_region"], WEST)
        self.assertEqual(self.notes(WEST), ["through the active door", "through the standby's door"])
        self.add_note(WEST, "after the loss")
        report = self.stack.json("report", "latest")
        self.assertEqual((report["verdict"], report["rto_source"]), ("done", "front_door_marker"))
        self.assertGreater(report["rto_ms"], 0)

        reprotect = self.stack.json("reprotect", "--yes")["id"]
        # No load client speaks to a stranger's application: what was lost is counted in the old writer's database.
        counted = self.stack.json("report", reprotect)["reprotection"]
        print(f"recovery {report['rto_ms']} ms; {counted}", flush=True)
        self.assertGreaterEqual(counted["diverged_transactions"], 0)
        self.check_ready()
        self.assertEqual(self.notes(EAST)[-1], "after the loss")

        self.stack.run("down", "--yes")
        self.assertEqual(processes_below(self.stack.home), {})
        self.assertEqual(marked_processes(self.stack.home), [])
        self.assertEqual(list(self.stack.home.glob("*/stack.yaml")), [])

    def test_a_program_that_is_not_there_is_named_at_once(self):
        text = self.stack.stack_file.read_text(encoding="utf-8").replace("[gunicorn,", "[no-such-server,")
        self.stack.stack_file.write_text(text, encoding="utf-8")
        refused = self.stack.run("up", self.stack.stack_file, "--yes", expect=1)
        self.assertIn("program_missing", refused.stderr)
        self.assertIn("apt-get install no-such-server", refused.stderr)
        self.assertEqual(processes_below(self.stack.home), {})

    @unittest.skipUnless(os.geteuid() == 0, "only as root do the application and the command have different users")
    def test_a_folder_that_the_application_may_not_read_is_named_at_once(self):
        self.folder.chmod(0o700)
        refused = self.stack.run("up", self.stack.stack_file, "--yes", expect=1)
        self.assertIn("permission_denied", refused.stderr)
        self.assertIn(str(self.folder), refused.stderr)
        self.assertEqual(list(self.stack.home.glob("*/stack.yaml")), [])


if __name__ == "__main__":
    if what := missing():
        print(f"skipped: {what}; install it with: {INSTALL}")
        sys.exit(SKIPPED)
    unittest.main()
