#!/usr/bin/env python3
"""What the lease extension costs: a server with it beside one without, by turns in one run.

lease_extension_bench.py [LIBRARY] [PAIRS]: pgbench's simple update by the clock; then, because other load disturbs the clock, the
processor time of one session for single updates, in short bursts by turns; and the same with neither server having it, which says
how far to believe the rest. Without fsync is the worst case for the extension: a commit waits for no disk there.
"""

import contextlib
import os
import pathlib
import random
import re
import shutil
import statistics
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "events/tests"))
import services  # noqa: E402

CLIENTS, BURST = 4, 25


def find_library():
    if len(sys.argv) > 1:
        return pathlib.Path(sys.argv[1])
    beside = pathlib.Path(os.environ.get("LIFEBOAT_BINARY", ROOT / "build/release/src/cli/lifeboat")).parents[2] / "pg/lifeboat_lease.so"
    return beside if beside.exists() else sys.exit(f"{beside} is not built: run ./dev build")


def write_lease(path):
    """A lease of an hour, as pg/lease_file.h has it."""
    boot_id = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip().encode()
    deadline_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) + 3600 * 10**9
    path.write_bytes(struct.pack("=8sIIQQ40s", b"LBLEASE\0", 1, 0, deadline_ns, 1, boot_id).ljust(4096, b"\0"))


def create(workspace, name):
    postgres = services.Postgres(workspace, name)
    with open(os.path.join(postgres.data, "postgresql.conf"), "a") as conf:
        conf.write("autovacuum=off\nmax_wal_size=4GB\ninclude_if_exists='bench.conf'\n")
    postgres.start()
    pgbench(postgres, "-i", "-q", "-s", "2")
    return postgres


def restart(postgres, settings):
    postgres.stop()
    pathlib.Path(postgres.data, "bench.conf").write_text(settings)
    postgres.start()


def pgbench(postgres, *arguments):
    command = [f"{services.PG_BIN}/pgbench", "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "app", *arguments, "postgres"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def by_the_clock(postgres):
    text = pgbench(postgres, "-N", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", "1")
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

    def updates_per_ns(self):
        before = self.processor_ns()
        self.run("".join(f"EXECUTE burst({aid});" for aid in random.sample(range(1, 200001), BURST)))
        return BURST / (self.processor_ns() - before)

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def by_turns(measure, ours, plain, pairs):
    ratios = []
    for number in range(pairs):
        order = (ours, plain) if number % 2 == 0 else (plain, ours)
        seen = {one: measure(one) for one in order}
        ratios.append(seen[ours] / seen[plain])
    return ratios


def by_processor_time(ours, plain, sessions):
    """Many sessions, because one is faster than another for as long as it lives, by where its memory happens to be."""
    ratios = []
    for _ in range(sessions):
        with contextlib.closing(Session(ours)) as first, contextlib.closing(Session(plain)) as second:
            ratios += by_turns(Session.updates_per_ns, first, second, 100)[10:]
    return ratios


def show(title, ratios):
    low, middle, high = statistics.quantiles(ratios, n=4)
    # Standard error of a median, from the quartiles: pairs that other load tore apart do not count for more.
    error = 1.25 * (high - low) / 1.349 / len(ratios)**0.5
    print(f"{title:52} median {middle:.4f} ± {error:.4f}, quartiles {low:.4f} to {high:.4f}, {len(ratios)} pairs", flush=True)


def compare(title, servers, common, ours_only, pairs):
    """The servers change roles in the middle, because one may be the faster one by where its files happen to be."""
    clock, cpu = [], []
    for ours, plain in (servers, servers[::-1]):
        restart(ours, common + ours_only)
        restart(plain, common)
        clock += by_turns(by_the_clock, ours, plain, pairs)
        cpu += by_processor_time(ours, plain, pairs)
    show(f"{title}, pgbench -N, by the clock:", clock)
    show(f"{title}, by processor time:", cpu)


def main():
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    workspace = services.Workspace()
    library, lease = pathlib.Path(workspace.path) / "lifeboat_lease.so", pathlib.Path(workspace.path) / "lease"
    shutil.copy(find_library(), library)
    write_lease(lease)
    with contextlib.ExitStack() as stack:
        stack.callback(workspace.remove)
        servers = [create(workspace, name) for name in ("first", "second")]
        for postgres in servers:
            stack.callback(postgres.stop)
        print("throughput with the extension as a ratio to that without; below 1 is slower")
        extension = f"shared_preload_libraries='{library}'\nlifeboat_lease.file='{lease}'\n"
        for fsync in ("off", "on"):
            compare(f"fsync = {fsync}", servers, f"fsync={fsync}\n", extension, pairs)
            compare(f"fsync = {fsync}, both without", servers, f"fsync={fsync}\n", "", pairs)


if __name__ == "__main__":
    main()
