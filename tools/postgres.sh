#!/usr/bin/env bash
# Run a command with the DATABASE_URL of a throw-away PostgreSQL: tools/postgres.sh COMMAND…
# Exit code 69 (service unavailable) when there is no PostgreSQL on this machine.
set -euo pipefail
bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1) || true
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || exit 69

# Not in TMPDIR, which the owner of the cluster may not be allowed to enter.
home=$(mktemp -d /tmp/chuangwen-postgres.XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown postgres "$home"
  as=(runuser -u postgres --)
fi
server() { (cd "$home" && ${as[@]+"${as[@]}"} "$bin/$1" "${@:2}" >>"$home/log" 2>&1); }
stop() {
  server pg_ctl -D "$home/db" -m immediate stop || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# fsync off: the cluster lives for one run, and its promises to the disk are not what is tested here.
# autovacuum off: it would take down how empty a table is between two tests, and the next would be planned by that.
if ! server initdb -D "$home/db" -U chuangwen --auth=trust --encoding=UTF8 --locale=C.UTF-8 ||
  ! server pg_ctl -D "$home/db" -w start -o "-h 127.0.0.1 -p $port -k $home -c fsync=off -c autovacuum=off -c max_connections=60"; then
  cat "$home/log" >&2
  echo "PostgreSQL 未能启动，原因见上 · PostgreSQL could not be started; see above why" >&2
  exit 1
fi
export DATABASE_URL="postgresql://chuangwen@127.0.0.1:$port/postgres"
"$@"
