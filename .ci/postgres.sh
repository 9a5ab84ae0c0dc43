#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own:
#
#     .ci/postgres.sh cargo test --test jobs
#
# The command finds DATABASE_URL, and in ENERGYOPTI_PG_RESTART a shell command that restarts the server
# (PG_RESTART_MODE, `fast` where not set, says how rudely). The cluster lies in a temporary folder on
# a free port and is gone at the end. Where there is no PostgreSQL, Debian's package is installed.
# Exit code: the command's.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }

# Debian keeps the server's programs beside the PATH, a folder for each version.
find_programs() {
  local program
  program=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1) || true
  [ -n "$program" ] && programs=$(dirname "$(readlink -f "$program")")
}

if ! find_programs; then
  echo "installing PostgreSQL" >&2
  as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends postgresql >/dev/null
  find_programs || { echo "no initdb after installing PostgreSQL" >&2; exit 1; }
fi

# The server refuses to run as root.
as_owner=""
if [ "$(id -u)" = 0 ]; then
  owner=nobody
  id postgres >/dev/null 2>&1 && owner=postgres
  as_owner="runuser -u $owner --"
fi

folder=$(mktemp -d)
[ -z "$as_owner" ] || chown "$owner" "$folder"
cluster="$folder/cluster"
control="$as_owner $programs/pg_ctl --pgdata=$cluster --log=$folder/log --wait --silent"

finish() {
  $control stop --mode=immediate >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$folder"
$as_owner "$programs/initdb" --pgdata="$cluster" --username=energyopti --auth=trust --encoding=UTF8 >"$folder/initdb.log" ||
  { cat "$folder/initdb.log" >&2; exit 1; }
cat >>"$cluster/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
SETTINGS

# Somebody else may take a port between two looks at it, so the server itself tries them.
for port in $(shuf -i 20000-29999 -n 20); do
  echo "port = $port" >>"$cluster/postgresql.conf"
  $control start >/dev/null && break
  port=""
done
[ -n "$port" ] || { tail -n 20 "$folder/log" >&2; exit 1; }
cd "$OLDPWD"

export DATABASE_URL="postgres://energyopti@127.0.0.1:$port/postgres"
export ENERGYOPTI_PG_RESTART="cd $folder && $control restart --mode=\${PG_RESTART_MODE:-fast} >/dev/null"
"$@"
