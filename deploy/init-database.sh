#!/bin/sh
# Runs once, when the database's volume is empty: the role that the service works as. It owns its database and is no superuser.
set -eu
password=$(cut -d: -f5 /run/secrets/ledger.pgpass)
psql -v ON_ERROR_STOP=1 -v password="$password" --username postgres <<'SQL'
create role ledger login password :'password';
create database ledger owner ledger;
SQL
# pgBackRest's settings of PostgreSQL.
echo "include '/etc/postgresql/archiving.conf'" >>"$PGDATA/postgresql.conf"
pgbackrest --stanza=ledger stanza-create
