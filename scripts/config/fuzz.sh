# What the scripts that fuzz have in common; sourced from the top folder.
#
# SANITIZER chooses how targets are built: `none` (any tool chain) unless it is set, or `address`,
# which needs a nightly one or RUSTC_BOOTSTRAP=1.
# TRACE=1 has comparisons traced. The oracles compare far more than the engine does, and every
# comparison that is traced costs time: without traces the targets run two to four times as fast.

SANITIZER=${SANITIZER:-none}
fuzz_options=(--sanitizer "$SANITIZER")
[ -n "${TRACE:-}" ] || fuzz_options+=(--no-trace-compares)
# Optimising across crates takes minutes per target and makes none of them noticeably faster.
export CARGO_PROFILE_RELEASE_LTO=off
# Whoever decodes a finding builds it once more, with lines; in every target they take twenty times the
# room of the program.
export CARGO_PROFILE_RELEASE_STRIP=${CARGO_PROFILE_RELEASE_STRIP:-debuginfo}

# Under AddressSanitizer, stacks of their own for locals cost a tenth of the time and can find nothing
# in safe code; nor does an input need memory held back, or stacks told, of thousands of inputs before.
ASAN_OPTIONS=detect_stack_use_after_return=0:quarantine_size_mb=16:malloc_context_size=4${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS

# Whatever is made on the way lies in here, also what other programs make, and goes with the script.
fuzz_folder=$(mktemp -d)
export TMPDIR=$fuzz_folder
# What runs, and what it is for. What is said of a signal is not for the log of what runs.
fuzz_job= fuzz_at=
exec {fuzz_stderr}>&2
trap 'rm -rf "$fuzz_folder"' EXIT
trap 'fuzz_interrupted 130' INT
trap 'fuzz_interrupted 143' TERM

# fuzz_interrupted CODE: ends what runs with everything it has started, and says where that was.
fuzz_interrupted() {
  trap '' INT TERM
  if [ -n "$fuzz_job" ]; then
    kill -TERM -- "-$fuzz_job" 2>/dev/null || true
    wait "$fuzz_job" 2>/dev/null || true
    kill -KILL -- "-$fuzz_job" 2>/dev/null || true
  fi
  echo "${0##*/}: interrupted${fuzz_at:+, $fuzz_at}" >&"$fuzz_stderr"
  exit "$1"
}

# fuzz_do COMMAND...: runs a command in a process group of its own, which a signal to the script ends
# at once.
fuzz_do() {
  local status=0
  set -m
  "$@" </dev/null &
  fuzz_job=$!
  set +m
  wait "$fuzz_job" || status=$?
  fuzz_job=
  return "$status"
}

# Builds the targets.
fuzz_build() {
  fuzz_at="while the targets were built"
  fuzz_do fuzz_cargo build
}

# fuzz_cargo COMMAND ARGUMENT...: cargo-fuzz with the options of this build.
fuzz_cargo() {
  local command=$1
  shift
  RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/config/rustc-fuzz \
    cargo fuzz "$command" "${fuzz_options[@]}" "$@"
}

# Installs cargo-fuzz where it is missing.
fuzz_tool() {
  cargo fuzz --version >/dev/null 2>&1 || fuzz_do cargo install --locked cargo-fuzz@0.13.2
}

# fuzz_list WHAT: writes `targets` or `bugs` into a file of that name, one per line with tabs between
# what there is to say: for a target its name, folder of seeds, dictionary and longest input.
fuzz_list() {
  fuzz_at="while it was asked what there is"
  fuzz_do cargo run --quiet --locked --package wsproof-fuzz --example list -- "$1" \
    >"$fuzz_folder/$1"
}

# fuzz_targets [TARGET]...: the list of all targets, or of some by name.
fuzz_targets() {
  local name
  fuzz_list targets
  [ $# -gt 0 ] || return 0
  for name in "$@"; do
    grep -P "^$name\t" "$fuzz_folder/targets" || { echo "there is no target $name" >&2; return 2; }
  done >"$fuzz_folder/chosen"
  mv "$fuzz_folder/chosen" "$fuzz_folder/targets"
}

# fuzz_run NAME SEEDS DICTIONARY LONGEST CORPUS SECONDS [OPTION]...: runs a target that is built.
# New inputs go to CORPUS; a finding is decoded, and how to see it again is said.
fuzz_run() {
  local name=$1 seeds=$2 dictionary=$3 longest=$4 corpus=$5 seconds=$6 status=0 artifact
  local log=$fuzz_folder/log
  shift 6
  local inputs=("$corpus" "fuzz/seeds/$seeds")
  [ ! -d "fuzz/regressions/$name" ] || inputs+=("fuzz/regressions/$name")
  fuzz_at="while $name ran"
  [ "${corpus#"$fuzz_folder"}" != "$corpus" ] || fuzz_at+="; what it found is in $corpus"
  fuzz_do fuzz_cargo run "$name" "${inputs[@]}" -- \
    -max_total_time="$seconds" -dict="fuzz/dict/$dictionary" -max_len="$longest" -timeout=5 \
    -rss_limit_mb=2048 -print_final_stats=1 "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log"
    artifact=$(grep -oE 'fuzz/artifacts/[^ ]+' "$log" | tail -n 1 || true)
    echo "$name: a finding" >&2
    if [ -n "$artifact" ]; then
      echo "see it again: cargo run --package wsproof-fuzz --bin $name -- $artifact" >&2
      fuzz_do cargo run --quiet --package wsproof-fuzz --bin "$name" -- "$artifact" >&2 || true
    fi
    return 1
  fi
  awk -v name="$name" '
    /^stat::number_of_executed_units/ { runs = $2 }
    /^stat::average_exec_per_sec/ { speed = $2 }
    / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    END { printf "%-26s %10d runs %8d/s %6d edges\n", name, runs, speed, cov }' "$log"
}
