#!/bin/sh
# Runs once, when the database's volume is empty: the role that the service works as. It owns its database and is no superuser.
set -eu
password=$(cut -d: -f5 /run/secrets/ledger.pgpass)
psql -v ON_ERROR_STOP=1 -v password="$password" --username postgres <<'SQL'
create role ledger login password :'password';
create database ledger owner ledger;
SQL
# Those who look at the views of the schema analytics, and read nothing else. db-apply, which makes the views, grants them.
psql -v ON_ERROR_STOP=1 --username postgres --dbname ledger --file /etc/postgresql/analyst.sql
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/analyst.password)" --username postgres <<'SQL'
alter role ledger_analyst login password :'password';
SQL
# pgBackRest's settings of PostgreSQL.
echo "include '/etc/postgresql/archiving.conf'" >>"$PGDATA/postgresql.conf"
pgbackrest --stanza=ledger stanza-create
