"""Runs a command with "--first SEED" put behind it, so that every commit tries seeds of its own.

seeds_of_commit.py COMMAND...: the seed is made of the commit that is checked out; a tree without git has always the same one.
"""

import os
import subprocess
import sys

SEEDS_A_COMMIT = 1000


def first_seed():
    try:
        commit = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], cwd=os.path.dirname(os.path.abspath(__file__)),
                                capture_output=True, text=True, check=True).stdout
        return int(commit[:7], 16) * SEEDS_A_COMMIT
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 1


if __name__ == "__main__":
    sys.stdout.flush()
    os.execv(sys.argv[1], [*sys.argv[1:], "--first", str(first_seed())])
