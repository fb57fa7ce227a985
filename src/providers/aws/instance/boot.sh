#!/bin/bash
# Written by Lifeboat: what a web instance does at its first boot. Everything that is asked of the network is asked
# again until it answers or the attempts are over; then CloudFormation is told, and the stack fails with this instance's name.
set -euo pipefail

attempt() {
  local left=20
  until "$@"; do
    left=$((left - 1))
    if [ "$left" = 0 ]; then
      echo "given up: $1" >&2
      return 1
    fi
    sleep 15
  done
}

failed() {
  python3 -B /opt/lifeboat/instance.py signal FAILURE || echo "CloudFormation was not told" >&2
}
trap failed ERR

export DEBIAN_FRONTEND=noninteractive
attempt apt-get -o DPkg::Lock::Timeout=300 -q update
attempt apt-get -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends ca-certificates curl libfmt9 postgresql-client python3-boto3
attempt curl -sSf --max-time 60 -o /opt/lifeboat/rds.pem https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem

id lifeboat-web >/dev/null 2>&1 || useradd --system --home-dir /var/lib/lifeboat-web --shell /usr/sbin/nologin lifeboat-web
attempt python3 -B /opt/lifeboat/instance.py identify
attempt python3 -B /opt/lifeboat/instance.py program

cat >/etc/systemd/system/lifeboat-web.service <<'UNIT'
[Unit]
Description=The web application of a Lifeboat stack
Wants=network-online.target
After=network-online.target
ConditionPathExists=/etc/lifeboat/web.json

[Service]
Type=exec
User=lifeboat-web
WorkingDirectory=/opt/lifeboat/program
StateDirectory=lifeboat-web
ExecStart=/usr/bin/python3 -B /opt/lifeboat/instance.py run
Restart=always
RestartSec=2
NoNewPrivileges=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=full

[Install]
WantedBy=multi-user.target
UNIT
cat >/etc/systemd/system/lifeboat-refresh.service <<'UNIT'
[Unit]
Description=Where the databases of a Lifeboat stack are
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -B /opt/lifeboat/instance.py refresh
TimeoutStartSec=60
UNIT
cat >/etc/systemd/system/lifeboat-refresh.timer <<'UNIT'
[Unit]
Description=Where the databases of a Lifeboat stack are, every minute

[Timer]
OnBootSec=10
OnUnitInactiveSec=45
RandomizedDelaySec=15

[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable --now lifeboat-refresh.timer
systemctl enable lifeboat-web.service
# The databases' names may be known only later: the timer starts the application then.
systemctl start lifeboat-refresh.service || true
trap - ERR
python3 -B /opt/lifeboat/instance.py signal SUCCESS
