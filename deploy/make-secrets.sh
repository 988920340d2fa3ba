#!/bin/sh
# Makes the passwords of the database and of the dashboard, once. Nobody else on this machine can enter the folder; the files themselves
# can be read, because the containers' users, who are not you, read them.
set -eu
cd "$(dirname "$0")"
[ ! -e secrets ] || { echo "deploy/secrets exists already. Nothing was changed." >&2; exit 1; }
umask 077
mkdir secrets
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
random >secrets/postgres.password
random >secrets/grafana.password
random >secrets/analyst.password
printf 'postgres:5432:ledger:ledger:%s\n' "$(random)" >secrets/ledger.pgpass
chmod 0444 secrets/*
echo "deploy/secrets holds four passwords. Keep a copy where you keep secrets."
