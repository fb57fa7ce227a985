"""A STAND-IN for Grafana, for the tests only: it is not Grafana and draws nothing.

It takes the command line of `grafana server`, reads the configuration it is handed as Grafana would, refuses what Grafana could
not start from, writes down what it saw and answers /api/health. It proves our side of the arrangement, not Grafana's.
"""

import configparser
import http.server
import json
import os
import pathlib
import stat
import sys

import yaml


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def secret(reference):
    """Grafana's $__file{PATH}: the file's content; it must be its owner's alone."""
    path = pathlib.Path(reference.removeprefix("$__file{").removesuffix("}"))
    assert reference == f"$__file{{{path}}}", reference
    assert stat.S_IMODE(path.stat().st_mode) == 0o600, f"{path} can be read by others"
    return path.read_text(encoding="utf-8").strip()


def main():
    assert sys.argv[1] == "server", sys.argv
    assert (pathlib.Path(option("--homepath")) / "conf/defaults.ini").exists(), "the home path is not Grafana's"
    settings = configparser.ConfigParser(interpolation=None)
    with open(option("--config"), encoding="utf-8") as file:
        settings.read_file(file)
    server, paths, security = settings["server"], settings["paths"], settings["security"]
    provisioning = pathlib.Path(paths["provisioning"])
    (provider,) = yaml.safe_load((provisioning / "dashboards/lifeboat.yml").read_text(encoding="utf-8"))["providers"]
    assert provider["type"] == "file", provider
    shown = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in pathlib.Path(provider["options"]["path"]).glob("*.json")}
    pathlib.Path(paths["data"]).mkdir(parents=True, exist_ok=True)
    seen = {
        "pid": os.getpid(),
        "admin_user": security["admin_user"],
        "admin_password_length": len(secret(security["admin_password"])),
        "secret_key_length": len(secret(security["secret_key"])),
        "anonymous": settings["auth.anonymous"]["enabled"],
        "data_sources": yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text(encoding="utf-8"))["datasources"],
        "dashboards": shown,
    }
    (pathlib.Path(paths["data"]) / "seen.json").write_text(json.dumps(seen), encoding="utf-8")

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/api/health" else 404)
            self.end_headers()
            self.wfile.write(b'{"database": "ok", "version": "stand-in"}')

        def log_message(self, *_):
            """Health checks are many."""

    http.server.ThreadingHTTPServer((server["http_addr"], int(server["http_port"])), Health).serve_forever()


main()
