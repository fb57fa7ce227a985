#!/usr/bin/python3
"""Written by Lifeboat: what a web instance knows of itself, fetches and runs. identify | program | refresh | run | signal STATUS"""

import json
import os
import pwd
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(os.environ.get("LIFEBOAT_ROOT", "/"))
ETC, OPT = ROOT / "etc/lifeboat", ROOT / "opt/lifeboat"
METADATA = "http://169.254.169.254/latest/"
IS_INSTANCE = ROOT == Path("/")  # Elsewhere there is neither the application's user nor its unit.
PASSWORDS, MARKER_TOKEN = ETC / "pgpass", ETC / "marker.token"


def read(name):
    return json.loads((ETC / name).read_text())


def client(service):
    import boto3  # Not needed, and not there yet, by everything that this file does.
    from botocore.config import Config

    config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 3})
    return boto3.client(service, region_name=read("settings.json")["region"], config=config)


def write(path, text, owner=None, mode=0o644):
    """Whether anything was different. A reader sees the old content or the new one."""
    if path.exists() and path.read_text() == text:
        return False
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        if owner and IS_INSTANCE:
            user = pwd.getpwnam(owner)
            os.fchown(descriptor, user.pw_uid, user.pw_gid)
        os.fchmod(descriptor, mode)
        file.write(text)
    os.rename(name, path)
    return True


def identify():
    """Which instance this is, from the metadata service (version 2)."""
    ask = urllib.request.Request(METADATA + "api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    with urllib.request.urlopen(ask, timeout=5) as answer:
        token = answer.read().decode()

    def value(path):
        ask = urllib.request.Request(METADATA + "meta-data/" + path, headers={"X-aws-ec2-metadata-token": token})
        with urllib.request.urlopen(ask, timeout=5) as answer:
            return answer.read().decode()

    known = {"id": value("instance-id"), "zone": value("placement/availability-zone"), "name": value("tags/instance/lifeboat:asset")}
    write(ETC / "instance.json", json.dumps(known))


def program():
    """The application: an archive is unpacked, anything else is a program."""
    settings, folder = read("settings.json"), OPT / "program"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    key = settings["program"]
    with tempfile.TemporaryDirectory(dir=OPT) as fetched:
        file = Path(fetched, "fetched")
        client("s3").download_file(settings["bucket"], key, str(file))
        if key.endswith(".tar.gz"):
            # It writes nothing outside the folder, whatever the archive says, and fails then.
            subprocess.run(["tar", "-xzf", str(file), "-C", str(folder), "--no-same-owner"], check=True)
        else:
            file.chmod(0o755)
            file.rename(folder / key.rsplit("/", 1)[1])


def pass_line(secret):
    """Any host and database: the role is the same everywhere, and a promotion changes hosts."""
    escaped = [secret[part].replace("\\", "\\\\").replace(":", "\\:") for part in ("username", "password")]
    return ":".join(["*", "*", "*", *escaped]) + "\n"


def refresh():
    """Writes what the application and the SQL tool need to reach the databases; restarts the application when that is something else."""
    settings = read("settings.json")
    config = json.loads(client("s3").get_object(Bucket=settings["bucket"], Key="config/web.json")["Body"].read())
    secret = json.loads(client("secretsmanager").get_secret_value(SecretId=settings["secret"])["SecretString"])
    databases, here = config["databases"], settings["region"]
    if here not in databases:
        sys.exit(f"config/web.json does not name the database of {here} yet")
    order = [here, *sorted(region for region in databases if region != here)]
    common = {"PGUSER": secret["username"], "PGDATABASE": settings["database"], "PGPASSFILE": str(PASSWORDS),
              "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(OPT / "rds.pem")}
    hosts = {"PGHOST": ",".join(databases[region]["host"] for region in order),
             "PGPORT": ",".join(str(databases[region]["port"]) for region in order), "PGTARGETSESSIONATTRS": "read-write"}
    changed = write_secrets(config, secret)
    changed |= write(ETC / "web.json", json.dumps({"environment": web_environment(settings, {**common, **hosts})}))
    write_sql(databases[here], common)
    if IS_INSTANCE:
        subprocess.run(["systemctl", "restart" if changed else "start", "lifeboat-web.service"], check=True)


def write_secrets(config, secret):
    changed = write(PASSWORDS, pass_line(secret), owner="lifeboat-web", mode=0o600)
    token = config.get("marker_token", "")
    if token:
        changed |= write(MARKER_TOKEN, token + "\n", owner="lifeboat-web", mode=0o600)
    elif MARKER_TOKEN.exists():
        MARKER_TOKEN.unlink()
        changed = True
    return changed


def web_environment(settings, database):
    instance = read("instance.json")
    provided = {"LISTEN_ADDRESS": "0.0.0.0", "PORT": str(settings["port"]), "REGION": settings["region"], "ZONE": instance["zone"],
                "INSTANCE": instance["name"], **database}
    if MARKER_TOKEN.exists():
        provided["MARKER_TOKEN_FILE"] = str(MARKER_TOKEN)
    return {**provided, **settings["environment"]}


def write_sql(database, common):
    """Of this region alone. The first host that answers is taken: a cluster that is no writer has only its reader's name."""
    hosts = [database["host"]] + ([database["reader"]] if database.get("reader") else [])
    values = {**common, "PGHOST": ",".join(hosts), "PGPORT": str(database["port"]), "PGCONNECT_TIMEOUT": "10"}
    write(ETC / "sql.env", "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()))


def run():
    command = read("settings.json")["command"]
    os.execvpe(command[0], command, {**os.environ, **read("web.json")["environment"]})


def signal(status):
    settings, instance = read("settings.json"), read("instance.json")
    client("cloudformation").signal_resource(StackName=settings["cloudformation_stack"], LogicalResourceId="Web" + instance["name"].removeprefix("web-"),
                                             UniqueId=instance["id"], Status=status)


if __name__ == "__main__":
    {"identify": identify, "program": program, "refresh": refresh, "run": run, "signal": signal}[sys.argv[1]](*sys.argv[2:])
