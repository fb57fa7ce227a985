"""`lifeboat journal` through the real program, on the folder of a stack that does not run."""

import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY, REPOSITORY = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SAMPLE = REPOSITORY / "tests/golden/journal/version-1.lbj"
NAME = "two-region-web"


def frames(data):
    """Where each record's payload begins, as docs/journal-format.md describes it."""
    offset, begins = data.index(b"\n") + 1, []
    while offset < len(data):
        begins.append(offset + 20)
        offset += 20 + int.from_bytes(data[offset:offset + 4], "little")
    return begins


class JournalCommand(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="lifeboat-journal-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.stack = self.home / NAME
        self.folder = self.stack / "journal"
        self.folder.mkdir(parents=True)
        shutil.copy(REPOSITORY / "examples/two-region-web.yaml", self.stack / "stack.yaml")
        (self.stack / "slot").write_text("0")
        self.journal = self.folder / "journal.lbj"
        self.sample = SAMPLE.read_bytes()
        self.journal.write_bytes(self.sample)

    def run_command(self, *arguments, expect=0):
        process = subprocess.run([BINARY, "journal", *arguments, f"--home={self.home}"], stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual(process.returncode, expect, process.stdout + process.stderr)
        return process

    def json(self, *arguments, expect=0):
        return json.loads(self.run_command(*arguments, "--output=json", expect=expect).stdout)

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def damage(self, record):
        data = bytearray(self.sample)
        data[frames(self.sample)[record - 1] + 3] ^= 1
        self.journal.write_bytes(data)

    def agent(self, region, active, epoch, newest):
        (self.stack / region).mkdir(exist_ok=True)
        duty = {"role": "active" if region == active else "standby", "active_region": active, "epoch": epoch,
                "newest_epoch": newest, "writes_in": epoch if region == active else 0, "fenced_through": 0,
                "term": {"number": 1, "controller": "made"}}
        (self.stack / region / "role.json").write_text(json.dumps(
            {"duty": duty, "ensured": [], "init": {"pid": 1, "start_time_ticks": 1}}))

    def test_check_of_a_sound_journal(self):
        found = self.json("check")
        self.assertTrue(found["sound"])
        self.assertEqual(found["records"], len(frames(self.sample)))
        self.assertEqual(found["files"], [{"path": str(self.journal), "size_bytes": len(self.sample),
                                           "records": len(frames(self.sample))}])
        self.assertIn("the journal is sound", self.run_command("check").stdout)

    def test_check_while_a_controller_holds_the_lock_and_appends(self):
        with self.locked():
            self.journal.write_bytes(self.sample[:-2])
            found = self.json("check")
        self.assertTrue(found["sound"])
        self.assertGreater(found["torn_bytes"], 0)

    def locked(self):
        return Lock(self.folder)

    def test_check_without_a_journal(self):
        self.journal.unlink()
        self.assertEqual(self.json("check", expect=1)["error"]["code"], "file_missing")

    def test_check_of_a_damaged_journal_changes_nothing(self):
        self.damage(4)
        before = self.files()
        found = self.json("check", expect=3)
        self.assertFalse(found["sound"])
        [gap] = found["damage"]
        self.assertEqual((gap["first_record"], gap["lost_records"], gap["readable_before"]), (4, 1, 3))
        self.assertEqual(gap["offset"], frames(self.sample)[3] - 20)
        self.assertEqual(gap["readable_after"], len(frames(self.sample)) - 4)
        self.assertIn("journal repair", found["next"])
        self.json("repair", "--dry-run")
        self.assertEqual(self.json("repair", "--dry-run", "--active=us-east-2", expect=2)["error"]["code"], "bad_flag")
        self.assertEqual(self.files(), before)

    def test_repair_asks_and_keeps_the_original(self):
        self.damage(4)
        before = self.journal.read_bytes()
        refused = self.json("repair", expect=2)
        self.assertIn("--yes", refused["error"]["help"])
        self.assertEqual(self.journal.read_bytes(), before)
        made = self.json("repair", "--yes")
        [original] = made["originals"]
        self.assertTrue(original.startswith(f"{self.journal}.damaged-"))
        self.assertEqual(pathlib.Path(original).read_bytes(), before)
        self.assertEqual(self.journal.stat().st_mode & 0o777, 0o600)
        found = self.json("check")
        self.assertTrue(found["sound"])
        self.assertEqual(found["records"], made["kept_records"] + len(made["added"]))
        self.assertGreaterEqual(found["promised_epoch"], 5)
        after = self.files()
        self.assertIn("nothing to repair", self.run_command("repair").stdout)
        self.assertEqual(self.files(), after)

    def test_repair_is_refused_while_a_controller_runs(self):
        self.damage(4)
        before = self.files()
        with self.locked():
            self.assertEqual(self.json("repair", "--yes", expect=3)["error"]["code"], "journal_locked")
        self.assertEqual(self.files(), before)

    def test_repair_without_knowing_who_reigns_is_refused(self):
        self.journal.write_bytes(self.sample[:frames(self.sample)[2] + 1] + b"x" * 200)
        self.assertEqual(self.json("repair", "--yes", expect=3)["error"]["code"], "reign_unknown")
        self.assertEqual(self.json("repair", "--yes", "--active=eu-west-1", expect=2)["error"]["code"], "bad_flag")
        self.agent("us-east-2", "us-west-1", 6, 6)
        self.agent("us-west-1", "us-west-1", 6, 7)  # Told of a newer epoch, and not who reigns in it.
        self.assertEqual(self.json("repair", "--yes", expect=3)["error"]["code"], "reign_unknown")
        self.json("repair", "--yes", "--active=us-west-1")
        found = self.json("check")
        self.assertEqual(found["active_region"], "us-west-1")
        self.assertGreater(found["promised_epoch"], 7)

    def test_repair_takes_the_agents_word(self):
        self.journal.write_bytes(self.sample[:frames(self.sample)[2] + 1] + b"x" * 200)
        self.agent("us-east-2", "us-west-1", 6, 6)
        self.agent("us-west-1", "us-west-1", 6, 6)
        self.json("repair", "--yes")
        found = self.json("check")
        self.assertEqual(found["active_region"], "us-west-1")
        self.assertGreater(found["promised_epoch"], 6)

    def test_a_newer_version_is_refused(self):
        self.journal.write_bytes(self.sample.replace(b"journal 1\n", b"journal 9\n", 1))
        before = self.files()
        for action in ("check", "repair"):
            error = self.json(action, "--yes", expect=3)["error"]
            self.assertEqual(error["code"], "journal_version")
            self.assertIn("version 9", error["message"])
            self.assertIn("version 1", error["message"])
        self.assertEqual(self.files(), before)


class Lock:
    """Holds the lock that a controller holds."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def __exit__(self, *_):
        os.close(self.descriptor)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
