"""simulated_aws.py: a simulation of AWS on the loopback for tests. Prints one line of JSON with its ports and credentials when it answers."""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import warnings
from pathlib import Path

for name in [name for name in os.environ if name.startswith('AWS_')]:
    del os.environ[name]
os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'
warnings.filterwarnings('ignore', module='moto')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--port', type=int, default=0, help="of AWS's interface; 0: any")
    parser.add_argument('--state', type=Path, help='below it a folder for everything is made, and removed at the end; default: the temporary folder')
    parser.add_argument('--keep', action='store_true', help='leave the folder')
    parser.add_argument('--leash', action='store_true', help='end when standard input does: with whoever started it')
    parser.add_argument('--speed', type=float, default=200, help='simulated seconds in a real one')
    parser.add_argument('--zone-speed', type=float, help="the same for what Route 53's name servers hear")
    return parser.parse_args()


def main():
    options = arguments()
    if options.state is not None:
        options.state.mkdir(parents=True, exist_ok=True)
    state = Path(tempfile.mkdtemp(prefix='simulated-aws-', dir=options.state)).resolve()
    state.chmod(0o755)
    from simulated.children import clear_up, start_watcher
    watcher = start_watcher(state, options.keep)
    from simulated.control import Control
    from simulated.wire import Endpoint, Server
    from simulated.world import World
    world = World(state, options.speed, options.zone_speed or options.speed)
    aws, control = Server(('127.0.0.1', options.port), Endpoint, world), Server(('127.0.0.1', 0), Control, world)
    for server in (aws, control):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    world.start(aws.server_port)
    key_id, secret = world.new_key()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    print(json.dumps({'port': aws.server_port, 'dns_port': world.dns.start(), 'control_port': control.server_port, 'state': str(state),
                      'access_key_id': key_id, 'secret_access_key': secret}), flush=True)
    if options.leash:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), done.set()), daemon=True).start()
    done.wait()
    world.stop()
    clear_up(state, options.keep)
    watcher.stdin.close()
    watcher.wait(10)
    sys.stdout.flush()
    os._exit(0)  # Threads that wait for requests would only cost time.


main()
