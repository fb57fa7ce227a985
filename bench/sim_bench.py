#!/usr/bin/env python3
"""Simulated scenarios a second on one core, beside the target of 200 and beside real time.

sim_bench.py [LIFEBOAT_SIM_BINARY] [SEEDS]: three runs of other seeds each, one job. By the clock, and by the processor time, because
other load disturbs the clock. A scenario is one seed: a stack built, its faults, its healing and its way back to being well.
"""

import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET, RUNS = 200, 3


def find_binary():
    if len(sys.argv) > 1:
        return sys.argv[1]
    beside = pathlib.Path(os.environ.get("LIFEBOAT_BINARY", ROOT / "build/release/src/cli/lifeboat")).parents[1] / "sim/lifeboat-sim"
    return str(beside) if beside.exists() else sys.exit(f"{beside} is not built: run ./dev build")


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(binary, first, seeds):
    """Seconds by the clock, seconds of processor time, simulated hours, events. A failing seed ends the benchmark."""
    began, used = time.monotonic(), processor_time()
    done = subprocess.run([binary, "--seeds", str(seeds), "--first", str(first), "--jobs", "1"], capture_output=True, text=True)
    took, used = time.monotonic() - began, processor_time() - used
    if done.returncode != 0:
        sys.exit(done.stdout[done.stdout.rfind("FAILED") - 20:])
    hours, events = re.search(r"([\d.]+) simulated hours, (\d+) events: 0 failed", done.stdout).groups()
    return took, used, float(hours), int(events)


def main():
    binary, seeds = find_binary(), int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    print(f"{'':8} {'seeds/s':>8} {'by cpu':>8} {'target':>7} {'ratio':>6} {'events/s':>10} {'of real time':>13}   ({seeds} seeds each, {binary})")
    rates = []
    for number in range(RUNS):
        took, used, hours, events = run(binary, 1 + number * seeds, seeds)
        rates.append(seeds / used)
        print(f"run {number + 1:<4} {seeds / took:8.0f} {rates[-1]:8.0f} {TARGET:7} {rates[-1] / TARGET:6.2f} {events / used:10.0f} "
              f"{hours * 3600 / used:12.0f}x", flush=True)
    print(f"{'median':8} {'':8} {statistics.median(rates):8.0f} {TARGET:7} {statistics.median(rates) / TARGET:6.2f}")


if __name__ == "__main__":
    main()
