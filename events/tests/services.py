"""PostgreSQL 15, pgbouncer and lifeboat-events for tests: own directories, free loopback ports, ended by pid."""

import contextlib
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# A user without root has the programs where `./dev` unpacked them (LIFEBOAT_PACKAGES).
PG_BIN = os.environ.get("LIFEBOAT_PACKAGES", "") + "/usr/lib/postgresql/15/bin"


def free_port():
    """A port that stays free while its service is down: none of those that the system gives to outgoing connections."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first_outgoing = int(file.read().split()[0])
    for port in random.sample(range(first_outgoing // 2, first_outgoing), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"none of 100 ports below {first_outgoing} is free on 127.0.0.1")


def wait_until(condition, what, seconds=15.0):
    """Waits for a condition; says what was missing when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def as_service_user(command):
    """PostgreSQL and pgbouncer refuse root: run them as an unprivileged user when we are root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={service_user()}", f"--regid={service_group()}", "--clear-groups", "env", "HOME=/tmp"] + command


def service_user():
    with contextlib.suppress(KeyError):
        return str(pwd.getpwnam("postgres").pw_uid)
    return str(pwd.getpwnam("nobody").pw_uid)


def service_group():
    with contextlib.suppress(KeyError):
        return str(pwd.getpwnam("postgres").pw_gid)
    return str(pwd.getpwnam("nobody").pw_gid)


def running(pid):
    """Whether a process still has its memory; a zombie has none."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Process:
    """A child of ours; stop() ends exactly this one."""

    def __init__(self, command, log, env=None):
        self.log = open(log, "ab")
        self.child = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=env)

    def kill(self, sig):
        if self.child.poll() is None:
            os.kill(self.child.pid, sig)

    def stop(self, sig=signal.SIGTERM, seconds=10):
        self.kill(sig)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.log.close()
        return self.child.returncode


class Workspace:
    """A directory that the service user may write to; removed at the end."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="lifeboat-events-")
        os.chmod(self.path, 0o755)

    def directory(self, name):
        path = os.path.join(self.path, name)
        os.makedirs(path, mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, int(service_user()), int(service_group()))
        return path

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    def __init__(self, workspace, name="postgres"):
        self.data = workspace.directory(name)
        self.log = os.path.join(workspace.path, name + ".log")
        self.port = free_port()
        self.process = None
        command = [f"{PG_BIN}/initdb", "-D", self.data, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(as_service_user(command), check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(self.data, "postgresql.conf"), "a") as conf:
            conf.write(
                f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\nfsync=off\n"
                "max_connections=60\nshared_buffers=32MB\nrestart_after_crash=off\n"
            )

    def start(self):
        self.process = Process(as_service_user([f"{PG_BIN}/postgres", "-D", self.data]), self.log)
        wait_until(self.answers, "PostgreSQL to answer")
        return self

    def answers(self):
        if self.process.child.poll() is not None:
            with open(self.log, errors="replace") as file:
                raise AssertionError("PostgreSQL ended instead of starting: " + "".join(file.readlines()[-5:]))
        command = [f"{PG_BIN}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres"]
        return subprocess.run(command).returncode == 0

    def sql(self, text, database="postgres"):
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port)]
        command += ["-U", "app", "-d", database, "-c", text]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def crash(self):
        """What a power cut does: the postmaster and all its children end at once."""
        # Stopped first, so that it starts no child that the list would miss: one that lives on keeps the successor from starting.
        self.process.kill(signal.SIGSTOP)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.child.pid)], capture_output=True, text=True
        ).stdout.split()
        for pid in [str(self.process.child.pid)] + children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.process.stop()
        wait_until(lambda: not any(running(pid) for pid in children), "the children of a killed postmaster to end")

    def signal_all(self, sig):
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.child.pid)], capture_output=True, text=True
        ).stdout.split()
        for pid in children + [str(self.process.child.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), sig)

    def stop(self):
        if self.process:
            self.process.stop(signal.SIGINT)


class PgBouncer:
    def __init__(self, workspace, server_port, name="pgbouncer"):
        directory = workspace.directory(name)
        self.port = free_port()
        self.log = os.path.join(workspace.path, name + ".log")
        self.config = os.path.join(directory, "pgbouncer.ini")
        users = os.path.join(directory, "users.txt")
        with open(users, "w") as file:
            file.write('"app" ""\n')
        with open(self.config, "w") as file:
            file.write(
                f"[databases]\n* = host=127.0.0.1 port={server_port}\n[pgbouncer]\nlisten_addr=127.0.0.1\n"
                f"listen_port={self.port}\nunix_socket_dir=\nauth_type=trust\nauth_file={users}\nadmin_users=app\n"
                "pool_mode=transaction\nmax_client_conn=500\ndefault_pool_size=20\nserver_login_retry=0.2\n"
            )
        for path in (users, self.config):
            os.chmod(path, 0o644)
        os.chmod(directory, 0o755)
        self.process = None

    def start(self):
        self.process = Process(as_service_user(["pgbouncer", self.config]), self.log)
        wait_until(lambda: self.try_admin("SHOW VERSION"), "pgbouncer to answer")
        return self

    def try_admin(self, command):
        psql = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "app", "-d", "pgbouncer", "-c", command]
        return subprocess.run(psql, capture_output=True).returncode == 0

    def admin(self, command):
        assert self.try_admin(command), command

    def stop(self):
        if self.process:
            self.process.stop(signal.SIGINT)


class Events:
    """One lifeboat-events process on an ephemeral port."""

    def __init__(self, binary, workspace, database_port, name="web-1", database="postgres", flags=(), **environment):
        self.log = os.path.join(workspace.path, f"{name}-{database_port}-{free_port()}.log")
        env = {"PATH": os.environ["PATH"], "PGHOST": "127.0.0.1", "PGPORT": str(database_port), "PGUSER": "app"}
        env |= {"PGDATABASE": database, "REGION": "us-east-2", "ZONE": "us-east-2a", "INSTANCE": name, "PORT": "0"}
        self.process = Process([binary, *flags], self.log, env | environment)
        self.port = wait_until(self.find_port, "lifeboat-events to listen")
        self.url = f"http://127.0.0.1:{self.port}"

    def log_text(self):
        with open(self.log) as file:
            return file.read()

    def lines(self):
        return [json.loads(line) for line in self.log_text().splitlines(True) if line.startswith("{") and line.endswith("}\n")]

    def find_port(self):
        if self.process.child.poll() is not None:
            raise AssertionError("lifeboat-events ended: " + self.log_text())
        return next((int(line["port"]) for line in self.lines() if line["event"] == "listening"), None)

    def wait_ready(self, writable=True):
        def ready():
            status, _, body = call(self.url + "/readyz")
            return status == 200 and json.loads(body)["writable"] == writable

        wait_until(ready, f"/readyz with writable={writable}")
        return self

    def stop(self, sig=signal.SIGTERM):
        return self.process.stop(sig)


def call(url, method="GET", body=None, token=None, headers=None, timeout=15):
    """One request; → (status, headers, text). A dict body is sent as JSON, a string as it is."""
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.headers, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()
