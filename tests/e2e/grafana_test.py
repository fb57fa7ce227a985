"""Grafana beside the monitoring: where the machine has it, a pair in each region, supervised; where not, one line.

The Grafana of this test is grafana_stand_in.py: Debian has no package of the real one. So this is our side only: that it is
found, how it is started, what it is handed (data sources and dashboards too), that it is kept running and ended.
"""

import json
import os
import pathlib
import shutil
import signal
import sys
import unittest

from lifeboat_stack import REPOSITORY, Stack, processes_below, wait_until

sys.path.insert(0, str(REPOSITORY / "deploy/grafana"))
from dashboards import dashboards  # noqa: E402  (its folder is on the path only now)


class Grafana(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.addCleanup(self.stack.close)

    def install_stand_in(self):
        """Unpacked as Grafana's archive is, with the program linked into a folder of the path."""
        home = self.stack.home / "grafana-stand-in"
        (home / "conf").mkdir(parents=True)
        (home / "conf/defaults.ini").touch()
        (home / "bin").mkdir()
        program = home / "bin/grafana"
        source = pathlib.Path(__file__).with_name("grafana_stand_in.py").read_text(encoding="utf-8")
        program.write_text(f"#!{self.interpreter()}\n{source}", encoding="utf-8")
        program.chmod(0o755)
        path = self.stack.home / "path"
        path.mkdir()
        (path / "grafana").symlink_to(program)
        self.stack.environment["PATH"] = f"{path}:{os.environ['PATH']}"

    @staticmethod
    def interpreter():
        """One that the services' user may run too: not a Python in root's own folder."""
        return "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable

    def dashboards(self):
        parts = [(region["name"], part) for region in self.stack.status()["regions"] for part in region["monitoring"]]
        return {(region, part["name"]): part for region, part in parts if part["kind"] == "dashboard"}

    def ready_dashboards(self):
        found = self.dashboards()
        return len(found) == 4 and all(part["state"] == "ready" for part in found.values()) and found

    def check_started_as_described(self, region, part):
        folder = self.stack.folder / region / part["name"]
        seen = json.loads((folder / "data/seen.json").read_text(encoding="utf-8"))
        self.assertEqual((seen["admin_user"], seen["anonymous"]), ("admin", "false"))
        self.assertEqual((seen["admin_password_length"], seen["secret_key_length"]), (40, 40))
        prefix = part["url"].split("//")[1].rsplit(".", 2)[0]
        self.assertTrue(prefix.startswith("127."), part)
        sources = [(source["uid"], source["url"], source["jsonData"], source["isDefault"]) for source in seen["data_sources"]]
        self.assertEqual(sources, [("prometheus-1", f"http://{prefix}.1.20:9090", {"timeInterval": "5s"}, True),
                                   ("prometheus-2", f"http://{prefix}.2.21:9090", {"timeInterval": "5s"}, False)])
        self.assertEqual(seen["dashboards"], dashboards(), "those of deploy/grafana, which the Kubernetes form has too")
        password = self.stack.folder / "secrets/dashboard_admin"
        self.assertEqual(password.stat().st_mode & 0o777, 0o600)
        command = pathlib.Path(f"/proc/{part['pid']}/cmdline").read_bytes() + pathlib.Path(f"/proc/{part['pid']}/environ").read_bytes()
        self.assertNotIn(password.read_bytes(), command, "the password is in no argument and no variable")

    def test_a_pair_in_each_region_supervised_and_ended(self):
        self.install_stand_in()
        self.assertNotIn("No dashboards", self.stack.up().stdout)
        found = wait_until(self.ready_dashboards, "all dashboards to serve")
        for (region, _), part in found.items():
            self.check_started_as_described(region, part)
        for region in ("us-east-2", "us-west-1"):
            self.assertEqual({part["zone"] for (where, _), part in found.items() if where == region}, {f"{region}a", f"{region}b"})

        one = ("us-east-2", "grafana-1")
        killed = found[one]["pid"]
        os.kill(killed, signal.SIGKILL)
        again = wait_until(lambda: (now := self.ready_dashboards()) and now[one]["pid"] != killed and now, "it to run again")
        self.assertEqual([again[other]["pid"] for other in found if other != one], [found[other]["pid"] for other in found if other != one])
        self.stack.run("verify")

        self.stack.json("chaos", "kill", "region", "us-east-2")
        self.stack.run("failover", "--yes")
        self.stack.run("reprotect", "--yes")
        wait_until(self.ready_dashboards, "all dashboards to serve after the loss")
        self.stack.run("down", "--yes")
        self.assertEqual(processes_below(self.stack.home), {})

    @unittest.skipIf(shutil.which("grafana") or shutil.which("grafana-server"), "this machine has a Grafana")
    def test_without_it_one_line_says_so(self):
        said = self.stack.up().stdout
        self.assertEqual([line.split(":")[0] for line in said.splitlines() if "grafana" in line.lower()], ["No dashboards"])
        self.assertEqual(self.dashboards(), {})
        self.stack.run("verify")


if __name__ == "__main__":
    unittest.main()
