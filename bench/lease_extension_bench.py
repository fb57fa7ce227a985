#!/usr/bin/env python3
"""What the lease extension costs, in one server whose sessions have it and do not have it by turns (lease_switch.c).

lease_extension_bench.py [PAIRS]: throughput of pgbench's simple update, in runs of a second by turns; then the processor time of
sessions that switch after every burst of single updates, which other load on the machine disturbs less. Each is also measured
with the switch doing nothing: what that says is not 1 is the error of the method. Without fsync is the worst case for the
extension, because a commit waits for no disk there.
"""

import contextlib
import os
import pathlib
import random
import re
import statistics
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "events/tests"))
import services  # noqa: E402

CLIENTS, BURST = 4, 25


def build_library(folder):
    headers = subprocess.run([f"{services.PG_BIN}/pg_config", "--includedir-server"], check=True, capture_output=True, text=True)
    library = pathlib.Path(folder) / "lease_switch.so"
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-shared", "-fPIC", "-isystem", headers.stdout.strip(), "-o", library,
                    ROOT / "bench/lease_switch.c"], check=True)
    return library


def write_lease(path):
    """A lease of an hour, as pg/lease_file.h has it."""
    boot_id = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip().encode()
    deadline_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) + 3600 * 10**9
    path.write_bytes(struct.pack("=8sIIQQ40s", b"LBLEASE\0", 1, 0, deadline_ns, 1, boot_id).ljust(4096, b"\0"))


def start(workspace, library, lease, fsync):
    postgres = services.Postgres(workspace, f"fsync-{fsync}")
    with open(os.path.join(postgres.data, "postgresql.conf"), "a") as conf:
        conf.write(f"autovacuum=off\nmax_wal_size=4GB\nfsync={fsync}\n"
                   f"shared_preload_libraries='{library}'\nlifeboat_lease.file='{lease}'\n")
    postgres.start()
    pgbench(postgres, "on", "-i", "-q", "-s", "2")
    return postgres


def pgbench(postgres, enabled, *arguments):
    command = [f"{services.PG_BIN}/pgbench", "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "app", *arguments, "postgres"]
    environment = dict(os.environ, PGOPTIONS=f"-c lease_switch.enabled={enabled}")
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def transactions_per_s(postgres, enabled):
    text = pgbench(postgres, enabled, "-N", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", "1")
    return float(re.search(r"tps = ([\d.]+)", text)[1])


class Session:
    """One psql, which stays connected."""

    def __init__(self, postgres):
        command = [f"{services.PG_BIN}/psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "app", "postgres"]
        self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.run("PREPARE burst AS UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = $1;")
        self.pid = self.run("SELECT pg_backend_pid();")

    def run(self, text):
        self.psql.stdin.write(text + "\n\\echo done\n")
        return "".join(iter(self.psql.stdout.readline, "done\n")).strip()

    def processor_ns(self):
        return int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[0])

    def updates_per_ns(self, enabled):
        self.run(f"SET lease_switch.enabled = {enabled};")
        before = self.processor_ns()
        self.run("".join(f"EXECUTE burst({aid});" for aid in random.sample(range(1, 200001), BURST)))
        return BURST / (self.processor_ns() - before)

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def by_turns(measure, first, second, pairs):
    ratios = []
    for number in range(pairs):
        # Who goes first alternates, because what comes second finds warm caches, or full buffers.
        seen = [measure(first), measure(second)] if number % 2 == 0 else [measure(second), measure(first)][::-1]
        ratios.append(seen[0] / seen[1])
    return ratios


def by_processor_time(postgres, first, second, sessions):
    ratios = []
    for _ in range(sessions):
        with contextlib.closing(Session(postgres)) as session:
            ratios += by_turns(session.updates_per_ns, first, second, 210)[10:]
    return ratios


def show(title, ratios):
    low, middle, high = statistics.quantiles(ratios, n=4)
    # Standard error of a median, from the quartiles: pairs that other load tore apart do not count for more.
    error = 1.25 * (high - low) / 1.349 / len(ratios)**0.5
    print(f"{title:52} median {middle:.4f} ± {error:.4f}, quartiles {low:.4f} to {high:.4f}, {len(ratios)} pairs", flush=True)


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    workspace = services.Workspace()
    library, lease = build_library(workspace.path), pathlib.Path(workspace.path) / "lease"
    write_lease(lease)
    with contextlib.ExitStack() as stack:
        stack.callback(workspace.remove)
        print("throughput with the extension as a ratio to that without; below 1 is slower")
        for fsync in ("off", "on"):
            postgres = start(workspace, library, lease, fsync)
            stack.callback(postgres.stop)
            for what, first in (("", "on"), (", both without", "off")):
                show(f"fsync {fsync}{what}, by processor time:", by_processor_time(postgres, first, "off", pairs))
                show(f"fsync {fsync}{what}, pgbench -N by the clock:",
                     by_turns(lambda enabled: transactions_per_s(postgres, enabled), first, "off", pairs * 2))


if __name__ == "__main__":
    main()
