# The common part of the benches of the whole program: a file system of their own, processes that end with the bench
# whatever happens, and an engine on that file system. To be sourced, with errexit on. Everything is removed in the end.

# Mounts are made in a mount namespace of the bench's own. They are gone with its last process, however that ends.
if [[ -z ${NACRE_BENCH_MOUNTS:-} ]]; then
  NACRE_BENCH_MOUNTS=private exec unshare --mount --propagation private -- "$0" "$@"
fi

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
nacre=$(readlink -f "$here/../nacre")
work=$(mktemp -d)
mount -t tmpfs -o mode=711,size=75% nacre-bench "$work"
mount=$work/mount
eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$''EICAR-STANDARD-''ANTIVIRUS-TEST-FILE!$H+H*' # no scanner finds this

declare -A started=() # by pid, without those that were waited for: numbers are reused
finish() {
  local pid
  for pid in "${!started[@]}"; do stop "$pid" KILL; done
  umount -l "$mount" 2>/dev/null || true
  umount -l "$work" # lazily: a process may still write there
  rmdir "$work"
}
trap finish EXIT
mkdir "$mount" "$work/bin" "$work/figures"
mkfifo "$work/never" # no process writes to it

# Runs a program that ends with the bench, also when the bench is killed. To be started with &.
tied() { exec setpriv --pdeathsig KILL -- "$@"; } # PROGRAM [ARGUMENT…]

# Ends the bench whatever hangs: the listeners are killed, and every process that waits for them continues.
end_after() { # SECONDS
  tied bash -c 'read -rt "$1" <>"$2" || kill -TERM "$3"' - "$1" "$work/never" $$ >/dev/null 2>&1 &
  started[$!]=yes
}

make_stage() { # PROGRAM…; the file system, and these programs of floor/
  mount -t tmpfs -o mode=755,nr_inodes=4m nacre-bench "$mount"
  make_programs "$@"
}

# The same on ext4; any user may enter $mount.
make_stage_on_ext4() { # SIZE PROGRAM…
  mount_ext4 "$1" "$mount"
  make_programs "${@:2}"
}

# Mounts a new ext4 in memory; there Nacre caches clean files with every strategy.
mount_ext4() { # SIZE WHERE
  local image
  image=$(mktemp "$work/ext4.XXXXXX")
  truncate -s "$1" "$image"
  mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 -N "${inodes:-200000}" "$image"
  mount -t ext4 -o loop "$image" "$2"
}

make_programs() { # PROGRAM…
  local program
  for program in "$@"; do
    gcc -O2 -pthread -o "$work/bin/$program" "$here/floor/$program.c"
  done
  "$nacre" setup # builds, if it has to, before the first measurement
}

warn_of_load() {
  local load
  load=$(awk '{ print $1 }' /proc/loadavg)
  awk -v load="$load" 'BEGIN { exit load <= 1 }' || return 0
  echo "warning: this machine is in use (load average $load): no figure below means anything" >&2
}

pause() { read -rt "$1" <>"$work/never" || true; } # SECONDS

# Stops a process that was started here; its exit code is ignored.
stop() { # PID [SIGNAL]
  { kill -"${2:-TERM}" "$1" && wait "$1"; } 2>/dev/null || true
  unset "started[$1]"
}

start_clamd() { # LINE…; a clamd that knows the EICAR test file, on $work/clamd.sock, with more for its configuration; $clamd
  mkdir -p "$work/clamd"
  cp "$here/../engine/src/main/resources/io/nacre/engine/clamd/eicar.ndb" "$work/clamd/"
  printf '%s\n' 'Foreground yes' "LocalSocket $work/clamd.sock" "DatabaseDirectory $work/clamd" \
    'MaxThreads 12' 'MaxConnectionQueueLength 200' "$@" >"$work/clamd.conf"
  tied clamd -c "$work/clamd.conf" >/dev/null 2>&1 &
  clamd=$!
  started[$clamd]=yes
  until [[ -S $work/clamd.sock ]]; do pause 0.05; done
}

# Starts an engine, and waits until it is ready: $engine is its process, $took the microseconds that took.
start_engine() { # LINE…; of its nacre block
  printf '%s\n' 'nacre {' "$@" "control.socket = \"$work/control.sock\"" '}' >"$work/nacre.conf"
  : >"$work/nacre.log"
  local said='' begun=${EPOCHREALTIME/[.,]/}
  (cd "$work" && tied "$nacre" run -c "$work/nacre.conf") >/dev/null 2>>"$work/nacre.log" &
  engine=$!
  started[$engine]=yes
  until [[ $said == *'nacre: ready'* ]]; do
    pause 0.005
    read -r -d '' said <"$work/nacre.log" || true # no process for it, and up to the end
    kill -0 "$engine" 2>/dev/null || { echo "the engine ended: $said" >&2; exit 1; }
  done
  took=$((${EPOCHREALTIME/[.,]/} - begun))
}

stop_clamd() {
  stop "$clamd"
  rm -f "$work/clamd.sock"
}

# Starts a clamonacc for $mount/tree in the configuration of clamd, and waits until it denies an infected file: $pid.
start_clamonacc() {
  printf %s "$eicar" >"$mount/tree/eicar"
  tied clamonacc -F --fdpass -c "$work/clamd.conf" >/dev/null 2>&1 & pid=$!
  started[$pid]=yes
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    timeout -s KILL 5 cat "$mount/tree/eicar" >/dev/null 2>&1 || break
    pause 0.1
  done
  rm -f "$mount/tree/eicar"
  ((tries < 200)) || { echo "clamonacc denies nothing" >&2; return 1; }
}
clamonacc_options=("OnAccessIncludePath $mount/tree" 'OnAccessPrevention yes' 'OnAccessExcludeUname clamav' 'OnAccessMaxThreads 8')

# --- rows: the compared cases ------------------------------------------------------------------------------

# The requested ones of ${all[*]}, all if none was requested: ${rows[*]}.
choose_rows() { # ROW…
  local row
  for row in "$@"; do
    [[ " ${all[*]} " == *" $row "* ]] || { echo "there is no row $row" >&2; exit 2; }
  done
  rows=("$@")
  [[ $# -gt 0 ]] || rows=("${all[@]}")
}
wanted() { [[ " ${rows[*]} " == *" $1 "* ]]; } # ROW

# Leaves a row out, and says so, unless the check succeeds.
unless() { # ROW CHECK [ARGUMENT…]
  if ! wanted "$1" || "${@:2}"; then return; fi
  echo "$1 is left out: $complaint" >&2
  local row kept=()
  for row in "${rows[@]}"; do [[ $row == "$1" ]] || kept+=("$row"); done
  rows=("${kept[@]}")
}
installed() { complaint="there is no $1 here"; command -v "$1" >/dev/null; } # PROGRAM
takes() { # LINE; of a nacre block
  complaint="this Nacre does not take $1"
  printf '%s\n' 'nacre {' "protect = [\"$work\"]" "$1" '}' >"$work/line.conf"
  "$nacre" check-config -c "$work/line.conf" >/dev/null 2>&1 || [[ $? -eq 69 ]] # 69: taken, but no clamd answers
}

status() { python3 -B "$here/status.py" "$work/control.sock" "$1"; } # NAME; a number of the status

# --- figures: one a line in $work/figures/ROW.NAME -------------------------------------------------------

note() { echo "$3" >>"$work/figures/$1.$2"; } # ROW NAME FIGURE
figure() { [[ ! -s $work/figures/$1.$2 ]] || median "$work/figures/$1.$2"; } # ROW NAME; nothing, if there is none
ratio() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else print "–" }'; } # A B
grouped() { sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"; }
seconds_of() { # MICROSECONDS
  awk -v us="${1:-0}" 'BEGIN { if (us > 0) printf us < 1e6 ? "%.3f" : "%.2f", us / 1e6; else print "–" }'
}

# Runs a command with a limit, and notes its time in µs. A command that fails or takes too long has none, and is named.
timed() { # ROW NAME SECONDS COMMAND…
  local begun=${EPOCHREALTIME/[.,]/} code=0 took_it
  timeout -s KILL "$3" "${@:4}" >"$work/said" 2>&1 || code=$?
  took_it=$((${EPOCHREALTIME/[.,]/} - begun))
  if ((code == 0)); then
    note "$1" "$2" "$took_it"
  else
    echo "$1, $2: failed with $code after $(seconds_of "$took_it") s: $(head -n 1 "$work/said")" >&2
  fi
}

where() { printf '%s, %s cores, Linux %s' "$(date +%F)" "$(nproc)" "$(uname -r | cut -d- -f1)"; }

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; } # FILE
