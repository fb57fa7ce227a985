"""The floor of `lifeboat up`: a plain script that starts the same parts by hand, and stops its clock at the first replicated write.

It does none of what Lifeboat does besides (secrets, supervision, health checks of every part, a journal): it is what somebody who knows
the commands would type. Prints the seconds it took; leaves nothing behind.
"""

import http.client
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
HOME, STANDBY, GLOBAL = "127.241.", "127.242.", "127.243."


class Script:
    def __init__(self, events_binary):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="plain-up-"))
        self.events = events_binary
        self.processes = []
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.root, self.user.pw_uid, self.user.pw_gid)
            self.root.chmod(0o755)

    def become(self):
        if self.user:
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)

    def call(self, *argv):
        subprocess.run(list(map(str, argv)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       preexec_fn=self.become, cwd=self.root)

    def start(self, *argv, **environment):
        self.processes.append(subprocess.Popen(
            list(map(str, argv)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=self.become, cwd=self.root,
            env={"PATH": os.environ["PATH"], "HOME": str(self.root), "GOMAXPROCS": "1", **environment}))

    def write(self, name, text):
        path = self.root / name
        path.write_text(text)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
        return path

    @staticmethod
    def wait_for(what, holds):
        deadline = time.monotonic() + 20
        while not holds():
            if time.monotonic() > deadline:
                raise SystemExit(f"gave up waiting for {what}")
            time.sleep(0.005)

    def wait_port(self, address, port):
        def open_now():
            try:
                socket.create_connection((address, port), 0.2).close()
                return True
            except OSError:
                return False
        self.wait_for(f"{address}:{port}", open_now)

    def node(self, name, address, upstream):
        data = self.root / name
        if upstream is None:
            self.call(POSTGRES / "initdb", "-D", data, "-U", "admin", "-A", "trust", "--no-sync")
            (data / "pg_hba.conf").write_text("host all all 127.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n")
        else:
            self.call(POSTGRES / "pg_basebackup", "-h", upstream, "-U", "admin", "-D", data, "-c", "fast", "-R", "--no-sync")
        self.start(POSTGRES / "postgres", "-D", data, "-c", f"listen_addresses={address}", "-c", "unix_socket_directories=",
                   "-c", "hot_standby=on", "-c", f"cluster_name={name}")
        self.wait_port(address, 5432)
        self.wait_for(f"{name} to accept connections", lambda: subprocess.run(
            [POSTGRES / "pg_isready", "-q", "-h", address], check=False).returncode == 0)

    def region(self, prefix, upstream):
        self.node(prefix + "db-1", prefix + "1.50", upstream)
        self.node(prefix + "db-2", prefix + "2.50", prefix + "1.50")
        self.start("pgbouncer", self.write(prefix + "pgbouncer.ini", f"[databases]\npostgres = host={prefix}1.50 user=admin\n[pgbouncer]\n"
                   f"listen_addr={prefix}0.60\nlisten_port=6432\nauth_type=any\nunix_socket_dir=\npool_mode=transaction\n"))
        servers = ""
        for index in range(3):
            address = f"{prefix}{index % 2 + 1}.{100 + index}"
            self.start(self.events, LISTEN_ADDRESS=address, PORT="8000", REGION=prefix, ZONE="a", INSTANCE=f"web-{index + 1}",
                       PGHOST=prefix + "0.60", PGPORT="6432", PGUSER="admin", PGDATABASE="postgres")
            servers += f"  server web-{index + 1} {address}:8000 check inter 200ms rise 1\n"
        self.start("haproxy", "-f", self.write(prefix + "haproxy.cfg", "defaults\n  mode http\n  timeout connect 1s\n"
                   f"  timeout client 30s\n  timeout server 30s\nlisten door\n  bind {prefix}0.10:8080\n"
                   f"  option httpchk GET /readyz\n{servers}"))
        for index in (1, 2):
            address = f"{prefix}{index}.20"
            self.start("prometheus", f"--config.file={self.write(prefix + 'prometheus.yml', 'scrape_configs: []')}",
                       f"--storage.tsdb.path={self.root / (prefix + f'tsdb-{index}')}", f"--web.listen-address={address}:9090")
            self.start("prometheus-alertmanager", f"--web.listen-address={address}:9093", "--cluster.listen-address=",
                       f"--storage.path={self.root / (prefix + f'am-{index}')}", "--config.file=" + str(self.write(
                           prefix + "am.yml", "route: {receiver: none}\nreceivers: [{name: none}]")))

    def domain_name_server(self):
        zone = self.write("zone", "$ORIGIN plain.test.\n@ 1 IN SOA ns admin 1 1 1 1 1\n@ 1 IN NS ns\nns 1 IN A 127.0.0.1\n"
                          f"www 1 IN A {HOME}0.10\n")
        self.write("pdns.conf", f"launch=lmdb\nlmdb-filename={self.root}/pdns.lmdb\nlmdb-shards=1\nlocal-address={GLOBAL}0.53\n"
                   f"local-port=5300\nsocket-dir={self.root}\n")
        self.call("pdnsutil", f"--config-dir={self.root}", "load-zone", "plain.test", zone)
        self.start("pdns_server", f"--config-dir={self.root}", "--daemon=no", "--guardian=no")
        self.wait_port(GLOBAL + "0.53", 5300)

    def first_write(self):
        deadline = time.monotonic() + 20
        body = json.dumps({"username": "plain", "email": "plain@example.com"})
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection(HOME + "0.10", 8080, timeout=5)
            connection.request("POST", "/auth/register", body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
            connection.close()
            if status == 201:
                return
            time.sleep(0.01)
        raise SystemExit(f"the front door never acknowledged a write, its last answer was {status}")

    def run(self):
        begun = time.monotonic()
        self.region(HOME, None)
        self.region(STANDBY, HOME + "1.50")
        self.domain_name_server()
        self.wait_port(HOME + "0.10", 8080)
        self.first_write()
        for prefix in (HOME, STANDBY):
            for port, host in ((9090, "1.20"), (9090, "2.20"), (9093, "1.20"), (9093, "2.20")):
                self.wait_port(prefix + host, port)
        return time.monotonic() - begun

    def close(self):
        for process in self.processes:
            process.send_signal(signal.SIGINT if "postgres" in str(process.args[0]) else signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def main():
    script = Script(sys.argv[1])
    try:
        print(f"{script.run():.3f}")
    finally:
        script.close()


if __name__ == "__main__":
    main()
