"""The real programs of the simulation. They die with the server however it ends, and nothing of them is left."""

import ctypes
import os
import pwd
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PLAIN = {name: os.environ[name] for name in ('PATH', 'LD_LIBRARY_PATH') if name in os.environ}
PLAIN.setdefault('PATH', '/usr/bin:/bin')


def service_user():
    """PostgreSQL refuses root: as root, everything runs as this user; otherwise as whoever runs the server."""
    if os.geteuid() != 0:
        return None
    for name in ('postgres', 'nobody'):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


class Children:
    """Starts programs from one thread that lives as long as the server, because the kernel's parent-death signal follows the thread that forked."""

    def __init__(self, state):
        self.state = Path(state)
        self.user = service_user()
        self._wanted = queue.Queue()
        self._running = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._spawn_forever, name='children', daemon=True).start()

    def _identity(self):
        return {} if self.user is None else {'user': self.user.pw_uid, 'group': self.user.pw_gid, 'extra_groups': []}

    def give(self, path):
        """The path is the service user's own."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
        return path

    def folder(self, *parts):
        path = self.state.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        self.give(path)
        return path

    def secret_file(self, path, text):
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w', encoding='utf-8') as file:
            file.write(text)
        return self.give(path)

    def _spawn_forever(self):
        while True:
            argv, options, answer = self._wanted.get()
            try:
                answer.put(subprocess.Popen(argv, **options))
            except OSError as error:
                answer.put(error)

    def start(self, argv, folder, environment, log):
        """A program that goes on until it is killed."""
        answer = queue.Queue()
        sink = open(log, 'ab')  # pylint: disable=consider-using-with
        self.give(log)
        options = {'cwd': folder, 'env': {**PLAIN, **environment}, 'stdin': subprocess.DEVNULL, 'stdout': sink, 'stderr': sink, 'start_new_session': True, **self._identity()}
        self._wanted.put((['setpriv', '--pdeathsig', 'KILL', '--', *map(str, argv)], options, answer))
        process = answer.get()
        sink.close()
        if isinstance(process, OSError):
            raise process
        with self._lock:
            self._running.add(process)
        return process

    def run(self, argv, folder, environment, text='', limit_s=60):
        """A program that ends by itself; its parent-death signal is that of the calling thread, which waits for it."""
        argv = ['setpriv', '--pdeathsig', 'KILL', '--', *map(str, argv)]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env={**PLAIN, **environment},
                              start_new_session=True, **self._identity()) as process:
            try:
                output, problem = process.communicate(text, limit_s)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise
        return subprocess.CompletedProcess(argv, process.returncode, output, problem)

    def kill(self, process):
        """At once, with all that it forked: a PostgreSQL backend must not commit after its server is gone."""
        offspring = descendants(process.pid)
        for pid in [process.pid, *offspring]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()
        end = time.monotonic() + 5
        while any(is_alive(pid) for pid in offspring) and time.monotonic() < end:
            time.sleep(0.002)
        with self._lock:
            self._running.discard(process)

    def stop(self, process, number, limit_s):
        """Asks it to end; kills it when it does not."""
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(limit_s)
            except subprocess.TimeoutExpired:
                pass
        self.kill(process)

    def kill_all(self):
        with self._lock:
            running = list(self._running)
        for process in running:
            self.kill(process)


def is_alive(pid):
    try:
        return Path(f'/proc/{pid}/stat').read_text(encoding='utf-8').rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def descendants(pid):
    found, left = [], [pid]
    while left:
        parent = left.pop()
        try:
            children = Path(f'/proc/{parent}/task/{parent}/children').read_text(encoding='utf-8').split()
        except OSError:
            continue
        found += map(int, children)
        left += map(int, children)
    return found


def remove_shared_memory(data):
    """PostgreSQL's interlock segment outlives a server that was killed."""
    try:
        number = int((Path(data) / 'postmaster.pid').read_text(encoding='utf-8').splitlines()[6].split()[1])
    except (OSError, IndexError, ValueError):
        return
    ctypes.CDLL(None, use_errno=True).shmctl(number, 0, None)


def clear_up(state, keep):
    """Ends what works below the folder, and removes the folder."""
    for _ in range(3):
        for entry in Path('/proc').iterdir():
            try:
                if entry.name.isdigit() and int(entry.name) != os.getpid() and os.readlink(entry / 'cwd').startswith(str(state)):
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.05)
    for lock in Path(state).rglob('postmaster.pid'):
        remove_shared_memory(lock.parent)
    if not keep:
        shutil.rmtree(state, ignore_errors=True)


def start_watcher(state, keep):
    """A process of its own that clears up when the server has ended, even by kill -9: then the pipe to it closes."""
    code = (f'import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); sys.stdin.read(); '
            f'from simulated.children import clear_up; clear_up({str(state)!r}, {keep!r})')
    return subprocess.Popen([sys.executable, '-B', '-c', code], stdin=subprocess.PIPE, start_new_session=True, cwd='/')
