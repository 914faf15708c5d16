# What the benches of the whole program share: a file system of their own, processes that end with the bench
# whatever happens, and an engine on that. To be sourced, with errexit on; everything is removed in the end.

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
nacre=$(readlink -f "$here/../nacre")
work=$(mktemp -d)
mount=$work/mount
eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$''EICAR-STANDARD-''ANTIVIRUS-TEST-FILE!$H+H*' # no scanner finds this

declare -A started=() # by pid, and only such that were not waited for: numbers are used again
finish() {
  local pid
  for pid in "${!started[@]}"; do stop "$pid" KILL; done
  umount -l "$mount" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap finish EXIT
mkdir "$mount" "$work/bin"
mkfifo "$work/never" # nobody writes to it

# Whatever hangs, it ends: the listeners are killed, and everybody who waits for them goes on.
end_after() { # SECONDS
  { read -rt "$1" <>"$work/never" || kill -TERM $$; } >/dev/null 2>&1 &
  started[$!]=yes
}

make_stage() { # PROGRAM…; the file system, and these programs of floor/
  mount -t tmpfs -o mode=755,nr_inodes=4m nacre-bench "$mount"
  local program
  for program in "$@"; do
    gcc -O2 -pthread -o "$work/bin/$program" "$here/floor/$program.c"
  done
  "$nacre" --version >/dev/null # builds, if it has to, before anything is measured
  export NACRE_SKIP_BUILD=yes
}

warn_of_load() {
  local load
  load=$(awk '{ print $1 }' /proc/loadavg)
  awk -v load="$load" 'BEGIN { exit load <= 1 }' || return 0
  echo "warning: others use this machine (load average $load): no figure below means anything" >&2
}

pause() { read -rt "$1" <>"$work/never" || true; } # SECONDS

# Stops a process that was started here; says nothing of how it ended.
stop() { # PID [SIGNAL]
  { kill -"${2:-TERM}" "$1" && wait "$1"; } 2>/dev/null || true
  unset "started[$1]"
}

start_clamd() { # LINE…; a clamd that knows the EICAR test file, on $work/clamd.sock, with more for its configuration; $clamd
  mkdir "$work/clamd"
  cp "$here/../engine/src/main/resources/io/nacre/engine/clamd/eicar.ndb" "$work/clamd/"
  printf '%s\n' 'Foreground yes' "LocalSocket $work/clamd.sock" "DatabaseDirectory $work/clamd" \
    'MaxThreads 12' 'MaxConnectionQueueLength 200' "$@" >"$work/clamd.conf"
  clamd -c "$work/clamd.conf" >/dev/null 2>&1 &
  clamd=$!
  started[$clamd]=yes
  until [[ -S $work/clamd.sock ]]; do pause 0.05; done
}

# Starts an engine, and waits until it is ready: $engine is its process, $took the microseconds that took.
start_engine() { # LINE…; of its nacre block
  printf '%s\n' 'nacre {' "$@" "control.socket = \"$work/control.sock\"" '}' >"$work/nacre.conf"
  : >"$work/nacre.log"
  local said='' begun=${EPOCHREALTIME/[.,]/}
  (cd "$work" && exec "$nacre" run -c "$work/nacre.conf") >/dev/null 2>>"$work/nacre.log" &
  engine=$!
  started[$engine]=yes
  until [[ $said == *'nacre: ready'* ]]; do
    pause 0.005
    read -r -d '' said <"$work/nacre.log" || true # no process for it, and up to the end
    kill -0 "$engine" 2>/dev/null || { echo "the engine ended: $said" >&2; exit 1; }
  done
  took=$((${EPOCHREALTIME/[.,]/} - begun))
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; } # FILE
