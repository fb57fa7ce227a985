#!/usr/bin/env python3
"""run.py regress|tap LIBRARY: the extension's tests, in PostgreSQL's own harnesses.

Everything is copied to a temporary folder first, which belongs to an unprivileged user when root runs this: PostgreSQL
refuses root, and root's build folder may be closed to others. Exit code 77: the harness is not installed.
"""

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = os.environ.get("LIFEBOAT_PACKAGES", "")
POSTGRESQL = pathlib.Path(PACKAGES + "/usr/lib/postgresql/15")
HARNESS = POSTGRESQL / "lib/pgxs/src/test"
PR_SET_CHILD_SUBREAPER = 36


def need(path, package):
    if not pathlib.Path(path).exists():
        print(f"skipped: {path} is not there; install the package {package}")
        sys.exit(77)


def perl_modules(*folders):
    """Perl's search path; the modules that ./dev unpacked are where no perl looks by itself."""
    unpacked = pathlib.Path(PACKAGES + "/usr") if PACKAGES else None
    patterns = ("share/perl5", "share/perl/5.*", "lib/*/perl5/5.*", "lib/*/perl/5.*")
    modules = [path for pattern in patterns for path in sorted(unpacked.glob(pattern))] if unpacked else []
    return {"PERL5LIB": ":".join(map(str, (*folders, *modules)))}


def unprivileged():
    """Arguments for subprocess: who runs the servers."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("there is neither a user postgres nor a user nobody to run PostgreSQL as")


def make_folder(library, user):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lifeboat-lease-"))
    shutil.copy(library, folder)
    shutil.copytree(HERE, folder / "test")
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user["user"], user["group"])
    return folder


def regress_command(folder, library):
    need(HARNESS / "regress/pg_regress", "postgresql-server-dev-15")
    need(PACKAGES + "/usr/bin/perl", "perl")
    lease_file = folder / "lease"
    config = folder / "regress.conf"
    config.write_text(
        f"shared_preload_libraries = '{library}'\nlifeboat_lease.file = '{lease_file}'\nmax_prepared_transactions = 4\n"
        "fsync = off\nautovacuum = off\nlock_timeout = 20s\n"
    )
    config.chmod(0o644)
    make = "LeaseFile->make($ENV{LEASE_FILE})->grant(3600000)"
    setup = f"perl -I {folder}/test -MLeaseFile -e '{make}' && exec \"$@\""
    command = [HARNESS / "regress/pg_regress", f"--temp-instance={folder}/instance", f"--bindir={POSTGRESQL}/bin", "--encoding=UTF8",
               f"--temp-config={config}", f"--inputdir={folder}/test", f"--outputdir={folder}/output", "--no-locale", "lease"]
    (folder / "output").mkdir()
    os.chmod(folder / "output", 0o777)
    return ["sh", "-c", setup, "sh", *command], {**perl_modules(), "LEASE_FILE": str(lease_file), "LEASE": f"{folder}/test/lease"}


def tap_command(folder, library):
    need(HARNESS / "perl/PostgreSQL/Test/Cluster.pm", "postgresql-server-dev-15")
    need(PACKAGES + "/usr/share/perl5/IPC/Run.pm", "libipc-run-perl")
    return ["perl", folder / "test/lease_test.pl"], {
        **perl_modules(HARNESS / "perl", folder / "test"),
        "LEASE_LIBRARY": str(library),
        "PG_REGRESS": str(HARNESS / "regress/pg_regress"),
        "PATH": f"{POSTGRESQL}/bin:{os.environ['PATH']}",
        "TESTDIR": str(folder),
    }


def descendants(pid):
    with contextlib.suppress(OSError):
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from descendants(int(child))
            yield int(child)


def end_leftovers():
    """Servers whose harness was killed are our children, because we are their reaper."""
    for pid in list(descendants(os.getpid())):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def show(folder):
    for path in (*folder.glob("output/regression.diffs"), *folder.glob("instance/log/*.log"), *folder.glob("tmp_check/log/*")):
        print(f"--- the end of {path.name}", *path.read_text(errors="replace").splitlines()[-60:], sep="\n")


def main():
    harness, library = sys.argv[1], pathlib.Path(sys.argv[2])
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    user = unprivileged()
    folder = make_folder(library, user)
    try:
        command, variables = {"regress": regress_command, "tap": tap_command}[harness](folder, folder / library.name)
        environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C", **variables}
        code = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, **user).returncode
        if code != 0:
            show(folder)
        return code
    finally:
        end_leftovers()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
