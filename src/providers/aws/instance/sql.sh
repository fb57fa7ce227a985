#!/bin/bash
# Written by Lifeboat: runs the SQL of the standard input on this region's own database, as the role that owns it.
set -euo pipefail
set -a
. "${LIFEBOAT_ROOT:-}/etc/lifeboat/sql.env"
set +a
exec psql -XAt -F '|' -v ON_ERROR_STOP=1
