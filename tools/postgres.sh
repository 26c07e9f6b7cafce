#!/usr/bin/env bash
# Run a command with DATABASE_URL of a throw-away PostgreSQL: tools/postgres.sh COMMAND…
# Exit code 69 (service unavailable) when there is no PostgreSQL on this machine.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || exit 69

data=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown postgres "$data"
  as=(runuser -u postgres --)
fi
stop() {
  (cd / && "${as[@]}" "$bin/pg_ctl" -D "$data/db" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$data"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(
  cd /
  "${as[@]}" "$bin/initdb" -D "$data/db" -U chuangwen --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  # fsync off: the cluster lives for one run, and its promises to the disk are not what is tested here.
  "${as[@]}" "$bin/pg_ctl" -D "$data/db" -w -l "$data/log" start \
    -o "-c listen_addresses=127.0.0.1 -p $port -k '$data' -c fsync=off -c max_connections=60" >/dev/null
)
export DATABASE_URL="postgresql://chuangwen@127.0.0.1:$port/postgres"
"$@"
