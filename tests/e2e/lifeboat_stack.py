"""A real stack for one test: its own folder, its own addresses, and a proof at the end that nothing is left of it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("LIFEBOAT_BINARY", REPOSITORY / "build/release/src/cli/lifeboat"))
EXAMPLE = REPOSITORY / "examples/two-region-web.yaml"


class CommandFailed(AssertionError):
    """A command ended otherwise than the test expected; says what it printed."""


def processes_below(folder):
    """The pids of processes that work below the folder, with their command lines: what a stack left behind."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            cwd = os.readlink(entry / "cwd")
            if cwd == str(folder) or cwd.startswith(f"{folder}/"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def wait_until(condition, what, timeout_s=30.0, interval_s=0.02):
    """Waits for a condition with a deadline; returns the first true value."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(interval_s)
    raise AssertionError(f"waited {timeout_s} s for {what}")


class Background:
    """A command that runs beside the test; ended at the latest when the test ends."""

    def __init__(self, process, output):
        self.process = process
        self.output = output

    def wait(self, timeout_s):
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired as expired:
            raise CommandFailed(f"still running after {timeout_s} s: {self.text()}") from expired
        return code

    def text(self):
        return pathlib.Path(self.output).read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Stack:
    def __init__(self, stack_file=EXAMPLE, home=None):
        self.owns_home = home is None
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="lifeboat-e2e-"))
        # Run as root, the stack's programs are another user's: they must be able to reach their folders.
        self.home.chmod(0o755)
        self.stack_file = stack_file
        self.environment = dict(os.environ, LIFEBOAT_HOME=str(self.home), NO_COLOR="1")
        self.background = []

    def run(self, *arguments, expect=0, timeout_s=120, environment=None):
        try:
            process = subprocess.run([str(BINARY), *map(str, arguments)], env=environment or self.environment,
                                     stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s)
        except subprocess.TimeoutExpired as expired:
            raise CommandFailed(f"lifeboat {' '.join(map(str, arguments))}: not ended after {timeout_s} s\n--- stdout\n"
                                f"{(expired.stdout or b'').decode()}\n{self.log_tail()}") from expired
        if expect is not None and process.returncode != expect:
            raise CommandFailed(f"lifeboat {' '.join(map(str, arguments))}: exit code {process.returncode}, expected "
                                f"{expect}\n--- stdout\n{process.stdout}\n--- stderr\n{process.stderr}\n{self.log_tail()}")
        return process

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--output", "json", **options).stdout)

    def start(self, *arguments):
        output = self.home / f"background-{len(self.background)}.txt"
        with open(output, "w", encoding="utf-8") as sink:
            process = subprocess.Popen([str(BINARY), *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                                       stdout=sink, stderr=subprocess.STDOUT)
        self.background.append(Background(process, output))
        return self.background[-1]

    def up(self):
        return self.run("up", self.stack_file, "--yes")

    def status(self):
        return self.json("status")

    def wait_until_active(self, region, timeout_s):
        """A failover that does not come says why in the log."""
        try:
            wait_until(lambda: self.status()["active_region"] == region, f"{region} to be active", timeout_s, 0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.run('log', expect=None).stdout}\n{self.log_tail()}") from error

    def region(self, name):
        return next(region for region in self.status()["regions"] if region["name"] == name)

    def agent_of(self, region):
        for pid, command in processes_below(self.home).items():
            words = command.split()
            if words[1:2] == ["agent"] and words[-1] == region:  # Its supervisor names it too, further on.
                return pid
        raise AssertionError(f"no agent of {region}")

    @property
    def folder(self):
        return next(path.parent for path in self.home.glob("*/stack.yaml"))

    def log_tail(self):
        tails = []
        for pattern in ("*/global/logs/*.log", "*/*/logs/agent.log", "*/*/logs/db-?.log"):
            for log in sorted(self.home.glob(pattern)):
                tails.append(f"--- {log}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))
        return "\n".join(tails)

    def close(self):
        for background in self.background:
            background.stop()
        down = self.run("down", "--yes", expect=None)
        left = processes_below(self.home)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if self.owns_home and not os.environ.get("LIFEBOAT_KEEP"):
            shutil.rmtree(self.home, ignore_errors=True)
        assert not left, f"down left processes behind: {left}"
        assert down.returncode in (0, 1), f"down: {down.returncode}\n{down.stdout}\n{down.stderr}"


class Events:
    """A client of the web API as its users have one, through one URL."""

    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self.token = token

    def request(self, method, path, body=None, timeout_s=10):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def register(self, username):
        status, body = self.request("POST", "/auth/register", {"username": username, "email": f"{username}@example.test"})
        assert status == 201, (status, body)
        self.token = body["dataset"]["token"]

    def create(self, name):
        status, body = self.request("POST", "/events/", {"name": name, "location": "here", "description": "a story"})
        assert status == 201, (status, body)
        return body["dataset"]["id"]

    def get(self, event_id):
        status, body = self.request("GET", f"/events/{event_id}")
        assert status == 200, (status, body)
        return body["dataset"]


class StackTest(unittest.TestCase):
    """A test class whose tests share one stack, brought up once."""

    stack_file = EXAMPLE

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(cls.stack_file)
        cls.addClassCleanup(cls.stack.close)
        cls.stack.up()
