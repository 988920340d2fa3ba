# PostgreSQL with pgBackRest beside it, which archives and restores from inside: docker build -f deploy/postgres.Dockerfile deploy
# 15 is the version that every test runs on.
FROM postgres:15-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends pgbackrest \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o postgres -g postgres -m 0750 /var/lib/pgbackrest /var/log/pgbackrest
