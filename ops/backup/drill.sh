#!/usr/bin/env bash
# Restores a ledger to a moment, and proves that everything acknowledged before it is there and nothing after it is.
#
#   ops/backup/drill.sh [the service's Ledger.dll]
#
# Everything happens on this machine, in a folder of its own, which is deleted: a PostgreSQL that archives by pgbackrest.conf and
# archiving.conf beside this file, and the service on it. Root runs PostgreSQL as user postgres; anyone else as themselves. Exit code 0
# only if all of it held.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../artifacts/bin/Ledger/debug/Ledger.dll}")
before_backup=300 after_backup=200 too_late=100

die() {
  echo "FAILED: $*" >&2
  exit 1
}

[ -f "$program" ] || die "There is no $program; build the service first."
for tool in pgbackrest curl jq; do
  command -v "$tool" >/dev/null || die "$tool is not installed."
done
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1) || die 'PostgreSQL is not installed.'

# --- a place for it, and its end -----------------------------------------------------------------------------------------------------

folder=$(mktemp -d "${TMPDIR:-/tmp}/ledger-drill-XXXXXX")
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  chown postgres: "$folder"
fi
service=''
# shellcheck disable=SC2317  # called by the trap
clean() {
  local code=$?
  [ -z "$service" ] || kill -KILL "$service" 2>/dev/null || true
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
  if [ "$code" -ne 0 ]; then
    tail -n 30 "$folder"/*.log 2>/dev/null >&2 || true
  fi
  rm -rf "$folder"
}
trap clean EXIT
trap 'exit 130' INT TERM

# pgBackRest and PostgreSQL's archive_command read these; on a server the file alone says it.
export PGBACKREST_CONFIG=$here/pgbackrest.conf PGBACKREST_STANZA=ledger PGBACKREST_LOG_LEVEL_CONSOLE=warn
export PGBACKREST_REPO1_PATH=$folder/repository PGBACKREST_LOCK_PATH=$folder/lock PGBACKREST_SPOOL_PATH=$folder/spool
export PGBACKREST_PG1_PATH=$folder/data PGBACKREST_PG1_SOCKET_PATH=$folder
export ConnectionStrings__Ledger="Host=$folder;Username=ledger;Database=ledger" Ledger__Schema=check
export DOTNET_NOLOGO=1

cd "$folder"
postgres() { "${as[@]}" "$@"; }
sql() { postgres psql -h "$folder" -U postgres -d "${2:-ledger}" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
ledger() { dotnet exec "$program" "$@"; }
say() { printf '%4ss  %s\n' "$SECONDS" "$1"; }

start_database() {
  postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/postgres.log" -s -w -t 120 start ||
    die 'PostgreSQL did not start.'
  for _ in $(seq 600); do
    [ "$(sql 'select pg_is_in_recovery()' postgres 2>/dev/null)" = f ] && return
    sleep 0.2
  done
  die 'PostgreSQL did not come out of recovery.'
}

start_service() {
  local log=$folder/service$1.log
  # Not by the function: the process to kill is the service, not a shell around it.
  dotnet exec "$program" --urls http://127.0.0.1:0 >"$log" 2>&1 &
  service=$!
  disown
  for _ in $(seq 600); do
    url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$log" | head -1 || true)
    if [ -n "$url" ] && curl -sf -o /dev/null "$url/health/ready"; then
      return
    fi
    kill -0 "$service" 2>/dev/null || die 'The service did not start.'
    sleep 0.2
  done
  die 'The service did not become ready.'
}

ask() { curl -sf --max-time 60 -H "Authorization: Bearer $key" "$url$1"; }

# reports FIRST LAST: one report a line, on five countries and twenty deals.
reports() {
  local countries=(KAZ KGZ TJK TKM UZB) i
  for ((i = $1; i <= $2; i++)); do
    printf '{"kind":"delivery","id":"drill-%d","feed":"urn:drill","recipient":"%s","supplier":"TUR","platform":"Bayraktar TB2",' \
      "$i" "${countries[i % 5]}"
    printf '"deal":"drill.%d","lot":"%d","quantity":{"qualifier":"exact","n":%d},"occurred":"2024-05",' $((i % 20)) "$i" $((i % 7 + 1))
    printf '"source":{"publisher":"Drill","published":"2024-06-01"}}\n'
  done
}

# post FIRST LAST: what the service acknowledged, as its summary says.
post() {
  reports "$1" "$2" | curl -sf --max-time 120 -X POST -H "Authorization: Bearer $key" -H 'Content-Type: application/x-ndjson' \
    --data-binary @- "$url/v1/imports" | tail -1
}

# expect SUMMARY created=N existing=N
expect() {
  local want
  for want in "${@:2}"; do
    [ "$(jq -r ".${want%=*}" <<<"$1")" = "${want#*=}" ] || die "Expected $want of $1"
  done
  [ "$(jq -r .refused <<<"$1")" = 0 ] || die "Refused some: $1"
}

# snapshot FOLDER: every fleet, and every report, as they are at position $position. The end of the ledger is no part of them.
snapshot() {
  mkdir "$1"
  ask "/v1/countries?asOf=2026-01-01&knownAt=@$position&limit=1000" >"$1/countries.json"
  local country
  for country in KAZ KGZ TJK TKM UZB; do
    ask "/v1/countries/$country/fleet?asOf=2026-01-01&knownAt=@$position" >"$1/$country.json"
    ask "/v1/countries/$country/fleet/bayraktar-tb2?asOf=2026-01-01&knownAt=@$position" >"$1/$country-evidence.json"
  done
  ask "/v1/reports?feed=urn:drill&limit=1000&knownAt=@$position" >"$1/reports.json"
}

# --- before ------------------------------------------------------------------------------------------------------------------------

postgres "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --locale=C --encoding=UTF8 --data-checksums >"$folder/initdb.log"
# The folder lets nobody in but its owner, so the socket is as safe as the files.
cat "$here/archiving.conf" - >>"$folder/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$folder'
EOF
start_database
sql 'create role ledger login' postgres
sql 'create database ledger owner ledger' postgres
postgres pgbackrest stanza-create
postgres pgbackrest check
say 'PostgreSQL archives.'

ledger db-apply >"$folder/apply.log" 2>&1 || die 'db-apply failed.'
key=$(ledger keys add --name drill --scopes report,read,audit --feeds '*' 2>"$folder/keys.log") || die 'keys add failed.'
start_service 1
expect "$(post 1 $before_backup)" created=$before_backup existing=0
say "$before_backup reports acknowledged; full backup."
postgres pgbackrest --type=full backup

last=$((before_backup + after_backup))
summary=$(post $((before_backup + 1)) $last)
expect "$summary" created=$after_backup existing=0
position=$(jq -r .position <<<"$summary")
snapshot "$folder/before"
sleep 0.1
moment=$(sql "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')")
sleep 0.1
say "$after_backup more acknowledged, the last at position $position: the moment is $moment UTC."

expect "$(post $((last + 1)) $((last + too_late)))" created=$too_late existing=0
# On a server archive_timeout does this within a minute.
segment=$(sql 'select pg_walfile_name(pg_switch_wal())' postgres)
for _ in $(seq 300); do
  archived=$(sql 'select coalesce(last_archived_wal, $$$$) from pg_stat_archiver' postgres)
  [[ $archived < $segment ]] || break
  sleep 0.2
done
[[ ! $archived < $segment ]] || die 'The WAL was not archived.'
say "$too_late more after it."

# --- the loss, and the way back ----------------------------------------------------------------------------------------------------

kill -KILL "$service"
while kill -0 "$service" 2>/dev/null; do sleep 0.1; done
service=''
postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop
rm -rf "$folder/data"
say 'The service is killed, the database destroyed.'

postgres pgbackrest --type=time --target="$moment+00" --target-action=promote restore
start_database
say 'Restored to the moment.'

# --- what is there -----------------------------------------------------------------------------------------------------------------

start_service 2
held=$(sql "select count(*) from ledger.mt_events where type = 'delivery_reported'")
[ "$held" = "$last" ] || die "The ledger holds $held reports of $last."
snapshot "$folder/after"
diff -r "$folder/before" "$folder/after" >&2 || die 'An answer changed.'
say "$held of $last reports are there; $(find "$folder/after" -type f | wc -l) answers are the same to the letter."

ledger replay || die 'The replay found a difference.'

# A time names a beginning of the ledger (decision 0005): after the restore the moment must still mean this position.
known=$(ask "/v1/countries/KGZ/fleet?asOf=2026-01-01&knownAt=${moment/ /T}Z" | jq -r .basis.position)
[ "$known" = "$position" ] || die "The moment means position $known, not $position."

# Whoever was not answered sends again: what was there is known, what was lost is taken in.
expect "$(post 1 $((last + too_late)))" created=$too_late existing=$last
say "All sent again: $last existing, $too_late created. Nothing before the moment was lost, nothing after it was there."
