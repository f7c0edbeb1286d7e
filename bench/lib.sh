# What the scripts of this folder share; sourced by them. Everything that is started here ends with the script.
set -euo pipefail
shopt -s inherit_errexit
bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$bench")
peers=$(readlink -f "${PEERS:-$root/../shared/peers}") || { echo "PEERS: ${PEERS:-$root/../shared/peers} is not there." >&2; exit 1; }
load=$peers/load
[ -f "$load/compare.sh" ] || { echo "PEERS: $peers holds no load/compare.sh." >&2; exit 1; }

# State is kept between runs: the peer's database, the databases of bench/scale, builds and results.
state=${BENCH_STATE:-${TMPDIR:-/tmp}/agroconnect-bench}
export PEER_STATE=${PEER_STATE:-$state/django}
export DB_PORT=${DB_PORT:-55932} REDIS_PORT=${REDIS_PORT:-56979} HTTP_PORT=${HTTP_PORT:-58900} CHAT_PORT=${CHAT_PORT:-58901}
mkdir -p "$state"
exec 9>"$state/lock"
flock -n 9 || { echo "Another benchmark runs in $state." >&2; exit 1; }

settings=(ASPNETCORE_ENVIRONMENT=Production RateLimits__Enabled=false Auth__SigningKey=for-benchmarks-only-for-benchmarks-only DOTNET_gcServer=0)
groups=()       # process groups to end
stops=()        # commands that end what the peers' scripts started

cleanup() {
  trap '' INT TERM
  for group in "${groups[@]}"; do kill -TERM -- "-$group" 2>/dev/null || true; done
  for stop in "${stops[@]}"; do bash -c "$stop" >/dev/null 2>&1 9>&- || true; done
  for group in "${groups[@]}"; do
    for _ in $(seq 100); do kill -0 -- "-$group" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$group" 2>/dev/null || true
  done
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { echo "== $*" >&2; }

# Runs a long command in a process group of its own, so that an interruption ends all of it at once.
run() {
  setsid "$@" 9>&- &
  groups+=($!)
  wait $!
}

packages() { # package...: installs the Debian packages that are missing
  local missing=()
  for package in "$@"; do dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$state/apt.log" 2>&1
}

publish() {
  command -v node >/dev/null || packages nodejs
  packages curl sqlite3 wrk
  say "publishing"
  dotnet publish "$root/src/AgroConnect" -c Release -o "$state/app" >"$state/publish.log" 2>&1 9>&- || { cat "$state/publish.log" >&2; return 1; }
}

peer_runs() { [ -f "$PEER_STATE/$1.pid" ] && kill -0 "$(cat "$PEER_STATE/$1.pid")" 2>/dev/null; } # postgres|redis|http: ours to stop only if not

start_postgres() { # with redis and the peer's data, and whatever databases earlier runs left
  say "PostgreSQL and the peer's database"
  peer_runs postgres || stops+=("'$peers/django/stop.sh' all")
  "$peers/django/run.sh" db >"$state/db.log" 2>&1 9>&- || { cat "$state/db.log" >&2; return 1; }
  postgres=$(cat "$PEER_STATE/postgres.pid")
}

psql() { command psql -qAtX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$DB_PORT" -U peer "$@"; }

# Where a server or a command of ours has its data: settings, to be given as one word.
on_postgres() { echo "Database__Provider=postgres Database__ConnectionString=Host=127.0.0.1;Port=$DB_PORT;Username=peer;Database=$1 DataDirectory=$state/data-postgres"; }
on_sqlite() { echo "Database__Provider=sqlite DataDirectory=$1"; }

agroconnect() { # "SETTING=VALUE..." command...: a command of ours, in its own folder, where appsettings.json is
  (cd "$state/app" && env "${settings[@]}" $1 dotnet AgroConnect.dll "${@:2}" 9>&-)
}

serve() { # NAME PORT "SETTING=VALUE...": starts our server; $pid is its process
  cd "$state/app"
  env "${settings[@]}" $3 "urls=http://127.0.0.1:$2" setsid dotnet AgroConnect.dll >"$state/$1.log" 2>&1 </dev/null 9>&- &
  pid=$!
  groups+=("$pid")
  cd "$OLDPWD"
  for _ in $(seq 600); do
    kill -0 "$pid" 2>/dev/null || break
    curl -sfo /dev/null "http://127.0.0.1:$2/health/ready" && return
    sleep 0.1
  done
  tail -5 "$state/$1.log" >&2
  echo "$1 did not start; see $state/$1.log" >&2
  return 1
}

stop_server() { # PID
  kill -TERM "$1" 2>/dev/null || true
  while kill -0 "$1" 2>/dev/null; do sleep 0.05; done
}
