"""The console against a real controller: signed in by the token, a switchover and the failover of a lost region from the page, in a real browser."""

import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from lifeboat_stack import REPOSITORY, StackTest, wait_until

SKIPPED = 77


def operate(*arguments, token=""):
    return subprocess.run(["node", str(REPOSITORY / "tests/web/operate.mjs"), *arguments], input=token, capture_output=True, text=True, timeout=240)


class Console(StackTest):
    def operate(self, operation, region, operation_id):
        if not shutil.which("node"):
            self.skipTest("there is no node; run 'apt-get install nodejs npm', then 'npm ci' in web/")
        place = self.stack.json("console")
        token = pathlib.Path(place["token_file"]).read_text()
        process = operate(place["url"], place["stack"], operation, region, operation_id, token=token)
        if process.returncode == SKIPPED:
            print(process.stdout.strip(), flush=True)
            self.skipTest(process.stdout.strip())
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        print(f"{operation} from the page, with the phases {process.stdout.strip()}", flush=True)

    def test_moves_the_writer(self):
        self.operate("switchover", "us-west-1", "switchover-2")
        self.assertEqual(self.stack.status()["active_region"], "us-west-1")
        wait_until(lambda: self.stack.status()["ready"]["verdict"] == "ready", "the stack to be ready", 60, 0.2)
        self.stack.json("chaos", "kill", "region", "us-west-1")
        self.operate("failover", "us-east-2", "failover-3")
        self.assertEqual(self.stack.json("report", "latest")["verdict"], "done")

    def test_nobody_without_a_token(self):
        url = self.stack.json("console")["url"].rstrip("/")
        with urllib.request.urlopen(url + "/", timeout=5) as page:
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        for path in ("/v1/status", "/v1/stream", "/v1/audit"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(url + path, timeout=5)
            self.assertEqual(refused.exception.code, 401, path)


if __name__ == "__main__":
    sys.exit(unittest.main())
